#include "fulfilment/reprice.hpp"

#include <algorithm>

#include "invoicing/invoicing.hpp"
#include "orders/cancel_order.hpp"
#include "orders/facts.hpp"
#include "orders/history.hpp"

namespace noren::fulfilment {
namespace {

void add_candidate(wire::FactsT& facts, const std::string& name) {
    for (const auto& method : facts.methods) {
        if (method.name == name) return;
    }
    facts.methods.emplace_back().name = name;
}

void keep(std::vector<policies::Ballot>& ballots, policies::Decision& decision) {
    std::move(decision.ballots.begin(), decision.ballots.end(), std::back_inserter(ballots));
}

Result<void, Refusal> require_one(const policies::Decision& decision, const std::string& method, const char* code) {
    for (const auto& one : decision.methods) {
        if (one.name != method) continue;
        if (one.offered) return {};
        return refuse(Refusal{code, "'" + method + "' is not offered for this order.", one.reasons});
    }
    return refuse(Refusal{code, "'" + method + "' is not offered for this order.", decision.reasons});
}

}  // namespace

carriers::Quotes shipping_quotes(const Parts& parts, const orders::Order& order) {
    wire::QuotesRequestT request;
    request.origin_country = parts.country;
    request.destination = std::make_unique<wire::DestinationT>();
    request.destination->country = order.contact.country;
    request.destination->region = order.contact.region;
    request.destination->postal_code = order.contact.postal_code;
    request.destination->is_hotel = order.contact.is_hotel;
    request.currency = order.total.currency().code();
    auto facts = orders::facts_of(order, parts.books.storefront, parts.books.calendar, parts.books.clock.now());
    request.lines = std::move(facts.order->lines);
    if (request.lines.empty()) return {};
    return parts.carriers.quotes(request);
}

wire::FactsT facts_for(store::Transaction& tx, const orders::Books& books, wire::Point point,
                       const orders::Order& order, const Actor& actor) {
    const auto now = books.clock.now();
    auto facts = orders::facts_of(order, books.storefront, books.calendar, now);
    facts.actor = actor.role;
    orders::add_past(tx, books.policies, point, order, now, facts);
    return facts;
}

Result<void, Refusal> require_offered(const Parts& parts, const orders::Order& order, const carriers::Quotes& quotes,
                                      wire::FactsT& facts, std::vector<policies::Ballot>& ballots) {
    facts.methods.clear();
    for (const auto& service : quotes.services) add_candidate(facts, service.method);
    auto shipping = parts.books.policies.decide(wire::Point::OfferShipping, facts);
    keep(ballots, shipping);
    TRY(require_one(shipping, order.shipping_method, "shipping_not_offered"));
    facts.methods.clear();
    for (const auto& name : parts.payment_methods) add_candidate(facts, name);
    auto payment = parts.books.policies.decide(wire::Point::OfferPayment, facts);
    keep(ballots, payment);
    return require_one(payment, order.payment_method, "payment_not_offered");
}

void price(const Parts& parts, orders::Order& order, const carriers::Quotes& quotes, wire::FactsT& facts,
           std::vector<policies::Ballot>& ballots) {
    const auto currency = order.total.currency();
    order.goods = {0, currency};
    for (const auto& line : order.lines) order.goods += line.unit_price * line.quantity;

    const carriers::Service* chosen = nullptr;  // the same service, else the method's cheapest
    for (const auto& service : quotes.services) {
        if (service.method != order.shipping_method) continue;
        if (chosen == nullptr || service.service == order.shipping_service) chosen = &service;
    }
    if (chosen != nullptr) {
        order.shipping = chosen->price;
        order.shipping_service = chosen->service;
    }
    facts.order->goods = orders::wire_money(order.goods);
    facts.order->shipping = orders::wire_money(order.shipping);
    facts.order->shipping_service = order.shipping_service;
    if (parts.books.policies.decides(wire::Point::Charge)) {
        order.fees = {0, currency};
        auto charge = parts.books.policies.decide(wire::Point::Charge, facts);
        for (const auto& fee : charge.fees) {
            if (fee.amount && fee.amount->currency == currency.code() && fee.amount->minor >= 0)
                order.fees += Money{fee.amount->minor, currency};
        }
        keep(ballots, charge);
    }
    order.total = order.goods + order.shipping + order.fees;
    facts.order->fees = orders::wire_money(order.fees);
    facts.order->total = orders::wire_money(order.total);
}

bool payment_in_progress(store::Transaction& tx, const orders::Books& books, const orders::Order& order) {
    const auto attempts = books.attempts.of_order(tx, order.id);
    return std::any_of(attempts.begin(), attempts.end(), [&](const payments::Attempt& attempt) {
        using State = payments::AttemptState;
        return attempt.state == State::unknown || attempt.state == State::capturing ||
               (attempt.state == State::pending && !books.collects_at_delivery(attempt.method));
    });
}

void settle_price(store::Transaction& tx, const orders::Books& books, const orders::Order& before, orders::Order& order,
                  wire::FactsT& facts) {
    if (before.total == order.total && before.payment_method == order.payment_method) return;
    orders::give_up_attempts(tx, books, order.id);
    if (!order.invoiced_at) return;
    if (order.payment == orders::Payment::at_delivery) {
        if (!books.orders.step(tx, order, orders::PaymentEvent::failed)) throw std::logic_error("no way back to due");
        // The first deadline holds; what is collected at the door again gets the time that arranging it takes.
        const bool again = books.collects_at_delivery(order.payment_method);
        const auto due =
            again ? std::max(order.due_at.value(), books.clock.now() + std::chrono::hours(1)) : order.due_at.value();
        books.jobs.schedule(tx, {orders::deadline_job, id_text(order.id.value), "", due});
    }
    invoicing::reissue_invoice(tx, books, before, order, facts);
}

}  // namespace noren::fulfilment
