#include "settings/schema.hpp"

#include <gtest/gtest.h>

#include "settings/value.hpp"
#include "settings/yaml.hpp"

namespace noren::settings {
namespace {

SchemaPtr schema_of(std::string_view text, std::string_view file = "payment.schema.yaml") {
    auto schema = parse_schema(text, file);
    if (!schema) throw std::runtime_error(to_string(schema.error()));
    return *schema;
}

NodePtr tree_of(std::string_view text) {
    auto tree = parse(text, "shop.yaml");
    if (!tree) throw std::runtime_error(to_string(tree.error()));
    return *tree;
}

std::string faults_of(std::string_view text, const SchemaPtr& schema) {
    return to_string(validate(*tree_of(text), *schema));
}

/// A schema of one required key `v`.
SchemaPtr one(std::string_view of_v) {
    return schema_of("{type: map, description: d, properties: {v: {required: true, description: d, " +
                     std::string(of_v) + "}}}");
}

const std::string payment = R"(
description: When an order must be paid.
type: map
properties:
  due: {type: span, description: From request to deadline., default: 7d, minimum: 1h, maximum: 90d}
  fee: {type: money, description: For cash on delivery.}
  first: {type: choice, values: [all_in_stock, at_order], description: When., default: at_order}
  overdue:
    type: map
    description: What follows.
    default: {}
    properties:
      cancel: {type: boolean, description: Cancel it., default: true}
  methods:
    type: any_map
    description: By name.
    keys: {type: text, pattern: "[a-z_]+"}
    values:
      type: map
      properties:
        except_countries: {type: list, items: {type: country}, description: Not for these., unique: true}
)";

TEST(Schema, ReadsTypedValuesWithDefaults) {
    const auto schema = schema_of(payment);
    const auto tree = tree_of("fee: 500 JPY\nmethods: {card: {except_countries: [PE, VN]}}\n");
    EXPECT_EQ(to_string(validate(*tree, *schema, "payment")), "");
    const Section section(tree.get(), schema.get(), "payment");
    EXPECT_EQ(section.money("fee"), Money(500, JPY));
    EXPECT_EQ(section.span("due"), (Span{7, Span::Unit::days}));
    EXPECT_EQ(section["due"].path(), "payment.due");
    EXPECT_EQ(to_string(section["due"].origin()), "payment.schema.yaml:5:70");
    EXPECT_TRUE(section["overdue"].boolean("cancel"));
    const auto methods = section["methods"].entries();
    ASSERT_EQ(methods.size(), 1U);
    EXPECT_EQ(methods[0].key(), "card");
    EXPECT_EQ(methods[0].texts("except_countries"), (std::vector<std::string>{"PE", "VN"}));
    EXPECT_EQ(methods[0]["except_countries"][1].path(), "payment.methods.card.except_countries[1]");
    EXPECT_THROW(section["fee"].span(), std::logic_error);
    EXPECT_THROW(section["feee"], std::logic_error);
}

TEST(Schema, TellsEveryFaultWithPlaceAndNearestWord) {
    const auto schema = schema_of(payment);
    EXPECT_EQ(
        to_string(validate(*tree_of("deu: 7d\n"
                                    "due: 7 days\n"
                                    "fee: 500 kg\n"
                                    "first: at_oder\n"
                                    "methods:\n"
                                    "  Card: {except_countries: [UK, PE, PE]}\n"
                                    "  bank:\n"),
                           *schema, "payment")),
        "shop.yaml:1:1: unknown key `payment.deu`; did you mean `due`?\n"
        "shop.yaml:2:6: payment.due: found `7 days`, expected a span such as 7d, 168h, 30m or 7bd; did you mean `7d`?\n"
        "shop.yaml:3:6: payment.fee: found `500 kg`, expected an amount such as 500 JPY or 12.50 EUR\n"
        "shop.yaml:4:8: payment.first: found `at_oder`, expected one of all_in_stock, at_order; did you mean "
        "`at_order`?\n"
        "shop.yaml:6:3: key of payment.methods: found `Card`, expected a text that fits `[a-z_]+`\n"
        "shop.yaml:6:29: payment.methods.Card.except_countries[0]: found `UK`, expected a country by its two letters "
        "(ISO 3166), such as JP; did you mean `GB`?\n"
        "shop.yaml:6:37: payment.methods.Card.except_countries[2]: found `PE` a second time, expected each once\n"
        "shop.yaml:7:3: payment.methods.bank: found nothing, expected a map\n");
}

struct Written {
    const char* type;
    const char* good;
    const char* bad;
};

TEST(Schema, TakesNoValueThatCouldBeMisread) {
    for (const auto& [type, good, bad] : {
             Written{"type: boolean", "true false", "yes no on off True FALSE y 1 \"true\""},
             Written{"type: integer", "0 42 -7 999999999999999999",
                     "010 0x1F 1_000 0o7 +5 1.0 1e3 -0 .nan \"7\" 1000000000000000000"},
             Written{"type: date", "2017-07-31 2016-02-29", "2017-02-29 2017-7-31 31-07-2017 20170731"},
             Written{"type: time_of_day", "\"09:30\" 23:59", "9:30 24:00 12:60"},
             Written{"type: span", "7d 168h 30m 45s 7bd 0bd", "7 d7 7D 7w -7d 07d 1.5h"},
             Written{"type: country", "JP NO US", "jp UK XX"},
             Written{"type: currency", "JPY EUR", "jpy YEN"},
             Written{"type: url", "https://a.example http://127.0.0.1:8091 http://[::1]:80/x",
                     "a.example ftp://a https://u@a https://a:0 https://a?b https:// http://a/../%zz#x"},
         }) {
        const auto schema = one(type);
        const auto each = [](std::string_view words, auto check) {
            while (!words.empty()) {
                const auto end = std::min(words.find(' '), words.size());
                check(std::string(words.substr(0, end)));
                words.remove_prefix(std::min(end + 1, words.size()));
            }
        };
        const std::string told = type;
        each(good, [&](const std::string& word) { EXPECT_EQ(faults_of("v: " + word + "\n", schema), "") << told; });
        each(bad, [&](const std::string& word) {
            EXPECT_NE(faults_of("v: " + word + "\n", schema), "") << told << " " << word;
        });
    }
}

TEST(Schema, TakesASecretOnlyByReferenceAndNeverRepeatsIt) {
    const auto schema = one("type: secret");
    EXPECT_EQ(faults_of("v: {env: NOREN_KEY}\n", schema), "");
    EXPECT_EQ(faults_of("v: {file: /run/key}\n", schema), "");
    for (const auto* wrong : {"v: hunter2\n", "v: [hunter2]\n", "v: {env: hunter2}\n", "v: {file: hunter2}\n",
                              "v: {env: A, file: /hunter2}\n", "v: {value: hunter2}\n", "v: {env: {hunter2: a}}\n"}) {
        const auto faults = faults_of(wrong, schema);
        EXPECT_NE(faults, "") << wrong;
        EXPECT_EQ(faults.find("hunter2"), std::string::npos) << faults;
    }
}

TEST(Schema, OfSeveralReadersIsOneAndNamesBothWhoReadTheSameKey) {
    const auto terms = at_section(
        "payment", schema_of("{type: map, description: d, properties: {due: {type: span, description: d}}}", "a.yaml"));
    const auto methods = at_section(
        "payment",
        schema_of("{type: map, description: d, properties: {fee: {type: money, description: d}}}", "b.yaml"));
    const auto both = merge_schemas(terms, methods);
    ASSERT_TRUE(both);
    EXPECT_EQ(faults_of("payment: {due: 7d, fee: 1 JPY}\n", *both), "");
    EXPECT_NE(faults_of("payment: {due: 7d, free: 1 JPY}\n", *both), "");

    const auto clash = merge_schemas(*both, terms);
    ASSERT_FALSE(clash);
    EXPECT_EQ(to_string(clash.error()), "a.yaml:1:42: key `payment.due` has two readers, this and a.yaml:1:42\n");
}

TEST(Schema, RefusesASchemaThatSaysNothingOrNonsense) {
    const auto faults = [](std::string_view text) {
        const auto schema = parse_schema(text, "s.yaml");
        return schema ? std::string{} : to_string(schema.error());
    };
    EXPECT_EQ(faults("{type: map, description: d, properties: {due: {type: spam, description: d}}}"),
              "s.yaml:1:54: schema.due: type: found `spam`, expected one of the types; did you mean `span`?\n");
    EXPECT_EQ(faults("{type: map, description: d, properties: {due: {type: span}}}"),
              "s.yaml:1:42: schema.due: `description` is missing\n");
    EXPECT_EQ(faults("{type: span, description: d, default: 7 days}"),
              "s.yaml:1:39: schema default: found `7 days`, expected a span such as 7d, 168h, 30m or 7bd; did you mean "
              "`7d`?\n");
    EXPECT_EQ(faults("{type: text, descripton: d, unique: true}"),
              "s.yaml:1:1: schema: `description` is missing\n"
              "s.yaml:1:14: schema: unknown keyword `descripton`; did you mean `description`?\n"
              "s.yaml:1:29: schema: keyword `unique` means nothing for text\n");
    EXPECT_NE(faults("{type: text, description: d, pattern: \"[\"}"), "");
}

}  // namespace
}  // namespace noren::settings
