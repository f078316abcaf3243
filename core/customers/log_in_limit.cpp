#include "customers/log_in_limit.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "customers/keyed_hash.hpp"
#include "customers/text_fields.hpp"

namespace noren::customers {
namespace {

/// Whoever has one address of an IPv6 network usually has its 2^64: they count as one.
std::string network_of(std::string_view peer) {
    std::string text(peer);
    std::array<unsigned char, 16> address{};
    if (inet_pton(AF_INET6, text.c_str(), address.data()) != 1) return text;
    return {reinterpret_cast<const char*>(address.data()), 8};
}

}  // namespace

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

std::optional<Instant> LogInLimit::take(std::string_view email, std::string_view peer) {
    return take_named("", email, peer);
}

std::optional<Instant> LogInLimit::take_mail(std::string_view email, std::string_view peer) {
    return take_named("mail ", email, peer);
}

std::optional<Instant> LogInLimit::take_named(const std::string& what, std::string_view email, std::string_view peer) {
    const auto name = sha256_hex(what + normalised_email(email));
    const auto network = peer.empty() ? std::string() : sha256_hex(what + "from " + network_of(peer));
    const auto now = clock_.now();
    return store_.transact([&](store::Transaction& tx) -> std::optional<Instant> {
        const auto is_too_many = [&](const std::string& key, int most) -> std::optional<Instant> {
            const auto row = tx.run(statements_.take, key, now, now - window);
            return row.integer(0, 1) <= most ? std::nullopt : std::optional(row.instant(0, 0) + window);
        };
        const auto of_name = is_too_many(name, failures);
        const auto of_network = network.empty() ? std::nullopt : is_too_many(network, failures_of_network);
        return std::max(of_name, of_network);
    });
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
