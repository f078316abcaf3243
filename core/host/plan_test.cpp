#include <gmock/gmock.h>
#include <noren/wire/settings.hpp>

#include <cstdlib>

#include "host/plugin.hpp"
#include "settings/yaml.hpp"

namespace noren::host {
namespace {

const char* const schema_text = R"(
type: map
description: A gateway's settings.
properties:
  base_url: {type: url, description: Where it is., required: true}
  client_secret: {type: secret, description: Its secret., required: true}
)";

class Plan : public ::testing::Test {
protected:
    Result<InstancePlan, settings::Faults> plan() {
        const auto tree =
            *settings::parse("base_url: https://api.example\nclient_secret: {env: NOREN_TEST_SECRET}\n", "shop.yaml");
        const auto schema = *settings::parse_schema(schema_text, "gateway.schema.yaml");
        return InstancePlan::of(settings::Value(tree.get(), schema.get(), "gateways.card"), {.storefront = "a_shop",
                                                                                             .currency = "JPY",
                                                                                             .country = "JP",
                                                                                             .time_zone = "Asia/Tokyo",
                                                                                             .instance = "card"});
    }
    void TearDown() override { ::unsetenv("NOREN_TEST_SECRET"); }
};

TEST_F(Plan, KeepsSecretsOutOfTheSettingsThatAPluginSees) {
    ::setenv("NOREN_TEST_SECRET", "the word", 1);
    const auto made = plan();
    ASSERT_TRUE(made) << settings::to_string(made.error());
    EXPECT_EQ(made->storefront, "a_shop");
    EXPECT_EQ(made->name, "card");
    ASSERT_TRUE(made->secrets.contains("client_secret"));
    EXPECT_EQ(made->secrets.at("client_secret").reveal(), "the word");
    const std::string bytes(made->settings.begin(), made->settings.end());
    EXPECT_THAT(bytes, ::testing::HasSubstr("https://api.example"));
    EXPECT_THAT(bytes, ::testing::Not(::testing::HasSubstr("the word")));
    EXPECT_THAT(bytes, ::testing::Not(::testing::HasSubstr("NOREN_TEST_SECRET")));
}

TEST_F(Plan, SaysWhichSecretCannotBeHad) {
    const auto made = plan();
    ASSERT_FALSE(made);
    EXPECT_THAT(settings::to_string(made.error()), ::testing::HasSubstr("shop.yaml:2:"));
}

}  // namespace
}  // namespace noren::host
