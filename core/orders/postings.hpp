// Postings: what an order's events mean in the ledger.
#pragma once

#include <vector>

#include "ledger/ledger.hpp"
#include "orders/orders.hpp"
#include "payments/attempts.hpp"

namespace noren::orders {

/// The customer owes goods, shipping and fees.
std::vector<ledger::Transfer> postings_of_invoice(const Order& order, Instant at);
/// The invoice is taken back: nothing is owed any more or, where it was paid, the shop owes it back.
std::vector<ledger::Transfer> postings_of_credit(const Order& order, bool was_paid, Instant at);
/// Money that settles what is owed.
std::vector<ledger::Transfer> postings_of_payment(const Order& order, const payments::Attempt& attempt, Instant at);
/// Money that nobody owed: paid twice, or after the order was cancelled.
std::vector<ledger::Transfer> postings_of_surplus(const Order& order, const payments::Attempt& attempt, Instant at);

}  // namespace noren::orders
