#include "orders/receive_payment.hpp"

#include <nlohmann/json.hpp>

#include "orders/facts.hpp"
#include "orders/postings.hpp"

namespace noren::orders {
namespace {

void note(store::Transaction& tx, const Books& books, const payments::Attempt& attempt, const char* what) {
    books.orders.note(
        tx, attempt.order,
        {books.clock.now(), "provider:" + attempt.method, what,
         nlohmann::json{{"attempt", id_text(attempt.id.value)}, {"amount", to_string(attempt.amount)}}.dump()});
}

void receive_money(store::Transaction& tx, const Books& books, Order& order, const payments::Attempt& attempt) {
    const auto now = books.clock.now();
    order.paid_at = now;
    if (!books.orders.step(tx, order, PaymentEvent::paid)) {
        // Paid already: this second payment is the customer's.
        books.ledger.post(tx, postings_of_surplus(order, attempt, now));
        note(tx, books, attempt, "paid_twice");
        return;
    }
    if (order.payment == Payment::owed_back) {
        books.ledger.post(tx, postings_of_surplus(order, attempt, now));
        note(tx, books, attempt, "paid_too_late");
        return;
    }
    books.ledger.post(tx, postings_of_payment(order, attempt, now));
    const bool holds_stock = order.reservation.value != 0;  // not when all of it is procured after the order
    if (holds_stock && !books.stock.claim(tx, order.reservation)) {
        throw std::logic_error("the stock of a payable order was given away");
    }
    books.jobs.cancel(tx, deadline_job, id_text(order.id.value));
    note(tx, books, attempt, "paid");
    auto facts = facts_of(order, books.storefront, books.calendar, now);
    books.notices.post(tx, order, books.notices.decide("payment_received", facts, now));
}

void leave_to_carrier(store::Transaction& tx, const Books& books, Order& order, const payments::Attempt& attempt) {
    if (!books.orders.step(tx, order, PaymentEvent::left_to_carrier)) return;
    books.jobs.cancel(tx, deadline_job, id_text(order.id.value));
    books.jobs.cancel(tx, payment_check_job, id_text(attempt.id.value));
    note(tx, books, attempt, "payment_at_delivery");
}

}  // namespace

void receive_payment(store::Transaction& tx, const Books& books, const payments::Attempt& attempt,
                     payments::AttemptEvent event) {
    auto order = books.orders.find_for_change(tx, attempt.order);
    if (!order) throw std::logic_error("a payment names an order that does not exist");
    switch (event) {
        case payments::AttemptEvent::captured: receive_money(tx, books, *order, attempt); break;
        case payments::AttemptEvent::pending:
            if (books.collects_at_delivery(attempt.method)) return leave_to_carrier(tx, books, *order, attempt);
            if (books.orders.step(tx, *order, PaymentEvent::pending)) note(tx, books, attempt, "payment_pending");
            break;
        case payments::AttemptEvent::refused:
            if (order->payment == Payment::pending && books.orders.step(tx, *order, PaymentEvent::failed)) {
                note(tx, books, attempt, "payment_failed");
                // What was waited for beyond the deadline is overdue at once.
                if (order->due_at && *order->due_at <= books.clock.now())
                    books.jobs.schedule(tx, {deadline_job, id_text(order->id.value), "", books.clock.now()});
            } else {
                note(tx, books, attempt, "payment_refused");
            }
            break;
        default: break;
    }
}

}  // namespace noren::orders
