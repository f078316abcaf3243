#include "settings/literals.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include "settings/fault.hpp"

namespace noren::settings {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool all_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

std::optional<std::int64_t> digits(std::string_view text, std::size_t most = 18) {
    if (!all_digits(text) || text.size() > most) return std::nullopt;
    std::int64_t value = 0;
    for (const char c : text) value = value * 10 + (c - '0');
    return value;
}

// Digits without a leading zero.
std::optional<std::int64_t> count(std::string_view text, std::size_t most = 18) {
    if (text.size() > 1 && text.front() == '0') return std::nullopt;
    return digits(text, most);
}

// "1.5" with three places: 1500. At most 12 digits before the point.
std::optional<std::int64_t> decimal_in(std::string_view text, std::size_t places) {
    const auto point = text.find('.');
    const auto whole = count(text.substr(0, point), 12);
    if (!whole) return std::nullopt;
    std::string fraction;
    if (point != std::string_view::npos) {
        fraction = text.substr(point + 1);
        if (!all_digits(fraction) || fraction.size() > places) return std::nullopt;
    }
    fraction.resize(places, '0');
    std::int64_t value = *whole;
    for (const char c : fraction) value = value * 10 + (c - '0');
    return value;
}

struct Amount {
    std::string_view number;
    std::string_view unit;
};
// "2 kg": a number, one blank, a unit.
std::optional<Amount> amount_of(std::string_view text) {
    const auto blank = text.find(' ');
    if (blank == std::string_view::npos) return std::nullopt;
    return Amount{text.substr(0, blank), text.substr(blank + 1)};
}

std::string in_decimal(std::int64_t value, std::int64_t per_unit) {
    std::string text = std::to_string(value / per_unit);
    auto rest = value % per_unit;
    if (rest == 0) return text;
    text += '.';
    for (auto digit = per_unit / 10; rest != 0; digit /= 10) {
        text += static_cast<char>('0' + rest / digit);
        rest %= digit;
    }
    return text;
}

// ISO 3166-1 alpha-2.
constexpr auto country_codes = std::to_array<std::string_view>(
    {"AD", "AE", "AF", "AG", "AI", "AL", "AM", "AO", "AQ", "AR", "AS", "AT", "AU", "AW", "AX", "AZ", "BA", "BB",
     "BD", "BE", "BF", "BG", "BH", "BI", "BJ", "BL", "BM", "BN", "BO", "BQ", "BR", "BS", "BT", "BV", "BW", "BY",
     "BZ", "CA", "CC", "CD", "CF", "CG", "CH", "CI", "CK", "CL", "CM", "CN", "CO", "CR", "CU", "CV", "CW", "CX",
     "CY", "CZ", "DE", "DJ", "DK", "DM", "DO", "DZ", "EC", "EE", "EG", "EH", "ER", "ES", "ET", "FI", "FJ", "FK",
     "FM", "FO", "FR", "GA", "GB", "GD", "GE", "GF", "GG", "GH", "GI", "GL", "GM", "GN", "GP", "GQ", "GR", "GS",
     "GT", "GU", "GW", "GY", "HK", "HM", "HN", "HR", "HT", "HU", "ID", "IE", "IL", "IM", "IN", "IO", "IQ", "IR",
     "IS", "IT", "JE", "JM", "JO", "JP", "KE", "KG", "KH", "KI", "KM", "KN", "KP", "KR", "KW", "KY", "KZ", "LA",
     "LB", "LC", "LI", "LK", "LR", "LS", "LT", "LU", "LV", "LY", "MA", "MC", "MD", "ME", "MF", "MG", "MH", "MK",
     "ML", "MM", "MN", "MO", "MP", "MQ", "MR", "MS", "MT", "MU", "MV", "MW", "MX", "MY", "MZ", "NA", "NC", "NE",
     "NF", "NG", "NI", "NL", "NO", "NP", "NR", "NU", "NZ", "OM", "PA", "PE", "PF", "PG", "PH", "PK", "PL", "PM",
     "PN", "PR", "PS", "PT", "PW", "PY", "QA", "RE", "RO", "RS", "RU", "RW", "SA", "SB", "SC", "SD", "SE", "SG",
     "SH", "SI", "SJ", "SK", "SL", "SM", "SN", "SO", "SR", "SS", "ST", "SV", "SX", "SY", "SZ", "TC", "TD", "TF",
     "TG", "TH", "TJ", "TK", "TL", "TM", "TN", "TO", "TR", "TT", "TV", "TW", "TZ", "UA", "UG", "UM", "US", "UY",
     "UZ", "VA", "VC", "VE", "VG", "VI", "VN", "VU", "WF", "WS", "YE", "YT", "ZA", "ZM", "ZW"});
static_assert(std::is_sorted(country_codes.begin(), country_codes.end()) && country_codes.size() == 249);

std::string upper(std::string_view text) {
    std::string out(text);
    for (auto& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
    return out;
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (auto& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    return out;
}

std::string without_separators(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c != '_' && c != ',' && c != '\'' && c != ' ') out += c;
    }
    return out;
}

bool is_host(std::string_view host) {
    if (host.starts_with('[')) {
        return host.size() > 4 && host.ends_with(']') &&
               host.substr(1, host.size() - 2).find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
    }
    if (host.empty() || host.size() > 253 || host.front() == '.' || host.back() == '.' || host.front() == '-')
        return false;
    return host.find("..") == std::string_view::npos && std::all_of(host.begin(), host.end(), [](char c) {
               return is_letter(c) || is_digit(c) || c == '-' || c == '.';
           });
}

}  // namespace

