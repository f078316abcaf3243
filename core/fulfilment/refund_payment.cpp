#include "fulfilment/refund_payment.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "orders/facts.hpp"
#include "orders/postings.hpp"

namespace noren::fulfilment {
namespace {

using orders::Payment;
using payments::Refund;
using payments::RefundState;

/// What was captured by the attempt and neither went back nor is on its way.
Money left_of(const payments::Attempt& attempt, const std::vector<Refund>& refunds) {
    auto left = attempt.captured;
    for (const auto& refund : refunds) {
        if (refund.attempt == attempt.id && refund.state != RefundState::refused) left -= refund.amount;
    }
    return left;
}

Money owed_back(store::Transaction& tx, const orders::Books& books, OrderId order, Currency currency) {
    for (const auto& balance : books.ledger.balances_of(tx, order)) {
        if (balance.account.role() == ledger::Account::Role::owed_back) return {-balance.amount.minor(), currency};
    }
    return {0, currency};
}

std::string told(const Refund& refund) {
    return nlohmann::json{
        {"refund", id_text(refund.id.value)}, {"amount", to_string(refund.amount)}, {"reason", refund.reason}}
        .dump();
}

}  // namespace

std::vector<Refundable> refundable(store::Transaction& tx, const orders::Books& books,
                                   const payments::Payments& payments, OrderId order) {
    const auto refunds = payments::refunds_of(tx, order);
    std::vector<Refundable> found;
    for (const auto& attempt : books.attempts.of_order(tx, order)) {
        if (attempt.state != payments::AttemptState::captured) continue;
        found.push_back({attempt.id, attempt.method, attempt.captured, left_of(attempt, refunds),
                         payments.refunds(attempt.method)});
    }
    return found;
}

Result<void, payments::Refusal> reserve_refund(store::Transaction& tx, const orders::Books& books,
                                               const Refund& refund) {
    const auto order = books.orders.find_for_change(tx, refund.order);
    if (!order) return refuse(payments::Refusal{"order_not_found", "There is no such order."});
    const auto attempt = books.attempts.find(tx, refund.attempt);
    if (!attempt || attempt->state != payments::AttemptState::captured)
        return refuse(payments::Refusal{"nothing_captured", "This payment took no money."});
    const auto refunds = payments::refunds_of(tx, refund.order);
    const bool fits = refund.amount.currency() == attempt->captured.currency() && refund.amount.minor() > 0 &&
                      refund.amount.minor() <= left_of(*attempt, refunds).minor();
    if (!fits)
        return refuse(payments::Refusal{"too_much", "More than this payment took, less what went back already."});

    // What no earlier refund has spoken for is taken from what is owed back; the rest the shop allows now.
    auto spare = owed_back(tx, books, refund.order, refund.amount.currency());
    for (const auto& other : refunds) {
        if (other.state == RefundState::asked || other.state == RefundState::pending) spare -= other.amount;
    }
    const auto now = books.clock.now();
    if (spare.minor() < refund.amount.minor()) {
        const Money allowed{refund.amount.minor() - std::max<std::int64_t>(spare.minor(), 0), refund.amount.currency()};
        const std::vector posting{orders::posting_of_allowance(refund.order, id_text(refund.id.value), allowed, now)};
        books.ledger.post(tx, posting);
    }
    books.orders.note(tx, refund.order, {now, refund.who, "refund_asked", told(refund)});
    return {};
}

void book_refund(store::Transaction& tx, const orders::Books& books, const Refund& refund,
                 payments::RefundEvent event) {
    auto order = books.orders.find_for_change(tx, refund.order);
    if (!order) throw std::logic_error("a refund names an order that does not exist");
    const auto now = books.clock.now();
    const auto who = "provider:" + refund.method;
    if (event == payments::RefundEvent::pending)
        return books.orders.note(tx, refund.order, {now, who, "refund_pending", told(refund)});
    if (event == payments::RefundEvent::refused)
        return books.orders.note(tx, refund.order, {now, who, "refund_refused", told(refund)});

    const std::vector posting{
        orders::posting_of_refund(refund.order, id_text(refund.id.value), refund.method, refund.amount, now)};
    books.ledger.post(tx, posting);
    books.orders.note(tx, refund.order, {now, who, "refunded", told(refund)});
    if (order->payment == Payment::owed_back &&
        owed_back(tx, books, refund.order, refund.amount.currency()).is_zero() &&
        !books.orders.step(tx, *order, orders::PaymentEvent::refunded)) {
        throw std::logic_error("what was owed back cannot be refunded");
    }
    auto facts = orders::facts_of(*order, books.storefront, books.calendar, now);
    orders::Particulars about;
    about.occasion = id_text(refund.id.value);
    about.amount = refund.amount;
    books.notices.post(tx, *order, books.notices.decide("payment_refunded", facts, now, about));
}

}  // namespace noren::fulfilment
