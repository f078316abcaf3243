// Catalogue: the items that a storefront lists, and how they are found.
//
// Sale states, restrictions and condition ratings are words that the shop's configuration gives a meaning; nothing here
// does. A category is a path, `Figures > Scale`; an item of it belongs to each category above it too.
#pragma once

#include <cstdint>
#include <map>
#include <noren/values/money.hpp>
#include <noren/values/time.hpp>
#include <noren/values/units.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/store.hpp"

namespace noren::catalog {

/// How exactly a release date is known.
enum class Precision {
    day,
    month,  // the date is then the month's last day
};

struct Item {
    std::string sku;    // see is_sku()
    std::string title;  // one line
    std::string description;
    Money price;             // never negative
    std::string sale_state;  // a word that the storefront's configuration knows, such as in_stock or pre_order
    std::optional<Date> release_date;
    Precision release_precision = Precision::day;
    std::optional<Grams> weight;
    std::optional<Millimetres> length;
    std::optional<Millimetres> width;
    std::optional<Millimetres> height;
    std::vector<std::string> restrictions;  // words without blanks: lithium, flammable, ...
    std::string condition = "new";          // new, refurbished, used
    std::string category;                   // a path: Figures > Scale
    std::string brand;
    std::string gtin;
    std::string link;        // elsewhere about the item; http(s) or empty
    std::string image_link;  // http(s), a path on the storefront, or empty

    std::string condition_rating;                // of a used item, as the shop rates: A-/B
    std::string group;                           // variants of one product share it; empty: there are no others
    std::string color;                           // what tells a variant from the others of its group ...
    std::string size;                            // ... likewise
    std::vector<std::string> more_images;        // as image_link, none with a blank
    std::optional<std::int64_t> purchase_limit;  // units that one household may ever order, 1 or more; none: no limit
    std::optional<std::int64_t> points_rate;     // of the price, in hundredths of a percent; none: the shop's own rate
    Date listed_on;  // when it was first listed; put() keeps the day of an item that was listed already

    friend bool operator==(const Item&, const Item&) = default;
};

/// 1 to 50 letters (A-Z, a-z), digits, `.`, `_`, `-`; the first is a letter or digit.
bool is_sku(std::string_view text);

enum class Order {
    sku,
    newest,  // the day of listing, the latest first
    price,   // the cheapest first
    highest_price,
    release,  // the earliest first, those without a date last
};

/// Which items to list. What is empty chooses all.
struct Selection {
    std::string category{};                  // this one and those below it
    std::string text{};                      // words to find; see Catalog::page
    std::vector<std::string> sale_states{};  // in one of them
    std::string condition{};
    std::string brand{};
    Order order = Order::sku;  // among those that a text finds only where they are equally good
    std::string after{};       // the last page's `next`; one that is none lists from the start
    int limit = 20;            // 1 to 100
};

struct Page {
    std::vector<Item> items;
    std::string next;        // what Selection::after takes; at most 80 characters; empty when this was the last page
    std::int64_t found = 0;  // with a text: how many items it finds, counted up to 1,000
};

struct Count {
    std::string name;  // a category's path, a sale state
    std::int64_t items = 0;
};

/// One storefront's items. Any thread; keeps nothing between calls.
class Catalog {
public:
    std::optional<Item> find(store::Transaction& tx, std::string_view sku) const;
    store::Later<std::optional<Item>> ask(store::Transaction& tx, std::string_view sku) const;
    /// Those of `skus` that are listed, by SKU.
    std::map<std::string, Item> find_all(store::Transaction& tx, std::span<const std::string> skus) const;
    store::Later<std::map<std::string, Item>> ask_all(store::Transaction& tx, std::span<const std::string> skus) const;

    /// With a text, items that have every word of it in title, code, maker, category or description, whatever the
    /// case, accents or kana; codes also in parts, kana also as romaji, Latin words of 4 letters and more also as a
    /// beginning. Those with that very code or GTIN come first, then those with all words in the title, then those in
    /// one of `preferred` sale states. Of more than 1,000 items found, the best are chosen among 1,000 of them.
    Page page(store::Transaction& tx, const Selection& selection, const std::vector<std::string>& preferred = {}) const;

    /// The items of a group by SKU, at most 100; none for an empty group.
    std::vector<Item> variants(store::Transaction& tx, std::string_view group) const;

    /// Every category by path, those above others too, each with the items of itself and below. Reads an index of all
    /// items: tens of milliseconds for 100,000; keep the answer a while.
    std::vector<Count> categories(store::Transaction& tx) const;
    /// Every sale state in use. As slow.
    std::vector<Count> sale_states(store::Transaction& tx) const;

    std::int64_t count(store::Transaction& tx) const;

    /// Lists the item, in place of what had its sku. Throws std::invalid_argument for one that is not an Item as above.
    void put(store::Transaction& tx, const Item& item) const;
    /// The same for many, each SKU once.
    void put(store::Transaction& tx, std::span<const Item> items) const;
    /// Takes it off the list. Orders keep what they know of it.
    void remove(store::Transaction& tx, std::string_view sku) const;
};

}  // namespace noren::catalog
