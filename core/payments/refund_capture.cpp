#include "payments/payments.hpp"

namespace noren::payments {
namespace {

/// What an outcome means in the refund's table; nothing: it is still not known, and asking again is safe.
std::optional<RefundEvent> event_of(const Refund& refund, const wire::OutcomeT& outcome) {
    switch (outcome.kind) {
        case wire::OutcomeKind::Done: {
            const bool agrees = outcome.amount && outcome.amount->minor == refund.amount.minor() &&
                                outcome.amount->currency == refund.amount.currency().code();
            return agrees ? std::optional(RefundEvent::done) : std::nullopt;
        }
        case wire::OutcomeKind::Refused: return RefundEvent::refused;
        case wire::OutcomeKind::Pending: return RefundEvent::pending;
        case wire::OutcomeKind::NotSent:
        case wire::OutcomeKind::Unknown: break;
    }
    return std::nullopt;
}

}  // namespace

Result<Refund, Refusal> Payments::refund(const RefundWish& wish) {
    const auto id = ids_.next<RefundKind>();
    auto stored = books_.transact([&](store::Transaction& tx) -> Result<Refund, Refusal> {
        const auto attempt = attempts_.find(tx, wish.attempt);
        if (!attempt) return refuse(Refusal{"attempt_not_found", "There is no such payment."});
        parts_.lock_order(tx, attempt->order);
        if (auto earlier = find_refund(tx, attempt->order, wish.key)) {
            const bool same = earlier->attempt == wish.attempt && earlier->amount == wish.amount;
            if (!same) return refuse(Refusal{"key_reused", "This key was used for another refund."});
            return *std::move(earlier);
        }
        const auto* asked_gateway = gateway(attempt->method);
        if (asked_gateway == nullptr || !asked_gateway->refunds()) {
            return refuse(Refusal{"refund_not_offered", "'" + attempt->method + "' cannot return money."});
        }
        Refund refund;
        refund.id = id;
        refund.attempt = attempt->id;
        refund.order = attempt->order;
        refund.order_number = attempt->order_number;
        refund.method = attempt->method;
        refund.amount = wish.amount;
        refund.reason = wish.reason;
        refund.who = wish.who;
        refund.key = wish.key;
        refund.begun_at = refund.updated_at = clock_.now();
        TRY(parts_.reserve_refund(tx, refund));
        insert(tx, refund);
        parts_.check_refund_at(tx, id, clock_.now() + check_delay(0));
        return refund;
    });
    if (!stored || stored->id != id) return stored;
    return ask_refund(*stored);
}

std::optional<Refund> Payments::settle_refund(RefundId id) {
    auto refund = books_.read([&](store::Transaction& tx) { return find_refund(tx, id); });
    if (!refund || refund->state == RefundState::done || refund->state == RefundState::refused) return refund;
    if (gateway(refund->method) == nullptr) return refund;
    return ask_refund(*refund);
}

Refund Payments::ask_refund(const Refund& asked) {
    const auto attempt = books_.look_up([&](store::Transaction& tx) { return attempts_.ask(tx, asked.attempt); });
    if (!attempt) throw std::logic_error("a refund names a payment that does not exist");
    const auto answer = gateway(asked.method)->refund(*attempt, asked);
    return books_.transact([&](store::Transaction& tx) {
        parts_.lock_order(tx, asked.order);
        auto refund = find_refund(tx, asked.id);
        if (!refund) throw std::logic_error("a refund vanished");
        auto exchanges = answer.exchanges;
        for (auto& exchange : exchanges) exchange.operation = "refund";
        attempts_.record(tx, attempt->id, exchanges);

        const auto& outcome = answer.outcome;
        const auto event = event_of(*refund, outcome);
        const auto to = event ? next(refund_steps, refund->state, *event) : std::nullopt;
        if (!outcome.refund_ref.empty()) refund->refund_ref = outcome.refund_ref;
        refund->failure = outcome.reasons.empty() ? std::string() : outcome.reasons.front().code;
        if (!event && outcome.kind == wire::OutcomeKind::Done) refund->failure = "amount_differs";
        if (to) refund->state = *to;
        refund->updated_at = clock_.now();
        ++refund->checks;
        keep(tx, *refund);
        if (to) parts_.on_refunded(tx, *refund, *event);
        if (refund->state == RefundState::done || refund->state == RefundState::refused) {
            parts_.no_refund_check(tx, refund->id);
        } else {
            parts_.check_refund_at(tx, refund->id, clock_.now() + check_delay(refund->checks));
        }
        return *refund;
    });
}

}  // namespace noren::payments
