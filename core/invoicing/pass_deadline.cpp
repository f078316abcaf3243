#include <algorithm>

#include "invoicing/invoicing.hpp"
#include "orders/cancel_order.hpp"
#include "orders/conduct.hpp"
#include "orders/facts.hpp"

namespace noren::invoicing {
namespace {

using payments::AttemptState;

bool money_may_be_under_way(store::Transaction& tx, const orders::Books& books, const orders::Order& order) {
    if (order.payment == orders::Payment::pending) return true;
    for (const auto& attempt : books.attempts.of_order(tx, order.id)) {
        if (attempt.state == AttemptState::unknown || attempt.state == AttemptState::capturing ||
            attempt.state == AttemptState::pending) {
            return true;
        }
    }
    return false;
}

void look_again(store::Transaction& tx, const orders::Books& books, OrderId id) {
    books.jobs.schedule(tx, {orders::deadline_job, id_text(id.value), "", books.clock.now() + std::chrono::hours(1)});
}

}  // namespace

void pass_deadline(store::Transaction& tx, const orders::Books& books, OrderId id, const Bar& bar) {
    auto order = books.orders.find_for_change(tx, id);
    if (!order || (order->payment != orders::Payment::due && order->payment != orders::Payment::pending)) return;
    if (money_may_be_under_way(tx, books, *order)) return look_again(tx, books, id);

    const auto now = books.clock.now();
    auto facts = orders::facts_of(*order, books.storefront, books.calendar, now);
    const auto decision = books.policies.decide(wire::Point::Overdue, facts);
    // A policy that failed has decided nothing.
    const auto failed = [](const policies::Ballot& ballot) { return !ballot.fault.empty(); };
    if (std::any_of(decision.ballots.begin(), decision.ballots.end(), failed)) return look_again(tx, books, id);
    if (decision.effect == wire::Effect::Wait || !decision.overdue || !decision.overdue->cancel) {
        books.orders.note(tx, id, {now, "system", "overdue", "{}"});
        return;
    }
    const auto cancelled = orders::cancel_order(tx, books, *order, {"payment_overdue", "system"});
    if (!cancelled) return;  // shipped before it was paid: staff's to settle
    if (!decision.overdue->bar_whom.empty()) bar(tx, *order, decision.overdue->bar_whom);
    orders::record_decision(tx, books, *order, "overdue", decision.effect, facts, decision.ballots);
    orders::offend(tx, books, *order, "not_paid", std::max(1, decision.offence_weight));
}

}  // namespace noren::invoicing
