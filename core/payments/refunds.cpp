#include "payments/refunds.hpp"

#include <stdexcept>

namespace noren::payments {
namespace {

constexpr const char* columns =
    "id, attempt_id, order_id, order_number, method, state, currency, amount_minor, reason, who, request_key, "
    "refund_ref, failure, begun_at, updated_at, checks, version";

std::vector<Refund> refunds_in(const store::Rows& rows) {
    std::vector<Refund> refunds;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const auto currency = Currency::from_code(rows.text(row, 6));
        if (!currency) throw std::logic_error("stored currency '" + rows.text(row, 6) + "' is unknown");
        Refund refund;
        refund.id = rows.id<RefundKind>(row, 0);
        refund.attempt = rows.id<AttemptKind>(row, 1);
        refund.order = rows.id<OrderKind>(row, 2);
        refund.order_number = rows.text(row, 3);
        refund.method = rows.text(row, 4);
        refund.state = from_word<RefundState>(refund_words, rows.text(row, 5));
        refund.amount = {rows.integer(row, 7), *currency};
        refund.reason = rows.text(row, 8);
        refund.who = rows.text(row, 9);
        refund.key = rows.text(row, 10);
        refund.refund_ref = rows.text(row, 11);
        refund.failure = rows.text(row, 12);
        refund.begun_at = rows.instant(row, 13);
        refund.updated_at = rows.instant(row, 14);
        refund.checks = rows.integer(row, 15);
        refund.version = rows.integer(row, 16);
        refunds.push_back(std::move(refund));
    }
    return refunds;
}

std::optional<Refund> first_in(const store::Rows& rows) {
    auto refunds = refunds_in(rows);
    if (refunds.empty()) return std::nullopt;
    return std::move(refunds.front());
}

}  // namespace

void insert(store::Transaction& tx, const Refund& refund) {
    static const store::Sql insert(
        "insert into refund (id, attempt_id, order_id, order_number, method, state, currency, amount_minor, reason, "
        "who, request_key, begun_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)");
    tx.queue(insert, refund.id, refund.attempt, refund.order, refund.order_number, refund.method,
             word_of(refund_words, refund.state), refund.amount.currency().code(), refund.amount.minor(), refund.reason,
             refund.who, refund.key, refund.begun_at, refund.updated_at);
}

std::optional<Refund> find_refund(store::Transaction& tx, RefundId id) {
    static const store::Sql select(std::string("select ") + columns + " from refund where id = $1");
    return first_in(tx.run(select, id));
}

std::optional<Refund> find_refund(store::Transaction& tx, OrderId order, std::string_view key) {
    static const store::Sql select(std::string("select ") + columns +
                                   " from refund where order_id = $1 and request_key = $2");
    return first_in(tx.run(select, order, key));
}

std::vector<Refund> refunds_of(store::Transaction& tx, OrderId order) {
    static const store::Sql select(std::string("select ") + columns + " from refund where order_id = $1 order by id");
    return refunds_in(tx.run(select, order));
}

void keep(store::Transaction& tx, Refund& refund) {
    static const auto update = store::Sql::of_known_row(
        "update refund set state = $3, refund_ref = $4, failure = $5, updated_at = $6, checks = $7, "
        "version = version + 1 where id = $1 and version = $2");
    tx.queue(update, refund.id, refund.version, word_of(refund_words, refund.state), refund.refund_ref, refund.failure,
             refund.updated_at, refund.checks);
    ++refund.version;
}

}  // namespace noren::payments
