#include "customers/text_fields.hpp"

#include <unicode/bytestream.h>
#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/uloc.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>
#include <unordered_set>

#include "customers/common_passwords.hpp"

namespace noren::customers {
namespace {

constexpr std::size_t largest_field_bytes = 64 * 1024;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

/// Calls `take(code point)`; false when a byte is no UTF-8 or `take` says so.
template <class Take>
bool each_character(std::string_view text, Take&& take) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    const auto size = static_cast<std::int32_t>(text.size());
    for (std::int32_t at = 0; at < size;) {
        UChar32 character = 0;
        U8_NEXT(bytes, at, size, character);
        if (character < 0 || !take(character)) return false;
    }
    return true;
}

bool overrides_direction(UChar32 character) {
    return (character >= 0x202a && character <= 0x202e) || (character >= 0x2066 && character <= 0x2069);
}

/// The number of characters, or nothing when one of them is not text.
std::optional<std::size_t> length_of(std::string_view text, std::string_view allowed_controls) {
    std::size_t length = 0;
    const bool clean = each_character(text, [&](UChar32 character) {
        ++length;
        const auto type = u_charType(character);
        if (type == U_CONTROL_CHAR) {
            return character < 0x80 && allowed_controls.find(static_cast<char>(character)) != std::string_view::npos;
        }
        return type != U_UNASSIGNED && type != U_SURROGATE && type != U_LINE_SEPARATOR &&
               type != U_PARAGRAPH_SEPARATOR && !overrides_direction(character);
    });
    if (!clean) return std::nullopt;
    return length;
}

const icu::Normalizer2& normaliser(const icu::Normalizer2* (*get)(UErrorCode&)) {
    UErrorCode status = U_ZERO_ERROR;
    const auto* found = get(status);
    if (U_FAILURE(status) || !found) throw std::runtime_error("ICU has no normalisation data");
    return *found;
}

std::string normalised(const icu::Normalizer2& form, std::string_view text) {
    std::string out;
    icu::StringByteSink<std::string> sink(&out);
    UErrorCode status = U_ZERO_ERROR;
    form.normalizeUTF8(0, icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())), sink, nullptr, status);
    if (U_FAILURE(status)) throw std::runtime_error("ICU could not normalise a text");
    return out;
}

bool passes_luhn(std::string_view digits) {
    int sum = 0;
    bool doubled = false;
    for (auto at = digits.rbegin(); at != digits.rend(); ++at, doubled = !doubled) {
        const int digit = *at - '0';
        sum += !doubled ? digit : digit > 4 ? 2 * digit - 9 : 2 * digit;
    }
    return sum % 10 == 0;
}

/// Whether cards of this length are issued under this first digit (ISO/IEC 7812-1; the issuers' own lengths): 2 and 5
/// Mastercard, 3 Diners Club, American Express and JCB, 4 Visa, 6 Discover and UnionPay. Maestro's rarer lengths are
/// left out.
bool is_issued(std::string_view digits) {
    const auto count = digits.size();
    switch (digits.front()) {
        case '2':
        case '5': return count == 16;
        case '3': return count >= 14;
        case '4': return count == 13 || count == 16 || count == 19;
        case '6': return count >= 16;
        default: return false;
    }
}

/// `text` with the digits hidden, but the last four, of every run that `is_card`; see without_card_numbers().
template <class IsCard>
std::string masked(std::string_view text, IsCard&& is_card) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        if (!is_digit(text[at])) {
            out += text[at++];
            continue;
        }
        std::string digits;
        std::vector<std::size_t> bounds{0};  // where groups of digits begin and end, counted in digits
        std::size_t end = at;
        while (end < text.size()) {
            const bool joins =
                (text[end] == ' ' || text[end] == '-') && end + 1 < text.size() && is_digit(text[end + 1]);
            if (!is_digit(text[end]) && !joins) break;
            if (joins) bounds.push_back(digits.size());
            if (is_digit(text[end])) digits += text[end];
            ++end;
        }
        bounds.push_back(digits.size());
        // A card number may stand beside an expiry date or another one: any row of whole groups may be it.
        std::vector<bool> hidden(digits.size());
        for (std::size_t first = 0; first + 1 < bounds.size(); ++first) {
            for (auto last = first + 1; last < bounds.size(); ++last) {
                const auto count = bounds[last] - bounds[first];
                if (count < 13 || count > 19) continue;
                const auto number = std::string_view(digits).substr(bounds[first], count);
                if (!passes_luhn(number) || !is_card(number)) continue;
                std::fill_n(hidden.begin() + static_cast<std::ptrdiff_t>(bounds[first]), count - 4, true);
            }
        }
        for (std::size_t seen = 0; at < end; ++at) out += is_digit(text[at]) && hidden[seen++] ? '*' : text[at];
        at = end;
    }
    return out;
}

/// A refusal stops a customer, so it takes more than a chance: a phone number in an e-mail address is no card.
bool holds_card_number(std::string_view text) {
    return masked(text, is_issued) != text;
}

