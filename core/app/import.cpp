#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "app/commands.hpp"
#include "app/opened.hpp"
#include "catalog/feed.hpp"

namespace noren::app {
namespace {

std::set<std::string> sale_states(const settings::Effective& effective) {
    std::set<std::string> states;
    for (const auto& state : effective.value().at("sale.states").entries()) states.insert(state.key());
    return states;
}

void show_progress(std::uint64_t bytes, std::uint64_t of) {
    if (of == 0) return;
    std::fprintf(stderr, "\r%3u %%", static_cast<unsigned>(bytes * 100 / of));
    if (bytes >= of) std::fprintf(stderr, "\r     \r");
}

}  // namespace

int import_feed(const ImportOptions& options) {
    Opened opened(options.whereabouts, Gateways::closed, options.storefront);
    auto& shop = *opened.storefronts.front();
    std::ifstream file(options.file, std::ios::binary);
    if (!file) throw std::runtime_error(options.file + " cannot be read");

    catalog::ImportOptions import;
    import.rules = {shop.identity.currency, sale_states(*shop.effective)};
    import.strict = options.strict;
    import.also = [&shop](store::Transaction & tx, const catalog::FeedRow& row) {
        if (row.on_hand) shop.stock.set_free(tx, row.item.sku, stock::Source::on_hand, *row.on_hand, "import");
    if (row.incoming) shop.stock.set_free(tx, row.item.sku, stock::Source::incoming, *row.incoming, "import");
};
if (::isatty(STDERR_FILENO)) import.progress = show_progress;

const auto report = catalog::import_feed(shop.books, shop.catalog, file, import);
for (const auto& fault : report.faults)
    std::fprintf(stderr, "%s: %s\n", options.file.c_str(), catalog::to_string(fault).c_str());
std::printf("%zu rows: %zu imported, %zu at fault\n", report.rows, report.imported, report.faulty);
return report.faulty == 0 && report.faults.empty() ? 0 : 1;
}  // namespace noren::app

}  // namespace noren::app
