// search_bench DATABASE [STOREFRONT]: times searches and lists over an imported catalogue. DATABASE is a SQLite file,
// or a libpq connection string with the storefront's number. Reads searches from its input, one a line, runs each 5
// times, and prints one line of JSON with milliseconds.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "catalog/catalog.hpp"

using namespace noren;

namespace {

double percentile(std::vector<double> sorted, double share) {
    std::sort(sorted.begin(), sorted.end());
    return sorted.at(static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1)));
}

template <class Work>
double milliseconds(Work&& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 2) return 2;
    store::Location location = store::SqliteLocation{arguments[1], true};
    if (count > 2) {
        store::PostgresqlLocation there;
        there.connection = arguments[1];
        there.storefront = std::stoll(arguments[2]);
        location = there;
    }
    const auto books = store::open(location, store::Content::books);
    const catalog::Catalog catalog;
    const auto page = [&](const catalog::Selection& selection) {
        return books->read([&](store::Transaction& tx) { return catalog.page(tx, selection, {"in_stock"}); });
    };

    std::vector<std::string> searches;
    for (std::string line; std::getline(std::cin, line);) searches.push_back(line);
    std::vector<double> taken;
    std::map<std::string, double> by_text;
    std::size_t empty = 0;
    std::int64_t found = 0;
    for (int round = 0; round < 6; ++round) {
        for (const auto& text : searches) {
            catalog::Selection selection;
            selection.text = text;
            const auto ms = milliseconds([&] {
                const auto answer = page(selection);
                found += answer.found;
                empty += answer.items.empty() ? 1 : 0;
            });
            if (round == 0) continue;  // it warms up
            taken.push_back(ms);
            by_text[text] += ms / 5;
        }
    }
    std::vector<double> lists;
    for (const auto order : {catalog::Order::newest, catalog::Order::price, catalog::Order::release}) {
        for (const auto* category : {"", "Figures", "Figures > Scale 3"}) {
            catalog::Selection selection;
            selection.category = category;
            selection.order = order;
            for (int round = 0; round < 5; ++round) lists.push_back(milliseconds([&] { page(selection); }));
        }
    }
    const auto categories =
        milliseconds([&] { books->read([&](store::Transaction& tx) { return catalog.categories(tx).size(); }); });
    std::cout << nlohmann::json{{"search_p50_ms", percentile(taken, 0.5)},
                                {"search_p95_ms", percentile(taken, 0.95)},
                                {"list_p95_ms", percentile(lists, 0.95)},
                                {"categories_ms", categories},
                                {"found", found},
                                {"empty", empty}}
                     .dump()
              << "\n";
    return 0;
}
