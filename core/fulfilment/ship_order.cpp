#include "fulfilment/ship_order.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "orders/facts.hpp"
#include "orders/receive_payment.hpp"

namespace noren::fulfilment {
namespace {

using orders::Order;
using orders::Payment;

constexpr std::size_t longest_tracking = 64;

bool is_tracking(const std::string& text) {
    return text.size() <= longest_tracking &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

void tell(store::Transaction& tx, const orders::Books& books, const Order& order, const char* event,
          const orders::Particulars& about) {
    const auto now = books.clock.now();
    auto facts = orders::facts_of(order, books.storefront, books.calendar, now);
    books.notices.post(tx, order, books.notices.decide(event, facts, now, about));
}

/// The money that the carrier took at the door.
void collect(store::Transaction& tx, const orders::Books& books, const Order& order) {
    for (auto& attempt : books.attempts.of_order(tx, order.id)) {
        if (attempt.state != payments::AttemptState::pending || !books.collects_at_delivery(attempt.method)) continue;
        attempt.captured = attempt.amount;
        if (!books.attempts.step(tx, attempt, payments::AttemptEvent::captured)) continue;
        books.jobs.cancel(tx, orders::payment_check_job, id_text(attempt.id.value));
        orders::receive_payment(tx, books, attempt, payments::AttemptEvent::captured);
        return;
    }
    throw std::logic_error("order " + order.number + " is to be paid at delivery, but nothing was arranged");
}

}  // namespace

Result<orders::Shipment, Refusal> ship(const Parts& parts, const ShipRequest& request) {
    const auto& books = parts.books;
    if (!is_tracking(request.tracking))
        return refuse(Refusal{"tracking_malformed", "A tracking number is at most 64 printable ASCII characters."});
    return parts.store.transact([&](store::Transaction& tx) -> Result<orders::Shipment, Refusal> {
        auto order = books.orders.find_for_change(tx, request.order);
        if (!order) return refuse(Refusal{"order_not_found", "There is no such order."});
        if (order->hold == orders::Hold::held)
            return refuse(Refusal{"not_in_this_state", "The order waits for its customer's answer."});
        const auto now = books.clock.now();
        order->shipped_at = now;
        if (order->payment != Payment::paid && order->payment != Payment::at_delivery)
            return refuse(Refusal{"not_paid", "The order is not paid."});
        if (!books.orders.step(tx, *order, orders::FulfilmentEvent::ship)) {
            return refuse(
                Refusal{"not_in_this_state",
                        "The order is " + std::string(word_of(orders::fulfilment_words, order->fulfilment)) + "."});
        }
        orders::Shipment shipment{order->shipping_method, order->shipping_service, request.tracking, now, {}};
        books.orders.insert_shipment(tx, order->id, shipment);
        books.orders.note(tx, order->id,
                          {now, request.actor.who, "shipped",
                           nlohmann::json{{"method", shipment.method}, {"tracking", shipment.tracking}}.dump()});
        orders::Particulars about;
        about.tracking = shipment.tracking;
        tell(tx, books, *order, "order_shipped", about);
        if (!books.stock.claim(tx, order->reservation))
            throw std::logic_error("the stock of a ready order was given away");
        return shipment;
    });
}

Result<void, Refusal> deliver(const Parts& parts, OrderId id, const Actor& actor) {
    const auto& books = parts.books;
    return parts.store.transact([&](store::Transaction& tx) -> Result<void, Refusal> {
        auto order = books.orders.find_for_change(tx, id);
        if (!order) return refuse(Refusal{"order_not_found", "There is no such order."});
        const auto now = books.clock.now();
        order->delivered_at = now;
        if (!books.orders.step(tx, *order, orders::FulfilmentEvent::deliver)) {
            return refuse(
                Refusal{"not_in_this_state",
                        "The order is " + std::string(word_of(orders::fulfilment_words, order->fulfilment)) + "."});
        }
        books.orders.save_delivery(tx, order->id, now);
        books.orders.note(tx, order->id, {now, actor.who, "delivered", "{}"});
        tell(tx, books, *order, "order_delivered", {});
        if (order->payment == Payment::at_delivery) collect(tx, books, *order);
        return {};
    });
}

}  // namespace noren::fulfilment
