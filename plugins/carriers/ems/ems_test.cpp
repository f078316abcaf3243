#include <noren/carrier.hpp>
#include <noren/testing.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <sstream>

#include "ems_data.hpp"
#include "tariff.hpp"

using namespace noren;
using namespace noren::testing;

namespace {

constexpr auto most = std::numeric_limits<std::int64_t>::max();

wire::SettingsT ems_settings(std::string tariff = "2016-06", std::int64_t packing_g = 0,
                             bool accept_unverified = false) {
    return settings(map({{"tariff", text(std::move(tariff))},
                         {"packing", weight(packing_g)},
                         {"accept_unverified", boolean(accept_unverified)}}),
                    "carriers.ems");
}

QuotesRequestT parcel(std::string country, std::int64_t grams, std::int32_t quantity = 1) {
    QuotesRequestT request;
    request.origin_country = "JP";
    request.currency = "JPY";
    request.destination = std::make_unique<wire::DestinationT>();
    request.destination->country = std::move(country);
    auto& line = request.lines.emplace_back();
    line.quantity = quantity;
    line.weight_g = grams;
    return request;
}

QuotesRequestT sized(std::int64_t length, std::int64_t width, std::int64_t height) {
    auto request = parcel("US", 500);
    request.lines[0].length_mm = length;
    request.lines[0].width_mm = width;
    request.lines[0].height_mm = height;
    return request;
}

struct Ems : ::testing::Test {
    PluginUnderTest plugin{ems_settings()};

    std::int64_t yen(const QuotesRequestT& request) { return plugin.quotes(request).quotes.at(0).price->minor; }
    ReasonT refusal(const QuotesRequestT& request) {
        const auto answer = plugin.quotes(request);
        EXPECT_TRUE(answer.quotes.empty());
        return answer.refused.at(0).reasons.at(0);
    }
};

struct Row {
    std::string zone;
    std::int64_t up_to_g;
    std::int64_t jpy;
};

std::vector<Row> rows_of(const std::string& tariff) {
    std::vector<Row> rows;
    std::istringstream file{std::string{data::ems_rates_csv}};
    for (std::string line; std::getline(file, line);) {
        std::istringstream fields(line);
        std::string name, zone, up_to, jpy;
        std::getline(fields, name, ',') && std::getline(fields, zone, ',') && std::getline(fields, up_to, ',') &&
            std::getline(fields, jpy, ',');
        if (name == tariff) rows.push_back({zone, std::stoll(up_to), std::stoll(jpy)});
    }
    return rows;
}

TEST_F(Ems, ChargesEveryRowOfTheTariffAtItsWeightAndTheNextRowAboveIt) {
    const std::map<std::string, std::string> country_of{{"1", "CN"}, {"2-1", "US"}, {"2-2", "DE"}, {"3", "BR"}};
    const auto rows = rows_of("2016-06");
    ASSERT_EQ(rows.size(), 4u * 42u);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto& row = rows[i];
        const auto& country = country_of.at(row.zone);
        EXPECT_EQ(yen(parcel(country, row.up_to_g)), row.jpy) << row.zone << " at " << row.up_to_g;
        EXPECT_EQ(yen(parcel(country, row.up_to_g - 1)), row.jpy) << row.zone << " below " << row.up_to_g;
        if (row.up_to_g == 30000) {
            EXPECT_EQ(refusal(parcel(country, 30001)).code, "too_heavy");
        } else {
            EXPECT_EQ(yen(parcel(country, row.up_to_g + 1)), rows[i + 1].jpy) << row.zone << " above " << row.up_to_g;
        }
    }
}

// From the published list, not from the data file.
TEST_F(Ems, AgreesWithThePublishedAnchors) {
    const std::map<std::string, std::vector<std::int64_t>> published{{"KR", {1400, 2100, 3300, 6300, 10500, 26500}},
                                                                     {"US", {2000, 2900, 4500, 8700, 14500, 36500}},
                                                                     {"FR", {2200, 3200, 5000, 9800, 16600, 42600}},
                                                                     {"ZA", {2400, 4100, 7300, 16300, 27700, 69700}}};
    const std::vector<std::int64_t> grams{500, 1000, 2000, 5000, 10000, 30000};
    for (const auto& [country, prices] : published) {
        for (std::size_t i = 0; i < grams.size(); ++i) EXPECT_EQ(yen(parcel(country, grams[i])), prices[i]) << country;
    }
}

