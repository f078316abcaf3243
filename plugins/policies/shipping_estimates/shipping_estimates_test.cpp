#include <noren/policy.hpp>
#include <noren/testing.hpp>

#include <gtest/gtest.h>

using namespace noren;
using namespace noren::testing;

namespace {

struct ShippingEstimates : ::testing::Test {
    PluginUnderTest plugin{
        settings(map({{"estimates", map({{"states", texts({"in_stock"})}, {"at_most", integer(4)}})}}), "shipping")};
    FactsT facts;

    ShippingEstimates() {
        facts.point = Point::OfferShipping;
        facts.event = "estimate";
        facts.order = std::make_unique<wire::OrderT>();
    }
    void line(std::string state, std::int32_t quantity) {
        auto& added = facts.order->lines.emplace_back();
        added.sale_state = std::move(state);
        added.quantity = quantity;
    }
};

TEST_F(ShippingEstimates, AreGivenForAFewUnitsWhoseWeightIsKnown) {
    line("in_stock", 3);
    line("in_stock", 1);
    EXPECT_EQ(plugin.decide(facts).effect, Effect::Allow);
    line("in_stock", 1);
    EXPECT_EQ(plugin.decide(facts).reasons.at(0).code, "too_many_to_estimate");
    EXPECT_EQ(plugin.decide(facts).reasons.at(0).path, "shipping.estimates.at_most");
}

TEST_F(ShippingEstimates, AreNotGivenForOtherStates) {
    line("in_stock", 1);
    line("pre_order", 1);
    const auto verdict = plugin.decide(facts);
    EXPECT_EQ(verdict.effect, Effect::Deny);
    EXPECT_EQ(verdict.reasons.at(0).code, "no_estimate_for_state");
    EXPECT_EQ(verdict.reasons.at(0).line, 1);
}

TEST_F(ShippingEstimates, SayNothingOfOrders) {
    facts.event = "";
    line("pre_order", 99);
    EXPECT_EQ(plugin.decide(facts).effect, Effect::Allow);
    EXPECT_TRUE(plugin.decide(facts).methods.empty());
}

}  // namespace
