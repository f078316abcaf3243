#include "settings/effective.hpp"

#include <gtest/gtest.h>

#include "settings/core_schemas.hpp"

namespace noren::settings {
namespace {

SchemaPtr schema_of(std::string_view text, std::string_view file) {
    auto schema = parse_schema(text, file);
    if (!schema) throw std::runtime_error(to_string(schema.error()));
    return *schema;
}

constexpr auto terms = R"(
type: map
description: Payment terms.
properties:
  due: {type: span, description: From request to deadline., default: 7d}
  fee: {type: money, description: A fee.}
)";
constexpr auto methods = R"(
type: map
description: Payment methods.
properties:
  methods:
    type: any_map
    description: By name.
    keys: {type: text, names: gateways}
    values: {type: map, properties: {except_countries: {type: list, items: {type: country}, description: Not for these.}}}
)";
constexpr auto paypal = R"(
type: map
description: PayPal.
properties:
  client_secret: {type: secret, required: true, description: The secret.}
  landing_page: {type: choice, values: [login, guest], description: Which page., default: login}
)";
constexpr auto base = R"(
country: JP
time_zone: Asia/Tokyo
currency: JPY
languages: [en]
payment: {due: 14d}
calendar: {holidays: ../data/holidays.yaml}
)";
constexpr auto shop = R"(extends: ../base/japan.yaml
name: Shop
hosts: [shop.localhost]
public_url: http://shop.localhost
policies: [terms, methods]
payment:
  due: 7d
  methods: {card: {except_countries: [PE, VN]}}
gateways:
  paypal: {client_secret: {env: SECRET}}
  card: {plugin: paypal, landing_page: guest, client_secret: {file: /run/secret}}
)";

using Texts = std::map<std::string, std::string>;

/// A storefront's files, of which some may be other than usual.
class Shop {
public:
    explicit Shop(Texts other = {}) : source_(with(std::move(other))) {
        schemas_.add_policy("terms", "payment", schema_of(terms, "terms.schema.yaml"));
        schemas_.add_policy("methods", "payment", schema_of(methods, "methods.schema.yaml"));
        schemas_.add_instances("gateways", "paypal", schema_of(paypal, "paypal.schema.yaml"));
    }
    Effective check() { return settings::check(layers_, schemas_, "storefronts/shop.yaml"); }
    std::string faults() { return to_string(check().faults); }
    Schemas& schemas() { return schemas_; }

private:
    static Texts with(Texts other) {
        other.insert(
            {{"storefronts/shop.yaml", shop}, {"base/japan.yaml", base}, {"data/holidays.yaml", "- 2017-01-01\n"}});
        return other;
    }

    ContentSource source_;
    Schemas schemas_{storefront_schema()};
    Layers layers_{source_, storefront_schema()};
};

std::string with_line(std::string_view line) {
    return std::string(shop) + std::string(line) + "\n";
}

TEST(Effective, MergesLayersAndKnowsWhereEachValueStands) {
    Shop files;
    const auto effective = files.check();
    ASSERT_TRUE(effective) << to_string(effective.faults);
    EXPECT_EQ(effective.value().text("name"), "Shop");
    EXPECT_EQ(effective.value()["country"].text(), "JP");
    EXPECT_EQ(effective.value()["payment"].span("due"), (Span{7, Span::Unit::days}));
    EXPECT_EQ(effective.locate("payment.due"), "storefronts/shop.yaml:7:8");
    EXPECT_EQ(effective.locate("payment.methods.card.except_countries[1]"), "storefronts/shop.yaml:8:43");
    EXPECT_EQ(effective.locate("country"), "base/japan.yaml:2:10");
    EXPECT_EQ(effective.locate("calendar.holidays[0]"), "data/holidays.yaml:1:3");
    EXPECT_EQ(effective.locate("payment.methods.card.only_countries"), "");

    const auto places = effective.places("payment.due");
    ASSERT_EQ(places.size(), 3U);
    EXPECT_EQ(to_string(places[1].origin), "base/japan.yaml:6:16");
    EXPECT_EQ(places[1].text, " 14d\n");
    EXPECT_TRUE(places[2].by_default);
    EXPECT_EQ(to_string(effective.places("theme").front().origin).substr(0, 14), "core/settings/");
}

TEST(Effective, ReadsAnInstancesSettingsByItsPluginsSchema) {
    Shop files;
    const auto effective = files.check();
    ASSERT_TRUE(effective) << to_string(effective.faults);
    const auto gateways = effective.value()["gateways"].entries();
    ASSERT_EQ(gateways.size(), 2U);
    EXPECT_EQ(gateways[0].text("landing_page"), "login");
    EXPECT_EQ(gateways[1].text("landing_page"), "guest");
    EXPECT_EQ(plugin_of(*gateways[1].node()), "paypal");
    EXPECT_EQ(gateways[1]["client_secret"].secret().name, "/run/secret");
}

TEST(Effective, ShowsAReaderOnlyItsOwnKeysOfASharedSection) {
    Shop files;
    const auto effective = files.check();
    ASSERT_TRUE(effective);
    const auto own = files.schemas().policy("terms");
    const auto entries = effective.section("payment", *own).entries();
    ASSERT_EQ(entries.size(), 1U);
    EXPECT_EQ(entries[0].path(), "payment.due");
    EXPECT_EQ(effective.section("elsewhere", *own).span("due"), (Span{7, Span::Unit::days}));
}

