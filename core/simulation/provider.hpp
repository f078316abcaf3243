// SimulatedProvider: a provider of payments with books of its own, and the gateway that speaks to it.
#pragma once

#include <map>
#include <string>

#include "payments/payments.hpp"

namespace noren::simulation {

/// Keeps what customers approved and what was taken, whatever the shop believes. Not for several threads at once.
class SimulatedProvider {
public:
    /// What comes of taking the money. `lost`: it is taken, and the answer does not arrive.
    enum class Outcome { captured, refused, pending, lost };
    enum class State { open, approved, pending, captured, refused };

    struct Payment {
        std::string ref;
        Money amount;
        State state = State::open;
        Outcome outcome = Outcome::captured;
    };

    /// The payment of an attempt, made when it is first asked for.
    Payment& open(AttemptId attempt, Money amount);
    /// nullptr when nobody asked for it.
    Payment* find(AttemptId attempt);

    /// The customer approves; taking the money will end so. Throws std::logic_error for a payment that is not open.
    void approve(AttemptId attempt, Outcome outcome);
    /// What was pending is decided. Throws std::logic_error for a payment that is not pending.
    void decide(AttemptId attempt, State state);
    /// Gives money back, once for each refund. False: more than was taken, less what went back.
    bool give_back(AttemptId attempt, payments::RefundId refund, Money amount);

private:
    std::map<std::int64_t, Payment> payments_;
    std::map<std::int64_t, std::map<std::int64_t, Money>> refunds_;  // by attempt, by refund
};

class SimulatedGateway final : public payments::Gateway {
public:
    explicit SimulatedGateway(SimulatedProvider& provider) : provider_(provider) {}

    Answer begin(const payments::Attempt& attempt, const payments::Details& details) override;
    Answer capture(const payments::Attempt& attempt) override;
    Answer status(const payments::Attempt& attempt, const payments::Details& details) override;
    Answer refund(const payments::Attempt& attempt, const payments::Refund& refund) override;
    bool refunds() const override { return true; }
    /// A message is the attempt's id as id_text() writes it.
    std::optional<wire::WebhookEventT> webhook(const payments::WebhookMessage& message) override;

private:
    SimulatedProvider& provider_;
};

}  // namespace noren::simulation
