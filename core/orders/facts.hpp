// What a policy may know of an order: features only, no name, street, e-mail or phone.
#pragma once

#include <noren/wire/message.hpp>

#include "calendar/calendar.hpp"
#include "orders/orders.hpp"

namespace noren::orders {

/// Facts about an order and the day it is asked on. Point, event, methods and history are for the caller to add.
wire::FactsT facts_of(const Order& order, const std::string& storefront, const calendar::BusinessCalendar& calendar,
                      Instant now);

std::unique_ptr<wire::MoneyT> wire_money(Money money);

}  // namespace noren::orders
