// Keyed hashes: pseudonyms and tokens that only this storefront can make.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

using EVP_MAC_CTX = struct evp_mac_ctx_st;

namespace noren::customers {

/// A storefront's secret of 256 bits. Never printed; every use names its purpose, so that one use says nothing of
/// another.
class Key {
public:
    explicit Key(const std::array<std::uint8_t, 32>& bytes);
    /// The SHA-256 of a configured secret. Throws std::invalid_argument below 32 characters.
    static Key from_secret(std::string_view secret);

    /// HMAC-SHA256 of `purpose`, a zero byte, and `text`: 64 hexadecimal digits.
    std::string mac(std::string_view purpose, std::string_view text) const;

private:
    std::shared_ptr<EVP_MAC_CTX> keyed_;  // never changed: each use works on a copy
};

/// SHA-256, 64 hexadecimal digits: how a random token is stored.
std::string sha256_hex(std::string_view text);

/// Compares in a time that depends on the lengths only.
bool equal_secrets(std::string_view a, std::string_view b);

}  // namespace noren::customers
