#include "storefront/import_feed.hpp"

#include "fulfilment/receive_stock.hpp"

namespace noren::storefront {
namespace {

constexpr const char* cause = "import";

struct Counted {
    std::int64_t on_hand = 0;
    std::optional<std::int64_t> incoming;
};
/// Items that orders wait for, by SKU: their orders are locked before any stock, so they are left for later.
using WaitedFor = std::map<std::string, Counted>;

void take_stock(Storefront& shop, store::Transaction& tx, std::span<const catalog::FeedRow> rows, WaitedFor& later) {
    std::vector<std::string> counted;
    for (const auto& row : rows) {
        if (row.on_hand) counted.push_back(row.item.sku);
    }
    const auto waited_for = shop.orders.waited_for(tx, counted);
    std::vector<stock::FreeUnits> units;
    for (const auto& row : rows) {
        if (row.on_hand && waited_for.contains(row.item.sku)) {
            later[row.item.sku] = {*row.on_hand, row.incoming};
            continue;
        }
        if (row.on_hand) units.push_back({row.item.sku, stock::Source::on_hand, *row.on_hand});
        if (row.incoming) units.push_back({row.item.sku, stock::Source::incoming, *row.incoming});
    }
    shop.stock.set_free(tx, units, cause);
}

}  // namespace

catalog::ImportReport import_feed(Storefront& shop, std::istream& stream, catalog::ImportOptions options) {
    WaitedFor later;
    options.also = [&](store::Transaction& tx, std::span<const catalog::FeedRow> rows) {
        take_stock(shop, tx, rows, later);
    };
    auto report = catalog::import_feed(shop.books, shop.catalog, stream, options);
    for (const auto& waited_for : later) {
        const auto& sku = waited_for.first;  // a lambda of C++20's takes no structured binding everywhere
        const auto& counted = waited_for.second;
        shop.books.transact([&](store::Transaction& tx) {
            fulfilment::take_stock(tx, shop.order_books, sku, counted.on_hand, cause);
            if (counted.incoming) shop.stock.set_free(tx, sku, stock::Source::incoming, *counted.incoming, cause);
        });
    }
    if (!later.empty()) shop.worker.wake();
    return report;
}

}  // namespace noren::storefront
