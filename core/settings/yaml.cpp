#include "settings/yaml.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <istream>
#include <streambuf>
#include <unordered_map>

namespace noren::settings {
namespace {

constexpr std::size_t most_faults = 100;
// yaml-cpp takes 1 to 5 microseconds a value: a text that by its lines, or by its line ends, commas and brackets, must
// hold more than we take is refused unread. Prose has far fewer.
constexpr std::size_t most_lines = most_nodes;
constexpr std::size_t most_structure = 2 * most_nodes;

Origin origin_of(std::uint32_t file, std::size_t line, std::size_t column) {
    Origin origin;
    origin.file = file;
    origin.line = static_cast<std::uint32_t>(std::min<std::size_t>(line, 0xFFFFF)) & 0xFFFFFU;
    origin.column = static_cast<std::uint32_t>(std::min<std::size_t>(column, 0xFFF)) & 0xFFFU;
    return origin;
}

struct CodePoint {
    std::uint32_t value = 0;
    std::size_t bytes = 0;  // 0: not UTF-8
};

CodePoint code_point_at(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    const auto first = byte(at);
    if (first < 0x80) return {first, 1};
    const std::size_t bytes = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4) return {};
    std::uint32_t value = first & (0xFFU >> (bytes + 1));
    for (std::size_t i = 1; i < bytes; ++i) {
        if ((byte(at + i) & 0xC0) != 0x80) return {};
        value = (value << 6) | (byte(at + i) & 0x3F);
    }
    constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (value < least[bytes] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return {};
    return {value, bytes};
}

// What is wrong with a character beyond ASCII, or nothing.
std::string_view objection(std::uint32_t c) {
    if (c >= 0x80 && c < 0xA0) return "control character";
    if (c == 0xFEFF) return "byte order mark";
    if (c == 0x2028 || c == 0x2029) return "line separator that is no line end";
    if ((c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F || c == 0x061C) {
        return "invisible character that turns the direction of text";
    }
    if ((c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF)) return "code point that is no character";
    return {};
}

/// Looks at every byte before yaml-cpp sees any.
class Scan {
public:
    Scan(std::string_view text, std::uint32_t file) : text_(text), file_(file) {}

    Faults operator()() {
        if (text_.size() > most_bytes) {
            return {fault_at(origin_of(file_, 1, 1), "the file is too large", std::to_string(text_.size()) + " bytes",
                             "at most " + std::to_string(most_bytes))};
        }
        if (text_.starts_with("\xFE\xFF") || text_.starts_with("\xFF\xFE")) {
            return {fault_at(origin_of(file_, 1, 1), "the file is not UTF-8", "UTF-16", "UTF-8")};
        }
        while (at_ < text_.size() && fault_.empty()) step();
        return fault_;
    }

private:
    void refuse(std::string problem, std::string found = {}, std::string expected = {}) {
        fault_.push_back(
            fault_at(origin_of(file_, line_, column_), std::move(problem), std::move(found), std::move(expected)));
    }

    void step() {
        if (column_ == 1 && !at_line_start()) return;
        const char c = text_[at_];
        switch (c) {
            case '\n':
                if (at_ - line_start_ > most_scalar_bytes) return refuse("the line is too long");
                count_structure();
                ++line_;
                column_ = 0;
                line_start_ = at_ + 1;
                break;
            case '\r':
                if (at_ + 1 >= text_.size() || text_[at_ + 1] != '\n')
                    return refuse("a carriage return without line feed");
                break;
            case '\t': break;
            case '[':
            case '{':
                count_structure();
                if (++open_ > most_depth)
                    return refuse("lists and maps are nested too deeply", {}, "at most 64 levels");
                break;
            case ']':
            case '}':
                if (open_ > 0) --open_;
                break;
            case ',': count_structure(); break;
            default:
                if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return refuse("a control character");
                if (static_cast<unsigned char>(c) >= 0x80) return beyond_ascii();
        }
        if (at_ - line_start_ > most_scalar_bytes && c != '\n') return refuse("the line is too long");
        ++at_;
        ++column_;
    }

    // Returns whether the line may be read on.
    bool at_line_start() {
        const auto rest = text_.substr(at_);
        const auto marks = [&](std::string_view marker) {
            return rest.starts_with(marker) &&
                   (rest.size() == 3 || rest[3] == ' ' || rest[3] == '\n' || rest[3] == '\r');
        };
        if (rest.front() == '%') return refuse("a YAML directive"), false;
        if (marks("...")) return refuse("the end of a document", {}, "one document a file"), false;
        if (marks("---")) {
            if (content_seen_) return refuse("a second document", {}, "one document a file"), false;
            content_seen_ = true;
        }
        const auto first = rest.find_first_not_of(' ');
        if (first == std::string_view::npos) return true;
        if (rest[first] == '\t') {
            const auto beyond = rest.find_first_not_of(" \t");
            if (beyond != std::string_view::npos && rest[beyond] != '\n' && rest[beyond] != '\r' &&
                rest[beyond] != '#') {
                column_ += first;
                return refuse("a tab as indentation", {}, "spaces"), false;
            }
        }
        if (rest[first] == '\n' || rest[first] == '\r' || rest[first] == '#') return true;
        content_seen_ = true;
        if (++lines_ > most_lines) return refuse("the file holds too much", {}, "at most 50000 lines"), false;
        return true;
    }

    void beyond_ascii() {
        const auto c = code_point_at(text_, at_);
        if (c.bytes == 0) return refuse("the file is not UTF-8", {}, "UTF-8");
        if (const auto what = objection(c.value); !what.empty()) return refuse("a " + std::string(what));
        at_ += c.bytes;
        ++column_;
    }

    void count_structure() {
        if (++structure_ > most_structure) refuse("the file holds too much", {}, "at most 50000 values");
    }

    std::string_view text_;
    std::uint32_t file_;
    Faults fault_;
    std::size_t at_ = 0;
    std::size_t line_start_ = 0;
    std::size_t line_ = 1;
    std::size_t column_ = 1;
    std::size_t open_ = 0;  // brackets in quotes and comments count too: 64 left open there are refused as well
    std::size_t structure_ = 0;
    std::size_t lines_ = 0;  // that hold more than a comment
    bool content_seen_ = false;
};

struct Stop {};

/// Builds the tree from yaml-cpp's events. Throws Stop when a limit is passed.
class Builder final : public YAML::EventHandler {
public:
    Builder(std::string_view text, std::uint32_t file) : text_(text), file_(file) {}

    NodePtr root() { return std::move(root_); }
    Faults& faults() { return faults_; }
    Origin place(const YAML::Mark& mark) {
        if (mark.is_null()) return origin_of(file_, 1, 1);
        const auto at = std::min(static_cast<std::size_t>(mark.pos), text_.size());
        if (mark.line != line_ || at < reached_) {
            line_ = mark.line;
            reached_ = at - std::min(at, static_cast<std::size_t>(mark.column));
            characters_ = 0;
        }
        for (; reached_ < at; ++reached_) characters_ += (static_cast<unsigned char>(text_[reached_]) & 0xC0) != 0x80;
        return origin_of(file_, static_cast<std::size_t>(mark.line) + 1, characters_ + 1);
    }

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        const auto at = place(mark);
        check_properties(mark, at, anchor);
        if (takes_key()) return refuse(at, "a key is missing"), take_key({}, at);
        // Nothing written has no place of its own: yaml-cpp gives that of whatever comes next.
        const bool written = starts_with_null(mark);
        add(Node::null(place_for(written || stack_.empty() ? at : stack_.back().key_at)));
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
        const auto at = place(mark);
        refuse(at, "an alias", {}, "the value itself");
        if (takes_key()) return take_key({}, at);
        add(Node::null(place_for(at)));
    }

    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        const auto at = place(mark);
        check_properties(mark, at, anchor);
        const bool plain = tag == "?" || tag.empty();
        check_text(mark, at, plain, value);
        if (takes_key()) return take_key(value, at);
        add(plain ? Node::plain(place_for(at), value) : Node::quoted(place_for(at), value));
    }

