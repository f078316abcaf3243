// Node: one value of a configuration file, read and never changed. Trees share their parts: a base that a thousand
// storefronts extend is in memory once. Every node knows its key and where it is written.
#pragma once

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "settings/fault.hpp"

namespace noren::settings {

class Node;
/// Shared, any thread.
using NodePtr = boost::intrusive_ptr<const Node>;

class Node : public boost::intrusive_ref_counter<Node, boost::thread_safe_counter> {
public:
    enum class Kind : std::uint8_t { null, plain, quoted, list, map };

    /// What every node is made with: its key in the map above it ("" in a list or at the root) and its places.
    struct Place {
        std::string key;
        Origin key_at;
        Origin at;
    };

    static NodePtr null(Place place);
    /// `quoted`: it was written in quotes or as a block, so that `true` or `7` is meant as text.
    static NodePtr plain(Place place, std::string text);
    static NodePtr quoted(Place place, std::string text);
    static NodePtr list(Place place, std::vector<NodePtr> items);
    /// Keys must differ.
    static NodePtr map(Place place, std::vector<NodePtr> entries);

    Kind kind() const { return kind_; }
    bool is_null() const { return kind_ == Kind::null; }
    bool is_map() const { return kind_ == Kind::map; }
    bool is_list() const { return kind_ == Kind::list; }
    bool is_scalar() const { return kind_ == Kind::plain || kind_ == Kind::quoted; }
    bool is_quoted() const { return kind_ == Kind::quoted; }

    const std::string& key() const { return place_.key; }
    /// The text of a scalar; "" otherwise.
    const std::string& text() const { return text_; }
    /// Where the value is written.
    Origin origin() const { return place_.at; }
    /// Where its key is written; the value's place when it has none.
    Origin key_origin() const { return place_.key.empty() ? place_.at : place_.key_at; }
    const Place& place() const { return place_; }

    /// Entries of a map or items of a list, in the file's order; none of a scalar.
    std::span<const NodePtr> children() const { return children_; }
    std::size_t size() const { return children_.size(); }

    /// The value of a map's key; nullptr when there is none or this is no map.
    const Node* child(std::string_view key) const;
    /// A list's item; nullptr beyond its end or when this is no list.
    const Node* item(std::size_t index) const;
    /// What stands at a path from here, such as `payment.methods.card.except_countries[1]` or `hosts["a.b"]`; this
    /// node for "". nullptr when nothing does, or the path is none.
    const Node* find(std::string_view path) const;

private:
    Node(Kind kind, Place place) : place_(std::move(place)), kind_(kind) {}

    Place place_;
    std::string text_;
    std::vector<NodePtr> children_;
    std::vector<std::uint32_t> sorted_;  // places of the children by key, when they are many
    Kind kind_;
};

/// One step of a path: a key or a list's place.
struct Step {
    std::string key;
    std::optional<std::size_t> index;
};
/// The steps of a path; nothing when it is malformed.
std::optional<std::vector<Step>> steps_of(std::string_view path);

/// `path` and then a key: "a" and "b" give "a.b"; a key of other characters than letters, digits, `_` and `-` is
/// quoted.
std::string join(std::string_view path, std::string_view key);
/// `path` and then a list's place: "a[2]".
std::string join(std::string_view path, std::size_t index);

/// The same as text, for a person, in YAML that reads to the same values.
std::string to_yaml(const Node& node);

}  // namespace noren::settings
