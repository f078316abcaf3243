#include "customers/bars.hpp"

namespace noren::customers {

void bar(store::Transaction& tx, const Bar& bar) {
    static const store::Sql insert(
        "insert into barred as known (whom, sku, reason, order_id, since) values ($1, $2, $3, $4, $5)"
        " on conflict ({shop} whom, sku) do update set reason = excluded.reason, order_id = excluded.order_id,"
        " since = excluded.since, lifted_at = null where known.lifted_at is not null");
    tx.queue(insert, bar.whom, bar.sku, bar.reason, bar.order, bar.since);
}

store::Later<std::vector<std::string>> ask_barred_skus(store::Transaction& tx, std::string_view whom) {
    static const store::Sql find("select sku from barred where whom = $1 and lifted_at is null order by sku");
    return tx.ask(find, whom).then([](const store::Rows& rows) {
        std::vector<std::string> skus;
        skus.reserve(rows.size());
        for (std::size_t row = 0; row < rows.size(); ++row) skus.push_back(rows.text(row, 0));
        return skus;
    });
}

std::vector<KnownBar> bars_of(store::Transaction& tx, std::string_view whom) {
    static const store::Sql find(
        "select sku, reason, order_id, since, lifted_at from barred where whom = $1 order by since desc, sku");
    const auto rows = tx.run(find, whom);
    std::vector<KnownBar> bars;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        bars.push_back({{std::string(whom), rows.text(row, 0), rows.text(row, 1), rows.id<OrderKind>(row, 2),
                         rows.instant(row, 3)},
                        std::nullopt});
        if (const auto lifted = rows.maybe_integer(row, 4)) bars.back().lifted = instant_from_us(*lifted);
    }
    return bars;
}

bool lift_bar(store::Transaction& tx, std::string_view whom, std::string_view sku, Instant now) {
    static const store::Sql lift("update barred set lifted_at = $3 where whom = $1 and sku = $2 and lifted_at is null");
    return tx.run(lift, whom, sku, now).affected() == 1;
}

}  // namespace noren::customers
