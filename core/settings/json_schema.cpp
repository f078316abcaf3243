#include "settings/json_schema.hpp"

#include <nlohmann/json.hpp>

namespace noren::settings {
namespace {

using Json = nlohmann::ordered_json;

class JsonSchemaWriter {
public:
    JsonSchemaWriter(Completeness completeness, const Schemas* schemas)
        : completeness_(completeness), schemas_(schemas) {}

    Json write(const Schema& schema, std::string_view title) {
        Json file = {{"$schema", "http://json-schema.org/draft-07/schema#"}, {"title", title}};
        file.update(of(schema));
        if (uses_countries_) {
            Json codes = Json::array();
            for (const auto code : countries()) codes.push_back(code);
            file["definitions"]["country"] = {{"type", "string"}, {"enum", std::move(codes)}};
        }
        return file;
    }

private:
    Json of(const Schema& schema) {
        Json json = Json::object();
        if (!schema.description.empty()) json["description"] = description(schema);
        json.update(type_of(schema));
        if (schema.in_file) json = in_file(std::move(json));
        if (schema.default_value && schema.default_value->is_scalar()) json["default"] = plain_value(schema);
        return json;
    }

    static std::string description(const Schema& schema) {
        std::string text = schema.description;
        for (const auto& choice : schema.choices) {
            if (!choice.description.empty()) text += "\n- `" + choice.word + "`: " + choice.description;
        }
        return text;
    }

    static Json plain_value(const Schema& schema) {
        const auto& text = schema.default_value->text();
        if (schema.type == Type::boolean) return *boolean_from(text);
        if (schema.type == Type::integer) return *integer_from(text);
        return text;
    }

    // A list or map that may stand in a file of its own is its path there.
    static Json in_file(Json json) {
        Json either = Json::object();
        if (json.contains("description")) {
            either["description"] = json["description"];
            json.erase("description");
        }
        either["anyOf"] = Json::array({{{"type", "string"}}, std::move(json)});
        return either;
    }

    Json type(std::string_view name) const {
        if (completeness_ == Completeness::layer) return Json::array({name, "null"});
        return Json(name);
    }

    Json pattern(std::string_view of_whole) const { return {{"type", type("string")}, {"pattern", of_whole}}; }

    Json type_of(const Schema& schema) {
        switch (schema.type) {
            case Type::map:
            case Type::one_of: return map(schema);
            case Type::any_map: return any_map(schema);
            case Type::instances: return instances(schema);
            case Type::list: return list(schema);
            case Type::text: return text(schema);
            case Type::integer: return bounded({{"type", type("integer")}}, schema, "minimum", "maximum");
            case Type::boolean: return {{"type", type("boolean")}};
            case Type::money: return pattern("^-?(0|[1-9][0-9]*)(\\.[0-9]+)? [A-Z]{3}$");
            case Type::span: return pattern("^(0|[1-9][0-9]{0,9})(s|m|h|d|bd)$");
            case Type::weight: return pattern("^((0|[1-9][0-9]*) g|(0|[1-9][0-9]*)(\\.[0-9]{1,3})? kg)$");
            case Type::length:
                return pattern(
                    "^((0|[1-9][0-9]*) mm|(0|[1-9][0-9]*)(\\.[0-9])? cm|(0|[1-9][0-9]*)(\\.[0-9]{1,3})? m)$");
            case Type::date: return pattern("^(19|2[0-9])[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$");
            case Type::time_of_day: return pattern("^([01][0-9]|2[0-3]):[0-5][0-9]$");
            case Type::secret: return secret();
            case Type::choice: return choice(schema);
            case Type::country: uses_countries_ = true; return {{"$ref", "#/definitions/country"}};
            case Type::currency: return pattern("^[A-Z]{3}$");
            case Type::url: return pattern("^https?://[^\\s@?#]+$");
            case Type::anything: break;
        }
        return Json::object();
    }

    static Json bounded(Json json, const Schema& schema, const char* least, const char* most) {
        if (schema.minimum) json[least] = *schema.minimum;
        if (schema.maximum) json[most] = *schema.maximum;
        return json;
    }

    Json text(const Schema& schema) const {
        Json json = bounded({{"type", type("string")}}, schema, "minLength", "maxLength");
        if (!schema.pattern.empty()) json["pattern"] = "^(?:" + schema.pattern + ")$";
        return json;
    }

    Json choice(const Schema& schema) const {
        Json words = Json::array();
        for (const auto& one : schema.choices) words.push_back(one.word);
        if (completeness_ == Completeness::layer) words.push_back(nullptr);
        return {{"enum", std::move(words)}};
    }

    static Json secret() {
        const auto reference = [](const char* key, const char* of_whole) -> Json {
            return {{"type", "object"},
                    {"properties", {{key, {{"type", "string"}, {"pattern", of_whole}}}}},
                    {"required", Json::array({key})},
                    {"additionalProperties", false}};
        };
        return {{"oneOf", Json::array({reference("env", "^[A-Z_][A-Z0-9_]*$"), reference("file", "^/")})}};
    }

    Json list(const Schema& schema) {
        Json json = bounded({{"type", type("array")}}, schema, "minItems", "maxItems");
        json["items"] = of(*schema.items);
        if (schema.unique) json["uniqueItems"] = true;
        return json;
    }

    Json map(const Schema& schema) {
        Json json = {{"type", type("object")}, {"properties", Json::object()}, {"additionalProperties", false}};
        Json required = Json::array();
        for (const auto& property : schema.properties) {
            json["properties"][property.name] = of(*property.schema);
            if (property.required) required.push_back(property.name);
        }
        if (completeness_ == Completeness::complete && !required.empty()) json["required"] = std::move(required);
        if (completeness_ == Completeness::complete && schema.type == Type::one_of) {
            json["minProperties"] = 1;
            json["maxProperties"] = 1;
        }
        return json;
    }

    Json any_map(const Schema& schema) {
        Json json = bounded({{"type", type("object")}}, schema, "minProperties", "maxProperties");
        if (schema.keys) {
            json["propertyNames"] = of(*schema.keys);
            if (completeness_ == Completeness::layer) json["propertyNames"].erase("type");
        }
        json["additionalProperties"] = of(*schema.items);
        return json;
    }

    // Under a plugin's own name stand its settings; under any other, those of the plugin it names.
    Json instances(const Schema& schema) {
        Json json = {{"type", type("object")}};
        Json any = {{"type", type("object")}};
        Json named = Json::array();
        for (const auto& [id, settings] : schemas_ != nullptr ? schemas_->instances(schema.instances_of) : no_plugins) {
            auto own = std::make_shared<Schema>(schema);
            own->type = Type::map;
            auto merged = merge_schemas(own, settings);
            if (!merged) continue;
            const auto whole = of(**merged);
            json["properties"][id] = whole;
            named.push_back(
                {{"if", {{"properties", {{"plugin", {{"const", id}}}}}, {"required", {"plugin"}}}}, {"then", whole}});
        }
        if (!named.empty()) any["allOf"] = std::move(named);
        json["additionalProperties"] = std::move(any);
        return json;
    }

    static inline const std::map<std::string, SchemaPtr> no_plugins;
    Completeness completeness_;
    const Schemas* schemas_;
    bool uses_countries_ = false;
};

}  // namespace

Json json_schema(const Schema& schema, std::string_view title, Completeness completeness) {
    return JsonSchemaWriter(completeness, nullptr).write(schema, title);
}

Json storefront_json_schema(const Schemas& schemas) {
    return JsonSchemaWriter(Completeness::layer, &schemas).write(*schemas.everything(), "A Noren storefront");
}

}  // namespace noren::settings
