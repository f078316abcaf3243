// Catalogue: the items that a storefront lists.
#pragma once

#include <cstdint>
#include <noren/values/money.hpp>
#include <noren/values/time.hpp>
#include <noren/values/units.hpp>
#include <optional>
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
    std::string category;                   // a path: Figures > Scale figures
    std::string brand;
    std::string gtin;
    std::string link;        // elsewhere about the item; http(s) or empty
    std::string image_link;  // http(s), a path on the storefront, or empty

    friend bool operator==(const Item&, const Item&) = default;
};

/// 1 to 50 letters (A-Z, a-z), digits, `.`, `_`, `-`; the first is a letter or digit.
bool is_sku(std::string_view text);

/// Which items to list. Empty texts choose all.
struct Selection {
    std::string category{};  // this one and those below it
    std::string text{};      // contained in the title, whatever the case (on SQLite of ASCII letters only)
    std::string after{};     // the last page's `next`
    int limit = 20;          // 1 to 100
};

struct Page {
    std::vector<Item> items;  // by sku
    std::string next;         // what Selection::after takes; empty when this was the last page
};

/// One storefront's items. Any thread; keeps nothing between calls.
class Catalog {
public:
    std::optional<Item> find(store::Transaction& tx, std::string_view sku) const;
    Page page(store::Transaction& tx, const Selection& selection) const;
    std::int64_t count(store::Transaction& tx) const;
    /// Lists the item, in place of what had its sku. Throws std::invalid_argument for one that is not an Item as above.
    void put(store::Transaction& tx, const Item& item) const;
};

}  // namespace noren::catalog
