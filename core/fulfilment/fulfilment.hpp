// What the use cases of a placed order share.
#pragma once

#include <string>
#include <vector>

#include "carriers/carriers.hpp"
#include "orders/books.hpp"

namespace noren::fulfilment {

/// The storefront's parts that they work with.
struct Parts {
    store::Store& store;
    const orders::Books& books;
    const carriers::Carriers& carriers;
    std::vector<std::string> payment_methods;  // that have a gateway
    std::string country;                       // that goods leave from
};

/// Who wants something done. `role` is what policies see: customer, staff, system; `who` is noted in the timeline:
/// customer, staff:<id>, system.
struct Actor {
    std::string role;
    std::string who;

    static Actor customer() { return {"customer", "customer"}; }
    static Actor staff(std::int64_t id) { return {"staff", "staff:" + std::to_string(id)}; }
    static Actor system() { return {"system", "system"}; }
};

/// An expected refusal. `code` is stable: order_not_found, refused (by policies, with reasons), not_in_this_state,
/// payment_in_progress, changed_meanwhile, and what each use case names.
struct Refusal {
    std::string code;
    std::string message;
    std::vector<policies::Reason> reasons{};
};

}  // namespace noren::fulfilment
