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

struct PaymentTermsOfMethods : ::testing::Test {
    PluginUnderTest plugin{settings(map({{"methods", map({{"paypal", map()},
                                                          {"card", map({{"up_to", money(100000, "JPY")},
                                                                        {"first_payment_up_to", money(30000, "JPY")},
                                                                        {"unpaid_orders_up_to", integer(1)}})},
                                                          {"cash", map({{"fee", money(200, "JPY")}})}})}}),
                                    "payment")};
    FactsT facts;

    PaymentTermsOfMethods() {
        facts.point = Point::OfferPayment;
        facts.order = std::make_unique<wire::OrderT>();
        facts.methods.emplace_back().name = "card";
        facts.methods.emplace_back().name = "paypal";
        goods(10000);
        facts.history.emplace_back().need = "orders_paid";
        paid(1);
    }
    void paid(int orders) { facts.history.front().value = orders; }
    void goods(std::int64_t minor, Currency currency = JPY) { facts.order->goods = wire_money(Money{minor, currency}); }
    void left_unpaid() {
        auto& past = facts.history.emplace_back();
        past.need = "offences";
        past.key = "not_paid";
        past.value = 1;
    }
    MethodVerdictT card() { return plugin.decide(facts).methods.at(0); }
};

TEST_F(PaymentTermsOfMethods, BoundTheAmountAndLeaveOtherWaysAlone) {
    goods(100000);
    EXPECT_EQ(card().effect, Effect::Allow);
    goods(100001);
    EXPECT_EQ(card().reasons.at(0).code, "amount_too_high");
    EXPECT_EQ(card().reasons.at(0).path, "payment.methods.card.up_to");
    EXPECT_EQ(plugin.decide(facts).methods.at(1).effect, Effect::Allow);
}

TEST_F(PaymentTermsOfMethods, TrustAFirstPaymentWithLess) {
    paid(0);
    goods(30000);
    EXPECT_EQ(card().effect, Effect::Allow);
    goods(30001);
    EXPECT_EQ(card().reasons.at(0).code, "first_payment_too_high");
    paid(1);
    EXPECT_EQ(card().effect, Effect::Allow);
}

TEST_F(PaymentTermsOfMethods, RememberOrdersLeftUnpaid) {
    left_unpaid();
    EXPECT_EQ(card().effect, Effect::Allow);
    left_unpaid();
    EXPECT_EQ(card().reasons.at(0).code, "too_many_unpaid_orders");
    facts.history.back().key = "cancelled";
    EXPECT_EQ(card().effect, Effect::Allow);
}

TEST_F(PaymentTermsOfMethods, TakeForeignMoneyForTooMuch) {
    goods(1, USD);
    EXPECT_EQ(card().effect, Effect::Deny);
}

TEST_F(PaymentTermsOfMethods, ChargeTheFeeOfTheWayChosen) {
    facts.point = Point::Charge;
    facts.order->payment_method = "cash";
    const auto verdict = plugin.decide(facts);
    ASSERT_EQ(verdict.fees.size(), 1u);
    EXPECT_EQ(verdict.fees[0].amount->minor, 200);
    EXPECT_EQ(verdict.fees[0].reason->path, "payment.methods.cash.fee");
    for (const auto* free : {"card", "", "barter"}) {
        facts.order->payment_method = free;
        EXPECT_TRUE(plugin.decide(facts).fees.empty()) << free;
    }
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
