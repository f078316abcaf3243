// Passwords: argon2id (RFC 9106) at 19456 KiB, 2 passes, 1 lane.
//
// One hash takes some 30 ms of a core and 19 MiB, so no more than `at_once` run at a time and no more than `waiting`
// wait for one; who comes later is told that we are busy. An unknown person costs a hash as well, so that time tells
// nothing.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.hpp"
#include "base/result.hpp"

namespace noren::customers {

/// Too many hashes are awaited already: answer 429 or 503 and let them come again.
struct Busy {};

class Passwords {
public:
    struct Cost {
        unsigned memory_kib = 19456;
        unsigned passes = 2;
    };
    struct Bounds {
        unsigned at_once = 2;   // hashes at a time: the cores, not more
        unsigned waiting = 64;  // callers that wait for one
    };
    enum class Check {
        wrong,
        right,
        right_but_old,  // hashed with less than today's cost: hash it again and store that
    };

    explicit Passwords(Entropy& entropy) : Passwords(entropy, Cost{}, Bounds{}) {}
    Passwords(Entropy& entropy, Cost cost, Bounds bounds);

    /// The encoded hash ($argon2id$...) of a password that FieldReader::password let pass. Any thread.
    Result<std::string, Busy> hash(std::string_view password);

    /// Compares with a stored hash; without one (nobody of that name) it takes as long and is wrong. Any thread.
    Result<Check, Busy> check(std::string_view password, const std::optional<std::string>& stored);

private:
    class Turn;
    std::string encode(std::string_view password);

    Entropy& entropy_;
    const Cost cost_;
    const Bounds bounds_;
    std::string nobody_;  // the hash of a password that nobody knows
    std::mutex mutex_;
    std::condition_variable done_;
    unsigned running_ = 0;
    unsigned waiting_ = 0;
};

}  // namespace noren::customers
