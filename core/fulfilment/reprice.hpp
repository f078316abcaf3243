// Pricing an order anew, after lines, address or methods changed.
#pragma once

#include "fulfilment/fulfilment.hpp"

namespace noren::fulfilment {

/// What the carriers ask for the order as it is. Never inside a transaction.
carriers::Quotes shipping_quotes(const Parts& parts, const orders::Order& order);

/// Facts about the order for one question at `point`, asked by `actor`, with the past that its policies need.
wire::FactsT facts_for(store::Transaction& tx, const orders::Books& books, wire::Point point,
                       const orders::Order& order, const Actor& actor);

/// Holds the order's methods against what policies offer it now. Refuses: shipping_not_offered (also where the carrier
/// does not quote it), payment_not_offered.
Result<void, Refusal> require_offered(const Parts& parts, const orders::Order& order, const carriers::Quotes& quotes,
                                      wire::FactsT& facts, std::vector<policies::Ballot>& ballots);

/// Sets goods, shipping, fees and total as lines, quotes and the `charge` policies say. A method that is not quoted any
/// more costs what it did.
void price(const Parts& parts, orders::Order& order, const carriers::Quotes& quotes, wire::FactsT& facts,
           std::vector<policies::Ballot>& ballots);

/// Whether money of the order may be moving at a provider: nobody changes what it is for.
bool payment_in_progress(store::Transaction& tx, const orders::Books& books, const orders::Order& order);

/// Has the changed order owe what it costs now: `order` (saved) against what it was `before`. Open approvals are given
/// up when the total differs, and an invoice that was out is replaced.
void settle_price(store::Transaction& tx, const orders::Books& books, const orders::Order& before, orders::Order& order,
                  wire::FactsT& facts);

}  // namespace noren::fulfilment
