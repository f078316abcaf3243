#include <algorithm>

#include "pages/pictures.hpp"
#include "pages/shop_desk.hpp"

namespace noren::pages {
namespace {

using http::Response;

constexpr int a_page = 24;
constexpr std::int64_t few = 5;  // so many units left are worth telling

std::optional<std::int64_t> few_left(const std::vector<stock::Level>& levels, const std::string& sku) {
    std::int64_t free = 0;
    for (const auto& level : levels) {
        if (level.sku == sku) free += level.free;
    }
    return free > 0 && free <= few ? std::optional(free) : std::nullopt;
}

shop::ItemCard card_of(const catalog::Item& item, const std::vector<stock::Level>& levels) {
    shop::ItemCard card;
    card.sku = item.sku;
    card.name = item.title;
    card.link = Url::path({"products", item.sku});
    card.picture = picture_of(item);
    card.price = item.price;
    card.sale_state = {"sale_state." + item.sale_state, {}};
    card.sale_state_code = item.sale_state;
    card.left = few_left(levels, item.sku);
    card.release_date = item.release_date;
    return card;
}

Response show_catalogue(ShopDesk& desk, Visitor& visitor) {
    catalog::Selection selection;
    selection.text = visitor.asked("q");
    selection.after = visitor.asked("after");
    selection.limit = a_page;
    if (selection.text.size() > 400 || selection.after.size() > 80) {
        throw http::BadRequest({400, "query_too_long", "Search for at most 100 characters."});
    }
    Sheet sheet{desk.words("catalogue.heading")};
    shop::Catalogue page;
    page.query = selection.text;
    desk.shop.books.read([&](store::Transaction& tx) {
        const auto found = desk.shop.catalog.page(tx, selection);
        std::vector<std::string> skus;
        for (const auto& item : found.items) skus.push_back(item.sku);
        const auto levels = desk.shop.stock.levels(tx, skus);
        page.items.clear();
        for (const auto& item : found.items) {
            page.items.push_back(card_of(item, levels));
            allow_picture(sheet.reach, item);
        }
        if (found.next.empty()) return;
        page.next = selection.text.empty() ? Url::path({}) : Url::path({}).with("q", selection.text);
        page.next = page.next->with("after", found.next);
    });
    return desk.show(visitor, sheet, page);
}

/// What this visitor may order of one item: the cart with nothing but it, appraised.
checkout::Appraisal appraised_alone(store::Transaction& tx, const ShopDesk& desk, const cart::Cart& mine,
                                    const std::string& sku) {
    auto alone = mine;
    alone.lines = {{sku, 1}};
    return checkout::appraise(tx, desk.shop.checkout, alone, {});
}

std::vector<policies::Reason> line_refusals(const checkout::Appraisal& appraisal) {
    std::vector<policies::Reason> refusals;
    for (const auto& reason : appraisal.refusals) {
        if (reason.line == 0) refusals.push_back(reason);
    }
    return refusals;
}

void add_attribute(shop::Product& page, const ShopDesk& desk, const std::string& name, std::string value) {
    if (!value.empty()) page.attributes.push_back({desk.words("attribute." + name), std::move(value)});
}

Response show_product(ShopDesk& desk, Visitor& visitor) {
    const auto& sku = visitor.request.parameter("sku");
    if (!catalog::is_sku(sku)) throw http::BadRequest({404, "not_found", "there is no such product"});
    const auto mine = desk.shop.carts.load(visitor.session.id);
    Sheet sheet;
    const auto page = desk.shop.books.read([&](store::Transaction& tx) -> std::optional<shop::Product> {
        const auto item = desk.shop.catalog.find(tx, sku);
        if (!item) return std::nullopt;
        const auto card = card_of(*item, desk.shop.stock.levels(tx, std::vector<std::string>{sku}));
        const auto appraisal = appraised_alone(tx, desk, mine, sku);
        shop::Product made;
        made.sku = card.sku;
        made.name = card.name;
        made.description = item->description;
        made.picture = card.picture;
        made.link = card.link;
        made.price = card.price;
        made.sale_state = card.sale_state;
        made.sale_state_code = card.sale_state_code;
        made.left = card.left;
        made.release_date = card.release_date;
        made.reasons = reasons_of(line_refusals(appraisal));
        if (made.reasons.empty() && !appraisal.lines.empty()) {
            made.at_most = appraisal.lines.front().at_most.value_or(0);
        }
        add_attribute(made, desk, "brand", item->brand);
        add_attribute(made, desk, "category", item->category);
        if (item->weight) add_attribute(made, desk, "weight", std::to_string(item->weight->count()) + " g");
        allow_picture(sheet.reach, *item);
        return made;
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

}  // namespace

void add_catalogue_routes(http::Router& router, const Desk& desk) {
    add_page(router, desk, http::Method::get, "/", show_catalogue);
    add_page(router, desk, http::Method::get, "/products/{sku}", show_product);
    http::Route pictures;
    pictures.pattern = "/pictures/{picture}";
    pictures.handler = show_picture;
    router.add(std::move(pictures));
}

}  // namespace noren::pages
