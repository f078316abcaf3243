#include <algorithm>
#include <deque>
#include <istream>
#include <set>

#include "catalog/feed_source.hpp"

namespace noren::catalog {
namespace {

constexpr std::ptrdiff_t most_lines_of_a_cell = 500;

struct Line {
    std::string text;
    bool too_long = false;
};

class Lines {
public:
    explicit Lines(std::istream& stream) : stream_(stream) {}

    /// The next line without its end, nothing at the end of the feed. Of a line that is too long the start is kept.
    std::optional<Line> next() {
        if (!unread_.empty()) {
            auto line = std::move(unread_.front());
            unread_.pop_front();
            ++number_;
            return line;
        }
        auto* buffer = stream_.rdbuf();
        int c = buffer->sbumpc();
        if (c == std::char_traits<char>::eof()) return std::nullopt;
        Line read;
        for (; c != std::char_traits<char>::eof() && c != '\n'; c = buffer->sbumpc()) {
            if (read.text.size() < longest_row) {
                read.text += static_cast<char>(c);
            } else {
                read.too_long = true;
            }
        }
        if (!read.text.empty() && read.text.back() == '\r') read.text.pop_back();
        ++number_;
        return read;
    }
    /// These lines, read last, come again.
    void unread(std::vector<Line> lines) {
        number_ -= lines.size();
        unread_.insert(unread_.begin(), std::make_move_iterator(lines.begin()), std::make_move_iterator(lines.end()));
    }
    /// Of the line read last, from 1.
    std::size_t number() const { return number_; }

private:
    std::istream& stream_;
    std::deque<Line> unread_;
    std::size_t number_ = 0;
};

/// Where in the feed a byte of a row stands.
struct Position {
    std::size_t line = 0;
    std::size_t column = 1;

    void pass(std::string_view text) {
        for (const char c : text) {
            if (c == '\n')
                ++line, column = 1;
            else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80)
                ++column;
        }
    }
};

class Table : public FeedSource {
public:
    explicit Table(std::istream& stream) : lines_(stream) {}

    std::vector<FeedFault> read_header();
    std::optional<RawResult> next() override;
    std::vector<std::string> ignored_columns() const override { return ignored_; }

private:
    std::vector<Cell> cells_of(std::string row);
    std::optional<std::string> quoted(std::string& row, std::size_t& at);
    RawResult read_row(const Line& line);
    FeedFault fault(std::string_view found, std::string expected) const {
        return {lines_.number(), 1, "", shortened(found), std::move(expected)};
    }
    std::optional<FeedFault> fault_of(const Line& line) const {
        if (line.too_long) return fault(line.text, "a line of at most 1 MiB");
        if (auto wrong = fault_of_bytes(line.text); !wrong.empty()) return fault(line.text, std::move(wrong));
        return std::nullopt;
    }

    Lines lines_;
    std::vector<std::string> columns_;  // an empty name: ignored
    std::vector<std::string> ignored_;
};

/// The text of the quoted cell that begins at `at`, which moves behind it. Such a cell may go on over further lines:
/// they are added to `row`. Nothing is read where the cell is a text with quotes of its own, or is never closed.
std::optional<std::string> Table::quoted(std::string& row, std::size_t& at) {
    std::string text;
    std::string whole = row;
    std::vector<Line> further;
    for (auto next = at + 1; next <= whole.size(); ++next) {
        if (next == whole.size()) {
            auto line = std::ssize(further) < most_lines_of_a_cell ? lines_.next() : std::nullopt;
            if (!line) break;
            further.push_back(*line);
            if (fault_of(*line) || whole.size() + line->text.size() > longest_row) break;
            whole += "\n" + line->text;
        }
        if (whole[next] == '\t') break;
        if (whole[next] == '"') {
            ++next;
            if (next == whole.size() || whole[next] == '\t') {
                row = std::move(whole);
                at = next;
                return text;
            }
            if (whole[next] != '"') break;
        }
        text += whole[next];
    }
    lines_.unread(std::move(further));
    return std::nullopt;
}

std::vector<Cell> Table::cells_of(std::string row) {
    std::vector<Cell> cells;
    Position position{lines_.number(), 1};
    std::size_t at = 0;
    while (true) {
        const auto start = at;
        Cell cell{{}, position.line, position.column};
        while (at < row.size() && row[at] == ' ') ++at;
        if (auto text = at < row.size() && row[at] == '"' ? quoted(row, at) : std::nullopt) {
            cell.text = trimmed(*text);
        } else {
            const auto end = std::min(row.find('\t', at), row.size());
            cell.text = trimmed(std::string_view(row).substr(at, end - at));
            at = end;
        }
        cells.push_back(std::move(cell));
        if (at == row.size()) return cells;
        ++at;
        position.pass(std::string_view(row).substr(start, at - start));
    }
}

std::vector<FeedFault> Table::read_header() {
    const auto line = lines_.next();
    if (!line) return {{1, 1, "", "", "a line of column names"}};
    if (const auto wrong = fault_of(*line)) return {*wrong};
    const auto cells = cells_of(line->text);
    if (cells.size() > most_columns) return {fault(std::to_string(cells.size()) + " columns", "at most 200 columns")};

    std::vector<FeedFault> faults;
    std::set<std::string> named;
    for (const auto& [name, number, column] : cells) {
        const bool known = is_known_column(name);
        if (known && !named.insert(name).second) faults.push_back({number, column, name, name, "each column once"});
        if (!known) ignored_.push_back(shortened(name));
        columns_.push_back(known ? name : "");
    }
    for (const char* required : {"id", "title", "price"}) {
        if (!named.contains(required)) faults.push_back({1, 1, required, "", "a column of this name"});
    }
    if (!named.contains("availability") && !named.contains("sale_state")) {
        faults.push_back({1, 1, "availability", "", "a column of this name, or sale_state"});
    }
    return faults;
}

RawResult Table::read_row(const Line& line) {
    RawRow row{lines_.number(), 1, {}};
    if (const auto wrong = fault_of(line)) return refuse(std::vector{*wrong});
    auto cells = cells_of(line.text);
    if (cells.size() > columns_.size()) {
        return refuse(
            std::vector{FeedFault{row.line, cells[columns_.size()].column, "", std::to_string(cells.size()) + " cells",
                                  "at most " + std::to_string(columns_.size()) + ", as the first line has"}});
    }
    for (std::size_t i = 0; i < cells.size(); ++i) {
        auto& cell = cells[i];
        if (cell.text.size() > longest_cell) {
            return refuse(std::vector{
                FeedFault{cell.line, cell.column, columns_[i], shortened(cell.text), "a cell of at most 64 KiB"}});
        }
        if (!columns_[i].empty()) row.cells.emplace(columns_[i], std::move(cell));
    }
    return row;
}

std::optional<RawResult> Table::next() {
    while (auto line = lines_.next()) {
        if (!trimmed(line->text).empty()) return read_row(*line);
    }
    return std::nullopt;
}

}  // namespace

Opened open_table(std::istream& stream) {
    auto table = std::make_unique<Table>(stream);
    if (auto faults = table->read_header(); !faults.empty()) return refuse(std::move(faults));
    return std::unique_ptr<FeedSource>(std::move(table));
}

}  // namespace noren::catalog
