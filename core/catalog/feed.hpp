// Feeds: a catalogue as Google's product data specification writes it, tab-separated UTF-8 with a line of column names.
//
// Columns read: id, title, description, link, image_link, availability, availability_date, price ("1500 JPY"),
// condition, brand, gtin, product_type, shipping_weight ("500 g", "1.2 kg"), shipping_length, shipping_width,
// shipping_height ("30 cm"). Noren's own: sale_state (in place of availability), release_month ("2017-10", where no day
// is known), stock_on_hand, stock_incoming (units that can be promised now), restrictions (words, by comma). Other
// columns are left alone. Required: id, title, price, and availability or sale_state.
//
// A cell may be put in double quotes, with quotes inside doubled; tabs and line ends are in no cell. A feed is foreign:
// lines, cells, columns and rows have limits, and what is wrong is told by line and column.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "catalog/catalog.hpp"

namespace noren::catalog {

struct FeedRules {
    /// The currency of every price.
    Currency currency;
    /// Which sale states are allowed; empty: any snake_case word.
    std::set<std::string> sale_states;
};

/// What is wrong with a cell or line.
struct FeedFault {
    std::size_t line = 0;  // from 1
    std::string column;    // empty: the whole line
    std::string found;     // shortened
    std::string expected;
};

/// `line 7, price: found "15 yen", expected an amount in JPY such as 1500 JPY`
std::string to_string(const FeedFault& fault);

/// A good row. Stock is told only where the feed has the column and a number in it.
struct FeedRow {
    std::size_t line = 0;
    Item item;
    std::optional<std::int64_t> on_hand;
    std::optional<std::int64_t> incoming;
};

/// Reads a feed row by row; remembers of each only its id.
class FeedReader {
public:
    /// Reads the column names, or says why this is no feed. `stream` outlives the reader.
    static Result<FeedReader, std::vector<FeedFault>> open(std::istream& stream, FeedRules rules);
    ~FeedReader();
    FeedReader(FeedReader&&) noexcept;
    FeedReader& operator=(FeedReader&&) noexcept;

    /// The next row, or all that is wrong with it; nothing at the end. Blank lines are skipped. After 2,000,000 rows
    /// comes one fault, then the end.
    std::optional<Result<FeedRow, std::vector<FeedFault>>> next();

    /// Columns that mean nothing here.
    const std::vector<std::string>& ignored_columns() const;

private:
    struct State;
    explicit FeedReader(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

struct ImportOptions {
    FeedRules rules;
    /// All rows or, when one is at fault, none. Otherwise every good row.
    bool strict = true;
    /// What else a row means, in the transaction that lists its item: its stock. May run more than once.
    std::function<void(store::Transaction&, const FeedRow&)> also;
    /// Called now and then, at the end too; `of` is 0 when the stream cannot tell its length.
    std::function<void(std::uint64_t bytes, std::uint64_t of)> progress;
};

struct ImportReport {
    std::size_t rows = 0;
    std::size_t imported = 0;
    std::size_t faulty = 0;         // rows at fault
    std::vector<FeedFault> faults;  // the first 1,000
    std::vector<std::string> ignored_columns;
};

/// Imports a feed, in transactions of 500 rows each. A strict import reads `stream` twice, so it must be a file or a
/// string; what a crash leaves of it is repeated by importing again. Throws store::Failure, and std::invalid_argument
/// for a strict import of a stream that cannot be read again.
ImportReport import_feed(store::Store& store, const Catalog& catalog, std::istream& stream,
                         const ImportOptions& options);

}  // namespace noren::catalog
