#include "api/views.hpp"

#include <cstdio>

#include "orders/contact_json.hpp"

namespace noren::api {

using nlohmann::json;

json view(Money money) {
    return {{"minor", money.minor()}, {"currency", money.currency().code()}};
}

std::string view(Instant instant) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(instant);
    const auto day = std::chrono::floor<std::chrono::days>(seconds);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{seconds - day};
    char text[40];
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()));
    return text;
}

namespace {

std::string view(Date date) {
    const std::chrono::year_month_day day{std::chrono::sys_days{std::chrono::days{date.days}}};
    char text[24];
    std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                  static_cast<unsigned>(day.day()));
    return text;
}

json maybe(const std::optional<Instant>& instant) {
    return instant ? json(api::view(*instant)) : json(nullptr);
}

}  // namespace

json view(const catalog::Item& item, std::span<const stock::Level> levels) {
    json out{{"sku", item.sku},
             {"title", item.title},
             {"description", item.description},
             {"price", view(item.price)},
             {"sale_state", item.sale_state},
             {"condition", item.condition},
             {"category", item.category},
             {"brand", item.brand},
             {"image", item.image_link},
             {"release_date", item.release_date ? json(view(*item.release_date)) : json(nullptr)},
             {"weight_g", item.weight ? json(item.weight->count()) : json(nullptr)},
             {"on_hand", 0},
             {"incoming", 0}};
    for (const auto& level : levels) {
        if (level.sku == item.sku) out[std::string(stock::word(level.source))] = level.free;
    }
    return out;
}

json view(const policies::Reason& reason) {
    json out{{"code", reason.code}};
    if (!reason.policy.empty()) out["policy"] = reason.policy + " " + reason.version;
    if (!reason.path.empty()) out["path"] = reason.path;
    if (!reason.location.empty()) out["location"] = reason.location;
    if (reason.line >= 0) out["line"] = reason.line;
    for (const auto& [name, value] : reason.parameters) out["parameters"][name] = value;
    return out;
}

json view(const std::vector<policies::Reason>& reasons) {
    auto out = json::array();
    for (const auto& reason : reasons) out.push_back(view(reason));
    return out;
}

json view(const cart::Cart& cart) {
    auto lines = json::array();
    for (const auto& line : cart.lines) lines.push_back({{"sku", line.sku}, {"quantity", line.quantity}});
    return {{"lines", std::move(lines)},
            {"contact", cart.contact},
            {"shipping", cart.shipping_method},
            {"payment", cart.payment_method}};
}

json view(const orders::Order& order, const std::vector<orders::Invoice>& invoices,
          const std::vector<orders::Event>& timeline) {
    auto lines = json::array();
    for (const auto& line : order.lines) {
        lines.push_back({{"sku", line.sku},
                         {"title", line.title},
                         {"quantity", line.quantity},
                         {"unit_price", view(line.unit_price)},
                         {"sale_state", line.sale_state}});
    }
    auto documents = json::array();
    for (const auto& invoice : invoices) {
        documents.push_back({{"number", invoice.number},
                             {"issued_at", view(invoice.issued_at)},
                             {"due_at", view(invoice.due_at)},
                             {"total", view(invoice.total)},
                             {"credited_at", maybe(invoice.credited_at)}});
    }
    auto events = json::array();
    for (const auto& event : timeline) {
        events.push_back({{"at", view(event.at)},
                          {"who", event.who},
                          {"what", event.what},
                          {"details", json::parse(event.details)}});
    }
    return {{"number", order.number},
            {"placed_at", view(order.placed_at)},
            {"fulfilment", word_of(orders::fulfilment_words, order.fulfilment)},
            {"payment", word_of(orders::payment_words, order.payment)},
            {"hold", word_of(orders::hold_words, order.hold)},
            {"payment_method", order.payment_method},
            {"shipping_method", order.shipping_method},
            {"lines", std::move(lines)},
            {"goods", view(order.goods)},
            {"shipping", view(order.shipping)},
            {"fees", view(order.fees)},
            {"total", view(order.total)},
            {"invoiced_at", maybe(order.invoiced_at)},
            {"due_at", maybe(order.due_at)},
            {"contact", order.contact},
            {"invoices", std::move(documents)},
            {"timeline", std::move(events)}};
}

json view(const checkout::Amounts& amounts) {
    return {{"goods", view(amounts.goods)},
            {"shipping", view(amounts.shipping)},
            {"fees", view(amounts.fees)},
            {"total", view(amounts.total)}};
}

json view(const payments::Attempt& attempt) {
    return {{"attempt", id_text(attempt.id.value)},
            {"order", attempt.order_number},
            {"method", attempt.method},
            {"state", word_of(payments::attempt_words, attempt.state)},
            {"amount", view(attempt.amount)},
            {"redirect_url", attempt.redirect_url},
            {"reason", attempt.reason}};
}

}  // namespace noren::api
