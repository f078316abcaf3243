#include <noren/carrier.hpp>
#include <noren/testing.hpp>

#include <gtest/gtest.h>

#include <limits>

using namespace noren;
using namespace noren::testing;

namespace {

using Entries = std::vector<std::pair<std::string, wire::SettingT>>;

wire::SettingsT courier(Entries entries) {
    entries.insert(
        entries.end(),
        {{"name", text("Courier")}, {"packing", weight(0)}, {"days", map({{"from", integer(1)}, {"to", integer(3)}})}});
    return settings(map(std::move(entries)), "carriers.domestic_courier");
}

wire::SettingsT by_size() {
    const auto size = [](std::int64_t mm, std::int64_t grams, std::int64_t yen) {
        return map({{"sides", length(mm)}, {"weight", weight(grams)}, {"fee", money(yen, "JPY")}});
    };
    return courier(
        {{"sizes", list({size(600, 2000, 940), size(800, 5000, 1230)})},
         {"regions",
          list({map({{"named", texts({"Okinawa", "沖縄県"})}, {"extra", money(600, "JPY")}, {"served", boolean(true)}}),
                map({{"named", texts({"Ogasawara"})}, {"served", boolean(false)}})})}});
}

QuotesRequestT parcel(std::int64_t grams, std::string region = "Tokyo") {
    QuotesRequestT request;
    request.origin_country = "JP";
    request.currency = "JPY";
    request.destination = std::make_unique<wire::DestinationT>();
    request.destination->country = "JP";
    request.destination->region = std::move(region);
    auto& line = request.lines.emplace_back();
    line.quantity = 1;
    line.weight_g = grams;
    line.unit_price = wire_money(Money{9800, JPY});
    return request;
}

std::int64_t yen(PluginUnderTest& plugin, const QuotesRequestT& request) {
    return plugin.quotes(request).quotes.at(0).price->minor;
}
ReasonT refusal(PluginUnderTest& plugin, const QuotesRequestT& request) {
    const auto answer = plugin.quotes(request);
    EXPECT_TRUE(answer.quotes.empty());
    return answer.refused.at(0).reasons.at(0);
}

TEST(DomesticCourier, TakesOneFeeForAnOrderHoweverLarge) {
    PluginUnderTest plugin(courier({{"fee", money(500, "JPY")}}));
    auto request = parcel(500);
    EXPECT_EQ(yen(plugin, request), 500);
    request.lines[0].quantity = 99;
    request.lines.push_back(request.lines[0]);
    EXPECT_EQ(yen(plugin, request), 500);
    request.lines[0].weight_g = 0;
    EXPECT_EQ(yen(plugin, request), 500) << "a flat fee asks for no weight";
}

TEST(DomesticCourier, OffersOneServiceSoThatTheCustomerCannotChooseWhoDrives) {
    PluginUnderTest plugin(courier({{"fee", money(500, "JPY")}}));
    const auto quotes = plugin.quotes(parcel(500)).quotes;
    ASSERT_EQ(quotes.size(), 1u);
    EXPECT_EQ(quotes[0].service, "courier");
}

TEST(DomesticCourier, DoesNotLeaveTheCountry) {
    PluginUnderTest plugin(courier({{"fee", money(500, "JPY")}}));
    auto request = parcel(500);
    request.destination->country = "US";
    EXPECT_EQ(refusal(plugin, request).code, "not_served");
    request.destination->country = "";
    EXPECT_EQ(refusal(plugin, request).code, "not_served");
}

TEST(DomesticCourier, ChargesTheSmallestSizeThatTakesWeightAndSides) {
    PluginUnderTest plugin(by_size());
    EXPECT_EQ(yen(plugin, parcel(2000)), 940);
    EXPECT_EQ(yen(plugin, parcel(2001)), 1230);
    EXPECT_EQ(yen(plugin, parcel(5000)), 1230);
    EXPECT_EQ(refusal(plugin, parcel(5001)).code, "too_large");
    auto request = parcel(100);
    request.lines[0].length_mm = 400;
    request.lines[0].width_mm = 100;
    request.lines[0].height_mm = 100;
    EXPECT_EQ(yen(plugin, request), 940);
    request.lines[0].height_mm = 101;
    EXPECT_EQ(yen(plugin, request), 1230);
    request.lines[0].height_mm = 301;
    EXPECT_EQ(refusal(plugin, request).path, "carriers.domestic_courier.sizes");
}

TEST(DomesticCourier, IsDearerInSomeRegionsAndGoesNotToOthers) {
    PluginUnderTest plugin(by_size());
    EXPECT_EQ(yen(plugin, parcel(500, "okinawa")), 1540);
    EXPECT_EQ(yen(plugin, parcel(500, "沖縄県")), 1540);
    EXPECT_EQ(yen(plugin, parcel(500, "")), 940);
    EXPECT_EQ(refusal(plugin, parcel(500, "Ogasawara")).path, "carriers.domestic_courier.regions[1]");
}

TEST(DomesticCourier, AddsThePackingToTheWeight) {
    auto wanted = by_size();
    for (auto& entry : wanted.root->items) {
        if (entry.key == "packing") entry.integer = 200;
    }
    PluginUnderTest plugin(wanted);
    EXPECT_EQ(yen(plugin, parcel(1800)), 940);
    EXPECT_EQ(yen(plugin, parcel(1801)), 1230);
}

TEST(DomesticCourier, SendsFreeFromAnAmountWhereTheShopSaysSo) {
    PluginUnderTest plugin(courier({{"fee", money(500, "JPY")}, {"free_from", money(19600, "JPY")}}));
    auto request = parcel(500);
    EXPECT_EQ(yen(plugin, request), 500);
    request.lines[0].quantity = 2;
    EXPECT_EQ(yen(plugin, request), 0);
    request.lines[0].unit_price = wire_money(Money{9800, USD});
    EXPECT_EQ(yen(plugin, request), 500);
}

TEST(DomesticCourier, CannotBeOverflown) {
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    PluginUnderTest plugin(by_size());
    EXPECT_EQ(refusal(plugin, parcel(most)).code, "too_large");
    EXPECT_EQ(refusal(plugin, parcel(-1)).code, "unknown_weight");
    auto request = parcel(100);
    request.lines[0].length_mm = request.lines[0].width_mm = request.lines[0].height_mm = most;
    EXPECT_EQ(refusal(plugin, request).code, "too_large");
    request.lines[0].quantity = 0;
    EXPECT_EQ(refusal(plugin, request).code, "nothing_to_ship");
}

TEST(DomesticCourier, WantsAFeeOrSizesAndNotBoth) {
    EXPECT_THROW(PluginUnderTest{courier({})}, RefusedToOpen);
    auto both = by_size();
    both.root->items.push_back(map({{"fee", money(1, "JPY")}}).items.at(0));
    EXPECT_THROW(PluginUnderTest{both}, RefusedToOpen);
}

}  // namespace
