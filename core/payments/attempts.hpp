// Attempts: each try to pay an order, stored before the provider is asked and after each of its answers.
#pragma once

#include <noren/values/money.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "payments/states.hpp"
#include "store/store.hpp"

namespace noren::payments {

struct Attempt {
    AttemptId id;
    OrderId order;
    std::string order_number;
    std::string method;  // key under payment.methods and gateways
    AttemptState state = AttemptState::created;
    Money amount;
    Money captured;
    std::string provider_ref;
    std::string capture_ref;
    std::string redirect_url;  // where the customer approves, while awaited
    std::string reason;        // code of the refusal or of what is unclear
    Instant begun_at{};
    Instant updated_at{};
    std::int64_t checks = 0;  // times that the reconciler asked for its status
    std::int64_t version = 1;
};

/// An exchange with a provider, kept as evidence. Holds no secret: the host adds credentials after it is recorded.
struct Exchange {
    std::string operation;  // begin, capture, status
    std::string method;
    std::string url;
    std::string failure;  // none, not_sent, no_reply, too_large
    int status = 0;
    std::string reply;  // at most 16 KiB of it
};

class Attempts {
public:
    Attempts(const Clock& clock, IdSource& ids) : clock_(clock), ids_(ids) {}

    void insert(store::Transaction& tx, const Attempt& attempt);
    std::optional<Attempt> find(store::Transaction& tx, AttemptId id) const;
    store::Later<std::optional<Attempt>> ask(store::Transaction& tx, AttemptId id) const;
    std::optional<Attempt> find_by_ref(store::Transaction& tx, std::string_view method, std::string_view ref) const;
    /// Oldest first.
    std::vector<Attempt> of_order(store::Transaction& tx, OrderId order) const;
    store::Later<std::vector<Attempt>> ask_of_order(store::Transaction& tx, OrderId order) const;
    /// Attempts whose outcome is not known, oldest first, at most `limit`.
    std::vector<Attempt> unsettled(store::Transaction& tx, int limit) const;

    /// Takes one step of the table, and stores the attempt as it is given. False when the table has no such step: the
    /// event came too late or twice, and nothing changes. When another changed it meanwhile, the transaction fails as a
    /// conflict.
    bool step(store::Transaction& tx, Attempt& attempt, AttemptEvent event);

    /// Stores the attempt without a step: a check that brought nothing new.
    void keep(store::Transaction& tx, Attempt& attempt);

    void record(store::Transaction& tx, AttemptId attempt, const std::vector<Exchange>& exchanges);
    std::vector<Exchange> exchanges(store::Transaction& tx, AttemptId attempt) const;

    /// Remembers a provider's event. False when it is known already.
    bool first_seen(store::Transaction& tx, std::string_view gateway, std::string_view event_id,
                    std::string_view event_type, AttemptId attempt);

private:
    const Clock& clock_;
    IdSource& ids_;
};

}  // namespace noren::payments
