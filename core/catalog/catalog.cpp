#include "catalog/catalog.hpp"

#include <algorithm>
#include <stdexcept>

namespace noren::catalog {
namespace {

using store::Sql;
using store::Transaction;

const std::string columns =
    "sku, title, description, price_minor, currency, sale_state, release_date, release_precision, weight_g, length_mm, "
    "width_mm, height_mm, restrictions, condition, category, brand, gtin, link, image_link";

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        words.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

template <class Measure>
std::optional<Measure> measure(const store::Rows& rows, std::size_t row, std::size_t column) {
    const auto count = rows.maybe_integer(row, column);
    return count ? std::optional(Measure{*count}) : std::nullopt;
}

template <class Measure>
std::optional<std::int64_t> count_of(const std::optional<Measure>& measure) {
    return measure ? std::optional(measure->count()) : std::nullopt;
}

Item item_at(const store::Rows& rows, std::size_t row) {
    const auto currency = Currency::from_code(rows.text(row, 4));
    if (!currency) throw std::logic_error("an item's currency is unknown: " + rows.text(row, 4));
    Item item;
    item.sku = rows.text(row, 0);
    item.title = rows.text(row, 1);
    item.description = rows.text(row, 2);
    item.price = {rows.integer(row, 3), *currency};
    item.sale_state = rows.text(row, 5);
    if (const auto days = rows.maybe_integer(row, 6)) item.release_date = Date{static_cast<std::int32_t>(*days)};
    item.release_precision = rows.text(row, 7) == "month" ? Precision::month : Precision::day;
    item.weight = measure<Grams>(rows, row, 8);
    item.length = measure<Millimetres>(rows, row, 9);
    item.width = measure<Millimetres>(rows, row, 10);
    item.height = measure<Millimetres>(rows, row, 11);
    item.restrictions = words_of(rows.text(row, 12));
    item.condition = rows.text(row, 13);
    item.category = rows.text(row, 14);
    item.brand = rows.text(row, 15);
    item.gtin = rows.text(row, 16);
    item.link = rows.text(row, 17);
    item.image_link = rows.text(row, 18);
    return item;
}

/// A pattern for LIKE that stands for itself.
std::string literally(std::string_view text) {
    std::string pattern;
    for (const char c : text) {
        if (c == '%' || c == '_' || c == '\\') pattern += '\\';
        pattern += c;
    }
    return pattern;
}

void check(const Item& item) {
    if (!is_sku(item.sku)) throw std::invalid_argument("not a sku: " + item.sku);
    if (item.title.empty() || item.sale_state.empty())
        throw std::invalid_argument("an item has a title and a sale state");
    if (item.price.is_negative()) throw std::invalid_argument("an item's price is never negative");
    for (const auto& word : item.restrictions) {
        if (word.empty() || word.find(' ') != std::string::npos)
            throw std::invalid_argument("a restriction is one word");
    }
}

}  // namespace

bool is_sku(std::string_view text) {
    const auto letter_or_digit = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    };
    return !text.empty() && text.size() <= 50 && letter_or_digit(text.front()) &&
           std::ranges::all_of(text, [&](char c) { return letter_or_digit(c) || c == '.' || c == '_' || c == '-'; });
}

std::optional<Item> Catalog::find(Transaction& tx, std::string_view sku) const {
    if (!is_sku(sku)) return std::nullopt;
    static const Sql find("select " + columns + " from item where sku = $1");
    const auto rows = tx.run(find, sku);
    if (rows.empty()) return std::nullopt;
    return item_at(rows, 0);
}

Page Catalog::page(Transaction& tx, const Selection& selection) const {
    static const auto select = [](const std::string& like) {
        return "select " + columns +
               " from item where sku > $1 and ($2 = '' or category = $2 or category like $3 escape '\\')" +
               " and title " + like + " $4 escape '\\' order by sku limit $5";
    };
    static const Sql find(select("like"), select("ilike"));
    const auto limit = std::clamp(selection.limit, 1, 100);
    const auto rows = tx.run(find, selection.after, selection.category, literally(selection.category) + " > %",
                             "%" + literally(selection.text) + "%", limit + 1);
    Page page;
    for (std::size_t row = 0; row < rows.size() && row < static_cast<std::size_t>(limit); ++row) {
        page.items.push_back(item_at(rows, row));
    }
    if (rows.size() > page.items.size()) page.next = page.items.back().sku;
    return page;
}

std::int64_t Catalog::count(Transaction& tx) const {
    static const Sql count("select count(*) from item");
    return tx.run(count).integer(0, 0);
}

void Catalog::put(Transaction& tx, const Item& item) const {
    check(item);
    static const Sql put(
        "insert into item (" + columns +
        ") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) "
        "on conflict ({shop} sku) do update set title = excluded.title, description = excluded.description, "
        "price_minor = excluded.price_minor, currency = excluded.currency, sale_state = excluded.sale_state, "
        "release_date = excluded.release_date, release_precision = excluded.release_precision, "
        "weight_g = excluded.weight_g, length_mm = excluded.length_mm, width_mm = excluded.width_mm, "
        "height_mm = excluded.height_mm, restrictions = excluded.restrictions, condition = excluded.condition, "
        "category = excluded.category, brand = excluded.brand, gtin = excluded.gtin, link = excluded.link, "
        "image_link = excluded.image_link");
    tx.queue(put, item.sku, item.title, item.description, item.price.minor(), item.price.currency().code(),
             item.sale_state, item.release_date, item.release_precision == Precision::month ? "month" : "day",
             count_of(item.weight), count_of(item.length), count_of(item.width), count_of(item.height),
             joined(item.restrictions), item.condition, item.category, item.brand, item.gtin, item.link,
             item.image_link);
}

}  // namespace noren::catalog
