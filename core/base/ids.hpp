// Ids made here, not by the database: an insert needs no answer, and a repeat finds the same row.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <noren/values/id.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace noren {

/// A source of random bytes: the operating system's, or a seeded one in simulations.
class Entropy {
public:
    virtual ~Entropy() = default;
    /// Fills `bytes`. Any thread.
    virtual void fill(std::span<std::uint8_t> bytes) = 0;

    template <std::size_t Size>
    std::array<std::uint8_t, Size> bytes() {
        std::array<std::uint8_t, Size> out;
        fill(out);
        return out;
    }
};

/// getrandom(2): fit for keys and tokens.
class SystemEntropy final : public Entropy {
public:
    void fill(std::span<std::uint8_t> bytes) override;
};

/// The same bytes for the same seed (SplitMix64). Never for keys. Not for several threads at once.
class SeededEntropy final : public Entropy {
public:
    explicit SeededEntropy(std::uint64_t seed) : state_(seed) {}
    void fill(std::span<std::uint8_t> bytes) override;

private:
    std::uint64_t next();
    std::uint64_t state_;
};

/// Makes ids that sort by time: 41 bits of milliseconds since 2016-01-01, then 22 random bits. One source never makes
/// an id twice and each is greater than the one before, even where time stands still; two processes that make ids in
/// the same millisecond may collide (1 in 4 million a pair): the primary key then refuses the second. Any thread, where
/// the entropy allows it.
class IdSource {
public:
    IdSource(const Clock& clock, Entropy& entropy) : clock_(clock), entropy_(entropy) {}

    template <class Kind>
    Id<Kind> next() {
        return {next_value()};
    }

private:
    std::int64_t next_value();
    const Clock& clock_;
    Entropy& entropy_;
    std::atomic<std::int64_t> last_{0};
};

/// `bytes` random bytes in base64url without padding: 32 bytes give a 43-character token.
std::string random_token(Entropy& entropy, std::size_t bytes);

/// An id as 13 characters of Crockford's base 32, as addresses and providers' reference fields show it.
std::string id_text(std::int64_t id);

/// Reads what id_text() writes; nothing for any other text.
std::optional<std::int64_t> id_from_text(std::string_view text);

}  // namespace noren
