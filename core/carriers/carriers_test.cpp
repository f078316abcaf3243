#include "carriers/carriers.hpp"

#include <gtest/gtest.h>

#include "carriers/remembering.hpp"

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

/// Quotes one yen more each time it is asked, unless it is down.
class Rising final : public Carrier {
public:
    explicit Rising(bool& down) : down_(down) {}
    Result<wire::QuotesT, std::string> quotes(const wire::QuotesRequestT&) override {
        if (down_) return refuse(std::string("timed_out"));
        wire::QuotesT answer;
        answer.quotes.push_back(quote("std", ++price_, "JPY"));
        return answer;
    }

private:
    bool& down_;
    std::int64_t price_ = 0;
};

struct RememberedCarrier : testing::Test {
    std::int64_t price_of(const wire::QuotesRequestT& request) {
        const auto answer = carrier.quotes(request);
        return answer ? answer->quotes.at(0).price->minor : -1;
    }

    bool down = false;
    VirtualClock clock{Instant{}};
    Remembering carrier{std::make_unique<Rising>(down), clock};
};

TEST_F(RememberedCarrier, IsAskedOnceForOneParcelUntilItsAnswerIsOld) {
    EXPECT_EQ(price_of(in_yen()), 1);
    EXPECT_EQ(price_of(in_yen()), 1);
    clock.move_to(Instant{} + remembered_for);
    EXPECT_EQ(price_of(in_yen()), 2);
}

TEST_F(RememberedCarrier, IsAskedAgainForAnotherParcel) {
    auto heavy = in_yen();
    heavy.packing_g = 500;
    EXPECT_EQ(price_of(in_yen()), 1);
    EXPECT_EQ(price_of(heavy), 2);
    EXPECT_EQ(price_of(in_yen()), 1);
}

TEST_F(RememberedCarrier, IsAskedAgainWhenItCouldNotAnswer) {
    down = true;
    EXPECT_EQ(price_of(in_yen()), -1);
    down = false;
    EXPECT_EQ(price_of(in_yen()), 1);
}

TEST_F(RememberedCarrier, IsRememberedForNoMoreThanSoManyParcels) {
    auto parcel = in_yen();
    for (parcel.packing_g = 0; parcel.packing_g < 1500; ++parcel.packing_g) price_of(parcel);
    EXPECT_GT(price_of(in_yen()), 1500) << "the first is forgotten";
}

}  // namespace
}  // namespace noren::carriers
