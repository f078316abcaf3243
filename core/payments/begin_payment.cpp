#include "payments/payments.hpp"

namespace noren::payments {

Result<Attempt, Refusal> Payments::begin(OrderId order, const std::string& method) {
    auto* asked_gateway = gateway(method);
    if (asked_gateway == nullptr)
        return refuse(Refusal{"unknown_method", "There is no payment method '" + method + "'."});

    const auto id = ids_.next<AttemptKind>();
    auto stored = books_.transact([&](store::Transaction& tx) -> Result<Attempt, Refusal> {
        const auto asked_payable = parts_.ask_payable(tx, order);
        const auto attempts = attempts_.ask_of_order(tx, order);
        const auto payable = TRY(asked_payable.get());
        for (auto& earlier : attempts.get()) {
            if (earlier.state == AttemptState::awaiting_customer && earlier.method == method) return earlier;
            if (earlier.state == AttemptState::awaiting_customer || earlier.state == AttemptState::created) {
                attempts_.step(tx, earlier, AttemptEvent::abandoned);
                parts_.no_check(tx, earlier.id);
            } else if (!settled(earlier.state)) {
                return refuse(Refusal{"payment_in_progress", "An earlier payment of this order is not settled yet."});
            }
        }
        Attempt attempt;
        attempt.id = id;
        attempt.order = payable.order;
        attempt.order_number = payable.number;
        attempt.method = method;
        attempt.state = AttemptState::unknown;  // from here on the provider may have heard of it
        attempt.amount = payable.amount;
        attempt.captured = {0, payable.amount.currency()};
        attempt.begun_at = attempt.updated_at = clock_.now();
        attempts_.insert(tx, attempt);
        parts_.check_at(tx, attempt.id, clock_.now() + check_delay(0));
        return attempt;
    });
    if (!stored || stored->id != id) return stored;
    return conclude(*stored, asked_gateway->begin(*stored, parts_.details(*stored)), "begin");
}

}  // namespace noren::payments
