#include <noren/policy.hpp>
#include <noren/testing.hpp>

#include <gtest/gtest.h>

using namespace noren;
using namespace noren::testing;

namespace {

struct Terms {
    std::string invoice_when = "all_in_stock";
    bool cancel = true;
    bool bar = true;
};

wire::SettingsT terms(const Terms& chosen = {}) {
    auto overdue = map({{"cancel", boolean(chosen.cancel)}});
    if (chosen.bar)
        overdue = map(
            {{"cancel", boolean(chosen.cancel)}, {"bar", map({{"items", text("same")}, {"whom", text("household")}})}});
    return settings(map({{"due", span(7, "d")}, {"invoice_when", text(chosen.invoice_when)}, {"overdue", overdue}}),
                    "payment");
}

FactsT facts_at(Point point) {
    FactsT facts;
    facts.point = point;
    facts.order = std::make_unique<wire::OrderT>();
    return facts;
}

void add_line(FactsT& facts, std::string sku, std::int32_t quantity, std::int64_t on_hand) {
    auto& line = facts.order->lines.emplace_back();
    line.sku = std::move(sku);
    line.quantity = quantity;
    line.on_hand = on_hand;
}

TEST(PaymentTerms, InvoiceWhatIsAllInTheWarehouseAndNameTheDeadline) {
    PluginUnderTest plugin(terms());
    auto facts = facts_at(Point::Invoice);
    add_line(facts, "A", 2, 2);
    const auto verdict = plugin.decide(facts);
    EXPECT_EQ(verdict.effect, Effect::Allow);
    ASSERT_TRUE(verdict.due && verdict.due->within);
    EXPECT_EQ(verdict.due->within->count, 7);
    EXPECT_EQ(verdict.due->within->unit, "d");
    EXPECT_EQ(verdict.due->reason->path, "payment.due");
}

TEST(PaymentTerms, WaitForTheLastUnitAndNameNoDeadlineBefore) {
    PluginUnderTest plugin(terms());
    auto facts = facts_at(Point::Invoice);
    add_line(facts, "A", 2, 2);
    add_line(facts, "B", 2, 1);
    const auto verdict = plugin.decide(facts);
    EXPECT_EQ(verdict.effect, Effect::Wait);
    EXPECT_EQ(verdict.reasons.at(0).path, "payment.invoice_when");
    EXPECT_FALSE(verdict.due);
}

TEST(PaymentTerms, InvoiceAtTheOrderWhereTheShopSaysSo) {
    PluginUnderTest plugin(terms({"at_order"}));
    auto facts = facts_at(Point::Invoice);
    add_line(facts, "A", 1, 0);
    EXPECT_EQ(plugin.decide(facts).effect, Effect::Allow);
}

TEST(PaymentTerms, InvoiceNeitherNothingNorLessThanNothing) {
    PluginUnderTest plugin(terms());
    auto facts = facts_at(Point::Invoice);
    EXPECT_EQ(plugin.decide(facts).effect, Effect::Wait);
    add_line(facts, "A", -1, 0);
    EXPECT_EQ(plugin.decide(facts).effect, Effect::Wait);
}

TEST(PaymentTerms, CancelWhatIsOverdueAndBarTheHousehold) {
    PluginUnderTest plugin(terms());
    const auto verdict = plugin.decide(facts_at(Point::Overdue));
    EXPECT_EQ(verdict.effect, Effect::Allow);
    EXPECT_TRUE(verdict.overdue->cancel);
    EXPECT_EQ(verdict.overdue->bar_whom, "household");
    EXPECT_EQ(verdict.overdue->reason->path, "payment.overdue.cancel");
}

TEST(PaymentTerms, WaitWhereTheShopDoesNotCancelAndBarNobodyWhereItDoesNotSay) {
    PluginUnderTest waiting(terms({"all_in_stock", false}));
    EXPECT_EQ(waiting.decide(facts_at(Point::Overdue)).effect, Effect::Wait);
    PluginUnderTest forgiving(terms({"all_in_stock", true, false}));
    EXPECT_EQ(forgiving.decide(facts_at(Point::Overdue)).overdue->bar_whom, "");
}

TEST(PaymentTerms, RefuseABarredItemAndNoOther) {
    auto facts = facts_at(Point::Sell);
    add_line(facts, "A", 1, 5);
    add_line(facts, "B", 1, 5);
    auto& past = facts.history.emplace_back();
    past.need = "barred_items";
    past.key = "B";
    past.value = 1;
    PluginUnderTest plugin(terms());
    const auto verdict = plugin.decide(facts);
    EXPECT_EQ(verdict.effect, Effect::Deny);
    ASSERT_EQ(verdict.reasons.size(), 1u);
    EXPECT_EQ(verdict.reasons[0].code, "barred_after_nonpayment");
    EXPECT_EQ(verdict.reasons[0].path, "payment.overdue.bar");
    EXPECT_EQ(verdict.reasons[0].line, 1);

    past.value = 0;
    EXPECT_EQ(plugin.decide(facts).effect, Effect::Allow);
    past.value = 1;
    PluginUnderTest forgiving(terms({"all_in_stock", true, false}));
    EXPECT_EQ(forgiving.decide(facts).effect, Effect::Allow);
}

wire::SettingsT prepaid() {
    auto chosen = terms();
    chosen.root->items.push_back(map({{"prepayment", map({{"orders_from", money(100000, "JPY")},
                                                          {"items_from", money(60000, "JPY")},
                                                          {"by", texts({"paypal"})}})}})
                                     .items.at(0));
    return chosen;
}

TEST(PaymentTerms, AskForDearOrdersBeforeAnythingIsProcured) {
    PluginUnderTest plugin(prepaid());
    auto facts = facts_at(Point::Invoice);
    add_line(facts, "A", 2, 0);
    facts.order->goods = wire_money(Money{99999, JPY});
    facts.order->lines[0].unit_price = wire_money(Money{50000, JPY});
    EXPECT_EQ(plugin.decide(facts).effect, Effect::Wait);
    facts.order->goods = wire_money(Money{100000, JPY});
    EXPECT_EQ(plugin.decide(facts).effect, Effect::Allow);
    EXPECT_EQ(plugin.decide(facts).reasons.at(0).path, "payment.prepayment.orders_from");
    EXPECT_TRUE(plugin.decide(facts).due);

    facts.order->goods = wire_money(Money{60000, JPY});
    facts.order->lines[0].unit_price = wire_money(Money{60000, JPY});
    EXPECT_EQ(plugin.decide(facts).reasons.at(0).path, "payment.prepayment.items_from");
}

TEST(PaymentTerms, HaveDearOrdersPaidByTheNamedWaysOnly) {
    PluginUnderTest plugin(prepaid());
    auto facts = facts_at(Point::OfferPayment);
    facts.methods.emplace_back().name = "card";
    facts.methods.emplace_back().name = "paypal";
    facts.order->goods = wire_money(Money{99999, JPY});
    EXPECT_TRUE(plugin.decide(facts).methods.empty()) << "of other orders they say nothing";
    facts.order->goods = wire_money(Money{100000, JPY});
    const auto verdict = plugin.decide(facts);
    ASSERT_EQ(verdict.methods.size(), 1u);
    EXPECT_EQ(verdict.methods[0].name, "card");
    EXPECT_EQ(verdict.methods[0].reasons.at(0).code, "prepayment_required");
}

TEST(PaymentTerms, SayThatAnotherPointIsNotTheirs) {
    PluginUnderTest plugin(terms());
    EXPECT_EQ(plugin.play(NOREN_POLICY_DECIDE, facts_at(Point::Review)).error().code, "unknown_point");
}

}  // namespace
