#include "fulfilment/hold_order.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "invoicing/invoicing.hpp"
#include "orders/cancel_order.hpp"
#include "orders/facts.hpp"
#include "orders/history.hpp"

namespace noren::fulfilment {
namespace {

using orders::Hold;

std::string first_code(const policies::Decision& decision) {
    return decision.reasons.empty() ? "held" : decision.reasons.front().code;
}

/// What policies on holds need to know of the past, beside what was told for the placing.
std::vector<wire::HistoryT> past_for_hold(store::Transaction& tx, const orders::Books& books,
                                          const orders::Order& order, Instant now) {
    static constexpr wire::Point holding[] = {wire::Point::Hold};
    const auto told = books.policies.needs(orders::asked_at_placing);
    auto needs = books.policies.needs(holding);
    const bool identical = std::any_of(needs.begin(), needs.end(),
                                       [](const policies::Need& need) { return need.name == "identical_orders"; });
    std::erase_if(needs,
                  [&](const policies::Need& need) { return std::find(told.begin(), told.end(), need) != told.end(); });
    orders::Past past{order.customer, order.household, {}, now};
    for (const auto& line : order.lines) past.skus.push_back(line.sku);
    auto history = orders::ask_history(tx, needs, past).get();
    if (identical) {
        for (auto& found : orders::identical_orders(tx, order, now)) history.push_back(std::move(found));
    }
    return history;
}

}  // namespace

std::optional<policies::Decision> hold_if_doubtful(store::Transaction& tx, const orders::Books& books,
                                                   orders::Order& order, wire::FactsT& facts) {
    if (!books.policies.decides(wire::Point::Hold)) return std::nullopt;
    const auto now = books.clock.now();
    for (auto& told : past_for_hold(tx, books, order, now)) facts.history.push_back(std::move(told));
    auto decision = books.policies.decide(wire::Point::Hold, facts);
    if (decision.effect != wire::Effect::Wait) return std::nullopt;
    order.hold = Hold::held;
    facts.order->hold = word_of(orders::hold_words, order.hold);
    if (decision.due && decision.due->within)
        order.reply_by = books.calendar.resolve(orders::span_of(*decision.due->within), now);
    return decision;
}

void post_hold(store::Transaction& tx, const orders::Books& books, const orders::Order& order,
               const policies::Decision& decision, wire::FactsT& facts) {
    const auto now = books.clock.now();
    const auto why = first_code(decision);
    books.orders.note(tx, order.id, {now, "system", "held", nlohmann::json{{"reason", why}}.dump()});
    orders::Particulars about;
    about.reason = why;
    about.by = order.reply_by;
    books.notices.post(tx, order, books.notices.decide("order_held", facts, now, about));
    if (order.reply_by)
        books.jobs.schedule(tx, {orders::reply_deadline_job, id_text(order.id.value), "", *order.reply_by});
}

Result<void, Refusal> release_hold(store::Transaction& tx, const orders::Books& books, OrderId id, const Actor& actor) {
    auto order = books.orders.find_for_change(tx, id);
    if (!order) return refuse(Refusal{"order_not_found", "There is no such order."});
    order->reply_by.reset();
    if (order->fulfilment == orders::Fulfilment::cancelled ||
        !books.orders.step(tx, *order, orders::HoldEvent::release)) {
        return refuse(Refusal{"not_in_this_state", "The order is not held."});
    }
    books.jobs.cancel(tx, orders::reply_deadline_job, id_text(id.value));
    books.orders.note(tx, id, {books.clock.now(), actor.who, "released", "{}"});
    invoicing::invoice_if_ready(tx, books, id);
    return {};
}

Result<void, Refusal> hold(store::Transaction& tx, const orders::Books& books, OrderId id, const std::string& reason,
                           const Actor& actor) {
    auto order = books.orders.find_for_change(tx, id);
    if (!order) return refuse(Refusal{"order_not_found", "There is no such order."});
    const bool is_open =
        order->fulfilment == orders::Fulfilment::waiting || order->fulfilment == orders::Fulfilment::ready;
    if (!is_open || !books.orders.step(tx, *order, orders::HoldEvent::hold)) {
        return refuse(Refusal{"not_in_this_state", "The order cannot be held."});
    }
    books.orders.note(tx, id, {books.clock.now(), actor.who, "held", nlohmann::json{{"reason", reason}}.dump()});
    return {};
}

void reply_is_late(store::Transaction& tx, const orders::Books& books, OrderId id) {
    auto order = books.orders.find_for_change(tx, id);
    if (!order || order->hold != Hold::held) return;
    // Refused for what cannot be cancelled any more: staff's to settle.
    (void)orders::cancel_order(tx, books, *order, {"no_reply", "system"});
}

}  // namespace noren::fulfilment
