#include "orders/conduct.hpp"

#include <nlohmann/json.hpp>

#include "customers/standing.hpp"
#include "orders/cancel_order.hpp"
#include "orders/facts.hpp"
#include "orders/history.hpp"

namespace noren::orders {
namespace {

void tell(store::Transaction& tx, const Books& books, const Order& order, const std::string& event,
          const std::string& reason) {
    const auto now = books.clock.now();
    auto facts = facts_of(order, books.storefront, books.calendar, now);
    Particulars about;
    about.reason = reason;
    books.notices.post(tx, order, books.notices.decide(event, facts, now, about));
}

void restrict_account(store::Transaction& tx, const Books& books, const Order& order, const std::string& reason) {
    if (customers::standing_of(tx, order.customer, order.household) != customers::Standing::open) return;
    const auto now = books.clock.now();
    customers::set_standing(tx, order.customer, order.household, customers::Standing::restricted, reason, now);
    books.orders.note(tx, order.id, {now, "system", "account_restricted", nlohmann::json{{"reason", reason}}.dump()});
    tell(tx, books, order, "account_restricted", reason);
}

}  // namespace

void offend(store::Transaction& tx, const Books& books, const Order& order, const std::string& kind, int weight) {
    static const store::Sql insert(
        "insert into offence (id, at, customer_id, household, kind, weight, order_id) "
        "values ($1, $2, $3, $4, $5, $6, $7)");
    if (weight <= 0) return;
    const auto now = books.clock.now();
    tx.queue(insert, books.ids.next<struct OffenceKind>(), now, order.customer, order.household, kind, weight,
             order.id);
    if (!books.policies.decides(wire::Point::Conduct)) return;

    auto facts = facts_of(order, books.storefront, books.calendar, now);
    facts.actor = "system";
    facts.reason = kind;
    add_past(tx, books.policies, wire::Point::Conduct, order, now, facts);
    auto decision = books.policies.decide(wire::Point::Conduct, facts);
    const auto step = decision.conduct ? decision.conduct->step : std::string();
    if (step.empty()) return;
    record_decision(tx, books, order, "conduct", decision.effect, facts, std::move(decision.ballots));
    if (step == "restrict") return restrict_account(tx, books, order, kind);
    if (step == "close") return close_account(tx, books, order, kind, "system");
    const auto event = step == "warn" ? "conduct_warned" : "conduct_reminded";
    books.orders.note(tx, order.id, {now, "system", event, nlohmann::json{{"reason", kind}}.dump()});
    tell(tx, books, order, event, kind);
}

void close_account(store::Transaction& tx, const Books& books, const Order& order, const std::string& reason,
                   const std::string& who) {
    if (customers::standing_of(tx, order.customer, order.household) == customers::Standing::closed) return;
    const auto now = books.clock.now();
    customers::set_standing(tx, order.customer, order.household, customers::Standing::closed, reason, now);
    books.orders.note(tx, order.id, {now, who, "account_closed", nlohmann::json{{"reason", reason}}.dump()});
    tell(tx, books, order, "account_closed", reason);
    books.jobs.schedule(tx, {close_account_job, id_text(order.customer.value) + " " + order.household, "", now});
}

void close_at_request(store::Transaction& tx, const Books& books, CustomerId customer) {
    static const store::Sql known(
        "select household from orders where customer_id = $1 and household <> '' union "
        "select household from address_book where customer_id = $1");
    const auto now = books.clock.now();
    const auto households = tx.run(known, customer);
    customers::set_standing(tx, customer, {}, customers::Standing::closed, "asked_by_holder", now);
    for (std::size_t row = 0; row < households.size(); ++row) {
        customers::set_standing(tx, {}, households.text(row, 0), customers::Standing::closed, "asked_by_holder", now);
    }
    books.jobs.schedule(tx, {close_account_job, id_text(customer.value), "", now});
}

void cancel_unpaid(store::Store& store, const Books& books, CustomerId customer, const std::string& household) {
    const auto unpaid =
        store.read([&](store::Transaction& tx) { return books.orders.unpaid_of(tx, customer, household); });
    for (const auto id : unpaid) {
        store.transact([&](store::Transaction& tx) {
            auto order = books.orders.find_for_change(tx, id);
            // Refused for what was paid, sent or cancelled meanwhile.
            if (order && order->payment != Payment::paid)
                (void)cancel_order(tx, books, *order, {"account_closed", "system"});
        });
    }
}

}  // namespace noren::orders
