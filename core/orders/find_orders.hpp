// Finding orders, as staff do.
#pragma once

#include <string>
#include <vector>

#include "orders/orders.hpp"

namespace noren::orders {

/// What is empty chooses all. States are the words of states.hpp; other words find nothing.
struct Wanted {
    std::string number{};  // the whole number
    std::string email{};   // the customer's, whatever its writing
    std::string fulfilment{};
    std::string payment{};
    std::string hold{};
};

/// Newest first, at most `limit`, older than `before` (no id: from the newest). With lines.
std::vector<Order> find_orders(store::Transaction& tx, const Orders& orders, const Wanted& wanted, OrderId before,
                               int limit);

}  // namespace noren::orders