    void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        open(mark, anchor, Node::Kind::list);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        open(mark, anchor, Node::Kind::map);
    }
    void OnMapEnd() override { close(); }

private:
    struct Level {
        Node::Kind kind;
        Node::Place place;
        std::vector<NodePtr> children;
        bool has_key = false;
        std::string key;  // of the value awaited
        Origin key_at;
        bool dropped = false;                               // the value awaited is not kept: its key is faulty
        std::unordered_map<std::string_view, Origin> seen;  // views into the children's keys, when they are many
    };

    void refuse(Origin at, std::string problem, std::string found = {}, std::string expected = {}) {
        faults_.push_back(fault_at(at, std::move(problem), std::move(found), std::move(expected)));
        if (faults_.size() >= most_faults) throw Stop{};
    }

    bool takes_key() const {
        return !stack_.empty() && stack_.back().kind == Node::Kind::map && !stack_.back().has_key;
    }

    bool starts_with_null(const YAML::Mark& mark) const {
        const auto rest = text_.substr(std::min(static_cast<std::size_t>(std::max(mark.pos, 0)), text_.size()));
        return rest.starts_with("~") || rest.starts_with("null") || rest.starts_with("Null") ||
               rest.starts_with("NULL");
    }

    char byte_at(const YAML::Mark& mark) const {
        const auto pos = static_cast<std::size_t>(std::max(mark.pos, 0));
        return pos < text_.size() ? text_[pos] : '\0';
    }

