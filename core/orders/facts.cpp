#include "orders/facts.hpp"

#include "orders/garbled.hpp"

namespace noren::orders {
namespace {

constexpr int days_ahead = 62;  // as sdk/schema/policy.fbs promises

wire::LineT wire_line(const Line& line) {
    wire::LineT out;
    out.sku = line.sku;
    out.quantity = static_cast<std::int32_t>(line.quantity);
    out.unit_price = wire_money(line.unit_price);
    out.sale_state = line.sale_state;
    out.release_date = line.release_date.days;
    out.weight_g = line.weight.count();
    out.on_hand = line.in_hand;
    out.length_mm = line.length.count();
    out.width_mm = line.width.count();
    out.height_mm = line.height.count();
    out.restrictions = line.restrictions;
    out.condition = line.condition;
    out.category = line.category;
    out.source = line.source;
    out.purchase_limit = static_cast<std::int32_t>(line.purchase_limit);
    out.release_month_only = line.release_month_only;
    return out;
}

std::int64_t us_or_zero(const std::optional<Instant>& instant) {
    return instant ? us_of(*instant) : 0;
}

}  // namespace

std::unique_ptr<wire::MoneyT> wire_money(Money money) {
    auto out = std::make_unique<wire::MoneyT>();
    out->minor = money.minor();
    out->currency = money.currency().code();
    return out;
}

wire::FactsT facts_of(const Order& order, const std::string& storefront, const calendar::BusinessCalendar& calendar,
                      Instant now) {
    wire::FactsT facts;
    facts.storefront = storefront;

    facts.customer = std::make_unique<wire::CustomerT>();
    facts.customer->household = order.household;
    facts.customer->country = order.contact.country;
    facts.customer->standing = "open";

    facts.order = std::make_unique<wire::OrderT>();
    auto& out = *facts.order;
    out.number = order.number;
    out.placed_us = us_of(order.placed_at);
    for (const auto& line : order.lines) out.lines.push_back(wire_line(line));
    out.destination = std::make_unique<wire::DestinationT>();
    out.destination->country = order.contact.country;
    out.destination->region = order.contact.region;
    out.destination->is_hotel = order.contact.is_hotel;
    out.billing_country = order.contact.billing_country;
    out.payment_method = order.payment_method;
    out.shipping_method = order.shipping_method;
    out.goods = wire_money(order.goods);
    out.shipping = wire_money(order.shipping);
    out.total = wire_money(order.total);
    out.invoiced_us = us_or_zero(order.invoiced_at);
    out.due_us = us_or_zero(order.due_at);
    out.fulfilment = word_of(fulfilment_words, order.fulfilment);
    out.payment = word_of(payment_words, order.payment);
    out.hold = word_of(hold_words, order.hold);
    out.fees = wire_money(order.fees);
    out.shipping_service = order.shipping_service;
    out.paid_us = us_or_zero(order.paid_at);
    out.shipped_us = us_or_zero(order.shipped_at);
    out.delivered_us = us_or_zero(order.delivered_at);
    out.garbled = garbled_parts(order.contact);

    const auto today = calendar.local_date(now);
    facts.calendar = std::make_unique<wire::CalendarT>();
    facts.calendar->today = today.days;
    facts.calendar->is_business_day = calendar.is_business_day(today);
    facts.calendar->utc_offset_s = static_cast<std::int32_t>(calendar.utc_offset(now).count());
    for (int ahead = 0; ahead < days_ahead; ++ahead) {
        const Date day{today.days + ahead};
        if (!calendar.is_business_day(day)) facts.calendar->closed.push_back(day.days);
    }
    return facts;
}

}  // namespace noren::orders
