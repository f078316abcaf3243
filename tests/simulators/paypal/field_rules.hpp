// What PayPal demands of a request's fields (its published Orders v2 and Payments v2 rules).
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace noren::simulators::paypal {

using nlohmann::json;

/// Parses a body. Throws Problem MALFORMED_REQUEST_JSON on anything that is not an object or array.
json parsed(std::string_view body);

/// The amount at `amount` in minor units. Throws Problem with the issue that names what is wrong with it:
/// `too_precise` is DECIMAL_PRECISION for orders, DECIMALS_NOT_SUPPORTED for payments.
std::int64_t minor_units(const json& amount, const std::string& field, const std::string& too_precise);

/// `minor` written as an amount of `currency`.
json amount_of(std::int64_t minor, const std::string& currency);

/// Throws the Problem of the first rule that a create request breaks.
void check_create(const json& request, bool has_request_id);

/// Throws the Problem of the first rule that a purchase unit breaks.
void check_unit(const json& unit, const std::string& field);

/// The text at `key`, or "" when absent. Throws Problem when it is no text or longer than `longest`.
std::string text_at(const json& object, const char* key, const std::string& field, std::size_t longest);

}  // namespace noren::simulators::paypal