    void check_properties(const YAML::Mark& mark, Origin at, YAML::anchor_t anchor) {
        if (anchor != 0) refuse(at, "an anchor", {}, "the value itself, written where it is needed");
        if (byte_at(mark) == '!') refuse(at, "a tag", {}, "a plain value: its schema gives the type");
    }

    void check_text(const YAML::Mark& mark, Origin at, bool plain, const std::string& value) {
        if (value.size() > most_scalar_bytes) {
            refuse(at, "a text is too long", std::to_string(value.size()) + " bytes", "at most 65536");
            throw Stop{};
        }
        for (std::size_t i = 0; i < value.size();) {
            const auto c = code_point_at(value, i);
            const bool control = c.value < 0x20 && c.value != '\n' && c.value != '\t';
            if (c.bytes == 0) return refuse(at, "an escape that is no character", quoted(value));
            if (control || c.value == 0x7F) return refuse(at, "an escaped control character", quoted(value));
            if (const auto what = objection(c.value); !what.empty()) {
                return refuse(at, "an escaped " + std::string(what), quoted(value));
            }
            i += c.bytes;
        }
        const auto start = std::min(static_cast<std::size_t>(std::max(mark.pos, 0)), text_.size());
        const char first = byte_at(mark);
        if (first == '|' || first == '>' || first == '!' || first == '&') return;
        const bool one_line = plain ? text_.substr(start, value.size()) == value : closes_on_its_line(start);
        if (!one_line) {
            refuse(at,
                   plain ? "a text goes on over several lines (a bracket or comma may be missing)"
                         : "a quote is not closed on its line",
                   quoted(value), "one line, or a block begun with `|`");
        }
    }

    bool closes_on_its_line(std::size_t start) const {
        const char quote = start < text_.size() ? text_[start] : '\0';
        if (quote != '\'' && quote != '"') return false;
        for (auto i = start + 1; i < text_.size() && text_[i] != '\n'; ++i) {
            if (quote == '"' && text_[i] == '\\') {
                ++i;
                if (i < text_.size() && text_[i] == '\n') return false;
            } else if (text_[i] == quote) {
                if (quote == '"' || i + 1 >= text_.size() || text_[i + 1] != '\'') return true;
                ++i;
            }
        }
        return false;
    }

    void open(const YAML::Mark& mark, YAML::anchor_t anchor, Node::Kind kind) {
        const auto at = place(mark);
        check_properties(mark, at, anchor);
        if (takes_key()) {
            refuse(at, "a key that is a list or map", {}, "a word");
            throw Stop{};
        }
        if (stack_.size() >= most_depth) {
            refuse(at, "lists and maps are nested too deeply", {}, "at most 64 levels");
            throw Stop{};
        }
        Level level;
        level.kind = kind;
        level.place = place_for(at);
        level.key_at = at;
        stack_.push_back(std::move(level));
    }

