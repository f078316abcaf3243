#include "reading.hpp"

#include <algorithm>
#include <charconv>
#include <set>
#include <vector>

namespace noren::paypal {

namespace {

constexpr std::size_t largest_text = 256 << 10;
constexpr int deepest = 32;

bool takes_no_decimals(Currency currency) {
    const auto code = currency.code();
    return currency.minor_digits() == 0 || code == "HUF" || code == "TWD";
}

}  // namespace

std::optional<json> read_object(std::string_view text) {
    if (text.size() > largest_text) return std::nullopt;
    std::vector<std::set<std::string>> keys;
    bool fit = true;
    const auto watch = [&keys, &fit](int depth, json::parse_event_t event, json& parsed) {
        fit = fit && depth <= deepest;
        if (event == json::parse_event_t::object_start) keys.emplace_back();
        if (event == json::parse_event_t::object_end) keys.pop_back();
        if (event == json::parse_event_t::key) fit = keys.back().insert(parsed.get<std::string>()).second && fit;
        return fit;
    };
    auto object = json::parse(text, watch, false);
    if (!fit || !object.is_object()) return std::nullopt;
    return object;
}

std::string text_at(const json& object, const char* key) {
    const auto found = object.is_object() ? object.find(key) : object.end();
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

const json& object_at(const json& object, const char* key) {
    static const json none = json::object();
    const auto found = object.is_object() ? object.find(key) : object.end();
    return found != object.end() && found->is_object() ? *found : none;
}

const json& array_at(const json& object, const char* key) {
    static const json none = json::array();
    const auto found = object.is_object() ? object.find(key) : object.end();
    return found != object.end() && found->is_array() ? *found : none;
}

std::optional<Money> read_amount(const json& amount) {
    const auto currency = Currency::from_code(text_at(amount, "currency_code"));
    return currency ? money_from_decimal(text_at(amount, "value"), *currency) : std::nullopt;
}

std::optional<json> write_amount(Money amount) {
    auto value = decimal(amount);
    if (takes_no_decimals(amount.currency())) {
        const auto point = std::min(value.find('.'), value.size());
        if (value.find_first_not_of(".0", point) != std::string::npos) return std::nullopt;
        value.resize(point);
    }
    return json{{"currency_code", amount.currency().code()}, {"value", value}};
}

std::optional<Instant> read_instant(std::string_view text) {
    constexpr std::string_view shape = "0000-00-00T00:00:00Z";
    if (text.size() != shape.size()) return std::nullopt;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        if (shape[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != shape[i]) return std::nullopt;
    }
    const auto number = [text](std::size_t at, std::size_t size) {
        int value = 0;
        std::from_chars(text.data() + at, text.data() + at + size, value);
        return value;
    };
    using namespace std::chrono;
    const year_month_day date{year{number(0, 4)}, month{static_cast<unsigned>(number(5, 2))},
                              day{static_cast<unsigned>(number(8, 2))}};
    if (!date.ok()) return std::nullopt;
    return Instant{sys_days{date} + hours{number(11, 2)} + minutes{number(14, 2)} + seconds{number(17, 2)}};
}

bool is_id(std::string_view text) {
    return !text.empty() && text.size() <= 36 &&
           text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == std::string_view::npos;
}

}  // namespace noren::paypal
