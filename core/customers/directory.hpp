// Directory: what staff look up about customers. Shops never show it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "customers/customers.hpp"

namespace noren::customers {

/// Customers and guests, newest first, at most `limit`, older than `before` (no id: from the newest): all, or those of
/// one e-mail address, whatever its writing.
std::vector<Customer> listed(store::Transaction& tx, std::string_view email, CustomerId before, int limit);

/// What counts against somebody or their household, the latest first, at most 100.
struct Offence {
    Instant at{};
    std::string kind;  // a code: cancelled, not_paid, ...
    std::int64_t weight = 1;
    OrderId order;
};
std::vector<Offence> offences_of(store::Transaction& tx, CustomerId customer, std::string_view household);

/// The households that a customer's orders went to, the latest first, at most 20.
std::vector<std::string> households_of(store::Transaction& tx, CustomerId customer);

/// How a household stands when that was decided: `state` as in Standing's words.
struct HouseholdStanding {
    std::string state;
    std::string reason;
    Instant since{};
};
std::optional<HouseholdStanding> standing_of(store::Transaction& tx, std::string_view household);

}  // namespace noren::customers
