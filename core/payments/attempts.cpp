#include "payments/attempts.hpp"

namespace noren::payments {
namespace {

constexpr const char* columns =
    "id, order_id, order_number, method, state, currency, amount_minor, captured_minor, provider_ref, capture_ref, "
    "redirect_url, reason, begun_at, updated_at, checks, version";

std::vector<Attempt> attempts_of(const store::Rows& rows) {
    std::vector<Attempt> attempts;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const auto currency = Currency::from_code(rows.text(row, 5));
        if (!currency) throw std::logic_error("stored currency '" + rows.text(row, 5) + "' is unknown");
        Attempt attempt;
        attempt.id = rows.id<AttemptKind>(row, 0);
        attempt.order = rows.id<OrderKind>(row, 1);
        attempt.order_number = rows.text(row, 2);
        attempt.method = rows.text(row, 3);
        attempt.state = from_word<AttemptState>(attempt_words, rows.text(row, 4));
        attempt.amount = {rows.integer(row, 6), *currency};
        attempt.captured = {rows.integer(row, 7), *currency};
        attempt.provider_ref = rows.text(row, 8);
        attempt.capture_ref = rows.text(row, 9);
        attempt.redirect_url = rows.text(row, 10);
        attempt.reason = rows.text(row, 11);
        attempt.begun_at = rows.instant(row, 12);
        attempt.updated_at = rows.instant(row, 13);
        attempt.checks = rows.integer(row, 14);
        attempt.version = rows.integer(row, 15);
        attempts.push_back(std::move(attempt));
    }
    return attempts;
}

std::optional<Attempt> first_of(const store::Rows& rows) {
    auto attempts = attempts_of(rows);
    if (attempts.empty()) return std::nullopt;
    return std::move(attempts.front());
}

}  // namespace

void Attempts::insert(store::Transaction& tx, const Attempt& attempt) {
    static const store::Sql insert(
        "insert into payment_attempt (id, order_id, order_number, method, state, currency, amount_minor, begun_at, "
        "updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)");
    tx.queue(insert, attempt.id, attempt.order, attempt.order_number, attempt.method,
             word_of(attempt_words, attempt.state), attempt.amount.currency().code(), attempt.amount.minor(),
             attempt.begun_at, attempt.updated_at);
}

std::optional<Attempt> Attempts::find(store::Transaction& tx, AttemptId id) const {
    return ask(tx, id).get();
}

store::Later<std::optional<Attempt>> Attempts::ask(store::Transaction& tx, AttemptId id) const {
    static const store::Sql select(std::string("select ") + columns + " from payment_attempt where id = $1");
    return tx.ask(select, id).then(first_of);
}

std::optional<Attempt> Attempts::find_by_ref(store::Transaction& tx, std::string_view method,
                                             std::string_view ref) const {
    static const store::Sql select(std::string("select ") + columns +
                                   " from payment_attempt where method = $1 and provider_ref = $2 and $2 <> ''");
    return first_of(tx.run(select, method, ref));
}

std::vector<Attempt> Attempts::of_order(store::Transaction& tx, OrderId order) const {
    return ask_of_order(tx, order).get();
}

store::Later<std::vector<Attempt>> Attempts::ask_of_order(store::Transaction& tx, OrderId order) const {
    static const store::Sql select(std::string("select ") + columns +
                                   " from payment_attempt where order_id = $1 order by id");
    return tx.ask(select, order).then(attempts_of);
}

std::vector<Attempt> Attempts::unsettled(store::Transaction& tx, int limit) const {
    static const store::Sql select(
        std::string("select ") + columns +
        " from payment_attempt where state in ('created', 'unknown', 'capturing', 'pending') "
        "order by id limit $1");
    return attempts_of(tx.run(select, limit));
}

bool Attempts::step(store::Transaction& tx, Attempt& attempt, AttemptEvent event) {
    const auto to = next(attempt_steps, attempt.state, event);
    if (!to) return false;
    attempt.state = *to;
    attempt.updated_at = clock_.now();
    keep(tx, attempt);
    return true;
}

void Attempts::keep(store::Transaction& tx, Attempt& attempt) {
    static const auto update = store::Sql::of_known_row(
        "update payment_attempt set state = $3, captured_minor = $4, provider_ref = $5, capture_ref = $6, "
        "redirect_url = $7, reason = $8, updated_at = $9, checks = $10, version = version + 1 "
        "where id = $1 and version = $2");
    tx.queue(update, attempt.id, attempt.version, word_of(attempt_words, attempt.state), attempt.captured.minor(),
             attempt.provider_ref, attempt.capture_ref, attempt.redirect_url, attempt.reason, attempt.updated_at,
             attempt.checks);
    ++attempt.version;
}

void Attempts::record(store::Transaction& tx, AttemptId attempt, const std::vector<Exchange>& exchanges) {
    static const store::Sql insert(
        "insert into payment_exchange (id, attempt_id, operation, place, at, method, url, failure, status, reply) "
        "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
    std::int64_t place = 0;
    for (const auto& exchange : exchanges) {
        const std::span reply(reinterpret_cast<const std::uint8_t*>(exchange.reply.data()),
                              std::min<std::size_t>(exchange.reply.size(), 16384));
        tx.queue(insert, ids_.next<struct ExchangeKind>(), attempt, exchange.operation, place++, clock_.now(),
                 exchange.method, exchange.url, exchange.failure, exchange.status, store::Blob{reply});
    }
}

std::vector<Exchange> Attempts::exchanges(store::Transaction& tx, AttemptId attempt) const {
    static const store::Sql select(
        "select operation, method, url, failure, status, reply from payment_exchange where attempt_id = $1 order by "
        "id");
    const auto rows = tx.run(select, attempt);
    std::vector<Exchange> exchanges;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        exchanges.push_back({rows.text(row, 0), rows.text(row, 1), rows.text(row, 2), rows.text(row, 3),
                             static_cast<int>(rows.integer(row, 4)), rows.text(row, 5)});
    }
    return exchanges;
}

bool Attempts::first_seen(store::Transaction& tx, std::string_view gateway, std::string_view event_id,
                          std::string_view event_type, AttemptId attempt) {
    static const store::Sql insert(
        "insert into webhook (gateway, event_id, event_type, received_at, attempt_id) values ($1, $2, $3, $4, $5) "
        "on conflict ({shop} gateway, event_id) do nothing");
    return tx.run(insert, gateway, event_id, event_type, clock_.now(), attempt).affected() == 1;
}

}  // namespace noren::payments
