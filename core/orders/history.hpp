// The past as policies' manifests ask for it (sdk/schema/policy.fbs, History).
#pragma once

#include <noren/wire/message.hpp>

#include <span>
#include <string>
#include <vector>

#include "orders/orders.hpp"
#include "policies/policies.hpp"

namespace noren::orders {

/// What is asked about an order before it is placed; of these points' needs the past is read once.
inline constexpr wire::Point asked_at_placing[] = {wire::Point::Sell,         wire::Point::Partition,
                                                   wire::Point::OfferPayment, wire::Point::OfferShipping,
                                                   wire::Point::Charge,       wire::Point::Invoice};

/// Whose past, and about what.
struct Past {
    CustomerId customer;    // none: 0
    std::string household;  // none: empty
    std::vector<std::string> skus;
    Instant now{};
};

store::Later<std::vector<wire::HistoryT>> ask_history(store::Transaction& tx, const std::vector<policies::Need>& needs,
                                                      const Past& past);

/// Of what was told about items, keeps what is about these.
void keep_history_of(std::span<const std::string> skus, std::vector<wire::HistoryT>& history);

/// Rows of `identical_orders`: live orders of the household with the same lines, placed within the last week.
std::vector<wire::HistoryT> identical_orders(store::Transaction& tx, const Order& order, Instant now);

/// Puts into facts about an order what policies of this point need to know of the past, and how its customer stands.
void add_past(store::Transaction& tx, const policies::Policies& policies, wire::Point point, const Order& order,
              Instant now, wire::FactsT& facts);

}  // namespace noren::orders
