#include "customers/totp.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <cstdio>
#include <stdexcept>

#include "customers/keyed_hash.hpp"

namespace noren::customers {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

std::string percent_encoded(std::string_view text) {
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string out;
    for (const unsigned char c : text) {
        const bool is_plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
                              c == '.' || c == '_' || c == '~';
        if (is_plain)
            out += static_cast<char>(c);
        else
            out += {'%', digits[c >> 4], digits[c & 15]};
    }
    return out;
}

}  // namespace

std::int64_t totp_step_at(Instant instant) {
    return us_of(instant) / std::chrono::microseconds(totp_step).count();
}

std::string totp_code(std::span<const std::uint8_t> secret, std::int64_t step) {
    std::array<std::uint8_t, 8> counter{};
    for (std::size_t i = 0; i < counter.size(); ++i) counter[i] = static_cast<std::uint8_t>(step >> (56 - 8 * i));
    std::array<std::uint8_t, 20> mac{};
    unsigned size = 0;
    if (HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()), counter.data(), counter.size(), mac.data(),
             &size) == nullptr) {
        throw std::runtime_error("HMAC-SHA-1 failed");
    }
    const std::size_t at = mac[19] & 15;  // RFC 4226 5.3: the last four bits say which four bytes count
    const std::uint32_t number = (mac[at] & 127u) << 24 | mac[at + 1] << 16 | mac[at + 2] << 8 | mac[at + 3];
    std::array<char, 7> digits{};
    std::snprintf(digits.data(), digits.size(), "%06u", number % 1'000'000);
    return {digits.data(), 6};
}

std::optional<std::int64_t> totp_match(std::span<const std::uint8_t> secret, std::string_view code, Instant now,
                                       std::int64_t used) {
    std::optional<std::int64_t> found;
    const auto present = totp_step_at(now);
    for (auto step = present - 1; step <= present + 1; ++step) {
        if (equal_secrets(totp_code(secret, step), code) && step > used) found = step;
    }
    return found;
}

std::string base32(std::span<const std::uint8_t> bytes) {
    std::string text;
    std::uint32_t bits = 0;
    int held = 0;
    for (const auto byte : bytes) {
        bits = bits << 8 | byte;
        for (held += 8; held >= 5; held -= 5) text += alphabet[bits >> (held - 5) & 31];
    }
    if (held > 0) text += alphabet[bits << (5 - held) & 31];
    return text;
}

std::optional<std::vector<std::uint8_t>> from_base32(std::string_view text) {
    std::vector<std::uint8_t> bytes;
    std::uint32_t bits = 0;
    int held = 0;
    for (char c : text) {
        if (c == ' ' || c == '-' || c == '=') continue;
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        const auto digit = alphabet.find(c);
        if (digit == std::string_view::npos) return std::nullopt;
        bits = bits << 5 | static_cast<std::uint32_t>(digit);
        held += 5;
        if (held < 8) continue;
        held -= 8;
        bytes.push_back(static_cast<std::uint8_t>(bits >> held));
    }
    return bytes;
}

std::string otpauth_uri(std::string_view issuer, std::string_view account, std::span<const std::uint8_t> secret) {
    return "otpauth://totp/" + percent_encoded(issuer) + ":" + percent_encoded(account) + "?secret=" + base32(secret) +
           "&issuer=" + percent_encoded(issuer) + "&algorithm=SHA1&digits=6&period=30";
}

}  // namespace noren::customers
