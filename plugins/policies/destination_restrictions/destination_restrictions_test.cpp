#include <noren/policy.hpp>
#include <noren/testing.hpp>

#include <gtest/gtest.h>

using namespace noren;
using namespace noren::testing;

namespace {

struct DestinationRestrictions : ::testing::Test {
    PluginUnderTest plugin{
        settings(map({{"restrictions", map({{"flammable", map({{"only_to", texts({"JP"})}})},
                                            {"battery", map({{"except_countries", texts({"AU", "NZ"})}})}})}}),
                 "shipping")};
    FactsT facts;

    DestinationRestrictions() {
        facts.point = Point::Sell;
        facts.order = std::make_unique<wire::OrderT>();
        facts.order->destination = std::make_unique<wire::DestinationT>();
        facts.order->lines.emplace_back();
        facts.order->lines.emplace_back().restrictions = {"flammable", "battery"};
    }
    std::vector<ReasonT> reasons_to(std::string country) {
        facts.order->destination->country = std::move(country);
        return plugin.decide(facts).reasons;
    }
};

TEST_F(DestinationRestrictions, KeepAnItemWhereItMayNotLeaveAndNameItsLine) {
    const auto why = reasons_to("US");
    ASSERT_EQ(why.size(), 1u);
    EXPECT_EQ(why[0].code, "not_to_destination");
    EXPECT_EQ(why[0].path, "shipping.restrictions.flammable.only_to");
    EXPECT_EQ(why[0].line, 1);
    EXPECT_EQ(why[0].parameters.at(0).value, "flammable");
    EXPECT_TRUE(reasons_to("JP").empty());
}

TEST_F(DestinationRestrictions, ExceptCountriesAndCiteTheEntry) {
    EXPECT_EQ(reasons_to("NZ").at(1).path, "shipping.restrictions.battery.except_countries[1]");
}

TEST_F(DestinationRestrictions, JudgeNothingWithoutACountryAndNoUnknownWord) {
    EXPECT_TRUE(reasons_to("").empty());
    facts.order->lines[1].restrictions = {"shiny"};
    EXPECT_TRUE(reasons_to("US").empty());
}

TEST_F(DestinationRestrictions, HoldWhenTheAddressOfAnOrderChanges) {
    facts.order->destination->country = "JP";
    facts.point = Point::Change;
    facts.change = std::make_unique<ChangeT>();
    facts.change->what = "address";
    facts.change->destination = std::make_unique<wire::DestinationT>();
    facts.change->destination->country = "US";
    EXPECT_EQ(plugin.decide(facts).effect, Effect::Deny);
    facts.change->what = "payment_method";
    EXPECT_EQ(plugin.decide(facts).effect, Effect::Allow);
}

}  // namespace