TEST_F(Ems, NamesTheRowThatAPriceComesFrom) {
    const auto offered = plugin.quotes(parcel("US", 1001)).quotes.at(0);
    EXPECT_EQ(offered.source, "Japan Post EMS tariff 2016-06, zone 2-1, up to 1250 g");
    EXPECT_EQ(offered.price->currency, "JPY");
    EXPECT_TRUE(offered.tracked);
    EXPECT_EQ(offered.limits->weight_g, 30000);
}

TEST_F(Ems, AddsPackingToTheSumOfAllLines) {
    auto request = parcel("US", 400, 2);
    auto& second = request.lines.emplace_back();
    second.quantity = 1;
    second.weight_g = 200;
    EXPECT_EQ(yen(request), 2900);
    request.packing_g = 1;
    EXPECT_EQ(yen(request), 3300);
    request.packing_g = 0;
    PluginUnderTest packing(ems_settings("2016-06", 200));
    EXPECT_EQ(packing.quotes(request).quotes.at(0).price->minor, 3300);
}

TEST_F(Ems, ChargesByTheTariffThatTheShopChose) {
    PluginUnderTest later(ems_settings("2022-06"));
    EXPECT_EQ(later.quotes(parcel("US", 500)).quotes.at(0).source,
              "Japan Post EMS tariff 2022-06, zone 4, up to 500 g");
    EXPECT_EQ(later.quotes(parcel("US", 500)).quotes.at(0).price->minor, 3900);
}

TEST_F(Ems, ServesNoCountryThatItsTariffDoesNotList) {
    for (const auto* country : {"JP", "ZZ", "", "us", "USA", "\xF0\x9F\x8E\x8E"}) {
        EXPECT_EQ(refusal(parcel(country, 500)).code, "not_served") << country;
    }
    EXPECT_EQ(refusal(parcel("ZZ", 500)).path, "carriers.ems.tariff");
}

TEST_F(Ems, SendsFromJapanAndForYenOnly) {
    auto request = parcel("US", 500);
    request.origin_country = "DE";
    EXPECT_EQ(refusal(request).code, "not_served");
    request = parcel("US", 500);
    request.currency = "USD";
    EXPECT_EQ(refusal(request).code, "other_currency");
}

TEST_F(Ems, QuotesWhatOnlyOneSourceGivesOnlyWhenAskedTo) {
    EXPECT_EQ(refusal(parcel("MC", 500)).code, "unverified_rate");
    PluginUnderTest trusting(ems_settings("2016-06", 0, true));
    EXPECT_EQ(trusting.quotes(parcel("MC", 500)).quotes.at(0).price->minor, 2200);
}

TEST_F(Ems, TakesWhatIsJustNotTooLongWhicheverSideIsLongest) {
    EXPECT_EQ(yen(sized(1500, 400, 350)), 2000);
    EXPECT_EQ(yen(sized(350, 1500, 400)), 2000);
    EXPECT_EQ(refusal(sized(350, 1501, 100)).code, "too_long");
    EXPECT_EQ(refusal(sized(1500, 400, 351)).code, "too_long");
    EXPECT_EQ(yen(sized(0, 0, 0)), 2000);
    EXPECT_EQ(refusal(sized(0, 0, 1501)).code, "too_long");
}

TEST_F(Ems, RefusesWhatItCannotWeigh) {
    EXPECT_EQ(refusal(QuotesRequestT{}).code, "nothing_to_ship");
    EXPECT_EQ(refusal(parcel("US", 0)).code, "unknown_weight");
    EXPECT_EQ(refusal(parcel("US", -500)).code, "unknown_weight");
    EXPECT_EQ(refusal(parcel("US", 500, 0)).code, "nothing_to_ship");
    EXPECT_EQ(refusal(parcel("US", 500, -1)).code, "nothing_to_ship");
    auto request = parcel("US", 500);
    request.packing_g = -1;
    EXPECT_EQ(refusal(request).code, "unknown_weight");
    request.packing_g = 0;
    request.lines.emplace_back().quantity = 1;
    EXPECT_EQ(refusal(request).line, 1);
}

