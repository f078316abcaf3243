// Secrets: what configuration only refers to. A reference is checked with the rest of the file; its text is fetched
// when it is needed, and is never printed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "settings/value.hpp"

namespace noren::settings {

/// A secret's text. Has no way into a stream or a message, and wipes itself.
class SecretText {
public:
    explicit SecretText(std::string text) : text_(std::move(text)) {}
    SecretText(SecretText&& other) noexcept : text_(std::move(other.text_)) { other.wipe(); }
    SecretText& operator=(SecretText&& other) noexcept;
    SecretText(const SecretText&) = delete;
    SecretText& operator=(const SecretText&) = delete;
    ~SecretText() { wipe(); }

    /// The text, for whoever sends it to its provider. Valid as long as this.
    std::string_view reveal() const { return text_; }

private:
    void wipe();
    std::string text_;
};

/// Fetches the secret that `reference` (of type secret) names. The error says what is wrong, with the place of the
/// reference: no such variable, no such file, a file that others than its owner may write or that the world may read
/// (wider than 0640), one larger than 64 KiB, or nothing in it. One line feed at the end of a file is not the secret's.
Result<SecretText, Fault> resolve(const Value& reference);

/// Every reference to a secret at or below `value`, in the file's order.
std::vector<Value> secrets_in(const Value& value);

}  // namespace noren::settings
