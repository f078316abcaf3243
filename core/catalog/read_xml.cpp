#include <expat.h>

#include <algorithm>
#include <array>
#include <deque>
#include <istream>
#include <set>

#include "catalog/feed_source.hpp"

namespace noren::catalog {
namespace {

constexpr int deepest = 32;
constexpr XML_Char between = '\x1f';  // what expat puts between a namespace and a name
constexpr std::string_view atom = "http://www.w3.org/2005/Atom";
constexpr std::string_view google = "http://base.google.com/ns/1.0";
constexpr std::string_view google_custom = "http://base.google.com/cns/1.0";

struct Name {
    std::string_view space;
    std::string_view local;
};

Name name_of(const XML_Char* text) {
    const std::string_view name(text);
    const auto end = name.rfind(between);
    if (end == std::string_view::npos) return {{}, name};
    return {name.substr(0, end), name.substr(end + 1)};
}

/// Elements one below another: rss/channel/item/<field>, or feed/entry/<field>.
class Document : public FeedSource {
public:
    explicit Document(std::istream& stream) : stream_(stream), parser_(XML_ParserCreateNS(nullptr, between)) {
        if (!parser_) throw std::bad_alloc();
        XML_SetUserData(parser_.get(), this);
        XML_SetElementHandler(parser_.get(), &on_start, &on_end);
        XML_SetCharacterDataHandler(parser_.get(), &on_text);
        XML_SetStartDoctypeDeclHandler(parser_.get(), &on_doctype);
    }

    std::optional<RawResult> next() override {
        while (ready_.empty() && !ended_) read_on();
        if (ready_.empty()) return std::nullopt;
        auto row = std::move(ready_.front());
        ready_.pop_front();
        return row;
    }
    std::vector<std::string> ignored_columns() const override { return {ignored_.begin(), ignored_.end()}; }

private:
    struct Free {
        void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
    };

    void read_on();
    void start(const Name& name, const XML_Char** attributes);
    void end();
    void text(std::string_view piece);
    void end_field();

    std::size_t line() const { return XML_GetCurrentLineNumber(parser_.get()); }
    std::size_t column() const { return XML_GetCurrentColumnNumber(parser_.get()) + 1; }

    /// Nothing of the feed after this place can be read.
    void give_up(std::string field, std::string_view found, std::string expected) {
        if (ended_) return;
        ended_ = true;
        XML_StopParser(parser_.get(), XML_FALSE);
        ready_.push_back(
            refuse(std::vector{FeedFault{line(), column(), std::move(field), shortened(found), std::move(expected)}}));
    }
    void complain(std::size_t at_line, std::size_t at_column, std::string_view found, std::string expected) {
        if (faults_.size() < 20) faults_.push_back({at_line, at_column, field_, shortened(found), std::move(expected)});
    }

    template <class Work>
    static void guarded(void* self, Work&& work) noexcept {
        auto& document = *static_cast<Document*>(self);
        if (document.failure_ || document.ended_) return;
        try {
            work(document);
        } catch (...) {  // must not pass through expat's C
            document.failure_ = std::current_exception();
            XML_StopParser(document.parser_.get(), XML_FALSE);
        }
    }
    static void on_start(void* self, const XML_Char* name, const XML_Char** attributes) {
        guarded(self, [&](Document& document) { document.start(name_of(name), attributes); });
    }
    static void on_end(void* self, const XML_Char*) {
        guarded(self, [](Document& document) { document.end(); });
    }
    static void on_text(void* self, const XML_Char* text, int length) {
        guarded(self, [&](Document& document) { document.text({text, static_cast<std::size_t>(length)}); });
    }
    static void on_doctype(void* self, const XML_Char*, const XML_Char*, const XML_Char*, int) {
        guarded(self, [](Document& document) {
            document.give_up("", "<!DOCTYPE", "XML without a document type, so without entities of its own");
        });
    }

    std::istream& stream_;
    std::unique_ptr<XML_ParserStruct, Free> parser_;
    std::deque<RawResult> ready_;
    std::vector<FeedFault> faults_;  // of the row being read
    std::set<std::string> ignored_;
    std::exception_ptr failure_;
    XML_Index given_ = 0;  // bytes handed to expat
    bool ended_ = false;

