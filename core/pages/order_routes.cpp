#include <algorithm>
#include <array>
#include <charconv>

#include "fulfilment/cancel_order.hpp"
#include "fulfilment/change_order.hpp"
#include "pages/shop_desk.hpp"
#include "pages/shop_routes.hpp"

namespace noren::pages {
namespace {

using http::Response;
using orders::Payment;
using payments::AttemptState;

constexpr int a_page = 20;
const auto by_customer = fulfilment::Actor::customer();

/// An order that this visitor may see, and how they may: by their session, or by the key of a signed link.
struct Seen {
    orders::Order order;
    std::string key;  // empty: by the session

    Url link() const { return with_key(Url::path({"orders", order.number})); }
    Url pay() const { return with_key(Url::path({"orders", order.number, "pay"})); }
    Url cancel() const { return with_key(Url::path({"orders", order.number, "cancel"})); }
    Url change() const { return with_key(Url::path({"orders", order.number, "change"})); }

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
    page.state_code = desk.shop.order_states.of(order);
    page.state = {"order_state." + page.state_code, {}};
    page.placed_at = order.placed_at;
    if (order.payment == Payment::due) page.due_at = order.due_at;
    if (can_be_paid(desk, order)) page.pay = seen.pay();
    page.payment_method = {"payment_method." + order.payment_method, {}};
    page.shipping_method = {"shipping_method." + order.shipping_method, {}};
    for (const auto& line : order.lines) {
        shop::OrderLine shown{line.sku,
                              line.title,
                              Url::path({"products", line.sku}),
                              line.quantity,
                              line.unit_price,
                              line.unit_price * line.quantity,
                              {}};
        if (line.release_date.days != 0) shown.release_date = line.release_date;
        page.lines.push_back(std::move(shown));
    }
    page.goods = order.goods;
    page.charges.push_back({{"fee.shipping", {}}, order.shipping});
    if (order.fees.minor() != 0) page.charges.push_back({{"fee.fees", {}}, order.fees});
    page.total = order.total;
    const auto& to = order.contact;
    page.address = address_lines(
        desk, {to.name, to.street, to.city, to.region, to.postal_code, to.country, to.phone, to.is_hotel});
    for (const auto& event : timeline) page.timeline.push_back({event.at, {"event." + event.what, {}}});
    return page;
}

bool is_anything_allowed(const fulfilment::Cancellable& cancellable) {
    return cancellable.whole || std::any_of(cancellable.lines.begin(), cancellable.lines.end(),
                                            [](const auto& line) { return line.allowed; });
}

shop::OrderCard card_of(const ShopDesk& desk, const orders::Order& order) {
    const std::string state(desk.shop.order_states.of(order));
    shop::OrderCard card{
        order.number, Url::path({"orders", order.number}), {"order_state." + state, {}}, state, order.placed_at, {},
        order.total};
    if (order.payment == Payment::due) card.due_at = order.due_at;
    return card;
}

/// Those of the same checkout that the address names, as far as this visitor may see them.
std::vector<shop::OrderCard> placed_together(store::Transaction& tx, const ShopDesk& desk, const Visitor& visitor) {
    std::vector<shop::OrderCard> cards;
    for (const auto number : visitor.request.target.query.all("with")) {
        if (cards.size() == checkout::most_orders) break;
        const auto seen = find(tx, desk, visitor, number);
        if (!seen) continue;
        auto& card = cards.emplace_back(card_of(desk, seen->order));
        if (can_be_paid(desk, seen->order)) card.pay = seen->pay();
    }
    return cards;
}

Response show_order(ShopDesk& desk, Visitor& visitor) {
    std::optional<Seen> seen;
    bool can_be_cancelled = false;
    bool can_be_changed = false;
    std::vector<orders::Event> timeline;
    std::vector<shop::OrderCard> together;
    const bool is_just_placed = visitor.request.target.query.has("placed");
    desk.shop.books.read([&](store::Transaction& tx) {
        seen = find(tx, desk, visitor, visitor.request.parameter("number"));
        if (!seen) return;
        timeline = desk.shop.orders.timeline(tx, seen->order.id);
        const auto cancellable = fulfilment::cancellable(tx, desk.shop.fulfilment, seen->order, by_customer);
        can_be_cancelled = cancellable && is_anything_allowed(*cancellable);
        can_be_changed = fulfilment::changeable(tx, desk.shop.fulfilment, seen->order, by_customer).any();
        if (is_just_placed) together = placed_together(tx, desk, visitor);
    });
    if (!seen) no_order();
    auto page = page_of(desk, *seen, timeline);
    if (can_be_cancelled) page.cancel = seen->cancel();
    if (can_be_changed) page.change = seen->change();
    page.is_just_placed = is_just_placed;
    page.together = std::move(together);
    page.is_account_begun = page.is_just_placed && visitor.request.target.query.has("account");
    Sheet sheet{desk.words(page.is_just_placed ? "order.thanks" : "order.heading")};
    const bool any_pay = page.pay || std::any_of(page.together.begin(), page.together.end(),
                                                 [](const auto& card) { return card.pay.has_value(); });
    if (any_pay) sheet.reach = payment_reach(desk, seen->order.payment_method);
    return desk.show(visitor, sheet, page);
}

// --- Cancelling

/// What the customer typed, and why nothing came of it.
struct CancelEntry {
    std::string reason = {};
    std::vector<customers::FieldFault> faults = {};
    std::vector<shop::Reason> reasons = {};
    int status = 200;
};

Response show_cancel(const ShopDesk& desk, const Visitor& visitor, const Seen& seen, CancelEntry entry) {
    shop::CancelOrder page;
    page.number = seen.order.number;
    page.order = seen.link();
    page.action = seen.cancel();
    page.reasons = std::move(entry.reasons);
    page.faults = summary_of(entry.faults);
    page.reason = input(entry.faults, "reason", entry.reason);
    const auto cancellable = desk.shop.books.read([&](store::Transaction& tx) {
        return fulfilment::cancellable(tx, desk.shop.fulfilment, seen.order, by_customer);
    });
    if (!cancellable) {
        page.reasons.push_back({{"reason." + cancellable.error().code, {}}});
        return desk.show(visitor, {desk.words("cancel.heading"), entry.status}, page);
    }
    page.is_whole_allowed = cancellable->whole;
    for (auto& reason : reasons_of(cancellable->reasons)) page.reasons.push_back(std::move(reason));
    for (const auto& line : cancellable->lines) {
        const auto ordered = std::find_if(seen.order.lines.begin(), seen.order.lines.end(),
                                          [&](const orders::Line& one) { return one.id == line.id; });
        if (ordered == seen.order.lines.end()) continue;
        page.lines.push_back({id_text(line.id.value), ordered->title, ordered->quantity, line.allowed,
                              line.allowed ? line.until : std::nullopt, reasons_of(line.reasons)});
    }
    return desk.show(visitor, {desk.words("cancel.heading"), entry.status}, page);
}

Seen seen_or_404(const ShopDesk& desk, const Visitor& visitor) {
    auto seen = desk.shop.books.read(
        [&](store::Transaction& tx) { return find(tx, desk, visitor, visitor.request.parameter("number")); });
    if (!seen) no_order();
    return *std::move(seen);
}

Response get_cancel(ShopDesk& desk, Visitor& visitor) {
    return show_cancel(desk, visitor, seen_or_404(desk, visitor), {});
}

Response post_cancel(ShopDesk& desk, Visitor& visitor) {
    const auto seen = seen_or_404(desk, visitor);
    customers::FieldReader reader;
    CancelEntry entry{visitor.typed("reason")};
    fulfilment::CancelRequest request;
    request.order = seen.order.id;
    request.reason = reader.required_line("reason", entry.reason, 100);
    request.actor = by_customer;
    const bool is_whole = visitor.typed("do") == "whole";
    for (const auto line : visitor.form.all("line")) {
        if (!is_whole) request.lines.push_back({LineId{id_from_text(line).value_or(0)}, 0});
    }
    if (!is_whole && request.lines.empty()) entry.reasons.push_back({{"reason.nothing_chosen", {}}});
    entry.faults = reader.faults();
    entry.status = 422;
    if (!entry.faults.empty() || !entry.reasons.empty()) return show_cancel(desk, visitor, seen, std::move(entry));
    const auto cancelled = fulfilment::cancel(desk.shop.fulfilment, request);
    if (cancelled) return http::redirect(303, seen.link().with("done", "cancelled").text());
    entry.reasons = reasons_of(cancelled.error().reasons);
    if (entry.reasons.empty()) entry.reasons.push_back({{"reason." + cancelled.error().code, {}}});
    entry.status = 409;
    return show_cancel(desk, visitor, seen, std::move(entry));
}

// --- Changing

customers::Address address_of(const orders::Contact& contact) {
    return {contact.name,        contact.street,  contact.city,  contact.region,
            contact.postal_code, contact.country, contact.phone, contact.is_hotel};
}

/// The change as it was typed, or the order as it is; and what was said to it.
struct ChangeEntry {
    customers::Address address;
    std::string shipping_method;
    std::string payment_method;
    std::vector<customers::FieldFault> faults = {};
    std::vector<shop::Reason> reasons = {};
    std::optional<Money> new_total = {};
    int status = 200;
};

std::vector<shop::Choice> methods_named(const ShopDesk& desk, const std::vector<std::string>& names,
                                        const std::string& kind, const std::string& chosen) {
    std::vector<shop::Choice> choices;
    for (const auto& name : names) choices.push_back({name, desk.words(kind + "_method." + name), name == chosen});
    return choices;
}

Response show_change(const ShopDesk& desk, const Visitor& visitor, const Seen& seen, ChangeEntry entry) {
    shop::ChangeOrder page;
    page.number = seen.order.number;
    page.order = seen.link();
    page.action = seen.change();
    page.faults = summary_of(entry.faults);
    page.reasons = std::move(entry.reasons);
    page.new_total = entry.new_total;
    if (entry.new_total) page.expected = std::to_string(entry.new_total->minor());
    std::vector<std::string> carriers;
    for (const auto& carrier : desk.shop.effective->value()["carriers"].entries()) carriers.push_back(carrier.key());
    const auto changeable = desk.shop.books.read([&](store::Transaction& tx) {
        return fulfilment::changeable(tx, desk.shop.fulfilment, seen.order, by_customer);
    });
    for (const auto& part : changeable.parts) {
        if (!part.allowed) {
            for (auto& reason : reasons_of(part.reasons)) page.reasons.push_back(std::move(reason));
        } else if (part.what == "address") {
            page.form = form_of(desk, entry.address, entry.faults);
        } else if (part.what == "shipping_method") {
            page.shipping = methods_named(desk, carriers, "shipping", entry.shipping_method);
        } else if (part.what == "payment_method") {
            page.payment = methods_named(desk, desk.shop.fulfilment.payment_methods, "payment", entry.payment_method);
        }
    }
    return desk.show(visitor, {desk.words("change.heading"), entry.status}, page);
}

Response get_change(ShopDesk& desk, Visitor& visitor) {
    const auto seen = seen_or_404(desk, visitor);
    const auto& order = seen.order;
    return show_change(desk, visitor, seen, {address_of(order.contact), order.shipping_method, order.payment_method});
}

/// What differs from the order as it is.
fulfilment::ChangeRequest change_wanted(const ShopDesk& desk, const orders::Order& order, const ChangeEntry& entry,
                                        const customers::Address& address) {
    fulfilment::ChangeRequest request;
    request.order = order.id;
    request.actor = by_customer;
    if (address != address_of(order.contact)) {
        request.contact = orders::Contact{order.contact.email, address.name,   address.street,
                                          address.city,        address.region, address.postal_code,
                                          address.country,     address.phone,  order.contact.billing_country,
                                          address.is_hotel};
        request.household = desk.shop.customers.household(address);
    }
    if (entry.shipping_method != order.shipping_method) request.shipping_method = entry.shipping_method;
    if (entry.payment_method != order.payment_method) request.payment_method = entry.payment_method;
    return request;
}

Response post_change(ShopDesk& desk, Visitor& visitor) {
    const auto seen = seen_or_404(desk, visitor);
    const auto& order = seen.order;
    const auto typed_or = [&](std::string_view field, const std::string& otherwise) {
        return visitor.form.has(field) ? visitor.typed(field) : otherwise;
    };
    ChangeEntry entry{address_of(order.contact), typed_or("shipping", order.shipping_method),
                      typed_or("payment", order.payment_method)};
    auto address = entry.address;
    if (visitor.form.has("street_1")) {
        customers::FieldReader reader;
        entry.address = typed_address(visitor);
        address = customers::read_address(reader, entry.address);
        entry.faults = reader.faults();
    }
    entry.status = 422;
    if (!entry.faults.empty()) return show_change(desk, visitor, seen, std::move(entry));
    auto request = change_wanted(desk, order, entry, address);
    const auto refused = [&](const fulfilment::Refusal& refusal) {
        entry.reasons = reasons_of(refusal.reasons);
        if (entry.reasons.empty()) entry.reasons.push_back({{"reason." + refusal.code, {}}});
        return show_change(desk, visitor, seen, std::move(entry));
    };
    if (visitor.typed("do") == "change") {
        const auto expected = visitor.typed("expected");
        std::int64_t minor = -1;
        std::from_chars(expected.data(), expected.data() + expected.size(), minor);
        request.expected_total = Money{minor, order.total.currency()};
        if (const auto changed = fulfilment::change(desk.shop.fulfilment, request); !changed) {
            return refused(changed.error());
        }
        return http::redirect(303, seen.link().with("done", "changed").text());
    }
    const auto proposed = fulfilment::preview_change(desk.shop.fulfilment, request);
    if (!proposed) return refused(proposed.error());
    entry.new_total = proposed->total;
    entry.status = 200;
    return show_change(desk, visitor, seen, std::move(entry));
}

using Which = orders::Orders::Which;
constexpr std::array<std::pair<std::string_view, Which>, 3> order_lists{
    {{"", Which::all}, {"awaiting-payment", Which::awaiting_payment}, {"unshipped", Which::unshipped}}};

Url list_link(std::string_view list) {
    return list.empty() ? Url::path({"orders"}) : Url::path({"orders"}).with("which", list);
}

Response list_orders(ShopDesk& desk, Visitor& visitor) {
    const auto wanted = visitor.asked("which");
    const auto list =
        std::find_if(order_lists.begin(), order_lists.end(), [&](const auto& known) { return known.first == wanted; });
    if (list == order_lists.end()) throw http::BadRequest({404, "not_found", "There is no such list."});
    const auto whose = visitor.customer();
    if (!whose) return http::redirect(303, Url::path({"log-in"}).with("return_to", list_link(wanted).text()).text());
    const auto before = OrderId{id_from_text(visitor.asked("before")).value_or(0)};
    auto found = desk.shop.books.read(
        [&](store::Transaction& tx) { return desk.shop.orders.page_of(tx, *whose, before, a_page + 1, list->second); });
    shop::Orders page;
    page.lists = order_list_links(desk, wanted);
    if (found.size() > a_page) {
        found.resize(a_page);
        page.next = list_link(wanted).with("before", id_text(found.back().id.value));
    }
    for (const auto& order : found) {
        page.orders.push_back(card_of(desk, order));
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
    const auto attempt =
        desk.shop.books.look_up([&](store::Transaction& tx) { return desk.shop.attempts.ask(tx, id); });
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

bool can_be_paid(const ShopDesk& desk, const orders::Order& order) {
    return order.payment == Payment::due && desk.shop.payments.has(order.payment_method);
}

std::vector<shop::Link> order_list_links(const ShopDesk& desk, std::optional<std::string_view> current) {
    std::vector<shop::Link> links;
    for (const auto& [name, which] : order_lists) {
        const auto* key = which == Which::all                ? "orders.all"
                          : which == Which::awaiting_payment ? "orders.awaiting_payment"
                                                             : "orders.unshipped";
        links.push_back({desk.words(key), list_link(name), current == name});
    }
    return links;
}

void add_order_routes(http::Router& router, const Desk& desk) {
    add_page(router, desk, http::Method::get, "/orders", list_orders);
    add_page(router, desk, http::Method::get, "/orders/{number}", show_order);
    add_page(router, desk, http::Method::post, "/orders/{number}/pay", pay);
    add_page(router, desk, http::Method::get, "/orders/{number}/change", get_change);
    add_page(router, desk, http::Method::post, "/orders/{number}/change", post_change);
    add_page(router, desk, http::Method::get, "/orders/{number}/cancel", get_cancel);
    add_page(router, desk, http::Method::post, "/orders/{number}/cancel", post_cancel);
    add_page(router, desk, http::Method::get, "/payments/{attempt}/return", come_back);
    add_page(router, desk, http::Method::get, "/payments/{attempt}/cancelled", turn_back);
}

}  // namespace noren::pages
