// Sealed: what the database keeps but nobody shall read there: AES-256-GCM under a key of the server.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "customers/keyed_hash.hpp"

namespace noren::customers {

/// A fresh nonce, the encrypted bytes, and their tag. `about` says what they are (a table and its row) and is bound to
/// them: moved elsewhere they do not open.
std::vector<std::uint8_t> seal(const Key& key, Entropy& entropy, std::string_view about,
                               std::span<const std::uint8_t> bytes);

/// What seal() was given; nothing when key or `about` are others, or a bit was changed.
std::optional<std::vector<std::uint8_t>> unseal(const Key& key, std::string_view about,
                                                std::span<const std::uint8_t> sealed);

}  // namespace noren::customers
