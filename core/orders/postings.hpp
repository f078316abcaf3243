// Postings: what an order's events mean in the ledger.
#pragma once

#include <vector>

#include "ledger/ledger.hpp"
#include "orders/orders.hpp"
#include "payments/attempts.hpp"

namespace noren::orders {

/// The customer owes goods, shipping and fees, by the invoice of this number.
std::vector<ledger::Transfer> postings_of_invoice(const Order& order, const std::string& invoice, Instant at);
/// The invoice is taken back: nothing is owed any more.
std::vector<ledger::Transfer> postings_of_credit(const Order& order, const std::string& invoice, Instant at);
/// The invoice is taken back after it was paid: what the order still earns is owed back. `balances` are the order's.
std::vector<ledger::Transfer> postings_of_return(const Order& order, const std::string& invoice,
                                                 const std::vector<ledger::Balance>& balances, Instant at);
/// Money that settles what is owed.
std::vector<ledger::Transfer> postings_of_payment(const Order& order, const payments::Attempt& attempt, Instant at);
/// Money that nobody owed: paid twice, or after the order was cancelled.
std::vector<ledger::Transfer> postings_of_surplus(const Order& order, const payments::Attempt& attempt, Instant at);

/// Part of what was paid is owed back, by the refund of this name.
ledger::Transfer posting_of_allowance(OrderId order, const std::string& refund, Money amount, Instant at);
/// What was owed back has left through the gateway.
ledger::Transfer posting_of_refund(OrderId order, const std::string& refund, const std::string& method, Money amount,
                                   Instant at);

}  // namespace noren::orders
