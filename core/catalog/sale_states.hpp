// Sale states as the storefront's configuration has them.
#pragma once

#include <string>
#include <vector>

#include "settings/value.hpp"

namespace noren::catalog {

/// The states of `sale.states` that take orders, in their order.
std::vector<std::string> orderable_states(const settings::Value& storefront);

}  // namespace noren::catalog
