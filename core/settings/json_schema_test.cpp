#include "settings/json_schema.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#define VALIJSON_USE_EXCEPTIONS 1
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>
#pragma GCC diagnostic pop

#include "settings/core_schemas.hpp"
#include "settings/yaml.hpp"

namespace noren::settings {
namespace {

/// What an editor takes a tree for: YAML 1.2's core types.
nlohmann::json as_editors_read(const Node& node) {
    switch (node.kind()) {
        case Node::Kind::null: return nullptr;
        case Node::Kind::quoted: return node.text();
        case Node::Kind::plain:
            if (const auto flag = boolean_from(node.text())) return *flag;
            if (const auto number = integer_from(node.text())) return *number;
            return node.text();
        case Node::Kind::list: {
            auto list = nlohmann::json::array();
            for (const auto& item : node.children()) list.push_back(as_editors_read(*item));
            return list;
        }
        case Node::Kind::map: break;
    }
    auto map = nlohmann::json::object();
    for (const auto& entry : node.children()) map[entry->key()] = as_editors_read(*entry);
    return map;
}

/// An editor's verdict on a document.
class Editor {
public:
    explicit Editor(const nlohmann::ordered_json& schema) : json_(nlohmann::json::parse(schema.dump())) {
        const valijson::adapters::NlohmannJsonAdapter adapter(json_);
        valijson::SchemaParser(valijson::SchemaParser::kDraft7).populateSchema(adapter, schema_);
    }
    bool accepts(const Node& tree) const {
        const auto document = as_editors_read(tree);
        const valijson::adapters::NlohmannJsonAdapter target(document);
        return valijson::Validator().validate(schema_, target, nullptr);
    }

private:
    nlohmann::json json_;
    valijson::Schema schema_;
};

constexpr auto everything = R"(
type: map
description: One key of each type.
properties:
  text: {type: text, description: d, pattern: "[a-z]+", maximum: 5}
  integer: {type: integer, description: d, minimum: 1, maximum: 9}
  boolean: {type: boolean, description: d}
  money: {type: money, description: d}
  span: {type: span, description: d}
  weight: {type: weight, description: d}
  length: {type: length, description: d}
  date: {type: date, description: d}
  time: {type: time_of_day, description: d}
  secret: {type: secret, description: d}
  choice: {type: choice, description: d, values: {one: The first., two: The second.}}
  country: {type: country, description: d}
  currency: {type: currency, description: d}
  url: {type: url, description: d}
  list: {type: list, description: d, items: {type: integer}, minimum: 1, maximum: 2, unique: true}
  any_map: {type: any_map, description: d, keys: {type: text, pattern: "[a-z]+"}, values: {type: boolean}, maximum: 2}
  one_of: {type: one_of, description: d, properties: {a: {type: text, description: d}, b: {type: text, description: d}}}
  inner: {type: map, description: d, properties: {must: {type: text, required: true, description: d}}}
)";

TEST(JsonSchema, JudgesAsTheOwnValidatorDoes) {
    const auto schema = parse_schema(everything, "everything.yaml").value();
    const Editor editor(json_schema(*schema, "Everything", Completeness::complete));
    for (const std::string text : {
             "text: abc",
             "text: abcdef",
             "text: A",
             "text: [a]",
             "integer: 5",
             "integer: 0",
             "integer: 10",
             "integer: x",
             "integer: \"5\"",
             "boolean: true",
             "boolean: yes",
             "boolean: \"true\"",
             "boolean: 1",
             "money: 500 JPY",
             "money: 12.50 EUR",
             "money: 500",
             "money: 500 kg",
             "money: 0500 JPY",
             "span: 7d",
             "span: 7bd",
             "span: 7 days",
             "span: 7",
             "weight: 2 kg",
             "weight: 1.5 kg",
             "weight: 1.5 g",
             "weight: 2kg",
             "length: 90 cm",
             "length: 1.25 m",
             "length: 1.25 cm",
             "date: 2017-07-31",
             "date: 2017-13-31",
             "date: 31.07.2017",
             "time: \"09:30\"",
             "time: \"9:30\"",
             "time: \"24:00\"",
             "secret: {env: KEY}",
             "secret: {file: /run/key}",
             "secret: key",
             "secret: {env: key}",
             "secret: {file: key}",
             "secret: {env: A, file: /b}",
             "choice: one",
             "choice: three",
             "country: JP",
             "country: UK",
             "country: NO",
             "currency: JPY",
             "currency: yen",
             "url: https://a.example",
             "url: ftp://a.example",
             "list: [1, 2]",
             "list: []",
             "list: [1, 2, 3]",
             "list: [1, 1]",
             "list: [x]",
             "list: 1",
             "any_map: {a: true}",
             "any_map: {A: true}",
             "any_map: {a: x}",
             "any_map: {a: true, b: true, c: true}",
             "one_of: {a: x}",
             "one_of: {a: x, b: y}",
             "one_of: {}",
             "one_of: {c: x}",
             "inner: {must: x}",
             "inner: {}",
             "inner: {must: x, more: y}",
             "inner:",
             "unknown: 1",
             "{}",
         }) {
        const auto tree = parse(text + "\n", "f.yaml").value();
        EXPECT_EQ(editor.accepts(*tree), validate(*tree, *schema).empty()) << text << "\n"
                                                                           << to_string(validate(*tree, *schema));
    }
}

TEST(JsonSchema, OfALayerRequiresNothingAndLetsNullRemove) {
    const auto schema = parse_schema(everything, "everything.yaml").value();
    const Editor editor(json_schema(*schema, "Everything", Completeness::layer));
    for (const auto* text : {"inner: {}\n", "inner:\n", "text:\n", "choice:\n", "list:\n"}) {
        EXPECT_TRUE(editor.accepts(**parse(text, "f.yaml"))) << text;
    }
    EXPECT_FALSE(editor.accepts(**parse("unknown:\n", "f.yaml")));
}

TEST(JsonSchema, OfAStorefrontKnowsEveryInstalledPlugin) {
    Schemas schemas(storefront_schema());
    schemas.add_policy(
        "terms", "payment",
        parse_schema("{type: map, description: d, properties: {due: {type: span, description: Until when.}}}", "t.yaml")
            .value());
    schemas.add_instances(
        "gateways", "paypal",
        parse_schema("{type: map, description: d, properties: {page: {type: choice, values: [a, b], description: d}}}",
                     "p.yaml")
            .value());
    const auto json = storefront_json_schema(schemas);
    EXPECT_EQ(json["properties"]["payment"]["properties"]["due"]["description"], "Until when.");
    const Editor editor(json);
    EXPECT_TRUE(editor.accepts(
        **parse("payment: {due: 7d}\ngateways: {paypal: {page: a}, card: {plugin: paypal, page: b}}\n", "f.yaml")));
    EXPECT_TRUE(editor.accepts(**parse("calendar: {holidays: ../data/jp_holidays.yaml}\n", "f.yaml")));
    EXPECT_FALSE(editor.accepts(**parse("gateways: {card: {plugin: paypal, page: c}}\n", "f.yaml")));
    EXPECT_FALSE(editor.accepts(**parse("gateways: {paypal: {pgae: a}}\n", "f.yaml")));
    EXPECT_FALSE(editor.accepts(**parse("payment: {deu: 7d}\n", "f.yaml")));
}

}  // namespace
}  // namespace noren::settings
