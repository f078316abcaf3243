// Standing: who may still order. An account and the household it belongs to stand alike: a household orders through one
// account, and buying as a guest is no way around it.
#pragma once

#include <string_view>

#include "customers/customers.hpp"

namespace noren::customers {

/// `open`, `restricted`, `closed`.
std::string_view word(Standing standing);

/// The stricter of how the account (none: id 0) and the household (none: empty) stand.
Standing standing_of(store::Transaction& tx, CustomerId customer, std::string_view household);
store::Later<Standing> ask_standing(store::Transaction& tx, CustomerId customer, std::string_view household);

/// Sets both, in the transaction in which it was decided. `reason` is a code. A closed account stays closed for good; a
/// household can be let in again.
void set_standing(store::Transaction& tx, CustomerId customer, std::string_view household, Standing standing,
                  std::string_view reason, Instant now);

}  // namespace noren::customers
