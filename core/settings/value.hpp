// Value: a checked place in the configuration, read by type. Defaults of the schema are already in it.
//
//   const Section payment = effective.value()["payment"];
//   const Span due = payment.span("due");
//   for (const Value& method : payment["methods"].entries()) offer(method.key(), method["except_countries"].items());
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "settings/schema.hpp"

namespace noren::settings {

/// Where a secret is kept: the name of an environment variable, or the absolute path of a file.
struct SecretReference {
    enum class Kind { env, file };
    Kind kind;
    std::string name;
};

/// Only made of a tree that validate() found no fault in. Refers to tree and schema: keep those (the Effective) alive.
/// Reading what is absent, or as another type than the schema's, or a key that the schema does not have, throws
/// std::logic_error that names the path: a mistake of the program, not of the file.
class Value {
public:
    Value(const Node* node, const Schema* schema, std::string path) : Value(node, schema, std::move(path), {}) {}

    /// Whether anything stands here, in the file or by default.
    explicit operator bool() const { return node_ != nullptr; }
    /// From the storefront's top: `payment.methods.card`.
    const std::string& path() const { return path_; }
    /// The last key of the path; "" for a list's item.
    const std::string& key() const { return key_; }
    /// Where it is written: in a layer, or, for a default, in the schema.
    Origin origin() const;
    /// The tree below; nullptr when absent.
    const Node* node() const { return node_; }
    const Schema& schema() const { return *schema_; }

    /// What stands under a key of a map, or in a place of a list; absent when nothing does.
    Value operator[](std::string_view key) const;
    Value operator[](std::size_t index) const;
    Value operator[](const char* key) const { return (*this)[std::string_view(key)]; }
    /// This, or an empty map in its place when it is absent, so that a section nobody wrote has its keys' defaults.
    Value or_empty() const;
    /// What stands at a path from here; absent when nothing does or the schema knows no such path.
    Value at(std::string_view path) const;
    /// A list's items, in order; none when absent.
    std::vector<Value> items() const;
    /// A map's entries: those of the file in its order that the schema has, then the schema's defaults; none when
    /// absent. (A section that several readers share has keys of others, which a reader's own schema does not show.)
    std::vector<Value> entries() const;

    const std::string& text() const;  // text, choice, country, currency, url
    bool boolean() const;
    std::int64_t integer() const;
    Money money() const;
    Span span() const;
    Grams weight() const;
    Millimetres length() const;
    Date date() const;
    TimeOfDay time_of_day() const;
    Currency currency() const;
    SecretReference secret() const;  // resolve() of secrets.hpp fetches it
    /// Items of a list of texts, choices, countries or addresses.
    std::vector<std::string> texts() const;

    const std::string& text(std::string_view key) const { return (*this)[key].text(); }
    bool boolean(std::string_view key) const { return (*this)[key].boolean(); }
    std::int64_t integer(std::string_view key) const { return (*this)[key].integer(); }
    Money money(std::string_view key) const { return (*this)[key].money(); }
    Span span(std::string_view key) const { return (*this)[key].span(); }
    Grams weight(std::string_view key) const { return (*this)[key].weight(); }
    Millimetres length(std::string_view key) const { return (*this)[key].length(); }
    Date date(std::string_view key) const { return (*this)[key].date(); }
    TimeOfDay time_of_day(std::string_view key) const { return (*this)[key].time_of_day(); }
    std::vector<std::string> texts(std::string_view key) const { return (*this)[key].texts(); }

private:
    Value(const Node* node, const Schema* schema, std::string path, std::string key)
        : node_(node), schema_(schema), path_(std::move(path)), key_(std::move(key)) {}

    const Node& scalar(Type type) const;
    template <class Read>
    auto read(Type type, Read read_text) const;

    const Node* node_;
    const Schema* schema_;
    std::string path_;
    std::string key_;
};

using Section = Value;

}  // namespace noren::settings
