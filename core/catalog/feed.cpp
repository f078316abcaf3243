#include "catalog/feed.hpp"

#include <array>
#include <istream>
#include <unordered_set>

#include "catalog/feed_source.hpp"

namespace noren::catalog {
namespace {

constexpr std::size_t most_rows = 2'000'000;

/// What stands before the first character, or what is wrong with it.
Opened open_source(std::istream& stream) {
    auto* buffer = stream.rdbuf();
    const auto begins = [&](std::string_view mark) {
        for (std::size_t i = 0; i < mark.size(); ++i) {
            if (buffer->sgetc() != static_cast<unsigned char>(mark[i])) {
                for (; i > 0; --i) buffer->sungetc();
                return false;
            }
            buffer->sbumpc();
        }
        return true;
    };
    begins("\xef\xbb\xbf");
    for (const auto* mark : {"\xff\xfe", "\xfe\xff"}) {
        if (!begins(mark)) continue;
        return refuse(std::vector{FeedFault{1, 1, "", "a mark of UTF-16", "text in UTF-8"}});
    }
    return buffer->sgetc() == '<' ? open_xml(stream) : open_table(stream);
}

}  // namespace

std::string to_string(const FeedFault& fault) {
    return std::to_string(fault.line) + ":" + std::to_string(fault.column) + ": " +
           (fault.field.empty() ? "" : fault.field + ": ") + "found \"" + fault.found + "\", expected " +
           fault.expected;
}

std::map<std::string, std::vector<std::string>> default_availability() {
    return {{"in_stock", {"in_stock"}},
            {"preorder", {"pre_order"}},
            {"backorder", {"back_order"}},
            {"out_of_stock", {"unavailable"}}};
}

struct FeedReader::State {
    FeedRules rules;
    std::unique_ptr<FeedSource> source;
    std::size_t rows = 0;
    std::unordered_set<std::string> seen;
};

FeedReader::FeedReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
FeedReader::~FeedReader() = default;
FeedReader::FeedReader(FeedReader&&) noexcept = default;
FeedReader& FeedReader::operator=(FeedReader&&) noexcept = default;

Result<FeedReader, std::vector<FeedFault>> FeedReader::open(std::istream& stream, FeedRules rules) {
    auto source = open_source(stream);
    if (!source) return refuse(std::move(source).error());
    return FeedReader(std::make_unique<State>(State{std::move(rules), *std::move(source), 0, {}}));
}

std::optional<Result<FeedRow, std::vector<FeedFault>>> FeedReader::next() {
    if (state_->rows > most_rows) return std::nullopt;
    auto raw = state_->source->next();
    if (!raw) return std::nullopt;
    if (!*raw) return ++state_->rows, refuse(std::move(*raw).error());
    const auto line = (*raw)->line;
    const auto column = (*raw)->column;
    if (++state_->rows > most_rows) {
        return refuse(std::vector{FeedFault{line, column, "", "a further row", "at most 2000000 rows"}});
    }
    auto row = row_of(**raw, state_->rules);
    if (row && !state_->seen.insert(row->item.sku).second) {
        const auto& id = (*raw)->cells.find("id")->second;
        return refuse(std::vector{FeedFault{id.line, id.column, "id", row->item.sku, "an id that no row above has"}});
    }
    return row;
}

std::vector<std::string> FeedReader::ignored_columns() const {
    return state_->source->ignored_columns();
}

}  // namespace noren::catalog
