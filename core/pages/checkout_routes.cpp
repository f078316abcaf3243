#include <algorithm>
#include <array>
#include <charconv>

#include "orders/contact_json.hpp"
#include "pages/shop_desk.hpp"
#include "pages/shop_routes.hpp"

namespace noren::pages {
namespace {

using customers::FieldFault;
using http::Response;

/// A cart's lines, what stands in their way, and how many orders they become: of a sale, or of all that follows it.
struct Lines {
    const std::vector<checkout::AppraisedLine>& lines;
    const std::vector<policies::Reason>& refusals;
    std::size_t orders;

    explicit Lines(const checkout::Sale& sale) : lines(sale.lines), refusals(sale.refusals), orders(sale.orders) {}
    explicit Lines(const checkout::Appraisal& appraisal)
        : lines(appraisal.lines), refusals(appraisal.refusals), orders(appraisal.orders.size()) {}
};

checkout::Sale sale_of(const ShopDesk& desk, const cart::Cart& cart) {
    return desk.shop.books.look_up(
        [&](store::Transaction& tx) { return checkout::ask_sale(tx, desk.shop.checkout, cart); });
}

Message order_of(std::size_t place, std::size_t orders) {
    return {"checkout.order_of", {{"place", std::to_string(place + 1)}, {"count", std::to_string(orders)}}};
}

std::optional<Message> told_apart(std::size_t orders) {
    if (orders == 1) return std::nullopt;
    return Message{"checkout.apart", {{"count", std::to_string(orders)}}};
}

shop::CartLine line_of(const ShopDesk& desk, const Lines& all, std::size_t place) {
    const auto& line = all.lines[place];
    shop::CartLine shown;
    shown.sku = line.item.sku;
    shown.name = line.item.title;
    shown.link = Url::path({"products", line.item.sku});
    shown.picture = picture_of(line.item);
    shown.quantity = line.quantity;
    shown.at_most = line.at_most.value_or(line.quantity);
    shown.unit_price = line.item.price;
    shown.total = line.item.price * line.quantity;
    shown.sale_state = {"sale_state." + line.item.sale_state, {}};
    shown.release = release_of(desk, line.item);
    if (all.orders > 1) shown.order = order_of(line.order, all.orders);
    std::vector<policies::Reason> refusals;
    for (const auto& reason : all.refusals) {
        if (reason.line == static_cast<int>(place)) refusals.push_back(reason);
    }
    shown.reasons = reasons_of(refusals);
    return shown;
}

std::vector<shop::CartLine> cart_lines(const ShopDesk& desk, const Lines& all, http::PageReach& reach) {
    std::vector<shop::CartLine> lines;
    for (std::size_t i = 0; i < all.lines.size(); ++i) {
        lines.push_back(line_of(desk, all, i));
        allow_pictures(reach, all.lines[i].item);
    }
    return lines;
}

std::vector<shop::Method> shipping_of(const checkout::Appraisal& appraisal, const cart::Cart& cart) {
    std::vector<shop::Method> methods;
    if (cart.contact.country.empty()) return methods;  // nothing can be said before
    for (const auto& option : appraisal.shipping) {
        shop::Method method;
        method.name = option.service.method;
        method.label = {"shipping_method." + option.service.method, {}};
        method.is_offered = option.offered;
        method.is_chosen = option.offered && cart.shipping_method == option.service.method;
        method.reasons = reasons_of(option.reasons);
        if (option.offered) {
            method.fee = option.service.price;
            if (option.service.max_days > 0) {
                method.delivery = Message{"shipping.days",
                                          {{"from", std::to_string(option.service.min_days)},
                                           {"to", std::to_string(option.service.max_days)}}};
            }
        }
        methods.push_back(std::move(method));
    }
    return methods;
}

std::vector<shop::Method> payment_of(const checkout::Appraisal& appraisal, const cart::Cart& cart) {
    std::vector<shop::Method> methods;
    for (const auto& decided : appraisal.payment) {
        shop::Method method;
        method.name = decided.name;
        method.label = {"payment_method." + decided.name, {}};
        method.is_offered = decided.offered;
        method.is_chosen = decided.offered && cart.payment_method == decided.name;
        method.reasons = reasons_of(decided.reasons);
        methods.push_back(std::move(method));
    }
    return methods;
}

/// Refusals of the whole, but not that something was not chosen yet.
std::vector<shop::Reason> whole_refusals(const checkout::Appraisal& appraisal, const cart::Cart& cart) {
    std::vector<policies::Reason> refusals;
    for (const auto& reason : appraisal.refusals) {
        const bool unchosen = (reason.code == "shipping_not_offered" && cart.shipping_method.empty()) ||
                              (reason.code == "payment_not_offered" && cart.payment_method.empty());
        if (reason.line < 0 && !unchosen) refusals.push_back(reason);
    }
    return reasons_of(refusals);
}

/// When it will be paid. The deadline runs from the payment request, so it is told as a span.
Message terms_of(const checkout::AppraisedOrder& order) {
    if (!order.invoice || !order.invoice->due || !order.invoice->due->within) {
        return {"terms.when_requested", {}};
    }
    const auto span = orders::span_of(*order.invoice->due->within);
    switch (span.unit) {
        case Span::Unit::days: return {"terms.days", {{"count", std::to_string(span.count)}}};
        case Span::Unit::business_days: return {"terms.business_days", {{"count", std::to_string(span.count)}}};
        case Span::Unit::seconds: break;
    }
    return {"terms.hours", {{"count", std::to_string(span.count / 3600)}}};
}

// --- The cart

Response show_cart(const ShopDesk& desk, const Visitor& visitor, std::vector<shop::Reason> reasons, int status) {
    const auto& cart = desk.cart_of(visitor);
    const auto sale = sale_of(desk, cart);
    Sheet sheet{desk.words("cart.heading"), status};
    shop::Cart page;
    page.lines = cart_lines(desk, Lines(sale), sheet.reach);
    page.apart = told_apart(sale.orders);
    page.goods = sale.draft.goods;
    page.reasons = std::move(reasons);
    page.notices = lines_of(desk.display.notices_of("cart"));
    return desk.show(visitor, sheet, page);
}

Response get_cart(ShopDesk& desk, Visitor& visitor) {
    return show_cart(desk, visitor, {}, 200);
}

Response post_cart(ShopDesk& desk, Visitor& visitor) {
    const auto sku = visitor.typed("sku");
    const auto typed = visitor.typed("quantity");
    std::int64_t quantity = -1;
    const auto [end, error] = std::from_chars(typed.data(), typed.data() + typed.size(), quantity);
    if (error != std::errc() || end != typed.data() + typed.size()) quantity = -1;
    auto cart = desk.cart_of(visitor);
    const bool is_new = std::none_of(cart.lines.begin(), cart.lines.end(), [&](const auto& l) { return l.sku == sku; });
    if (is_new) {
        const bool is_known = catalog::is_sku(sku) && desk.shop.books.read([&](store::Transaction& tx) {
            return desk.shop.catalog.find(tx, sku).has_value();
        });
        if (!is_known) throw http::BadRequest({404, "not_found", "there is no such product"});
    }
    if (const auto set = cart::set_quantity(cart, sku, quantity); !set) {
        return show_cart(desk, visitor, {{{"reason." + set.error().code, {}}}}, 422);
    }
    desk.keep(visitor, std::move(cart));
    return http::redirect(303, Url::path({"cart"}).with("done", is_new ? "added" : "cart_changed").text());
}

// --- The steps

enum class At { address, shipping, payment, confirm };
constexpr std::array<std::string_view, 4> step_names{"address", "shipping", "payment", "confirm"};

Url step_link(At step) {
    return Url::path({"checkout", step_names[static_cast<std::size_t>(step)]});
}

bool is_complete(const orders::Contact& contact) {
    return !contact.email.empty() && !contact.name.empty() && !contact.street.empty() && !contact.country.empty();
}

/// The first step that is not taken yet: none may be left out.
At open_step(const cart::Cart& cart) {
    if (!is_complete(cart.contact)) return At::address;
    if (cart.shipping_method.empty()) return At::shipping;
    if (cart.payment_method.empty()) return At::payment;
    return At::confirm;
}

std::vector<shop::Step> steps_at(At now, const cart::Cart& cart) {
    std::vector<shop::Step> steps;
    for (const auto step : {At::address, At::shipping, At::payment, At::confirm}) {
        shop::Step shown{{"step." + std::string(step_names[static_cast<std::size_t>(step)]), {}}, {}, step == now};
        if (step != now && step <= open_step(cart)) shown.link = step_link(step);
        steps.push_back(std::move(shown));
    }
    return steps;
}

/// Where to go instead, when the cart is empty or an earlier step is open.
std::optional<Response> earlier_step(const cart::Cart& cart, At wanted) {
    if (cart.lines.empty()) return http::redirect(303, "/cart");
    if (open_step(cart) < wanted) return http::redirect(303, step_link(open_step(cart)).text());
    return std::nullopt;
}

shop::Summary summary_of(const ShopDesk& desk, const checkout::Sale& sale, http::PageReach& reach) {
    return {cart_lines(desk, Lines(sale), reach), sale.draft.goods, {}};
}

shop::Summary summary_of(const ShopDesk& desk, const checkout::Appraisal& appraisal, http::PageReach& reach) {
    const auto amounts = appraisal.amounts();
    shop::Summary summary{cart_lines(desk, Lines(appraisal), reach), amounts.goods, {}};
    const bool is_sent = std::none_of(appraisal.orders.begin(), appraisal.orders.end(),
                                      [](const auto& order) { return order.draft.shipping_method.empty(); });
    if (is_sent) summary.charges.push_back({{"fee.shipping", {}}, amounts.shipping});
    return summary;
}

customers::Address address_of(const orders::Contact& contact) {
    return {contact.name,        contact.street,  contact.city,  contact.region,
            contact.postal_code, contact.country, contact.phone, contact.is_hotel};
}

orders::Contact contact_of(const customers::Address& address, std::string email) {
    return {std::move(email),    address.name,    address.street, address.city,    address.region,
            address.postal_code, address.country, address.phone,  address.country, address.is_hotel};
}

/// The address step as it is shown: what was typed, or what the cart holds.
struct AddressEntry {
    customers::Address address;
    std::string email;
    bool wants_account = false;
    std::vector<FieldFault> faults = {};
};

Response show_address(const ShopDesk& desk, const Visitor& visitor, const AddressEntry& entry) {
    const auto& cart = desk.cart_of(visitor);
    Sheet sheet{desk.words("step.address"), entry.faults.empty() ? 200 : 422};
    shop::CheckoutAddress page;
    page.steps = steps_at(At::address, cart);
    page.summary = summary_of(desk, sale_of(desk, cart), sheet.reach);
    page.faults = pages::summary_of(entry.faults);
    page.form = form_of(desk, entry.address, entry.faults);
    page.wants_account = entry.wants_account;
    if (const auto customer = visitor.customer()) {
        desk.shop.books.read([&](store::Transaction& tx) {
            page.kept.clear();
            for (const auto& kept : desk.shop.customers.addresses(tx, *customer)) {
                page.kept.push_back(shown_address(desk, kept));
            }
        });
    } else {
        page.email = input(entry.faults, "email", entry.email);
    }
    return desk.show(visitor, sheet, page);
}

Response get_address(ShopDesk& desk, Visitor& visitor) {
    const auto& cart = desk.cart_of(visitor);
    if (auto instead = earlier_step(cart, At::address)) return *std::move(instead);
    return show_address(desk, visitor, {address_of(cart.contact), cart.contact.email, cart.wants_account});
}

Response proceed(const ShopDesk& desk, const Visitor& visitor, cart::Cart cart, At next) {
    desk.keep(visitor, std::move(cart));
    return http::redirect(303, step_link(next).text());
}

std::string email_of(const ShopDesk& desk, CustomerId customer) {
    const auto found =
        desk.shop.books.read([&](store::Transaction& tx) { return desk.shop.customers.find(tx, customer); });
    return found ? found->email : std::string();
}

/// An address of the customer's book, chosen by its button.
Response take_kept(const ShopDesk& desk, const Visitor& visitor, CustomerId customer) {
    const auto id = customers::AddressId{id_from_text(visitor.typed("kept")).value_or(0)};
    const auto kept =
        desk.shop.books.read([&](store::Transaction& tx) { return desk.shop.customers.address(tx, customer, id); });
    if (!kept) throw http::BadRequest({404, "address_not_found", "There is no such address."});
    auto cart = desk.cart_of(visitor);
    cart.contact = contact_of(*kept, email_of(desk, customer));
    cart.wants_account = false;
    return proceed(desk, visitor, std::move(cart), At::shipping);
}

Response post_address(ShopDesk& desk, Visitor& visitor) {
    const auto customer = visitor.customer();
    if (customer && visitor.form.has("kept")) return take_kept(desk, visitor, *customer);
    customers::FieldReader reader;
    AddressEntry entry{typed_address(visitor), visitor.typed("email"), visitor.typed("wants_account") == "1"};
    const auto email = customer ? email_of(desk, *customer) : reader.email("email", entry.email);
    const auto address = customers::read_address(reader, entry.address);
    entry.faults = reader.faults();
    if (entry.faults.empty() && entry.wants_account && !customer) {
        entry.faults = desk.shop.accounts.faults_of({email, address.name, address.country});
    }
    if (!entry.faults.empty()) return show_address(desk, visitor, entry);
    if (customer) {
        desk.shop.books.transact(
            [&](store::Transaction& tx) { desk.shop.customers.keep_address(tx, *customer, std::nullopt, address); });
    }
    auto cart = desk.cart_of(visitor);
    cart.contact = contact_of(address, email);
    cart.wants_account = entry.wants_account && !customer;
    return proceed(desk, visitor, std::move(cart), At::shipping);
}

Response show_methods(const ShopDesk& desk, const Visitor& visitor, At step, std::vector<shop::Reason> reasons) {
    const auto& cart = desk.cart_of(visitor);
    const auto appraisal = checkout::appraise(desk.shop.checkout, cart);
    const std::string name(step_names[static_cast<std::size_t>(step)]);
    Sheet sheet{desk.words("step." + name), reasons.empty() ? 200 : 422};
    shop::CheckoutMethods page;
    page.steps = steps_at(step, cart);
    page.summary = summary_of(desk, appraisal, sheet.reach);
    page.heading = {"step." + name, {}};
    page.field = name;
    page.action = step_link(step);
    page.methods = step == At::shipping ? shipping_of(appraisal, cart) : payment_of(appraisal, cart);
    page.reasons = std::move(reasons);
    page.notices = lines_of(desk.display.notices_of(name));
    return desk.show(visitor, sheet, page);
}

Response get_methods(ShopDesk& desk, Visitor& visitor, At step) {
    if (auto instead = earlier_step(desk.cart_of(visitor), step)) return *std::move(instead);
    return show_methods(desk, visitor, step, {});
}

Response post_methods(ShopDesk& desk, Visitor& visitor, At step) {
    auto cart = desk.cart_of(visitor);
    if (auto instead = earlier_step(cart, step)) return *std::move(instead);
    const std::string field(step_names[static_cast<std::size_t>(step)]);
    const auto name = visitor.typed(field);
    const auto appraisal = checkout::appraise(desk.shop.checkout, cart);
    const auto methods = step == At::shipping ? shipping_of(appraisal, cart) : payment_of(appraisal, cart);
    const bool is_offered = std::any_of(methods.begin(), methods.end(),
                                        [&](const auto& method) { return method.is_offered && method.name == name; });
    if (!is_offered) return show_methods(desk, visitor, step, {{{"reason." + field + "_not_offered", {}}}});
    (step == At::shipping ? cart.shipping_method : cart.payment_method) = name;
    return proceed(desk, visitor, std::move(cart), step == At::shipping ? At::payment : At::confirm);
}

// --- Confirming

std::vector<shop::Charge> charges_of(const checkout::Amounts& amounts) {
    std::vector<shop::Charge> charges{{{"fee.shipping", {}}, amounts.shipping}};
    if (amounts.fees.minor() != 0) charges.push_back({{"fee.fees", {}}, amounts.fees});
    return charges;
}

shop::Quote quote_of(const checkout::Quote& quoted, const customers::Key& key) {
    const auto amounts = quoted.amounts();
    shop::Quote shown;
    shown.token = checkout::sign(quoted, key);
    shown.goods = amounts.goods;
    shown.charges = charges_of(amounts);
    shown.total = amounts.total;
    shown.valid_until = quoted.expires_at;
    return shown;
}

/// Several orders: what each holds, and what it costs when it can be placed.
std::vector<shop::OrderPart> parts_of(const ShopDesk& desk, const checkout::Appraisal& appraisal) {
    const Lines all(appraisal);
    const bool can_be_placed = appraisal.refusals.empty();
    std::vector<shop::OrderPart> parts;
    for (std::size_t i = 0; i < all.orders; ++i) {
        const auto& order = appraisal.orders[i];
        auto& part = parts.emplace_back();
        part.heading = order_of(i, all.orders);
        for (std::size_t place = 0; place < all.lines.size(); ++place) {
            if (all.lines[place].order == i) part.lines.push_back(line_of(desk, all, place));
        }
        part.goods = order.draft.goods;
        if (!can_be_placed) continue;
        part.charges = charges_of({order.draft.goods, order.draft.shipping, order.draft.fees, order.draft.total});
        part.total = order.draft.total;
        part.terms = terms_of(order);
    }
    return parts;
}

Response show_confirm(const ShopDesk& desk, const Visitor& visitor, std::vector<shop::Reason> reasons, int status) {
    const auto& cart = desk.cart_of(visitor);
    const auto appraisal = checkout::appraise(desk.shop.checkout, cart);
    Sheet sheet{desk.words("step.confirm"), status};
    shop::CheckoutConfirm page;
    page.steps = steps_at(At::confirm, cart);
    page.lines = cart_lines(desk, Lines(appraisal), sheet.reach);
    page.apart = told_apart(appraisal.orders.size());
    if (page.apart) {
        page.lines.clear();
        page.parts = parts_of(desk, appraisal);
    }
    page.email = cart.contact.email;
    page.address = address_lines(desk, address_of(cart.contact));
    page.shipping = Message{"shipping_method." + cart.shipping_method, {}};
    page.payment = Message{"payment_method." + cart.payment_method, {}};
    page.reasons = std::move(reasons);
    for (auto& reason : whole_refusals(appraisal, cart)) page.reasons.push_back(std::move(reason));
    page.notices = lines_of(desk.display.notices_of("confirm"));
    page.wants_account = cart.wants_account;
    if (!appraisal.lines.empty() && appraisal.refusals.empty()) {
        const auto& revision = desk.shop.order_books.revision;
        page.quote =
            quote_of(appraisal.quote(visitor.session.id, revision, desk.shop.clock.now()), desk.shop.checkout.key);
        if (!page.apart) page.terms = terms_of(appraisal.orders.front());
        // Of what is shown, so that every press of this page's button is the same request.
        page.idempotency_key = customers::sha256_hex(page.quote->token);
    }
    return desk.show(visitor, sheet, page);
}

Response get_confirm(ShopDesk& desk, Visitor& visitor) {
    if (auto instead = earlier_step(desk.cart_of(visitor), At::confirm)) return *std::move(instead);
    return show_confirm(desk, visitor, {}, 200);
}

/// What follows an order: a guest who wants an account is sent the mail that begins one; what was bought is no longer
/// watched.
void follow_up(const ShopDesk& desk, const Visitor& visitor, const cart::Cart& bought) {
    if (const auto customer = visitor.customer()) {
        const auto skus = cart::skus_of(bought);
        desk.shop.books.transact([&](store::Transaction& tx) { desk.shop.customers.unwatch(tx, *customer, skus); });
    } else if (bought.wants_account) {
        const auto& contact = bought.contact;
        // Refused only for too many mails to this address: then there is one already.
        (void)desk.shop.accounts.begin_registration({contact.email, contact.name, contact.country},
                                                    visitor.request.peer);
    }
}

/// The first order that can be paid at once, or the first of all; the others are named beside it.
Url thanks_for(const ShopDesk& desk, const checkout::Placed& placed) {
    std::size_t shown = 0;
    if (placed.orders.size() > 1) {
        desk.shop.books.read([&](store::Transaction& tx) {
            const auto& all = placed.orders;
            const auto payable = std::find_if(all.begin(), all.end(), [&](const auto& order) {
                const auto stored = desk.shop.orders.find(tx, order.id);
                return stored && can_be_paid(desk, *stored);
            });
            shown = payable == all.end() ? 0 : static_cast<std::size_t>(payable - all.begin());
        });
    }
    auto thanks = Url::path({"orders", placed.orders[shown].number}).with("placed", "1");
    for (std::size_t i = 0; i < placed.orders.size(); ++i) {
        if (i != shown) thanks = thanks.with("with", placed.orders[i].number);
    }
    return thanks;
}

Response post_confirm(ShopDesk& desk, Visitor& visitor) {
    const auto cart = desk.cart_of(visitor);
    checkout::PlaceRequest request;
    request.session = visitor.session.id;
    request.quote = visitor.typed("quote");
    request.cart = cart;
    request.language = desk.reading.language;
    request.customer = visitor.customer();
    request.idempotency_key = visitor.typed("idempotency_key");
    request.request_hash = customers::sha256_hex(request.quote);
    if (request.idempotency_key.empty() || request.idempotency_key.size() > 255 || request.quote.size() > 16 * 1024) {
        throw http::BadRequest({400, "quote_missing", "The order names no total that was shown."});
    }
    const auto placed = desk.shop.place(request);
    if (placed) {
        if (!placed->repeated) follow_up(desk, visitor, cart);
        auto thanks = thanks_for(desk, *placed);
        if (cart.wants_account) thanks = thanks.with("account", "1");
        return http::redirect(303, thanks.text());
    }
    const auto& code = placed.error().code;
    std::vector<shop::Reason> reasons;
    if (code == "quote_differs") {
        reasons.push_back({{"reason.quote_changed", {}}});
    } else if (code == "quote_expired" || code == "quote_invalid") {
        reasons.push_back({{"reason.quote_expired", {}}});
    } else if (code != "refused" || placed.error().reasons.empty()) {
        reasons.push_back({{"reason." + code, {}}});
    }
    if (cart.lines.empty()) return show_cart(desk, visitor, std::move(reasons), 409);
    return show_confirm(desk, visitor, std::move(reasons), 409);
}

Response get_checkout(ShopDesk& desk, Visitor& visitor) {
    const auto& cart = desk.cart_of(visitor);
    if (cart.lines.empty()) return http::redirect(303, "/cart");
    return http::redirect(303, step_link(open_step(cart)).text());
}

}  // namespace

void add_checkout_routes(http::Router& router, const Desk& desk) {
    using http::Method;
    const auto at = [](At step, auto handler) {
        return [step, handler](ShopDesk& here, Visitor& visitor) { return handler(here, visitor, step); };
    };
    add_page(router, desk, Method::get, "/cart", get_cart);
    add_page(router, desk, Method::post, "/cart", post_cart);
    add_page(router, desk, Method::get, "/checkout", get_checkout);
    add_page(router, desk, Method::get, "/checkout/address", get_address);
    add_page(router, desk, Method::post, "/checkout/address", post_address);
    add_page(router, desk, Method::get, "/checkout/shipping", at(At::shipping, get_methods));
    add_page(router, desk, Method::post, "/checkout/shipping", at(At::shipping, post_methods));
    add_page(router, desk, Method::get, "/checkout/payment", at(At::payment, get_methods));
    add_page(router, desk, Method::post, "/checkout/payment", at(At::payment, post_methods));
    add_page(router, desk, Method::get, "/checkout/confirm", get_confirm);
    add_page(router, desk, Method::post, "/checkout/confirm", post_confirm);
}

}  // namespace noren::pages