    int depth_ = 0;
    int row_depth_ = 0;  // at which depth rows stand, 0: not known yet
    bool in_row_ = false;
    RawRow row_;
    std::string field_;  // the element being read; empty: between them, or in one without meaning
    Cell cell_;
    bool too_long_ = false;
    std::size_t row_bytes_ = 0;
};

void Document::read_on() {
    std::array<char, 64 * 1024> chunk{};
    const auto got = stream_.rdbuf()->sgetn(chunk.data(), chunk.size());
    const bool last = got < std::ssize(chunk);
    given_ += got;
    const auto status = XML_Parse(parser_.get(), chunk.data(), static_cast<int>(got), last ? 1 : 0);
    if (failure_) std::rethrow_exception(failure_);
    if (ended_) return;
    if (status != XML_STATUS_OK) {
        const auto code = XML_GetErrorCode(parser_.get());
        give_up("", XML_ErrorString(code), "well-formed XML");
    } else if (given_ - XML_GetCurrentByteIndex(parser_.get()) > static_cast<XML_Index>(longest_row)) {
        give_up("", "a tag without end", "tags of at most 1 MiB");
    } else if (last) {
        if (row_depth_ == 0) give_up("", "no row", "rss with a channel, or feed: a product feed");
        ended_ = true;
    }
}

void Document::start(const Name& name, const XML_Char** attributes) {
    if (++depth_ > deepest) return give_up("", std::string(name.local), "at most 32 elements one in another");
    if (depth_ == 1) {
        if (name.local == "rss")
            row_depth_ = 3;
        else if (name.local == "feed" && name.space == atom)
            row_depth_ = 2;
        else
            give_up("", std::string(name.local), "rss or, in Atom's namespace, feed");
        return;
    }
    if (depth_ == row_depth_ && (name.local == "item" || name.local == "entry")) {
        in_row_ = true;
        row_ = {line(), column(), {}};
        faults_.clear();
        row_bytes_ = 0;
        return;
    }
    if (!in_row_ || depth_ != row_depth_ + 1) return;
    const bool ours = name.space.empty() || name.space == google || name.space == google_custom || name.space == atom;
    std::string field(name.local);
    if (field == "summary" && name.space == atom) field = "description";
    if (!ours || !is_known_column(field)) {
        if (ignored_.size() < most_columns) ignored_.insert(shortened(field));
        return;
    }
    field_ = std::move(field);
    cell_ = {{}, line(), column()};
    too_long_ = false;
    if (name.space == atom && field_ == "link") {
        for (; *attributes != nullptr; attributes += 2) {
            if (std::string_view(attributes[0]) == "href") text(attributes[1]);
        }
    }
}

void Document::text(std::string_view piece) {
    if (field_.empty()) return;
    row_bytes_ += piece.size();
    if (cell_.text.size() + piece.size() > longest_cell) {
        too_long_ = true;
    } else if (!too_long_) {
        cell_.text += piece;
    }
}

void Document::end_field() {
    cell_.text = trimmed(cell_.text);
    if (auto wrong = fault_of_bytes(cell_.text); !wrong.empty()) {
        complain(cell_.line, cell_.column, cell_.text, std::move(wrong));
    } else if (too_long_) {
        complain(cell_.line, cell_.column, cell_.text, "a text of at most 64 KiB");
    } else if (const auto at = row_.cells.find(field_); at == row_.cells.end()) {
        row_.cells.emplace(field_, std::move(cell_));
    } else if (is_list_column(field_)) {
        at->second.text += "," + cell_.text;
        if (at->second.text.size() > longest_cell) {
            complain(cell_.line, cell_.column, cell_.text, "texts of at most 64 KiB together");
            at->second.text.clear();
        }
    } else if (at->second.text.empty()) {
        at->second = std::move(cell_);
    } else if (field_ != "product_type" && !cell_.text.empty() && cell_.text != at->second.text) {
        complain(cell_.line, cell_.column, cell_.text, "each element once");
    }
    field_.clear();
}

void Document::end() {
    --depth_;
    if (!in_row_) return;
    if (depth_ == row_depth_ && !field_.empty()) end_field();
    if (depth_ != row_depth_ - 1) return;
    in_row_ = false;
    if (row_bytes_ > longest_row) complain(row_.line, row_.column, "", "a row of at most 1 MiB");
    if (faults_.empty()) {
        ready_.push_back(std::move(row_));
    } else {
        ready_.push_back(refuse(std::move(faults_)));
        faults_ = {};
    }
}

}  // namespace

Opened open_xml(std::istream& stream) {
    return std::unique_ptr<FeedSource>(std::make_unique<Document>(stream));
}

}  // namespace noren::catalog
