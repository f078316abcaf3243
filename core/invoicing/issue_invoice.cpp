#include <nlohmann/json.hpp>

#include "invoicing/invoicing.hpp"
#include "orders/facts.hpp"
#include "orders/postings.hpp"

namespace noren::invoicing {

using orders::Books;
using orders::Order;

namespace {

/// What the customer is told of an invoice.
const char* request_event(const Books& books, const Order& order) {
    return books.collects_at_delivery(order.payment_method) ? "payment_at_delivery" : "payment_requested";
}

/// What the carrier collects is arranged without the customer.
void begin_without_customer(store::Transaction& tx, const Books& books, const Order& order) {
    if (!books.collects_at_delivery(order.payment_method)) return;
    books.jobs.schedule(tx, {orders::begin_payment_job, id_text(order.id.value), "", books.clock.now()});
}

}  // namespace

Draft draw_invoice(const Books& books, Order& order, const policies::Decision& decision, wire::FactsT& facts) {
    if (!decision.due || !decision.due->within) throw std::logic_error("an invoice was decided without a deadline");
    const auto due = next(orders::payment_steps, order.payment, orders::PaymentEvent::invoiced);
    if (!due) throw std::logic_error("order " + order.number + " cannot be invoiced now");

    const auto now = books.clock.now();
    Draft draft;
    draft.request = books.notices.decide(request_event(books, order), facts, now);
    const auto requested_at = draft.request.mails.empty() ? now : draft.request.mails.front().send_after;
    draft.invoice.number = order.number + "-1";
    draft.invoice.order = order.id;
    draft.invoice.issued_at = now;
    draft.invoice.due_at = books.calendar.resolve(orders::span_of(*decision.due->within), requested_at);
    draft.invoice.total = order.total;
    order.payment = *due;
    order.invoiced_at = draft.invoice.issued_at;
    order.due_at = draft.invoice.due_at;
    return draft;
}

void post_invoice(store::Transaction& tx, const Books& books, const Order& order, const Draft& draft) {
    books.orders.insert_invoice(tx, draft.invoice);
    books.ledger.post(tx, orders::postings_of_invoice(order, draft.invoice.number, draft.invoice.issued_at));
    books.jobs.schedule(tx, {orders::deadline_job, id_text(order.id.value), "", draft.invoice.due_at});
    books.orders.note(
        tx, order.id,
        {draft.invoice.issued_at, "system", "invoiced",
         nlohmann::json{{"invoice", draft.invoice.number}, {"due_us", us_of(draft.invoice.due_at)}}.dump()});
    books.notices.post(tx, order, draft.request);
    begin_without_customer(tx, books, order);
}

void reissue_invoice(store::Transaction& tx, const Books& books, const Order& before, const Order& after,
                     wire::FactsT& facts) {
    const auto now = books.clock.now();
    const auto earlier = books.orders.invoices(tx, before.id);
    for (const auto& invoice : earlier) {
        if (!invoice.credited_at) books.ledger.post(tx, orders::postings_of_credit(before, invoice.number, now));
    }
    books.orders.credit_invoices(tx, before.id);

    orders::Invoice invoice;
    invoice.number = after.number + "-" + std::to_string(earlier.size() + 1);
    invoice.order = after.id;
    invoice.issued_at = now;
    invoice.due_at = after.due_at.value();
    invoice.total = after.total;
    books.orders.insert_invoice(tx, invoice);
    books.ledger.post(tx, orders::postings_of_invoice(after, invoice.number, now));
    books.orders.note(tx, after.id,
                      {now, "system", "invoiced",
                       nlohmann::json{{"invoice", invoice.number}, {"due_us", us_of(invoice.due_at)}}.dump()});
    orders::Particulars about;
    about.occasion = invoice.number;
    books.notices.post(tx, after, books.notices.decide(request_event(books, after), facts, now, about));
    begin_without_customer(tx, books, after);
}

bool invoice_if_ready(store::Transaction& tx, const Books& books, OrderId id) {
    auto order = books.orders.find_for_change(tx, id);
    if (!order || order->payment != orders::Payment::not_due || order->fulfilment != orders::Fulfilment::ready ||
        order->hold != orders::Hold::free) {
        return false;
    }
    auto facts = orders::facts_of(*order, books.storefront, books.calendar, books.clock.now());
    auto decision = books.policies.decide(wire::Point::Invoice, facts);
    if (decision.effect != wire::Effect::Allow) return false;
    const auto draft = draw_invoice(books, *order, decision, facts);
    auto ballots = std::move(decision.ballots);
    ballots.insert(ballots.end(), draft.request.ballots.begin(), draft.request.ballots.end());
    books.orders.save(tx, *order);
    post_invoice(tx, books, *order, draft);
    orders::record_decision(tx, books, *order, "invoiced", decision.effect, facts, std::move(ballots));
    return true;
}

}  // namespace noren::invoicing
