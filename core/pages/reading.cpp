#include "pages/reading.hpp"

#include <unicode/dtptngen.h>
#include <unicode/locid.h>
#include <unicode/numberformatter.h>
#include <unicode/smpdtfmt.h>
#include <unicode/timezone.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <unordered_map>

namespace noren::pages {
namespace {

void demand(UErrorCode status, const char* what) {
    if (U_FAILURE(status)) throw std::runtime_error(std::string(what) + ": " + u_errorName(status));
}

void append_utf8(std::string& out, const icu::UnicodeString& text) {
    icu::StringByteSink<std::string> sink(&out);
    text.toUTF8(sink);
}

icu::Locale locale_of(const std::string& language) {
    UErrorCode status = U_ZERO_ERROR;
    auto locale = icu::Locale::forLanguageTag(language, status);
    demand(status, "a language that ICU does not know");
    return locale;
}

/// What is dear to make, kept by its name for this thread (ICU's date formats are not for several). Bounded, because
/// names come from configuration that may be reloaded for ever.
template <class Made, class Make>
const Made& kept(const std::string& name, Make&& make) {
    thread_local std::unordered_map<std::string, Made> all;
    const auto found = all.find(name);
    if (found != all.end()) return found->second;
    if (all.size() >= 256) all.clear();
    return all.emplace(name, make()).first->second;
}

const icu::SimpleDateFormat& date_format(const Reading& reading, const char* skeleton) {
    using Made = std::unique_ptr<icu::SimpleDateFormat>;
    return *kept<Made>(reading.language + '\n' + reading.time_zone + '\n' + skeleton, [&] {
        UErrorCode status = U_ZERO_ERROR;
        const auto locale = locale_of(reading.language);
        const std::unique_ptr<icu::DateTimePatternGenerator> patterns(
            icu::DateTimePatternGenerator::createInstance(locale, status));
        demand(status, "no date patterns");
        auto format =
            std::make_unique<icu::SimpleDateFormat>(patterns->getBestPattern(skeleton, status), locale, status);
        demand(status, "no date format");
        std::unique_ptr<icu::TimeZone> zone(
            icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(reading.time_zone)));
        if (*zone == icu::TimeZone::getUnknown()) {
            throw std::runtime_error("a time zone that ICU does not know: " + reading.time_zone);
        }
        format->adoptTimeZone(zone.release());
        return format;
    });
}

void append_formatted(std::string& out, const Reading& reading, const char* skeleton, double unix_ms) {
    icu::UnicodeString text;
    date_format(reading, skeleton).format(unix_ms, text);
    append_utf8(out, text);
}

double unix_ms_of(std::chrono::sys_days day) {
    return static_cast<double>(std::chrono::duration_cast<std::chrono::milliseconds>(day.time_since_epoch()).count());
}

Reading in_utc(const Reading& reading) {
    return {reading.language, "UTC"};
}

void append_padded(std::string& out, int number, std::size_t digits) {
    const auto text = std::to_string(number);
    if (text.size() < digits) out.append(digits - text.size(), '0');
    out += text;
}

void append_iso_day(std::string& out, std::chrono::sys_days day) {
    const std::chrono::year_month_day date(day);
    append_padded(out, static_cast<int>(date.year()), 4);
    out += '-';
    append_padded(out, static_cast<int>(static_cast<unsigned>(date.month())), 2);
    out += '-';
    append_padded(out, static_cast<int>(static_cast<unsigned>(date.day())), 2);
}

std::chrono::sys_days day_of(Date date) {
    return std::chrono::sys_days(std::chrono::days(date.days));
}

}  // namespace

void append_money(std::string& out, Money money, const Reading& reading) {
    const auto code = money.currency().code();
    const auto& format = kept<icu::number::LocalizedNumberFormatter>(reading.language + '\n' + code, [&] {
        UErrorCode status = U_ZERO_ERROR;
        const icu::CurrencyUnit unit(icu::StringPiece(code), status);
        demand(status, "no such currency");
        const int digits = std::max(0, money.currency().minor_digits());  // no currency at all reads ¤0
        return icu::number::NumberFormatter::withLocale(locale_of(reading.language))
            .unit(unit)
            .precision(icu::number::Precision::fixedFraction(digits))
            .scale(icu::number::Scale::powerOfTen(-digits));
    });
    UErrorCode status = U_ZERO_ERROR;
    append_utf8(out, format.formatInt(money.minor(), status).toString(status));
    demand(status, "money could not be written");
}

void append_number(std::string& out, std::int64_t number, const Reading& reading) {
    const auto& format = kept<icu::number::LocalizedNumberFormatter>(
        reading.language, [&] { return icu::number::NumberFormatter::withLocale(locale_of(reading.language)); });
    UErrorCode status = U_ZERO_ERROR;
    append_utf8(out, format.formatInt(number, status).toString(status));
    demand(status, "a number could not be written");
}

void append_date(std::string& out, Date date, const Reading& reading) {
    append_formatted(out, in_utc(reading), "yMMMEd", unix_ms_of(day_of(date)));
}

void append_instant(std::string& out, Instant instant, const Reading& reading) {
    const auto ms = us_of(instant) / 1000;
    append_formatted(out, reading, "yMMMdjmz", static_cast<double>(ms));
}

std::string month_name(int year, unsigned month, const Reading& reading) {
    std::string out;
    append_formatted(out, in_utc(reading), "yMMMM",
                     unix_ms_of(std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(1)));
    return out;
}

std::string weekday_name(unsigned weekday, const Reading& reading) {
    constexpr std::chrono::sys_days a_sunday = std::chrono::year(2017) / std::chrono::July / 2;
    std::string out;
    append_formatted(out, in_utc(reading), "ccc", unix_ms_of(a_sunday + std::chrono::days(weekday)));
    return out;
}

std::string country_name(const std::string& code, const Reading& reading) {
    icu::UnicodeString name;
    icu::Locale("", code.c_str()).getDisplayCountry(locale_of(reading.language), name);
    std::string out;
    append_utf8(out, name);
    return out.empty() ? code : out;
}

void append_iso_date(std::string& out, Date date) {
    append_iso_day(out, day_of(date));
}

void append_iso_instant(std::string& out, Instant instant) {
    const auto day = std::chrono::floor<std::chrono::days>(instant);
    const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(instant - day));
    append_iso_day(out, day);
    out += 'T';
    append_padded(out, static_cast<int>(time.hours().count()), 2);
    out += ':';
    append_padded(out, static_cast<int>(time.minutes().count()), 2);
    out += ':';
    append_padded(out, static_cast<int>(time.seconds().count()), 2);
    out += 'Z';
}

}  // namespace noren::pages
