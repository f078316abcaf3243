// Sending an order, and its arrival.
#pragma once

#include "fulfilment/fulfilment.hpp"

namespace noren::fulfilment {

struct ShipRequest {
    OrderId order;
    std::string tracking;  // at most 64 printable ASCII characters; empty: not tracked
    Actor actor;
};

/// The whole order leaves, by its shipping method: its units are sold, the customer is told with the tracking number.
/// Codes: order_not_found, not_in_this_state (not ready, held, shipped already), not_paid (it is neither paid nor
/// collected at delivery), tracking_malformed.
Result<orders::Shipment, Refusal> ship(const Parts& parts, const ShipRequest& request);

/// The parcel arrived: what the carrier collected is booked as paid. Codes: order_not_found, not_in_this_state.
Result<void, Refusal> deliver(const Parts& parts, OrderId order, const Actor& actor);

}  // namespace noren::fulfilment
