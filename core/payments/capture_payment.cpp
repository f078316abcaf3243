#include <algorithm>

#include "payments/payments.hpp"

namespace noren::payments {

Result<Attempt, Refusal> Payments::capture(AttemptId id) {
    bool ours = false;  // whether this very call may ask for the money: nobody asks twice
    auto stored = books_.transact([&](store::Transaction& tx) -> Result<Attempt, Refusal> {
        ours = false;
        auto attempt = attempts_.find(tx, id);
        if (!attempt) return refuse(Refusal{"attempt_not_found", "There is no such payment."});
        if (attempt->state != AttemptState::awaiting_customer) return *attempt;
        // The order's lock makes sure that of two attempts approved at once only one takes money. Who waited for it may
        // find that another return of the same customer has been served meanwhile.
        const auto asked_payable = parts_.ask_payable(tx, attempt->order);
        const auto attempts = attempts_.ask_of_order(tx, attempt->order);
        const auto payable = asked_payable.get();
        const auto all = attempts.get();
        attempt = *std::find_if(all.begin(), all.end(), [&](const Attempt& one) { return one.id == id; });
        if (attempt->state != AttemptState::awaiting_customer) return *attempt;
        if (!payable) return refuse(payable.error());
        for (const auto& other : all) {
            if (other.id != id && (other.state == AttemptState::capturing || other.state == AttemptState::pending)) {
                return refuse(Refusal{"payment_in_progress", "Another payment of this order is not settled yet."});
            }
        }
        attempt->checks = 0;  // money may move now: asked about soon, however long the customer took to approve
        ours = attempts_.step(tx, *attempt, AttemptEvent::capture_sent);
        parts_.check_at(tx, id, clock_.now() + check_delay(0));
        return *attempt;
    });
    if (!stored || !ours) return stored;
    auto* asked_gateway = gateway(stored->method);
    if (asked_gateway == nullptr) return stored;  // taken out of the configuration meanwhile; settle() will tell
    return conclude(*stored, asked_gateway->capture(*stored), "capture");
}

Result<Attempt, Refusal> Payments::abandon(AttemptId id) {
    return books_.transact([&](store::Transaction& tx) -> Result<Attempt, Refusal> {
        auto attempt = attempts_.find(tx, id);
        if (!attempt) return refuse(Refusal{"attempt_not_found", "There is no such payment."});
        if (attempts_.step(tx, *attempt, AttemptEvent::abandoned)) parts_.no_check(tx, id);
        return *attempt;
    });
}

}  // namespace noren::payments
