#include "customers/log_in_limit.hpp"

#include "customers/keyed_hash.hpp"
#include "customers/text_fields.hpp"

namespace noren::customers {

struct LogInLimit::Statements {
    Statements(const std::string& table, const std::string& key)
        : take("insert into " + table + " as known (name_hash, since, attempts) values ($1, $2, 1) on conflict (" +
               key +
               ") do update set attempts = case when known.since <= $3 then 1 else known.attempts + 1 end,"
               " since = case when known.since <= $3 then $2 else known.since end returning since, attempts"),
          forgive("delete from " + table + " where name_hash = $1"),
          sweep("delete from " + table + " where name_hash in (select name_hash from " + table +
                " where since <= $1 limit $2)") {}

    store::Sql take, forgive, sweep;
};

const LogInLimit::Statements& LogInLimit::statements_of(Of of) {
    static const Statements customers("log_in_attempt", "{shop} name_hash");
    static const Statements staff("staff_log_in_attempt", "name_hash");
    return of == Of::customers ? customers : staff;
}

LogInLimit::LogInLimit(store::Store& store, Of of, const Clock& clock)
    : store_(store), statements_(statements_of(of)), clock_(clock) {}

std::optional<Instant> LogInLimit::take(std::string_view email) {
    const auto name = sha256_hex(normalised_email(email));
    const auto now = clock_.now();
    const auto row =
        store_.transact([&](store::Transaction& tx) { return tx.run(statements_.take, name, now, now - window); });
    if (row.integer(0, 1) <= failures) return std::nullopt;
    return row.instant(0, 0) + window;
}

void LogInLimit::forgive(std::string_view email) {
    const auto name = sha256_hex(normalised_email(email));
    store_.transact([&](store::Transaction& tx) { tx.queue(statements_.forgive, name); });
}

std::int64_t LogInLimit::sweep(int limit) {
    return store_.transact(
        [&](store::Transaction& tx) { return tx.run(statements_.sweep, clock_.now() - window, limit).affected(); });
}

}  // namespace noren::customers
