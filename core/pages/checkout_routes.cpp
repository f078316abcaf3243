#include <algorithm>
#include <charconv>

#include "orders/contact_json.hpp"
#include "pages/shop_desk.hpp"
#include "pages/shop_routes.hpp"

namespace noren::pages {
namespace {

using customers::FieldFault;
using http::Response;

/// The form as it is shown: what was typed, or what the cart holds.
struct Entry {
    cart::Cart cart;
    std::vector<FieldFault> faults = {};
    std::vector<shop::Reason> reasons = {};  // why what was asked for did not happen
    int status = 200;
};

checkout::Appraisal appraise(const ShopDesk& desk, const cart::Cart& cart) {
    const auto quotes = checkout::shipping_quotes(desk.shop.checkout, cart);
    return desk.shop.books.read(
        [&](store::Transaction& tx) { return checkout::appraise(tx, desk.shop.checkout, cart, quotes); });
}

shop::CartLine line_of(const checkout::AppraisedLine& line, int place, const checkout::Appraisal& appraisal) {
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
    std::vector<policies::Reason> refusals;
    for (const auto& reason : appraisal.refusals) {
        if (reason.line == place) refusals.push_back(reason);
    }
    shown.reasons = reasons_of(refusals);
    return shown;
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
Message terms_of(const checkout::Appraisal& appraisal) {
    if (!appraisal.invoice || !appraisal.invoice->due || !appraisal.invoice->due->within) {
        return {"terms.when_requested", {}};
    }
    const auto span = orders::span_of(*appraisal.invoice->due->within);
    switch (span.unit) {
        case Span::Unit::days: return {"terms.days", {{"count", std::to_string(span.count)}}};
        case Span::Unit::business_days: return {"terms.business_days", {{"count", std::to_string(span.count)}}};
        case Span::Unit::seconds: break;
    }
    return {"terms.hours", {{"count", std::to_string(span.count / 3600)}}};
}

bool is_complete(const orders::Contact& contact) {
    return !contact.email.empty() && !contact.name.empty() && !contact.street.empty() && !contact.country.empty();
}

void quote(shop::Checkout& page, const ShopDesk& desk, const Visitor& visitor, const checkout::Appraisal& appraisal) {
    const auto quoted = appraisal.quote(visitor.session.id, desk.shop.order_books.revision, desk.shop.clock.now());
    shop::Quote shown;
    shown.token = checkout::sign(quoted, desk.shop.checkout.key);
    shown.goods = quoted.goods;
    shown.charges.push_back({{"fee.shipping", {}}, quoted.shipping});
    if (quoted.fees.minor() != 0) shown.charges.push_back({{"fee.fees", {}}, quoted.fees});
    shown.total = quoted.total;
    shown.valid_until = quoted.expires_at;
    page.terms = terms_of(appraisal);
    // Of what is shown, so that every press of this page's button is the same request.
    page.idempotency_key = customers::sha256_hex(shown.token);
    page.quote = std::move(shown);
}

void show_contact(shop::Checkout& page, const ShopDesk& desk, const Entry& entry) {
    const auto& contact = entry.cart.contact;
    const auto field = [&entry](std::string_view name, const std::string& value) {
        return input(entry.faults, name, value);
    };
    page.email = field("email", contact.email);
    page.name = field("name", contact.name);
    page.street_1 = field("street", contact.street.empty() ? "" : contact.street[0]);
    page.street_2 = {contact.street.size() > 1 ? contact.street[1] : "", std::nullopt};
    page.city = field("city", contact.city);
    page.region = field("region", contact.region);
    page.postal_code = field("postal_code", contact.postal_code);
    page.phone = field("phone", contact.phone);
    page.country = shop::countries(contact.country, desk.reading);
    page.country.error = fault_of(entry.faults, "country");
    page.is_hotel = contact.is_hotel;
}

Response show_checkout(const ShopDesk& desk, const Visitor& visitor, const Entry& entry) {
    // Typed texts with faults are shown again, but nothing is decided on them.
    const auto cart = entry.faults.empty() ? entry.cart : desk.shop.carts.load(visitor.session.id);
    const auto appraisal = appraise(desk, cart);
    Sheet sheet{desk.words("checkout.heading"), entry.status};
    shop::Checkout page;
    page.reasons = entry.reasons;
    page.goods = appraisal.draft.goods;
    for (std::size_t i = 0; i < appraisal.lines.size(); ++i) {
        page.lines.push_back(line_of(appraisal.lines[i], static_cast<int>(i), appraisal));
        allow_picture(sheet.reach, appraisal.lines[i].item);
    }
    show_contact(page, desk, entry);
    page.shipping = shipping_of(appraisal, cart);
    page.payment = payment_of(appraisal, cart);
    for (auto& reason : whole_refusals(appraisal, cart)) page.reasons.push_back(std::move(reason));
    const bool can_be_placed = !appraisal.lines.empty() && appraisal.refusals.empty() && is_complete(cart.contact);
    if (can_be_placed && entry.faults.empty()) quote(page, desk, visitor, appraisal);
    return desk.show(visitor, sheet, page);
}

Response get_checkout(ShopDesk& desk, Visitor& visitor) {
    return show_checkout(desk, visitor, {desk.shop.carts.load(visitor.session.id)});
}

/// The contact as typed; faulty fields are named in `faults`, and then the texts are those typed.
orders::Contact read_contact(const Visitor& visitor, std::vector<FieldFault>& faults) {
    customers::FieldReader reader;
    customers::Address typed;
    typed.name = visitor.typed("name");
    typed.street = {visitor.typed("street_1")};
    if (auto second = visitor.typed("street_2"); !second.empty()) typed.street.push_back(std::move(second));
    typed.city = visitor.typed("city");
    typed.region = visitor.typed("region");
    typed.postal_code = visitor.typed("postal_code");
    typed.country = visitor.typed("country");
    typed.phone = visitor.typed("phone");
    typed.is_hotel = visitor.typed("is_hotel") == "1";
    auto email = reader.email("email", visitor.typed("email"));
    auto address = customers::read_address(reader, typed);
    faults = reader.faults();
    if (!reader.is_clean()) {
        address = typed;
        email = visitor.typed("email");
    }
    return {std::move(email),        std::move(address.name),   std::move(address.street),
            std::move(address.city), std::move(address.region), std::move(address.postal_code),
            address.country,         std::move(address.phone),  address.country,
            address.is_hotel};
}

std::string method_named(const Visitor& visitor, std::string_view field) {
    auto name = visitor.typed(field);
    if (name.size() > 64) throw http::BadRequest({422, "unknown_method", "There is no such method."});
    return name;
}

Response place(ShopDesk& desk, Visitor& visitor, const cart::Cart& cart) {
    checkout::PlaceRequest request;
    request.session = visitor.session.id;
    request.quote = visitor.typed("quote");
    request.cart = cart;
    request.language = desk.reading.language;
    if (visitor.session.subject) request.customer = CustomerId{*visitor.session.subject};
    request.idempotency_key = visitor.typed("idempotency_key");
    request.request_hash = customers::sha256_hex(request.quote);
    if (request.idempotency_key.empty() || request.idempotency_key.size() > 255 || request.quote.size() > 16 * 1024) {
        throw http::BadRequest({400, "quote_missing", "The order names no total that was shown."});
    }
    const auto placed = desk.shop.place(std::move(request));
    if (placed) {
        return http::redirect(303, Url::path({"orders", placed->number}).with("placed", "1").text());
    }
    Entry entry{cart, {}, {}, 409};
    const auto& code = placed.error().code;
    if (code == "quote_differs") {
        entry.reasons.push_back({{"reason.quote_changed", {}}});
    } else if (code == "quote_expired" || code == "quote_invalid") {
        entry.reasons.push_back({{"reason.quote_expired", {}}});
    } else if (code != "refused" || placed.error().reasons.empty()) {
        entry.reasons.push_back({{"reason." + code, {}}});
    }
    return show_checkout(desk, visitor, entry);
}

Response post_checkout(ShopDesk& desk, Visitor& visitor) {
    const auto before = desk.shop.carts.load(visitor.session.id);
    Entry entry{before};
    entry.cart.contact = read_contact(visitor, entry.faults);
    entry.cart.shipping_method = method_named(visitor, "shipping");
    entry.cart.payment_method = method_named(visitor, "payment");
    if (!entry.faults.empty()) {
        entry.status = 422;
        return show_checkout(desk, visitor, entry);
    }
    if (entry.cart.shipping_method.empty()) {
        // Before the country was known nothing could be chosen: the first that is offered now stands for it.
        const auto appraisal = appraise(desk, entry.cart);
        const auto offered = std::find_if(appraisal.shipping.begin(), appraisal.shipping.end(),
                                          [](const auto& option) { return option.offered; });
        if (offered != appraisal.shipping.end()) entry.cart.shipping_method = offered->service.method;
    }
    const bool is_changed = nlohmann::json(before.contact) != nlohmann::json(entry.cart.contact) ||
                            before.shipping_method != entry.cart.shipping_method ||
                            before.payment_method != entry.cart.payment_method;
    if (is_changed) desk.shop.carts.save(visitor.session.id, entry.cart);
    if (visitor.typed("do") == "place") return place(desk, visitor, entry.cart);
    return http::redirect(303, "/checkout");
}

Response post_cart(ShopDesk& desk, Visitor& visitor) {
    const auto sku = visitor.typed("sku");
    const auto typed = visitor.typed("quantity");
    std::int64_t quantity = -1;
    const auto [end, error] = std::from_chars(typed.data(), typed.data() + typed.size(), quantity);
    if (error != std::errc() || end != typed.data() + typed.size()) quantity = -1;
    auto cart = desk.shop.carts.load(visitor.session.id);
    const bool is_new = std::none_of(cart.lines.begin(), cart.lines.end(), [&](const auto& l) { return l.sku == sku; });
    if (is_new) {
        const bool is_known = catalog::is_sku(sku) && desk.shop.books.read([&](store::Transaction& tx) {
            return desk.shop.catalog.find(tx, sku).has_value();
        });
        if (!is_known) throw http::BadRequest({404, "not_found", "there is no such product"});
    }
    if (const auto set = cart::set_quantity(cart, sku, quantity); !set) {
        return show_checkout(desk, visitor, {cart, {}, {{{"reason." + set.error().code, {}}}}, 422});
    }
    desk.shop.carts.save(visitor.session.id, cart);
    return http::redirect(303, Url::path({"checkout"}).with("done", is_new ? "added" : "cart_changed").text());
}

}  // namespace

void add_checkout_routes(http::Router& router, const Desk& desk) {
    add_page(router, desk, http::Method::get, "/checkout", get_checkout);
    add_page(router, desk, http::Method::post, "/checkout", post_checkout);
    add_page(router, desk, http::Method::post, "/cart", post_cart);
}

}  // namespace noren::pages
