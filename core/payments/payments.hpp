// Payments: attempts driven through their gateways.
//
// Every call to a provider is made outside any transaction, between two of them: the first stores what is about to be
// asked, the second what came of it. Whatever happens between leaves an attempt that settle() clears up by asking for
// its status. What a provider's answer means for the order is for the owner of orders to say (`on_settled`).
#pragma once

#include <noren/wire/message.hpp>

#include <functional>
#include <map>
#include <memory>

#include "payments/attempts.hpp"
#include "payments/refunds.hpp"

namespace noren::payments {

/// What the customer is shown at the provider and where they come back to.
struct Details {
    std::string description;
    std::string return_url;
    std::string cancel_url;
    std::string locale;
};

struct WebhookMessage {
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    Instant received_at{};
};

/// A gateway of this storefront. Any thread. A plugin's fault is an Unknown outcome with a reason, never an exception.
class Gateway {
public:
    struct Answer {
        wire::OutcomeT outcome;
        std::vector<Exchange> exchanges;
    };
    virtual ~Gateway() = default;
    virtual Answer begin(const Attempt& attempt, const Details& details) = 0;
    virtual Answer capture(const Attempt& attempt) = 0;
    virtual Answer status(const Attempt& attempt, const Details& details) = 0;
    /// Makes the refund, or says what became of it: a provider does one refund's id once.
    virtual Answer refund(const Attempt& attempt, const Refund& refund) {
        (void)attempt, (void)refund;
        return {};
    }
    virtual bool refunds() const { return false; }
    /// The carrier takes the money at the door: begun without the customer, captured when the parcel arrived.
    virtual bool collects_at_delivery() const { return false; }
    /// Nothing when the message is not the provider's.
    virtual std::optional<wire::WebhookEventT> webhook(const WebhookMessage& message) = 0;
};

/// What is to be paid, as the owner of orders says inside the transaction that starts an attempt.
struct Payable {
    OrderId order;
    std::string number;
    Money amount;
    std::string method;  // that the order was placed with
};

/// An expected refusal; `code` is stable.
struct Refusal {
    std::string code;
    std::string message;
};

/// How the rest of the storefront takes part.
struct Parts {
    /// Locks the order and says what is due; refuses with order_not_found, not_due, ....
    std::function<store::Later<Result<Payable, Refusal>>(store::Transaction&, OrderId)> ask_payable;
    /// The order's share of a settled or pending attempt: captured, pending or refused.
    std::function<void(store::Transaction&, const Attempt&, AttemptEvent)> on_settled;
    /// Has settle() called for the attempt at `due`; a later call for the same attempt replaces it.
    std::function<void(store::Transaction&, AttemptId, Instant due)> check_at;
    std::function<void(store::Transaction&, AttemptId)> no_check;
    /// Where the provider sends the customer back to.
    std::function<Details(const Attempt&)> details;

    /// Locks the order before its attempts are changed: the order of all locks.
    std::function<void(store::Transaction&, OrderId)> lock_order = [](store::Transaction&, OrderId) {};
    /// The order's share of a refund that is about to be asked for; refuses with too_much, ....
    std::function<Result<void, Refusal>(store::Transaction&, const Refund&)> reserve_refund =
        [](store::Transaction&, const Refund&) { return Result<void, Refusal>(); };
    std::function<void(store::Transaction&, const Refund&, RefundEvent)> on_refunded =
        [](store::Transaction&, const Refund&, RefundEvent) {};
    std::function<void(store::Transaction&, RefundId, Instant due)> check_refund_at = [](store::Transaction&, RefundId,
                                                                                         Instant) {};
    std::function<void(store::Transaction&, RefundId)> no_refund_check = [](store::Transaction&, RefundId) {};
};

/// That captured money be given back.
struct RefundWish {
    AttemptId attempt;
    Money amount;
    std::string reason;  // for the record, at most 200 bytes
    std::string who;
    std::string key;  // of the wish: repeated, it gives the first refund again
};

class Payments {
public:
    Payments(store::Store& books, const Clock& clock, IdSource& ids,
             std::map<std::string, std::unique_ptr<Gateway>> gateways, Parts parts);

    /// Starts an attempt to pay `order` by `method`, or gives back the one that the customer has still to approve.
    /// Refused: whatever `payable` refuses; unknown_method; payment_in_progress (an attempt's outcome is not known
    /// yet).
    Result<Attempt, Refusal> begin(OrderId order, const std::string& method);

    /// The customer is back: takes the money. Gives the attempt as it then stands; calling it again is harmless.
    /// Refused: attempt_not_found, payment_in_progress, or what `payable` refuses.
    Result<Attempt, Refusal> capture(AttemptId attempt);

    /// The customer turned back at the provider: gives the attempt up.
    Result<Attempt, Refusal> abandon(AttemptId attempt);

    /// Asks the provider what became of the attempt and acts on it. Gives the attempt as it then stands, or nothing
    /// when there is none. Never asks for money.
    std::optional<Attempt> settle(AttemptId attempt);

    /// A provider's message: verified, deduplicated, then settled by asking. False: not the provider's, no effect.
    bool receive(const std::string& method, const WebhookMessage& message);

    /// Gives captured money back, whole or in part, and gives the refund as it then stands: done, pending, refused, or
    /// still `asked` when nobody knows. Refused: whatever `reserve_refund` refuses; attempt_not_found,
    /// refund_not_offered, key_reused.
    Result<Refund, Refusal> refund(const RefundWish& wish);

    /// Asks what became of a refund, with the same id: it is never made twice.
    std::optional<Refund> settle_refund(RefundId refund);

    bool has(const std::string& method) const { return gateways_.contains(method); }
    bool refunds(const std::string& method) const;
    bool collects_at_delivery(const std::string& method) const;
    Attempts& attempts() { return attempts_; }

private:
    /// Stores an answer in its own transaction, and lets the order follow.
    Attempt conclude(const Attempt& asked, const Gateway::Answer& answer, const char* operation);
    Refund ask_refund(const Refund& asked);
    Gateway* gateway(const std::string& method);

    store::Store& books_;
    const Clock& clock_;
    IdSource& ids_;
    Attempts attempts_;
    std::map<std::string, std::unique_ptr<Gateway>> gateways_;
    Parts parts_;
};

/// When to ask for the status of an attempt that was asked about `checks` times: after 1, 5, 15 minutes, then hourly
/// for a day, then daily.
std::chrono::seconds check_delay(std::int64_t checks);

}  // namespace noren::payments
