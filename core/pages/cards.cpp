// Items and categories as pages show them.
#include <algorithm>

#include "pages/shop_desk.hpp"

namespace noren::pages {
namespace {

constexpr std::int64_t few = 5;  // so many units left are worth telling
constexpr std::string_view below = " > ";

std::optional<std::int64_t> few_left(const std::vector<stock::Level>& levels, const std::string& sku) {
    std::int64_t free = 0;
    for (const auto& level : levels) {
        if (level.sku == sku) free += level.free;
    }
    return free > 0 && free <= few ? std::optional(free) : std::nullopt;
}

Url category_link(std::string_view category) {
    return Url::path({"items"}).with("category", category);
}

void allow_origin(http::PageReach& reach, const std::string& address) {
    const auto url = Url::elsewhere(address);
    if (!url) return;
    const auto host = url->text().find("://") + 3;
    const auto origin = url->text().substr(0, url->text().find_first_of("/?#", host));
    const bool plain = std::all_of(origin.begin(), origin.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == ':' || c == '/' || c == '.' || c == '-';
    });
    if (plain && std::find(reach.images.begin(), reach.images.end(), origin) == reach.images.end()) {
        reach.images.push_back(origin);
    }
}

}  // namespace

std::vector<shop::Link> categories_below(const ShopDesk::Inventory& inventory, std::string_view above) {
    std::vector<shop::Link> links;
    const auto start = above.empty() ? std::string() : std::string(above) + std::string(below);
    for (const auto& category : inventory.categories) {
        if (!category.name.starts_with(start) || category.name.size() <= start.size()) continue;
        auto label = category.name.substr(start.size());
        if (label.find(below) != std::string::npos) continue;
        links.push_back({std::move(label), category_link(category.name), false});
    }
    return links;
}

std::vector<shop::Link> trail_of(std::string_view category) {
    std::vector<shop::Link> trail;
    for (std::size_t from = 0; !category.empty() && from <= category.size();) {
        const auto end = std::min(category.find(below, from), category.size());
        trail.push_back(
            {std::string(category.substr(from, end - from)), category_link(category.substr(0, end)), false});
        from = end + below.size();
    }
    if (!trail.empty()) trail.back().is_current = true;
    return trail;
}

std::string release_of(const ShopDesk& desk, const catalog::Item& item) {
    std::string text;
    if (!item.release_date || *item.release_date < desk.shop.calendar.local_date(desk.shop.clock.now())) return text;
    if (item.release_precision == catalog::Precision::month) {
        const std::chrono::year_month_day day{std::chrono::sys_days(std::chrono::days(item.release_date->days))};
        return month_name(static_cast<int>(day.year()), static_cast<unsigned>(day.month()), desk.reading);
    }
    append_date(text, *item.release_date, desk.reading);
    return text;
}

Url picture_of(const catalog::Item& item) {
    if (auto here = Url::here(item.image_link)) return *std::move(here);
    if (auto elsewhere = Url::elsewhere(item.image_link)) return *std::move(elsewhere);
    return Url::path({"pictures", item.sku + ".svg"});
}

void allow_pictures(http::PageReach& reach, const catalog::Item& item) {
    allow_origin(reach, item.image_link);
    for (const auto& image : item.more_images) allow_origin(reach, image);
}

shop::ItemCard card_of(const ShopDesk& desk, const catalog::Item& item, const std::vector<stock::Level>& levels) {
    shop::ItemCard card;
    card.sku = item.sku;
    card.name = item.title;
    card.link = Url::path({"products", item.sku});
    card.picture = picture_of(item);
    card.price = item.price;
    card.sale_state = {"sale_state." + item.sale_state, {}};
    card.sale_state_code = item.sale_state;
    if (item.condition != "new") card.condition = Message{"condition." + item.condition, {}};
    card.left = few_left(levels, item.sku);
    card.release = release_of(desk, item);
    return card;
}

checkout::Sale sale_alone(store::Transaction& tx, const ShopDesk& desk, const cart::Cart& mine,
                          const std::string& sku) {
    auto alone = mine;
    alone.lines = {{sku, 1}};
    return checkout::ask_sale(tx, desk.shop.checkout, alone).get();
}

}  // namespace noren::pages
