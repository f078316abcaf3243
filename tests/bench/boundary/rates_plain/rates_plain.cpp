#include <noren/carrier.hpp>

// Three services, in the plain style.
class RatesPlain final : public noren::Carrier {
public:
    noren::QuotesT quotes(const noren::QuotesRequestT& request, const noren::Call&, noren::Http&) override {
        noren::QuotesT answer;
        const auto weight = noren::weight_of(request);
        if (!weight) throw noren::Failure("unknown_weight", "a line has no weight");
        const auto kilograms = weight->count() / 1000 + 1;
        answer.quotes.reserve(3);
        answer.quotes.push_back(noren::quote("economy", "Economy", {500 + 60 * kilograms, noren::JPY}, 5, 12));
        answer.quotes.push_back(noren::quote("standard", "Standard", {900 + 90 * kilograms, noren::JPY}, 2, 6));
        answer.quotes.push_back(noren::quote("express", "Express", {2100 + 150 * kilograms, noren::JPY}, 1, 2));
        return answer;
    }
};
NOREN_CARRIER(RatesPlain)