    void close() {
        Level level = std::move(stack_.back());
        stack_.pop_back();
        auto node = level.kind == Node::Kind::map ? Node::map(std::move(level.place), std::move(level.children))
                                                  : Node::list(std::move(level.place), std::move(level.children));
        add(std::move(node));
    }

    Node::Place place_for(Origin at) const {
        if (stack_.empty() || stack_.back().kind == Node::Kind::list) return {{}, at, at};
        return {stack_.back().key, stack_.back().key_at, at};
    }

    void take_key(const std::string& key, Origin at) {
        auto& level = stack_.back();
        level.has_key = true;
        level.key = key;
        level.key_at = at;
        level.dropped = true;
        if (key.empty()) {
            if (faults_.empty()) refuse(at, "an empty key");
            return;
        }
        if (key == "<<") return refuse(at, "a merge key", {}, "`extends`, or the keys themselves");
        if (key.size() > most_key_bytes) return refuse(at, "a key is too long", quoted(key), "at most 256 bytes");
        if (key.find('\n') != std::string::npos) return refuse(at, "a key of several lines", quoted(key));
        if (const auto* earlier = earlier_key(level, key)) {
            return refuse(at, "key " + quoted(key) + " is written twice; first at line " +
                                  std::to_string(earlier->line) + ", column " + std::to_string(earlier->column));
        }
        level.dropped = false;
    }

    // Below 16 keys looking at each is quicker; above, it would be quadratic.
    static const Origin* earlier_key(Level& level, std::string_view key) {
        constexpr std::size_t few = 16;
        if (level.children.size() <= few) {
            for (const auto& child : level.children) {
                if (child->key() == key) return &child->place().key_at;
            }
            return nullptr;
        }
        for (auto i = level.seen.size(); i < level.children.size(); ++i) {
            level.seen.emplace(level.children[i]->key(), level.children[i]->place().key_at);
        }
        const auto at = level.seen.find(key);
        return at == level.seen.end() ? nullptr : &at->second;
    }

    void add(NodePtr node) {
        if (++nodes_ > most_nodes) {
            refuse(node->origin(), "the file holds too much", {}, "at most 50000 values");
            throw Stop{};
        }
        if (stack_.empty()) {
            root_ = std::move(node);
            return;
        }
        auto& level = stack_.back();
        level.has_key = false;
        if (level.kind == Node::Kind::map && level.dropped) return;
        level.children.push_back(std::move(node));
    }

    std::string_view text_;
    std::uint32_t file_;
    std::vector<Level> stack_;
    NodePtr root_;
    Faults faults_;
    std::size_t nodes_ = 0;
    int line_ = -1;
    std::size_t reached_ = 0;
    std::size_t characters_ = 0;
};

// An istream over text that is not copied.
class View final : public std::streambuf {
public:
    explicit View(std::string_view text) {
        auto* begin = const_cast<char*>(text.data());  // only read
        setg(begin, begin, begin + text.size());
    }
};

}  // namespace

Result<NodePtr, Faults> parse(std::string_view text, std::string_view name) {
    const auto file = file_id(name);
    if (auto faults = Scan(text, file)(); !faults.empty()) return refuse(std::move(faults));

    Builder builder(text, file);
    View view(text);
    std::istream stream(&view);
    try {
        YAML::Parser parser(stream);
        const bool any = parser.HandleNextDocument(builder);
        if (!any) builder.faults().push_back(fault_at(origin_of(file, 1, 1), "the file is empty"));
    } catch (const Stop&) {
        // told already
    } catch (const YAML::Exception& error) {
        builder.faults().push_back(fault_at(builder.place(error.mark), "not readable as YAML: " + error.msg));
    }
    if (!builder.faults().empty()) {
        sort(builder.faults());
        return refuse(std::move(builder.faults()));
    }
    auto root = builder.root();
    if (!root || root->is_null()) return refuse(Faults{fault_at(origin_of(file, 1, 1), "the file is empty")});
    return root;
}

}  // namespace noren::settings
