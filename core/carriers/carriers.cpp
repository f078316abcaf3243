#include "carriers/carriers.hpp"

#include <algorithm>

namespace noren::carriers {
namespace {

wire::ReasonT refusal(const std::string& code) {
    wire::ReasonT reason;
    reason.code = code;
    reason.severity = wire::Severity::Refusal;
    return reason;
}

}  // namespace

Quotes Carriers::quotes(const wire::QuotesRequestT& request) const {
    Quotes quotes;
    for (const auto& [method, carrier] : carriers_) {
        auto answer = carrier->quotes(request);
        if (!answer) {
            quotes.refused.push_back({method, {}, {refusal(answer.error())}});
            continue;
        }
        const auto first = quotes.services.size();
        for (auto& quote : answer->quotes) {
            const auto currency = quote.price ? Currency::from_code(quote.price->currency) : std::nullopt;
            if (!currency || quote.price->currency != request.currency) {
                quotes.refused.push_back({method, quote.service, {refusal("other_currency")}});
                continue;
            }
            quotes.services.push_back({method, quote.service, quote.name, Money{quote.price->minor, *currency},
                                       quote.min_days, quote.max_days, quote.tracked, quote.source});
        }
        std::stable_sort(quotes.services.begin() + static_cast<std::ptrdiff_t>(first), quotes.services.end(),
                         [](const Service& a, const Service& b) { return a.price < b.price; });
        for (auto& refused : answer->refused) {
            quotes.refused.push_back({method, refused.service, std::move(refused.reasons)});
        }
    }
    return quotes;
}

}  // namespace noren::carriers
