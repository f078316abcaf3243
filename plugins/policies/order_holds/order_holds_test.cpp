#include <noren/policy.hpp>
#include <noren/testing.hpp>

#include <gtest/gtest.h>

using namespace noren;
using namespace noren::testing;

namespace {

constexpr std::int64_t second = 1000000;
constexpr std::int64_t hour = 3600 * second;
constexpr std::int64_t july_3_at_18 = 1499072400 * second;  // 2017-07-03T18:00+09:00

struct OrderHolds : ::testing::Test {
    PluginUnderTest plugin{settings(map({{"garbled", boolean(true)},
                                         {"double_orders", map({{"from", text("18:00")}, {"to", text("10:00")}})},
                                         {"reply_within", span(7, "d")},
                                         {"block_new_orders", boolean(true)}}),
                                    "holds")};
    FactsT facts;

    OrderHolds() {
        facts.point = Point::Hold;
        facts.order = std::make_unique<wire::OrderT>();
        facts.calendar = std::make_unique<wire::CalendarT>();
        facts.calendar->utc_offset_s = 9 * 3600;
    }
    void past(std::string need, std::string key, std::int64_t value) {
        auto& fact = facts.history.emplace_back();
        fact.need = std::move(need);
        fact.key = std::move(key);
        fact.value = value;
    }
    bool double_if(std::int64_t first, std::int64_t second_one) {
        facts.history.clear();
        past("identical_orders", "N-1", first);
        facts.order->placed_us = second_one;
        return plugin.decide(facts).effect == Effect::Wait;
    }
};

TEST_F(OrderHolds, AskWhatAGarbledAddressMeans) {
    EXPECT_EQ(plugin.decide(facts).effect, Effect::Allow);
    facts.order->garbled = {"name", "street"};
    const auto verdict = plugin.decide(facts);
    EXPECT_EQ(verdict.effect, Effect::Wait);
    ASSERT_EQ(verdict.reasons.size(), 2u);
    EXPECT_EQ(verdict.reasons[1].parameters.at(0).value, "street");
    EXPECT_EQ(verdict.due->within->count, 7);
    EXPECT_EQ(verdict.due->reason->path, "holds.reply_within");
}

TEST_F(OrderHolds, TakeTwoOrdersAlikeOfOneNightForADoubleOne) {
    EXPECT_TRUE(double_if(july_3_at_18, july_3_at_18 + 16 * hour - second));
    EXPECT_TRUE(double_if(july_3_at_18 + 5 * hour, july_3_at_18 + 7 * hour)) << "over midnight";
    EXPECT_FALSE(double_if(july_3_at_18, july_3_at_18 + 16 * hour)) << "10:00 is day";
    EXPECT_FALSE(double_if(july_3_at_18 - second, july_3_at_18)) << "17:59 is day";
    EXPECT_FALSE(double_if(july_3_at_18, july_3_at_18 + 24 * hour)) << "another night";
    EXPECT_FALSE(double_if(july_3_at_18 - 6 * hour, july_3_at_18 - 5 * hour)) << "both by day";
}

TEST_F(OrderHolds, NameTheOtherOrder) {
    past("identical_orders", "N-1", july_3_at_18);
    facts.order->placed_us = july_3_at_18;
    EXPECT_EQ(plugin.decide(facts).reasons.at(0).code, "double_order");
    EXPECT_EQ(plugin.decide(facts).reasons.at(0).parameters.at(0).value, "N-1");
}

TEST_F(OrderHolds, LetNobodyOrderWhileAnEarlierOrderIsUnsettled) {
    facts.point = Point::Sell;
    EXPECT_EQ(plugin.decide(facts).effect, Effect::Allow);
    past("unsettled_orders", "held", july_3_at_18);
    EXPECT_EQ(plugin.decide(facts).reasons.at(0).code, "earlier_order_unsettled");
}

TEST(OrderHoldsUnsaid, HoldNothing) {
    PluginUnderTest plugin(settings(
        map({{"garbled", boolean(false)}, {"reply_within", span(7, "d")}, {"block_new_orders", boolean(false)}}),
        "holds"));
    FactsT facts;
    facts.point = Point::Hold;
    facts.order = std::make_unique<wire::OrderT>();
    facts.order->garbled = {"name"};
    auto& past = facts.history.emplace_back();
    past.need = "unsettled_orders";
    EXPECT_EQ(plugin.decide(facts).effect, Effect::Allow);
    facts.point = Point::Sell;
    EXPECT_EQ(plugin.decide(facts).effect, Effect::Allow);
}

}  // namespace
