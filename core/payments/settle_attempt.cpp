#include "payments/payments.hpp"

namespace noren::payments {
namespace {

/// What an outcome means in the attempt's table; nothing: it is still not known.
std::optional<AttemptEvent> event_of(const wire::OutcomeT& outcome) {
    switch (outcome.kind) {
        case wire::OutcomeKind::Done: return AttemptEvent::captured;
        case wire::OutcomeKind::Refused: return AttemptEvent::refused;
        case wire::OutcomeKind::NotSent: return AttemptEvent::never_sent;
        case wire::OutcomeKind::Pending:
            return outcome.awaiting == wire::Awaiting::CustomerApproval || outcome.awaiting == wire::Awaiting::Capture
                       ? AttemptEvent::needs_customer
                       : AttemptEvent::pending;
        case wire::OutcomeKind::Unknown: break;
    }
    return std::nullopt;
}

bool amount_agrees(const Attempt& attempt, const wire::OutcomeT& outcome) {
    return outcome.amount && outcome.amount->minor == attempt.amount.minor() &&
           outcome.amount->currency == attempt.amount.currency().code();
}

std::string reason_of(const wire::OutcomeT& outcome) {
    return outcome.reasons.empty() ? std::string() : outcome.reasons.front().code;
}

}  // namespace

std::chrono::seconds check_delay(std::int64_t checks) {
    using namespace std::chrono_literals;
    constexpr std::chrono::seconds first[] = {1min, 5min, 15min};
    if (checks < 3) return first[checks < 0 ? 0 : checks];
    return checks < 27 ? std::chrono::seconds(1h) : std::chrono::seconds(24h);
}

Payments::Payments(store::Store& books, const Clock& clock, IdSource& ids,
                   std::map<std::string, std::unique_ptr<Gateway>> gateways, Parts parts)
    : books_(books),
      clock_(clock),
      ids_(ids),
      attempts_(clock, ids),
      gateways_(std::move(gateways)),
      parts_(std::move(parts)) {}

Gateway* Payments::gateway(const std::string& method) {
    const auto found = gateways_.find(method);
    return found == gateways_.end() ? nullptr : found->second.get();
}

bool Payments::refunds(const std::string& method) const {
    const auto found = gateways_.find(method);
    return found != gateways_.end() && found->second->refunds();
}

bool Payments::collects_at_delivery(const std::string& method) const {
    const auto found = gateways_.find(method);
    return found != gateways_.end() && found->second->collects_at_delivery();
}

std::optional<Attempt> Payments::settle(AttemptId id) {
    const auto attempt = books_.look_up([&](store::Transaction& tx) { return attempts_.ask(tx, id); });
    if (!attempt || !may_change(attempt->state)) return attempt;
    if (attempt->state == AttemptState::created) return *abandon(id);  // the provider never heard of it
    auto* asked_gateway = gateway(attempt->method);
    if (asked_gateway == nullptr) return attempt;
    auto answer = asked_gateway->status(*attempt, parts_.details(*attempt));
    // Only this question was not sent: what was sent before is as unknown as it was.
    if (answer.outcome.kind == wire::OutcomeKind::NotSent) answer.outcome.kind = wire::OutcomeKind::Unknown;
    return conclude(*attempt, answer, "status");
}

Attempt Payments::conclude(const Attempt& asked, const Gateway::Answer& answer, const char* operation) {
    const auto& outcome = answer.outcome;
    return books_.transact([&](store::Transaction& tx) {
        parts_.lock_order(tx, asked.order);
        auto attempt = attempts_.find(tx, asked.id);
        if (!attempt) throw std::logic_error("a payment attempt vanished");
        auto exchanges = answer.exchanges;
        for (auto& exchange : exchanges) exchange.operation = operation;
        attempts_.record(tx, attempt->id, exchanges);

        auto event = event_of(outcome);
        if (event == AttemptEvent::captured && !amount_agrees(*attempt, outcome)) {
            event = std::nullopt;  // money of another amount is for people to look at, not to be taken for ours
            attempt->reason = "amount_differs";
        } else {
            attempt->reason = reason_of(outcome);
        }
        // The money that was asked for a moment ago may still be on its way: "approved" is no answer to that yet.
        const auto believed_from = attempt->updated_at + check_delay(0);
        const bool is_check = std::string_view(operation) == "status";
        const bool is_early = is_check && event == AttemptEvent::needs_customer &&
                              attempt->state == AttemptState::capturing && clock_.now() < believed_from;
        if (is_early) event = std::nullopt;
        if (!outcome.provider_ref.empty()) attempt->provider_ref = outcome.provider_ref;
        if (!outcome.capture_ref.empty()) attempt->capture_ref = outcome.capture_ref;
        if (!outcome.redirect_url.empty()) attempt->redirect_url = outcome.redirect_url;
        if (event == AttemptEvent::captured) attempt->captured = attempt->amount;

        if (is_check && !is_early) ++attempt->checks;
        const bool stepped = event && attempts_.step(tx, *attempt, *event);
        if (stepped &&
            (event == AttemptEvent::captured || event == AttemptEvent::pending || event == AttemptEvent::refused)) {
            parts_.on_settled(tx, *attempt, *event);
        }
        if (settled(attempt->state)) {
            parts_.no_check(tx, attempt->id);
        } else {
            if (!stepped) attempts_.keep(tx, *attempt);
            parts_.check_at(tx, attempt->id, is_early ? believed_from : clock_.now() + check_delay(attempt->checks));
        }
        return *attempt;
    });
}

}  // namespace noren::payments
