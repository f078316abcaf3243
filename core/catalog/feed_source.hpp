// Feed sources: the rows of a feed as texts, whatever its format. Internal to the module.
#pragma once

#include <array>
#include <iosfwd>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "catalog/feed.hpp"

namespace noren::catalog {

inline constexpr std::size_t longest_row = 1024 * 1024;  // bytes
inline constexpr std::size_t longest_cell = 64 * 1024;
inline constexpr std::size_t most_columns = 200;

/// The columns that mean something, in the order in which they are written.
inline constexpr std::array known_columns{"id",
                                          "title",
                                          "description",
                                          "link",
                                          "image_link",
                                          "additional_image_link",
                                          "availability",
                                          "sale_state",
                                          "availability_date",
                                          "release_month",
                                          "price",
                                          "condition",
                                          "condition_rating",
                                          "brand",
                                          "gtin",
                                          "product_type",
                                          "item_group_id",
                                          "color",
                                          "size",
                                          "shipping_weight",
                                          "shipping_length",
                                          "shipping_width",
                                          "shipping_height",
                                          "purchase_limit",
                                          "points_rate",
                                          "restrictions",
                                          "listed_on",
                                          "stock_on_hand",
                                          "stock_incoming"};

/// Those that are Noren's own rather than Google's.
bool is_own_column(std::string_view name);
/// Those that an XML row may have several times; a table has them by comma in one cell.
bool is_list_column(std::string_view name);
bool is_known_column(std::string_view name);

struct Cell {
    std::string text;  // valid UTF-8 without control characters but tabs and line ends, trimmed
    std::size_t line = 0;
    std::size_t column = 0;
};

struct RawRow {
    std::size_t line = 0;
    std::size_t column = 1;
    std::map<std::string, Cell, std::less<>> cells;  // by known column
};

using RawResult = Result<RawRow, std::vector<FeedFault>>;

class FeedSource {
public:
    virtual ~FeedSource() = default;
    /// The next row that is not blank, what is wrong with it as a row, or nothing at the end.
    virtual std::optional<RawResult> next() = 0;
    virtual std::vector<std::string> ignored_columns() const = 0;
};

using Opened = Result<std::unique_ptr<FeedSource>, std::vector<FeedFault>>;
Opened open_table(std::istream& stream);
Opened open_xml(std::istream& stream);

/// What a fault shows of a text.
std::string shortened(std::string_view text);
/// Without blanks, tabs and line ends around it.
std::string_view trimmed(std::string_view text);
/// What is wrong with a text's bytes: no UTF-8, or control characters. Empty: nothing.
std::string fault_of_bytes(std::string_view text);

/// Reads a row's cells. `row` has no faults, or all of them are told.
Result<FeedRow, std::vector<FeedFault>> row_of(const RawRow& raw, const FeedRules& rules);
/// The cells that row_of() reads as this row; those that are empty are left out.
std::map<std::string, std::string, std::less<>> cells_of(const FeedRow& row, const FeedRules& rules);

}  // namespace noren::catalog
