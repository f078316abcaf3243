// Reading what PayPal sends. Whoever answers at its address is not trusted to be well-behaved.
#pragma once

#include <noren/values/money.hpp>
#include <noren/values/time.hpp>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace noren::paypal {

using nlohmann::json;

/// The object that `text` holds, or nothing: no JSON, no object, an object with a key twice, over 256 KiB, or nested
/// deeper than 32.
std::optional<json> read_object(std::string_view text);

/// The text at a key, or "" when there is none.
std::string text_at(const json& object, const char* key);
/// What stands at a key, or an empty object or array.
const json& object_at(const json& object, const char* key);
const json& array_at(const json& object, const char* key);

/// An amount as PayPal writes it: `{"currency_code": "JPY", "value": "1500"}`, value a string.
std::optional<Money> read_amount(const json& amount);

/// The amount as PayPal takes it (HUF and TWD without decimals there), or nothing when it is too precise for that.
std::optional<json> write_amount(Money amount);

/// "2015-05-18T15:45:13Z"
std::optional<Instant> read_instant(std::string_view text);

/// True for what can be an id of PayPal's: 1 to 36 capital letters and digits.
bool is_id(std::string_view text);

}  // namespace noren::paypal
