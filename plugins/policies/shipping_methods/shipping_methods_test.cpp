#include <noren/policy.hpp>
#include <noren/testing.hpp>

#include <gtest/gtest.h>

using namespace noren;
using namespace noren::testing;

namespace {

struct ShippingMethods : ::testing::Test {
    PluginUnderTest plugin{settings(map({{"methods", map({{"ems", map({{"except_countries", texts({"RU"})}})},
                                                          {"domestic", map({{"only_to", texts({"JP"})}})}})}}),
                                    "shipping")};
    FactsT facts;

    ShippingMethods() {
        facts.point = Point::OfferShipping;
        facts.order = std::make_unique<wire::OrderT>();
        facts.order->destination = std::make_unique<wire::DestinationT>();
        for (const auto* name : {"ems", "domestic", "pigeon"}) facts.methods.emplace_back().name = name;
    }
    std::vector<MethodVerdictT> offered_to(std::string country) {
        facts.order->destination->country = std::move(country);
        return plugin.decide(facts).methods;
    }
};

TEST_F(ShippingMethods, OfferACarrierWhereItIsMeantToGo) {
    const auto abroad = offered_to("US");
    EXPECT_EQ(abroad.at(0).effect, Effect::Allow);
    EXPECT_EQ(abroad.at(1).reasons.at(0).path, "shipping.methods.domestic.only_to");
    EXPECT_EQ(offered_to("JP").at(1).effect, Effect::Allow);
}

TEST_F(ShippingMethods, ExceptCountriesOfDeliveryOnly) {
    EXPECT_EQ(offered_to("RU").at(0).reasons.at(0).path, "shipping.methods.ems.except_countries[0]");
    facts.order->billing_country = "RU";
    EXPECT_EQ(offered_to("US").at(0).effect, Effect::Allow);
}

TEST_F(ShippingMethods, OfferNoCarrierThatTheShopDoesNotName) {
    EXPECT_EQ(offered_to("US").at(2).reasons.at(0).code, "method_not_configured");
}

}  // namespace
