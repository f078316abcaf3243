// Refunds: captured money on its way back, stored before the provider is asked and after each of its answers.
#pragma once

#include <noren/values/money.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "base/state_table.hpp"
#include "store/store.hpp"

namespace noren::payments {

/// `asked`: the provider may have heard of it. Asking again with the same id is safe, and tells what became of it.
enum class RefundState { asked, pending, done, refused };
inline constexpr std::array<std::string_view, 4> refund_words{"asked", "pending", "done", "refused"};

enum class RefundEvent { pending, done, refused };

inline constexpr std::array refund_steps{
    Step{RefundState::asked, RefundEvent::pending, RefundState::pending},
    Step{RefundState::asked, RefundEvent::done, RefundState::done},
    Step{RefundState::asked, RefundEvent::refused, RefundState::refused},
    Step{RefundState::pending, RefundEvent::done, RefundState::done},
    Step{RefundState::pending, RefundEvent::refused, RefundState::refused},
};
static_assert(deterministic(refund_steps));
static_assert(every_state_left_or_final(refund_steps, refund_words.size(),
                                        std::array{RefundState::done, RefundState::refused}));

struct RefundKind;
using RefundId = Id<RefundKind>;

struct Refund {
    RefundId id;
    AttemptId attempt;
    OrderId order;
    std::string order_number;
    std::string method;
    RefundState state = RefundState::asked;
    Money amount;
    std::string reason;  // why, as whoever asked says it
    std::string who;     // as in an order's timeline
    std::string key;     // names the wish: the same wish of an order is one refund
    std::string refund_ref;
    std::string failure;  // code of the refusal or of what is unclear
    Instant begun_at{};
    Instant updated_at{};
    std::int64_t checks = 0;
    std::int64_t version = 1;
};

void insert(store::Transaction& tx, const Refund& refund);
std::optional<Refund> find_refund(store::Transaction& tx, RefundId id);
std::optional<Refund> find_refund(store::Transaction& tx, OrderId order, std::string_view key);
/// Oldest first.
std::vector<Refund> refunds_of(store::Transaction& tx, OrderId order);
/// Stores the refund as it is given, under its version. Throws store::Failure::conflict when another changed it.
void keep(store::Transaction& tx, Refund& refund);

}  // namespace noren::payments
