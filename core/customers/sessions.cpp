#include "customers/sessions.hpp"

#include <algorithm>
#include <charconv>

namespace noren::customers {
namespace {

constexpr std::size_t token_bytes = 32;
constexpr std::size_t token_characters = 43;

/// How often an idle clock is put back: a write for every request would cost more than it tells.
constexpr std::chrono::seconds touch_every{60};

bool is_token(std::string_view text) {
    return text.size() == token_characters && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                      c == '_';
           });
}

constexpr std::size_t mac_bytes = 32;

void append_hex(std::string& out, std::uint8_t byte) {
    static constexpr char digits[] = "0123456789abcdef";
    out += digits[byte >> 4];
    out += digits[byte & 15];
}

/// A byte of hexadecimal text; what is no digit counts as 0.
std::uint8_t byte_at(std::string_view hex, std::size_t place) {
    std::uint8_t byte = 0;
    std::from_chars(hex.data() + 2 * place, hex.data() + 2 * place + 2, byte, 16);
    return byte;
}

}  // namespace

struct Sessions::Statements {
    explicit Statements(const std::string& table)
        : find("select subject, begun_at, seen_at from " + table + " where token_hash = $1"),
          touch("update " + table + " set seen_at = $2 where token_hash = $1 and seen_at < $2"),
          insert("insert into " + table + " (token_hash, subject, begun_at, seen_at) values ($1, $2, $3, $3)"),
          end("delete from " + table + " where token_hash = $1"),
          end_all("delete from " + table + " where subject = $1"),
          sweep("delete from " + table + " where token_hash in (select token_hash from " + table +
                " where seen_at <= $1 or begun_at <= $2 limit $3)") {}

    store::Sql find, touch, insert, end, end_all, sweep;
};

const Sessions::Statements& Sessions::statements_of(Of of) {
    static const Statements customers("session");
    static const Statements staff("staff_session");
    return of == Of::customers ? customers : staff;
}

Sessions::Sessions(store::Store& store, Of of, Lifetime lifetime, Key key, const Clock& clock, Entropy& entropy)
    : store_(store),
      statements_(statements_of(of)),
      lifetime_(lifetime),
      key_(std::move(key)),
      clock_(clock),
      entropy_(entropy) {}

Session Sessions::session_of(std::string token, std::optional<std::int64_t> subject, bool is_new) const {
    auto id = sha256_hex(token);
    auto csrf = key_.mac("csrf", id);
    return {std::move(id), std::move(token), std::move(csrf), subject, is_new};
}

Session Sessions::identify(const std::optional<std::string>& token) {
    if (!token || !is_token(*token)) return session_of(random_token(entropy_, token_bytes), std::nullopt, true);
    return session_of(*token, std::nullopt, false);
}

Session Sessions::resume(const std::optional<std::string>& token) {
    auto session = identify(token);
    if (session.is_new) return session;
    const auto now = clock_.now();
    const auto row = store_.look_up(statements_.find, session.id);
    if (row.empty()) return session;
    const auto seen = row.instant(0, 2);
    if (now - row.instant(0, 1) >= lifetime_.absolute || now - seen >= lifetime_.idle) return session;
    session.subject = row.integer(0, 0);
    if (now - seen >= touch_every) {
        store_.transact([&](store::Transaction& tx) { tx.queue(statements_.touch, session.id, now); });
    }
    return session;
}

Session Sessions::log_in(const Session& before, std::int64_t subject) {
    auto session = session_of(random_token(entropy_, token_bytes), subject, true);
    store_.transact([&](store::Transaction& tx) {
        tx.queue(statements_.end, before.id);
        tx.queue(statements_.insert, session.id, subject, clock_.now());
    });
    return session;
}

Session Sessions::log_out(const Session& session) {
    store_.transact([&](store::Transaction& tx) { tx.queue(statements_.end, session.id); });
    return session_of(random_token(entropy_, token_bytes), std::nullopt, true);
}

void Sessions::end_all(std::int64_t subject) {
    store_.transact([&](store::Transaction& tx) { tx.queue(statements_.end_all, subject); });
}

std::string Sessions::form_token(const Session& session) const {
    const auto pad = entropy_.bytes<mac_bytes>();
    std::string token;
    for (const auto byte : pad) append_hex(token, byte);
    for (std::size_t i = 0; i < mac_bytes; ++i) {
        append_hex(token, static_cast<std::uint8_t>(pad[i] ^ byte_at(session.csrf, i)));
    }
    return token;
}

bool Sessions::accepts(const Session& session, std::string_view csrf) const {
    const auto expected = key_.mac("csrf", session.id);
    if (csrf.size() != 4 * mac_bytes) return equal_secrets(expected, csrf);
    std::string unmasked;
    for (std::size_t i = 0; i < mac_bytes; ++i) {
        append_hex(unmasked, static_cast<std::uint8_t>(byte_at(csrf, i) ^ byte_at(csrf, mac_bytes + i)));
    }
    return equal_secrets(expected, unmasked);
}

std::int64_t Sessions::sweep(int limit) {
    const auto now = clock_.now();
    return store_.transact([&](store::Transaction& tx) {
        return tx.run(statements_.sweep, now - lifetime_.idle, now - lifetime_.absolute, limit).affected();
    });
}

}  // namespace noren::customers
