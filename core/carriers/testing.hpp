// Test support: a carrier with one price.
#pragma once

#include <atomic>

#include "carriers/carriers.hpp"

namespace noren::carriers::testing {

/// One service, `air`, at a price that the test may change.
class FixedCarrier final : public Carrier {
public:
    Result<wire::QuotesT, std::string> quotes(const wire::QuotesRequestT& request) override {
        wire::QuoteT quote;
        quote.service = "air";
        quote.name = "Air mail";
        quote.price = std::make_unique<wire::MoneyT>();
        quote.price->minor = price;
        quote.price->currency = request.currency;
        wire::QuotesT quotes;
        quotes.quotes.push_back(std::move(quote));
        return quotes;
    }

    std::atomic<std::int64_t> price = 900;
};

}  // namespace noren::carriers::testing
