#include "checkout/quote.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace noren::checkout {
namespace {

using nlohmann::json;

/// Another one whenever the JSON takes another form: what an earlier version signed is refused, not misread.
constexpr std::string_view purpose = "quote of orders";
constexpr std::size_t mac_digits = 64;

std::string text_of(const Quote& quote) {
    json lines = json::array();
    for (const auto& line : quote.lines)
        lines.push_back({line.sku, line.quantity, line.unit_price.minor(), line.order});
    json orders = json::array();
    for (const auto& order : quote.orders) {
        const auto& [goods, shipping, fees, total] = order.amounts;
        orders.push_back({order.shipping_service, goods.minor(), shipping.minor(), fees.minor(), total.minor()});
    }
    return json{{"session", quote.session},
                {"revision", quote.revision},
                {"currency", quote.orders.front().amounts.total.currency().code()},
                {"lines", std::move(lines)},
                {"country", quote.country},
                {"shipping_method", quote.shipping_method},
                {"payment_method", quote.payment_method},
                {"orders", std::move(orders)},
                {"expires_us", us_of(quote.expires_at)}}
        .dump();
}

Quote quote_of(const std::string& text) {
    const auto parsed = json::parse(text);
    const auto currency = Currency::from_code(parsed.at("currency").get<std::string>()).value();
    const auto money = [&](const json& minor) { return Money{minor.get<std::int64_t>(), currency}; };
    Quote quote;
    parsed.at("session").get_to(quote.session);
    parsed.at("revision").get_to(quote.revision);
    for (const auto& line : parsed.at("lines")) {
        quote.lines.push_back({line.at(0).get<std::string>(), line.at(1).get<std::int64_t>(), money(line.at(2)),
                               line.at(3).get<std::size_t>()});
    }
    parsed.at("country").get_to(quote.country);
    parsed.at("shipping_method").get_to(quote.shipping_method);
    parsed.at("payment_method").get_to(quote.payment_method);
    for (const auto& order : parsed.at("orders")) {
        quote.orders.push_back({order.at(0).get<std::string>(),
                                {money(order.at(1)), money(order.at(2)), money(order.at(3)), money(order.at(4))}});
    }
    quote.expires_at = instant_from_us(parsed.at("expires_us").get<std::int64_t>());
    return quote;
}

/// Which lines share an order: "A + C, B".
std::string shared_out(const Quote& quote) {
    std::string text;
    for (std::size_t order = 0; order < quote.orders.size(); ++order) {
        std::string together;
        for (const auto& line : quote.lines) {
            if (line.order == order) together += (together.empty() ? "" : " + ") + line.sku;
        }
        text += (text.empty() ? "" : ", ") + together;
    }
    return text;
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

bool become_the_same_orders(const Quote& shown, const Quote& now) {
    const auto alike = [](const QuotedLine& before, const QuotedLine& after) { return before.order == after.order; };
    const bool is_one = shown.orders.size() == 1 && now.orders.size() == 1;
    return is_one || std::equal(shown.lines.begin(), shown.lines.end(), now.lines.begin(), now.lines.end(), alike);
}

}  // namespace

Amounts& Amounts::operator+=(const Amounts& further) {
    goods += further.goods;
    shipping += further.shipping;
    fees += further.fees;
    total += further.total;
    return *this;
}

Amounts Quote::amounts() const {
    auto all = orders.front().amounts;
    for (std::size_t i = 1; i < orders.size(); ++i) all += orders[i].amounts;
    return all;
}

std::vector<Difference> differences(const Quote& shown, const Quote& now) {
    std::vector<Difference> out;
    line_differences(shown, now, out);
    if (!become_the_same_orders(shown, now)) {
        out.push_back({"orders", shared_out(shown), shared_out(now)});
        return out;
    }
    std::optional<std::size_t> order;
    const auto compare = [&](const char* code, const std::string& before, const std::string& after) {
        if (before != after) out.push_back({code, before, after, order});
    };
    compare("destination", shown.country, now.country);
    compare("payment", shown.payment_method, now.payment_method);
    for (std::size_t i = 0; i < shown.orders.size(); ++i) {
        if (shown.orders.size() > 1) order = i;
        const auto& before = shown.orders[i];
        const auto& after = now.orders[i];
        compare("shipping", shown.shipping_method + "/" + before.shipping_service,
                now.shipping_method + "/" + after.shipping_service);
        compare("shipping_price", to_string(before.amounts.shipping), to_string(after.amounts.shipping));
        compare("fees", to_string(before.amounts.fees), to_string(after.amounts.fees));
        compare("total", to_string(before.amounts.total), to_string(after.amounts.total));
    }
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
