#include "catalog/catalog.hpp"

#include <algorithm>
#include <charconv>
#include <deque>
#include <limits>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <span>
#include <stdexcept>
#include <tuple>
#include <unordered_map>

#include "catalog/tokens.hpp"

namespace noren::catalog {
namespace {

using store::Sql;
using store::Transaction;

constexpr int most_found = 1000;
constexpr std::size_t most_description_tokens = 1000;

/// In the order in which item_at() reads them.
const std::vector<std::string> columns{"sku",
                                       "title",
                                       "description",
                                       "price_minor",
                                       "currency",
                                       "sale_state",
                                       "release_date",
                                       "release_precision",
                                       "weight_g",
                                       "length_mm",
                                       "width_mm",
                                       "height_mm",
                                       "restrictions",
                                       "condition",
                                       "category",
                                       "brand",
                                       "gtin",
                                       "link",
                                       "image_link",
                                       "condition_rating",
                                       "item_group",
                                       "color",
                                       "size",
                                       "more_images",
                                       "purchase_limit",
                                       "points_rate",
                                       "listed_on"};

std::string list(const std::vector<std::string>& words, const std::string& between) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : between) + word;
    return text;
}

const std::string all_columns = list(columns, ", ");

/// PostgreSQL's words stand outside of row-level security (migration 0117): their statements name the shop.
const std::string this_shop = "current_setting('noren.storefront')";

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

Date date_at(std::int64_t days) {
    return {static_cast<std::int32_t>(days)};
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
    if (const auto days = rows.maybe_integer(row, 6)) item.release_date = date_at(*days);
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
    item.condition_rating = rows.text(row, 19);
    item.group = rows.text(row, 20);
    item.color = rows.text(row, 21);
    item.size = rows.text(row, 22);
    item.more_images = words_of(rows.text(row, 23));
    item.purchase_limit = rows.maybe_integer(row, 24);
    item.points_rate = rows.maybe_integer(row, 25);
    item.listed_on = date_at(rows.integer(row, 26));
    return item;
}

bool is_one_word(const std::string& text) {
    return !text.empty() && text.find(' ') == std::string::npos;
}

void check(const Item& item) {
    if (!is_sku(item.sku)) throw std::invalid_argument("not a sku: " + item.sku);
    if (item.title.empty() || item.sale_state.empty())
        throw std::invalid_argument("an item has a title and a sale state");
    if (item.price.is_negative()) throw std::invalid_argument("an item's price is never negative");
    if (!std::ranges::all_of(item.restrictions, is_one_word)) {
        throw std::invalid_argument("a restriction is one word");
    }
    if (!std::ranges::all_of(item.more_images, is_one_word)) {
        throw std::invalid_argument("a picture's address has no blank");
    }
    if (item.purchase_limit && *item.purchase_limit < 1) throw std::invalid_argument("a purchase limit is 1 or more");
    if (item.points_rate && *item.points_rate < 0) throw std::invalid_argument("a points rate is never negative");
}

std::string json_of(const std::vector<std::string>& texts) {
    return nlohmann::json(texts).dump();
}

// --- where a page begins

/// What stands before a page: the last item's sort key and SKU, or how many found items were shown.
struct Place {
    std::int64_t key = 0;
    std::string sku;
};

/// `<key> <sku>`; nothing for a text that is no place.
std::optional<Place> place_from(std::string_view text) {
    const auto blank = text.find(' ');
    if (blank == std::string_view::npos) return std::nullopt;
    Place place;
    const auto [end, error] = std::from_chars(text.data(), text.data() + blank, place.key);
    place.sku = text.substr(blank + 1);
    if (error != std::errc() || end != text.data() + blank || !is_sku(place.sku)) return std::nullopt;
    return place;
}

std::string to_string(const Place& place) {
    return std::to_string(place.key) + " " + place.sku;
}

// --- what a list is sorted by: one integer, then the SKU

constexpr std::int64_t no_release = 1'000'000'000;

const char* key_column(Order order) {
    switch (order) {
        case Order::sku: return "0";
        case Order::newest: return "(-listed_on)";
        case Order::price: return "price_minor";
        case Order::highest_price: return "(-price_minor)";
        case Order::release: return "coalesce(release_date, 1000000000)";
    }
    throw std::logic_error("no such order");
}

std::int64_t key_of(const Item& item, Order order) {
    switch (order) {
        case Order::sku: return 0;
        case Order::newest: return -std::int64_t{item.listed_on.days};
        case Order::price: return item.price.minor();
        case Order::highest_price: return -item.price.minor();
        case Order::release: return item.release_date ? std::int64_t{item.release_date->days} : no_release;
    }
    throw std::logic_error("no such order");
}

