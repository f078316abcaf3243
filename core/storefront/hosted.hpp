// Hosted: plugins of the host behind the core's ports.
#pragma once

#include <memory>

#include "carriers/carriers.hpp"
#include "host/plugin.hpp"
#include "policies/policies.hpp"

namespace noren::storefront {

/// How long a call may take. Policies and carriers reckon; whoever takes longer than this is broken.
inline constexpr std::chrono::milliseconds policy_time{100};
inline constexpr std::chrono::milliseconds carrier_time{500};

policies::Voter voter_of(std::shared_ptr<host::Instance> instance);

/// Remembers its answers for a few minutes (carriers/remembering.hpp).
std::unique_ptr<carriers::Carrier> carrier_of(std::shared_ptr<host::Instance> instance, const Clock& clock);

}  // namespace noren::storefront
