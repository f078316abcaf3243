// Schema: what may stand in a section of the configuration, said in YAML next to whoever reads it.
//
//   description: When an order must be paid, and what follows when it is not.
//   type: map
//   properties:
//     due: {type: span, description: From the payment request to the deadline., default: 7d}
//     methods:
//       type: any_map                         # free keys
//       description: The methods by name.
//       keys: {type: text, pattern: "[a-z_]+"}
//       values: {type: map, properties: {except_countries: {type: list, items: {type: country}, description: ...}}}
//
// Keywords: `type`, `description` (each property and the root must have one), `required` (true: the key must be there),
// `default` (used when the key is absent; a map with `default: {}` brings its own keys' defaults), and by type:
//   map       properties
//   one_of    properties: exactly one of them stands; a layer above replaces it whole
//   any_map   keys (a text), values, minimum and maximum (how many)
//   instances of (gateways | carriers), properties: free keys, each the settings of a plugin; see effective.hpp
//   list      items, minimum and maximum (how many), unique (true: no item twice)
//   text      pattern (ECMAScript, of the whole text), minimum and maximum (characters), names (the dotted path of a
//   map
//             in the same file, one of whose keys the text must be: `names: gateways`)
//   integer, span, weight, length, date, time_of_day    minimum, maximum, written as the type is
//   money     minimum, maximum (minor units); any_currency (true: need not be the storefront's)
//   choice    values: the words, as a list or as a map from word to description
//   boolean, country, currency, url
//   secret    only `{env: NAME}` or `{file: /path}`; a text is an error
// `in_file: true` on a list or map: its text may be the path, from the file that names it, of a file that holds it.
// `binds: at_order | latest`: whether an order keeps the value it was placed under (the default) or follows changes.
#pragma once

#include <functional>
#include <memory>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "settings/literals.hpp"
#include "settings/node.hpp"

namespace noren::settings {

struct Schema;
using SchemaPtr = std::shared_ptr<const Schema>;

enum class Type {
    map,
    one_of,
    any_map,
    instances,
    list,
    text,
    integer,
    boolean,
    money,
    span,
    weight,
    length,
    date,
    time_of_day,
    secret,
    choice,
    country,
    currency,
    url,
    anything  // made only by the core, where a plugin is not known: no schema file can say it
};
/// As schemas write it: "any_map".
std::string_view name_of(Type type);

struct Property {
    std::string name;
    SchemaPtr schema;
    bool required = false;
};

struct Choice {
    std::string word;
    std::string description;
};

/// A schema, read. Made by parse_schema() and merge_schemas(); shared and never changed. Any thread.
struct Schema {
    Type type = Type::map;
    std::string description;
    Origin origin;
    std::vector<Property> properties;  // map, one_of, instances
    SchemaPtr keys;                    // any_map; may be null
    SchemaPtr items;                   // of a list; values of an any_map
    std::vector<Choice> choices;
    NodePtr default_value;  // may be null
    std::optional<std::int64_t> minimum;
    std::optional<std::int64_t> maximum;
    std::string minimum_text;
    std::string maximum_text;
    std::string pattern;
    std::shared_ptr<const std::regex> compiled;
    std::string instances_of;
    std::string names;
    bool unique = false;
    bool any_currency = false;
    bool in_file = false;
    bool binds_latest = false;
    bool holds_files = false;            // in_file, here or below
    std::vector<std::uint32_t> by_name;  // places of the properties in the order of their names

    /// The property of this name, or nullptr.
    const Property* property(std::string_view name) const;
    /// The schema of what stands under a key of a map of any kind, or nullptr.
    const Schema* child(std::string_view key) const;
    bool is_map_like() const {
        return type == Type::map || type == Type::one_of || type == Type::any_map || type == Type::instances;
    }
};

/// Derives what else is in a schema from its parts: to be called last by whoever makes one by hand.
void finish(Schema& schema);

/// Reads a schema file's tree. Faults name unknown keywords, missing descriptions, defaults that their own schema
/// refuses, and so on.
Result<SchemaPtr, Faults> parse_schema(const Node& root);
/// From a file's text.
Result<SchemaPtr, Faults> parse_schema(std::string_view text, std::string_view file);

/// A schema of maps around `inner`, so that it stands at a dotted path: `at_section("shipping.methods", s)`; `inner`
/// itself for "". Where `inner` requires a key, the section is required too.
SchemaPtr at_section(std::string_view section, SchemaPtr inner);

/// One schema that reads what either reads. Maps come together key by key; the same key in both is a fault that names
/// both schema files, for every key has one reader.
Result<SchemaPtr, Faults> merge_schemas(const SchemaPtr& one, const SchemaPtr& other);

/// What else a value must fit.
struct Surroundings {
    std::optional<Currency> currency;  // the storefront's: money in another is a fault
    const Node* root = nullptr;        // the whole file, in which `names` are looked up; not without it
    /// Who would read an unknown key at a path, were it listed: "policy `payment_terms`"; "" when nobody.
    std::function<std::string(std::string_view path)> unlisted_reader;
};

/// Everything in `node` that `schema` does not allow. `path` is where the node stands. Missing keys are faults only
/// with `complete`: a layer on its own may be partial.
enum class Completeness { complete, layer };
Faults validate(const Node& node, const Schema& schema, std::string_view path = {}, const Surroundings& around = {},
                Completeness completeness = Completeness::complete);

/// What the schema wants, for a person: "a span such as 7d, 168h, 30m or 7bd".
std::string expectation(const Schema& schema);

}  // namespace noren::settings
