#pragma once

#include "orders/books.hpp"

namespace noren::orders {

struct Cancellation {
    std::string reason;  // stable code: payment_overdue, asked_by_customer, ...
    std::string who;     // as in Event::who
};

/// Cancels a stored order that `find_for_change` gave: its units are free again, its invoice is credited, approvals
/// still open at providers are given up, and the customer is told. Money already taken is owed back
/// (Payment::owed_back). Refused when the order has shipped or is cancelled already.
Result<void, IllegalStep> cancel_order(store::Transaction& tx, const Books& books, Order& order,
                                       const Cancellation& cancellation);

}  // namespace noren::orders
