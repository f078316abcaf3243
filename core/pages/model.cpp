#include "pages/model.hpp"

#include <algorithm>

namespace noren::pages {
namespace {

void append_encoded(std::string& out, std::string_view text) {
    static constexpr char digits[] = "0123456789ABCDEF";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                           c == '_' || c == '.' || c == '~';
        if (plain) {
            out += c;
        } else {
            out += '%';
            out += digits[byte >> 4];
            out += digits[byte & 15];
        }
    }
}

}  // namespace

Url Url::path(std::initializer_list<std::string_view> parts) {
    if (parts.size() == 0) return {};
    std::string text;
    for (const auto part : parts) {
        text += '/';
        // A part of dots alone would climb, even percent-encoded.
        if (part == "." || part == "..") continue;
        append_encoded(text, part);
    }
    return Url(std::move(text));
}

std::optional<Url> Url::elsewhere(std::string_view address) {
    const auto scheme_end = address.find("://");
    const auto scheme = address.substr(0, std::min(scheme_end, address.size()));
    if (scheme_end == std::string_view::npos || (scheme != "http" && scheme != "https")) return std::nullopt;
    const auto rest = address.substr(scheme_end + 3);
    if (rest.empty() || rest.front() == '/' || address.size() > 2048) return std::nullopt;
    const bool clean = std::all_of(address.begin(), address.end(), [](char c) {
        return c > ' ' && c < 0x7f && std::string_view("\"'<>\\^`{|}").find(c) == std::string_view::npos;
    });
    if (!clean) return std::nullopt;
    return Url(std::string(address));
}

std::optional<Url> Url::here(std::string_view path) {
    const bool is_plain = std::all_of(path.begin(), path.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("-._~/").find(c) != std::string_view::npos;
    });
    const bool is_local = path.substr(0, 1) == "/" && path.substr(0, 2) != "//" && path.size() <= 2048;
    if (!is_plain || !is_local || path.find("/.") != std::string_view::npos) return std::nullopt;
    return Url(std::string(path));
}

Url Url::anchor(std::string_view id) {
    std::string text = "#";
    append_encoded(text, id);
    return Url(std::move(text));
}

Url Url::with(std::string_view name, std::string_view value) const {
    auto text = text_;
    text += text.find('?') == std::string::npos ? '?' : '&';
    append_encoded(text, name);
    text += '=';
    append_encoded(text, value);
    return Url(std::move(text));
}

}  // namespace noren::pages
