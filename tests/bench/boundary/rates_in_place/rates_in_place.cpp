#include <noren/carrier.hpp>

// The same three services, reading and writing the messages themselves.
class RatesInPlace final : public noren::Carrier {
public:
    noren_fb::Offset<noren::wire::Quotes> write_quotes(const noren::wire::QuotesRequest& request,
                                                       noren::Builder& builder, const noren::Call&,
                                                       noren::Http&) override {
        std::int64_t grams = request.packing_g();
        for (const auto* line : noren::each(request.lines())) grams += line->weight_g() * line->quantity();
        const auto kilograms = grams / 1000 + 1;
        const auto yen = builder.CreateString("JPY", 3);
        const auto quote = [&](const char* service, const char* name, std::int64_t price, int min_days, int max_days) {
            const auto service_at = builder.CreateString(service);
            const auto name_at = builder.CreateString(name);
            const auto price_at = noren::wire::CreateMoney(builder, price, yen);
            return noren::wire::CreateQuote(builder, service_at, name_at, price_at, min_days, max_days);
        };
        const noren_fb::Offset<noren::wire::Quote> all[] = {
            quote("economy", "Economy", 500 + 60 * kilograms, 5, 12),
            quote("standard", "Standard", 900 + 90 * kilograms, 2, 6),
            quote("express", "Express", 2100 + 150 * kilograms, 1, 2),
        };
        return noren::wire::CreateQuotes(builder, builder.CreateVector(all, 3));
    }
};
NOREN_CARRIER(RatesInPlace)
