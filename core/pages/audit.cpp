#include "pages/audit.hpp"

namespace noren::pages {

void record(store::Store& core, IdSource& ids, const AuditEntry& entry) {
    static const store::Sql insert(
        "insert into audit (id, at, who, storefront, action, subject, details) values ($1, $2, $3, $4, $5, $6, $7)");
    const auto id = ids.next<struct AuditKind>();
    core.transact([&](store::Transaction& tx) {
        tx.queue(insert, id, entry.at, entry.who, entry.storefront, entry.action, entry.subject, entry.details);
    });
}

std::vector<AuditEntry> audited(store::Store& core, const AuditPage& page) {
    static const store::Sql select(
        "select at, who, storefront, action, subject, details, id from audit"
        " where ($1 = '' or storefront = $1 or storefront = '') and ($2 = 0 or id < $2) order by id desc limit $3");
    return core.read([&](store::Transaction& tx) {
        const auto rows = tx.run(select, page.storefront, page.before, page.limit);
        std::vector<AuditEntry> entries;
        for (std::size_t row = 0; row < rows.size(); ++row) {
            entries.push_back({rows.instant(row, 0), rows.text(row, 1), rows.text(row, 2), rows.text(row, 3),
                               rows.text(row, 4), rows.text(row, 5), rows.integer(row, 6)});
        }
        return entries;
    });
}

}  // namespace noren::pages