std::optional<bool> boolean_from(std::string_view text) {
    if (text == "true") return true;
    if (text == "false") return false;
    return std::nullopt;
}

std::optional<std::int64_t> integer_from(std::string_view text) {
    const bool negative = text.starts_with('-');
    const auto value = count(negative ? text.substr(1) : text);
    if (!value || (negative && *value == 0)) return std::nullopt;
    return negative ? -*value : *value;
}

std::optional<Money> money_from(std::string_view text) {
    const auto amount = amount_of(text);
    if (!amount) return std::nullopt;
    const auto currency = Currency::from_code(amount->unit);
    if (!currency) return std::nullopt;
    const auto number = amount->number.starts_with('-') ? amount->number.substr(1) : amount->number;
    if (number.size() > 1 && number[0] == '0' && number[1] != '.') return std::nullopt;
    return money_from_decimal(amount->number, *currency);
}

std::optional<Span> span_from(std::string_view text) {
    constexpr std::int64_t most_days = 36'525;  // 100 years
    const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
    const auto number = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    const auto unit = text.substr(number.size());
    const auto value = count(number, 10);
    if (!value) return std::nullopt;
    const auto seconds = [&](std::int64_t each) -> std::optional<Span> {
        if (*value * each > most_days * 86'400) return std::nullopt;
        return Span{*value * each, Span::Unit::seconds};
    };
    if (unit == "s") return seconds(1);
    if (unit == "m") return seconds(60);
    if (unit == "h") return seconds(3600);
    if (*value > most_days) return std::nullopt;
    if (unit == "d") return Span{*value, Span::Unit::days};
    if (unit == "bd") return Span{*value, Span::Unit::business_days};
    return std::nullopt;
}

std::optional<Grams> weight_from(std::string_view text) {
    const auto amount = amount_of(text);
    if (!amount) return std::nullopt;
    std::optional<std::int64_t> grams;
    if (amount->unit == "g") grams = count(amount->number, 15);
    if (amount->unit == "kg") grams = decimal_in(amount->number, 3);
    return grams ? std::optional(Grams{*grams}) : std::nullopt;
}

std::optional<Millimetres> length_from(std::string_view text) {
    const auto amount = amount_of(text);
    if (!amount) return std::nullopt;
    std::optional<std::int64_t> millimetres;
    if (amount->unit == "mm") millimetres = count(amount->number, 15);
    if (amount->unit == "cm") millimetres = decimal_in(amount->number, 1);
    if (amount->unit == "m") millimetres = decimal_in(amount->number, 3);
    return millimetres ? std::optional(Millimetres{*millimetres}) : std::nullopt;
}

std::optional<Date> date_from(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const auto year = digits(text.substr(0, 4));
    const auto month = digits(text.substr(5, 2));
    const auto day = digits(text.substr(8, 2));
    if (!year || !month || !day || *year < 1900 || *year > 2999) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok()) return std::nullopt;
    return Date{static_cast<std::int32_t>(std::chrono::sys_days(date).time_since_epoch().count())};
}

std::optional<TimeOfDay> time_of_day_from(std::string_view text) {
    if (text.size() != 5 || text[2] != ':') return std::nullopt;
    const auto hours = digits(text.substr(0, 2));
    const auto minutes = digits(text.substr(3));
    if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
    return TimeOfDay{static_cast<std::int32_t>(*hours * 60 + *minutes)};
}

