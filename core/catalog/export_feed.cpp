#include <algorithm>
#include <ostream>

#include "catalog/feed_source.hpp"

namespace noren::catalog {
namespace {

constexpr std::size_t rows_a_snapshot = 100;

/// A cell as the reader takes it back: in quotes where it would else end the row or be taken for quoted.
std::string table_cell(std::string_view text) {
    std::string cell(text);
    std::ranges::replace(cell, '\t', ' ');
    if (cell.find('\n') == std::string::npos && !cell.starts_with('"')) return cell;
    std::string quoted = "\"";
    for (const char c : cell) quoted += c == '"' ? "\"\"" : std::string(1, c);
    return quoted + '"';
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '\r': out += "&#13;"; break;
            default:
                if (static_cast<unsigned char>(c) >= ' ' || c == '\n' || c == '\t') out += c;  // XML has no others
        }
    }
    return out;
}

std::vector<std::string> texts_of(const std::string& column, const std::string& cell) {
    if (!is_list_column(column)) return {cell};
    std::vector<std::string> texts;
    for (std::size_t at = 0; at <= cell.size();) {
        const auto comma = std::min(cell.find(',', at), cell.size());
        texts.push_back(cell.substr(at, comma - at));
        at = comma + 1;
    }
    return texts;
}

void begin(std::ostream& out, const ExportOptions& options) {
    if (options.format == FeedFormat::tsv) {
        for (const auto* column : known_columns) out << (column == known_columns.front() ? "" : "\t") << column;
        out << '\n';
        return;
    }
    out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
           "<rss version=\"2.0\" xmlns:g=\"http://base.google.com/ns/1.0\" "
           "xmlns:c=\"http://base.google.com/cns/1.0\">\n<channel>\n<title>"
        << escaped(options.title) << "</title>\n<link>" << escaped(options.link) << "</link>\n";
}

void write(std::ostream& out, const ExportOptions& options, const FeedRow& row) {
    const auto cells = cells_of(row, options.rules);
    if (options.format == FeedFormat::xml) out << "<item>\n";
    for (const std::string column : known_columns) {
        const auto at = cells.find(column);
        if (options.format == FeedFormat::tsv) {
            if (column != known_columns.front()) out << '\t';
            if (at != cells.end()) out << table_cell(at->second);
        } else if (at != cells.end()) {
            const auto tag = (is_own_column(column) ? "c:" : "g:") + column;
            for (const auto& text : texts_of(column, at->second)) {
                out << '<' << tag << '>' << escaped(text) << "</" << tag << ">\n";
            }
        }
    }
    out << (options.format == FeedFormat::tsv ? "\n" : "</item>\n");
}

void end(std::ostream& out, const ExportOptions& options) {
    if (options.format == FeedFormat::xml) out << "</channel>\n</rss>\n";
    out.flush();
}

}  // namespace

std::size_t export_feed(store::Store& store, const Catalog& catalog, std::ostream& out, const ExportOptions& options) {
    Selection selection;
    selection.limit = rows_a_snapshot;
    std::size_t written = 0;
    begin(out, options);
    do {
        std::vector<FeedRow> rows;
        store.read([&](store::Transaction& tx) {
            rows.clear();
            auto page = catalog.page(tx, selection);
            for (auto& item : page.items) rows.push_back({0, std::move(item), {}, {}});
            if (options.also) options.also(tx, rows);
            selection.after = page.next;
        });
        for (const auto& row : rows) write(out, options, row);
        written += rows.size();
        if (!out) throw std::ios_base::failure("the feed cannot be written");
    } while (!selection.after.empty());
    end(out, options);
    if (!out) throw std::ios_base::failure("the feed cannot be written");
    return written;
}

}  // namespace noren::catalog
