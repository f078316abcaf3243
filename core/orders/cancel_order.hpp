#pragma once

#include "orders/books.hpp"

namespace noren::orders {

struct Cancellation {
    std::string reason;  // stable code: payment_overdue, asked_by_customer, ...
    std::string who;     // as in Event::who
};

/// Cancels a stored order that `find_for_change` gave: its units are free again and count no longer as ordered, its
/// invoice is credited, approvals still open at providers are given up, and the customer is told. Money already taken
/// is owed back (Payment::owed_back). Refused when the order has shipped or is cancelled already. Whether anybody may
/// is for the caller to have asked.
Result<void, IllegalStep> cancel_order(store::Transaction& tx, const Books& books, Order& order,
                                       const Cancellation& cancellation);

/// Gives up what is still open at providers: approvals that nobody acted on, and money that a carrier would collect.
void give_up_attempts(store::Transaction& tx, const Books& books, OrderId order);

struct Units {
    std::string sku;
    std::int64_t quantity = 0;
};
/// The units count no longer as ordered by the household, or do from now on.
void count_ordered(store::Transaction& tx, const std::string& household, std::vector<Units> units);
void count_back(store::Transaction& tx, const std::string& household, std::vector<Units> units);

/// Gives the units of a line back to stock, those that have not come first.
void give_back(store::Transaction& tx, const Books& books, const Order& order, Line& line, std::int64_t quantity);

}  // namespace noren::orders