std::string to_string(Span span) {
    switch (span.unit) {
        case Span::Unit::days: return std::to_string(span.count) + "d";
        case Span::Unit::business_days: return std::to_string(span.count) + "bd";
        case Span::Unit::seconds: break;
    }
    if (span.count != 0 && span.count % 3600 == 0) return std::to_string(span.count / 3600) + "h";
    if (span.count != 0 && span.count % 60 == 0) return std::to_string(span.count / 60) + "m";
    return std::to_string(span.count) + "s";
}

std::string to_string(Grams weight) {
    return weight.count() < 1000 ? std::to_string(weight.count()) + " g" : in_decimal(weight.count(), 1000) + " kg";
}

std::string to_string(Millimetres length) {
    return length.count() < 10 ? std::to_string(length.count()) + " mm" : in_decimal(length.count(), 10) + " cm";
}

std::string to_string(Date date) {
    const std::chrono::year_month_day day{std::chrono::sys_days(std::chrono::days(date.days))};
    char text[16];
    std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                  static_cast<unsigned>(day.day()));
    return text;
}

std::string to_string(TimeOfDay time) {
    char text[16];
    std::snprintf(text, sizeof text, "%02d:%02d", time.minutes / 60, time.minutes % 60);
    return text;
}

bool is_country(std::string_view code) {
    return std::binary_search(country_codes.begin(), country_codes.end(), code);
}
std::span<const std::string_view> countries() {
    return country_codes;
}

bool is_url(std::string_view text) {
    if (text.size() > 2000) return false;
    if (text.starts_with("https://")) {
        text.remove_prefix(8);
    } else if (text.starts_with("http://")) {
        text.remove_prefix(7);
    } else {
        return false;
    }
    if (text.find_first_of("@?#\\") != std::string_view::npos) return false;
    if (std::any_of(text.begin(), text.end(), [](char c) { return c <= 0x20 || c == 0x7F; })) return false;
    auto authority = text.substr(0, text.find('/'));
    const auto colon = authority.rfind(':');
    if (colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos) {
        const auto port = count(authority.substr(colon + 1), 5);
        if (!port || *port < 1 || *port > 65535) return false;
        authority = authority.substr(0, colon);
    }
    return is_host(authority);
}

std::string meant_as_boolean(std::string_view text) {
    const auto word = lower(text);
    if (word == "yes" || word == "on" || word == "y" || word == "true" || word == "1") return "true";
    if (word == "no" || word == "off" || word == "n" || word == "false" || word == "0") return "false";
    return {};
}

std::string meant_as_integer(std::string_view text) {
    auto plain = without_separators(text);
    if (plain.starts_with('+')) plain.erase(0, 1);
    if (plain.ends_with(".0")) plain.resize(plain.size() - 2);
    return integer_from(plain) ? plain : std::string{};
}

std::string meant_as_money(std::string_view text) {
    std::string number;
    std::string unit;
    for (const char c : text) {
        if (is_digit(c) || c == '.') number += c;
        if (is_letter(c)) unit += c;
    }
    const auto try_text = number + " " + upper(unit);
    if (money_from(try_text)) return try_text;
    if (text.find("\xC2\xA5") != std::string_view::npos && money_from(number + " JPY")) return number + " JPY";
    return {};
}

std::string meant_as_span(std::string_view text) {
    const auto plain = lower(without_separators(text));
    const auto end = static_cast<std::size_t>(std::find_if_not(plain.begin(), plain.end(), is_digit) - plain.begin());
    const auto number = plain.substr(0, end);
    const auto unit = plain.substr(end);
    if (number.empty()) return {};
    const auto with = [&](std::string_view letter) {
        const auto meant = number + std::string(letter);
        return span_from(meant) ? meant : std::string{};
    };
    if (unit.starts_with("bus") || unit == "bd" || unit.starts_with("work")) return with("bd");
    if (unit.starts_with("day") || unit == "d") return with("d");
    if (unit.starts_with("h")) return with("h");
    if (unit.starts_with("min") || unit == "m") return with("m");
    if (unit.starts_with("s")) return with("s");
    if (unit.starts_with("w")) {
        if (const auto weeks = count(number, 6)) return std::to_string(*weeks * 7) + "d";
    }
    return {};
}

std::string meant_as_country(std::string_view text) {
    const auto code = upper(text);
    if (is_country(code)) return code;
    if (code == "UK") return "GB";
    if (code == "JAPAN" || code == "JPN") return "JP";
    if (code == "USA") return "US";
    return {};
}

}  // namespace noren::settings
