#include "settings/wire.hpp"

#include <gtest/gtest.h>

#include <noren/wire/settings.hpp>

#include "settings/yaml.hpp"

namespace noren::settings {
namespace {

constexpr auto schema_text = R"(
type: map
description: d
properties:
  fee: {type: money, description: d}
  due: {type: span, description: d, default: 7bd}
  wait: {type: span, description: d}
  packing: {type: weight, description: d}
  opens: {type: time_of_day, description: d}
  since: {type: date, description: d}
  key: {type: secret, description: d}
  methods: {type: any_map, description: d, values: {type: map, properties: {countries: {type: list, items: {type: country}, description: d}}}}
)";

class Message {
public:
    explicit Message(std::string_view text) {
        const auto schema = parse_schema(schema_text, "s.yaml").value();
        const auto tree = parse(text, "f.yaml").value();
        bytes_ = settings_message({tree.get(), schema.get(), "payment"}, {"shop", "JPY", "JP", "Asia/Tokyo", "terms"});
    }
    const wire::Settings& settings() const { return *noren_fb::GetRoot<wire::Settings>(bytes_.data()); }
    bool is_sound() const {
        noren_fb::Verifier verifier(bytes_.data(), bytes_.size());
        return verifier.VerifyBuffer<wire::Settings>(nullptr);
    }
    const wire::Setting* operator[](std::string_view key) const {
        for (const auto* item : *settings().root()->items()) {
            if (item->key()->string_view() == key) return item;
        }
        return nullptr;
    }
    std::string bytes() const { return {bytes_.begin(), bytes_.end()}; }

private:
    std::vector<std::uint8_t> bytes_;
};

TEST(Wire, GivesPluginsTypedSettings) {
    const Message message(
        "fee: 500 JPY\nwait: 30m\npacking: 1.5 kg\nopens: \"09:30\"\nsince: 1970-01-03\nmethods: {card: {countries: "
        "[PE, VN]}}\n");
    ASSERT_TRUE(message.is_sound());
    EXPECT_EQ(message.settings().path()->string_view(), "payment");
    EXPECT_EQ(message.settings().instance()->string_view(), "terms");
    EXPECT_EQ(message["fee"]->kind(), wire::SettingKind::Money);
    EXPECT_EQ(message["fee"]->integer(), 500);
    EXPECT_EQ(message["fee"]->text()->string_view(), "JPY");
    EXPECT_EQ(message["wait"]->integer(), 1800);
    EXPECT_EQ(message["wait"]->text()->string_view(), "s");
    EXPECT_EQ(message["packing"]->integer(), 1500);
    EXPECT_EQ(message["opens"]->text()->string_view(), "09:30");
    EXPECT_EQ(message["since"]->integer(), 2);
    const auto* countries = message["methods"]->items()->Get(0)->items()->Get(0);
    EXPECT_EQ(countries->items()->Get(1)->text()->string_view(), "VN");
}

TEST(Wire, FillsInDefaultsAfterWhatIsWritten) {
    const Message message("fee: 500 JPY\n");
    const auto* items = message.settings().root()->items();
    ASSERT_EQ(items->size(), 2U);
    EXPECT_EQ(items->Get(1)->key()->string_view(), "due");
    EXPECT_EQ(items->Get(1)->text()->string_view(), "bd");
}

TEST(Wire, LeavesSecretsOut) {
    const Message message("key: {env: HUSH_HUSH}\n");
    EXPECT_EQ(message["key"], nullptr);
    EXPECT_EQ(message.bytes().find("HUSH"), std::string::npos);
}

}  // namespace
}  // namespace noren::settings
