#include <noren/policy.hpp>
#include <noren/testing.hpp>

#include <gtest/gtest.h>

#include <limits>

using namespace noren;
using namespace noren::testing;

namespace {

wire::SettingT state(bool orderable, std::string take_from = "none") {
    return map({{"orderable", boolean(orderable)}, {"take_from", text(std::move(take_from))}});
}

struct Availability : ::testing::Test {
    PluginUnderTest plugin{settings(map({{"states", map({{"in_stock", state(true, "on_hand")},
                                                         {"pre_order", state(true, "incoming")},
                                                         {"back_order", state(true)},
                                                         {"orders_closed", state(false)}})},
                                         {"at_most_per_line", integer(10)}}),
                                    "sale")};
    FactsT facts;

    Availability() {
        facts.point = Point::Sell;
        facts.order = std::make_unique<wire::OrderT>();
    }
    void line(std::string sale_state, std::int32_t quantity, std::int64_t on_hand, std::int64_t incoming) {
        auto& added = facts.order->lines.emplace_back();
        added.sale_state = std::move(sale_state);
        added.quantity = quantity;
        added.on_hand = on_hand;
        added.incoming = incoming;
    }
    ReasonT refusal() {
        const auto verdict = plugin.decide(facts);
        EXPECT_EQ(verdict.effect, Effect::Deny);
        return verdict.reasons.at(0);
    }
};

TEST_F(Availability, TakesUnitsFromWhereTheStateSays) {
    line("in_stock", 2, 5, 0);
    line("pre_order", 2, 0, 7);
    line("back_order", 2, 0, 0);
    const auto verdict = plugin.decide(facts);
    EXPECT_EQ(verdict.effect, Effect::Allow);
    ASSERT_EQ(verdict.limits.size(), 3u);
    EXPECT_EQ(verdict.limits[0].source, "on_hand");
    EXPECT_EQ(verdict.limits[0].at_most, 5);
    EXPECT_EQ(verdict.limits[1].source, "incoming");
    EXPECT_EQ(verdict.limits[1].at_most, 7);
    EXPECT_EQ(verdict.limits[2].source, "none");
    EXPECT_EQ(verdict.limits[2].at_most, 10);
}

TEST_F(Availability, SellsNoPreOrderFromTheWarehouseAndNothingInStockFromSlots) {
    line("pre_order", 1, 5, 0);
    EXPECT_EQ(refusal().code, "sold_out");
    facts.order->lines.clear();
    line("in_stock", 1, 0, 5);
    EXPECT_EQ(refusal().code, "sold_out");
    EXPECT_EQ(refusal().path, "sale.states.in_stock.take_from");
}

TEST_F(Availability, RefusesAStateThatTakesNoOrdersAndNamesTheLine) {
    line("in_stock", 1, 5, 0);
    line("orders_closed", 1, 5, 5);
    EXPECT_EQ(refusal().code, "not_orderable");
    EXPECT_EQ(refusal().path, "sale.states.orders_closed.orderable");
    EXPECT_EQ(refusal().line, 1);
    EXPECT_EQ(plugin.decide(facts).limits.at(1).at_most, 0);
}

TEST_F(Availability, RefusesAStateThatNobodyDescribed) {
    line("on_the_moon", 1, 5, 5);
    EXPECT_EQ(refusal().code, "unknown_sale_state");
    EXPECT_EQ(refusal().path, "sale.states");
}

TEST_F(Availability, BoundsALineByStockAndByTheShopWhicheverIsLess) {
    line("in_stock", 6, 5, 0);
    EXPECT_EQ(refusal().code, "too_many");
    EXPECT_EQ(refusal().path, "sale.states.in_stock.take_from");
    facts.order->lines.clear();
    line("in_stock", 11, 1000, 0);
    EXPECT_EQ(refusal().code, "too_many");
    EXPECT_EQ(refusal().path, "sale.at_most_per_line");
    EXPECT_EQ(refusal().parameters.at(0).value, "10");
}

TEST_F(Availability, HoldsAgainstSenselessNumbers) {
    line("in_stock", -1, std::numeric_limits<std::int64_t>::max(), 0);
    EXPECT_EQ(refusal().code, "too_few");
    facts.order->lines.clear();
    line("in_stock", std::numeric_limits<std::int32_t>::max(), std::numeric_limits<std::int64_t>::min(), 0);
    EXPECT_EQ(refusal().code, "sold_out");
}

}  // namespace
