#include "carriers/carriers.hpp"

#include <gtest/gtest.h>

namespace noren::carriers {
namespace {

wire::QuoteT quote(const char* service, std::int64_t minor, const char* currency) {
    wire::QuoteT made;
    made.service = service;
    made.price = std::make_unique<wire::MoneyT>();
    made.price->minor = minor;
    made.price->currency = currency;
    return made;
}

class Fixed final : public Carrier {
public:
    explicit Fixed(std::vector<wire::QuoteT> quotes) { answer_.quotes = std::move(quotes); }
    Result<wire::QuotesT, std::string> quotes(const wire::QuotesRequestT&) override { return answer_; }

private:
    wire::QuotesT answer_;
};

class Down final : public Carrier {
public:
    Result<wire::QuotesT, std::string> quotes(const wire::QuotesRequestT&) override {
        return refuse(std::string("timed_out"));
    }
};

wire::QuotesRequestT in_yen() {
    wire::QuotesRequestT request;
    request.currency = "JPY";
    return request;
}

TEST(Carriers, OfferTheOthersWhenOneIsDown) {
    std::map<std::string, std::unique_ptr<Carrier>> carriers;
    carriers["down"] = std::make_unique<Down>();
    carriers["up"] = std::make_unique<Fixed>(std::vector{quote("std", 900, "JPY")});
    const auto quotes = Carriers(std::move(carriers)).quotes(in_yen());
    ASSERT_EQ(quotes.services.size(), 1u);
    EXPECT_EQ(quotes.services[0].method, "up");
    ASSERT_EQ(quotes.refused.size(), 1u);
    EXPECT_EQ(quotes.refused[0].reasons[0].code, "timed_out");
}

TEST(Carriers, ListTheCheapestServiceFirst) {
    std::map<std::string, std::unique_ptr<Carrier>> carriers;
    carriers["c"] = std::make_unique<Fixed>(std::vector{quote("fast", 3000, "JPY"), quote("slow", 900, "JPY")});
    const auto quotes = Carriers(std::move(carriers)).quotes(in_yen());
    EXPECT_EQ(quotes.services.at(0).service, "slow");
    EXPECT_EQ(quotes.services.at(1).service, "fast");
}

TEST(Carriers, RefuseAPriceInAnotherCurrency) {
    std::map<std::string, std::unique_ptr<Carrier>> carriers;
    carriers["c"] = std::make_unique<Fixed>(std::vector{quote("std", 900, "USD"), quote("odd", 900, "???")});
    const auto quotes = Carriers(std::move(carriers)).quotes(in_yen());
    EXPECT_TRUE(quotes.services.empty());
    ASSERT_EQ(quotes.refused.size(), 2u);
    EXPECT_EQ(quotes.refused[0].reasons[0].code, "other_currency");
}

}  // namespace
}  // namespace noren::carriers
