// Plugins made with the SDK, by g++ and by clang++ with libc++, under this host in both modes.
#include "host/test_plugins.hpp"

namespace noren::host {
namespace {

class SdkPlugins : public ::testing::TestWithParam<std::tuple<Isolation, const char*>> {};

std::vector<std::uint8_t> flat_rate_settings() {
    wire::SettingsT settings;
    settings.storefront = "a_shop";
    settings.currency = "JPY";
    settings.root = std::make_unique<wire::SettingT>();
    settings.root->kind = wire::SettingKind::Map;
    for (const auto& [key, minor] : {std::pair{"base", 900}, std::pair{"per_kg", 300}}) {
        auto& setting = settings.root->items.emplace_back();
        setting.key = key;
        setting.kind = wire::SettingKind::Money;
        setting.integer = minor;
        setting.text = "JPY";
    }
    noren_fb::FlatBufferBuilder builder;
    builder.Finish(wire::Settings::Pack(builder, &settings));
    return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

TEST_P(SdkPlugins, TheTemplateOfAPluginQuotes) {
    const auto [isolation, folder] = GetParam();
    const std::filesystem::path file = std::filesystem::path(NOREN_BUILD) / folder / "flat_rate.so";
    if (!std::filesystem::exists(file)) GTEST_SKIP() << file << " is not built here";
    const TemporaryFolder cache;
    const SystemClock clock;
    Host host({NOREN_PLUGIN_HOST, cache.path() / "plugins", {}}, clock);
    const auto plugin = host.load(file, {.isolation = isolation});
    ASSERT_TRUE(plugin) << plugin.error().text();
    EXPECT_TRUE((*plugin)->manifest().concurrent);

    const auto refused = (*plugin)->open(plan_of());
    ASSERT_FALSE(refused) << "settings that lack what the plugin needs";
    auto plan = plan_of();
    plan.settings = flat_rate_settings();
    const auto instance = (*plugin)->open(std::move(plan));
    ASSERT_TRUE(instance) << instance.error().message;
    const auto reply =
        (*instance)->call(NOREN_CARRIER_QUOTES, quotes_request(), CallOptions::within(std::chrono::seconds(5)));
    ASSERT_TRUE(reply) << reply.error().message;
    const auto* quotes = (*reply)->answer_as_Quotes();
    ASSERT_NE(quotes, nullptr);
    EXPECT_EQ(quotes->quotes()->Get(0)->price()->minor(), 900 + 5 * 300);  // 4,700 g
}

INSTANTIATE_TEST_SUITE_P(Modes, SdkPlugins,
                         ::testing::Combine(::testing::Values(Isolation::none, Isolation::process),
                                            ::testing::Values("plugins", "plugins-clang")),
                         [](const auto& mode) {
                             return std::string(std::get<0>(mode.param) == Isolation::none ? "InProcess" : "Isolated") +
                                    (std::string(std::get<1>(mode.param)) == "plugins" ? "" : "ByLibcxx");
                         });

}  // namespace
}  // namespace noren::host
