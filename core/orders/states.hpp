// The three independent machines of an order: what happens to its goods, to its money, and whether it is held.
// What a customer sees is a projection of the three (order_states in the storefront's configuration).
#pragma once

#include "base/state_table.hpp"

namespace noren::orders {

enum class Fulfilment { waiting, ready, shipped, delivered, cancelled };
inline constexpr std::array<std::string_view, 5> fulfilment_words{"waiting", "ready", "shipped", "delivered",
                                                                  "cancelled"};

enum class FulfilmentEvent { stock_complete, stock_lost, ship, deliver, cancel };
inline constexpr std::array<std::string_view, 5> fulfilment_event_words{"stock_complete", "stock_lost", "ship",
                                                                        "deliver", "cancel"};

inline constexpr std::array fulfilment_steps{
    Step{Fulfilment::waiting, FulfilmentEvent::stock_complete, Fulfilment::ready},
    Step{Fulfilment::waiting, FulfilmentEvent::cancel, Fulfilment::cancelled},
    Step{Fulfilment::ready, FulfilmentEvent::stock_lost, Fulfilment::waiting},
    Step{Fulfilment::ready, FulfilmentEvent::ship, Fulfilment::shipped},
    Step{Fulfilment::ready, FulfilmentEvent::cancel, Fulfilment::cancelled},
    Step{Fulfilment::shipped, FulfilmentEvent::deliver, Fulfilment::delivered},
};
static_assert(deterministic(fulfilment_steps));
static_assert(every_state_left_or_final(fulfilment_steps, fulfilment_words.size(),
                                        std::array{Fulfilment::delivered, Fulfilment::cancelled}));

enum class Payment { not_due, due, pending, paid, void_, owed_back, at_delivery, refunded };
inline constexpr std::array<std::string_view, 8> payment_words{"not_due", "due",       "pending",     "paid",
                                                               "void",    "owed_back", "at_delivery", "refunded"};

enum class PaymentEvent { invoiced, pending, paid, failed, cancelled, left_to_carrier, refunded };
inline constexpr std::array<std::string_view, 7> payment_event_words{
    "invoiced", "pending", "paid", "failed", "cancelled", "left_to_carrier", "refunded"};

inline constexpr std::array payment_steps{
    Step{Payment::not_due, PaymentEvent::invoiced, Payment::due},
    Step{Payment::not_due, PaymentEvent::cancelled, Payment::void_},
    Step{Payment::due, PaymentEvent::pending, Payment::pending},
    Step{Payment::due, PaymentEvent::paid, Payment::paid},
    Step{Payment::due, PaymentEvent::cancelled, Payment::void_},
    Step{Payment::pending, PaymentEvent::paid, Payment::paid},
    Step{Payment::pending, PaymentEvent::failed, Payment::due},
    Step{Payment::pending, PaymentEvent::cancelled, Payment::void_},
    Step{Payment::void_, PaymentEvent::paid, Payment::owed_back},  // money that came after the order was cancelled
    Step{Payment::paid, PaymentEvent::cancelled, Payment::owed_back},
    Step{Payment::due, PaymentEvent::left_to_carrier, Payment::at_delivery},  // who collects it at the door
    Step{Payment::at_delivery, PaymentEvent::paid, Payment::paid},
    Step{Payment::at_delivery, PaymentEvent::failed, Payment::due},
    Step{Payment::at_delivery, PaymentEvent::cancelled, Payment::void_},
    Step{Payment::owed_back, PaymentEvent::refunded, Payment::refunded},
};
static_assert(deterministic(payment_steps));
static_assert(every_state_left_or_final(payment_steps, payment_words.size(), std::array{Payment::refunded}));

enum class Hold { free, held };
inline constexpr std::array<std::string_view, 2> hold_words{"free", "held"};

enum class HoldEvent { hold, release };
inline constexpr std::array<std::string_view, 2> hold_event_words{"hold", "release"};

inline constexpr std::array hold_steps{
    Step{Hold::free, HoldEvent::hold, Hold::held},
    Step{Hold::held, HoldEvent::release, Hold::free},
};
static_assert(deterministic(hold_steps));
static_assert(every_state_left_or_final(hold_steps, hold_words.size(), std::array<Hold, 0>{}));

}  // namespace noren::orders
