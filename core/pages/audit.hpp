// Audit: who did what in the console, kept for ever in the core store.
#pragma once

#include <string>
#include <vector>

#include "base/ids.hpp"
#include "store/store.hpp"

namespace noren::pages {

struct AuditEntry {
    Instant at{};
    std::string who;         // staff:<id>, or nobody for a log-in that failed
    std::string storefront;  // empty: of none
    std::string action;      // log_in, log_in_refused, log_out, cancel_order, retry_job
    std::string subject;     // what it was done to
    std::string details;     // JSON
};

/// Stores the entry before the action is done, so that no action goes without one.
void record(store::Store& core, IdSource& ids, const AuditEntry& entry);

/// Newest first, at most `limit`.
std::vector<AuditEntry> audited(store::Store& core, int limit);

}  // namespace noren::pages
