// The life of one attempt to pay. `unknown` and `capturing` mean: we asked the provider and have no answer yet; only
// asking for the status, never asking again for money, settles them.
#pragma once

#include "base/state_table.hpp"

namespace noren::payments {

enum class AttemptState { created, unknown, awaiting_customer, capturing, pending, captured, refused, abandoned };
inline constexpr std::array<std::string_view, 8> attempt_words{"created", "unknown",  "awaiting_customer", "capturing",
                                                               "pending", "captured", "refused",           "abandoned"};

enum class AttemptEvent { begin_sent, capture_sent, needs_customer, pending, captured, refused, never_sent, abandoned };

inline constexpr std::array attempt_steps{
    Step{AttemptState::created, AttemptEvent::begin_sent, AttemptState::unknown},
    Step{AttemptState::created, AttemptEvent::abandoned, AttemptState::abandoned},
    Step{AttemptState::unknown, AttemptEvent::never_sent, AttemptState::created},
    Step{AttemptState::unknown, AttemptEvent::needs_customer, AttemptState::awaiting_customer},
    Step{AttemptState::unknown, AttemptEvent::pending, AttemptState::pending},
    Step{AttemptState::unknown, AttemptEvent::captured, AttemptState::captured},
    Step{AttemptState::unknown, AttemptEvent::refused, AttemptState::refused},
    Step{AttemptState::awaiting_customer, AttemptEvent::capture_sent, AttemptState::capturing},
    Step{AttemptState::awaiting_customer, AttemptEvent::pending, AttemptState::pending},
    Step{AttemptState::awaiting_customer, AttemptEvent::captured, AttemptState::captured},
    Step{AttemptState::awaiting_customer, AttemptEvent::refused, AttemptState::refused},
    Step{AttemptState::awaiting_customer, AttemptEvent::abandoned, AttemptState::abandoned},
    Step{AttemptState::capturing, AttemptEvent::never_sent, AttemptState::awaiting_customer},
    Step{AttemptState::capturing, AttemptEvent::needs_customer, AttemptState::awaiting_customer},
    Step{AttemptState::capturing, AttemptEvent::pending, AttemptState::pending},
    Step{AttemptState::capturing, AttemptEvent::captured, AttemptState::captured},
    Step{AttemptState::capturing, AttemptEvent::refused, AttemptState::refused},
    Step{AttemptState::pending, AttemptEvent::captured, AttemptState::captured},
    Step{AttemptState::pending, AttemptEvent::refused, AttemptState::refused},
    Step{AttemptState::abandoned, AttemptEvent::captured, AttemptState::captured},  // money that came late
};
static_assert(deterministic(attempt_steps));
static_assert(every_state_left_or_final(attempt_steps, attempt_words.size(),
                                        std::array{AttemptState::captured, AttemptState::refused}));

/// Nothing more is expected of the provider.
constexpr bool settled(AttemptState state) {
    return state == AttemptState::captured || state == AttemptState::refused || state == AttemptState::abandoned;
}

/// The provider may still have news. Money for an attempt that was given up may come late.
constexpr bool may_change(AttemptState state) {
    return state != AttemptState::captured && state != AttemptState::refused;
}

}  // namespace noren::payments
