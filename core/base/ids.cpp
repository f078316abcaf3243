#include "base/ids.hpp"

#include <sys/random.h>

#include <cstring>
#include <stdexcept>
#include <vector>

namespace noren {

void SystemEntropy::fill(std::span<std::uint8_t> bytes) {
    while (!bytes.empty()) {
        const auto got = ::getrandom(bytes.data(), bytes.size(), 0);
        if (got < 0) throw std::runtime_error("getrandom failed");
        bytes = bytes.subspan(static_cast<std::size_t>(got));
    }
}

std::uint64_t SeededEntropy::next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

void SeededEntropy::fill(std::span<std::uint8_t> bytes) {
    for (std::size_t at = 0; at < bytes.size(); at += 8) {
        const auto word = next();
        std::memcpy(bytes.data() + at, &word, std::min<std::size_t>(8, bytes.size() - at));
    }
}

std::int64_t IdSource::next_value() {
    constexpr std::int64_t epoch_ms = 1451606400000;  // 2016-01-01T00:00Z
    const auto ms = us_of(clock_.now()) / 1000 - epoch_ms;
    const auto random = entropy_.bytes<4>();
    std::uint32_t low = 0;
    std::memcpy(&low, random.data(), sizeof low);
    const auto drawn = (ms << 22) | (low & 0x3fffffu);
    auto last = last_.load();
    auto next = drawn;
    do {
        next = drawn > last ? drawn : last + 1 + (low & 0xffu);
    } while (!last_.compare_exchange_weak(last, next));
    return next;
}

std::string random_token(Entropy& entropy, std::size_t bytes) {
    static constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::vector<std::uint8_t> raw(bytes);
    entropy.fill(raw);
    std::string text;
    text.reserve((bytes * 8 + 5) / 6);
    std::uint32_t buffer = 0;
    int bits = 0;
    for (const auto byte : raw) {
        buffer = (buffer << 8) | byte;
        for (bits += 8; bits >= 6; bits -= 6) text += letters[(buffer >> (bits - 6)) & 63u];
    }
    if (bits > 0) text += letters[(buffer << (6 - bits)) & 63u];
    return text;
}

namespace {
constexpr char crockford[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
}

std::string id_text(std::int64_t id) {
    std::string text(13, '0');
    auto rest = static_cast<std::uint64_t>(id);
    for (auto at = text.rbegin(); at != text.rend(); ++at, rest >>= 5) *at = crockford[rest & 31u];
    return text;
}

std::optional<std::int64_t> id_from_text(std::string_view text) {
    if (text.size() != 13 || text.front() > '7') return std::nullopt;  // 13 letters hold 65 bits, an id 63
    std::uint64_t id = 0;
    for (const char c : text) {
        const auto place = std::string_view(crockford).find(c);
        if (place == std::string_view::npos) return std::nullopt;
        id = (id << 5) | place;
    }
    return static_cast<std::int64_t>(id);
}

}  // namespace noren
