#include "customers/passwords.hpp"

#include <argon2.h>

#include <charconv>
#include <stdexcept>

#include "customers/text_fields.hpp"

namespace noren::customers {
namespace {

constexpr std::uint32_t lanes = 1;
constexpr std::uint32_t salt_bytes = 16;
constexpr std::uint32_t hash_bytes = 32;

/// The number behind ",<name>=" or "$<name>=" in an encoded hash, 0 when there is none.
unsigned cost_in(std::string_view encoded, char name) {
    for (std::size_t at = 0; at + 2 < encoded.size(); ++at) {
        if ((encoded[at] != '$' && encoded[at] != ',') || encoded[at + 1] != name || encoded[at + 2] != '=') continue;
        unsigned value = 0;
        std::from_chars(encoded.data() + at + 3, encoded.data() + encoded.size(), value);
        return value;
    }
    return 0;
}

}  // namespace

/// Holds one of the places at which hashes run; `taken` is false when even the queue is full.
class Passwords::Turn {
public:
    explicit Turn(Passwords& passwords) : passwords_(passwords) {
        std::unique_lock lock(passwords_.mutex_);
        if (passwords_.running_ >= passwords_.bounds_.at_once) {
            if (passwords_.waiting_ >= passwords_.bounds_.waiting) return;
            ++passwords_.waiting_;
            passwords_.done_.wait(lock, [&] { return passwords_.running_ < passwords_.bounds_.at_once; });
            --passwords_.waiting_;
        }
        ++passwords_.running_;
        taken = true;
    }
    ~Turn() {
        if (!taken) return;
        const std::lock_guard lock(passwords_.mutex_);
        --passwords_.running_;
        passwords_.done_.notify_one();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    bool taken = false;

private:
    Passwords& passwords_;
};

Passwords::Passwords(Entropy& entropy, Cost cost, Bounds bounds) : entropy_(entropy), cost_(cost), bounds_(bounds) {
    if (bounds.at_once == 0) throw std::invalid_argument("passwords need at least one hash at a time");
    nobody_ = encode(random_token(entropy_, 32));
}

std::string Passwords::encode(std::string_view password) {
    const auto salt = entropy_.bytes<salt_bytes>();
    std::string encoded(argon2_encodedlen(cost_.passes, cost_.memory_kib, lanes, salt_bytes, hash_bytes, Argon2_id),
                        '\0');
    const int status = argon2id_hash_encoded(cost_.passes, cost_.memory_kib, lanes, password.data(), password.size(),
                                             salt.data(), salt.size(), hash_bytes, encoded.data(), encoded.size());
    if (status != ARGON2_OK) throw std::runtime_error(argon2_error_message(status));
    encoded.resize(encoded.find('\0'));
    return encoded;
}

Result<std::string, Busy> Passwords::hash(std::string_view password) {
    const Turn turn(*this);
    if (!turn.taken) return refuse(Busy{});
    return encode(password);
}

Result<Passwords::Check, Busy> Passwords::check(std::string_view password, const std::optional<std::string>& stored) {
    const Turn turn(*this);
    if (!turn.taken) return refuse(Busy{});
    // What is no text was never stored; it is compared all the same, for the time that it takes.
    const auto typed = password.size() <= 1024 ? normal_form_c(password) : std::string();
    const auto& encoded = stored ? *stored : nobody_;
    const int status = argon2id_verify(encoded.c_str(), typed.data(), typed.size());
    if (status != ARGON2_OK && status != ARGON2_VERIFY_MISMATCH) {
        throw std::runtime_error(std::string("a stored password hash is damaged: ") + argon2_error_message(status));
    }
    if (status != ARGON2_OK || !stored) return Check::wrong;
    const bool weak = cost_in(encoded, 'm') < cost_.memory_kib || cost_in(encoded, 't') < cost_.passes;
    return weak ? Check::right_but_old : Check::right;
}

}  // namespace noren::customers
