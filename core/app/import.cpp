#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/opened.hpp"
#include "storefront/import_feed.hpp"

namespace noren::app {
namespace {

using storefront::Storefront;

/// A bar on a terminal, redrawn when it moves; taken away at the end.
class Progress {
public:
    void operator()(std::uint64_t bytes, std::uint64_t of) {
        if (of == 0) return;
        const auto percent = static_cast<int>(bytes * 100 / of);
        if (percent == shown_) return;
        shown_ = percent;
        const std::string done(static_cast<std::size_t>(percent) * width / 100, '#');
        std::fprintf(stderr, "\r[%-*s] %3d %%", width, done.c_str(), percent);
        if (bytes >= of) std::fprintf(stderr, "\r%*s\r", width + 8, "");
    }

private:
    static constexpr int width = 50;
    int shown_ = -1;
};

nlohmann::json json_of(const catalog::ImportReport& report, bool strict, std::int64_t elapsed_ms) {
    auto faults = nlohmann::json::array();
    for (const auto& fault : report.faults) {
        faults.push_back({{"line", fault.line},
                          {"column", fault.column},
                          {"field", fault.field},
                          {"found", fault.found},
                          {"expected", fault.expected}});
    }
    return {{"rows", report.rows},        {"imported", report.imported}, {"faulty", report.faulty},
            {"strict", strict},           {"elapsed_ms", elapsed_ms},    {"ignored_columns", report.ignored_columns},
            {"faults", std::move(faults)}};
}

void tell_stock(const Storefront& shop, store::Transaction& tx, std::span<catalog::FeedRow> rows) {
    std::vector<std::string> skus;
    std::map<std::string, catalog::FeedRow*> by_sku;
    for (auto& row : rows) {
        skus.push_back(row.item.sku);
        by_sku[row.item.sku] = &row;
    }
    for (const auto& level : shop.stock.levels(tx, skus)) {
        auto& row = *by_sku.at(level.sku);
        (level.source == stock::Source::on_hand ? row.on_hand : row.incoming) = level.free;
    }
}

}  // namespace

int import_feed(const ImportOptions& options) {
    Opened opened(options.whereabouts, Gateways::closed, options.storefront);
    auto& shop = *opened.storefronts.front();
    std::ifstream file(options.file, std::ios::binary);
    if (!file) throw std::runtime_error(options.file + " cannot be read");

    catalog::ImportOptions import;
    import.rules = catalog::feed_rules(shop.effective->value());
    import.strict = options.strict;
    import.today = shop.calendar.local_date(shop.clock.now());
    if (::isatty(STDERR_FILENO) != 0) import.progress = Progress();

    const auto start = std::chrono::steady_clock::now();
    const auto report = storefront::import_feed(shop, file, std::move(import));
    const auto elapsed = std::chrono::steady_clock::now() - start;
    if (options.json) {
        const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(elapsed).count();
        std::printf("%s\n", json_of(report, options.strict, ms).dump().c_str());
    } else {
        for (const auto& fault : report.faults) {
            std::fprintf(stderr, "%s:%s\n", options.file.c_str(), catalog::to_string(fault).c_str());
        }
        std::printf("%zu rows: %zu imported, %zu at fault%s\n", report.rows, report.imported, report.faulty,
                    options.strict && report.faulty > 0 ? "; nothing was changed" : "");
    }
    return report.faulty == 0 && report.faults.empty() ? 0 : 1;
}

int export_feed(const ExportOptions& options) {
    Opened opened(options.whereabouts, Gateways::closed, options.storefront);
    auto& shop = *opened.storefronts.front();
    catalog::ExportOptions how;
    how.format = options.xml ? catalog::FeedFormat::xml : catalog::FeedFormat::tsv;
    how.rules = catalog::feed_rules(shop.effective->value());
    how.title = shop.identity.name;
    how.link = shop.identity.public_url + "/";
    how.also = [&shop](store::Transaction& tx, std::span<catalog::FeedRow> rows) { tell_stock(shop, tx, rows); };
    catalog::export_feed(shop.books, shop.catalog, std::cout, how);
    return 0;
}

}  // namespace noren::app
