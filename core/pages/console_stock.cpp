#include "catalog/catalog.hpp"
#include "fulfilment/receive_stock.hpp"
#include "pages/console_desk.hpp"

namespace noren::pages {
namespace {

using http::Method;
using http::Response;

constexpr int most_movements = 100;
constexpr std::int64_t most_units = 100'000;

std::string title_of(store::Transaction& tx, const Storefront& shop, const std::string& sku) {
    const auto item = shop.catalog.find(tx, sku);
    return item ? item->title : "";
}

console::Level shown(const stock::Level& level) {
    return {std::string(stock::word(level.source)), level.free, level.reserved, level.sold};
}

Response list_stock(ConsoleDesk& desk) {
    const auto wanted = desk.asked("sku");
    const auto after = desk.asked("after");
    console::Stock page;
    page.link = desk.at("stock");
    page.wanted = wanted;
    desk.shop.books.read([&](store::Transaction& tx) {
        page.items.clear();
        for (const auto& level : desk.shop.stock.page(tx, wanted, after, a_page + 1)) {
            if (page.items.empty() || page.items.back().sku != level.sku) {
                page.items.push_back({level.sku, title_of(tx, desk.shop, level.sku), desk.at("stock", level.sku), {}});
            }
            page.items.back().levels.push_back(shown(level));
        }
    });
    if (page.items.size() > a_page) {
        page.items.resize(a_page);
        page.next = page.link.with("sku", wanted).with("after", page.items.back().sku);
    }
    return desk.show("stock", "stock.heading", page);
}

Response show_item(ConsoleDesk& desk) {
    const auto& sku = desk.request.parameter("sku");
    console::StockItem page;
    desk.shop.books.read([&](store::Transaction& tx) {
        page = {};
        page.sku = sku;
        page.name = title_of(tx, desk.shop, sku);
        for (const auto& level : desk.shop.stock.levels(tx, std::vector{sku})) page.levels.push_back(shown(level));
        for (const auto& move : desk.shop.stock.movements(tx, sku, most_movements)) {
            page.movements.push_back({move.at, move.kind, desk.name_of(move.cause),
                                      std::string(stock::word(move.source)), move.free, move.reserved, move.sold});
        }
    });
    if (page.levels.empty() && page.name.empty()) refuse_request(404, "item_not_found", "There is no such item.");
    if (desk.may(change_stock)) {
        page.receive = desk.at("stock", sku, "receive");
        page.adjust = desk.at("stock", sku, "adjust");
    }
    return desk.show("stock", "stock.heading", page);
}

/// The item that the form is about: one that is listed or was ever in stock.
std::string known_sku(ConsoleDesk& desk) {
    const auto& sku = desk.request.parameter("sku");
    const bool is_known = desk.shop.books.read([&](store::Transaction& tx) {
        return desk.shop.catalog.find(tx, sku) || !desk.shop.stock.levels(tx, std::vector{sku}).empty();
    });
    if (!is_known) refuse_request(404, "item_not_found", "There is no such item.");
    return sku;
}

Response receive_units(ConsoleDesk& desk) {
    const auto sku = known_sku(desk);
    const auto units = desk.number("units", 1, most_units);
    const auto cause = desk.line("cause", 100);
    desk.audit("receive_stock", sku, {{"units", units}, {"cause", cause}});
    desk.shop.books.transact([&](store::Transaction& tx) {
        fulfilment::receive_stock(tx, desk.shop.order_books, sku, units, desk.who() + " " + cause);
    });
    desk.wake_workers();
    return desk.back(desk.at("stock", sku));
}

Response adjust_units(ConsoleDesk& desk) {
    const auto sku = known_sku(desk);
    const auto source = stock::source_from_word(desk.typed("source"));
    if (!source) refuse_request(422, "field_no_source", "The field source must be on_hand or incoming.");
    const auto free = desk.number("free", 0, most_units);
    const auto cause = desk.line("cause", 100);
    desk.audit("adjust_stock", sku, {{"source", stock::word(*source)}, {"free", free}, {"cause", cause}});
    desk.shop.books.transact(
        [&](store::Transaction& tx) { desk.shop.stock.set_free(tx, sku, *source, free, desk.who() + " " + cause); });
    return desk.back(desk.at("stock", sku));
}

}  // namespace

void add_stock_desk_routes(http::Router& router, const SharedConsole& console) {
    add_console_page(router, console, Method::get, "/stock", see_stock, list_stock);
    add_console_page(router, console, Method::get, "/stock/{sku}", see_stock, show_item);
    add_console_page(router, console, Method::post, "/stock/{sku}/receive", change_stock, receive_units);
    add_console_page(router, console, Method::post, "/stock/{sku}/adjust", change_stock, adjust_units);
}

}  // namespace noren::pages
