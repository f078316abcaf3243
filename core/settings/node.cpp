#include "settings/node.hpp"

#include <algorithm>
#include <numeric>

namespace noren::settings {
namespace {

constexpr std::size_t few = 16;

bool is_word(std::string_view key) {
    return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
}

std::string in_quotes(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        if (c == '\n') {
            out += "\\n";
        } else if (c == '\t') {
            out += "\\t";
        } else {
            out += c;
        }
    }
    return out + "\"";
}

// Whether a text reads as itself wherever it stands without quotes.
bool stands_plain(std::string_view text) {
    if (text.empty()) return false;
    const char first = text.front();
    const bool begins = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') ||
                        (first >= '0' && first <= '9') || first == '/' || first == '.' || first == '_' ||
                        (first == '-' && text.size() > 1 && text[1] != ' ');
    return begins && text.back() != ':' && text.back() != ' ' && text.find(": ") == std::string_view::npos &&
           text.find(" #") == std::string_view::npos && text.find_first_of("\t\n") == std::string_view::npos;
}

void write(const Node& node, int depth, std::string& out) {
    const std::string indent(static_cast<std::size_t>(depth) * 2, ' ');
    switch (node.kind()) {
        case Node::Kind::null: out += " null\n"; return;
        case Node::Kind::plain:
            out += " " + (stands_plain(node.text()) ? node.text() : in_quotes(node.text())) + "\n";
            return;
        case Node::Kind::quoted: out += " " + in_quotes(node.text()) + "\n"; return;
        case Node::Kind::list:
        case Node::Kind::map: break;
    }
    if (node.size() == 0) {
        out += node.is_map() ? " {}\n" : " []\n";
        return;
    }
    if (depth > 0) out += "\n";
    for (const auto& child : node.children()) {
        out += indent;
        if (node.is_map()) {
            out += (is_word(child->key()) ? child->key() : in_quotes(child->key())) + ":";
        } else {
            out += "-";
        }
        write(*child, depth + 1, out);
    }
}

}  // namespace

NodePtr Node::null(Place place) {
    return new Node(Kind::null, std::move(place));
}

NodePtr Node::plain(Place place, std::string text) {
    auto* node = new Node(Kind::plain, std::move(place));
    node->text_ = std::move(text);
    return node;
}

NodePtr Node::quoted(Place place, std::string text) {
    auto* node = new Node(Kind::quoted, std::move(place));
    node->text_ = std::move(text);
    return node;
}

NodePtr Node::list(Place place, std::vector<NodePtr> items) {
    auto* node = new Node(Kind::list, std::move(place));
    items.shrink_to_fit();
    node->children_ = std::move(items);
    return node;
}

NodePtr Node::map(Place place, std::vector<NodePtr> entries) {
    auto* node = new Node(Kind::map, std::move(place));
    entries.shrink_to_fit();
    node->children_ = std::move(entries);
    if (node->children_.size() > few) {
        node->sorted_.resize(node->children_.size());
        std::iota(node->sorted_.begin(), node->sorted_.end(), 0U);
        std::sort(node->sorted_.begin(), node->sorted_.end(), [&](std::uint32_t a, std::uint32_t b) {
            return node->children_[a]->key() < node->children_[b]->key();
        });
    }
    return node;
}

const Node* Node::child(std::string_view key) const {
    if (kind_ != Kind::map) return nullptr;
    if (sorted_.empty()) {
        for (const auto& entry : children_) {
            if (entry->key() == key) return entry.get();
        }
        return nullptr;
    }
    const auto at = std::lower_bound(sorted_.begin(), sorted_.end(), key, [&](std::uint32_t place, std::string_view k) {
        return children_[place]->key() < k;
    });
    if (at == sorted_.end() || children_[*at]->key() != key) return nullptr;
    return children_[*at].get();
}

const Node* Node::item(std::size_t index) const {
    return kind_ == Kind::list && index < children_.size() ? children_[index].get() : nullptr;
}

const Node* Node::find(std::string_view path) const {
    const auto steps = steps_of(path);
    if (!steps) return nullptr;
    const Node* at = this;
    for (const auto& step : *steps) {
        at = step.index ? at->item(*step.index) : at->child(step.key);
        if (at == nullptr) return nullptr;
    }
    return at;
}

std::optional<std::vector<Step>> steps_of(std::string_view path) {
    std::vector<Step> steps;
    while (!path.empty()) {
        if (path.starts_with("[\"")) {
            const auto end = path.find("\"]", 2);
            if (end == std::string_view::npos) return std::nullopt;
            steps.push_back({std::string(path.substr(2, end - 2)), std::nullopt});
            path.remove_prefix(end + 2);
        } else if (path.front() == '[') {
            const auto end = path.find(']');
            if (end == std::string_view::npos || end == 1 || end > 9) return std::nullopt;
            std::size_t index = 0;
            for (const char c : path.substr(1, end - 1)) {
                if (c < '0' || c > '9') return std::nullopt;
                index = index * 10 + static_cast<std::size_t>(c - '0');
            }
            steps.push_back({{}, index});
            path.remove_prefix(end + 1);
        } else {
            const auto end = std::min(path.find_first_of(".["), path.size());
            if (end == 0) return std::nullopt;
            steps.push_back({std::string(path.substr(0, end)), std::nullopt});
            path.remove_prefix(end);
        }
        if (!path.empty() && path.front() == '.') {
            path.remove_prefix(1);
            if (path.empty() || path.front() == '.' || path.front() == '[') return std::nullopt;
        } else if (!path.empty() && path.front() != '[') {
            return std::nullopt;
        }
    }
    return steps;
}

std::string join(std::string_view path, std::string_view key) {
    if (!is_word(key)) return std::string(path) + "[\"" + std::string(key) + "\"]";
    return path.empty() ? std::string(key) : std::string(path) + "." + std::string(key);
}

std::string join(std::string_view path, std::size_t index) {
    return std::string(path) + "[" + std::to_string(index) + "]";
}

std::string to_yaml(const Node& node) {
    std::string out;
    write(node, 0, out);
    return out;
}

}  // namespace noren::settings
