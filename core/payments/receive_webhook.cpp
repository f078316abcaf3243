#include "payments/payments.hpp"

namespace noren::payments {

bool Payments::receive(const std::string& method, const WebhookMessage& message) {
    auto* asked_gateway = gateway(method);
    if (asked_gateway == nullptr) return false;
    const auto event = asked_gateway->webhook(message);
    if (!event || !event->verified || event->event_id.empty()) return false;

    // Stored before it is acknowledged: the check that is scheduled here survives a crash. The message itself settles
    // nothing; what the provider says when it is asked does.
    books_.transact([&](store::Transaction& tx) {
        auto attempt = attempts_.find(tx, AttemptId{id_from_text(event->attempt_id).value_or(0)});
        if (!attempt) attempt = attempts_.find_by_ref(tx, method, event->provider_ref);
        const bool ours = attempt && attempt->method == method;
        const auto id = ours ? attempt->id : AttemptId{};
        if (attempts_.first_seen(tx, method, event->event_id, event->event_type, id) && ours &&
            may_change(attempt->state)) {
            parts_.check_at(tx, id, clock_.now());
        }
    });
    return true;
}

}  // namespace noren::payments
