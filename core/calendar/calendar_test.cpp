#include "calendar/calendar.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "settings/core_schemas.hpp"
#include "settings/yaml.hpp"

namespace noren::calendar {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

Date date(std::string_view text) {
    return settings::date_from(text).value();
}

/// An instant as written in UTC: "2017-07-03 01:00".
Instant utc(std::string_view text) {
    const auto time = settings::time_of_day_from(text.substr(11)).value();
    return Instant{hours(24) * date(text.substr(0, 10)).days + minutes(time.minutes)};
}

std::string text_of(Instant instant) {
    const auto days = std::chrono::floor<std::chrono::days>(instant.time_since_epoch());
    const auto rest = std::chrono::duration_cast<minutes>(instant.time_since_epoch() - days);
    return settings::to_string(Date{static_cast<std::int32_t>(days.count())}) + " " +
           settings::to_string(settings::TimeOfDay{static_cast<std::int32_t>(rest.count())});
}

Span span(std::string_view text) {
    return settings::span_from(text).value();
}

BusinessCalendar in(const std::string& zone) {
    Days days;
    days.zone = zone;
    days.weekend[5] = days.weekend[6] = true;
    return BusinessCalendar(days);
}

BusinessCalendar tokyo() {
    Days days;
    days.zone = "Asia/Tokyo";
    days.weekend[5] = days.weekend[6] = true;
    days.holidays = {date("2017-07-17"), date("2018-01-01")};
    days.closed = {date("2017-12-29")};
    days.open = {date("2017-07-22")};
    days.opens = {600};
    return BusinessCalendar(days);
}

TEST(Calendar, CountsDaysAtTheSameLocalTimeAcrossTheClocksChange) {
    // Berlin, 26 March 2017: 02:00 becomes 03:00.
    EXPECT_EQ(text_of(in("Europe/Berlin").resolve(span("7d"), utc("2017-03-20 11:00"))), "2017-03-27 10:00");
    EXPECT_EQ(text_of(in("Europe/Berlin").resolve(span("168h"), utc("2017-03-20 11:00"))), "2017-03-27 11:00");
    // New York, 5 November 2017: 02:00 becomes 01:00.
    EXPECT_EQ(text_of(in("America/New_York").resolve(span("1d"), utc("2017-11-04 16:00"))), "2017-11-05 17:00");
}

TEST(Calendar, MovesATimeThatTheClocksSkipLater) {
    EXPECT_EQ(text_of(in("Europe/Berlin").resolve(span("1d"), utc("2017-03-25 01:30"))), "2017-03-26 01:30");
    EXPECT_EQ(text_of(in("Europe/Berlin").at(date("2017-03-26"), {150})), "2017-03-26 01:30");     // 03:30 summer time
    EXPECT_EQ(text_of(in("America/New_York").at(date("2017-03-12"), {150})), "2017-03-12 07:30");  // 03:30 summer time
}

TEST(Calendar, TakesTheEarlierOfATimeThatComesTwice) {
    EXPECT_EQ(text_of(in("Europe/Berlin").at(date("2017-10-29"), {150})), "2017-10-29 00:30");
    EXPECT_EQ(text_of(in("America/New_York").at(date("2017-11-05"), {90})), "2017-11-05 05:30");
}

TEST(Calendar, LeavesAnInstantWhereItIsForNoDaysThoughItsLocalTimeComesTwice) {
    const auto second_time = utc("2017-10-29 01:30");
    EXPECT_EQ(in("Europe/Berlin").resolve(span("0d"), second_time), second_time);
}

TEST(Calendar, KnowsTheDateInTheShop) {
    EXPECT_EQ(tokyo().local_date(utc("2017-07-02 14:59")), date("2017-07-02"));
    EXPECT_EQ(tokyo().local_date(utc("2017-07-02 15:00")), date("2017-07-03"));
    EXPECT_EQ(text_of(tokyo().start_of(date("2017-07-03"))), "2017-07-02 15:00");
    EXPECT_EQ(tokyo().local_date(Instant{-seconds(1)}), date("1970-01-01"));
    EXPECT_EQ(in("America/New_York").local_date(Instant{}), date("1969-12-31"));
}

TEST(Calendar, KnowsWeekendsHolidaysAndTheShopsOwnDays) {
    const auto shop = tokyo();
    EXPECT_EQ(shop.kind_of(date("2017-07-14")), Day::Kind::business);
    EXPECT_EQ(shop.kind_of(date("2017-07-15")), Day::Kind::weekend);
    EXPECT_EQ(shop.kind_of(date("2017-07-17")), Day::Kind::holiday);
    EXPECT_EQ(shop.kind_of(date("2017-12-29")), Day::Kind::closed);
    EXPECT_EQ(shop.kind_of(date("2017-07-22")), Day::Kind::business);
}

TEST(Calendar, CountsBusinessDays) {
    const auto shop = tokyo();
    const auto friday = utc("2017-07-14 06:00");  // 15:00 in Tokyo
    EXPECT_EQ(shop.resolve(span("0bd"), friday), friday);
    EXPECT_EQ(text_of(shop.resolve(span("1bd"), friday)), "2017-07-18 06:00");  // over a weekend and a holiday
    const auto saturday = utc("2017-07-15 06:00");
    EXPECT_EQ(text_of(shop.resolve(span("0bd"), saturday)), "2017-07-18 01:00");  // 10:00 in Tokyo
    EXPECT_EQ(text_of(shop.resolve(span("1bd"), saturday)), "2017-07-19 01:00");
}

TEST(Calendar, CountsBusinessDaysOverTheTurnOfTheYearAndTheLeapDay) {
    // Thursday 28 December: Friday is closed, then a weekend, then the holiday of 1 January.
    EXPECT_EQ(text_of(tokyo().resolve(span("2bd"), utc("2017-12-28 03:00"))), "2018-01-03 03:00");
    EXPECT_EQ(text_of(tokyo().resolve(span("1bd"), utc("2016-02-28 03:00"))), "2016-03-01 01:00");
    EXPECT_EQ(text_of(tokyo().resolve(span("366d"), utc("2016-02-29 03:00"))), "2017-03-01 03:00");
}

TEST(Calendar, RefusesSpansThatAreNone) {
    EXPECT_THROW(tokyo().resolve({-1, Span::Unit::days}, Instant{}), std::out_of_range);
    EXPECT_THROW(tokyo().resolve({1'000'000'000, Span::Unit::business_days}, Instant{}), std::out_of_range);
}

TEST(Calendar, ShowsShoppersThisMonthAndTheNext) {
    const auto months = tokyo().shown_at(utc("2017-12-31 14:00"));
    EXPECT_EQ(months[0].month, 12);
    EXPECT_EQ(months[1].year, 2018);
    EXPECT_EQ(months[1].days.size(), 31U);
    EXPECT_EQ(months[1].first_weekday, 0);
    EXPECT_EQ(months[1].days[0].kind, Day::Kind::holiday);
    EXPECT_EQ(tokyo().shown_at(utc("2017-12-31 15:00"))[0].month, 1);
}

/// A storefront's settings, as far as a calendar needs them.
settings::Faults faults_of(std::string_view zone, std::string_view section) {
    const auto tree =
        settings::parse("time_zone: " + std::string(zone) + "\ncalendar: " + std::string(section) + "\n", "shop.yaml")
            .value();
    const auto calendar = BusinessCalendar::of({tree.get(), settings::storefront_schema().get(), ""});
    return calendar ? settings::Faults{} : calendar.error();
}

TEST(Calendar, IsReadFromSettings) {
    const auto tree =
        settings::parse("time_zone: Asia/Tokyo\ncalendar: {weekend: [sun], opens: \"10:00\", holidays: [2017-07-17]}\n",
                        "shop.yaml")
            .value();
    const auto shop = BusinessCalendar::of({tree.get(), settings::storefront_schema().get(), ""});
    ASSERT_TRUE(shop);
    EXPECT_TRUE(shop->is_business_day(date("2017-07-15")));
    EXPECT_FALSE(shop->is_business_day(date("2017-07-16")));
    EXPECT_FALSE(shop->is_business_day(date("2017-07-17")));
    EXPECT_EQ(text_of(shop->opening_of(date("2017-07-15"))), "2017-07-15 01:00");
}

TEST(Calendar, TellsAnUnknownZoneAndClosingBeforeOpening) {
    EXPECT_EQ(to_string(faults_of("Asia/Tokio", "{opens: \"10:00\", closes: \"09:00\"}")),
              "shop.yaml:1:12: time_zone: found `Asia/Tokio`, expected a time zone such as Asia/Tokyo; did you mean "
              "`Asia/Tokyo`?\n"
              "shop.yaml:2:36: calendar.closes: found `09:00`, expected a time after `opens`, 10:00\n");
    EXPECT_EQ(to_string(faults_of("UTC", "{}")), "");
}

}  // namespace
}  // namespace noren::calendar
