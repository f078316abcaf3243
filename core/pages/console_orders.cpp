#include <algorithm>

#include "fulfilment/cancel_order.hpp"
#include "fulfilment/hold_order.hpp"
#include "fulfilment/refund_payment.hpp"
#include "fulfilment/ship_order.hpp"
#include "invoicing/invoicing.hpp"
#include "orders/find_orders.hpp"
#include "pages/console_desk.hpp"
#include "payments/refunds.hpp"
#include "policies/record.hpp"

namespace noren::pages {
namespace {

using http::Method;
using http::Response;

// --- the list

template <std::size_t Size>
std::vector<console::Option> options_of(const std::array<std::string_view, Size>& words, const std::string& chosen) {
    std::vector<console::Option> options{{"", {"filter.any", {}}, chosen.empty()}};
    for (const auto word : words) {
        options.push_back({std::string(word), {"state." + std::string(word), {}}, word == chosen});
    }
    return options;
}

Response list_orders(ConsoleDesk& desk) {
    const bool sees_money = desk.may(see_money);
    const orders::Wanted wanted{desk.asked("number"), sees_money ? desk.asked("email") : "", desk.asked("fulfilment"),
                                desk.asked("payment"), desk.asked("hold")};
    const OrderId before{id_from_text(desk.asked("before")).value_or(0)};
    auto found = desk.shop.books.read(
        [&](store::Transaction& tx) { return orders::find_orders(tx, desk.shop.orders, wanted, before, a_page + 1); });
    console::Orders page;
    page.filter = {desk.at("orders"),
                   wanted.number,
                   wanted.email,
                   options_of(orders::fulfilment_words, wanted.fulfilment),
                   options_of(orders::payment_words, wanted.payment),
                   options_of(orders::hold_words, wanted.hold)};
    if (found.size() > a_page) {
        found.resize(a_page);
        page.next = desk.at("orders")
                        .with("number", wanted.number)
                        .with("email", wanted.email)
                        .with("fulfilment", wanted.fulfilment)
                        .with("payment", wanted.payment)
                        .with("hold", wanted.hold)
                        .with("before", id_text(found.back().id.value));
    }
    for (const auto& order : found) page.orders.push_back(row_of(desk, order));
    return desk.show("orders", "orders.heading", page);
}

// --- one order

void add_address(console::Order& page, const orders::Contact& contact, const Reading& reading) {
    const auto add = [&page](const std::string& text) {
        if (!text.empty()) page.address.push_back({text});
    };
    add(contact.name);
    for (const auto& street : contact.street) add(street);
    add(contact.postal_code + (contact.postal_code.empty() ? "" : " ") + contact.city);
    add(contact.region);
    add(country_name(contact.country, reading));
    add(contact.phone);
}

bool takes(const orders::Order& order, orders::FulfilmentEvent event) {
    return next(orders::fulfilment_steps, order.fulfilment, event).has_value();
}

console::CancelForm cancel_form(const ConsoleDesk& desk, const orders::Order& order) {
    console::CancelForm form{desk.at("orders", order.number, "cancel"), {}};
    for (const auto& line : order.lines) {
        form.lines.push_back({"units_" + id_text(line.id.value), line.title, line.quantity});
    }
    return form;
}

/// The buttons that the order's state and the role leave; what policies say is said when one is pressed.
void add_actions(const ConsoleDesk& desk, const orders::Order& order, console::Order& page) {
    using orders::Fulfilment;
    using orders::FulfilmentEvent;
    const auto action = [&](const std::string& name, bool takes_reason) {
        page.actions.push_back({{"action." + name, {}}, desk.at("orders", order.number, name), takes_reason});
    };
    const bool is_held = order.hold == orders::Hold::held;
    if (desk.may(ship_orders) && takes(order, FulfilmentEvent::ship) && !is_held) {
        page.ship = {desk.at("orders", order.number, "ship"), page.shipping_method};
    }
    if (desk.may(ship_orders) && takes(order, FulfilmentEvent::deliver)) action("deliver", false);
    if (!desk.may(change_orders)) return;
    if (order.payment == orders::Payment::not_due && order.fulfilment == Fulfilment::ready && !is_held) {
        action("invoice", false);
    }
    if (!takes(order, FulfilmentEvent::cancel)) return;
    if (is_held) {
        action("release", false);
    } else {
        action("hold", true);
    }
    page.cancel = cancel_form(desk, order);
}

void add_refund_form(store::Transaction& tx, const ConsoleDesk& desk, const orders::Order& order,
                     console::Order& page) {
    if (!desk.may(move_money)) return;
    console::RefundForm form{desk.at("orders", order.number, "refund"), {}, {}, order.total.currency().code(), {}};
    for (const auto& one : fulfilment::refundable(tx, desk.shop.order_books, desk.shop.payments, order.id)) {
        if (one.left.minor() <= 0 || !one.by_gateway) continue;
        if (form.choices.empty()) form.amount = decimal(one.left);
        form.choices.push_back({id_text(one.attempt.value), one.method, one.left, form.choices.empty()});
    }
    if (form.choices.empty()) return;
    form.key = id_text(desk.shop.order_books.ids.next<struct WishKind>().value);
    page.refund = std::move(form);
}

console::Order page_of(const ConsoleDesk& desk, const orders::Order& order) {
    console::Order page;
    page.summary = row_of(desk, order);
    if (desk.may(see_customers)) page.customer = desk.at("customers", id_text(order.customer.value));
    const bool sees_money = desk.may(see_money);
    if (sees_money) {
        page.email = order.contact.email;
        page.household = order.household;
        page.revision = order.revision.substr(0, 12);
    }
    page.payment_method = order.payment_method;
    page.shipping_method = order.shipping_method + " " + order.shipping_service;
    add_address(page, order.contact, desk.reading());
    for (const auto* lines : {&order.lines, &order.cancelled}) {
        for (const auto& line : *lines) {
            console::OrderLine shown{id_text(line.id.value), line.sku,       line.title, line.quantity,
                                     line.in_hand,           line.cancelled, {},         {}};
            if (sees_money) {
                shown.unit_price = line.unit_price;
                shown.total = line.unit_price * line.quantity;
            }
            page.lines.push_back(std::move(shown));
        }
    }
    if (sees_money) {
        page.goods = order.goods;
        page.charges.push_back({{"fee.shipping", {}}, order.shipping});
        if (!order.fees.is_zero()) page.charges.push_back({{"fee.fees", {}}, order.fees});
        page.total = order.total;
    }
    add_actions(desk, order, page);
    return page;
}

void add_payments(store::Transaction& tx, const ConsoleDesk& desk, const orders::Order& order, console::Order& page) {
    for (const auto& attempt : desk.shop.attempts.of_order(tx, order.id)) {
        page.attempts.push_back({id_text(attempt.id.value), attempt.method,
                                 std::string(word_of(payments::attempt_words, attempt.state)), attempt.provider_ref,
                                 attempt.amount, attempt.begun_at});
    }
    for (const auto& refund : payments::refunds_of(tx, order.id)) {
        page.refunds.push_back({refund.amount, std::string(word_of(payments::refund_words, refund.state)),
                                refund.reason, desk.name_of(refund.who), refund.begun_at, refund.failure});
    }
    for (const auto& invoice : desk.shop.orders.invoices(tx, order.id)) {
        page.invoices.push_back(
            {invoice.number, invoice.issued_at, invoice.due_at, invoice.total, invoice.credited_at});
    }
}

/// What happened to the goods themselves.
bool is_about_goods(const orders::Event& event) {
    static constexpr std::array<std::string_view, 5> kinds{"placed", "held", "released", "shipped", "delivered"};
    return std::find(kinds.begin(), kinds.end(), event.what) != kinds.end();
}

void add_past(store::Transaction& tx, const ConsoleDesk& desk, const orders::Order& order, console::Order& page) {
    for (const auto& shipment : desk.shop.orders.shipments(tx, order.id)) {
        page.shipments.push_back(
            {shipment.method + " " + shipment.service, shipment.tracking, shipment.shipped_at, shipment.delivered_at});
    }
    for (const auto& one : desk.shop.orders.cases(tx, order.id)) {
        console::Case shown{
            one.kind, one.opened_at, desk.name_of(one.opened_by), one.settled_at, desk.name_of(one.settled_by), {}};
        if (!one.settled_at && desk.may(change_orders)) {
            shown.settle = desk.at("orders", order.number, "settle").with("case", id_text(one.id.value));
        }
        page.cases.push_back(std::move(shown));
    }
    const bool sees_money = desk.may(see_money);
    for (const auto& event : desk.shop.orders.timeline(tx, order.id)) {
        if (!sees_money && !is_about_goods(event)) continue;
        page.timeline.push_back({event.at,
                                 desk.name_of(event.who),
                                 {"event." + event.what, {}},
                                 attributes_of(event.details, desk.reading())});
    }
    if (!sees_money) return;
    for (const auto& record : policies::of_order(tx, order.id)) {
        for (auto& decision : trace_of(desk, record)) page.decisions.push_back(std::move(decision));
    }
}

Response show_order(ConsoleDesk& desk) {
    const auto page = desk.shop.books.read([&](store::Transaction& tx) -> std::optional<console::Order> {
        const auto order = desk.shop.orders.find(tx, desk.request.parameter("number"));
        if (!order) return std::nullopt;
        auto made = page_of(desk, *order);
        if (desk.may(see_money)) add_payments(tx, desk, *order, made);
        add_refund_form(tx, desk, *order, made);
        add_past(tx, desk, *order, made);
        return made;
    });
    if (!page) refuse_request(404, "order_not_found", "There is no such order.");
    return desk.show("orders", "orders.heading", *page);
}

// --- what staff do to it

orders::Order order_of(ConsoleDesk& desk) {
    auto order = desk.shop.books.read(
        [&](store::Transaction& tx) { return desk.shop.orders.find(tx, desk.request.parameter("number")); });
    if (!order) refuse_request(404, "order_not_found", "There is no such order.");
    return *std::move(order);
}

/// What the audit keeps of a text that nobody has checked yet.
std::string printable(const std::string& text) {
    std::string shown;
    for (const char c : text.substr(0, 64)) shown += c > ' ' && c < 0x7f ? c : '?';
    return shown;
}

Response back_to(const ConsoleDesk& desk, const orders::Order& order, const std::string& outcome = "done") {
    desk.wake_workers();
    return desk.back(desk.at("orders", order.number), outcome);
}

fulfilment::Actor actor_of(const ConsoleDesk& desk) {
    return {"staff", desk.who()};
}

template <class Done>
Response told(const ConsoleDesk& desk, const orders::Order& order, const Done& result) {
    return back_to(desk, order, result ? "done" : result.error().code);
}

Response cancel_order(ConsoleDesk& desk) {
    const auto why = desk.line("reason");
    const auto order = order_of(desk);
    fulfilment::CancelRequest wish{order.id, {}, why, actor_of(desk)};
    nlohmann::json details{{"reason", why}};
    if (desk.typed("do") != "whole") {
        for (const auto& line : order.lines) {
            const auto field = "units_" + id_text(line.id.value);
            const auto units = desk.typed(field).empty() ? 0 : desk.number(field, 0, line.quantity);
            if (units == 0) continue;
            wish.lines.push_back({line.id, units});
            details[line.sku] = units;
        }
        if (wish.lines.empty()) return back_to(desk, order, "nothing_chosen");
    }
    desk.audit("cancel_order", order.number, details);
    return told(desk, order, fulfilment::cancel(desk.shop.fulfilment, wish));
}

Response ship_order(ConsoleDesk& desk) {
    const auto order = order_of(desk);
    const auto tracking = desk.typed("tracking");
    desk.audit("ship_order", order.number, {{"tracking", printable(tracking)}});
    return told(desk, order, fulfilment::ship(desk.shop.fulfilment, {order.id, tracking, actor_of(desk)}));
}

Response deliver_order(ConsoleDesk& desk) {
    const auto order = order_of(desk);
    desk.audit("deliver_order", order.number, nlohmann::json::object());
    return told(desk, order, fulfilment::deliver(desk.shop.fulfilment, order.id, actor_of(desk)));
}

Response hold_order(ConsoleDesk& desk) {
    const auto why = desk.line("reason");
    const auto order = order_of(desk);
    desk.audit("hold_order", order.number, {{"reason", why}});
    const auto held = desk.shop.books.transact([&](store::Transaction& tx) {
        return fulfilment::hold(tx, desk.shop.order_books, order.id, why, actor_of(desk));
    });
    return told(desk, order, held);
}

Response release_order(ConsoleDesk& desk) {
    const auto order = order_of(desk);
    desk.audit("release_order", order.number, nlohmann::json::object());
    const auto released = desk.shop.books.transact([&](store::Transaction& tx) {
        return fulfilment::release_hold(tx, desk.shop.order_books, order.id, actor_of(desk));
    });
    return told(desk, order, released);
}

Response refund_order(ConsoleDesk& desk) {
    const auto why = desk.line("reason");
    const auto key = desk.line("key", 32);
    const auto order = order_of(desk);
    const auto attempt = id_from_text(desk.typed("attempt"));
    if (!attempt) return back_to(desk, order, "attempt_not_found");
    const auto is_of_order = desk.shop.books.read([&](store::Transaction& tx) {
        const auto found = desk.shop.attempts.find(tx, AttemptId{*attempt});
        return found && found->order == order.id;
    });
    if (!is_of_order) return back_to(desk, order, "attempt_not_found");
    const auto amount = money_from_decimal(desk.typed("amount"), order.total.currency());
    if (!amount || amount->minor() <= 0) return back_to(desk, order, "amount_malformed");
    desk.audit("refund_payment", order.number, {{"amount", to_string(*amount)}, {"reason", why}, {"key", key}});
    const auto refund = desk.shop.payments.refund({AttemptId{*attempt}, *amount, why, desk.who(), key});
    if (!refund) return back_to(desk, order, refund.error().code);
    switch (refund->state) {
        case payments::RefundState::done: return back_to(desk, order);
        case payments::RefundState::refused: return back_to(desk, order, "refund_refused");
        case payments::RefundState::asked:
        case payments::RefundState::pending: return back_to(desk, order, "refund_pending");
    }
    throw std::logic_error("a refund in no state");
}

Response invoice_order(ConsoleDesk& desk) {
    const auto order = order_of(desk);
    desk.audit("invoice_order", order.number, nlohmann::json::object());
    const bool invoiced = desk.shop.books.transact(
        [&](store::Transaction& tx) { return invoicing::invoice_if_ready(tx, desk.shop.order_books, order.id); });
    return back_to(desk, order, invoiced ? "done" : "policies_wait");
}

Response settle_case(ConsoleDesk& desk) {
    const auto order = order_of(desk);
    const auto id = id_from_text(desk.asked("case"));
    if (!id) refuse_request(404, "case_not_found", "There is no such case.");
    desk.audit("settle_case", order.number, {{"case", id_text(*id)}});
    const bool settled = desk.shop.books.transact([&](store::Transaction& tx) {
        return desk.shop.orders.settle_case(tx, Id<struct orders::CaseKind>{*id}, desk.who());
    });
    return back_to(desk, order, settled ? "done" : "not_in_this_state");
}

// --- decisions

Response list_decisions(ConsoleDesk& desk) {
    const bool only_refused = desk.asked("outcome") == "deny";
    const DecisionId before{id_from_text(desk.asked("before")).value_or(0)};
    console::Decisions page;
    page.only_refused = only_refused;
    page.all = desk.at("decisions");
    page.refused = page.all.with("outcome", "deny");
    desk.shop.books.read([&](store::Transaction& tx) {
        page.rows.clear();
        const auto records = policies::newest(tx, before, a_page + 1,
                                              only_refused ? policies::Outcome::refused : policies::Outcome::any);
        for (const auto& record : records) {
            if (page.rows.size() == a_page) break;
            std::optional<std::string> number;
            if (const auto order = record.order ? desk.shop.orders.find(tx, *record.order) : std::nullopt) {
                number = order->number;
            }
            page.rows.push_back(row_of(desk, record, number));
        }
        if (records.size() > a_page) {
            page.next = (only_refused ? page.refused : page.all).with("before", page.rows.back().id);
        }
    });
    return desk.show("decisions", "decisions.heading", page);
}

Response show_decision(ConsoleDesk& desk) {
    const auto id = id_from_text(desk.request.parameter("decision"));
    const auto page = desk.shop.books.read([&](store::Transaction& tx) -> std::optional<console::DecisionPage> {
        const auto record = id ? policies::find(tx, DecisionId{*id}) : std::nullopt;
        if (!record) return std::nullopt;
        console::DecisionPage made;
        made.summary = row_of(desk, *record, std::nullopt);
        if (const auto order = record->order ? desk.shop.orders.find(tx, *record->order) : std::nullopt) {
            made.summary.order = order->number;
            made.order = desk.at("orders", order->number);
        }
        made.decisions = trace_of(desk, *record);
        return made;
    });
    if (!page) refuse_request(404, "decision_not_found", "There is no such decision.");
    return desk.show("decisions", "decisions.one", *page);
}

}  // namespace

console::OrderRow row_of(const ConsoleDesk& desk, const orders::Order& order) {
    console::OrderRow row;
    row.number = order.number;
    row.link = desk.at("orders", order.number);
    row.placed_at = order.placed_at;
    row.customer = order.contact.name;
    row.country = order.contact.country;
    row.fulfilment = word_of(orders::fulfilment_words, order.fulfilment);
    row.payment = word_of(orders::payment_words, order.payment);
    row.hold = order.hold == orders::Hold::held ? "held" : "";
    if (order.payment == orders::Payment::due || order.payment == orders::Payment::pending) row.due_at = order.due_at;
    row.is_overdue = order.payment == orders::Payment::due && order.due_at && *order.due_at < desk.shop.clock.now();
    if (desk.may(see_money)) row.total = order.total;
    return row;
}

void add_order_desk_routes(http::Router& router, const SharedConsole& console) {
    add_console_page(router, console, Method::get, "/orders", see_orders, list_orders);
    add_console_page(router, console, Method::get, "/orders/{number}", see_orders, show_order);
    add_console_page(router, console, Method::post, "/orders/{number}/cancel", change_orders, cancel_order);
    add_console_page(router, console, Method::post, "/orders/{number}/invoice", change_orders, invoice_order);
    add_console_page(router, console, Method::post, "/orders/{number}/ship", ship_orders, ship_order);
    add_console_page(router, console, Method::post, "/orders/{number}/deliver", ship_orders, deliver_order);
    add_console_page(router, console, Method::post, "/orders/{number}/hold", change_orders, hold_order);
    add_console_page(router, console, Method::post, "/orders/{number}/release", change_orders, release_order);
    add_console_page(router, console, Method::post, "/orders/{number}/refund", move_money, refund_order);
    add_console_page(router, console, Method::post, "/orders/{number}/settle", change_orders, settle_case);
    add_console_page(router, console, Method::get, "/decisions", see_money, list_decisions);
    add_console_page(router, console, Method::get, "/decisions/{decision}", see_money, show_decision);
}

}  // namespace noren::pages
