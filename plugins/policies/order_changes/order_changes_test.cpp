#include <noren/policy.hpp>
#include <noren/testing.hpp>

#include <gtest/gtest.h>

using namespace noren;
using namespace noren::testing;

namespace {

struct OrderChanges : ::testing::Test {
    PluginUnderTest plugin{settings(map({{"customer", texts({"address", "payment_method"})},
                                         {"staff", texts({"address", "shipping_method"})},
                                         {"once_paid", text("nobody")}}),
                                    "changes")};
    FactsT facts;

    OrderChanges() {
        facts.point = Point::Change;
        facts.order = std::make_unique<wire::OrderT>();
        facts.order->fulfilment = "ready";
        facts.order->payment = "due";
        facts.change = std::make_unique<ChangeT>();
    }
    Effect of(std::string what) {
        facts.change->what = std::move(what);
        return plugin.decide(facts).effect;
    }
    std::string code_of(std::string what) {
        facts.change->what = std::move(what);
        return plugin.decide(facts).reasons.at(0).code;
    }
};

TEST_F(OrderChanges, AreTheCustomersTheStaffsOrNobodys) {
    EXPECT_EQ(of("address"), Effect::Allow);
    EXPECT_EQ(of("payment_method"), Effect::Allow);
    EXPECT_EQ(of("shipping_method"), Effect::StaffOnly);
    EXPECT_EQ(of("lines"), Effect::Deny);
    EXPECT_EQ(code_of("lines"), "not_changeable");
    EXPECT_EQ(of("anything"), Effect::Deny);
}

TEST_F(OrderChanges, EndWithThePaymentAndWithOneUnderWay) {
    for (const auto* state : {"paid", "pending"}) {
        facts.order->payment = state;
        EXPECT_EQ(of("address"), Effect::Deny);
        EXPECT_EQ(code_of("address"), "already_paid");
    }
}

TEST_F(OrderChanges, EndWhenItIsShippedOrCancelled) {
    facts.order->fulfilment = "shipped";
    EXPECT_EQ(code_of("address"), "already_shipped");
    facts.order->fulfilment = "cancelled";
    EXPECT_EQ(code_of("address"), "already_cancelled");
}

TEST(OrderChangesOfPrice, FollowTheItemInSomeStatesOnly) {
    PluginUnderTest plugin(
        settings(map({{"once_paid", text("nobody")}, {"price_follows", texts({"provisional"})}}), "changes"));
    FactsT facts;
    facts.point = Point::Change;
    facts.actor = "system";
    facts.order = std::make_unique<wire::OrderT>();
    facts.order->lines.emplace_back().sale_state = "pre_order";
    facts.order->lines.emplace_back().sale_state = "provisional";
    facts.change = std::make_unique<ChangeT>();
    facts.change->what = "price";
    facts.selected = {1};
    EXPECT_EQ(plugin.decide(facts).effect, Effect::Allow);
    facts.selected = {0};
    EXPECT_EQ(plugin.decide(facts).reasons.at(0).code, "price_is_final");
    facts.selected = {0, 1};
    EXPECT_EQ(plugin.decide(facts).effect, Effect::Deny);
    facts.selected = {1};
    facts.order->payment = "paid";
    EXPECT_EQ(plugin.decide(facts).effect, Effect::Deny);
}

TEST(OrderChangesOncePaid, MayBeLeftToStaff) {
    PluginUnderTest plugin(
        settings(map({{"customer", texts({"address"})}, {"staff", texts({"address"})}, {"once_paid", text("staff")}}),
                 "changes"));
    FactsT facts;
    facts.point = Point::Change;
    facts.order = std::make_unique<wire::OrderT>();
    facts.order->payment = "paid";
    facts.change = std::make_unique<ChangeT>();
    facts.change->what = "address";
    EXPECT_EQ(plugin.decide(facts).effect, Effect::StaffOnly);
    facts.change->what = "lines";
    EXPECT_EQ(plugin.decide(facts).effect, Effect::Deny);
}

}  // namespace
