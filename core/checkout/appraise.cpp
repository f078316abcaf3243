#include <algorithm>
#include <utility>

#include "checkout/checkout.hpp"
#include "customers/standing.hpp"
#include "orders/facts.hpp"

namespace noren::checkout {
namespace {

using policies::Reason;

Reason own_refusal(std::string code, int line, std::vector<std::pair<std::string, std::string>> parameters = {}) {
    return {{}, {}, std::move(code), wire::Severity::Refusal, {}, {}, std::move(parameters), line};
}

/// A decision that stands in the way of the whole cart, though it may not say why.
void refuse_whole(const policies::Decision& decision, const char* code, Appraisal& appraisal) {
    auto& refusals = appraisal.refusals;
    refusals.insert(refusals.end(), decision.reasons.begin(), decision.reasons.end());
    if (decision.reasons.empty()) refusals.push_back(own_refusal(code, -1));
}

std::vector<std::string> skus_of(const cart::Cart& cart) {
    std::vector<std::string> skus;
    for (const auto& line : cart.lines) skus.push_back(line.sku);
    return skus;
}

std::int64_t free_units(const std::vector<stock::Level>& levels, const std::string& sku, stock::Source source) {
    for (const auto& level : levels) {
        if (level.sku == sku && level.source == source) return level.free;
    }
    return 0;
}

orders::Line order_line(const catalog::Item& item, std::int64_t quantity) {
    orders::Line line;
    line.sku = item.sku;
    line.title = item.title;
    line.quantity = quantity;
    line.unit_price = item.price;
    line.sale_state = item.sale_state;
    line.release_date = item.release_date.value_or(Date{});
    line.weight = item.weight.value_or(Grams{});
    line.release_month_only = item.release_date && item.release_precision == catalog::Precision::month;
    line.length = item.length.value_or(Millimetres{});
    line.width = item.width.value_or(Millimetres{});
    line.height = item.height.value_or(Millimetres{});
    line.restrictions = item.restrictions;
    line.condition = item.condition;
    line.category = item.category;
    line.purchase_limit = item.purchase_limit.value_or(0);
    return line;
}

void complete(wire::LineT& line, const catalog::Item& item, const std::vector<stock::Level>& levels) {
    line.length_mm = item.length.value_or(Millimetres{}).count();
    line.width_mm = item.width.value_or(Millimetres{}).count();
    line.height_mm = item.height.value_or(Millimetres{}).count();
    line.restrictions = item.restrictions;
    line.condition = item.condition;
    line.on_hand = free_units(levels, item.sku, stock::Source::on_hand);
    line.incoming = free_units(levels, item.sku, stock::Source::incoming);
}

/// Reads items and stock, and lays out lines, draft and facts.
void lay_out(store::Transaction& tx, const Parts& parts, const cart::Cart& cart, Appraisal& appraisal) {
    const auto skus = skus_of(cart);
    auto& draft = appraisal.draft;
    draft.contact = cart.contact;
    draft.placed_at = parts.books.clock.now();
    draft.household =
        cart.contact.street.empty()
            ? std::string()
            : parts.customers.household(customers::Address{
                  cart.contact.name, cart.contact.street, cart.contact.city, cart.contact.region,
                  cart.contact.postal_code, cart.contact.country, cart.contact.phone, cart.contact.is_hotel});
    static constexpr wire::Point points[] = {wire::Point::Sell, wire::Point::OfferPayment, wire::Point::OfferShipping,
                                             wire::Point::Charge, wire::Point::Invoice};
    const auto asked_levels = parts.books.stock.ask_levels(tx, skus);
    const auto asked_items = parts.catalog.ask_all(tx, skus);
    const auto past = parts.ask_history(tx, parts.books.policies.needs(points), draft.household, skus);
    const auto standing = customers::ask_standing(tx, {}, draft.household);

    const auto items = asked_items.get();
    draft.payment_method = cart.payment_method;
    draft.goods = draft.shipping = draft.fees = draft.total = {0, parts.currency};
    for (const auto& line : cart.lines) {
        const auto item = items.find(line.sku);
        if (item == items.end() || item->second.price.currency() != parts.currency) {
            appraisal.refusals.push_back(own_refusal("unknown_item", -1, {{"sku", line.sku}}));
            continue;
        }
        draft.lines.push_back(order_line(item->second, line.quantity));
        draft.goods += item->second.price * line.quantity;
        appraisal.lines.push_back({item->second, line.quantity, {}, {}});
    }
    appraisal.facts = orders::facts_of(draft, parts.books.storefront, parts.books.calendar, draft.placed_at);
    const auto levels = asked_levels.get();
    for (std::size_t i = 0; i < appraisal.lines.size(); ++i) {
        complete(appraisal.facts.order->lines[i], appraisal.lines[i].item, levels);
    }
    appraisal.facts.history = past.get();
    appraisal.facts.customer->standing = customers::word(standing.get());
}

void keep(Appraisal& appraisal, policies::Decision& decision) {
    std::move(decision.ballots.begin(), decision.ballots.end(), std::back_inserter(appraisal.ballots));
    decision.ballots.clear();
}

bool is_refused(const AppraisedLine& line) {
    return std::any_of(line.reasons.begin(), line.reasons.end(),
                       [](const Reason& reason) { return reason.severity == wire::Severity::Refusal; });
}

void decide_sale(const Parts& parts, Appraisal& appraisal) {
    auto decision = parts.books.policies.decide(wire::Point::Sell, appraisal.facts);
    for (const auto& reason : decision.reasons) {
        const bool of_a_line = reason.line >= 0 && static_cast<std::size_t>(reason.line) < appraisal.lines.size();
        if (of_a_line) appraisal.lines[static_cast<std::size_t>(reason.line)].reasons.push_back(reason);
        if (reason.severity == wire::Severity::Refusal) appraisal.refusals.push_back(reason);
    }
    if (decision.denied() && appraisal.refusals.empty()) appraisal.refusals.push_back(own_refusal("not_for_sale", -1));
    for (std::size_t i = 0; i < appraisal.lines.size(); ++i) {
        const auto& limit = decision.limits[i];
        auto& line = appraisal.lines[i];
        if (!limit && !is_refused(line)) {
            appraisal.refusals.push_back(own_refusal("not_for_sale", static_cast<int>(i), {{"sku", line.item.sku}}));
        }
        if (!limit) continue;
        line.at_most = limit->at_most;
        appraisal.draft.lines[i].source = limit->source;
        if (line.quantity > limit->at_most && !is_refused(line)) {
            appraisal.refusals.push_back(
                own_refusal(limit->at_most == 0 ? "sold_out" : "too_many", static_cast<int>(i),
                            {{"sku", line.item.sku}, {"at_most", std::to_string(limit->at_most)}}));
        }
    }
    appraisal.guards = std::move(decision.guards);
    keep(appraisal, decision);
}

Reason of_carrier(const std::string& method, const wire::ReasonT& reason) {
    Reason out{method, {}, reason.code, reason.severity, {}, {}, {}, reason.line};
    for (const auto& parameter : reason.parameters) out.parameters.emplace_back(parameter.name, parameter.value);
    return out;
}

void add_candidate(wire::FactsT& facts, const std::string& name) {
    for (const auto& method : facts.methods) {
        if (method.name == name) return;
    }
    facts.methods.emplace_back();
    facts.methods.back().name = name;
}

struct Shipping {
    policies::Decision decision;
    std::vector<ShippingOption> options;
};

/// Every service that carriers offer, as policies have it, and those that carriers refuse. Adds the candidates to the
/// facts.
Shipping decide_shipping(const Parts& parts, const carriers::Quotes& quotes, wire::FactsT& facts) {
    for (const auto& service : quotes.services) add_candidate(facts, service.method);
    Shipping shipping{parts.books.policies.decide(wire::Point::OfferShipping, facts), {}};
    for (const auto& service : quotes.services) {
        for (const auto& method : shipping.decision.methods) {
            if (method.name == service.method) shipping.options.push_back({service, method.offered, method.reasons});
        }
    }
    for (const auto& refused : quotes.refused) {
        ShippingOption option;
        option.service.method = refused.method;
        option.service.service = refused.service;
        for (const auto& reason : refused.reasons) option.reasons.push_back(of_carrier(refused.method, reason));
        shipping.options.push_back(std::move(option));
    }
    return shipping;
}

void decide_offers(const Parts& parts, const cart::Cart& cart, const carriers::Quotes& quotes, Appraisal& appraisal) {
    auto& facts = appraisal.facts;
    facts.methods.clear();
    for (const auto& name : parts.payment_methods) add_candidate(facts, name);
    auto payment = parts.books.policies.decide(wire::Point::OfferPayment, facts);
    appraisal.payment = std::move(payment.methods);
    keep(appraisal, payment);

    auto payment_candidates = std::exchange(facts.methods, {});
    auto shipping = decide_shipping(parts, quotes, facts);
    appraisal.shipping = std::move(shipping.options);
    keep(appraisal, shipping.decision);
    // The record keeps one copy of the facts for all points: with every candidate.
    std::move(payment_candidates.begin(), payment_candidates.end(), std::back_inserter(facts.methods));

    const auto chosen =
        std::find_if(appraisal.shipping.begin(), appraisal.shipping.end(),
                     [&](const ShippingOption& o) { return o.offered && o.service.method == cart.shipping_method; });
    if (chosen != appraisal.shipping.end()) {
        appraisal.draft.shipping_method = chosen->service.method;
        appraisal.draft.shipping_service = chosen->service.service;
        appraisal.draft.shipping = chosen->service.price;
    } else {
        appraisal.refusals.push_back(own_refusal("shipping_not_offered", -1, {{"method", cart.shipping_method}}));
    }
    const bool payable = std::any_of(appraisal.payment.begin(), appraisal.payment.end(), [&](const auto& method) {
        return method.offered && method.name == cart.payment_method;
    });
    if (!payable)
        appraisal.refusals.push_back(own_refusal("payment_not_offered", -1, {{"method", cart.payment_method}}));
}

void decide_charges(const Parts& parts, Appraisal& appraisal) {
    auto& draft = appraisal.draft;
    auto& order = *appraisal.facts.order;
    order.shipping_method = draft.shipping_method;
    order.shipping = orders::wire_money(draft.shipping);
    if (parts.books.policies.decides(wire::Point::Charge)) {
        auto charge = parts.books.policies.decide(wire::Point::Charge, appraisal.facts);
        for (const auto& fee : charge.fees) {
            if (fee.amount && fee.amount->currency == parts.currency.code() && fee.amount->minor >= 0) {
                draft.fees += Money{fee.amount->minor, parts.currency};
            }
        }
        if (charge.denied()) refuse_whole(charge, "not_chargeable", appraisal);
        keep(appraisal, charge);
    }
    draft.total = draft.goods + draft.shipping + draft.fees;
    order.total = orders::wire_money(draft.total);
}

void decide_invoice(const Parts& parts, Appraisal& appraisal) {
    for (std::size_t i = 0; i < appraisal.draft.lines.size(); ++i) {
        auto& line = appraisal.draft.lines[i];
        line.in_hand = line.source == "on_hand" ? line.quantity : 0;
        appraisal.facts.order->lines[i].on_hand = line.in_hand;
        appraisal.facts.order->lines[i].source = line.source;
    }
    appraisal.draft.fulfilment =
        appraisal.draft.all_in_hand() ? orders::Fulfilment::ready : orders::Fulfilment::waiting;
    appraisal.facts.order->fulfilment = word_of(orders::fulfilment_words, appraisal.draft.fulfilment);
    auto decision = parts.books.policies.decide(wire::Point::Invoice, appraisal.facts);
    keep(appraisal, decision);
    // Nobody would ever ask for the money of an order that may not be invoiced.
    if (decision.denied()) refuse_whole(decision, "not_invoiceable", appraisal);
    if (decision.effect == wire::Effect::Allow) appraisal.invoice = std::move(decision);
}

}  // namespace

Appraisal appraise(store::Transaction& tx, const Parts& parts, const cart::Cart& cart, const carriers::Quotes& quotes) {
    Appraisal appraisal;
    lay_out(tx, parts, cart, appraisal);
    decide_sale(parts, appraisal);
    decide_offers(parts, cart, quotes, appraisal);
    decide_charges(parts, appraisal);
    decide_invoice(parts, appraisal);
    return appraisal;
}

Estimate estimate(const Parts& parts, const cart::Cart& cart) {
    const auto quotes = shipping_quotes(parts, cart);
    return parts.store.read([&](store::Transaction& tx) {
        Appraisal appraisal;
        lay_out(tx, parts, cart, appraisal);
        appraisal.facts.event = "estimate";
        auto shipping = decide_shipping(parts, quotes, appraisal.facts);
        Estimate estimate{std::move(shipping.options), std::move(appraisal.refusals)};
        const auto& reasons = shipping.decision.reasons;
        std::copy_if(reasons.begin(), reasons.end(), std::back_inserter(estimate.refusals),
                     [](const Reason& reason) { return reason.severity == wire::Severity::Refusal; });
        return estimate;
    });
}

carriers::Quotes shipping_quotes(const Parts& parts, const cart::Cart& cart) {
    wire::QuotesRequestT request;
    request.origin_country = parts.country;
    request.destination = std::make_unique<wire::DestinationT>();
    request.destination->country = cart.contact.country;
    request.destination->region = cart.contact.region;
    request.destination->postal_code = cart.contact.postal_code;
    request.destination->is_hotel = cart.contact.is_hotel;
    request.currency = parts.currency.code();
    const auto items =
        parts.store.look_up([&](store::Transaction& tx) { return parts.catalog.ask_all(tx, skus_of(cart)); });
    for (const auto& line : cart.lines) {
        const auto found = items.find(line.sku);
        if (found == items.end()) continue;
        const auto& item = found->second;
        wire::LineT out;
        out.sku = item.sku;
        out.quantity = static_cast<std::int32_t>(line.quantity);
        out.unit_price = orders::wire_money(item.price);
        out.weight_g = item.weight.value_or(Grams{}).count();
        complete(out, item, {});
        request.lines.push_back(std::move(out));
    }
    if (request.lines.empty()) return {};
    return parts.carriers.quotes(request);
}

Quote Appraisal::quote(const std::string& session, const std::string& revision, Instant now) const {
    Quote quote;
    quote.session = session;
    quote.revision = revision;
    for (const auto& line : draft.lines) quote.lines.push_back({line.sku, line.quantity, line.unit_price});
    quote.country = draft.contact.country;
    quote.shipping_method = draft.shipping_method;
    quote.shipping_service = draft.shipping_service;
    quote.payment_method = draft.payment_method;
    quote.goods = draft.goods;
    quote.shipping = draft.shipping;
    quote.fees = draft.fees;
    quote.total = draft.total;
    quote.expires_at = now + quote_lifetime;
    return quote;
}

}  // namespace noren::checkout
