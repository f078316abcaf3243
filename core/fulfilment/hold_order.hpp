// Holding an order until its customer has answered.
#pragma once

#include "fulfilment/fulfilment.hpp"

namespace noren::fulfilment {

/// Asks the `hold` policies about an order that is about to be stored, and sets its hold and reply_by. `facts` are
/// those of its placing. Nothing when it is not held.
std::optional<policies::Decision> hold_if_doubtful(store::Transaction& tx, const orders::Books& books,
                                                   orders::Order& order, wire::FactsT& facts);

/// Stores what follows from the hold: the question to the customer, and the job that waits for the reply.
void post_hold(store::Transaction& tx, const orders::Books& books, const orders::Order& order,
               const policies::Decision& decision, wire::FactsT& facts);

/// The customer confirmed the order as it is, or staff settled the matter: it goes on. Codes: order_not_found,
/// not_in_this_state (it is not held).
Result<void, Refusal> release_hold(store::Transaction& tx, const orders::Books& books, OrderId order,
                                   const Actor& actor);

/// Staff want the order to wait, for a reason in their words, until they release it. Codes: order_not_found,
/// not_in_this_state (it is held, shipped or cancelled already).
Result<void, Refusal> hold(store::Transaction& tx, const orders::Books& books, OrderId order, const std::string& reason,
                           const Actor& actor);

/// The job's work: nobody replied.
void reply_is_late(store::Transaction& tx, const orders::Books& books, OrderId order);

}  // namespace noren::fulfilment
