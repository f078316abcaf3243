#include "fulfilment/change_order.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "fulfilment/reprice.hpp"
#include "orders/cancel_order.hpp"
#include "orders/facts.hpp"

namespace noren::fulfilment {
namespace {

using orders::Order;
using orders::Payment;

/// One part of what is wanted, as the policies are asked about it.
struct Part {
    std::string what;
    std::string from;
    std::string to;
    const orders::Contact* contact = nullptr;
};

std::vector<Part> parts_wanted(const Order& order, const ChangeRequest& request) {
    std::vector<Part> wanted;
    if (request.contact) wanted.push_back({"address", {}, {}, &*request.contact});
    if (request.shipping_method && *request.shipping_method != order.shipping_method)
        wanted.push_back({"shipping_method", order.shipping_method, *request.shipping_method, nullptr});
    if (request.payment_method && *request.payment_method != order.payment_method)
        wanted.push_back({"payment_method", order.payment_method, *request.payment_method, nullptr});
    return wanted;
}

policies::Decision decide(const orders::Books& books, wire::FactsT& facts, const Part& part) {
    facts.change = std::make_unique<wire::ChangeT>();
    facts.change->what = part.what;
    facts.change->from = part.from;
    facts.change->to = part.to;
    facts.change->destination = std::make_unique<wire::DestinationT>();
    if (part.contact != nullptr) {
        facts.change->destination->country = part.contact->country;
        facts.change->destination->region = part.contact->region;
        facts.change->destination->is_hotel = part.contact->is_hotel;
    }
    if (books.policies.decides(wire::Point::Change)) return books.policies.decide(wire::Point::Change, facts);
    policies::Decision decision;
    decision.effect = wire::Effect::StaffOnly;  // where nobody decides it, only the shop may
    return decision;
}

/// What no policy can allow: the money is settled, or on its way, or the parcel is.
Result<void, Refusal> is_open(store::Transaction& tx, const orders::Books& books, const Order& order) {
    const bool before_leaving =
        order.fulfilment == orders::Fulfilment::waiting || order.fulfilment == orders::Fulfilment::ready;
    const bool unpaid =
        order.payment == Payment::not_due || order.payment == Payment::due || order.payment == Payment::at_delivery;
    if (!before_leaving || (!unpaid && order.payment != Payment::pending))
        return refuse(Refusal{"not_in_this_state", "The order is paid, on its way or cancelled."});
    if (order.payment == Payment::pending || payment_in_progress(tx, books, order))
        return refuse(Refusal{"payment_in_progress", "A payment of this order is not settled yet."});
    return {};
}

Order wanted_of(const Order& order, const ChangeRequest& request) {
    auto wanted = order;
    if (request.contact) {
        wanted.contact = *request.contact;
        wanted.household = request.household;
    }
    if (request.shipping_method) wanted.shipping_method = *request.shipping_method;
    if (request.payment_method) wanted.payment_method = *request.payment_method;
    return wanted;
}

/// The order as it would be, and how that was decided.
struct Proposal {
    Order order;
    wire::FactsT facts;
    std::vector<policies::Ballot> ballots;
};

Result<Proposal, Refusal> propose(store::Transaction& tx, const Parts& parts, const Order& order,
                                  const ChangeRequest& request, const carriers::Quotes& quotes) {
    const auto& books = parts.books;
    const auto wanted = parts_wanted(order, request);
    if (wanted.empty()) return refuse(Refusal{"nothing_to_change", "Nothing of the order is to be another."});
    Proposal proposal;
    for (const auto& part : wanted) {
        auto facts = facts_for(tx, books, wire::Point::Change, order, request.actor);
        auto decision = decide(books, facts, part);
        if (!decision.allows(request.actor.role))
            return refuse(Refusal{"refused", "This cannot be changed.", decision.reasons});
        std::move(decision.ballots.begin(), decision.ballots.end(), std::back_inserter(proposal.ballots));
    }
    TRY(is_open(tx, books, order));
    const bool overdue = order.due_at && *order.due_at <= books.clock.now();
    if (overdue && request.payment_method && !books.collects_at_delivery(*request.payment_method))
        return refuse(Refusal{"deadline_passed", "It could not be paid in time any more."});
    proposal.order = wanted_of(order, request);
    proposal.facts = facts_for(tx, books, wire::Point::OfferPayment, proposal.order, request.actor);
    TRY(require_offered(parts, proposal.order, quotes, proposal.facts, proposal.ballots));
    price(parts, proposal.order, quotes, proposal.facts, proposal.ballots);
    if (request.expected_total && *request.expected_total != proposal.order.total)
        return refuse(Refusal{"total_differs", "The order would cost " + to_string(proposal.order.total) + "."});
    return proposal;
}

void move_counts(store::Transaction& tx, const Order& before, const Order& after) {
    if (before.household == after.household) return;
    std::vector<orders::Units> units;
    units.reserve(after.lines.size());
    for (const auto& line : after.lines) units.push_back({line.sku, line.quantity});
    orders::count_back(tx, before.household, units);
    orders::count_ordered(tx, after.household, std::move(units));
}

std::string changes_told(const std::vector<Part>& changed, const Order& before, const Order& after) {
    auto details = nlohmann::json{{"total", to_string(after.total)}};
    for (const auto& part : changed) {
        if (part.what == "address") {
            details["address"] = {{"from", before.contact.country}, {"to", after.contact.country}};
        } else {
            details[part.what] = {{"from", part.from}, {"to", part.to}};
        }
    }
    return details.dump();
}

}  // namespace

Changeable changeable(store::Transaction& tx, const Parts& parts, const Order& order, const Actor& actor) {
    const auto open = is_open(tx, parts.books, order);
    Changeable found;
    for (const auto* what : {"address", "shipping_method", "payment_method"}) {
        auto facts = facts_for(tx, parts.books, wire::Point::Change, order, actor);
        const auto decision = decide(parts.books, facts, {what, {}, {}, &order.contact});
        Changeable::Part part{what, open.has_value() && decision.allows(actor.role), {}, decision.reasons};
        if (decision.until_us != 0) part.until = instant_from_us(decision.until_us);
        found.parts.push_back(std::move(part));
    }
    return found;
}

Result<Order, Refusal> preview_change(const Parts& parts, const ChangeRequest& request) {
    const auto seen =
        parts.store.look_up([&](store::Transaction& tx) { return parts.books.orders.ask(tx, request.order); });
    if (!seen) return refuse(Refusal{"order_not_found", "There is no such order."});
    const auto quotes = shipping_quotes(parts, wanted_of(*seen, request));
    return parts.store.read([&](store::Transaction& tx) -> Result<Order, Refusal> {
        return TRY(propose(tx, parts, *seen, request, quotes)).order;
    });
}

Result<Order, Refusal> change(const Parts& parts, const ChangeRequest& request) {
    const auto& books = parts.books;
    const auto seen = parts.store.look_up([&](store::Transaction& tx) { return books.orders.ask(tx, request.order); });
    if (!seen) return refuse(Refusal{"order_not_found", "There is no such order."});
    const auto quotes = shipping_quotes(parts, wanted_of(*seen, request));

    return parts.store.transact([&](store::Transaction& tx) -> Result<Order, Refusal> {
        const auto before = books.orders.find_for_change(tx, request.order);
        if (!before) return refuse(Refusal{"order_not_found", "There is no such order."});
        if (before->version != seen->version)
            return refuse(Refusal{"changed_meanwhile", "The order was changed meanwhile."});
        auto [order, facts, ballots] = TRY(propose(tx, parts, *before, request, quotes));
        books.orders.save_terms(tx, order);
        settle_price(tx, books, *before, order, facts);
        move_counts(tx, *before, order);

        const auto now = books.clock.now();
        books.orders.note(
            tx, order.id,
            {now, request.actor.who, "changed", changes_told(parts_wanted(*before, request), *before, order)});
        orders::Particulars about;
        about.occasion = std::to_string(order.version);
        auto notice = books.notices.decide("order_changed", facts, now, about);
        books.notices.post(tx, order, notice);
        std::move(notice.ballots.begin(), notice.ballots.end(), std::back_inserter(ballots));
        orders::record_decision(tx, books, order, "changed", wire::Effect::Allow, facts, std::move(ballots));
        return order;
    });
}

}  // namespace noren::fulfilment
