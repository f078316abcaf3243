#include <noren/policy.hpp>
#include <noren/testing.hpp>

#include <gtest/gtest.h>

using namespace noren;
using namespace noren::testing;

namespace {

struct PaymentMethods : ::testing::Test {
    PluginUnderTest plugin{
        settings(map({{"methods", map({{"paypal", map()},
                                       {"card", map({{"except_countries", texts({"PE", "VN"})}})},
                                       {"cash", map({{"only_to", texts({"JP"})}, {"never_to", texts({"hotel"})}})}})}}),
                 "payment")};
    FactsT facts;

    PaymentMethods() {
        facts.point = Point::OfferPayment;
        facts.order = std::make_unique<wire::OrderT>();
        facts.order->destination = std::make_unique<wire::DestinationT>();
        facts.order->destination->country = "US";
        facts.order->billing_country = "US";
    }
    MethodVerdictT verdict_on(std::string method) {
        facts.methods.clear();
        facts.methods.emplace_back().name = std::move(method);
        return plugin.decide(facts).methods.at(0);
    }
};

TEST_F(PaymentMethods, AnswerForEachCandidateInTurn) {
    for (const auto* name : {"card", "paypal"}) facts.methods.emplace_back().name = name;
    const auto verdict = plugin.decide(facts);
    ASSERT_EQ(verdict.methods.size(), 2u);
    EXPECT_EQ(verdict.methods[0].name, "card");
    EXPECT_EQ(verdict.methods[0].effect, Effect::Allow);
    EXPECT_EQ(verdict.methods[1].effect, Effect::Allow);
}

TEST_F(PaymentMethods, ExceptACountryOfDeliveryAndCiteItsEntry) {
    facts.order->destination->country = "VN";
    const auto card = verdict_on("card");
    EXPECT_EQ(card.effect, Effect::Deny);
    EXPECT_EQ(card.reasons.at(0).code, "country_excluded");
    EXPECT_EQ(card.reasons.at(0).path, "payment.methods.card.except_countries[1]");
    EXPECT_EQ(verdict_on("paypal").effect, Effect::Allow);
}

TEST_F(PaymentMethods, ExceptACountryOfBillingAsWell) {
    facts.order->billing_country = "PE";
    EXPECT_EQ(verdict_on("card").reasons.at(0).path, "payment.methods.card.except_countries[0]");
}

TEST_F(PaymentMethods, OfferOnlyToTheCountriesListed) {
    EXPECT_EQ(verdict_on("cash").reasons.at(0).path, "payment.methods.cash.only_to");
    facts.order->destination->country = "JP";
    EXPECT_EQ(verdict_on("cash").effect, Effect::Allow);
    facts.order->destination->country = "";
    EXPECT_EQ(verdict_on("cash").effect, Effect::Deny);
}

TEST_F(PaymentMethods, NeverOfferToAHotelWhatMustNotGoThere) {
    facts.order->destination->country = "JP";
    facts.order->destination->is_hotel = true;
    EXPECT_EQ(verdict_on("cash").reasons.at(0).path, "payment.methods.cash.never_to[0]");
    EXPECT_EQ(verdict_on("paypal").effect, Effect::Allow);
}

TEST_F(PaymentMethods, OfferNothingThatTheShopDoesNotName) {
    EXPECT_EQ(verdict_on("barter").reasons.at(0).code, "method_not_configured");
    EXPECT_EQ(verdict_on("barter").reasons.at(0).path, "payment.methods");
    EXPECT_EQ(verdict_on("").effect, Effect::Deny);
}

TEST_F(PaymentMethods, OfferNothingToFactsWithoutAnOrderButWhatIsForAll) {
    facts.order.reset();
    EXPECT_EQ(verdict_on("paypal").effect, Effect::Allow);
    EXPECT_EQ(verdict_on("cash").effect, Effect::Deny);
}

}  // namespace
