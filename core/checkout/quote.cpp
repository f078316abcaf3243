#include "checkout/quote.hpp"

#include <nlohmann/json.hpp>

namespace noren::checkout {
namespace {

using nlohmann::json;

constexpr std::string_view purpose = "quote";
constexpr std::size_t mac_digits = 64;

std::string text_of(const Quote& quote) {
    json lines = json::array();
    for (const auto& line : quote.lines) lines.push_back({line.sku, line.quantity, line.unit_price.minor()});
    return json{{"session", quote.session},
                {"revision", quote.revision},
                {"currency", quote.total.currency().code()},
                {"lines", std::move(lines)},
                {"country", quote.country},
                {"shipping_method", quote.shipping_method},
                {"shipping_service", quote.shipping_service},
                {"payment_method", quote.payment_method},
                {"goods", quote.goods.minor()},
                {"shipping", quote.shipping.minor()},
                {"fees", quote.fees.minor()},
                {"total", quote.total.minor()},
                {"expires_us", us_of(quote.expires_at)}}
        .dump();
}

Quote quote_of(const std::string& text) {
    const auto parsed = json::parse(text);
    const auto currency = Currency::from_code(parsed.at("currency").get<std::string>()).value();
    const auto money = [&](const char* key) { return Money{parsed.at(key).get<std::int64_t>(), currency}; };
    Quote quote;
    parsed.at("session").get_to(quote.session);
    parsed.at("revision").get_to(quote.revision);
    for (const auto& line : parsed.at("lines")) {
        quote.lines.push_back({line.at(0).get<std::string>(), line.at(1).get<std::int64_t>(),
                               Money{line.at(2).get<std::int64_t>(), currency}});
    }
    parsed.at("country").get_to(quote.country);
    parsed.at("shipping_method").get_to(quote.shipping_method);
    parsed.at("shipping_service").get_to(quote.shipping_service);
    parsed.at("payment_method").get_to(quote.payment_method);
    quote.goods = money("goods");
    quote.shipping = money("shipping");
    quote.fees = money("fees");
    quote.total = money("total");
    quote.expires_at = instant_from_us(parsed.at("expires_us").get<std::int64_t>());
    return quote;
}

void line_differences(const Quote& shown, const Quote& now, std::vector<Difference>& out) {
    if (shown.lines.size() != now.lines.size()) {
        out.push_back({"lines", std::to_string(shown.lines.size()), std::to_string(now.lines.size())});
        return;
    }
    for (std::size_t i = 0; i < shown.lines.size(); ++i) {
        const auto& before = shown.lines[i];
        const auto& after = now.lines[i];
        if (before.sku != after.sku) {
            out.push_back({"lines", before.sku, after.sku});
        } else if (before.quantity != after.quantity) {
            out.push_back({"quantity", before.sku + " x " + std::to_string(before.quantity),
                           after.sku + " x " + std::to_string(after.quantity)});
        } else if (before.unit_price != after.unit_price) {
            out.push_back({"unit_price", to_string(before.unit_price), to_string(after.unit_price)});
        }
    }
}

}  // namespace

std::vector<Difference> differences(const Quote& shown, const Quote& now) {
    std::vector<Difference> out;
    line_differences(shown, now, out);
    const auto compare = [&out](const char* code, const std::string& before, const std::string& after) {
        if (before != after) out.push_back({code, before, after});
    };
    compare("destination", shown.country, now.country);
    compare("shipping", shown.shipping_method + "/" + shown.shipping_service,
            now.shipping_method + "/" + now.shipping_service);
    compare("payment", shown.payment_method, now.payment_method);
    compare("shipping_price", to_string(shown.shipping), to_string(now.shipping));
    compare("fees", to_string(shown.fees), to_string(now.fees));
    compare("total", to_string(shown.total), to_string(now.total));
    return out;
}

std::string sign(const Quote& quote, const customers::Key& key) {
    const auto text = text_of(quote);
    return key.mac(purpose, text) + "." + text;
}

Result<Quote, QuoteRefused> open(std::string_view token, std::string_view session, Instant now,
                                 const customers::Key& key) {
    if (token.size() <= mac_digits + 1 || token.size() > 65536 || token[mac_digits] != '.') {
        return refuse(QuoteRefused{"quote_invalid"});
    }
    const auto text = token.substr(mac_digits + 1);
    if (!customers::equal_secrets(token.substr(0, mac_digits), key.mac(purpose, text))) {
        return refuse(QuoteRefused{"quote_invalid"});
    }
    auto quote = quote_of(std::string(text));
    if (quote.session != session) return refuse(QuoteRefused{"quote_invalid"});
    if (quote.expires_at <= now) return refuse(QuoteRefused{"quote_expired"});
    return quote;
}

}  // namespace noren::checkout
