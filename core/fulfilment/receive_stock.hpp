// Deliveries and failed supply: goods that orders wait for, and goods that never come.
#pragma once

#include <noren/values/time.hpp>

#include "fulfilment/fulfilment.hpp"

namespace noren::fulfilment {

/// `quantity` units of an item arrived in the warehouse. They fill waiting orders, first come first served (a line in
/// part when they do not suffice); what is left takes the place of expected units that nobody ordered, and the rest is
/// free. Orders that are complete are invoiced by a job each (goods_arrived_job).
struct Allotted {
    std::int64_t to_orders = 0;  // units
    std::int64_t free = 0;
    std::vector<OrderId> orders;  // that got any
};
Allotted receive_stock(store::Transaction& tx, const orders::Books& books, const std::string& sku,
                       std::int64_t quantity, const std::string& cause);

/// A stock-taking found `free` units of an item that are nobody's yet. What is more than the books say has arrived, as
/// above, so that fewer may be free in the end; what is less is gone.
void take_stock(store::Transaction& tx, const orders::Books& books, const std::string& sku, std::int64_t free,
                const std::string& cause);

/// The job's work: tells the customer and, when the order is complete, makes it ready and has it invoiced.
void goods_arrived(store::Transaction& tx, const orders::Books& books, OrderId order);

/// Has the order looked at when its goods ought to have been procured; nothing to do when it waits for none such.
void watch_procurement(store::Transaction& tx, const orders::Books& books, const orders::Order& order);
/// The job's work: goods that have not come are a case of the shop's.
void procurement_is_late(store::Transaction& tx, const orders::Books& books, OrderId order);

/// An item cannot be procured: every line that still waits for it is cancelled by a job each (supply_failed_job), its
/// units that came stay. Expected units that nobody ordered are withdrawn. Gives the orders concerned.
std::vector<OrderId> fail_supply(store::Transaction& tx, const orders::Books& books, const std::string& sku,
                                 const std::string& who);

/// The job's work: cancels what the order waits for of the item, and tells the customer.
/// Refuses as cancel(); an order that does not wait any more is left alone.
Result<void, Refusal> supply_failed(const Parts& parts, OrderId order, const std::string& sku);

/// An item's announced release moved (no date: none is announced any more): open lines of it follow and their customers
/// are told. Gives the orders concerned.
std::vector<OrderId> move_release(store::Transaction& tx, const orders::Books& books, const std::string& sku, Date date,
                                  bool month_only, const std::string& who);

/// An item's price changed: open, uninvoiced lines of it whose policies let the price follow (`change` of `price`) take
/// it, and their customers are told. Gives the orders concerned.
std::vector<OrderId> move_price(const Parts& parts, const std::string& sku, Money price, const std::string& who);

}  // namespace noren::fulfilment
