#include <noren/policy.hpp>
#include <noren/testing.hpp>

#include <gtest/gtest.h>

using namespace noren;
using namespace noren::testing;

namespace {

wire::SettingsT limits(std::string counting, std::int64_t otherwise = 0) {
    std::vector<std::pair<std::string, wire::SettingT>> chosen{{"counting", text(std::move(counting))},
                                                               {"not_counting", texts({"limit_per_order"})}};
    if (otherwise > 0) chosen.emplace_back("otherwise", integer(otherwise));
    return settings(map({{"limits", map(chosen)}}), "sale");
}

struct Order {
    FactsT facts;

    Order(std::int32_t quantity, std::int32_t limit, std::int64_t ordered_before) {
        facts.point = Point::Sell;
        facts.order = std::make_unique<wire::OrderT>();
        auto& line = facts.order->lines.emplace_back();
        line.sku = "A";
        line.quantity = quantity;
        line.purchase_limit = limit;
        auto& past = facts.history.emplace_back();
        past.need = "units_ordered";
        past.key = "A";
        past.value = ordered_before;
    }
};

TEST(PurchaseLimits, CountEarlierOrdersOfTheHousehold) {
    PluginUnderTest plugin(limits("all_orders"));
    EXPECT_EQ(plugin.decide(Order(2, 3, 1).facts).effect, Effect::Allow);
    const auto verdict = plugin.decide(Order(2, 3, 2).facts);
    EXPECT_EQ(verdict.effect, Effect::Deny);
    EXPECT_EQ(verdict.reasons.at(0).code, "purchase_limit");
    EXPECT_EQ(verdict.reasons.at(0).path, "sale.limits");
    EXPECT_EQ(verdict.reasons.at(0).line, 0);
    EXPECT_EQ(verdict.reasons.at(0).parameters.at(1).value, "1") << "one is left";
    EXPECT_EQ(verdict.limits.at(0).at_most, 1);
    EXPECT_EQ(plugin.decide(Order(1, 3, 5).facts).limits.at(0).at_most, 0);
}

TEST(PurchaseLimits, GuardTheCounterAgainstOrdersPlacedAtOnce) {
    PluginUnderTest plugin(limits("all_orders"));
    const auto guards = plugin.decide(Order(2, 3, 0).facts).guards;
    ASSERT_EQ(guards.size(), 1u);
    EXPECT_EQ(guards[0].counter, "units_ordered");
    EXPECT_EQ(guards[0].key, "A");
    EXPECT_EQ(guards[0].at_most, 3);
}

TEST(PurchaseLimits, CountEachOrderByItselfWhereTheShopOrTheItemSaysSo) {
    PluginUnderTest each(limits("each_order"));
    EXPECT_EQ(each.decide(Order(3, 3, 9).facts).effect, Effect::Allow);
    EXPECT_TRUE(each.decide(Order(3, 3, 9).facts).guards.empty());
    EXPECT_EQ(each.decide(Order(4, 3, 0).facts).effect, Effect::Deny);
    PluginUnderTest all(limits("all_orders"));
    Order excepted(3, 3, 9);
    excepted.facts.order->lines[0].restrictions = {"limit_per_order"};
    EXPECT_EQ(all.decide(excepted.facts).effect, Effect::Allow);
}

TEST(PurchaseLimits, LimitOtherItemsOnlyWhereTheShopSaysSo) {
    PluginUnderTest without(limits("all_orders"));
    EXPECT_TRUE(without.decide(Order(1000, 0, 1000).facts).limits.empty());
    PluginUnderTest with(limits("all_orders", 10));
    EXPECT_EQ(with.decide(Order(1, 0, 10).facts).effect, Effect::Deny);
    EXPECT_EQ(with.decide(Order(11, 20, 0).facts).effect, Effect::Allow) << "the item's own limit comes first";
    PluginUnderTest none(settings(map(), "sale"));
    EXPECT_EQ(none.decide(Order(9, 3, 9).facts).effect, Effect::Allow);
}

}  // namespace
