// Reading: how money, dates and numbers are written for the one who reads the page.
#pragma once

#include <cstdint>
#include <noren/values/money.hpp>
#include <noren/values/time.hpp>
#include <string>

namespace noren::pages {

/// A language (BCP 47) and a time zone (IANA).
struct Reading {
    std::string language = "en";
    std::string time_zone = "UTC";
};

/// ￥12,800 or $129.99. Appends; formatters are made once a thread.
void append_money(std::string& out, Money money, const Reading& reading);
/// 1,234.
void append_number(std::string& out, std::int64_t number, const Reading& reading);
/// Tue, Jul 3, 2017.
void append_date(std::string& out, Date date, const Reading& reading);
/// Jul 3, 2017, 10:00 AM GMT+9.
void append_instant(std::string& out, Instant instant, const Reading& reading);
/// July 2017, and the short names of the weekdays (0: Sunday).
std::string month_name(int year, unsigned month, const Reading& reading);
std::string weekday_name(unsigned weekday, const Reading& reading);
/// A country's name by its ISO 3166-1 alpha-2 code; the code itself when there is none.
std::string country_name(const std::string& code, const Reading& reading);

/// ISO 8601, for machines: 2017-07-03, 2017-07-03T01:00:00Z.
void append_iso_date(std::string& out, Date date);
void append_iso_instant(std::string& out, Instant instant);

}  // namespace noren::pages
