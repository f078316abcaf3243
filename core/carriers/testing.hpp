// Test support: a carrier with one price.
#pragma once

#include <atomic>

#include "carriers/carriers.hpp"

namespace noren::carriers::testing {

/// One service, `air`, at a price and up to a weight that the test may change.
class FixedCarrier final : public Carrier {
public:
    Result<wire::QuotesT, std::string> quotes(const wire::QuotesRequestT& request) override {
        std::int64_t weight = 0;
        for (const auto& line : request.lines) weight += line.weight_g * line.quantity;
        wire::QuotesT quotes;
        if (weight > most_g) {
            auto& refused = quotes.refused.emplace_back();
            refused.service = "air";
            refused.reasons.emplace_back();
            refused.reasons.back().code = "too_heavy";
            refused.reasons.back().severity = wire::Severity::Refusal;
            return quotes;
        }
        wire::QuoteT quote;
        quote.service = "air";
        quote.name = "Air mail";
        quote.price = std::make_unique<wire::MoneyT>();
        quote.price->minor = price;
        quote.price->currency = request.currency;
        quotes.quotes.push_back(std::move(quote));
        return quotes;
    }

    std::atomic<std::int64_t> price = 900;
    std::atomic<std::int64_t> most_g = 1'000'000;
};

}  // namespace noren::carriers::testing
