// Why a decision's outcomes (a deadline, what follows it, a fee, a mail) are as they are.
#pragma once

#include <vector>

#include "policies/policies.hpp"

namespace noren::policies {

/// Their reasons, in that order; without policy, version and location.
std::vector<Reason> outcome_reasons(const Decision& decision);

}  // namespace noren::policies
