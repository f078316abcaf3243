#include "orders/garbled.hpp"

#include <algorithm>

namespace noren::orders {
namespace {

unsigned char byte_at(std::string_view text, std::size_t at) {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0;
}

/// The lead byte of a character beyond ASCII, read as Latin-1 (U+00C2, U+00C3, U+00E2...), with what follows it there.
bool is_misread(std::string_view text, std::size_t at) {
    const bool lead = byte_at(text, at) == 0xC3 && byte_at(text, at + 1) >= 0x82 && byte_at(text, at + 1) <= 0xB4;
    if (!lead) return false;
    const auto next = byte_at(text, at + 2);
    const auto after = byte_at(text, at + 3);
    return (next == 0xC2 && after >= 0x80 && after <= 0xBF) || (next == 0xE2 && (after == 0x80 || after == 0x82));
}

bool is_letter_or_digit(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

}  // namespace

bool looks_garbled(std::string_view text) {
    if (text.empty()) return false;
    if (text.find("\xEF\xBF\xBD") != std::string_view::npos || text.find("??") != std::string_view::npos) return true;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (is_misread(text, at)) return true;
    }
    return std::none_of(text.begin(), text.end(), is_letter_or_digit);
}

std::vector<std::string> garbled_parts(const Contact& contact) {
    std::vector<std::string> parts;
    if (looks_garbled(contact.name)) parts.emplace_back("name");
    if (std::any_of(contact.street.begin(), contact.street.end(), looks_garbled)) parts.emplace_back("street");
    if (looks_garbled(contact.city)) parts.emplace_back("city");
    if (looks_garbled(contact.region)) parts.emplace_back("region");
    return parts;
}

}  // namespace noren::orders
