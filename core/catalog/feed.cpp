#include "catalog/feed.hpp"

#include <algorithm>
#include <array>
#include <istream>
#include <map>
#include <unordered_set>

#include "settings/literals.hpp"
#include "store/parameters.hpp"

namespace noren::catalog {
namespace {

constexpr std::size_t longest_line = 1024 * 1024;
constexpr std::size_t longest_cell = 64 * 1024;
constexpr std::size_t most_columns = 200;
constexpr std::size_t most_rows = 2'000'000;
constexpr std::int64_t most_units = 1'000'000;

constexpr std::array known_columns{"id",
                                   "title",
                                   "description",
                                   "link",
                                   "image_link",
                                   "availability",
                                   "condition",
                                   "price",
                                   "brand",
                                   "gtin",
                                   "product_type",
                                   "availability_date",
                                   "sale_state",
                                   "release_month",
                                   "shipping_weight",
                                   "shipping_length",
                                   "shipping_width",
                                   "shipping_height",
                                   "stock_on_hand",
                                   "stock_incoming",
                                   "restrictions"};

std::string shortened(std::string_view text) {
    constexpr std::size_t shown = 60;
    std::string out(text.substr(0, shown));
    while (!out.empty() && !store::is_plain_utf8(out)) out.pop_back();  // a character cut in two, or bytes of none
    std::ranges::replace_if(
        out, [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
    return text.size() > shown ? out + "..." : out;
}

std::vector<std::string_view> cells_of(std::string_view line) {
    std::vector<std::string_view> cells;
    while (true) {
        const auto tab = line.find('\t');
        cells.push_back(line.substr(0, tab));
        if (tab == std::string_view::npos) return cells;
        line.remove_prefix(tab + 1);
    }
}

/// A cell without blanks around it, and without quotes where it is quoted right.
std::string text_of(std::string_view cell) {
    while (!cell.empty() && cell.front() == ' ') cell.remove_prefix(1);
    while (!cell.empty() && cell.back() == ' ') cell.remove_suffix(1);
    if (cell.size() < 2 || cell.front() != '"' || cell.back() != '"') return std::string(cell);
    std::string text;
    const auto inner = cell.substr(1, cell.size() - 2);
    for (std::size_t at = 0; at < inner.size(); ++at) {
        if (inner[at] == '"') {
            if (at + 1 == inner.size() || inner[at + 1] != '"') return std::string(cell);  // quotes of its own
            ++at;
        }
        text += inner[at];
    }
    return text;
}

bool is_word(std::string_view text) {
    return !text.empty() && text.size() <= 40 && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

bool is_link(std::string_view text, bool may_be_path) {
    const bool absolute = text.starts_with("https://") || text.starts_with("http://");
    const bool path = may_be_path && text.starts_with("/") && !text.starts_with("//");
    return (absolute || path) && text.size() <= 2000 && std::ranges::all_of(text, [](char c) {
               return c > ' ' && c <= '~' && std::string_view("\"'<>\\`{}|^").find(c) == std::string_view::npos;
           });
}

/// GS1: 8, 12, 13 or 14 digits of which the last makes the weighted sum (3 and 1 by turns from the right) end in 0.
bool is_gtin(std::string_view text) {
    if (text.size() != 8 && (text.size() < 12 || text.size() > 14)) return false;
    int sum = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char digit = text[text.size() - 1 - i];
        if (digit < '0' || digit > '9') return false;
        sum += (digit - '0') * (i % 2 == 0 ? 1 : 3);
    }
    return sum % 10 == 0;
}

std::optional<Date> last_day_of_month(const std::string& month) {
    const auto first = settings::date_from(month + "-01");
    if (!first) return std::nullopt;
    for (int day = 31; day > 28; --day) {
        if (const auto last = settings::date_from(month + "-" + std::to_string(day))) return last;
    }
    return settings::date_from(month + "-28");
}

std::optional<std::string> sale_state_of(const std::string& availability) {
    static const std::map<std::string, std::string> states{
        {"in_stock", "in_stock"},    {"in stock", "in_stock"},        {"preorder", "pre_order"},
        {"backorder", "back_order"}, {"out_of_stock", "unavailable"}, {"out of stock", "unavailable"}};
    const auto at = states.find(availability);
    return at == states.end() ? std::nullopt : std::optional(at->second);
}

/// One row: its cells by column, and what is wrong with them.
class Cells {
public:
    Cells(std::size_t line, std::map<std::string, std::string> texts) : line_(line), texts_(std::move(texts)) {}

    std::string text(const std::string& column) const {
        const auto at = texts_.find(column);
        return at == texts_.end() ? std::string() : at->second;
    }
    void complain(const std::string& column, std::string expected) {
        faults_.push_back({line_, column, shortened(text(column)), std::move(expected)});
    }

    std::string short_text(const std::string& column, std::size_t longest) {
        auto found = text(column);
        if (found.size() > longest) complain(column, "at most " + std::to_string(longest) + " bytes");
        return found;
    }
    std::string required(const std::string& column, std::size_t longest) {
        auto found = short_text(column, longest);
        if (found.empty()) complain(column, "a text");
        return found;
    }
    /// What `read` makes of a cell that is not empty.
    template <class Read>
    auto read(const std::string& column, Read&& reader, const char* expected) -> decltype(reader(std::string())) {
        const auto found = text(column);
        if (found.empty()) return std::nullopt;
        auto value = reader(found);
        if (!value) complain(column, expected);
        return value;
    }
    std::string checked(const std::string& column, bool (*is_good)(std::string_view), const char* expected) {
        auto found = text(column);
        if (!found.empty() && !is_good(found)) complain(column, expected);
        return found;
    }

    std::vector<FeedFault>& faults() { return faults_; }

private:
    std::size_t line_;
    std::map<std::string, std::string> texts_;
    std::vector<FeedFault> faults_;
};

void read_price(Cells& cells, const FeedRules& rules, Item& item) {
    const auto price = settings::money_from(cells.text("price"));
    if (price && !price->is_negative() && price->currency() == rules.currency) {
        item.price = *price;
    } else {
        cells.complain(
            "price", "an amount in " + rules.currency.code() + " such as " + to_string(Money{150000, rules.currency}));
    }
}

void read_sale_state(Cells& cells, const FeedRules& rules, Item& item) {
    const auto own = cells.text("sale_state");
    if (own.empty()) {
        const auto state = sale_state_of(cells.text("availability"));
        if (!state) return cells.complain("availability", "in_stock, out_of_stock, preorder or backorder");
        item.sale_state = *state;
    } else {
        item.sale_state = own;
    }
    if (!is_word(item.sale_state)) return cells.complain("sale_state", "a word such as in_stock");
    if (!rules.sale_states.empty() && !rules.sale_states.contains(item.sale_state)) {
        std::string names;
        for (const auto& name : rules.sale_states) names += (names.empty() ? "" : ", ") + name;
        cells.complain(own.empty() ? "availability" : "sale_state", "one of " + names);
    }
}

void read_release(Cells& cells, Item& item) {
    const auto day = [](const std::string& text) {
        const bool with_time = text.size() > 10 && text[10] == 'T';
        return settings::date_from(with_time ? std::string_view(text).substr(0, 10) : std::string_view(text));
    };
    item.release_date = cells.read("availability_date", day, "a date such as 2017-10-31");
    const auto month = cells.read("release_month", last_day_of_month, "a month such as 2017-10");
    if (!item.release_date && month) {
        item.release_date = month;
        item.release_precision = Precision::month;
    }
}

void read_restrictions(Cells& cells, Item& item) {
    const auto text = cells.text("restrictions");
    std::string_view rest = text;
    while (!rest.empty()) {
        const auto comma = std::min(rest.find(','), rest.size());
        auto word = rest.substr(0, comma);
        while (!word.empty() && word.front() == ' ') word.remove_prefix(1);
        while (!word.empty() && word.back() == ' ') word.remove_suffix(1);
        if (!is_word(word) || item.restrictions.size() == 20) {
            return cells.complain("restrictions", "at most 20 words such as lithium, by comma");
        }
        item.restrictions.emplace_back(word);
        rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
}

FeedRow row_of(std::size_t line, Cells& cells, const FeedRules& rules) {
    const auto weight = [](const std::string& text) { return settings::weight_from(text); };
    const auto length = [](const std::string& text) { return settings::length_from(text); };
    const auto units = [](const std::string& text) -> std::optional<std::int64_t> {
        const auto count = settings::integer_from(text);
        return count && *count >= 0 && *count <= most_units ? count : std::nullopt;
    };
    constexpr auto a_weight = "a weight such as 500 g or 1.2 kg";
    constexpr auto a_length = "a length such as 30 cm or 305 mm";
    constexpr auto some_units = "a number of units, 0 to 1000000";

    FeedRow row;
    row.line = line;
    auto& item = row.item;
    item.sku = cells.text("id");
    item.title = cells.required("title", 500);
    item.description = cells.short_text("description", 20'000);
    read_price(cells, rules, item);
    read_sale_state(cells, rules, item);
    read_release(cells, item);
    item.weight = cells.read("shipping_weight", weight, a_weight);
    item.length = cells.read("shipping_length", length, a_length);
    item.width = cells.read("shipping_width", length, a_length);
    item.height = cells.read("shipping_height", length, a_length);
    read_restrictions(cells, item);
    const auto condition = cells.text("condition");
    item.condition = condition.empty() ? "new" : condition;
    if (item.condition != "new" && item.condition != "refurbished" && item.condition != "used") {
        cells.complain("condition", "new, refurbished or used");
    }
    item.category = cells.short_text("product_type", 750);
    item.brand = cells.short_text("brand", 200);
    item.gtin = cells.checked("gtin", is_gtin, "8, 12, 13 or 14 digits with a right check digit");
    item.link = cells.checked(
        "link", [](std::string_view text) { return is_link(text, false); }, "an http(s) address");
    item.image_link = cells.checked(
        "image_link", [](std::string_view text) { return is_link(text, true); }, "an http(s) address or a path from /");
    row.on_hand = cells.read("stock_on_hand", units, some_units);
    row.incoming = cells.read("stock_incoming", units, some_units);
    return row;
}

}  // namespace

std::string to_string(const FeedFault& fault) {
    return "line " + std::to_string(fault.line) + (fault.column.empty() ? "" : ", " + fault.column) + ": found \"" +
           fault.found + "\", expected " + fault.expected;
}

struct FeedReader::State {
    State(std::istream& feed, FeedRules feed_rules) : stream(feed), rules(std::move(feed_rules)) {}

    struct Line {
        std::string text;
        bool too_long = false;
    };

    /// The next line without its end, nothing at the end of the feed. Of a line that is too long only the start is
    /// kept.
    std::optional<Line> read_line() {
        Line read;
        auto* buffer = stream.rdbuf();
        int c = buffer->sbumpc();
        if (c == std::char_traits<char>::eof()) return std::nullopt;
        for (; c != std::char_traits<char>::eof() && c != '\n'; c = buffer->sbumpc()) {
            if (read.text.size() < longest_line) {
                read.text += static_cast<char>(c);
            } else {
                read.too_long = true;
            }
        }
        if (!read.text.empty() && read.text.back() == '\r') read.text.pop_back();
        ++number;
        return read;
    }

    FeedFault fault(std::string_view found, std::string expected) const {
        return {number, "", shortened(found), std::move(expected)};
    }

    std::optional<FeedFault> fault_of(const Line& line) const {
        if (line.too_long) return fault(line.text, "a line of at most 1 MiB");
        if (!store::is_plain_utf8(line.text)) return fault(line.text, "text in UTF-8 without NUL");
        const auto is_control = [](char c) {
            return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == '\x7f';
        };
        if (std::ranges::any_of(line.text, is_control)) return fault(line.text, "no control characters but tabs");
        return std::nullopt;
    }

    std::vector<FeedFault> read_header();
    Result<FeedRow, std::vector<FeedFault>> read_row(const Line& line);

    std::istream& stream;
    const FeedRules rules;
    std::size_t number = 0;
    std::size_t rows = 0;
    std::vector<std::string> columns;  // an empty name: ignored
    std::vector<std::string> ignored;
    std::unordered_set<std::string> seen;
};

std::vector<FeedFault> FeedReader::State::read_header() {
    auto line = read_line();
    if (!line) return {{1, "", "", "a line of column names"}};
    if (line->text.starts_with("\xef\xbb\xbf")) line->text.erase(0, 3);
    if (line->text.starts_with("\xff\xfe") || line->text.starts_with("\xfe\xff")) {
        return {{1, "", "a mark of UTF-16", "text in UTF-8"}};
    }
    if (const auto wrong = fault_of(*line)) return {*wrong};
    const auto cells = cells_of(line->text);
    if (cells.size() > most_columns) return {fault(std::to_string(cells.size()) + " columns", "at most 200 columns")};

    std::vector<FeedFault> faults;
    std::set<std::string> named;
    for (const auto cell : cells) {
        const auto name = text_of(cell);
        const bool known = std::ranges::find(known_columns, name) != known_columns.end();
        if (known && !named.insert(name).second) faults.push_back({number, name, name, "each column once"});
        if (!known) ignored.push_back(shortened(name));
        columns.push_back(known ? name : "");
    }
    for (const char* required : {"id", "title", "price"}) {
        if (!named.contains(required)) faults.push_back({number, required, "", "a column of this name"});
    }
    if (!named.contains("availability") && !named.contains("sale_state")) {
        faults.push_back({number, "availability", "", "a column of this name, or sale_state"});
    }
    return faults;
}

Result<FeedRow, std::vector<FeedFault>> FeedReader::State::read_row(const Line& line) {
    if (const auto wrong = fault_of(line)) return refuse(std::vector{*wrong});
    const auto found = cells_of(line.text);
    if (found.size() > columns.size()) {
        return refuse(std::vector{fault(std::to_string(found.size()) + " cells",
                                        "at most " + std::to_string(columns.size()) + ", as the first line has")});
    }
    std::map<std::string, std::string> texts;
    for (std::size_t i = 0; i < found.size(); ++i) {
        if (found[i].size() > longest_cell) {
            return refuse(std::vector{FeedFault{number, columns[i], shortened(found[i]), "a cell of at most 64 KiB"}});
        }
        if (!columns[i].empty()) texts[columns[i]] = text_of(found[i]);
    }

    Cells cells(number, std::move(texts));
    auto row = row_of(number, cells, rules);
    if (!is_sku(row.item.sku)) {
        cells.complain("id", "1 to 50 letters, digits, dots, hyphens and underscores");
    } else if (!seen.insert(row.item.sku).second) {
        cells.complain("id", "an id that no line above has");
    }
    if (!cells.faults().empty()) return refuse(std::move(cells.faults()));
    return row;
}

FeedReader::FeedReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
FeedReader::~FeedReader() = default;
FeedReader::FeedReader(FeedReader&&) noexcept = default;
FeedReader& FeedReader::operator=(FeedReader&&) noexcept = default;

Result<FeedReader, std::vector<FeedFault>> FeedReader::open(std::istream& stream, FeedRules rules) {
    auto state = std::make_unique<State>(stream, std::move(rules));
    if (auto faults = state->read_header(); !faults.empty()) return refuse(std::move(faults));
    return FeedReader(std::move(state));
}

std::optional<Result<FeedRow, std::vector<FeedFault>>> FeedReader::next() {
    while (state_->rows <= most_rows) {
        const auto line = state_->read_line();
        if (!line) return std::nullopt;
        if (line->text.find_first_not_of(" \t") == std::string::npos) continue;
        if (++state_->rows > most_rows)
            return refuse(std::vector{state_->fault("a further row", "at most 2000000 rows")});
        return state_->read_row(*line);
    }
    return std::nullopt;
}

const std::vector<std::string>& FeedReader::ignored_columns() const {
    return state_->ignored;
}

}  // namespace noren::catalog
