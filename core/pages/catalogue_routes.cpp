#include <algorithm>

#include "catalog/sale_states.hpp"
#include "pages/pictures.hpp"
#include "pages/shop_desk.hpp"

namespace noren::pages {
namespace {

using http::Response;

constexpr int a_page = 24;
constexpr std::size_t most_pictures = 12;
constexpr std::chrono::seconds front_page_lifetime{5};  // its "3 left" may be so old; a product's page never is

std::vector<shop::ItemCard> cards_of(store::Transaction& tx, const ShopDesk& desk,
                                     const std::vector<catalog::Item>& items, http::PageReach& reach) {
    std::vector<std::string> skus;
    for (const auto& item : items) skus.push_back(item.sku);
    const auto levels = desk.shop.stock.levels(tx, skus);
    std::vector<shop::ItemCard> cards;
    for (const auto& item : items) {
        cards.push_back(card_of(desk, item, levels));
        allow_pictures(reach, item);
    }
    return cards;
}

Url list_of(const catalog::Selection& selection) {
    auto url = Url::path({"items"});
    if (!selection.text.empty()) url = url.with("q", selection.text);
    if (!selection.category.empty()) url = url.with("category", selection.category);
    for (const auto& state : selection.sale_states) url = url.with("state", state);
    if (!selection.condition.empty()) url = url.with("condition", selection.condition);
    if (selection.order == catalog::Order::newest) url = url.with("order", "newest");
    if (selection.order == catalog::Order::release) url = url.with("order", "release");
    return url;
}

FrontPage front_page(const ShopDesk& desk) {
    auto shelves = desk.display.shelves;
    if (shelves.empty()) shelves.push_back({"everything", {.order = catalog::Order::newest, .limit = a_page}});
    return desk.shop.books.read([&](store::Transaction& tx) {
        FrontPage made;
        for (const auto& setting : shelves) {
            shop::Shelf shelf{setting.name, {"home." + setting.name, {}}, {}, list_of(setting.selection)};
            shelf.items = cards_of(tx, desk, desk.shop.catalog.page(tx, setting.selection).items, made.reach);
            if (!shelf.items.empty()) made.page.shelves.push_back(std::move(shelf));
        }
        return made;
    });
}

Response show_home(ShopDesk& desk, Visitor& visitor) {
    const auto made =
        desk.front_page.get(desk.shop.clock.now(), front_page_lifetime, [&desk] { return front_page(desk); });
    return desk.show(visitor, {desk.words("home.title"), 200, made->reach}, made->page);
}

catalog::Order order_named(std::string_view name) {
    if (name == "newest") return catalog::Order::newest;
    if (name == "release") return catalog::Order::release;
    if (name == "price") return catalog::Order::price;
    return catalog::Order::sku;
}

catalog::Selection selection_of(const Visitor& visitor) {
    catalog::Selection selection;
    selection.text = visitor.asked("q");
    selection.category = visitor.asked("category");
    selection.condition = visitor.asked("condition");
    selection.order = order_named(visitor.asked("order"));
    selection.after = visitor.asked("after");
    for (const auto state : visitor.request.target.query.all("state")) selection.sale_states.emplace_back(state);
    selection.limit = a_page;
    const bool is_long = selection.text.size() > 400 || selection.category.size() > 750 ||
                         selection.condition.size() > 20 || selection.after.size() > 80 ||
                         selection.sale_states.size() > 20;
    if (is_long) throw http::BadRequest({400, "query_too_long", "Search for at most 100 characters."});
    return selection;
}

Response show_catalogue(ShopDesk& desk, Visitor& visitor) {
    const auto selection = selection_of(visitor);
    const auto inventory = desk.inventory();
    Sheet sheet{desk.words("catalogue.heading")};
    shop::Catalogue page;
    page.query = selection.text;
    page.trail = trail_of(selection.category);
    page.categories = categories_below(*inventory, selection.category);
    if (!page.trail.empty()) sheet.title = page.trail.back().label;
    for (const auto& state : inventory->sale_states) {
        auto only = selection;
        only.sale_states = {state.name};
        const bool is_current = selection.sale_states == only.sale_states;
        if (is_current) only.sale_states.clear();
        page.states.push_back({desk.words("sale_state." + state.name), list_of(only), is_current});
    }
    const auto orderable = catalog::orderable_states(desk.shop.effective->value());
    desk.shop.books.read([&](store::Transaction& tx) {
        const auto found = desk.shop.catalog.page(tx, selection, orderable);
        page.items = cards_of(tx, desk, found.items, sheet.reach);
        page.next = found.next.empty() ? std::nullopt : std::optional(list_of(selection).with("after", found.next));
    });
    return desk.show(visitor, sheet, page);
}

std::vector<policies::Reason> line_refusals(const checkout::Sale& sale) {
    std::vector<policies::Reason> refusals;
    for (const auto& reason : sale.refusals) {
        if (reason.line == 0) refusals.push_back(reason);
    }
    return refusals;
}

void add_attributes(shop::Product& page, const ShopDesk& desk, const catalog::Item& item) {
    const auto add = [&](const char* name, std::string value) {
        if (!value.empty()) page.attributes.push_back({desk.words(std::string("attribute.") + name), std::move(value)});
    };
    add("release", page.release);
    add("brand", item.brand);
    if (page.condition) add("condition", desk.theme.words(*page.condition, desk.reading));
    add("condition_rating", item.condition_rating);
    add("color", item.color);
    add("size", item.size);
    if (item.weight) add("weight", std::to_string(item.weight->count()) + " g");
    if (item.length && item.width && item.height) {
        const auto cm = [](Millimetres length) {
            const auto mm = length.count();
            return std::to_string(mm / 10) + (mm % 10 != 0 ? "." + std::to_string(mm % 10) : "");
        };
        add("box", cm(*item.length) + " × " + cm(*item.width) + " × " + cm(*item.height) + " cm");
    }
    if (item.purchase_limit) add("purchase_limit", std::to_string(*item.purchase_limit));
    std::string restrictions;
    for (const auto& restriction : item.restrictions) {
        if (!restrictions.empty()) restrictions += ", ";
        restrictions += desk.words("restriction." + restriction);
    }
    add("restrictions", std::move(restrictions));
    add("gtin", item.gtin);
}

void add_pictures(shop::Product& page, const catalog::Item& item) {
    page.pictures.push_back({picture_of(item)});
    for (const auto& image : item.more_images) {
        if (page.pictures.size() >= most_pictures) return;
        if (auto here = Url::here(image)) {
            page.pictures.push_back({*std::move(here)});
        } else if (auto elsewhere = Url::elsewhere(image)) {
            page.pictures.push_back({*std::move(elsewhere)});
        }
    }
}

void add_variants(shop::Product& page, store::Transaction& tx, const ShopDesk& desk, const catalog::Item& item) {
    for (const auto& variant : desk.shop.catalog.variants(tx, item.group)) {
        auto label = variant.color;
        if (!variant.size.empty()) label += (label.empty() ? "" : ", ") + variant.size;
        if (label.empty()) label = variant.title;
        page.variants.push_back({std::move(label), Url::path({"products", variant.sku}), variant.sku == item.sku});
    }
    if (page.variants.size() == 1) page.variants.clear();
}

shop::Product product_page(store::Transaction& tx, const ShopDesk& desk, const Visitor& visitor,
                           const catalog::Item& item) {
    const auto card = card_of(desk, item, desk.shop.stock.levels(tx, std::vector<std::string>{item.sku}));
    const auto& shown = desk.display.condition(item.condition);
    shop::Product page;
    page.sku = card.sku;
    page.name = card.name;
    page.price = card.price;
    page.sale_state = card.sale_state;
    page.sale_state_code = card.sale_state_code;
    page.condition = card.condition;
    page.left = card.left;
    page.release = card.release;
    page.trail = trail_of(item.category);
    if (shown.has_description) page.description = item.description;
    if (shown.has_pictures) add_pictures(page, item);
    const auto sale = sale_alone(tx, desk, desk.cart_of(visitor), item.sku);
    page.reasons = reasons_of(line_refusals(sale));
    if (page.reasons.empty() && !sale.lines.empty()) page.at_most = sale.lines.front().at_most.value_or(0);
    add_variants(page, tx, desk, item);
    add_attributes(page, desk, item);
    page.notices = lines_of(desk.display.notices_of("product"));
    for (const auto& grade : shown.ranking) page.ranking.push_back({grade.grade, grade.meaning});
    if (const auto customer = visitor.customer()) {
        const auto watched = desk.shop.customers.watched(tx, *customer);
        page.is_watched = std::find(watched.begin(), watched.end(), item.sku) != watched.end();
    }
    return page;
}

Response show_product(ShopDesk& desk, Visitor& visitor) {
    const auto& sku = visitor.request.parameter("sku");
    if (!catalog::is_sku(sku)) throw http::BadRequest({404, "not_found", "there is no such product"});
    desk.cart_of(visitor);  // read before the books are: no store is asked within another's transaction
    Sheet sheet;
    const auto page = desk.shop.books.read([&](store::Transaction& tx) -> std::optional<shop::Product> {
        const auto item = desk.shop.catalog.find(tx, sku);
        if (!item) return std::nullopt;
        allow_pictures(sheet.reach, *item);
        return product_page(tx, desk, visitor, *item);
    });
    if (!page) throw http::BadRequest({404, "not_found", "there is no such product"});
    sheet.title = page->name;
    return desk.show(visitor, sheet, *page);
}

Response show_picture(const http::Request& request) {
    const std::string_view file = request.parameter("picture");
    constexpr std::string_view ending = ".svg";
    if (!file.ends_with(ending) || !catalog::is_sku(file.substr(0, file.size() - ending.size()))) {
        throw http::BadRequest({404, "not_found", "there is no such picture"});
    }
    Response response(200);
    response.set_body(picture_of(file.substr(0, file.size() - ending.size())), "image/svg+xml");
    response.set_header("Cache-Control", "public, max-age=86400");
    return http::with_etag(request, std::move(response));
}

Url log_in_for(const std::string& return_to) {
    return Url::path({"log-in"}).with("return_to", return_to);
}

Response show_watch_list(ShopDesk& desk, Visitor& visitor) {
    const auto customer = visitor.customer();
    if (!customer) return http::redirect(303, log_in_for("/watch-list").text());
    Sheet sheet{desk.words("watch_list.heading")};
    shop::WatchList page;
    desk.shop.books.read([&](store::Transaction& tx) {
        std::vector<catalog::Item> items;
        for (const auto& sku : desk.shop.customers.watched(tx, *customer)) {
            if (auto item = desk.shop.catalog.find(tx, sku)) items.push_back(*std::move(item));  // still listed
        }
        page.items = cards_of(tx, desk, items, sheet.reach);
    });
    return desk.show(visitor, sheet, page);
}

bool can_be_ordered(const ShopDesk& desk, const Visitor& visitor, const std::string& sku) {
    const auto& cart = desk.cart_of(visitor);
    return desk.shop.books.read([&](store::Transaction& tx) {
        const auto sale = sale_alone(tx, desk, cart, sku);
        return !sale.lines.empty() && line_refusals(sale).empty();
    });
}

Response change_watch_list(ShopDesk& desk, Visitor& visitor) {
    const auto sku = visitor.typed("sku");
    const auto wish = visitor.typed("do");
    const auto customer = visitor.customer();
    if (!catalog::is_sku(sku)) throw http::BadRequest({404, "not_found", "there is no such product"});
    if (!customer) return http::redirect(303, log_in_for("/products/" + sku).text());
    const auto forget = [&] {
        desk.shop.books.transact(
            [&](store::Transaction& tx) { desk.shop.customers.unwatch(tx, *customer, std::vector<std::string>{sku}); });
    };
    if (wish == "remove") {
        forget();
        return http::redirect(303, "/watch-list?done=unwatched");
    }
    if (wish == "move") {
        auto cart = desk.cart_of(visitor);
        if (!can_be_ordered(desk, visitor, sku) || !cart::set_quantity(cart, sku, 1)) {
            return http::redirect(303, Url::path({"products", sku}).text());
        }
        desk.keep(visitor, std::move(cart));
        forget();
        return http::redirect(303, "/cart?done=added");
    }
    const auto is_watched = desk.shop.books.transact([&](store::Transaction& tx) {
        return desk.shop.catalog.find(tx, sku).has_value() && desk.shop.customers.watch(tx, *customer, sku);
    });
    if (!is_watched) throw http::BadRequest({422, "not_watched", "No more items can be watched."});
    return http::redirect(303, Url::path({"products", sku}).with("done", "watched").text());
}

}  // namespace

void add_catalogue_routes(http::Router& router, const Desk& desk) {
    add_page(router, desk, http::Method::get, "/", show_home);
    add_page(router, desk, http::Method::get, "/items", show_catalogue);
    add_page(router, desk, http::Method::get, "/products/{sku}", show_product);
    add_page(router, desk, http::Method::get, "/watch-list", show_watch_list);
    add_page(router, desk, http::Method::post, "/watch-list", change_watch_list);
    http::Route pictures;
    pictures.pattern = "/pictures/{picture}";
    pictures.handler = show_picture;
    router.add(std::move(pictures));
}

}  // namespace noren::pages