// --- what a list is chosen by

/// Conditions with their parameters. One that chooses nothing is left out rather than made true: no index would serve
/// it. So a statement is made for each shape of a selection, once.
class Choice {
public:
    Choice(const Selection& selection, std::initializer_list<store::Parameter> first) : parameters_(first) {
        if (!selection.category.empty()) {
            const auto self = add(selection.category);
            const auto below = add(texts_.emplace_back(selection.category + " > "));
            const auto end = add(texts_.emplace_back(selection.category + " >!"));  // '!' follows the blank
            const auto compare = [&](const std::string& category) {
                return " and " + category + " >= " + self + " and " + category + " < " + end + " and (" + category +
                       " = " + self + " or " + category + " >= " + below + ")";
            };
            sqlite_ += compare("category");
            postgresql_ += compare("category collate \"C\"");
        }
        if (selection.sale_states.size() == 1) both(" and sale_state = " + add(selection.sale_states.front()));
        if (selection.sale_states.size() > 1) {
            const auto states = add(texts_.emplace_back(json_of(selection.sale_states)));
            sqlite_ += " and sale_state in (select value from json_each(" + states + "))";
            postgresql_ += " and sale_state in (select jsonb_array_elements_text(" + states + "::jsonb))";
        }
        if (!selection.condition.empty()) both(" and condition = " + add(selection.condition));
        if (!selection.brand.empty()) both(" and brand = " + add(selection.brand));
    }
    Choice(const Choice&) = delete;
    Choice& operator=(const Choice&) = delete;

    const std::string& sqlite() const { return sqlite_; }
    const std::string& postgresql() const { return postgresql_; }
    std::span<const store::Parameter> parameters() const { return parameters_; }

private:
    std::string add(const std::string& value) {
        parameters_.push_back(store::parameter(value));
        return "$" + std::to_string(parameters_.size());
    }
    void both(const std::string& condition) {
        sqlite_ += condition;
        postgresql_ += condition;
    }

    std::string sqlite_;
    std::string postgresql_;
    std::vector<store::Parameter> parameters_;
    std::deque<std::string> texts_;  // what parameters show
};

/// The statements of one query, by the shape of its selection.
class Statements {
public:
    const Sql& find(const std::string& for_sqlite, const std::string& for_postgresql) {
        const std::lock_guard lock(mutex_);
        const auto at = made_.find(for_postgresql);
        if (at != made_.end()) return at->second;
        return made_
            .emplace(std::piecewise_construct, std::forward_as_tuple(for_postgresql),
                     std::forward_as_tuple(for_sqlite, for_postgresql))
            .first->second;
    }

private:
    std::mutex mutex_;
    std::map<std::string, Sql> made_;
};

/// For PostgreSQL: a plan for any values would serve none, as which index is best depends on how much a selection or a
/// word leaves. Travels with the next statement.
void plan_for_these_values(Transaction& tx) {
    static const Sql plan("select set_config('plan_cache_mode', 'force_custom_plan', true)");
    tx.queue(plan);
}

/// For PostgreSQL: the shop's number, by which words know it.
std::string number_of_shop(Transaction& tx) {
    static const Sql number("select " + this_shop);
    return tx.run(number).text(0, 0);
}

Page listed(Transaction& tx, const Selection& selection, int limit) {
    static Statements statements;
    const auto after = place_from(selection.after).value_or(Place{std::numeric_limits<std::int64_t>::min(), ""});
    const Choice choice(selection, {after.key, std::string_view(after.sku), std::int64_t{limit} + 1});
    const std::string key = key_column(selection.order);
    // Chosen by SKU first: an index alone answers that, and only the page's rows are read whole.
    const std::string order = " order by " + std::string(selection.order == Order::sku ? "" : key + ", ") + "sku";
    const auto chosen = [&](const std::string& condition) {
        return "(select sku from item where " + key + " >= $1 and (" + key + " > $1 or sku > $2)" + condition + order +
               " limit $3)";
    };
    const std::string items = "select " + all_columns + " from item where sku ";
    // As an array, or PostgreSQL may read every item to join it with the chosen few.
    const auto& find = statements.find(items + "in " + chosen(choice.sqlite()) + order,
                                       items + "= any (array" + chosen(choice.postgresql()) + ")" + order);
    if (tx.database() == store::Database::postgresql) plan_for_these_values(tx);
    const auto rows = tx.run_with(find, choice.parameters());
    Page page;
    for (std::size_t row = 0; row < rows.size() && row < static_cast<std::size_t>(limit); ++row) {
        page.items.push_back(item_at(rows, row));
    }
    if (rows.size() > page.items.size()) {
        page.next = to_string({key_of(page.items.back(), selection.order), page.items.back().sku});
    }
    return page;
}

