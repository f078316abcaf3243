#include "host/text.hpp"

#include <cstdint>
#include <cstring>

namespace noren::host {
namespace {

/// Bytes of the well-formed character that `text` begins with, or 0.
std::size_t character(std::string_view text) {
    const auto at = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    const auto tail = [&](std::size_t i) { return (at(i) & 0xC0U) == 0x80U; };
    const unsigned first = at(0);
    if (first < 0x80) return 1;
    if (first < 0xC2) return 0;
    if (first < 0xE0) return tail(1) ? 2 : 0;
    if (first < 0xF0) {
        if (first == 0xE0 && at(1) < 0xA0) return 0;   // overlong
        if (first == 0xED && at(1) >= 0xA0) return 0;  // a surrogate
        return tail(1) && tail(2) ? 3 : 0;
    }
    if (first > 0xF4) return 0;
    if (first == 0xF0 && at(1) < 0x90) return 0;
    if (first == 0xF4 && at(1) >= 0x90) return 0;
    return tail(1) && tail(2) && tail(3) ? 4 : 0;
}

}  // namespace

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        if (text.size() >= 8) {
            std::uint64_t eight = 0;
            std::memcpy(&eight, text.data(), 8);
            if ((eight & 0x8080808080808080U) == 0) {
                text.remove_prefix(8);
                continue;
            }
        }
        const auto bytes = static_cast<unsigned char>(text.front()) < 0x80 ? 1 : character(text);
        if (bytes == 0) return false;
        text.remove_prefix(bytes);
    }
    return true;
}

std::string tamed(std::string_view text, std::size_t most) {
    std::string line;
    while (!text.empty()) {
        const auto bytes = character(text);
        if (line.size() + std::max<std::size_t>(bytes, 1) > most) break;
        const auto first = static_cast<unsigned char>(text.front());
        if (bytes == 0 || first < 0x20 || first == 0x7F) {
            line += '?';
            text.remove_prefix(1);
        } else {
            line += text.substr(0, bytes);
            text.remove_prefix(bytes);
        }
    }
    return line;
}

}  // namespace noren::host