TEST_F(Ems, CannotBeOverflown) {
    EXPECT_EQ(refusal(parcel("US", most)).code, "too_heavy");
    EXPECT_EQ(refusal(parcel("US", most, std::numeric_limits<std::int32_t>::max())).code, "too_heavy");
    EXPECT_EQ(refusal(parcel("US", 1, std::numeric_limits<std::int32_t>::max())).code, "too_heavy");
    auto request = parcel("US", 500);
    request.packing_g = most;
    EXPECT_EQ(refusal(request).code, "too_heavy");
    EXPECT_EQ(refusal(sized(most, most, most)).code, "too_long");
    EXPECT_EQ(yen(sized(std::numeric_limits<std::int64_t>::min(), -1, 0)), 2000);
}

TEST_F(Ems, AnswersTenThousandLinesInOneReason) {
    auto request = parcel("US", 3);
    for (int i = 1; i < 10000; ++i) request.lines.push_back(request.lines[0]);
    EXPECT_EQ(yen(request), 36500);
    for (auto& line : request.lines) line.weight_g = 4;
    EXPECT_EQ(refusal(request).code, "too_heavy");
    for (auto& line : request.lines) line.weight_g = 0;
    EXPECT_EQ(plugin.quotes(request).refused.at(0).reasons.size(), 1u);
}

TEST(EmsInForce, ChangesTariffWithTheDayInJapan) {
    constexpr std::int64_t midnight_of_june_1_2022 = 1654009200000000;  // in Tokyo
    constexpr std::int64_t midnight_of_june_1_2016 = 1464706800000000;
    PluginUnderTest by_day(ems_settings("in_force"));
    PluginUnderTest old_one(ems_settings("2016-06"));
    PluginUnderTest new_one(ems_settings("2022-06"));
    const auto yen_of = [](PluginUnderTest& plugin) {
        return plugin.quotes(parcel("US", 500)).quotes.at(0).price->minor;
    };
    ASSERT_NE(yen_of(old_one), yen_of(new_one));
    by_day.context.now_us = midnight_of_june_1_2022 - 1;
    EXPECT_EQ(yen_of(by_day), yen_of(old_one));
    by_day.context.now_us = midnight_of_june_1_2022;
    EXPECT_EQ(yen_of(by_day), yen_of(new_one));
    EXPECT_EQ(by_day.quotes(parcel("US", 500)).quotes.at(0).source.substr(0, 30), "Japan Post EMS tariff 2022-06,");
    by_day.context.now_us = midnight_of_june_1_2016 - 1;
    EXPECT_EQ(by_day.quotes(parcel("US", 500)).refused.at(0).reasons.at(0).code, "no_tariff");
}

TEST(EmsOpening, RefusesATariffThatItDoesNotHold) {
    EXPECT_THROW(PluginUnderTest(ems_settings("1999-01")), RefusedToOpen);
}

TEST(Tariff, NamesTheRowThatIsNotOne) {
    const std::string_view rates = "tariff,zone,up_to_g,jpy,status\na,1,500,1400,sourced\na,1,500,1500,sourced\n";
    try {
        ems::Tariff("a", rates, "");
        FAIL() << "read";
    } catch (const std::runtime_error& fault) {
        EXPECT_STREQ(fault.what(), "ems_rates.csv:3: not a row");
    }
    const std::string_view good = "h\na,1,500,1400,sourced\n";
    EXPECT_THROW(ems::Tariff("a", "h\na,1,500,-1,sourced\n", ""), std::runtime_error);
    EXPECT_THROW(ems::Tariff("a", good, "h\na,US,2,sourced,x\n"), std::runtime_error) << "a zone without prices";
    EXPECT_NO_THROW(ems::Tariff("a", good, "h\na,US,1,sourced,x"));
}

}  // namespace
