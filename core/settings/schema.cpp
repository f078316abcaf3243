#include "settings/schema.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <set>

#include "settings/yaml.hpp"

namespace noren::settings {
namespace {

constexpr auto type_names = std::to_array<std::string_view>(
    {"map",    "one_of", "any_map", "instances",   "list",   "text",   "integer", "boolean",  "money", "span",
     "weight", "length", "date",    "time_of_day", "secret", "choice", "country", "currency", "url",   "anything"});

// std::regex recurses once a character: a longer text would take the stack.
constexpr std::size_t most_patterned = 1000;

std::optional<Type> type_from(std::string_view name) {
    const auto at = std::find(type_names.begin(), type_names.end(), name);
    if (at == type_names.end() || name == "anything") return std::nullopt;
    return static_cast<Type>(at - type_names.begin());
}

std::int64_t nominal_seconds(Span span) {
    return span.unit == Span::Unit::seconds ? span.count : span.count * 86400;
}

std::int64_t characters(std::string_view text) {
    return std::count_if(text.begin(), text.end(),
                         [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

// What minimum and maximum bound.
std::optional<std::int64_t> measure(Type type, const Node& node) {
    const auto& text = node.text();
    const auto of = [](const auto& value, auto measured) -> std::optional<std::int64_t> {
        if (!value) return std::nullopt;
        return measured(*value);
    };
    switch (type) {
        case Type::text: return characters(text);
        case Type::list:
        case Type::any_map: return static_cast<std::int64_t>(node.size());
        case Type::integer: return integer_from(text);
        case Type::money: return of(money_from(text), [](Money m) { return m.minor(); });
        case Type::span: return of(span_from(text), nominal_seconds);
        case Type::weight: return of(weight_from(text), [](Grams g) { return g.count(); });
        case Type::length: return of(length_from(text), [](Millimetres l) { return l.count(); });
        case Type::date: return of(date_from(text), [](Date d) { return std::int64_t{d.days}; });
        case Type::time_of_day: return of(time_of_day_from(text), [](TimeOfDay t) { return std::int64_t{t.minutes}; });
        default: return std::nullopt;
    }
}

// A bound as the schema writes it: counts and minor units for what has no grammar of its own.
std::optional<std::int64_t> bound_from(Type type, const Node& node) {
    if (type == Type::text || type == Type::list || type == Type::any_map || type == Type::money) {
        return integer_from(node.text());
    }
    return measure(type, node);
}

std::string describe(const Node& node) {
    switch (node.kind()) {
        case Node::Kind::null: return "nothing";
        case Node::Kind::plain: return quoted(node.text());
        case Node::Kind::quoted: return "the text " + quoted(node.text());
        case Node::Kind::list: return "a list";
        case Node::Kind::map: return "a map";
    }
    return {};
}

/// Reads a schema's own YAML.
class SchemaReader {
public:
    Result<SchemaPtr, Faults> operator()(const Node& root) {
        auto schema = read(root, "schema", true);
        if (faults_.empty()) return schema;
        sort(faults_);
        return noren::refuse(std::move(faults_));
    }

private:
    static constexpr auto keywords = std::to_array<std::string_view>(
        {"type", "description", "required", "default", "properties", "keys", "values", "items", "minimum", "maximum",
         "pattern", "names", "unique", "any_currency", "in_file", "binds", "of"});

    void refuse(Origin at, std::string problem, std::string found = {}, std::string expected = {},
                std::string nearest_word = {}) {
        faults_.push_back(
            fault_at(at, std::move(problem), std::move(found), std::move(expected), std::move(nearest_word)));
    }

    static bool applies(std::string_view keyword, Type type) {
        const auto one_of = [type](std::initializer_list<Type> types) {
            return std::find(types.begin(), types.end(), type) != types.end();
        };
        if (keyword == "properties") return one_of({Type::map, Type::one_of, Type::instances});
        if (keyword == "keys") return type == Type::any_map;
        if (keyword == "values") return one_of({Type::any_map, Type::choice});
        if (keyword == "items" || keyword == "unique") return type == Type::list;
        if (keyword == "pattern" || keyword == "names") return type == Type::text;
        if (keyword == "any_currency") return type == Type::money;
        if (keyword == "in_file") return one_of({Type::list, Type::map, Type::any_map});
        if (keyword == "of") return type == Type::instances;
        if (keyword == "minimum" || keyword == "maximum") {
            return !one_of({Type::map, Type::one_of, Type::instances, Type::boolean, Type::secret, Type::choice,
                            Type::country, Type::currency, Type::url});
        }
        return true;
    }

    std::string text_of(const Node& parent, std::string_view key) {
        const auto* node = parent.child(key);
        if (node == nullptr) return {};
        if (!node->is_scalar()) refuse(node->origin(), std::string(key), describe(*node), "a text");
        return node->text();
    }

    bool flag_of(const Node& parent, std::string_view key) {
        const auto* node = parent.child(key);
        if (node == nullptr) return false;
        const auto value = node->is_scalar() ? boolean_from(node->text()) : std::nullopt;
        if (!value) refuse(node->origin(), std::string(key), describe(*node), "true or false");
        return value.value_or(false);
    }

    SchemaPtr read(const Node& node, const std::string& what, bool needs_description) {
        auto schema = std::make_shared<Schema>();
        schema->origin = node.key_origin();
        if (!node.is_map()) {
            refuse(node.origin(), what, describe(node), "a map with `type` and `description`");
            return schema;
        }
        const auto type_name = text_of(node, "type");
        const auto type = type_from(type_name);
        if (!type) {
            refuse(node.child("type") ? node.child("type")->origin() : node.origin(), what + ": type",
                   type_name.empty() ? "nothing" : quoted(type_name), "one of the types",
                   nearest(type_name, type_names));
            return schema;
        }
        schema->type = *type;
        for (const auto& entry : node.children()) {
            if (std::find(keywords.begin(), keywords.end(), entry->key()) == keywords.end()) {
                refuse(entry->key_origin(), what + ": unknown keyword " + quoted(entry->key()), {}, {},
                       nearest(entry->key(), keywords));
            } else if (!applies(entry->key(), *type)) {
                refuse(entry->key_origin(),
                       what + ": keyword " + quoted(entry->key()) + " means nothing for " + type_name);
            }
        }
        schema->description = text_of(node, "description");
        if (needs_description && schema->description.empty()) {
            refuse(node.key_origin(), what + ": `description` is missing");
        }
        schema->unique = flag_of(node, "unique");
        schema->any_currency = flag_of(node, "any_currency");
        schema->in_file = flag_of(node, "in_file");
        const auto binds = text_of(node, "binds");
        schema->binds_latest = binds == "latest";
        if (!binds.empty() && binds != "latest" && binds != "at_order") {
            refuse(node.child("binds")->origin(), what + ": binds", quoted(binds), "at_order or latest");
        }
        read_children(node, what, *schema);
        read_bounds(node, what, *schema);
        read_pattern(node, what, *schema);
        read_choices(node, what, *schema);
        finish(*schema);
        read_default(node, what, *schema);
        return schema;
    }

    void read_children(const Node& node, const std::string& what, Schema& schema) {
        if (const auto* properties = node.child("properties")) {
            if (!properties->is_map())
                refuse(properties->origin(), what + ": properties", describe(*properties), "a map");
            for (const auto& entry : properties->children()) {
                auto child = read(*entry, join(what, entry->key()), true);
                schema.properties.push_back({entry->key(), std::move(child), flag_of(*entry, "required")});
            }
        } else if (schema.type == Type::map || schema.type == Type::one_of) {
            refuse(node.key_origin(), what + ": `properties` is missing");
        }
        if (schema.type == Type::list || schema.type == Type::any_map) {
            const std::string word = schema.type == Type::list ? "items" : "values";
            if (const auto* items = node.child(word)) {
                schema.items = read(*items, what + " " + word, false);
            } else {
                refuse(node.key_origin(), what + ": `" + word + "` is missing");
            }
        }
        if (const auto* keys = node.child("keys")) {
            schema.keys = read(*keys, what + " keys", false);
            if (schema.keys->is_map_like() || schema.keys->type == Type::list || schema.keys->type == Type::secret) {
                refuse(keys->origin(), what + " keys", std::string(name_of(schema.keys->type)),
                       "a type written as one word");
            }
        }
        schema.instances_of = text_of(node, "of");
        schema.names = text_of(node, "names");
        if (schema.type == Type::instances && schema.instances_of.empty()) {
            refuse(node.key_origin(), what + ": `of` is missing");
        }
    }

    void read_bounds(const Node& node, const std::string& what, Schema& schema) {
        const auto bound = [&](std::string_view word, std::string& text) -> std::optional<std::int64_t> {
            const auto* bound_node = node.child(word);
            if (bound_node == nullptr) return std::nullopt;
            text = bound_node->text();
            const auto value = bound_from(schema.type, *bound_node);
            if (!value)
                refuse(bound_node->origin(), what + ": " + std::string(word), describe(*bound_node),
                       expectation(schema));
            return value;
        };
        schema.minimum = bound("minimum", schema.minimum_text);
        schema.maximum = bound("maximum", schema.maximum_text);
    }

    void read_pattern(const Node& node, const std::string& what, Schema& schema) {
        schema.pattern = text_of(node, "pattern");
        if (schema.pattern.empty()) return;
        try {
            schema.compiled =
                std::make_shared<const std::regex>(schema.pattern, std::regex::ECMAScript | std::regex::optimize);
        } catch (const std::regex_error& error) {
            refuse(node.child("pattern")->origin(), what + ": pattern", quoted(schema.pattern),
                   std::string("an ECMAScript pattern (") + error.what() + ")");
        }
    }

    void read_choices(const Node& node, const std::string& what, Schema& schema) {
        if (schema.type != Type::choice) return;
        const auto* values = node.child("values");
        if (values == nullptr || values->is_scalar() || values->size() == 0) {
            return refuse(node.key_origin(), what + ": `values` must list the words");
        }
        for (const auto& value : values->children()) {
            if (!value->is_scalar()) refuse(value->origin(), what + ": values", describe(*value), "a word");
            schema.choices.push_back(values->is_map() ? Choice{value->key(), value->text()}
                                                      : Choice{value->text(), {}});
        }
    }

    void read_default(const Node& node, const std::string& what, Schema& schema) {
        const auto* value = node.child("default");
        if (value == nullptr) return;
        if (flag_of(node, "required")) {
            return refuse(value->key_origin(), what + ": a required key needs no default");
        }
        schema.default_value = NodePtr(value);
        for (auto& fault : validate(*value, schema, what + " default")) faults_.push_back(std::move(fault));
    }

    Faults faults_;
};

class Validator {
public:
    Validator(const Surroundings& around, Completeness completeness) : around_(around), completeness_(completeness) {}

    void check(const Node& node, const Schema& schema, const std::string& path) {
        if (node.is_null() && schema.type != Type::anything) return wrong(node, schema, path);
        switch (schema.type) {
            case Type::map:
            case Type::one_of: return check_map(node, schema, path);
            case Type::any_map: return check_any_map(node, schema, path);
            case Type::instances: return check_instances(node, schema, path);
            case Type::list: return check_list(node, schema, path);
            case Type::secret: return check_secret(node, path);
            case Type::anything: return;
            default: return check_scalar(node, schema, path);
        }
    }

    Faults faults;

private:
    void wrong(const Node& node, const Schema& schema, const std::string& path, std::string meant = {}) {
        faults.push_back(fault_at(node.is_null() ? node.key_origin() : node.origin(), named(path), describe(node),
                                  expectation(schema), std::move(meant)));
    }

    static std::string named(const std::string& path) { return path.empty() ? "the file" : path; }

    void check_map(const Node& node, const Schema& schema, const std::string& path) {
        if (!node.is_map()) return wrong(node, schema, path);
        for (const auto& entry : node.children()) {
            const auto* property = schema.property(entry->key());
            if (property == nullptr) {
                unknown(*entry, schema, path);
            } else {
                check(*entry, *property->schema, join(path, entry->key()));
            }
        }
        if (completeness_ == Completeness::layer) return;
        if (schema.type == Type::one_of && node.size() != 1) {
            faults.push_back(
                fault_at(node.key_origin(), named(path), std::to_string(node.size()) + " keys", expectation(schema)));
        }
        for (const auto& property : schema.properties) {
            if (property.required && node.child(property.name) == nullptr) {
                faults.push_back(fault_at(node.key_origin(), "key `" + join(path, property.name) + "` is missing", {},
                                          expectation(*property.schema)));
            }
        }
    }

    void unknown(const Node& entry, const Schema& schema, const std::string& path) {
        const auto full_path = join(path, entry.key());
        const auto reader = around_.unlisted_reader ? around_.unlisted_reader(full_path) : std::string{};
        if (!reader.empty()) {
            faults.push_back(fault_at(entry.key_origin(), "key `" + full_path + "` is read by nobody", {},
                                      reader + " to be listed"));
            return;
        }
        std::vector<std::string_view> names;
        for (const auto& property : schema.properties) names.push_back(property.name);
        faults.push_back(
            fault_at(entry.key_origin(), "unknown key `" + full_path + "`", {}, {}, nearest(entry.key(), names)));
    }

    void check_any_map(const Node& node, const Schema& schema, const std::string& path) {
        if (!node.is_map()) return wrong(node, schema, path);
        check_bounds(node, schema, path, static_cast<std::int64_t>(node.size()));
        for (const auto& entry : node.children()) {
            if (schema.keys) {
                const auto& place = entry->place();
                const auto key = Node::plain({{}, place.key_at, place.key_at}, entry->key());
                check(*key, *schema.keys, "key of " + named(path));
            }
            check(*entry, *schema.items, join(path, entry->key()));
        }
    }

    // Where plugins are not known (a layer alone), each instance is judged by the keys that all have.
    void check_instances(const Node& node, const Schema& schema, const std::string& path) {
        if (!node.is_map()) return wrong(node, schema, path);
        for (const auto& instance : node.children()) {
            const auto instance_path = join(path, instance->key());
            if (!instance->is_map()) {
                faults.push_back(
                    fault_at(instance->key_origin(), instance_path, describe(*instance), "a map of settings"));
                continue;
            }
            for (const auto& property : schema.properties) {
                if (const auto* value = instance->child(property.name)) {
                    check(*value, *property.schema, join(instance_path, property.name));
                }
            }
        }
    }

    void check_list(const Node& node, const Schema& schema, const std::string& path) {
        if (!node.is_list()) return wrong(node, schema, path);
        check_bounds(node, schema, path, static_cast<std::int64_t>(node.size()));
        std::set<std::string_view> seen;
        for (std::size_t i = 0; i < node.size(); ++i) {
            const auto& item = *node.children()[i];
            check(item, *schema.items, join(path, i));
            if (schema.unique && item.is_scalar() && !seen.insert(item.text()).second) {
                faults.push_back(
                    fault_at(item.origin(), join(path, i), quoted(item.text()) + " a second time", "each once"));
            }
        }
    }

    void check_secret(const Node& node, const std::string& path) {
        constexpr std::string_view wanted = "a reference: {env: NAME} or {file: /path}";
        const auto refuse = [&](Origin at, std::string found) {
            faults.push_back(fault_at(at, path, std::move(found), std::string(wanted)));
        };
        // Whatever stands here may be the secret itself: it is never repeated.
        if (!node.is_map()) return refuse(node.origin(), node.is_list() ? "a list" : "a literal secret");
        const auto* env = node.child("env");
        const auto* file = node.child("file");
        if (node.size() != 1 || (env == nullptr && file == nullptr)) return refuse(node.origin(), "another map");
        const auto& reference = *node.children()[0];
        if (!reference.is_scalar()) return refuse(reference.origin(), "no text");
        const auto& text = reference.text();
        const auto name_like = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; };
        if (env != nullptr &&
            (text.empty() || (text[0] >= '0' && text[0] <= '9') || !std::all_of(text.begin(), text.end(), name_like))) {
            refuse(reference.origin(), "no name of an environment variable (capitals, digits, `_`)");
        }
        if (file != nullptr && !text.starts_with('/')) refuse(reference.origin(), "no absolute path");
    }

    void check_bounds(const Node& node, const Schema& schema, const std::string& path, std::int64_t value) {
        const bool below = schema.minimum && value < *schema.minimum;
        const bool above = schema.maximum && value > *schema.maximum;
        if (!below && !above) return;
        std::string unit;
        if (schema.type == Type::text) unit = " characters";
        if (schema.type == Type::list || schema.type == Type::any_map) unit = " entries";
        if (schema.type == Type::money) unit = " minor units";
        const bool counted = schema.type == Type::list || schema.type == Type::any_map;
        faults.push_back(
            fault_at(node.origin(), named(path), counted ? std::to_string(value) + unit : describe(node),
                     below ? "at least " + schema.minimum_text + unit : "at most " + schema.maximum_text + unit));
    }

    void check_scalar(const Node& node, const Schema& schema, const std::string& path) {
        if (!node.is_scalar()) return wrong(node, schema, path);
        const auto& text = node.text();
        switch (schema.type) {
            case Type::text: return check_text(node, schema, path);
            case Type::boolean:
                if (node.is_quoted() || !boolean_from(text)) return wrong(node, schema, path, meant_as_boolean(text));
                return;
            case Type::integer:
                if (node.is_quoted() || !integer_from(text)) return wrong(node, schema, path, meant_as_integer(text));
                break;
            case Type::money: {
                const auto money = money_from(text);
                if (!money) return wrong(node, schema, path, meant_as_money(text));
                if (around_.currency && !schema.any_currency && money->currency() != *around_.currency) {
                    faults.push_back(fault_at(node.origin(), path, describe(node),
                                              "an amount in the storefront's currency, " + around_.currency->code()));
                }
                break;
            }
            case Type::span:
                if (!span_from(text)) return wrong(node, schema, path, meant_as_span(text));
                break;
            case Type::choice: return check_choice(node, schema, path);
            case Type::country:
                if (!is_country(text)) return wrong(node, schema, path, meant_as_country(text));
                return;
            case Type::currency:
                if (!Currency::from_code(text)) return wrong(node, schema, path);
                return;
            case Type::url:
                if (!is_url(text)) return wrong(node, schema, path);
                return;
            default: break;
        }
        const auto value = measure(schema.type, node);
        if (!value) return wrong(node, schema, path);
        check_bounds(node, schema, path, *value);
    }

    void check_text(const Node& node, const Schema& schema, const std::string& path) {
        check_bounds(node, schema, path, characters(node.text()));
        if (!schema.names.empty() && around_.root != nullptr) check_name(node, schema, path);
        if (!schema.compiled) return;
        if (node.text().size() > most_patterned || !std::regex_match(node.text(), *schema.compiled))
            wrong(node, schema, path);
    }

    void check_name(const Node& node, const Schema& schema, const std::string& path) {
        std::vector<std::string_view> names;
        if (const auto* map = around_.root->find(schema.names)) {
            for (const auto& entry : map->children()) names.push_back(entry->key());
        }
        if (std::find(names.begin(), names.end(), node.text()) != names.end()) return;
        faults.push_back(fault_at(node.origin(), named(path), describe(node), "a name that `" + schema.names + "` has",
                                  nearest(node.text(), names)));
    }

    void check_choice(const Node& node, const Schema& schema, const std::string& path) {
        std::vector<std::string_view> words;
        for (const auto& choice : schema.choices) {
            if (choice.word == node.text()) return;
            words.push_back(choice.word);
        }
        wrong(node, schema, path, nearest(node.text(), words));
    }

    const Surroundings& around_;
    Completeness completeness_;
};

/// Brings schemas of several readers together.
class SchemaMerger {
public:
    SchemaPtr merge(const SchemaPtr& one, const SchemaPtr& other, const std::string& path) {
        const bool both_maps = one->type == other->type && (one->type == Type::map || one->type == Type::any_map);
        if (!both_maps) {
            faults.push_back(
                fault_at(other->origin, "key `" + path + "` has two readers, this and " + to_string(one->origin)));
            return one;
        }
        auto merged = std::make_shared<Schema>(*one);
        if (merged->description.empty()) {
            merged->description = other->description;
            merged->origin = other->origin;
        }
        if (!merged->default_value) merged->default_value = other->default_value;
        if (!merged->keys) merged->keys = other->keys;
        merged->in_file = merged->in_file || other->in_file;
        if (one->type == Type::any_map) {
            merged->items = merge(one->items, other->items, path + ".*");
            finish(*merged);
            return merged;
        }
        for (const auto& property : other->properties) {
            const auto at = std::find_if(merged->properties.begin(), merged->properties.end(),
                                         [&](const Property& p) { return p.name == property.name; });
            if (at == merged->properties.end()) {
                merged->properties.push_back(property);
            } else {
                at->schema = merge(at->schema, property.schema, join(path, property.name));
                at->required = at->required || property.required;
            }
        }
        finish(*merged);
        return merged;
    }

    Faults faults;
};

}  // namespace

void finish(Schema& schema) {
    schema.by_name.resize(schema.properties.size());
    std::iota(schema.by_name.begin(), schema.by_name.end(), 0U);
    std::sort(schema.by_name.begin(), schema.by_name.end(),
              [&](std::uint32_t a, std::uint32_t b) { return schema.properties[a].name < schema.properties[b].name; });
    schema.holds_files = schema.in_file || (schema.items && schema.items->holds_files) ||
                         std::any_of(schema.properties.begin(), schema.properties.end(),
                                     [](const Property& property) { return property.schema->holds_files; });
}

std::string_view name_of(Type type) {
    return type_names[static_cast<std::size_t>(type)];
}

const Property* Schema::property(std::string_view name) const {
    const auto at =
        std::lower_bound(by_name.begin(), by_name.end(), name,
                         [&](std::uint32_t place, std::string_view wanted) { return properties[place].name < wanted; });
    return at == by_name.end() || properties[*at].name != name ? nullptr : &properties[*at];
}

const Schema* Schema::child(std::string_view key) const {
    if (type == Type::any_map) return items.get();
    const auto* found = property(key);
    return found == nullptr ? nullptr : found->schema.get();
}

Result<SchemaPtr, Faults> parse_schema(const Node& root) {
    return SchemaReader{}(root);
}

Result<SchemaPtr, Faults> parse_schema(std::string_view text, std::string_view file) {
    const auto root = TRY(parse(text, file));
    return parse_schema(*root);
}

SchemaPtr at_section(std::string_view section, SchemaPtr inner) {
    while (!section.empty()) {
        const auto dot = section.rfind('.');
        const auto name = dot == std::string_view::npos ? section : section.substr(dot + 1);
        section = dot == std::string_view::npos ? std::string_view{} : section.substr(0, dot);
        auto outer = std::make_shared<Schema>();
        outer->origin = inner->origin;
        const bool required = std::any_of(inner->properties.begin(), inner->properties.end(),
                                          [](const Property& property) { return property.required; });
        outer->properties.push_back({std::string(name), std::move(inner), required});
        finish(*outer);
        inner = std::move(outer);
    }
    return inner;
}

Result<SchemaPtr, Faults> merge_schemas(const SchemaPtr& one, const SchemaPtr& other) {
    SchemaMerger merger;
    auto merged = merger.merge(one, other, {});
    if (!merger.faults.empty()) return refuse(std::move(merger.faults));
    return merged;
}

Faults validate(const Node& node, const Schema& schema, std::string_view path, const Surroundings& around,
                Completeness completeness) {
    Validator validator(around, completeness);
    validator.check(node, schema, std::string(path));
    sort(validator.faults);
    return std::move(validator.faults);
}

std::string expectation(const Schema& schema) {
    switch (schema.type) {
        case Type::map:
        case Type::any_map:
        case Type::instances: return "a map";
        case Type::list: return "a list";
        case Type::text: return schema.pattern.empty() ? "a text" : "a text that fits " + quoted(schema.pattern);
        case Type::integer: return "a whole number such as 42";
        case Type::boolean: return "true or false";
        case Type::money: return "an amount such as 500 JPY or 12.50 EUR";
        case Type::span: return "a span such as 7d, 168h, 30m or 7bd";
        case Type::weight: return "a weight such as 200 g or 2 kg";
        case Type::length: return "a length such as 90 cm or 900 mm";
        case Type::date: return "a date such as 2017-07-31";
        case Type::time_of_day: return "a time of the day such as \"09:30\"";
        case Type::secret: return "a reference: {env: NAME} or {file: /path}";
        case Type::country: return "a country by its two letters (ISO 3166), such as JP";
        case Type::currency: return "a currency by its three letters (ISO 4217), such as JPY";
        case Type::url: return "an address such as https://shop.example";
        case Type::anything: return "anything";
        case Type::one_of:
        case Type::choice: break;
    }
    std::string words = schema.type == Type::one_of ? "exactly one of " : "one of ";
    auto add = [&, first = true](const std::string& word) mutable {
        words += (first ? "" : ", ") + word;
        first = false;
    };
    for (const auto& choice : schema.choices) add(choice.word);
    for (const auto& property : schema.properties) add(property.name);
    return words;
}

}  // namespace noren::settings
