#include "orders/cancel_order.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "orders/facts.hpp"
#include "orders/postings.hpp"

namespace noren::orders {

void give_up_attempts(store::Transaction& tx, const Books& books, OrderId order) {
    for (auto& attempt : books.attempts.of_order(tx, order)) {
        const bool with_carrier =
            attempt.state == payments::AttemptState::pending && books.collects_at_delivery(attempt.method);
        const bool open = attempt.state == payments::AttemptState::awaiting_customer ||
                          attempt.state == payments::AttemptState::created;
        if (!open && !with_carrier) continue;
        if (with_carrier) attempt.reason = "not_collected";
        books.attempts.step(tx, attempt, open ? payments::AttemptEvent::abandoned : payments::AttemptEvent::refused);
        books.jobs.cancel(tx, payment_check_job, id_text(attempt.id.value));
    }
}

void count_ordered(store::Transaction& tx, const std::string& household, std::vector<Units> units) {
    static const store::Sql count(
        "insert into counter (name, subject, value) values ('units_ordered', $1, $2) on conflict ({shop} name, "
        "subject) do update set value = counter.value + excluded.value");
    if (household.empty()) return;
    std::sort(units.begin(), units.end(), [](const Units& a, const Units& b) { return a.sku < b.sku; });
    for (const auto& one : units) tx.queue(count, household + "|" + one.sku, one.quantity);
}

void count_back(store::Transaction& tx, const std::string& household, std::vector<Units> units) {
    static const store::Sql count(
        "update counter set value = case when value > $2 then value - $2 else 0 end "
        "where name = 'units_ordered' and subject = $1");
    if (household.empty()) return;
    std::sort(units.begin(), units.end(), [](const Units& a, const Units& b) { return a.sku < b.sku; });
    for (const auto& one : units) tx.queue(count, household + "|" + one.sku, one.quantity);
}

void give_back(store::Transaction& tx, const Books& books, const Order& order, Line& line, std::int64_t quantity) {
    const auto not_come = std::min(quantity, line.quantity - line.in_hand);
    const auto in_hand = quantity - not_come;
    if (not_come > 0 && line.source == "incoming")
        books.stock.release(tx, order.reservation, line.sku, stock::Source::incoming, not_come);
    if (in_hand > 0) books.stock.release(tx, order.reservation, line.sku, stock::Source::on_hand, in_hand);
    line.quantity -= quantity;
    line.cancelled += quantity;
    line.in_hand -= in_hand;
}

Result<void, IllegalStep> cancel_order(store::Transaction& tx, const Books& books, Order& order,
                                       const Cancellation& cancellation) {
    const auto payment_before = order.payment;
    TRY(books.orders.step(tx, order, FulfilmentEvent::cancel));
    TRY(books.orders.step(tx, order, PaymentEvent::cancelled));
    if (order.hold == Hold::held) TRY(books.orders.step(tx, order, HoldEvent::release));

    const auto now = books.clock.now();
    const auto subject = id_text(order.id.value);
    for (const auto* job : {deadline_job, reply_deadline_job, procurement_job, goods_arrived_job, begin_payment_job})
        books.jobs.cancel(tx, job, subject);
    give_up_attempts(tx, books, order.id);
    if (order.invoiced_at) {
        for (const auto& invoice : books.orders.invoices(tx, order.id)) {
            if (invoice.credited_at) continue;
            books.ledger.post(
                tx, payment_before == Payment::paid
                        ? postings_of_return(order, invoice.number, books.ledger.balances_of(tx, order.id), now)
                        : postings_of_credit(order, invoice.number, now));
        }
        books.orders.credit_invoices(tx, order.id);
    }
    books.orders.note(tx, order.id,
                      {now, cancellation.who, "cancelled", nlohmann::json{{"reason", cancellation.reason}}.dump()});

    auto facts = facts_of(order, books.storefront, books.calendar, now);
    Particulars about;
    about.reason = cancellation.reason;
    books.notices.post(tx, order, books.notices.decide("order_cancelled", facts, now, about));

    std::vector<Units> units;
    units.reserve(order.lines.size());
    for (const auto& line : order.lines) units.push_back({line.sku, line.quantity});
    count_back(tx, order.household, std::move(units));
    if (order.reservation.value != 0) books.stock.release(tx, order.reservation);  // the last of all locks
    return {};
}

}  // namespace noren::orders
