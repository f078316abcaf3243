#include "customers/keyed_hash.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

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

/// Found once: looking an algorithm up by name costs more than hashing a short text.
const EVP_MD* sha256() {
    static EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    return algorithm;
}

std::array<std::uint8_t, 32> digest_of(std::string_view text) {
    std::array<std::uint8_t, 32> digest{};
    if (EVP_Digest(text.data(), text.size(), digest.data(), nullptr, sha256(), nullptr) != 1) {
        throw std::runtime_error("SHA-256 failed");
    }
    return digest;
}

}  // namespace

Key::Key(const std::array<std::uint8_t, 32>& bytes) {
    static EVP_MAC* const algorithm = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    char digest[] = "SHA256";
    const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                     OSSL_PARAM_construct_end()};
    keyed_.reset(EVP_MAC_CTX_new(algorithm), EVP_MAC_CTX_free);
    if (EVP_MAC_init(keyed_.get(), bytes.data(), bytes.size(), parameters) != 1) {
        throw std::runtime_error("HMAC-SHA256 failed");
    }
}

Key Key::from_secret(std::string_view secret) {
    if (secret.size() < 32) throw std::invalid_argument("a storefront's secret needs 32 characters or more");
    return Key(digest_of(secret));
}

std::string Key::mac(std::string_view purpose, std::string_view text) const {
    std::array<std::uint8_t, 32> digest{};
    std::size_t size = 0;
    const std::unique_ptr<EVP_MAC_CTX, void (*)(EVP_MAC_CTX*)> mac(EVP_MAC_CTX_dup(keyed_.get()), EVP_MAC_CTX_free);
    if (mac == nullptr || EVP_MAC_update(mac.get(), bytes_of(purpose), purpose.size()) != 1 ||
        EVP_MAC_update(mac.get(), bytes_of(std::string_view("\0", 1)), 1) != 1 ||
        EVP_MAC_update(mac.get(), bytes_of(text), text.size()) != 1 ||
        EVP_MAC_final(mac.get(), digest.data(), &size, digest.size()) != 1) {
        throw std::runtime_error("HMAC-SHA256 failed");
    }
    return hex(digest);
}

std::string sha256_hex(std::string_view text) {
    return hex(digest_of(text));
}

bool equal_secrets(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace noren::customers
