// How values are written: the one grammar of numbers, money, spans, weights, dates and the like. What a person could
// take for something else (`no`, `010`, `0x1F`, `1_000`, `7 days`) is none of them.
#pragma once

#include <cstdint>
#include <noren/values/money.hpp>
#include <noren/values/time.hpp>
#include <noren/values/units.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace noren::settings {

/// A time of the day, to the minute, in whatever zone its reader says.
struct TimeOfDay {
    std::int32_t minutes = 0;  // since midnight, 0 to 1439
    friend constexpr bool operator==(TimeOfDay a, TimeOfDay b) { return a.minutes == b.minutes; }
    friend constexpr bool operator<(TimeOfDay a, TimeOfDay b) { return a.minutes < b.minutes; }
};

/// Each reads the whole text, or gives nothing.
std::optional<bool> boolean_from(std::string_view text);  // true, false
std::optional<std::int64_t> integer_from(
    std::string_view text);  // 0, 42, -7; no sign +, leading zero, base or separator; 18 digits
std::optional<Money> money_from(std::string_view text);            // 500 JPY, 12.50 EUR
std::optional<Span> span_from(std::string_view text);              // 45s, 30m, 168h, 7d, 7bd; 100 years at most
std::optional<Grams> weight_from(std::string_view text);           // 200 g, 2 kg, 1.5 kg
std::optional<Millimetres> length_from(std::string_view text);     // 900 mm, 90 cm, 1.2 m
std::optional<Date> date_from(std::string_view text);              // 2017-07-31; 1900 to 2999
std::optional<TimeOfDay> time_of_day_from(std::string_view text);  // 09:30

/// The same back, in the shortest form that reads to the same value: 7bd, 168h, 1.5 kg, 2017-07-31.
std::string to_string(Span span);
std::string to_string(Grams weight);
std::string to_string(Millimetres length);
std::string to_string(Date date);
std::string to_string(TimeOfDay time);

/// ISO 3166-1 alpha-2, upper case. As of 2026: 249 codes.
bool is_country(std::string_view code);
std::span<const std::string_view> countries();

/// http:// or https://, a host, perhaps a port and a path; no user, query, fragment or blank.
bool is_url(std::string_view text);

/// How `text` was probably meant: "7d" for "7 days", "500 JPY" for "JPY 500", "true" for "yes"; "" when unknown.
std::string meant_as_boolean(std::string_view text);
std::string meant_as_integer(std::string_view text);
std::string meant_as_money(std::string_view text);
std::string meant_as_span(std::string_view text);
std::string meant_as_country(std::string_view text);

}  // namespace noren::settings
