#include <algorithm>

#include "pages/shop_desk.hpp"
#include "pages/shop_routes.hpp"

namespace noren::pages {
namespace {

using http::Response;
using orders::Fulfilment;
using orders::Payment;
using payments::AttemptState;

constexpr int a_page = 20;

/// The three states of an order as its customer sees them: one word.
std::string state_of(const orders::Order& order) {
    if (order.fulfilment == Fulfilment::cancelled) return "cancelled";
    if (order.fulfilment == Fulfilment::delivered) return "delivered";
    if (order.fulfilment == Fulfilment::shipped) return "shipped";
    if (order.hold == orders::Hold::held) return "held";
    if (order.payment == Payment::due) return "awaiting_payment";
    if (order.payment == Payment::pending) return "payment_pending";
    if (order.payment == Payment::paid) return order.fulfilment == Fulfilment::ready ? "preparing" : "paid";
    return "waiting";
}

/// An order that this visitor may see, and how they may: by their session, or by the key of a signed link.
struct Seen {
    orders::Order order;
    std::string key;  // empty: by the session

    Url link() const { return with_key(Url::path({"orders", order.number})); }
    Url pay() const { return with_key(Url::path({"orders", order.number, "pay"})); }

private:
    Url with_key(const Url& url) const { return key.empty() ? url : url.with("key", key); }
};

std::optional<Seen> find(store::Transaction& tx, const ShopDesk& desk, const Visitor& visitor,
                         std::string_view number) {
    auto order = desk.shop.orders.find(tx, number);
    if (!order) return std::nullopt;
    if (desk.shop.may_see(*order, visitor.session)) return Seen{*std::move(order), {}};
    auto key = visitor.asked("key");
    if (!customers::equal_secrets(key, order_key(desk.shop.checkout.key, order->number))) return std::nullopt;
    return Seen{*std::move(order), std::move(key)};
}

[[noreturn]] void no_order() {
    throw http::BadRequest({404, "order_not_found", "There is no such order."});
}

bool can_be_paid(const ShopDesk& desk, const orders::Order& order) {
    return order.payment == Payment::due && desk.shop.payments.has(order.payment_method);
}

std::vector<shop::Line> address_of(const orders::Contact& contact, const Reading& reading) {
    std::vector<shop::Line> lines;
    const auto add = [&lines](std::string text) {
        if (!text.empty()) lines.push_back({std::move(text)});
    };
    add(contact.name);
    for (const auto& street : contact.street) add(street);
    add(contact.postal_code.empty() ? contact.city : contact.postal_code + " " + contact.city);
    add(contact.region);
    add(country_name(contact.country, reading));
    add(contact.phone);
    return lines;
}

/// Where a form on a page with a pay button may lead to. Who the provider is only its plugin knows, so any https
/// address will do, and the addresses that the gateway is configured with (a provider in the same house).
http::PageReach payment_reach(const ShopDesk& desk, const std::string& method) {
    http::PageReach reach{{"https:"}, {}};
    for (const auto& gateway : desk.shop.effective->value()["gateways"].entries()) {
        if (gateway.key() != method) continue;
        for (const auto& entry : gateway.entries()) {
            if (entry.schema().type != settings::Type::url) continue;
            const auto& address = entry.text();
            reach.form_action.push_back(address.substr(0, address.find('/', address.find("://") + 3)));
        }
    }
    return reach;
}

shop::Order page_of(const ShopDesk& desk, const Seen& seen, const std::vector<orders::Event>& timeline) {
    const auto& order = seen.order;
    shop::Order page;
    page.number = order.number;
    page.state_code = state_of(order);
    page.state = {"order_state." + page.state_code, {}};
    page.placed_at = order.placed_at;
    if (order.payment == Payment::due) page.due_at = order.due_at;
    if (can_be_paid(desk, order)) page.pay = seen.pay();
    page.payment_method = {"payment_method." + order.payment_method, {}};
    page.shipping_method = {"shipping_method." + order.shipping_method, {}};
    for (const auto& line : order.lines) {
        shop::OrderLine shown{line.sku, line.title, line.quantity, line.unit_price, line.unit_price * line.quantity,
                              {}};
        if (line.release_date.days != 0) shown.release_date = line.release_date;
        page.lines.push_back(std::move(shown));
    }
    page.goods = order.goods;
    page.charges.push_back({{"fee.shipping", {}}, order.shipping});
    if (order.fees.minor() != 0) page.charges.push_back({{"fee.fees", {}}, order.fees});
    page.total = order.total;
    page.address = address_of(order.contact, desk.reading);
    for (const auto& event : timeline) page.timeline.push_back({event.at, {"event." + event.what, {}}});
    return page;
}

Response show_order(ShopDesk& desk, Visitor& visitor) {
    std::optional<Seen> seen;
    std::vector<orders::Event> timeline;
    desk.shop.books.read([&](store::Transaction& tx) {
        seen = find(tx, desk, visitor, visitor.request.parameter("number"));
        if (seen) timeline = desk.shop.orders.timeline(tx, seen->order.id);
    });
    if (!seen) no_order();
    auto page = page_of(desk, *seen, timeline);
    page.is_just_placed = visitor.request.target.query.has("placed");
    Sheet sheet{desk.words(page.is_just_placed ? "order.thanks" : "order.heading")};
    if (page.pay) sheet.reach = payment_reach(desk, seen->order.payment_method);
    return desk.show(visitor, sheet, page);
}

Response list_orders(ShopDesk& desk, Visitor& visitor) {
    if (!visitor.session.subject) return http::redirect(303, Url::path({"log-in"}).with("return_to", "/orders").text());
    const auto before = OrderId{id_from_text(visitor.asked("before")).value_or(0)};
    auto found = desk.shop.books.read([&](store::Transaction& tx) {
        return desk.shop.orders.page_of(tx, CustomerId{*visitor.session.subject}, before, a_page + 1);
    });
    shop::Orders page;
    if (found.size() > a_page) {
        found.resize(a_page);
        page.next = Url::path({"orders"}).with("before", id_text(found.back().id.value));
    }
    for (const auto& order : found) {
        const auto state = state_of(order);
        shop::OrderCard card{
            order.number, Url::path({"orders", order.number}), {"order_state." + state, {}}, state, order.placed_at, {},
            order.total};
        if (order.payment == Payment::due) card.due_at = order.due_at;
        page.orders.push_back(std::move(card));
    }
    return desk.show(visitor, {desk.words("orders.heading")}, page);
}

/// What became of an attempt, in one word of payment_outcome.
std::string outcome_of(AttemptState state) {
    switch (state) {
        case AttemptState::captured: return "captured";
        case AttemptState::pending: return "pending";
        case AttemptState::refused: return "refused";
        case AttemptState::abandoned: return "cancelled";
        case AttemptState::created: return "not_sent";
        default: return "unknown";
    }
}

Response show_outcome(const ShopDesk& desk, const Visitor& visitor, const payments::Attempt& attempt) {
    const auto code = outcome_of(attempt.state);
    const auto seen =
        desk.shop.books.read([&](store::Transaction& tx) { return find(tx, desk, visitor, attempt.order_number); });
    // Another browser than the one that ordered, such as a provider's app opens: it learns the outcome and no more.
    if (!seen)
        return desk.show(visitor, {desk.words("payment_outcome." + code)},
                         shop::Statement{{"payment_outcome." + code, {}}, {}, {}});
    shop::PaymentReturn page;
    page.outcome_code = code;
    page.outcome = {"payment_outcome." + code, {}};
    page.number = attempt.order_number;
    page.order = seen->link();
    Sheet sheet{desk.words(page.outcome.key)};
    if (can_be_paid(desk, seen->order) && code != "unknown") {
        page.pay = seen->pay();
        sheet.reach = payment_reach(desk, seen->order.payment_method);
    }
    return desk.show(visitor, sheet, page);
}

Response pay(ShopDesk& desk, Visitor& visitor) {
    const auto seen = desk.shop.books.read(
        [&](store::Transaction& tx) { return find(tx, desk, visitor, visitor.request.parameter("number")); });
    if (!seen) no_order();
    const auto attempt = desk.shop.payments.begin(seen->order.id, seen->order.payment_method);
    if (!attempt) {
        if (attempt.error().code != "payment_in_progress") return http::redirect(303, seen->link().text());
        payments::Attempt unsettled;
        unsettled.state = AttemptState::unknown;
        unsettled.order_number = seen->order.number;
        return show_outcome(desk, visitor, unsettled);
    }
    const bool is_asked_for = attempt->state == AttemptState::awaiting_customer;
    if (is_asked_for && Url::elsewhere(attempt->redirect_url)) return http::redirect(303, attempt->redirect_url);
    return show_outcome(desk, visitor, *attempt);
}

AttemptId attempt_of(const Visitor& visitor) {
    const auto id = id_from_text(visitor.request.parameter("attempt"));
    if (!id) throw http::BadRequest({404, "attempt_not_found", "There is no such payment."});
    return AttemptId{*id};
}

/// The customer approved. Whoever brings them back may be another browser; that the provider holds an approval is what
/// counts, and asking twice takes nothing twice.
Response come_back(ShopDesk& desk, Visitor& visitor) {
    const auto id = attempt_of(visitor);
    const auto captured = desk.shop.payments.capture(id);
    if (captured) return show_outcome(desk, visitor, *captured);
    const auto attempt = desk.shop.books.read([&](store::Transaction& tx) { return desk.shop.attempts.find(tx, id); });
    if (!attempt) throw http::BadRequest({404, "attempt_not_found", "There is no such payment."});
    return show_outcome(desk, visitor, *attempt);
}

/// The customer turned back at the provider. Only their own browser gives the attempt up.
Response turn_back(ShopDesk& desk, Visitor& visitor) {
    const auto id = attempt_of(visitor);
    std::optional<payments::Attempt> attempt;
    bool is_theirs = false;
    desk.shop.books.read([&](store::Transaction& tx) {
        attempt = desk.shop.attempts.find(tx, id);
        is_theirs = attempt && find(tx, desk, visitor, attempt->order_number).has_value();
    });
    if (!attempt) throw http::BadRequest({404, "attempt_not_found", "There is no such payment."});
    if (is_theirs) {
        if (auto given_up = desk.shop.payments.abandon(id)) attempt = *std::move(given_up);
    }
    if (attempt->state == AttemptState::awaiting_customer) attempt->state = AttemptState::abandoned;
    return show_outcome(desk, visitor, *attempt);
}

}  // namespace

void add_order_routes(http::Router& router, const Desk& desk) {
    add_page(router, desk, http::Method::get, "/orders", list_orders);
    add_page(router, desk, http::Method::get, "/orders/{number}", show_order);
    add_page(router, desk, http::Method::post, "/orders/{number}/pay", pay);
    add_page(router, desk, http::Method::get, "/payments/{attempt}/return", come_back);
    add_page(router, desk, http::Method::get, "/payments/{attempt}/cancelled", turn_back);
}

}  // namespace noren::pages
