#include <noren/carrier.hpp>
#include <noren/testing.hpp>

#include <gtest/gtest.h>

using namespace noren::testing;

namespace {

noren::QuotesRequestT parcel_of(std::int64_t grams) {
    noren::QuotesRequestT request;
    auto& line = request.lines.emplace_back();
    line.quantity = 1;
    line.weight_g = grams;
    return request;
}

TEST(FlatRate, ChargesTheBaseAndEachStartedKilogram) {
    PluginUnderTest plugin(settings(map({{"base", money(500, "JPY")}, {"per_kg", money(60, "JPY")}})));
    EXPECT_EQ(plugin.quotes(parcel_of(1000)).quotes.at(0).price->minor, 560);
    EXPECT_EQ(plugin.quotes(parcel_of(1001)).quotes.at(0).price->minor, 620);
}

TEST(FlatRate, RefusesWhatItCannotWeigh) {
    PluginUnderTest plugin(settings(map({{"base", money(500, "JPY")}, {"per_kg", money(60, "JPY")}})));
    EXPECT_EQ(plugin.quotes(parcel_of(0)).refused.at(0).reasons.at(0).code, "unknown_weight");
}

}  // namespace
