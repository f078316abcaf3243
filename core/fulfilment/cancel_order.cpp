#include "fulfilment/cancel_order.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "fulfilment/reprice.hpp"
#include "invoicing/invoicing.hpp"
#include "orders/cancel_order.hpp"
#include "orders/conduct.hpp"
#include "orders/facts.hpp"

namespace noren::fulfilment {
namespace {

using orders::Fulfilment;
using orders::Order;
using orders::Payment;

constexpr std::size_t longest_reason = 200;

Result<void, Refusal> can_end(store::Transaction& tx, const orders::Books& books, const Order& order) {
    if (order.fulfilment != Fulfilment::waiting && order.fulfilment != Fulfilment::ready) {
        return refuse(Refusal{
            "not_in_this_state",
            "An order that is " + std::string(word_of(orders::fulfilment_words, order.fulfilment)) + " stays so."});
    }
    if (order.payment == Payment::pending || payment_in_progress(tx, books, order)) {
        return refuse(Refusal{"payment_in_progress", "A payment of this order is not settled yet."});
    }
    return {};
}

policies::Decision decide(const orders::Books& books, wire::FactsT& facts, const Actor& actor) {
    // Goods that never come are no choice of anybody's.
    if (actor.role != "system" && books.policies.decides(wire::Point::Cancel)) {
        auto decision = books.policies.decide(wire::Point::Cancel, facts);
        const auto now = us_of(books.clock.now());
        for (auto& line : decision.lines) {
            const bool ended = line.until_us != 0 && line.until_us <= now;
            if (!ended || line.effect == wire::Effect::Deny) continue;
            line.effect = wire::Effect::StaffOnly;
            line.reasons.push_back({{}, {}, "deadline_passed", wire::Severity::Refusal, {}, {}, {}, -1});
        }
        return decision;
    }
    policies::Decision decision;
    decision.point = wire::Point::Cancel;
    decision.effect = wire::Effect::StaffOnly;  // where nobody decides it, only the shop may
    decision.lines.resize(facts.order->lines.size());
    for (auto& line : decision.lines) line.effect = decision.effect;
    return decision;
}

std::optional<Instant> instant(std::int64_t us) {
    return us == 0 ? std::nullopt : std::optional(instant_from_us(us));
}

/// A line and how many units of it go.
struct Taken {
    std::size_t place = 0;
    std::int64_t quantity = 0;
};

Result<std::vector<Taken>, Refusal> parts_meant(const Order& order, const CancelRequest& request) {
    std::map<std::size_t, std::int64_t> meant;
    for (const auto& part : request.lines) {
        const auto line = std::find_if(order.lines.begin(), order.lines.end(),
                                       [&](const orders::Line& one) { return one.id == part.line; });
        const bool fits = line != order.lines.end() && part.quantity >= 0 && part.quantity <= line->quantity;
        if (!fits) return refuse(Refusal{"no_such_line", "The order has no such line, or fewer units of it."});
        if (part.quantity != 0 && part.quantity != line->quantity && request.actor.role == "customer") {
            return refuse(Refusal{"fewer_units", "Fewer units of an item are for the shop's staff to take out."});
        }
        meant[static_cast<std::size_t>(line - order.lines.begin())] =
            part.quantity == 0 ? line->quantity : part.quantity;
    }
    std::vector<Taken> taken;
    taken.reserve(meant.size());
    for (const auto& [place, quantity] : meant) taken.push_back({place, quantity});
    return taken;
}

bool is_whole(const Order& order, const std::vector<Taken>& taken) {
    if (taken.empty()) return true;
    return taken.size() == order.lines.size() && std::all_of(taken.begin(), taken.end(), [&](const Taken& one) {
               return one.quantity == order.lines[one.place].quantity;
           });
}

/// The order as it will be; the lines' units are given back by the caller.
Order without(const Order& order, const std::vector<Taken>& taken) {
    auto rest = order;
    for (const auto& one : taken) rest.lines[one.place].quantity -= one.quantity;
    std::erase_if(rest.lines, [](const orders::Line& line) { return line.quantity == 0; });
    return rest;
}

Result<void, Refusal> require_allowed(const policies::Decision& decision, const std::vector<Taken>& taken,
                                      const Actor& actor) {
    Refusal refusal{"refused", "This cannot be cancelled.", decision.reasons};
    bool allowed = decision.allows(actor.role);
    const auto judge = [&](std::size_t place) {
        const auto& line = decision.lines[place];
        if (policies::Decision::permits(line.effect, actor.role)) return;
        allowed = false;
        refusal.reasons.insert(refusal.reasons.end(), line.reasons.begin(), line.reasons.end());
    };
    if (taken.empty()) {
        for (std::size_t place = 0; place < decision.lines.size(); ++place) judge(place);
    }
    for (const auto& one : taken) judge(one.place);
    if (!allowed) return refuse(std::move(refusal));
    return {};
}

/// What the timeline keeps of who wanted it and why.
orders::Cancellation cancellation_of(const CancelRequest& request) {
    return {request.actor.role == "customer" ? "asked_by_customer" : request.reason, request.actor.who};
}

void take_out(store::Transaction& tx, const Parts& parts, Order& order, const std::vector<Taken>& taken,
              const CancelRequest& request, const carriers::Quotes& quotes, wire::FactsT& asked) {
    const auto& books = parts.books;
    const auto now = books.clock.now();
    const auto before = order;
    const auto reason = cancellation_of(request).reason;

    orders::Particulars about;
    about.reason = reason;
    auto details = nlohmann::json{{"reason", reason}, {"why", request.reason}, {"lines", nlohmann::json::array()}};
    std::vector<orders::Units> units;
    for (const auto& one : taken) {
        auto line = order.lines[one.place];
        line.quantity = one.quantity;
        units.push_back({line.sku, one.quantity});
        details["lines"].push_back({{"sku", line.sku}, {"quantity", one.quantity}});
        about.lines.push_back(std::move(line));
    }

    auto rest = without(order, taken);
    auto facts = orders::facts_of(rest, books.storefront, books.calendar, now);
    facts.actor = asked.actor;
    facts.customer->standing = asked.customer->standing;
    std::vector<policies::Ballot> ballots;
    price(parts, rest, quotes, facts, ballots);
    order.shipping_service = rest.shipping_service;
    order.goods = rest.goods;
    order.shipping = rest.shipping;
    order.fees = rest.fees;
    order.total = rest.total;
    books.orders.save_terms(tx, order);
    rest.version = order.version;
    settle_price(tx, books, before, rest, facts);
    order.version = rest.version;
    order.payment = rest.payment;

    books.orders.note(tx, order.id, {now, request.actor.who, "lines_cancelled", details.dump()});
    about.occasion = std::to_string(order.version);
    books.notices.post(tx, rest, books.notices.decide("lines_cancelled", facts, now, about));
    count_back(tx, order.household, std::move(units));
    for (const auto& one : taken) {
        orders::give_back(tx, books, order, order.lines[one.place], one.quantity);
        books.orders.save_line(tx, order, order.lines[one.place]);
    }
    for (auto line = order.lines.begin(); line != order.lines.end();) {
        if (line->quantity == 0) order.cancelled.push_back(*line);
        line = line->quantity == 0 ? order.lines.erase(line) : line + 1;
    }
    // What the rest waited for may just have been taken out.
    if (order.fulfilment == Fulfilment::waiting && order.all_in_hand() &&
        books.orders.step(tx, order, orders::FulfilmentEvent::stock_complete)) {
        invoicing::invoice_if_ready(tx, books, order.id);
        order = books.orders.find(tx, order.id).value();
    }
}

}  // namespace

Result<Cancellable, Refusal> cancellable(store::Transaction& tx, const Parts& parts, const Order& order,
                                         const Actor& actor) {
    TRY(can_end(tx, parts.books, order));
    auto facts = facts_for(tx, parts.books, wire::Point::Cancel, order, actor);
    const auto decision = decide(parts.books, facts, actor);
    Cancellable found;
    found.reasons = decision.reasons;
    found.whole = decision.allows(actor.role);
    for (std::size_t i = 0; i < order.lines.size(); ++i) {
        const auto& line = decision.lines[i];
        const bool allowed = decision.allows(actor.role) && policies::Decision::permits(line.effect, actor.role);
        found.whole = found.whole && allowed;
        found.lines.push_back(
            {order.lines[i].id, allowed && order.payment != Payment::paid, instant(line.until_us), line.reasons});
    }
    return found;
}

Result<Order, Refusal> cancel(const Parts& parts, const CancelRequest& request) {
    const auto& books = parts.books;
    if (request.reason.empty() || request.reason.size() > longest_reason)
        return refuse(Refusal{"reason_missing", "A reason of 1 to 200 bytes is needed."});
    const auto seen = parts.store.look_up([&](store::Transaction& tx) { return books.orders.ask(tx, request.order); });
    if (!seen) return refuse(Refusal{"order_not_found", "There is no such order."});
    const auto taken = TRY(parts_meant(*seen, request));
    const bool whole = is_whole(*seen, taken);
    const auto quotes = whole ? carriers::Quotes{} : shipping_quotes(parts, without(*seen, taken));

    return parts.store.transact([&](store::Transaction& tx) -> Result<Order, Refusal> {
        auto order = books.orders.find_for_change(tx, request.order);
        if (!order) return refuse(Refusal{"order_not_found", "There is no such order."});
        if (order->version != seen->version && !whole)
            return refuse(Refusal{"changed_meanwhile", "The order was changed meanwhile."});
        TRY(can_end(tx, books, *order));

        auto facts = facts_for(tx, books, wire::Point::Cancel, *order, request.actor);
        facts.reason = request.reason;
        for (const auto& one : taken) facts.selected.push_back(static_cast<std::int32_t>(one.place));
        auto decision = decide(books, facts, request.actor);
        TRY(require_allowed(decision, whole ? std::vector<Taken>{} : taken, request.actor));
        if (whole) {
            if (!orders::cancel_order(tx, books, *order, cancellation_of(request)))
                return refuse(Refusal{"not_in_this_state", "The order cannot be cancelled now."});
        } else {
            if (order->payment == Payment::paid)
                return refuse(Refusal{"paid", "Nothing is taken out of an order that is paid."});
            take_out(tx, parts, *order, taken, request, quotes, facts);
        }
        orders::record_decision(tx, books, *order, "cancelled", decision.effect, facts, std::move(decision.ballots));
        if (request.actor.role == "customer") {
            orders::offend(tx, books, *order, "cancelled", decision.offence_weight);
        }
        return *order;
    });
}

}  // namespace noren::fulfilment
