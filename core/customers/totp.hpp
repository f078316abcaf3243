// TOTP: codes of six digits that a shared secret and the time give (RFC 6238: HMAC-SHA-1, steps of 30 seconds), as
// every authenticator makes them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace noren::customers {

using TotpSecret = std::vector<std::uint8_t>;

inline constexpr std::chrono::seconds totp_step{30};
inline constexpr std::size_t totp_secret_bytes = 20;  // as long as the hash, RFC 4226 4

/// The step that an instant lies in, counted from 1970.
std::int64_t totp_step_at(Instant instant);

/// The code of one step.
std::string totp_code(std::span<const std::uint8_t> secret, std::int64_t step);

/// The step whose code this is, among the present one and its two neighbours: clocks differ, and typing takes time.
/// None up to `used`, the last step whose code was taken already. Compares all three in any case.
std::optional<std::int64_t> totp_match(std::span<const std::uint8_t> secret, std::string_view code, Instant now,
                                       std::int64_t used);

/// RFC 4648 base 32 in capitals, without padding.
std::string base32(std::span<const std::uint8_t> bytes);
/// Reads base 32 as people copy it: small letters, blanks, dashes and padding are fine. Nothing for any other text.
std::optional<std::vector<std::uint8_t>> from_base32(std::string_view text);

/// What an authenticator reads from a QR code: otpauth://totp/<issuer>:<account>?secret=...
std::string otpauth_uri(std::string_view issuer, std::string_view account, std::span<const std::uint8_t> secret);

}  // namespace noren::customers
