// Test support: a gateway that answers as the test says and counts what it was asked.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "payments/payments.hpp"

namespace noren::payments::testing {

inline wire::OutcomeT outcome(wire::OutcomeKind kind, wire::Awaiting awaiting = wire::Awaiting::Unknown) {
    wire::OutcomeT made;
    made.kind = kind;
    made.awaiting = awaiting;
    return made;
}

/// The customer has to approve at `redirect_url`.
inline wire::OutcomeT to_approve(const Attempt& attempt) {
    auto made = outcome(wire::OutcomeKind::Pending, wire::Awaiting::CustomerApproval);
    made.provider_ref = "P-" + id_text(attempt.id.value);
    made.redirect_url = "https://pay.example/" + id_text(attempt.id.value);
    return made;
}

inline wire::OutcomeT done(Money amount) {
    auto made = outcome(wire::OutcomeKind::Done);
    made.capture_ref = "C-1";
    made.amount = std::make_unique<wire::MoneyT>();
    made.amount->minor = amount.minor();
    made.amount->currency = amount.currency().code();
    return made;
}

inline wire::OutcomeT refused(const char* code) {
    auto made = outcome(wire::OutcomeKind::Refused);
    made.reasons.emplace_back().code = code;
    return made;
}

/// As long as the test says nothing else: the customer has to approve, then everything is paid.
class ScriptedGateway final : public Gateway {
public:
    using Reply = std::function<wire::OutcomeT(const Attempt&)>;

    Answer begin(const Attempt& attempt, const Details&) override { return answer(begins, on_begin, attempt); }
    Answer capture(const Attempt& attempt) override { return answer(captures, on_capture, attempt); }
    Answer status(const Attempt& attempt, const Details&) override { return answer(statuses, on_status, attempt); }
    Answer refund(const Attempt&, const Refund& refund) override {
        ++refunds_asked;
        Answer given;
        given.outcome = on_refund(refund);
        return given;
    }
    bool refunds() const override { return true; }
    bool collects_at_delivery() const override { return at_delivery; }
    std::optional<wire::WebhookEventT> webhook(const WebhookMessage& message) override { return on_webhook(message); }

    Reply on_begin = to_approve;
    Reply on_capture = [](const Attempt& attempt) { return done(attempt.amount); };
    Reply on_status = [](const Attempt&) { return outcome(wire::OutcomeKind::Unknown); };
    std::function<std::optional<wire::WebhookEventT>(const WebhookMessage&)> on_webhook = [](const WebhookMessage&) {
        return std::nullopt;
    };
    std::function<wire::OutcomeT(const Refund&)> on_refund = [](const Refund& refund) { return done(refund.amount); };
    bool at_delivery = false;
    std::atomic<int> refunds_asked = 0;
    std::atomic<int> begins = 0;
    std::atomic<int> captures = 0;
    std::atomic<int> statuses = 0;

private:
    static Answer answer(std::atomic<int>& count, const Reply& reply, const Attempt& attempt) {
        ++count;
        Answer given;
        given.outcome = reply(attempt);
        Exchange exchange;
        exchange.method = "POST";
        exchange.url = "https://pay.example/orders";
        exchange.failure = "none";
        exchange.status = 200;
        exchange.reply = "{}";
        given.exchanges.push_back(std::move(exchange));
        return given;
    }
};

}  // namespace noren::payments::testing
