#include <algorithm>

#include "catalog/feed_source.hpp"
#include "settings/literals.hpp"
#include "store/parameters.hpp"

namespace noren::catalog {
namespace {

constexpr std::int64_t most_units = 1'000'000;
constexpr std::size_t most_words = 20;
constexpr std::size_t most_images = 10;

std::string one_line(std::string_view text) {
    std::string line;
    for (const char c : text) {
        const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (!blank)
            line += c;
        else if (!line.empty() && line.back() != ' ')
            line += ' ';
    }
    return line;
}

std::string without_tabs(std::string text) {
    std::ranges::replace(text, '\t', ' ');
    return text;
}

bool is_word(std::string_view text) {
    return !text.empty() && text.size() <= 40 && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

bool is_link(std::string_view text) {
    const bool absolute = text.starts_with("https://") || text.starts_with("http://");
    return absolute && text.size() <= 2000 && std::ranges::all_of(text, [](char c) {
               return c > ' ' && c <= '~' && std::string_view("\"'<>\\`{}|^").find(c) == std::string_view::npos;
           });
}

bool is_picture(std::string_view text) {
    return is_link(text) ||
           (text.starts_with("/") && !text.starts_with("//") && is_link("https://shop.example" + std::string(text)));
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

/// "1500.00 JPY" is what programs write that know two decimals only.
std::optional<Money> price_from(const std::string& text) {
    if (const auto price = settings::money_from(text)) return price;
    const auto point = text.find(".00 ");
    if (point == std::string::npos) return std::nullopt;
    return settings::money_from(text.substr(0, point) + text.substr(point + 3));
}

/// "1.5 %" as 150.
std::optional<std::int64_t> points_rate_from(std::string text) {
    if (!text.ends_with('%')) return std::nullopt;
    text.pop_back();
    std::string_view number = trimmed(text);
    const auto point = std::min(number.find('.'), number.size());
    std::string decimals(number.substr(std::min(point + 1, number.size())));
    if (decimals.size() > 2 || (decimals.empty() && point < number.size())) return std::nullopt;
    decimals.resize(2, '0');
    const auto whole = settings::integer_from(number.substr(0, point));
    if (!whole || *whole < 0 || *whole > 100 ||
        !std::ranges::all_of(decimals, [](char c) { return c >= '0' && c <= '9'; }))
        return std::nullopt;
    const auto rate = *whole * 100 + (decimals[0] - '0') * 10 + (decimals[1] - '0');
    return rate <= 10'000 ? std::optional(rate) : std::nullopt;
}

std::string points_rate_text(std::int64_t rate) {
    auto text = std::to_string(rate / 100);
    if (rate % 100 != 0) text += "." + std::to_string(100 + rate % 100).substr(1);
    return text + " %";
}

std::vector<std::string> split_by_comma(std::string_view text) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const auto comma = std::min(text.find(','), text.size());
        if (const auto part = trimmed(text.substr(0, comma)); !part.empty()) parts.emplace_back(part);
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return parts;
}

std::string by_comma(const std::vector<std::string>& parts) {
    std::string text;
    for (const auto& part : parts) text += (text.empty() ? "" : ",") + part;
    return text;
}

/// One row: its cells by column, and what is wrong with them.
class Cells {
public:
    explicit Cells(const RawRow& row) : row_(row) {}

    std::string text(const std::string& column) const {
        const auto at = row_.cells.find(column);
        if (at == row_.cells.end()) return {};
        return column == "description" ? without_tabs(at->second.text) : one_line(at->second.text);
    }
    void complain(const std::string& column, std::string expected) {
        const auto at = row_.cells.find(column);
        const bool there = at != row_.cells.end();
        faults_.push_back({there ? at->second.line : row_.line, there ? at->second.column : row_.column, column,
                           shortened(text(column)), std::move(expected)});
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
    /// What `reader` makes of a cell that is not empty.
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
    std::vector<std::string> words(const std::string& column, std::size_t most, bool (*is_good)(std::string_view),
                                   const char* expected) {
        auto found = split_by_comma(text(column));
        if (found.size() > most || !std::ranges::all_of(found, is_good)) complain(column, expected);
        return found;
    }

    std::vector<FeedFault>& faults() { return faults_; }

private:
    const RawRow& row_;
    std::vector<FeedFault> faults_;
};

void read_price(Cells& cells, const FeedRules& rules, Item& item) {
    const auto price = price_from(cells.text("price"));
    if (price && !price->is_negative() && price->currency() == rules.currency) {
        item.price = *price;
    } else {
        cells.complain(
            "price", "an amount in " + rules.currency.code() + " such as " + to_string(Money{150000, rules.currency}));
    }
}

std::optional<std::string> state_of(std::string availability, const FeedRules& rules) {
    std::ranges::replace(availability, ' ', '_');
    const auto at = rules.availability.find(availability);
    if (at == rules.availability.end() || at->second.empty()) return std::nullopt;
    return at->second.front();
}

void read_sale_state(Cells& cells, const FeedRules& rules, Item& item) {
    const auto own = cells.text("sale_state");
    if (own.empty()) {
        const auto state = state_of(cells.text("availability"), rules);
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

void read_condition(Cells& cells, Item& item) {
    const auto condition = cells.text("condition");
    item.condition = condition.empty() ? "new" : condition;
    if (item.condition != "new" && item.condition != "refurbished" && item.condition != "used") {
        cells.complain("condition", "new, refurbished or used");
    }
    item.condition_rating = cells.short_text("condition_rating", 40);
}

void read_measures(Cells& cells, Item& item) {
    const auto weight = [](const std::string& text) { return settings::weight_from(text); };
    const auto length = [](const std::string& text) { return settings::length_from(text); };
    constexpr auto a_length = "a length such as 30 cm or 305 mm";
    item.weight = cells.read("shipping_weight", weight, "a weight such as 500 g or 1.2 kg");
    item.length = cells.read("shipping_length", length, a_length);
    item.width = cells.read("shipping_width", length, a_length);
    item.height = cells.read("shipping_height", length, a_length);
}

std::optional<std::int64_t> units_from(const std::string& text) {
    const auto count = settings::integer_from(text);
    return count && *count >= 0 && *count <= most_units ? count : std::nullopt;
}

std::optional<std::int64_t> limit_from(const std::string& text) {
    const auto count = units_from(text);
    return count && *count > 0 ? count : std::nullopt;
}

std::optional<Date> date_from(const std::string& text) {
    return settings::date_from(text);
}

void run_checks(Cells& cells, const FeedRules& rules, const Item& item) {
    const auto text = [&](const std::string& column) {
        return column == "condition" ? item.condition : cells.text(column);
    };
    for (const auto& check : *rules.checks) {
        for (const auto& column : check.failing(text)) cells.complain(column, check.expected());
    }
}

}  // namespace

bool is_own_column(std::string_view name) {
    static constexpr std::array own{"sale_state",     "release_month", "condition_rating",
                                    "purchase_limit", "points_rate",   "restrictions",
                                    "listed_on",      "stock_on_hand", "stock_incoming"};
    return std::ranges::find(own, name) != own.end();
}

bool is_list_column(std::string_view name) {
    return name == "additional_image_link" || name == "restrictions";
}

bool is_known_column(std::string_view name) {
    return std::ranges::find(known_columns, name) != known_columns.end();
}

std::string shortened(std::string_view text) {
    constexpr std::size_t shown = 60;
    std::string out(text.substr(0, shown));
    while (!out.empty() && !store::is_plain_utf8(out)) out.pop_back();  // a character cut in two, or bytes of none
    std::ranges::replace_if(
        out, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }, ' ');
    return text.size() > shown ? out + "..." : out;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string fault_of_bytes(std::string_view text) {
    if (!store::is_plain_utf8(text)) return "text in UTF-8 without NUL";
    const auto is_control = [](char c) {
        return (static_cast<unsigned char>(c) < ' ' && c != '\t' && c != '\n' && c != '\r') || c == '\x7f';
    };
    const bool has_no_character = text.find("\xef\xbf\xbe") != text.npos || text.find("\xef\xbf\xbf") != text.npos;
    return has_no_character || std::ranges::any_of(text, is_control) ? "no control characters" : "";
}

Result<FeedRow, std::vector<FeedFault>> row_of(const RawRow& raw, const FeedRules& rules) {
    Cells cells(raw);
    FeedRow row;
    row.line = raw.line;
    auto& item = row.item;
    item.sku = cells.text("id");
    if (!is_sku(item.sku)) cells.complain("id", "1 to 50 letters, digits, dots, hyphens and underscores");
    item.title = cells.required("title", 500);
    item.description = cells.short_text("description", 20'000);
    read_price(cells, rules, item);
    read_sale_state(cells, rules, item);
    read_release(cells, item);
    read_measures(cells, item);
    read_condition(cells, item);
    item.category = cells.short_text("product_type", 750);
    item.brand = cells.short_text("brand", 200);
    item.gtin = cells.checked("gtin", is_gtin, "8, 12, 13 or 14 digits with a right check digit");
    item.group = cells.short_text("item_group_id", 50);
    item.color = cells.short_text("color", 100);
    item.size = cells.short_text("size", 100);
    item.link = cells.checked("link", is_link, "an http(s) address");
    item.image_link = cells.checked("image_link", is_picture, "an http(s) address or a path from /");
    item.more_images = cells.words("additional_image_link", most_images, is_picture,
                                   "at most 10 http(s) addresses or paths from /, by comma");
    item.restrictions = cells.words("restrictions", most_words, is_word, "at most 20 words such as lithium, by comma");
    item.purchase_limit = cells.read("purchase_limit", limit_from, "a number of units, 1 to 1000000");
    item.points_rate = cells.read("points_rate", points_rate_from, "a share of the price such as 1.5 %");
    item.listed_on = cells.read("listed_on", date_from, "a date such as 2017-10-31").value_or(Date{});
    row.on_hand = cells.read("stock_on_hand", units_from, "a number of units, 0 to 1000000");
    row.incoming = cells.read("stock_incoming", units_from, "a number of units, 0 to 1000000");
    if (rules.checks) run_checks(cells, rules, item);
    if (!cells.faults().empty()) return refuse(std::move(cells.faults()));
    return row;
}

std::map<std::string, std::string, std::less<>> cells_of(const FeedRow& row, const FeedRules& rules) {
    const auto& item = row.item;
    std::map<std::string, std::string, std::less<>> cells{{"id", item.sku},
                                                          {"title", item.title},
                                                          {"description", item.description},
                                                          {"link", item.link},
                                                          {"image_link", item.image_link},
                                                          {"additional_image_link", by_comma(item.more_images)},
                                                          {"sale_state", item.sale_state},
                                                          {"price", to_string(item.price)},
                                                          {"condition", item.condition},
                                                          {"condition_rating", item.condition_rating},
                                                          {"brand", item.brand},
                                                          {"gtin", item.gtin},
                                                          {"product_type", item.category},
                                                          {"item_group_id", item.group},
                                                          {"color", item.color},
                                                          {"size", item.size},
                                                          {"restrictions", by_comma(item.restrictions)}};
    for (const auto& [word, states] : rules.availability) {
        if (std::ranges::find(states, item.sale_state) != states.end()) cells["availability"] = word;
    }
    if (item.release_date) {
        const auto day = settings::to_string(*item.release_date);
        const bool month_only = item.release_precision == Precision::month;
        cells[month_only ? "release_month" : "availability_date"] = month_only ? day.substr(0, 7) : day;
    }
    if (item.weight) cells["shipping_weight"] = settings::to_string(*item.weight);
    if (item.length) cells["shipping_length"] = settings::to_string(*item.length);
    if (item.width) cells["shipping_width"] = settings::to_string(*item.width);
    if (item.height) cells["shipping_height"] = settings::to_string(*item.height);
    if (item.purchase_limit) cells["purchase_limit"] = std::to_string(*item.purchase_limit);
    if (item.points_rate) cells["points_rate"] = points_rate_text(*item.points_rate);
    if (item.listed_on != Date{}) cells["listed_on"] = settings::to_string(item.listed_on);
    if (row.on_hand) cells["stock_on_hand"] = std::to_string(*row.on_hand);
    if (row.incoming) cells["stock_incoming"] = std::to_string(*row.incoming);
    std::erase_if(cells, [](const auto& cell) { return cell.second.empty(); });
    return cells;
}

}  // namespace noren::catalog
