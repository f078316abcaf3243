#include <algorithm>
#include <utility>

#include "checkout/checkout.hpp"
#include "customers/standing.hpp"
#include "orders/facts.hpp"
#include "orders/history.hpp"

namespace noren::checkout {
namespace {

using policies::Reason;

Reason own_refusal(std::string code, int line, std::vector<std::pair<std::string, std::string>> parameters = {}) {
    return {{}, {}, std::move(code), wire::Severity::Refusal, {}, {}, std::move(parameters), line};
}

/// A decision that stands in the way of all it was asked about, though it may not say why.
void refuse_whole(const policies::Decision& decision, const char* code, std::vector<Reason>& refusals) {
    refusals.insert(refusals.end(), decision.reasons.begin(), decision.reasons.end());
    if (decision.reasons.empty()) refusals.push_back(own_refusal(code, -1));
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

/// Asks for items and stock, and lays out lines, draft and facts.
store::Later<Sale> lay_out(store::Transaction& tx, const Parts& parts, const cart::Cart& cart) {
    const auto skus = cart::skus_of(cart);
    const auto household =
        cart.contact.street.empty()
            ? std::string()
            : parts.customers.household(customers::Address{
                  cart.contact.name, cart.contact.street, cart.contact.city, cart.contact.region,
                  cart.contact.postal_code, cart.contact.country, cart.contact.phone, cart.contact.is_hotel});
    const auto asked_levels = parts.books.stock.ask_levels(tx, skus);
    const auto asked_items = parts.catalog.ask_all(tx, skus);
    const auto past = parts.ask_history(tx, parts.books.policies.needs(orders::asked_at_placing), household, skus);
    const auto standing = customers::ask_standing(tx, {}, household);
    return store::Later<Sale>([&parts, &cart, household, asked_levels, asked_items, past, standing] {
        const auto items = asked_items.get();
        Sale sale;
        auto& draft = sale.draft;
        draft.contact = cart.contact;
        draft.placed_at = parts.books.clock.now();
        draft.household = household;
        draft.payment_method = cart.payment_method;
        draft.goods = draft.shipping = draft.fees = draft.total = {0, parts.currency};
        for (const auto& line : cart.lines) {
            const auto item = items.find(line.sku);
            if (item == items.end() || item->second.price.currency() != parts.currency) {
                sale.refusals.push_back(own_refusal("unknown_item", -1, {{"sku", line.sku}}));
                continue;
            }
            draft.lines.push_back(order_line(item->second, line.quantity));
            draft.goods += item->second.price * line.quantity;
            sale.lines.push_back({item->second, line.quantity, {}, {}});
        }
        auto& facts = sale.hearing.facts;
        facts = orders::facts_of(draft, parts.books.storefront, parts.books.calendar, draft.placed_at);
        const auto levels = asked_levels.get();
        for (std::size_t i = 0; i < sale.lines.size(); ++i) complete(facts.order->lines[i], sale.lines[i].item, levels);
        facts.history = past.get();
        facts.customer->standing = customers::word(standing.get());
        return sale;
    });
}

void keep(Hearing& hearing, policies::Decision& decision) {
    std::move(decision.ballots.begin(), decision.ballots.end(), std::back_inserter(hearing.ballots));
    decision.ballots.clear();
}

bool is_refused(const AppraisedLine& line) {
    return std::any_of(line.reasons.begin(), line.reasons.end(),
                       [](const Reason& reason) { return reason.severity == wire::Severity::Refusal; });
}

void decide_sale(const Parts& parts, Sale& sale) {
    auto decision = parts.books.policies.decide(wire::Point::Sell, sale.hearing.facts);
    for (const auto& reason : decision.reasons) {
        const bool of_a_line = reason.line >= 0 && static_cast<std::size_t>(reason.line) < sale.lines.size();
        if (of_a_line) sale.lines[static_cast<std::size_t>(reason.line)].reasons.push_back(reason);
        if (reason.severity == wire::Severity::Refusal) sale.refusals.push_back(reason);
    }
    if (decision.denied() && sale.refusals.empty()) sale.refusals.push_back(own_refusal("not_for_sale", -1));
    for (std::size_t i = 0; i < sale.lines.size(); ++i) {
        const auto& limit = decision.limits[i];
        auto& line = sale.lines[i];
        if (!limit && !is_refused(line)) {
            sale.refusals.push_back(own_refusal("not_for_sale", static_cast<int>(i), {{"sku", line.item.sku}}));
        }
        if (!limit) continue;
        line.at_most = limit->at_most;
        sale.draft.lines[i].source = sale.hearing.facts.order->lines[i].source = limit->source;
        if (line.quantity > limit->at_most && !is_refused(line)) {
            sale.refusals.push_back(own_refusal(limit->at_most == 0 ? "sold_out" : "too_many", static_cast<int>(i),
                                                {{"sku", line.item.sku}, {"at_most", std::to_string(limit->at_most)}}));
        }
    }
    sale.guards = std::move(decision.guards);
    keep(sale.hearing, decision);
}

/// Of one line nobody is asked: it is one order.
void decide_partition(const Parts& parts, Sale& sale) {
    if (sale.lines.size() < 2 || !parts.books.policies.decides(wire::Point::Partition)) return;
    auto decision = parts.books.policies.decide(wire::Point::Partition, sale.hearing.facts);
    if (decision.denied()) refuse_whole(decision, "not_for_sale_together", sale.refusals);
    const auto last = *std::max_element(decision.groups.begin(), decision.groups.end());
    const auto orders = static_cast<std::size_t>(last) + 1;
    if (orders > most_orders) {
        sale.refusals.push_back(own_refusal("too_many_orders", -1, {{"at_most", std::to_string(most_orders)}}));
    } else {
        sale.orders = orders;
        for (std::size_t i = 0; i < sale.lines.size(); ++i)
            sale.lines[i].order = static_cast<std::size_t>(decision.groups[i]);
    }
    keep(sale.hearing, decision);
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

/// How an order may be sent and paid.
struct Offers {
    std::vector<ShippingOption> shipping;
    std::vector<policies::MethodDecision> payment;
};

/// The refusal of what was chosen, and why it is not offered.
void refuse_chosen(const char* code, const std::string& method, const std::vector<Reason>* why,
                   std::vector<Reason>& refusals) {
    refusals.push_back(own_refusal(code, -1, {{"method", method}}));
    if (why == nullptr) return;
    std::copy_if(why->begin(), why->end(), std::back_inserter(refusals),
                 [](const Reason& reason) { return reason.severity == wire::Severity::Refusal; });
}

/// The first of a method's services that is offered; without one, the first that is not. Nothing of another method.
const ShippingOption* service_of(const std::vector<ShippingOption>& options, const std::string& method) {
    const ShippingOption* found = nullptr;
    for (const auto& option : options) {
        if (option.service.method != method) continue;
        if (option.offered) return &option;
        if (found == nullptr) found = &option;
    }
    return found;
}

Offers decide_offers(const Parts& parts, const cart::Cart& cart, const carriers::Quotes& quotes,
                     AppraisedOrder& order) {
    Offers offers;
    auto& facts = order.hearing.facts;
    facts.methods.clear();
    for (const auto& name : parts.payment_methods) add_candidate(facts, name);
    auto payment = parts.books.policies.decide(wire::Point::OfferPayment, facts);
    offers.payment = std::move(payment.methods);
    keep(order.hearing, payment);

    auto payment_candidates = std::exchange(facts.methods, {});
    auto shipping = decide_shipping(parts, quotes, facts);
    offers.shipping = std::move(shipping.options);
    keep(order.hearing, shipping.decision);
    // The record keeps one copy of the facts for all points: with every candidate.
    std::move(payment_candidates.begin(), payment_candidates.end(), std::back_inserter(facts.methods));

    const auto* chosen = service_of(offers.shipping, cart.shipping_method);
    if (chosen != nullptr && chosen->offered) {
        order.draft.shipping_method = chosen->service.method;
        order.draft.shipping_service = chosen->service.service;
        order.draft.shipping = chosen->service.price;
    } else {
        refuse_chosen("shipping_not_offered", cart.shipping_method, chosen ? &chosen->reasons : nullptr,
                      order.refusals);
    }
    const auto paid_by = std::find_if(offers.payment.begin(), offers.payment.end(),
                                      [&](const auto& method) { return method.name == cart.payment_method; });
    const bool is_known = paid_by != offers.payment.end();
    if (!is_known || !paid_by->offered) {
        refuse_chosen("payment_not_offered", cart.payment_method, is_known ? &paid_by->reasons : nullptr,
                      order.refusals);
    }
    return offers;
}

void decide_charges(const Parts& parts, AppraisedOrder& appraised) {
    auto& draft = appraised.draft;
    auto& order = *appraised.hearing.facts.order;
    order.shipping_method = draft.shipping_method;
    order.shipping = orders::wire_money(draft.shipping);
    if (parts.books.policies.decides(wire::Point::Charge)) {
        auto charge = parts.books.policies.decide(wire::Point::Charge, appraised.hearing.facts);
        for (const auto& fee : charge.fees) {
            if (fee.amount && fee.amount->currency == parts.currency.code() && fee.amount->minor >= 0) {
                draft.fees += Money{fee.amount->minor, parts.currency};
            }
        }
        if (charge.denied()) refuse_whole(charge, "not_chargeable", appraised.refusals);
        keep(appraised.hearing, charge);
    }
    draft.total = draft.goods + draft.shipping + draft.fees;
    order.total = orders::wire_money(draft.total);
}

void decide_invoice(const Parts& parts, AppraisedOrder& appraised) {
    auto& draft = appraised.draft;
    auto& facts = appraised.hearing.facts;
    for (std::size_t i = 0; i < draft.lines.size(); ++i) {
        auto& line = draft.lines[i];
        line.in_hand = line.source == "on_hand" ? line.quantity : 0;
        facts.order->lines[i].on_hand = line.in_hand;
    }
    draft.fulfilment = draft.all_in_hand() ? orders::Fulfilment::ready : orders::Fulfilment::waiting;
    facts.order->fulfilment = word_of(orders::fulfilment_words, draft.fulfilment);
    auto decision = parts.books.policies.decide(wire::Point::Invoice, facts);
    keep(appraised.hearing, decision);
    // Nobody would ever ask for the money of an order that may not be invoiced.
    if (decision.denied()) refuse_whole(decision, "not_invoiceable", appraised.refusals);
    if (decision.effect == wire::Effect::Allow) appraised.invoice = std::move(decision);
}

/// The places in a sale's lines of those that become one of its orders.
std::vector<std::size_t> places_of(const Sale& sale, std::size_t order) {
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < sale.lines.size(); ++i) {
        if (sale.lines[i].order == order) places.push_back(i);
    }
    return places;
}

/// One of several orders: its lines, and the facts as they are for them alone.
AppraisedOrder part_of(const Sale& sale, const std::vector<std::size_t>& places) {
    AppraisedOrder part;
    part.draft = sale.draft;
    part.draft.lines.clear();
    part.draft.goods = {0, sale.draft.goods.currency()};
    part.hearing.facts = sale.hearing.facts;
    auto& facts = part.hearing.facts;
    facts.order->lines.clear();
    std::vector<std::string> skus;
    for (const auto place : places) {
        const auto& line = part.draft.lines.emplace_back(sale.draft.lines[place]);
        part.draft.goods += line.unit_price * line.quantity;
        facts.order->lines.push_back(sale.hearing.facts.order->lines[place]);
        skus.push_back(line.sku);
    }
    facts.order->goods = orders::wire_money(part.draft.goods);
    orders::keep_history_of(skus, facts.history);
    return part;
}

/// Reasons about an order's lines become reasons about those of the cart.
void tell_of_cart(std::vector<Reason>& reasons, const std::vector<std::size_t>& places) {
    for (auto& reason : reasons) {
        const bool of_a_line = reason.line >= 0 && static_cast<std::size_t>(reason.line) < places.size();
        if (of_a_line) reason.line = static_cast<int>(places[static_cast<std::size_t>(reason.line)]);
    }
}

void tell_of_cart(Offers& offers, const std::vector<std::size_t>& places) {
    for (auto& option : offers.shipping) tell_of_cart(option.reasons, places);
    for (auto& method : offers.payment) tell_of_cart(method.reasons, places);
}

/// One option a method: the service that an order would go by.
std::vector<ShippingOption> by_method(const std::vector<ShippingOption>& options) {
    std::vector<ShippingOption> methods;
    for (const auto& option : options) {
        if (service_of(methods, option.service.method) == nullptr)
            methods.push_back(*service_of(options, option.service.method));
    }
    return methods;
}

/// A method is offered for two orders when it is for each.
void join(ShippingOption& both, const ShippingOption* other) {
    if (other == nullptr) {
        both.offered = false;
        return both.reasons.push_back(own_refusal("not_offered", -1));
    }
    if (!other->offered) both.reasons.insert(both.reasons.end(), other->reasons.begin(), other->reasons.end());
    both.offered = both.offered && other->offered;
    if (!both.offered) return;
    both.service.price += other->service.price;
    both.service.min_days = std::min(both.service.min_days, other->service.min_days);
    both.service.max_days = std::max(both.service.max_days, other->service.max_days);
    both.service.tracked = both.service.tracked && other->service.tracked;
}

void join(Offers& all, const Offers& further) {
    for (auto& option : all.shipping) join(option, service_of(further.shipping, option.service.method));
    for (const auto& option : by_method(further.shipping)) {
        if (service_of(all.shipping, option.service.method) != nullptr) continue;
        all.shipping.push_back(option);
        join(all.shipping.back(), nullptr);
    }
    for (std::size_t i = 0; i < all.payment.size(); ++i) {  // the candidates are the same for every order
        auto& method = all.payment[i];
        const auto& other = further.payment[i];
        if (!other.offered) method.reasons.insert(method.reasons.end(), other.reasons.begin(), other.reasons.end());
        method.offered = method.offered && other.offered;
    }
}

/// What is left to decide of an order that may be sold.
Offers decide_order(const Parts& parts, const cart::Cart& cart, const carriers::Quotes& quotes, AppraisedOrder& order) {
    auto offers = decide_offers(parts, cart, quotes, order);
    decide_charges(parts, order);
    decide_invoice(parts, order);
    return offers;
}

const carriers::Quotes& quotes_of(std::span<const carriers::Quotes> quotes, std::size_t order) {
    static const carriers::Quotes none;
    return order < quotes.size() ? quotes[order] : none;
}

void appraise_one(const Parts& parts, const cart::Cart& cart, Sale& sale, const carriers::Quotes& quotes,
                  Appraisal& appraisal) {
    auto& order = appraisal.orders.emplace_back();
    order.draft = std::move(sale.draft);
    order.hearing = std::move(sale.hearing);
    auto offers = decide_order(parts, cart, quotes, order);
    appraisal.shipping = std::move(offers.shipping);
    appraisal.payment = std::move(offers.payment);
}

void appraise_several(const Parts& parts, const cart::Cart& cart, Sale& sale, std::span<const carriers::Quotes> quotes,
                      Appraisal& appraisal) {
    Offers all;
    for (std::size_t i = 0; i < sale.orders; ++i) {
        const auto places = places_of(sale, i);
        auto& order = appraisal.orders.emplace_back(part_of(sale, places));
        auto offers = decide_order(parts, cart, quotes_of(quotes, i), order);
        tell_of_cart(order.refusals, places);
        tell_of_cart(offers, places);
        if (i == 0) {
            all = {by_method(offers.shipping), std::move(offers.payment)};
        } else {
            join(all, offers);
        }
    }
    appraisal.shipping = std::move(all.shipping);
    appraisal.payment = std::move(all.payment);
    appraisal.of_the_whole = std::move(sale.hearing);
}

Amounts amounts_of(const orders::Order& order) {
    return {order.goods, order.shipping, order.fees, order.total};
}

}  // namespace

store::Later<Sale> ask_sale(store::Transaction& tx, const Parts& parts, const cart::Cart& cart) {
    return lay_out(tx, parts, cart).then([&parts](Sale sale) {
        decide_sale(parts, sale);
        decide_partition(parts, sale);
        return sale;
    });
}

Appraisal appraise(const Parts& parts, const cart::Cart& cart, Sale sale, std::span<const carriers::Quotes> quotes) {
    Appraisal appraisal;
    if (sale.orders == 1) {
        appraise_one(parts, cart, sale, quotes_of(quotes, 0), appraisal);
    } else {
        appraise_several(parts, cart, sale, quotes, appraisal);
    }
    appraisal.lines = std::move(sale.lines);
    appraisal.guards = std::move(sale.guards);
    appraisal.refusals = std::move(sale.refusals);
    for (const auto& order : appraisal.orders)
        appraisal.refusals.insert(appraisal.refusals.end(), order.refusals.begin(), order.refusals.end());
    return appraisal;
}

Appraisal appraise(const Parts& parts, const cart::Cart& cart) {
    auto sale = parts.store.look_up([&](store::Transaction& tx) { return ask_sale(tx, parts, cart); });
    const auto quotes = shipping_quotes(parts, cart.contact, sale.lines);
    return appraise(parts, cart, std::move(sale), quotes);
}

Estimate estimate(const Parts& parts, const cart::Cart& cart) {
    auto sale = parts.store.look_up([&](store::Transaction& tx) { return lay_out(tx, parts, cart); });
    const auto quotes = shipping_quotes(parts, cart.contact, sale.lines);
    sale.hearing.facts.event = "estimate";
    auto shipping = decide_shipping(parts, quotes_of(quotes, 0), sale.hearing.facts);
    Estimate estimate{std::move(shipping.options), std::move(sale.refusals)};
    const auto& reasons = shipping.decision.reasons;
    std::copy_if(reasons.begin(), reasons.end(), std::back_inserter(estimate.refusals),
                 [](const Reason& reason) { return reason.severity == wire::Severity::Refusal; });
    return estimate;
}

std::vector<carriers::Quotes> shipping_quotes(const Parts& parts, const orders::Contact& contact,
                                              std::span<const AppraisedLine> lines) {
    std::vector<wire::QuotesRequestT> requests;
    for (const auto& line : lines) {
        if (line.order >= requests.size()) requests.resize(line.order + 1);
        auto& out = requests[line.order].lines.emplace_back();
        out.sku = line.item.sku;
        out.quantity = static_cast<std::int32_t>(line.quantity);
        out.unit_price = orders::wire_money(line.item.price);
        out.weight_g = line.item.weight.value_or(Grams{}).count();
        complete(out, line.item, {});
    }
    std::vector<carriers::Quotes> quotes;
    for (auto& request : requests) {
        request.origin_country = parts.country;
        request.destination = std::make_unique<wire::DestinationT>();
        request.destination->country = contact.country;
        request.destination->region = contact.region;
        request.destination->postal_code = contact.postal_code;
        request.destination->is_hotel = contact.is_hotel;
        request.currency = parts.currency.code();
        quotes.push_back(request.lines.empty() ? carriers::Quotes{} : parts.carriers.quotes(request));
    }
    return quotes;
}

Amounts Appraisal::amounts() const {
    auto all = amounts_of(orders.front().draft);
    for (std::size_t i = 1; i < orders.size(); ++i) all += amounts_of(orders[i].draft);
    return all;
}

Quote Appraisal::quote(const std::string& session, const std::string& revision, Instant now) const {
    const auto& first = orders.front().draft;
    Quote quote;
    quote.session = session;
    quote.revision = revision;
    for (const auto& line : lines) quote.lines.push_back({line.item.sku, line.quantity, line.item.price, line.order});
    quote.country = first.contact.country;
    quote.shipping_method = first.shipping_method;
    quote.payment_method = first.payment_method;
    for (const auto& order : orders) quote.orders.push_back({order.draft.shipping_service, amounts_of(order.draft)});
    quote.expires_at = now + quote_lifetime;
    return quote;
}

}  // namespace noren::checkout
