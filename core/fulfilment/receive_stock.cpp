#include "fulfilment/receive_stock.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "fulfilment/cancel_order.hpp"
#include "fulfilment/reprice.hpp"
#include "invoicing/invoicing.hpp"
#include "orders/facts.hpp"

namespace noren::fulfilment {
namespace {

using orders::Fulfilment;
using orders::Order;
using Waiting = orders::Orders::Waiting;

/// Units that one order gets, from what it expected and beyond.
struct Share {
    Order order;
    std::int64_t expected = 0;
    std::int64_t procured = 0;
};

/// Gives `left` units to the lines that wait, and says how many were taken.
std::int64_t fill(Share& share, const std::string& sku, std::int64_t left) {
    std::int64_t taken = 0;
    for (auto& line : share.order.lines) {
        if (line.sku != sku) continue;
        const auto units = std::min(left - taken, line.quantity - line.in_hand);
        line.in_hand += units;
        (line.source == "incoming" ? share.expected : share.procured) += units;
        taken += units;
    }
    return taken;
}

void tell(store::Transaction& tx, const orders::Books& books, const Order& order, const std::string& event,
          const orders::Particulars& about) {
    const auto now = books.clock.now();
    auto facts = orders::facts_of(order, books.storefront, books.calendar, now);
    books.notices.post(tx, order, books.notices.decide(event, facts, now, about));
}

}  // namespace

Allotted receive_stock(store::Transaction& tx, const orders::Books& books, const std::string& sku,
                       std::int64_t quantity, const std::string& cause) {
    Allotted allotted;
    std::vector<Share> shares;
    auto left = quantity;
    for (const auto id : books.orders.waiting(tx, sku, Waiting::for_units)) {
        if (left == 0) break;
        auto order = books.orders.find_for_change(tx, id);
        if (!order || order->fulfilment != Fulfilment::waiting) continue;
        Share share{*std::move(order), 0, 0};
        const auto taken = fill(share, sku, left);
        if (taken == 0) continue;
        left -= taken;
        allotted.to_orders += taken;
        allotted.orders.push_back(id);
        shares.push_back(std::move(share));
    }

    const auto now = books.clock.now();
    books.stock.lock(tx, sku);  // the last of all locks
    for (auto& [order, expected, procured] : shares) {
        if (expected > 0 && books.stock.arrive(tx, order.reservation, sku, expected, cause) != expected)
            throw std::logic_error("order " + order.number + " expects units that it does not hold");
        if (procured > 0) {
            const auto reservation = books.stock.arrive_for(tx, order.reservation, sku, procured, cause);
            if (reservation != order.reservation) {
                order.reservation = reservation;
                books.orders.save(tx, order);
            }
        }
        for (const auto& line : order.lines) {
            if (line.sku == sku) books.orders.save_line(tx, order, line);
        }
        books.orders.note(
            tx, order.id,
            {now, "system", "goods_arrived", nlohmann::json{{"sku", sku}, {"quantity", expected + procured}}.dump()});
        books.jobs.schedule(tx, {orders::goods_arrived_job, id_text(order.id.value), "", now});
    }
    if (left == 0) return allotted;
    const auto slots = std::min(left, books.stock.available(tx, sku, stock::Source::incoming));
    if (slots > 0 && !books.stock.withdraw(tx, sku, stock::Source::incoming, slots, cause))
        throw std::logic_error("expected units vanished while they were locked");
    books.stock.receive(tx, sku, stock::Source::on_hand, left, cause);
    allotted.free = left;
    return allotted;
}

void take_stock(store::Transaction& tx, const orders::Books& books, const std::string& sku, std::int64_t free,
                const std::string& cause) {
    const auto more = free - books.stock.available(tx, sku, stock::Source::on_hand);
    if (more > 0) {
        receive_stock(tx, books, sku, more, cause);
    } else {
        books.stock.set_free(tx, sku, stock::Source::on_hand, free, cause);
    }
}

void goods_arrived(store::Transaction& tx, const orders::Books& books, OrderId id) {
    auto order = books.orders.find_for_change(tx, id);
    if (!order || order->fulfilment != Fulfilment::waiting) return;
    orders::Particulars about;
    for (const auto& line : order->lines) {
        if (line.source == "none" && line.in_hand == line.quantity) {
            about.occasion += line.sku + " ";
            about.lines.push_back(line);
        }
    }
    if (!about.lines.empty()) tell(tx, books, *order, "items_procured", about);
    if (!order->all_in_hand()) return;
    if (!books.orders.step(tx, *order, orders::FulfilmentEvent::stock_complete))
        throw std::logic_error("a waiting order cannot be complete");
    books.jobs.cancel(tx, orders::procurement_job, id_text(id.value));
    invoicing::invoice_if_ready(tx, books, id);
}

namespace {

bool waits_for_procurement(const Order& order) {
    return std::any_of(order.lines.begin(), order.lines.end(), [](const orders::Line& line) {
        return line.source != "on_hand" && line.source != "incoming" && line.in_hand < line.quantity;
    });
}

}  // namespace

void watch_procurement(store::Transaction& tx, const orders::Books& books, const Order& order) {
    if (!books.procurement_alert || !waits_for_procurement(order)) return;
    books.jobs.schedule(tx, {orders::procurement_job, id_text(order.id.value), "",
                             books.calendar.resolve(*books.procurement_alert, order.placed_at)});
}

void procurement_is_late(store::Transaction& tx, const orders::Books& books, OrderId id) {
    const auto order = books.orders.find_for_change(tx, id);
    if (!order || order->fulfilment != Fulfilment::waiting || !waits_for_procurement(*order)) return;
    books.orders.open_case(tx, *order, "procurement_late", "system", orders::Orders::Whose::shops);
}

std::vector<OrderId> fail_supply(store::Transaction& tx, const orders::Books& books, const std::string& sku,
                                 const std::string& who) {
    const auto now = books.clock.now();
    const auto orders = books.orders.waiting(tx, sku, Waiting::for_units);
    for (const auto id : orders) {
        books.orders.note(tx, id, {now, who, "supply_failed", nlohmann::json{{"sku", sku}}.dump()});
        books.jobs.schedule(tx, {orders::supply_failed_job, id_text(id.value) + " " + sku, "", now});
    }
    books.stock.set_free(tx, sku, stock::Source::incoming, 0, "supply_failed");
    return orders;
}

Result<void, Refusal> supply_failed(const Parts& parts, OrderId id, const std::string& sku) {
    const auto order = parts.store.look_up([&](store::Transaction& tx) { return parts.books.orders.ask(tx, id); });
    if (!order || order->fulfilment != Fulfilment::waiting) return {};
    CancelRequest request{id, {}, "supply_failed", Actor::system()};
    std::int64_t expected = 0;
    for (const auto& line : order->lines) {
        if (line.sku != sku || line.in_hand == line.quantity) continue;
        request.lines.push_back({line.id, line.quantity - line.in_hand});
        if (line.source == "incoming") expected += line.quantity - line.in_hand;
    }
    if (request.lines.empty()) return {};
    TRY(cancel(parts, request));
    if (expected == 0) return {};
    // What would have come for it is not expected any more. (Nothing to withdraw where somebody ordered it meanwhile.)
    parts.store.transact([&](store::Transaction& tx) {
        (void)parts.books.stock.withdraw(tx, sku, stock::Source::incoming, expected, "supply_failed");
    });
    return {};
}

std::vector<OrderId> move_release(store::Transaction& tx, const orders::Books& books, const std::string& sku, Date date,
                                  bool month_only, const std::string& who) {
    std::vector<OrderId> moved;
    const auto now = books.clock.now();
    for (const auto id : books.orders.waiting(tx, sku, Waiting::for_units)) {
        auto order = books.orders.find_for_change(tx, id);
        if (!order || order->fulfilment != Fulfilment::waiting) continue;
        orders::Particulars about;
        for (auto& line : order->lines) {
            if (line.sku != sku || (line.release_date == date && line.release_month_only == month_only)) continue;
            line.release_date = date;
            line.release_month_only = month_only;
            books.orders.save_line(tx, *order, line);
            about.lines.push_back(line);
        }
        if (about.lines.empty()) continue;
        moved.push_back(id);
        about.occasion = sku + " " + std::to_string(date.days);
        books.orders.note(tx, id,
                          {now, who, "release_moved", nlohmann::json{{"sku", sku}, {"days", date.days}}.dump()});
        tell(tx, books, *order, "release_moved", about);
    }
    return moved;
}

std::vector<OrderId> move_price(const Parts& parts, const std::string& sku, Money price, const std::string& who) {
    const auto& books = parts.books;
    const auto waiting =
        parts.store.read([&](store::Transaction& tx) { return books.orders.waiting(tx, sku, Waiting::for_invoice); });
    std::vector<OrderId> moved;
    for (const auto id : waiting) {
        const bool changed = parts.store.transact([&](store::Transaction& tx) {
            auto order = books.orders.find_for_change(tx, id);
            if (!order || order->payment != orders::Payment::not_due) return false;
            auto facts = facts_for(tx, books, wire::Point::Change, *order, Actor::system());
            facts.change = std::make_unique<wire::ChangeT>();
            facts.change->what = "price";
            orders::Particulars about;
            for (std::size_t place = 0; place < order->lines.size(); ++place) {
                auto& line = order->lines[place];
                if (line.sku != sku || line.unit_price == price || price.currency() != line.unit_price.currency())
                    continue;
                facts.selected = {static_cast<std::int32_t>(place)};
                if (!books.policies.decides(wire::Point::Change) ||
                    !books.policies.decide(wire::Point::Change, facts).allows("system")) {
                    continue;
                }
                order->goods += (price - line.unit_price) * line.quantity;
                line.unit_price = price;
                books.orders.save_line(tx, *order, line);
                about.lines.push_back(line);
            }
            if (about.lines.empty()) return false;
            order->total = order->goods + order->shipping + order->fees;
            books.orders.save_terms(tx, *order);
            about.occasion = std::to_string(order->version);
            about.amount = order->total;
            books.orders.note(tx, id,
                              {books.clock.now(), who, "price_moved",
                               nlohmann::json{{"sku", sku}, {"price", to_string(price)}}.dump()});
            tell(tx, books, *order, "price_moved", about);
            return true;
        });
        if (changed) moved.push_back(id);
    }
    return moved;
}

}  // namespace noren::fulfilment