bool is_label(std::string_view label) {
    return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
           std::all_of(label.begin(), label.end(), [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
}

bool is_domain(std::string_view domain) {
    if (domain.find('.') == std::string_view::npos) return false;
    for (std::size_t from = 0; from <= domain.size();) {
        const auto dot = std::min(domain.find('.', from), domain.size());
        if (!is_label(domain.substr(from, dot - from))) return false;
        from = dot + 1;
    }
    return true;
}

bool is_dot_string(std::string_view local) {
    constexpr std::string_view marks = "!#$%&'*+-/=?^_`{|}~.";
    return !local.empty() && local.size() <= 64 && local.front() != '.' && local.back() != '.' &&
           local.find("..") == std::string_view::npos && std::all_of(local.begin(), local.end(), [&](char c) {
               return is_letter(c) || is_digit(c) || marks.find(c) != std::string_view::npos;
           });
}

}  // namespace

void FieldReader::fault(std::string_view field, std::string_view code) {
    faults_.push_back({std::string(field), std::string(code)});
}

std::string FieldReader::line(std::string_view field, std::string_view value, std::size_t max_characters) {
    if (value.size() > largest_field_bytes) return fault(field, "too_long"), "";
    const auto text = trimmed(value);
    const auto length = length_of(text, "");
    if (!length) return fault(field, "not_text"), "";
    if (*length > max_characters) return fault(field, "too_long"), "";
    return without_card_numbers(text);
}

std::string FieldReader::required_line(std::string_view field, std::string_view value, std::size_t max_characters) {
    if (trimmed(value).empty()) return fault(field, "required"), "";
    return line(field, value, max_characters);
}

std::string FieldReader::paragraphs(std::string_view field, std::string_view value, std::size_t max_characters) {
    if (value.size() > largest_field_bytes) return fault(field, "too_long"), "";
    std::string text(trimmed(value));
    for (auto at = text.find("\r\n"); at != std::string::npos; at = text.find("\r\n", at)) text.erase(at, 1);
    const auto length = length_of(text, "\n\t");
    if (!length) return fault(field, "not_text"), "";
    if (*length > max_characters) return fault(field, "too_long"), "";
    return without_card_numbers(text);
}

std::string FieldReader::email(std::string_view field, std::string_view value) {
    const auto text = trimmed(value);
    if (text.empty()) return fault(field, "required"), "";
    if (text.size() > 254) return fault(field, "too_long"), "";
    const auto at = text.rfind('@');
    if (at == std::string_view::npos || !is_dot_string(text.substr(0, at)) || !is_domain(text.substr(at + 1))) {
        return fault(field, "not_an_email"), "";
    }
    if (holds_card_number(text)) return fault(field, "card_number"), "";
    return std::string(text);
}

std::string FieldReader::country(std::string_view field, std::string_view value) {
    if (value.empty()) return fault(field, "required"), "";
    static const std::unordered_set<std::string_view> known = [] {
        std::unordered_set<std::string_view> all;
        for (auto* code = uloc_getISOCountries(); *code; ++code) all.insert(*code);
        return all;
    }();
    if (!known.contains(value)) return fault(field, "not_a_country"), "";
    return std::string(value);
}

std::string FieldReader::phone(std::string_view field, std::string_view value) {
    const auto text = trimmed(value);
    if (text.empty()) return "";
    const auto digits = std::count_if(text.begin(), text.end(), is_digit);
    const bool of_phone = std::all_of(text.begin(), text.end(), [](char c) {
        return is_digit(c) || std::string_view(" +-().").find(c) != std::string_view::npos;
    });
    if (!of_phone || digits < 5 || digits > 15 || text.size() > 32) return fault(field, "not_a_phone"), "";
    // A number in international form may pass the Luhn check by chance; card numbers are not written with a plus.
    if (text.front() != '+' && holds_card_number(text)) return fault(field, "card_number"), "";
    return std::string(text);
}

std::string FieldReader::password(std::string_view field, std::string_view value) {
    if (value.empty()) return fault(field, "required"), "";
    if (value.size() > 1024) return fault(field, "too_long"), "";
    const auto length = length_of(value, "");
    if (!length) return fault(field, "not_text"), "";
    if (*length < 8) return fault(field, "too_short"), "";
    if (*length > 256) return fault(field, "too_long"), "";
    if (is_common_password(letters_and_digits_folded(value))) return fault(field, "too_common"), "";
    return normal_form_c(value);
}

std::string normalised_email(std::string_view email) {
    std::string text(trimmed(email));
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
}

std::string without_card_numbers(std::string_view text) {
    return masked(text, [](std::string_view) { return true; });
}

std::string normal_form_c(std::string_view text) {
    static const auto& form = normaliser([](UErrorCode& status) { return icu::Normalizer2::getNFCInstance(status); });
    return normalised(form, text);
}

std::string letters_and_digits_folded(std::string_view text) {
    static const auto& form =
        normaliser([](UErrorCode& status) { return icu::Normalizer2::getNFKCCasefoldInstance(status); });
    std::string out;
    each_character(normalised(form, text), [&](UChar32 character) {
        if (!u_isalnum(character)) return true;
        std::array<std::uint8_t, 4> unit{};
        std::int32_t size = 0;
        U8_APPEND_UNSAFE(unit.data(), size, character);
        out.append(reinterpret_cast<const char*>(unit.data()), static_cast<std::size_t>(size));
        return true;
    });
    return out;
}

}  // namespace noren::customers
