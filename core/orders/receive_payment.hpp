#pragma once

#include "orders/books.hpp"

namespace noren::orders {

/// The order's share of what became of an attempt to pay it: paid, waiting for the provider, left to the carrier who
/// collects it, or due again. Money for a
/// cancelled order is booked as owed back. Must run in the transaction that settles the attempt.
void receive_payment(store::Transaction& tx, const Books& books, const payments::Attempt& attempt,
                     payments::AttemptEvent event);

}  // namespace noren::orders
