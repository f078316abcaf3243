#include "customers/sealed.hpp"

#include <openssl/evp.h>

#include <memory>
#include <stdexcept>

namespace noren::customers {
namespace {

constexpr std::size_t nonce_bytes = 12;
constexpr std::size_t tag_bytes = 16;

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

Cipher cipher_of(const Key& key, std::string_view about, const std::uint8_t* nonce, int direction) {
    const auto hex = key.mac("seal", about);
    std::array<std::uint8_t, 32> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<std::uint8_t>(std::stoi(hex.substr(2 * i, 2), nullptr, 16));
    }
    Cipher cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
    if (!cipher || EVP_CipherInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, bytes.data(), nonce, direction) != 1) {
        throw std::runtime_error("AES-256-GCM cannot be had");
    }
    return cipher;
}

}  // namespace

std::vector<std::uint8_t> seal(const Key& key, Entropy& entropy, std::string_view about,
                               std::span<const std::uint8_t> bytes) {
    std::vector<std::uint8_t> sealed(nonce_bytes + bytes.size() + tag_bytes);
    entropy.fill(std::span(sealed).first(nonce_bytes));
    const auto cipher = cipher_of(key, about, sealed.data(), 1);
    int written = 0;
    if (EVP_EncryptUpdate(cipher.get(), sealed.data() + nonce_bytes, &written, bytes.data(),
                          static_cast<int>(bytes.size())) != 1 ||
        EVP_EncryptFinal_ex(cipher.get(), sealed.data() + nonce_bytes + written, &written) != 1 ||
        EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, tag_bytes, sealed.data() + sealed.size() - tag_bytes) !=
            1) {
        throw std::runtime_error("AES-256-GCM failed");
    }
    return sealed;
}

std::optional<std::vector<std::uint8_t>> unseal(const Key& key, std::string_view about,
                                                std::span<const std::uint8_t> sealed) {
    if (sealed.size() < nonce_bytes + tag_bytes) return std::nullopt;
    const auto cipher = cipher_of(key, about, sealed.data(), 0);
    std::vector<std::uint8_t> bytes(sealed.size() - nonce_bytes - tag_bytes);
    std::array<std::uint8_t, tag_bytes> tag{};
    std::copy(sealed.end() - tag_bytes, sealed.end(), tag.begin());
    int written = 0;
    if (EVP_DecryptUpdate(cipher.get(), bytes.data(), &written, sealed.data() + nonce_bytes,
                          static_cast<int>(bytes.size())) != 1 ||
        EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, tag_bytes, tag.data()) != 1 ||
        EVP_DecryptFinal_ex(cipher.get(), bytes.data() + written, &written) != 1) {
        return std::nullopt;
    }
    return bytes;
}

}  // namespace noren::customers