TEST(Effective, NamesThePolicyThatWouldReadAKeyNobodyReads) {
    auto text = std::string(shop);
    text.replace(text.find(", methods]"), 10, "]");
    Shop files(Texts{{"storefronts/shop.yaml", text}});
    EXPECT_EQ(
        files.faults(),
        "storefronts/shop.yaml:8:3: key `payment.methods` is read by nobody: expected policy `methods` to be listed\n");
}

TEST(Effective, TellsFaultsOfAllFilesAtOnce) {
    Shop files(Texts{{"base/japan.yaml", "country: JA\n" + std::string(base).substr(13)},
                     {"storefronts/shop.yaml", with_line("naem: x\ncarriers: {ems: }")},
                     {"data/holidays.yaml", "- 2017-13-01\n"}});
    EXPECT_EQ(
        files.faults(),
        "base/japan.yaml:1:10: country: found `JA`, expected a country by its two letters (ISO 3166), such as JP\n"
        "data/holidays.yaml:1:3: calendar.holidays[0]: found `2017-13-01`, expected a date such as 2017-07-31\n"
        "storefronts/shop.yaml:12:1: unknown key `naem`; did you mean `name`?\n"
        "storefronts/shop.yaml:13:12: carriers.ems: no plugin `ems` for carriers is installed\n");
}

TEST(Effective, RefusesWhatNoPluginServes) {
    auto text = std::string(shop);
    text.replace(text.find("terms"), 5, "trems");
    text.replace(text.find("plugin: paypal"), 14, "plugin: paypall");
    Shop files(Texts{{"storefronts/shop.yaml", text}});
    EXPECT_EQ(files.faults(),
              "storefronts/shop.yaml:5:12: no policy plugin `trems` is installed; did you mean `terms`?\n"
              "storefronts/shop.yaml:7:3: key `payment.due` is read by nobody: expected policy `terms` to be listed\n"
              "storefronts/shop.yaml:11:18: gateways.card: no plugin `paypall` for gateways is installed; did you mean "
              "`paypal`?\n");
}

TEST(Effective, RefusesAMethodWhoseGatewayIsNotThere) {
    auto text = std::string(shop);
    text.replace(text.find("methods: {card"), 14, "methods: {crad");
    Shop files(Texts{{"storefronts/shop.yaml", text}});
    EXPECT_EQ(files.faults(),
              "storefronts/shop.yaml:8:13: key of payment.methods: found `crad`, expected a name that `gateways` has; "
              "did you "
              "mean `card`?\n");
}

TEST(Effective, RefusesAmountsInAnotherCurrency) {
    auto text = std::string(shop);
    text.replace(text.find("  due: 7d"), 9, "  fee: 5 USD");
    Shop files(Texts{{"storefronts/shop.yaml", text}});
    EXPECT_EQ(files.faults(),
              "storefronts/shop.yaml:7:8: payment.fee: found `5 USD`, expected an amount in the storefront's currency, "
              "JPY\n");
}

TEST(Effective, RefusesBasesInACircleOrOutside) {
    Shop circle(Texts{{"base/japan.yaml", "extends: ../storefronts/shop.yaml\n"}});
    EXPECT_EQ(circle.faults(),
              "base/japan.yaml:1:10: extends: found a circle: storefronts/shop.yaml -> base/japan.yaml -> "
              "storefronts/shop.yaml, expected a base that does not extend this file\n");
    Shop outside(Texts{{"base/japan.yaml", "extends: ../../etc/passwd\n"}});
    EXPECT_EQ(
        outside.faults(),
        "base/japan.yaml:1:10: extends: found `../../etc/passwd`, expected a relative path within the configuration\n");
    Shop missing(Texts{{"base/japan.yaml", "extends: nowhere.yaml\n"}});
    EXPECT_EQ(missing.faults(), "base/japan.yaml:1:10: file base/nowhere.yaml cannot be read: it does not exist\n");
}

TEST(Effective, RevisionIsTheContents) {
    Shop one;
    Shop same;
    Shop other(Texts{{"data/holidays.yaml", "- 2017-01-02\n"}});
    const auto effective = one.check();
    EXPECT_EQ(effective.revision.size(), 64U);
    EXPECT_EQ(effective.revision, same.check().revision);
    EXPECT_NE(effective.revision, other.check().revision);
    Shop again(effective.contents());
    EXPECT_EQ(again.check().revision, effective.revision);
}

TEST(Effective, SharesBasesAndSchemasBetweenStorefronts) {
    const ContentSource source(Texts{{"base/b.yaml", base},
                                     {"storefronts/a.yaml", "extends: ../base/b.yaml\nname: A\n"},
                                     {"storefronts/b.yaml", "extends: ../base/b.yaml\nname: B\n"},
                                     {"data/holidays.yaml", "[]\n"}});
    Layers layers(source, storefront_schema());
    const auto a = layers.load("storefronts/a.yaml");
    const auto b = layers.load("storefronts/b.yaml");
    EXPECT_EQ(a->root->find("languages"), b->root->find("languages"));
    Schemas schemas(storefront_schema());
    EXPECT_EQ(schemas.for_tree(*a->root).first, schemas.for_tree(*b->root).first);
}

}  // namespace
}  // namespace noren::settings
