#include "field_rules.hpp"

#include <array>
#include <set>

#include "problem.hpp"

namespace noren::simulators::paypal {

namespace {

constexpr std::array currencies{"AUD", "BRL", "CAD", "CNY", "CZK", "DKK", "EUR", "HKD", "HUF", "ILS", "JPY", "MYR",
                                "MXN", "TWD", "NZD", "NOK", "PHP", "PLN", "GBP", "SGD", "SEK", "CHF", "THB", "USD"};

std::size_t decimals_of(const std::string& currency) {
    return currency == "JPY" || currency == "HUF" || currency == "TWD" ? 0 : 2;
}

const json& required(const json& object, const char* key, const std::string& field) {
    if (!object.is_object() || !object.contains(key)) throw invalid("MISSING_REQUIRED_PARAMETER", field + "/" + key);
    return object[key];
}

bool one_of(std::string_view word, std::initializer_list<std::string_view> words) {
    for (const auto known : words) {
        if (word == known) return true;
    }
    return false;
}

void check_items(const json& unit, const std::string& field, const std::string& currency) {
    if (!unit.contains("items")) return;
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < unit["items"].size(); ++i) {
        const auto at = field + "/items/" + std::to_string(i);
        const auto& item = unit["items"][i];
        required(item, "name", at);
        text_at(item, "name", at, 127);
        const auto quantity = required(item, "quantity", at).get<std::string>();
        if (quantity.empty() || quantity.size() > 10 || quantity.find_first_not_of("0123456789") != std::string::npos) {
            throw invalid("INVALID_PARAMETER_SYNTAX", at + "/quantity", quantity);
        }
        const auto& price = required(item, "unit_amount", at);
        if (price.value("currency_code", "") != currency)
            throw unprocessable("MULTI_CURRENCY_ORDER", at + "/unit_amount");
        sum += minor_units(price, at + "/unit_amount", "DECIMAL_PRECISION") * std::stoll(quantity);
    }
    const auto breakdown = unit["amount"].value("breakdown", json::object());
    if (!breakdown.contains("item_total"))
        throw unprocessable("ITEM_TOTAL_REQUIRED", field + "/amount/breakdown/item_total");
    if (minor_units(breakdown["item_total"], field, "DECIMAL_PRECISION") != sum) {
        throw unprocessable("ITEM_TOTAL_MISMATCH", field + "/amount/breakdown/item_total");
    }
}

void check_breakdown(const json& amount, const std::string& field, std::int64_t total) {
    if (!amount.contains("breakdown")) return;
    std::int64_t sum = 0;
    for (const auto& [part, value] : amount["breakdown"].items()) {
        const auto minor = minor_units(value, field + "/breakdown/" + part, "DECIMAL_PRECISION");
        sum += part == "discount" || part == "shipping_discount" ? -minor : minor;
    }
    if (sum != total) throw unprocessable("AMOUNT_MISMATCH", field + "/value", amount["value"]);
}

}  // namespace

json parsed(std::string_view body) {
    auto value = json::parse(body, nullptr, false);
    if (!value.is_structured()) throw invalid("MALFORMED_REQUEST_JSON", "/");
    return value;
}

std::string text_at(const json& object, const char* key, const std::string& field, std::size_t longest) {
    if (!object.contains(key)) return {};
    const auto& text = object[key];
    if (!text.is_string()) throw invalid("INVALID_PARAMETER_SYNTAX", field + "/" + key, text.dump());
    if (text.get_ref<const std::string&>().size() > longest) {
        throw invalid("INVALID_STRING_LENGTH", field + "/" + key, text);
    }
    return text;
}

std::int64_t minor_units(const json& amount, const std::string& field, const std::string& too_precise) {
    required(amount, "currency_code", field);
    required(amount, "value", field);
    const auto currency = text_at(amount, "currency_code", field, 3);
    const auto value = text_at(amount, "value", field, 32);
    const auto point = value.find('.');
    const auto whole = value.substr(0, point);
    auto fraction = point == std::string::npos ? std::string() : value.substr(point + 1);
    const auto digits = whole + fraction;
    if (digits.empty() || (point != std::string::npos && fraction.empty()) || whole.size() > 14 ||
        digits.find_first_not_of("0123456789", digits[0] == '-' ? 1 : 0) != std::string::npos) {
        throw invalid("INVALID_PARAMETER_SYNTAX", field + "/value", value);
    }
    bool known = false;
    for (const auto* code : currencies) known = known || currency == code;
    if (!known) throw unprocessable("INVALID_CURRENCY_CODE", field + "/currency_code", currency);
    const auto decimals = decimals_of(currency);
    if (fraction.size() > decimals) throw unprocessable(too_precise, field + "/value", value);
    fraction.resize(decimals, '0');
    return std::stoll(whole + fraction);
}

