#include "customers/keyed_hash.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <span>
#include <stdexcept>

namespace noren::customers {
namespace {

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string hex(std::span<const std::uint8_t> bytes) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const auto byte : bytes) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

}  // namespace

Key Key::from_secret(std::string_view secret) {
    if (secret.size() < 32) throw std::invalid_argument("a storefront's secret needs 32 characters or more");
    std::array<std::uint8_t, 32> digest{};
    SHA256(bytes_of(secret), secret.size(), digest.data());
    return Key(digest);
}

std::string Key::mac(std::string_view purpose, std::string_view text) const {
    std::string message(purpose);
    message += '\0';
    message += text;
    std::array<std::uint8_t, 32> digest{};
    unsigned size = 0;
    if (!HMAC(EVP_sha256(), bytes_.data(), bytes_.size(), bytes_of(message), message.size(), digest.data(), &size)) {
        throw std::runtime_error("HMAC-SHA256 failed");
    }
    return hex(digest);
}

std::string sha256_hex(std::string_view text) {
    std::array<std::uint8_t, 32> digest{};
    SHA256(bytes_of(text), text.size(), digest.data());
    return hex(digest);
}

bool equal_secrets(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace noren::customers