// --- search

struct Candidate {
    std::string sku;
    int merit = 0;
    std::int64_t key = 0;
};

std::vector<std::string_view> split(std::string_view text) {
    std::vector<std::string_view> words;
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        words.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

bool is_code(std::string_view text, const std::string& code) {
    const auto tokens = tokens_of(text);
    return !code.empty() && std::ranges::find(tokens, code) != tokens.end();
}

std::vector<Candidate> candidates(Transaction& tx, const Selection& selection, const Sought& sought,
                                  const std::vector<std::string>& preferred) {
    static Statements statements;
    if (tx.database() == store::Database::postgresql) plan_for_these_values(tx);
    const auto match = tx.database() == store::Database::sqlite
                           ? sought.for_sqlite()
                           : "'@" + number_of_shop(tx) + "' & " + sought.for_postgresql();
    const Choice choice(selection, {std::string_view(match), std::int64_t{most_found}});
    const std::string wanted = std::string("select item.sku, item_words.title, item.sale_state, item.gtin, ") +
                               key_column(selection.order == Order::sku ? Order::newest : selection.order) + " from ";
    const auto& find = statements.find(
        wanted +
            "item_index join item_words on item_words.id = item_index.rowid join item on item.sku = item_words.sku " +
            "where item_index match $1" + choice.sqlite() + " order by item_index.rowid desc limit $2",
        wanted + "item_words join item on item.sku = item_words.sku where item_words.shop = " + this_shop +
            "::bigint and item_words.words @@ $1::tsquery" + choice.postgresql() + " limit $2");
    const auto rows = tx.run_with(find, choice.parameters());
    std::vector<Candidate> found(rows.size());
    for (std::size_t row = 0; row < rows.size(); ++row) {
        auto& one = found[row];
        one.sku = rows.text(row, 0);
        one.key = rows.integer(row, 4);
        if (!sought.code().empty() && (is_code(one.sku, sought.code()) || rows.text(row, 3) == sought.code())) {
            one.merit += 4;
        }
        if (sought.all_in(split(rows.text(row, 1)))) one.merit += 2;
        if (std::ranges::find(preferred, rows.text(row, 2)) != preferred.end()) one.merit += 1;
    }
    std::ranges::sort(found, [](const Candidate& a, const Candidate& b) {
        return std::tie(b.merit, a.key, a.sku) < std::tie(a.merit, b.key, b.sku);
    });
    return found;
}

std::vector<Item> items_of(Transaction& tx, const std::vector<std::string>& skus) {
    static const Sql find(
        "select " + all_columns + " from item where sku in (select value from json_each($1))",
        "select " + all_columns + " from item where sku in (select jsonb_array_elements_text($1::jsonb))");
    if (skus.empty()) return {};
    const auto rows = tx.run(find, json_of(skus));
    std::unordered_map<std::string, Item> by_sku;
    for (std::size_t row = 0; row < rows.size(); ++row) by_sku.emplace(rows.text(row, 0), item_at(rows, row));
    std::vector<Item> items;
    for (const auto& sku : skus) items.push_back(std::move(by_sku.at(sku)));
    return items;
}

/// The next page of a search is told by how many items were shown, and the last of them.
Page searched(Transaction& tx, const Selection& selection, const std::vector<std::string>& preferred, int limit) {
    Page page;
    const Sought sought(selection.text);
    if (sought.empty()) return page;
    const auto found = candidates(tx, selection, sought, preferred);
    page.found = static_cast<std::int64_t>(found.size());
    const auto shown = std::clamp<std::int64_t>(place_from(selection.after).value_or(Place{}).key, 0, page.found);
    std::vector<std::string> skus;
    for (auto i = static_cast<std::size_t>(shown); i < found.size() && std::ssize(skus) < limit; ++i) {
        skus.push_back(found[i].sku);
    }
    page.items = items_of(tx, skus);
    const auto end = shown + std::ssize(skus);
    if (end < page.found) page.next = to_string({end, skus.back()});
    return page;
}

void remove_words(Transaction& tx, std::string_view sku) {
    // The index keeps no texts of its own: it must be told what it loses. (Triggers may not, with an untrusted schema.)
    static const Sql forget(
        "insert into item_index (item_index, rowid, title, words) "
        "select 'delete', id, title, words from item_words where sku = $1");
    static const Sql remove("delete from item_words where sku = $1",
                            "delete from item_words where shop = " + this_shop + "::bigint and sku = $1");
    if (tx.database() == store::Database::sqlite) tx.queue(forget, sku);
    tx.queue(remove, sku);
}

void put_words_on_sqlite(Transaction& tx, const std::string& sku, const std::string& title, const std::string& words) {
    static const Sql same("select id from item_words where sku = $1 and title = $2 and words = $3");
    static const Sql put("insert into item_words (sku, title, words) values ($1, $2, $3)");
    static const Sql index(
        "insert into item_index (rowid, title, words) select id, title, words from item_words where sku = $1");
    if (!tx.run(same, sku, title, words).empty()) return;
    remove_words(tx, sku);
    tx.queue(put, sku, title, words);
    tx.queue(index, sku);
}

/// The tokens of an item's title, and all others, by blanks.
struct Words {
    std::string title;
    std::string others;
};

Words words_of(const Item& item) {
    const auto title = tokens_of(item.title);
    std::set<std::string> others;
    const auto add = [&](std::string_view text, std::size_t most) {
        for (auto& token : tokens_of(text, most)) {
            if (!std::ranges::binary_search(title, token)) others.insert(std::move(token));
        }
    };
    for (const auto* text : {&item.sku, &item.brand, &item.gtin, &item.category, &item.color, &item.size}) {
        add(*text, most_description_tokens);
    }
    add(item.description, most_description_tokens);
    return {list(title, " "), list({others.begin(), others.end()}, " ")};
}

/// The values of an item's columns, in their order.
auto values_of(const Item& item) {
    return std::tuple(item.sku, item.title, item.description, item.price.minor(), item.price.currency().code(),
                      item.sale_state,
                      item.release_date ? std::optional(std::int64_t{item.release_date->days}) : std::nullopt,
                      std::string(item.release_precision == Precision::month ? "month" : "day"), count_of(item.weight),
                      count_of(item.length), count_of(item.width), count_of(item.height), list(item.restrictions, " "),
                      item.condition, item.category, item.brand, item.gtin, item.link, item.image_link,
                      item.condition_rating, item.group, item.color, item.size, list(item.more_images, " "),
                      item.purchase_limit, item.points_rate, std::int64_t{item.listed_on.days});
}

std::string on_conflict() {
    std::string changes;
    for (const auto& column : columns) {
        if (column == "sku" || column == "listed_on") continue;
        changes += (changes.empty() ? "" : ", ") + column + " = excluded." + column;
    }
    return " on conflict ({shop} sku) do update set " + changes;
}

void put_on_sqlite(Transaction& tx, const Item& item) {
    static const Sql put([] {
        std::string numbers;
        for (std::size_t i = 1; i <= columns.size(); ++i) numbers += (i == 1 ? "$" : ", $") + std::to_string(i);
        return "insert into item (" + all_columns + ") values (" + numbers + ")" + on_conflict();
    }());
    std::apply([&](const auto&... values) { tx.queue(put, values...); }, values_of(item));
    const auto words = words_of(item);
    put_words_on_sqlite(tx, item.sku, words.title, words.others);
}

nlohmann::json json_of(const std::optional<std::int64_t>& number) {
    return number ? nlohmann::json(*number) : nlohmann::json();
}
nlohmann::json json_of(const auto& value) {
    return value;
}

/// All in two statements: for each, PostgreSQL reads the table's checks and policies anew.
void put_on_postgresql(Transaction& tx, std::span<const Item> items) {
    static const std::string record = [] {
        static const std::set<std::string> numbers{"price_minor", "release_date",   "weight_g",
                                                   "length_mm",   "width_mm",       "height_mm",
                                                   "points_rate", "purchase_limit", "listed_on"};
        std::string types;
        for (const auto& column : columns) {
            types += (types.empty() ? "" : ", ") + column + (numbers.contains(column) ? " bigint" : " text");
        }
        return types;
    }();
    static const Sql put("insert into item (" + all_columns + ") select " + all_columns +
                         " from json_to_recordset($1::json) as d(" + record + ") order by sku" + on_conflict());
    static const Sql put_words(
        "insert into item_words (sku, title, words) "
        "select sku, title, array_to_tsvector(array_remove(string_to_array('@' || " +
        this_shop +
        " || ' ' || title || ' ' || others, ' '), '')) "
        "from json_to_recordset($1::json) as d(sku text, title text, others text) order by sku "
        "on conflict (shop, sku) do update set title = excluded.title, words = excluded.words "
        "where item_words.title <> excluded.title or item_words.words <> excluded.words");
    auto rows = nlohmann::json::array();
    auto words = nlohmann::json::array();
    for (const auto& item : items) {
        auto& row = rows.emplace_back(nlohmann::json::object());
        auto column = columns.begin();
        std::apply([&](const auto&... values) { ((row[*column++] = json_of(values)), ...); }, values_of(item));
        auto [title, others] = words_of(item);
        words.push_back({{"sku", item.sku}, {"title", std::move(title)}, {"others", std::move(others)}});
    }
    tx.queue(put, rows.dump());
    tx.queue(put_words, words.dump());
}

std::vector<Count> counts(Transaction& tx, const Sql& sql) {
    const auto rows = tx.run(sql);
    std::vector<Count> counts;
    for (std::size_t row = 0; row < rows.size(); ++row) counts.push_back({rows.text(row, 0), rows.integer(row, 1)});
    return counts;
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
    return ask(tx, sku).get();
}

store::Later<std::optional<Item>> Catalog::ask(Transaction& tx, std::string_view sku) const {
    using Found = std::optional<Item>;
    if (!is_sku(sku)) return store::Later<Found>([] { return Found(); });
    static const Sql find("select " + all_columns + " from item where sku = $1");
    return tx.ask(find, sku).then([](const store::Rows& rows) { return rows.empty() ? Found() : item_at(rows, 0); });
}

std::map<std::string, Item> Catalog::find_all(Transaction& tx, std::span<const std::string> skus) const {
    return ask_all(tx, skus).get();
}

store::Later<std::map<std::string, Item>> Catalog::ask_all(Transaction& tx, std::span<const std::string> skus) const {
    using Found = std::map<std::string, Item>;
    static const std::string items = "select " + all_columns + " from item where sku ";
    static const Sql find(items + "in (select value from json_each($1))",
                          items + "= any (array(select jsonb_array_elements_text($1::jsonb)))");
    auto asked = nlohmann::json::array();
    for (const auto& sku : skus) {
        if (is_sku(sku)) asked.push_back(sku);
    }
    if (asked.empty()) return store::Later<Found>([] { return Found(); });
    return tx.ask(find, asked.dump()).then([](const store::Rows& rows) {
        Found found;
        for (std::size_t row = 0; row < rows.size(); ++row) {
            auto item = item_at(rows, row);
            auto sku = item.sku;
            found.emplace(std::move(sku), std::move(item));
        }
        return found;
    });
}

Page Catalog::page(Transaction& tx, const Selection& selection, const std::vector<std::string>& preferred) const {
    const auto limit = std::clamp(selection.limit, 1, 100);
    return selection.text.empty() ? listed(tx, selection, limit) : searched(tx, selection, preferred, limit);
}

std::vector<Item> Catalog::variants(Transaction& tx, std::string_view group) const {
    static const Sql find("select " + all_columns +
                          " from item where item_group = $1 and item_group <> '' order by sku limit 100");
    const auto rows = tx.run(find, group);
    std::vector<Item> items;
    for (std::size_t row = 0; row < rows.size(); ++row) items.push_back(item_at(rows, row));
    return items;
}

std::vector<Count> Catalog::categories(Transaction& tx) const {
    static const Sql find("select category, count(*) from item where category <> '' group by category");
    std::map<std::string, std::int64_t> sums;
    for (const auto& [path, items] : counts(tx, find)) {
        for (auto end = path.find(" > "); end != std::string::npos; end = path.find(" > ", end + 3)) {
            sums[path.substr(0, end)] += items;
        }
        sums[path] += items;
    }
    std::vector<Count> categories;
    for (const auto& [path, items] : sums) categories.push_back({path, items});
    return categories;
}

std::vector<Count> Catalog::sale_states(Transaction& tx) const {
    static const Sql find("select sale_state, count(*) from item group by sale_state order by sale_state");
    return counts(tx, find);
}

std::int64_t Catalog::count(Transaction& tx) const {
    static const Sql count("select count(*) from item");
    return tx.run(count).integer(0, 0);
}

void Catalog::put(Transaction& tx, const Item& item) const {
    put(tx, std::span(&item, 1));
}

void Catalog::put(Transaction& tx, std::span<const Item> items) const {
    for (const auto& item : items) check(item);
    if (tx.database() == store::Database::postgresql) return put_on_postgresql(tx, items);
    for (const auto& item : items) put_on_sqlite(tx, item);
}

void Catalog::remove(Transaction& tx, std::string_view sku) const {
    static const Sql remove("delete from item where sku = $1");
    remove_words(tx, sku);
    tx.queue(remove, sku);
}

}  // namespace noren::catalog
