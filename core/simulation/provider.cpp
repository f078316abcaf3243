#include "simulation/provider.hpp"

#include <stdexcept>

#include "orders/facts.hpp"

namespace noren::simulation {
namespace {

using State = SimulatedProvider::State;

payments::Gateway::Answer answer_of(const SimulatedProvider::Payment& payment) {
    payments::Gateway::Answer answer;
    auto& outcome = answer.outcome;
    outcome.provider_ref = payment.ref;
    switch (payment.state) {
        case State::open:
        case State::approved:
            outcome.kind = wire::OutcomeKind::Pending;
            outcome.awaiting =
                payment.state == State::open ? wire::Awaiting::CustomerApproval : wire::Awaiting::Capture;
            outcome.redirect_url = "https://provider.invalid/approve/" + payment.ref;
            break;
        case State::pending:
            outcome.kind = wire::OutcomeKind::Pending;
            outcome.awaiting = wire::Awaiting::Clearing;
            break;
        case State::captured:
            outcome.kind = wire::OutcomeKind::Done;
            outcome.capture_ref = payment.ref + "-captured";
            outcome.amount = orders::wire_money(payment.amount);
            break;
        case State::refused: {
            outcome.kind = wire::OutcomeKind::Refused;
            auto& reason = outcome.reasons.emplace_back();
            reason.code = "instrument_declined";
            reason.severity = wire::Severity::Refusal;
            break;
        }
    }
    return answer;
}

payments::Gateway::Answer answered(wire::OutcomeKind kind) {
    payments::Gateway::Answer answer;
    answer.outcome.kind = kind;
    return answer;
}

State state_after(SimulatedProvider::Outcome outcome) {
    switch (outcome) {
        case SimulatedProvider::Outcome::refused: return State::refused;
        case SimulatedProvider::Outcome::pending: return State::pending;
        default: return State::captured;
    }
}

}  // namespace

SimulatedProvider::Payment& SimulatedProvider::open(AttemptId attempt, Money amount) {
    return payments_.try_emplace(attempt.value, Payment{"SIM-" + id_text(attempt.value), amount}).first->second;
}

SimulatedProvider::Payment* SimulatedProvider::find(AttemptId attempt) {
    const auto found = payments_.find(attempt.value);
    return found == payments_.end() ? nullptr : &found->second;
}

void SimulatedProvider::approve(AttemptId attempt, Outcome outcome) {
    auto* payment = find(attempt);
    if (payment == nullptr || payment->state != State::open)
        throw std::logic_error("a payment that cannot be approved");
    payment->state = State::approved;
    payment->outcome = outcome;
}

void SimulatedProvider::decide(AttemptId attempt, State state) {
    auto* payment = find(attempt);
    if (payment == nullptr || payment->state != State::pending) throw std::logic_error("a payment that is not pending");
    payment->state = state;
}

bool SimulatedProvider::give_back(AttemptId attempt, payments::RefundId refund, Money amount) {
    const auto* payment = find(attempt);
    if (payment == nullptr || payment->state != State::captured) return false;
    auto& given = refunds_[attempt.value];
    if (const auto known = given.find(refund.value); known != given.end()) return known->second == amount;
    auto left = payment->amount;
    for (const auto& [id, earlier] : given) left -= earlier;
    if (amount.minor() > left.minor()) return false;
    given.emplace(refund.value, amount);
    return true;
}

payments::Gateway::Answer SimulatedGateway::begin(const payments::Attempt& attempt, const payments::Details&) {
    return answer_of(provider_.open(attempt.id, attempt.amount));
}

payments::Gateway::Answer SimulatedGateway::refund(const payments::Attempt& attempt, const payments::Refund& refund) {
    const bool done = provider_.give_back(attempt.id, refund.id, refund.amount);
    auto answer = answered(done ? wire::OutcomeKind::Done : wire::OutcomeKind::Refused);
    if (done) answer.outcome.amount = orders::wire_money(refund.amount);
    return answer;
}

payments::Gateway::Answer SimulatedGateway::capture(const payments::Attempt& attempt) {
    auto* payment = provider_.find(attempt.id);
    if (payment == nullptr) return answered(wire::OutcomeKind::NotSent);
    if (payment->state != State::approved) return answer_of(*payment);
    payment->state = state_after(payment->outcome);
    if (payment->outcome == SimulatedProvider::Outcome::lost) return answered(wire::OutcomeKind::Unknown);
    return answer_of(*payment);
}

payments::Gateway::Answer SimulatedGateway::status(const payments::Attempt& attempt, const payments::Details&) {
    const auto* payment = provider_.find(attempt.id);
    return payment == nullptr ? answered(wire::OutcomeKind::NotSent) : answer_of(*payment);
}

std::optional<wire::WebhookEventT> SimulatedGateway::webhook(const payments::WebhookMessage& message) {
    const auto id = id_from_text(message.body);
    const auto* payment = id ? provider_.find(AttemptId{*id}) : nullptr;
    if (payment == nullptr) return std::nullopt;
    wire::WebhookEventT event;
    event.verified = true;
    event.event_id = payment->ref + "-" + std::to_string(static_cast<int>(payment->state));
    event.event_type = "payment.decided";
    event.attempt_id = message.body;
    event.provider_ref = payment->ref;
    return event;
}

}  // namespace noren::simulation
