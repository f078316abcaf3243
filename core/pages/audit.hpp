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
    std::string action;      // log_in, log_in_refused, log_out, cancel_order, retry_job, ...
    std::string subject;     // what it was done to
    std::string details;     // JSON
    std::int64_t id = 0;
};

/// Stores the entry before the action is done, so that no action goes without one.
void record(store::Store& core, IdSource& ids, const AuditEntry& entry);

/// Which entries to read: those of one storefront and of none (log-ins), or of all when it is empty; older than
/// `before` (0: from the newest), at most `limit`.
struct AuditPage {
    std::string storefront;
    std::int64_t before = 0;
    int limit = 100;
};
/// Newest first.
std::vector<AuditEntry> audited(store::Store& core, const AuditPage& page);

}  // namespace noren::pages
