#include "store/parameters.hpp"

namespace noren::store {

bool is_plain_utf8(std::string_view text) {
    const auto* at = reinterpret_cast<const unsigned char*>(text.data());
    const auto* const end = at + text.size();
    const auto follows = [&end](const unsigned char* p, int count, unsigned char low, unsigned char high) {
        if (end - p <= count || p[1] < low || p[1] > high) return false;
        for (int i = 2; i <= count; ++i) {
            if ((p[i] & 0xC0) != 0x80) return false;
        }
        return true;
    };
    while (at != end) {
        const unsigned char lead = *at;
        int more = 0;
        if (lead == 0) return false;
        if (lead >= 0x80) {
            // The second byte's range keeps out overlong forms, surrogates, and what lies beyond U+10FFFF.
            if (lead >= 0xC2 && lead <= 0xDF) {
                more = 1;
            } else if (lead >= 0xE0 && lead <= 0xEF) {
                more = 2;
            } else if (lead >= 0xF0 && lead <= 0xF4) {
                more = 3;
            } else {
                return false;
            }
            const unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
            const unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
            if (!follows(at, more, low, high)) return false;
        }
        at += more + 1;
    }
    return true;
}

void require_plain_texts(std::span<const Parameter> parameters) {
    for (const auto& one : parameters) {
        const auto* text = std::get_if<std::string_view>(&one);
        if (text != nullptr && !is_plain_utf8(*text)) {
            throw std::invalid_argument("a text for the database holds NUL or is not UTF-8");
        }
    }
}

}  // namespace noren::store
