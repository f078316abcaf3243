// The page on which a shopper approves or declines: plain HTML that works without scripts and with a screen reader.
#pragma once

#include <string>

#include "orders.hpp"

namespace noren::simulators::paypal {

/// What the shopper is asked, or told when there is nothing left to decide.
std::string approval_page(const Order& order);

/// Shown for orders that do not exist or whose time is over.
std::string gone_page();

/// `text` for element content and quoted attributes.
std::string escaped(std::string_view text);

}  // namespace noren::simulators::paypal
