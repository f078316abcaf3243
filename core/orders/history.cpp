#include "orders/history.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <map>

#include "customers/bars.hpp"
#include "customers/standing.hpp"

namespace noren::orders {
namespace {

constexpr std::size_t most_offences = 50;  // as sdk/schema/policy.fbs promises
constexpr std::chrono::hours identical_within{7 * 24};

wire::HistoryT fact(const std::string& need, std::string key, std::int64_t value) {
    wire::HistoryT fact;
    fact.need = need;
    fact.key = std::move(key);
    fact.value = value;
    return fact;
}

using Facts = std::vector<wire::HistoryT>;
using Asked = store::Later<Facts>;

Asked barred_items(store::Transaction& tx, const policies::Need& need, const Past& past) {
    return customers::ask_barred_skus(tx, past.household)
        .then([name = need.name, skus = past.skus](const std::vector<std::string>& barred) {
            Facts facts;
            for (const auto& sku : barred) {
                if (std::find(skus.begin(), skus.end(), sku) != skus.end()) facts.push_back(fact(name, sku, 1));
            }
            return facts;
        });
}

Asked units_ordered(store::Transaction& tx, const policies::Need& need, const Past& past) {
    static const store::Sql count("select value from counter where name = 'units_ordered' and subject = $1");
    std::vector<std::pair<std::string, store::Later<store::Rows>>> counts;
    for (const auto& sku : past.skus) counts.emplace_back(sku, tx.ask(count, past.household + "|" + sku));
    return Asked([name = need.name, counts = std::move(counts)] {
        Facts facts;
        for (const auto& [sku, asked] : counts) {
            const auto rows = asked.get();
            if (!rows.empty()) facts.push_back(fact(name, sku, rows.integer(0, 0)));
        }
        return facts;
    });
}

Asked orders_paid(store::Transaction& tx, const policies::Need& need, const Past& past) {
    static const store::Sql count(
        "select count(*) from orders where paid_at is not null and "
        "(customer_id = $1 or (household = $2 and $2 <> ''))");
    return tx.ask(count, past.customer, need.of == "customer" ? std::string() : past.household)
        .then([name = need.name](const store::Rows& rows) { return Facts{fact(name, {}, rows.integer(0, 0))}; });
}

Asked offences(store::Transaction& tx, const policies::Need& need, const Past& past) {
    static const store::Sql select(
        "select kind, weight, at from offence where customer_id = $1 or (household = $2 and $2 <> '') "
        "order by id desc limit $3");
    return tx.ask(select, past.customer, past.household, static_cast<std::int64_t>(most_offences))
        .then([name = need.name](const store::Rows& rows) {
            Facts facts;
            for (std::size_t row = 0; row < rows.size(); ++row) {
                // One of weight 2 counts as two.
                for (auto weight = rows.integer(row, 1); weight > 0 && facts.size() < most_offences; --weight)
                    facts.push_back(fact(name, rows.text(row, 0), rows.integer(row, 2)));
            }
            return facts;
        });
}

Asked unsettled_orders(store::Transaction& tx, const policies::Need& need, const Past& past) {
    static const store::Sql select(
        "select kind, since from (select id, kind, opened_at as since from order_case where household = $1 and "
        "settled_at is null union all select id, 'held', placed_at from orders where household = $1 and "
        "hold = 'held') unsettled order by id limit 20");
    return tx.ask(select, past.household).then([name = need.name](const store::Rows& rows) {
        Facts facts;
        for (std::size_t row = 0; row < rows.size(); ++row)
            facts.push_back(fact(name, rows.text(row, 0), rows.integer(row, 1)));
        return facts;
    });
}

std::map<std::string, std::int64_t> units_by_sku(const std::vector<Line>& lines) {
    std::map<std::string, std::int64_t> units;
    for (const auto& line : lines) units[line.sku] += line.quantity;
    return units;
}

}  // namespace

Asked ask_history(store::Transaction& tx, const std::vector<policies::Need>& needs, const Past& past) {
    std::vector<Asked> asked;
    const bool knows_household = !past.household.empty();
    for (const auto& need : needs) {
        if (need.name == "barred_items" && knows_household) asked.push_back(barred_items(tx, need, past));
        if (need.name == "units_ordered" && knows_household) asked.push_back(units_ordered(tx, need, past));
        if (need.name == "orders_paid") asked.push_back(orders_paid(tx, need, past));
        if (need.name == "offences") asked.push_back(offences(tx, need, past));
        if (need.name == "unsettled_orders" && knows_household) asked.push_back(unsettled_orders(tx, need, past));
    }
    return Asked([asked = std::move(asked)] {
        Facts facts;
        for (const auto& some : asked) {
            auto told = some.get();
            std::move(told.begin(), told.end(), std::back_inserter(facts));
        }
        return facts;
    });
}

void keep_history_of(std::span<const std::string> skus, std::vector<wire::HistoryT>& history) {
    std::erase_if(history, [&](const wire::HistoryT& row) {
        const bool of_an_item = row.need == "barred_items" || row.need == "units_ordered";
        return of_an_item && std::find(skus.begin(), skus.end(), row.key) == skus.end();
    });
}

std::vector<wire::HistoryT> identical_orders(store::Transaction& tx, const Order& order, Instant now) {
    static const store::Sql select(
        "select o.number, o.placed_at, l.sku, l.quantity - l.cancelled from orders o join order_line l on "
        "l.order_id = o.id where o.household = $1 and o.placed_at >= $2 and o.fulfilment <> 'cancelled' and "
        "o.id <> $3 and l.cancelled < l.quantity order by o.id limit 1000");
    Facts facts;
    if (order.household.empty()) return facts;
    const auto rows = tx.run(select, order.household, now - identical_within, order.id);
    const auto wanted = units_by_sku(order.lines);
    for (std::size_t row = 0; row < rows.size();) {
        const auto& number = rows.text(row, 0);
        const auto placed = rows.integer(row, 1);
        std::map<std::string, std::int64_t> units;
        for (; row < rows.size() && rows.text(row, 0) == number; ++row)
            units[rows.text(row, 2)] += rows.integer(row, 3);
        if (units == wanted) facts.push_back(fact("identical_orders", number, placed));
    }
    return facts;
}

void add_past(store::Transaction& tx, const policies::Policies& policies, wire::Point point, const Order& order,
              Instant now, wire::FactsT& facts) {
    const auto needs = policies.needs(std::span(&point, 1));
    Past past{order.customer, order.household, {}, now};
    for (const auto& line : order.lines) past.skus.push_back(line.sku);
    const auto asked = ask_history(tx, needs, past);
    const auto standing = customers::ask_standing(tx, order.customer, order.household);
    facts.history = asked.get();
    const auto is_identical = [](const policies::Need& need) { return need.name == "identical_orders"; };
    if (std::any_of(needs.begin(), needs.end(), is_identical)) {
        for (auto& found : identical_orders(tx, order, now)) facts.history.push_back(std::move(found));
    }
    for (const auto& told : facts.history) {
        if (told.need == "orders_paid") facts.customer->orders_paid = static_cast<std::int32_t>(told.value);
    }
    facts.customer->standing = customers::word(standing.get());
}

}  // namespace noren::orders