json amount_of(std::int64_t minor, const std::string& currency) {
    auto value = std::to_string(minor);
    if (const auto decimals = decimals_of(currency); decimals > 0) {
        if (value.size() <= decimals) value.insert(0, decimals + 1 - value.size(), '0');
        value.insert(value.size() - decimals, 1, '.');
    }
    return {{"currency_code", currency}, {"value", value}};
}

void check_unit(const json& unit, const std::string& field) {
    const auto& amount = required(unit, "amount", field);
    const auto total = minor_units(amount, field + "/amount", "DECIMAL_PRECISION");
    if (total <= 0) throw unprocessable("CANNOT_BE_ZERO_OR_NEGATIVE", field + "/amount/value", amount["value"]);
    text_at(unit, "reference_id", field, 256);
    for (const char* key : {"description", "custom_id", "invoice_id"}) text_at(unit, key, field, 127);
    text_at(unit, "soft_descriptor", field, 22);
    check_items(unit, field, amount["currency_code"]);
    check_breakdown(amount, field + "/amount", total);
}

void check_create(const json& request, bool has_request_id) {
    const auto intent = required(request, "intent", "").is_string() ? request["intent"].get<std::string>() : "";
    if (!one_of(intent, {"CAPTURE", "AUTHORIZE"})) throw invalid("INVALID_PARAMETER_VALUE", "/intent", intent);
    if (intent == "AUTHORIZE") throw unprocessable("UNSUPPORTED_INTENT", "/intent", intent);
    const auto& units = required(request, "purchase_units", "");
    if (!units.is_array() || units.empty()) throw invalid("INVALID_ARRAY_MIN_ITEMS", "/purchase_units");
    if (units.size() > 10) throw invalid("INVALID_ARRAY_MAX_ITEMS", "/purchase_units");
    std::set<std::string> references;
    for (std::size_t i = 0; i < units.size(); ++i) {
        const auto field = "/purchase_units/" + std::to_string(i);
        check_unit(units[i], field);
        if (!references.insert(units[i].value("reference_id", "default")).second) {
            throw unprocessable("DUPLICATE_REFERENCE_ID", field + "/reference_id");
        }
    }
    if (!request.contains("payment_source")) return;
    if (!has_request_id) throw invalid("PAYPAL_REQUEST_ID_REQUIRED", "PayPal-Request-Id");
    const auto& source = request["payment_source"];
    if (!source.is_object() || !source.contains("paypal")) {
        throw unprocessable("PAYMENT_SOURCE_NOT_SUPPORTED", "/payment_source");
    }
    const auto experience = source["paypal"].value("experience_context", json::object());
    const std::string at = "/payment_source/paypal/experience_context";
    if (text_at(experience, "return_url", at, 2048).empty())
        throw unprocessable("RETURN_URL_REQUIRED", at + "/return_url");
    if (text_at(experience, "cancel_url", at, 2048).empty())
        throw unprocessable("CANCEL_URL_REQUIRED", at + "/cancel_url");
    const auto word = [&](const char* key, std::initializer_list<std::string_view> known) {
        const auto found = text_at(experience, key, at, 255);
        if (!found.empty() && !one_of(found, known)) throw invalid("INVALID_PARAMETER_VALUE", at + "/" + key, found);
    };
    word("user_action", {"CONTINUE", "PAY_NOW"});
    word("shipping_preference", {"GET_FROM_FILE", "NO_SHIPPING", "SET_PROVIDED_ADDRESS"});
    word("landing_page", {"LOGIN", "GUEST_CHECKOUT", "NO_PREFERENCE", "BILLING"});
    word("payment_method_preference", {"UNRESTRICTED", "IMMEDIATE_PAYMENT_REQUIRED"});
    text_at(experience, "brand_name", at, 127);
}

}  // namespace noren::simulators::paypal
