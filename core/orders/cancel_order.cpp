#include "orders/cancel_order.hpp"

#include <nlohmann/json.hpp>

#include "orders/facts.hpp"
#include "orders/postings.hpp"

namespace noren::orders {

Result<void, IllegalStep> cancel_order(store::Transaction& tx, const Books& books, Order& order,
                                       const Cancellation& cancellation) {
    const auto payment_before = order.payment;
    TRY(books.orders.step(tx, order, FulfilmentEvent::cancel));
    TRY(books.orders.step(tx, order, PaymentEvent::cancelled));

    const auto now = books.clock.now();
    books.stock.release(tx, order.reservation);
    books.jobs.cancel(tx, deadline_job, id_text(order.id.value));
    for (auto& attempt : books.attempts.of_order(tx, order.id)) {
        if (attempt.state != payments::AttemptState::awaiting_customer) continue;
        books.attempts.step(tx, attempt, payments::AttemptEvent::abandoned);
        books.jobs.cancel(tx, payment_check_job, id_text(attempt.id.value));
    }
    if (order.invoiced_at) {
        books.orders.credit_invoices(tx, order.id);
        books.ledger.post(tx, postings_of_credit(order, payment_before == Payment::paid, now));
    }
    books.orders.note(tx, order.id,
                      {now, cancellation.who, "cancelled", nlohmann::json{{"reason", cancellation.reason}}.dump()});

    auto facts = facts_of(order, books.storefront, books.calendar, now);
    books.notices.post(tx, order, books.notices.decide("order_cancelled", facts, now));
    return {};
}

}  // namespace noren::orders
