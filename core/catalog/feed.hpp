// Feeds: a catalogue as Google Merchant's product data writes it, tab-separated or as XML (RSS 2.0 or Atom); which of
// them is seen from the first character. docs/product-feeds.md tells every column.
//
// A feed is foreign. It is read as a stream; lines, cells, columns, depth and rows have limits; XML may have no
// document type, so no entity of its own. What is wrong is told by line and column, and a row is taken as it is or
// refused.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "catalog/catalog.hpp"
#include "settings/value.hpp"

namespace noren::catalog {

/// What a shop asks of certain rows besides: of those that have `where`, that each column of `matches` does.
class FeedCheck {
public:
    /// Patterns are ICU regular expressions that a whole cell must match. Throws std::invalid_argument, which names the
    /// column, for one that is none.
    FeedCheck(std::map<std::string, std::string> where, const std::map<std::string, std::string>& matches,
              std::string expected);
    ~FeedCheck();
    FeedCheck(FeedCheck&&) noexcept;
    FeedCheck& operator=(FeedCheck&&) noexcept;

    /// The columns that do not match, none for a row that this check is not about. `text` gives a cell by its column.
    std::vector<std::string> failing(const std::function<std::string(const std::string&)>& text) const;
    /// What a fault says was expected.
    const std::string& expected() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Google's words for availability, by the sale states that they tell of; the first is what the word alone means:
/// in_stock, preorder (pre_order), backorder (back_order), out_of_stock (unavailable).
std::map<std::string, std::vector<std::string>> default_availability();

struct FeedRules {
    /// The currency of every price.
    Currency currency;
    /// Which sale states are allowed; empty: any snake_case word.
    std::set<std::string> sale_states{};
    std::map<std::string, std::vector<std::string>> availability = default_availability();
    std::shared_ptr<const std::vector<FeedCheck>> checks{};
};

/// A storefront's rules: `currency`, `sale.states`, `feed`. Throws std::runtime_error, with the place in the
/// configuration, for a pattern that is none.
FeedRules feed_rules(const settings::Value& storefront);

/// What is wrong with a cell, a row or the feed.
struct FeedFault {
    std::size_t line = 0;    // from 1
    std::size_t column = 0;  // the character in the line, from 1
    std::string field;       // the feed's column or element; empty: the whole row
    std::string found;       // shortened
    std::string expected;
};

/// `7:12: price: found "15 yen", expected an amount in JPY such as 1500 JPY`
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
    /// Reads up to the first row, or says why this is no feed. `stream` outlives the reader.
    static Result<FeedReader, std::vector<FeedFault>> open(std::istream& stream, FeedRules rules);
    ~FeedReader();
    FeedReader(FeedReader&&) noexcept;
    FeedReader& operator=(FeedReader&&) noexcept;

    /// The next row, or all that is wrong with it; nothing at the end. Blank lines are skipped. After 2,000,000 rows,
    /// and where XML is not well-formed, comes one fault, then the end.
    std::optional<Result<FeedRow, std::vector<FeedFault>>> next();

    /// Columns that mean nothing here, of XML as far as it was read.
    std::vector<std::string> ignored_columns() const;

private:
    struct State;
    explicit FeedReader(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

struct ImportOptions {
    FeedRules rules;
    /// All rows or, when one is at fault, none. Otherwise every good row.
    bool strict = true;
    /// When items that the feed gives no day for are listed.
    Date today;
    /// What else rows mean, in the transaction that lists their items: their stock. May run more than once.
    std::function<void(store::Transaction&, std::span<const FeedRow>)> also;
    /// Called now and then, at the end too; `of` is 0 when the stream cannot tell its length. A strict import reads the
    /// stream twice, and tells of both as one.
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

enum class FeedFormat { tsv, xml };

struct ExportOptions {
    FeedFormat format = FeedFormat::tsv;
    FeedRules rules;
    std::string title;  // of the channel, in XML
    std::string link;   // likewise
    /// Fills in the rows' stock.
    std::function<void(store::Transaction&, std::span<FeedRow>)> also;
};

/// Writes every item by SKU, as import_feed() reads it back. Each 100 are one snapshot. In tab-separated text a tab of
/// a description is a blank. Returns how many; throws store::Failure, std::ios_base::failure when `out` cannot be
/// written.
std::size_t export_feed(store::Store& store, const Catalog& catalog, std::ostream& out, const ExportOptions& options);

}  // namespace noren::catalog
