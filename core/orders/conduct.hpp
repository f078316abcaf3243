// Conduct: what is counted against a customer, and what their policies make of it.
#pragma once

#include "orders/books.hpp"

namespace noren::orders {

/// Counts an offence (`cancelled`, `not_paid`, ...) of this weight (0: nothing happens) by the order's customer, and
/// does what the `conduct` policies decide: reminds, warns, restricts or closes. Each is told by mail; a closed
/// account's unpaid orders are cancelled by close_account_job. The order is locked.
void offend(store::Transaction& tx, const Books& books, const Order& order, const std::string& kind, int weight);

/// Closes an account at its holder's wish, with the households of its addresses and orders: nobody there orders again.
/// What is unpaid is cancelled by close_account_job.
void close_at_request(store::Transaction& tx, const Books& books, CustomerId customer);

/// Closes the account of an order's customer, and their household, for a reason of the shop's.
void close_account(store::Transaction& tx, const Books& books, const Order& order, const std::string& reason,
                   const std::string& who);

/// The job's work: cancels what is unpaid of a closed account and its household (none: empty), each order in a
/// transaction of its own; what is paid is still sent.
void cancel_unpaid(store::Store& store, const Books& books, CustomerId customer, const std::string& household);

}  // namespace noren::orders
