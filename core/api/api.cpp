#include "api/api.hpp"

#include <algorithm>
#include <charconv>

#include "api/requests.hpp"
#include "api/views.hpp"
#include "catalog/sale_states.hpp"
#include "http/openapi.hpp"

namespace noren::api {
namespace {

using http::Method;
using http::Request;
using http::Response;
using nlohmann::json;
using storefront::Storefront;

constexpr std::size_t small_body = 64 * 1024;
const std::vector<std::string> by_session{"session"};

const json any_object{{"type", "object"}};
const json a_number{{"type", "string"}};
const json placed_object{
    {"type", "object"},
    {"required", {"number", "orders"}},
    {"properties",
     {{"number", a_number},
      {"orders",
       {{"type", "array"},
        {"items",
         {{"type", "object"}, {"required", json::array({"number"})}, {"properties", {{"number", a_number}}}}}}}}}};

http::Route route(Method method, std::string pattern, std::string id, std::string summary, http::Handler handler) {
    http::Route made;
    made.method = method;
    made.pattern = std::move(pattern);
    made.handler = std::move(handler);
    made.max_body = method == Method::get ? 0 : small_body;
    made.operation.id = std::move(id);
    made.operation.summary = std::move(summary);
    made.operation.answers[200] = {"As asked.", any_object};
    if (method != Method::get) made.operation.request_schema = any_object;
    return made;
}

http::Route for_session(http::Route made) {
    made.operation.security = by_session;
    return made;
}

/// What the Authorization field bears. 401 without it.
std::string token_of(const Request& request) {
    const auto authorization = request.field("Authorization");
    constexpr std::string_view scheme = "Bearer ";
    if (!authorization || !authorization->starts_with(scheme)) {
        throw http::BadRequest(
            {401, "session_missing", "Send `Authorization: Bearer` with a token of POST /api/v1/sessions."});
    }
    return std::string(authorization->substr(scheme.size()));
}

customers::Session valid(customers::Session session) {
    if (session.is_new) throw http::BadRequest({401, "session_invalid", "This is no session token."});
    return session;
}

/// The session that a bearer token names, with who is logged in. 401 without one.
customers::Session session_of(Storefront& shop, const Request& request) {
    return valid(shop.sessions.resume(token_of(request)));
}

/// The key of the session's cart. 401 without one.
std::string cart_key(Storefront& shop, const Request& request) {
    return valid(shop.sessions.identify(token_of(request))).id;
}

Response changed(const Result<cart::Cart, cart::Refusal>& cart) {
    if (!cart) return http::problem(422, cart.error().code, "The cart does not take this");
    return http::json(200, view(*cart));
}

Response refused(const checkout::Refusal& refusal) {
    json more = json::object();
    if (refusal.decision) more["decision_id"] = id_text(refusal.decision->value);
    if (!refusal.reasons.empty()) more["reasons"] = view(refusal.reasons);
    for (const auto& difference : refusal.differences) {
        json shown{{"code", difference.code}, {"shown", difference.shown}, {"now", difference.now}};
        if (difference.order) shown["order"] = *difference.order;
        more["differences"].push_back(std::move(shown));
    }
    const bool unprocessable =
        refusal.code == "cart_empty" || refusal.code == "contact_missing" || refusal.code == "key_reused";
    return http::problem(unprocessable ? 422 : 409, refusal.code, "The order was not placed", refusal.message, more);
}

Response refused(const payments::Refusal& refusal) {
    const int status = refusal.code.ends_with("_not_found") ? 404 : refusal.code == "unknown_method" ? 422 : 409;
    return http::problem(status, refusal.code, "The payment was not begun", refusal.message);
}

// --- catalogue

/// How many items a page is to have. 400 for anything but 1 to 100.
int limit_of(const Request& request) {
    constexpr int most_items = 100;
    const auto text = request.target.query.one("limit").value_or("20");
    int limit = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
    if (error != std::errc{} || end != text.data() + text.size() || limit < 1 || limit > most_items) {
        throw http::BadRequest({400, "invalid_parameter", "`limit`: expected a whole number from 1 to 100."});
    }
    return limit;
}

Response list_products(Storefront& shop, const Request& request) {
    catalog::Selection selection;
    selection.text = request.target.query.one("q").value_or("");
    selection.category = request.target.query.one("category").value_or("");
    selection.after = request.target.query.one("cursor").value_or("");
    selection.limit = limit_of(request);
    const auto orderable = catalog::orderable_states(shop.effective->value());
    // The levels travel with the end of the snapshot.
    const auto found = shop.books.look_up([&](store::Transaction& tx) {
        auto page = shop.catalog.page(tx, selection, orderable);
        std::vector<std::string> skus;
        for (const auto& item : page.items) skus.push_back(item.sku);
        return shop.stock.ask_levels(tx, skus).then([page = std::move(page)](const std::vector<stock::Level>& levels) {
            auto items = json::array();
            for (const auto& item : page.items) items.push_back(view(item, levels));
            return json{{"items", std::move(items)}, {"next", page.next.empty() ? json(nullptr) : json(page.next)}};
        });
    });
    return http::json(200, found);
}

Response show_product(Storefront& shop, const Request& request) {
    const std::vector<std::string> skus{request.parameter("sku")};
    const auto found = shop.books.look_up([&](store::Transaction& tx) {
        const auto item = shop.catalog.ask(tx, skus.front());
        const auto levels = shop.stock.ask_levels(tx, skus);
        return item.then([levels](const std::optional<catalog::Item>& listed) {
            return listed ? view(*listed, levels.get()) : json(nullptr);
        });
    });
    if (found.is_null()) return http::problem(404, "product_not_found", "There is no such product");
    return http::with_etag(request, http::json(200, found));
}

bool is_listed(Storefront& shop, const std::string& sku) {
    return shop.books.look_up([&](store::Transaction& tx) { return shop.catalog.ask(tx, sku); }).has_value();
}

// --- sessions and the cart

Response begin_session(Storefront& shop) {
    const auto session = shop.sessions.resume(std::nullopt);
    return http::json(201, {{"token", session.token}});
}

Response show_cart(Storefront& shop, const Request& request) {
    return http::json(200, view(shop.carts.load(cart_key(shop, request))));
}

Response put_line(Storefront& shop, const Request& request) {
    const auto session = cart_key(shop, request);
    Members members(request);
    const auto quantity = members.integer("quantity");
    members.end();
    if (quantity > 0 && !is_listed(shop, request.parameter("sku"))) {
        return http::problem(404, "product_not_found", "There is no such product");
    }
    return changed(shop.carts.change(
        session, [&](cart::Cart& cart) { return cart::set_quantity(cart, request.parameter("sku"), quantity); }));
}

Response put_contact(Storefront& shop, const Request& request) {
    const auto session = cart_key(shop, request);
    Members members(request);
    customers::FieldReader reader;
    const auto email = reader.email("email", members.text("email"));
    const auto name = reader.required_line("name", members.text("name"), 100);
    members.end();
    if (!reader.is_clean()) return fields_problem(reader.faults());
    return changed(shop.carts.change(session, [&](cart::Cart& cart) -> Result<void, cart::Refusal> {
        cart.contact.email = email;
        cart.contact.name = name;
        return {};
    }));
}

Response put_address(Storefront& shop, const Request& request) {
    const auto session = cart_key(shop, request);
    Members members(request);
    customers::FieldReader reader;
    customers::Address typed;
    typed.name = members.text_or("name", "");
    if (typed.name.empty()) typed.name = shop.carts.load(session).contact.name;
    typed.street = members.texts("street");
    typed.city = members.text_or("city", "");
    typed.region = members.text_or("region", "");
    typed.postal_code = members.text_or("postal_code", "");
    typed.country = members.text("country");
    typed.phone = members.text_or("phone", "");
    typed.is_hotel = members.boolean_or("is_hotel", false);
    const auto billing = members.text_or("billing_country", typed.country);
    members.end();
    const auto address = customers::read_address(reader, typed);
    const auto billing_country = reader.country("billing_country", billing);
    if (!reader.is_clean()) return fields_problem(reader.faults());
    return changed(shop.carts.change(session, [&](cart::Cart& cart) -> Result<void, cart::Refusal> {
        auto& contact = cart.contact;
        contact.name = address.name;
        contact.street = address.street;
        contact.city = address.city;
        contact.region = address.region;
        contact.postal_code = address.postal_code;
        contact.country = address.country;
        contact.phone = address.phone;
        contact.is_hotel = address.is_hotel;
        contact.billing_country = billing_country;
        return {};
    }));
}

Response put_methods(Storefront& shop, const Request& request) {
    const auto session = cart_key(shop, request);
    Members members(request);
    const auto shipping = members.text("shipping");
    const auto payment = members.text("payment");
    members.end();
    if (shipping.size() > 64 || payment.size() > 64) {
        return http::problem(422, "unknown_method", "There is no such method");
    }
    return changed(shop.carts.change(session, [&](cart::Cart& cart) -> Result<void, cart::Refusal> {
        cart.shipping_method = shipping;
        cart.payment_method = payment;
        return {};
    }));
}

// --- checkout

/// The orders that a cart becomes, each with its lines and what `add` says of it.
json orders_of(const std::vector<checkout::AppraisedLine>& lines, std::size_t orders, const auto& add) {
    auto all = json::array();
    for (std::size_t i = 0; i < orders; ++i) {
        json order{{"lines", json::array()}};
        for (const auto& line : lines) {
            if (line.order == i) order["lines"].push_back({{"sku", line.item.sku}, {"quantity", line.quantity}});
        }
        add(order, i);
        all.push_back(std::move(order));
    }
    return all;
}

json listed(const std::vector<checkout::ShippingOption>& options) {
    auto shipping = json::array();
    for (const auto& option : options) {
        json shown{{"method", option.service.method},
                   {"service", option.service.service},
                   {"offered", option.offered},
                   {"reasons", view(option.reasons)}};
        if (option.offered) {
            shown["name"] = option.service.name;
            shown["price"] = view(option.service.price);
            shown["days"] = {option.service.min_days, option.service.max_days};
            shown["tracked"] = option.service.tracked;
            shown["source"] = option.service.source;
        }
        shipping.push_back(std::move(shown));
    }
    return shipping;
}

/// Of one product; the query names country and quantity.
Response show_estimate(Storefront& shop, const Request& request) {
    const auto& sku = request.parameter("sku");
    customers::FieldReader reader;
    cart::Cart cart;
    cart.contact.country = reader.country("country", std::string(request.target.query.one("country").value_or("")));
    if (!reader.is_clean()) return fields_problem(reader.faults());
    const auto quantity = std::string(request.target.query.one("quantity").value_or("1"));
    const bool is_number = quantity.size() <= 4 && quantity.find_first_not_of("0123456789") == std::string::npos;
    const auto units = is_number ? std::atoi(quantity.c_str()) : 0;
    if (units < 1) return http::problem(422, "quantity_out_of_range", "The quantity is 1 to 9999");
    if (!is_listed(shop, sku)) return http::problem(404, "product_not_found", "There is no such product");
    if (const auto set = cart::set_quantity(cart, sku, units); !set) {
        return http::problem(422, set.error().code, "This cannot be estimated");
    }
    const auto estimate = checkout::estimate(shop.checkout, cart);
    return http::json(200, {{"shipping", estimate.refusals.empty() ? listed(estimate.shipping) : json::array()},
                            {"refusals", view(estimate.refusals)}});
}

Response show_offers(Storefront& shop, const Request& request) {
    const auto appraisal = checkout::appraise(shop.checkout, shop.carts.load(cart_key(shop, request)));
    auto lines = json::array();
    for (const auto& line : appraisal.lines) {
        lines.push_back({{"sku", line.item.sku},
                         {"title", line.item.title},
                         {"quantity", line.quantity},
                         {"unit_price", view(line.item.price)},
                         {"at_most", line.at_most ? json(*line.at_most) : json(nullptr)},
                         {"reasons", view(line.reasons)}});
    }
    auto shipping = listed(appraisal.shipping);
    auto payment = json::array();
    for (const auto& method : appraisal.payment) {
        payment.push_back({{"method", method.name}, {"offered", method.offered}, {"reasons", view(method.reasons)}});
    }
    auto orders = orders_of(appraisal.lines, appraisal.orders.size(), [&](json& order, std::size_t i) {
        order["goods"] = view(appraisal.orders[i].draft.goods);
    });
    return http::json(200, {{"lines", std::move(lines)},
                            {"goods", view(appraisal.amounts().goods)},
                            {"orders", std::move(orders)},
                            {"shipping", std::move(shipping)},
                            {"payment", std::move(payment)},
                            {"refusals", view(appraisal.refusals)}});
}

Response make_quote(Storefront& shop, const Request& request) {
    const auto session = cart_key(shop, request);
    const auto appraisal = checkout::appraise(shop.checkout, shop.carts.load(session));
    if (!appraisal.refusals.empty() || appraisal.lines.empty()) {
        return http::problem(409, "not_placeable", "This cart cannot be ordered as it is", "See `reasons`.",
                             {{"reasons", view(appraisal.refusals)}});
    }
    const auto quote = appraisal.quote(session, shop.order_books.revision, shop.clock.now());
    auto shown = view(quote.amounts());
    shown["quote"] = checkout::sign(quote, shop.checkout.key);
    shown["orders"] = orders_of(appraisal.lines, quote.orders.size(),
                                [&](json& order, std::size_t i) { order.update(view(quote.orders[i].amounts)); });
    shown["expires_at"] = view(quote.expires_at);
    return http::json(200, shown);
}

Response place_order(Storefront& shop, const Request& request) {
    const auto session = session_of(shop, request);
    const auto key = request.field("Idempotency-Key");
    const auto is_visible = [](char c) { return c > ' ' && c < '\x7f'; };
    if (!key || key->empty() || key->size() > 255 || !std::all_of(key->begin(), key->end(), is_visible)) {
        return http::problem(400, "idempotency_key_missing",
                             "Send an Idempotency-Key of 1 to 255 visible ASCII characters");
    }
    Members members(request);
    checkout::PlaceRequest place;
    place.session = session.id;
    place.quote = members.text("quote");
    members.end();
    place.cart = shop.carts.load(session.id);
    place.language = shop.identity.languages.front();
    if (session.subject) place.customer = CustomerId{*session.subject};
    place.idempotency_key = *key;
    place.request_hash = customers::sha256_hex(request.body);
    const auto placed = shop.place(place);
    if (!placed) return refused(placed.error());
    const auto& first = placed->orders.front().number;
    auto orders = json::array();
    for (const auto& order : placed->orders) orders.push_back({{"number", order.number}});
    auto response = http::json(201, {{"number", first}, {"orders", std::move(orders)}});
    response.set_header("Location", "/api/v1/orders/" + first);
    return response;
}

// --- orders and payments

/// The order, when this session may see it. An order of somebody else is as good as none.
std::optional<orders::Order> order_of(Storefront& shop, const customers::Session& session, const std::string& number) {
    auto order = shop.books.look_up([&](store::Transaction& tx) { return shop.orders.ask(tx, number); });
    if (!order || !shop.may_see(*order, session)) return std::nullopt;
    return order;
}

Response no_order() {
    return http::problem(404, "order_not_found", "There is no such order");
}

Response show_order(Storefront& shop, const Request& request) {
    const auto order = order_of(shop, session_of(shop, request), request.parameter("number"));
    if (!order) return no_order();
    return shop.books.look_up([&](store::Transaction& tx) {
        const auto invoices = shop.orders.ask_invoices(tx, order->id);
        return shop.orders.ask_timeline(tx, order->id).then([&, invoices](const std::vector<orders::Event>& timeline) {
            return http::with_etag(request, http::json(200, view(*order, invoices.get(), timeline)));
        });
    });
}

Response begin_payment(Storefront& shop, const Request& request) {
    const auto order = order_of(shop, session_of(shop, request), request.parameter("number"));
    if (!order) return no_order();
    const auto attempt = shop.payments.begin(order->id, order->payment_method);
    if (!attempt) return refused(attempt.error());
    return http::json(201, view(*attempt));
}

Response return_from_payment(Storefront& shop, const Request& request) {
    const auto session = session_of(shop, request);
    const AttemptId id{id_from_text(request.parameter("attempt")).value_or(0)};
    const auto known = shop.books.look_up([&](store::Transaction& tx) { return shop.attempts.ask(tx, id); });
    if (!known || !order_of(shop, session, known->order_number)) {
        return http::problem(404, "attempt_not_found", "There is no such payment");
    }
    const auto attempt = shop.payments.capture(id);
    if (!attempt) return refused(attempt.error());
    return http::json(200, view(*attempt));
}

Response show_calendar(Storefront& shop) {
    auto months = json::array();
    for (const auto& month : shop.calendar.shown_at(shop.clock.now())) {
        auto closed = json::array();
        for (std::size_t i = 0; i < month.days.size(); ++i) {
            if (month.days[i].kind != calendar::Day::Kind::business) closed.push_back(i + 1);
        }
        months.push_back({{"year", month.year}, {"month", month.month}, {"closed", std::move(closed)}});
    }
    return http::json(200, {{"time_zone", shop.calendar.zone()}, {"months", std::move(months)}});
}

Response receive_webhook(Storefront& shop, const Request& request) {
    payments::WebhookMessage message;
    for (const auto& field : request.fields) message.headers.emplace_back(field.name, field.value);
    message.body = request.body;
    message.received_at = shop.clock.now();
    if (!shop.payments.receive(request.parameter("gateway"), message)) {
        return http::problem(400, "webhook_refused", "This message is not the provider's");
    }
    shop.worker.wake();
    return Response(204);
}

}  // namespace

void add_routes(http::Router& router, Storefront& shop) {
    const auto with = [&shop](auto handler) {
        return [&shop, handler](const Request& request) { return handler(shop, request); };
    };
    const std::string base = "/api/v1";
    auto list =
        route(Method::get, base + "/products", "listProducts", "The catalogue, a page at a time", with(list_products));
    list.operation.parameters = {{"q", "query", "Words of the title."},
                                 {"category", "query", "A category's path."},
                                 {"cursor", "query", "The `next` of the page before."},
                                 {"limit",
                                  "query",
                                  "Items a page.",
                                  false,
                                  {{"type", "integer"}, {"minimum", 1}, {"maximum", 100}, {"default", 20}}}};
    router.add(std::move(list));
    router.add(route(Method::get, base + "/products/{sku}", "showProduct", "One product with what is left of it",
                     with(show_product)));
    auto estimate =
        route(Method::get, base + "/products/{sku}/shipping", "estimateShipping",
              "What sending it would cost, or why that is not estimated; the fee itself comes with the order",
              with(show_estimate));
    estimate.operation.parameters = {
        {"country", "query", "Where it would go: ISO 3166-1 alpha-2.", true},
        {"quantity", "query", "Units, 1 to 9999; 1 when absent.", false, {{"type", "integer"}}}};
    router.add(std::move(estimate));
    router.add(route(Method::get, base + "/calendar", "showCalendar", "The closed days of this month and the next",
                     [&shop](const Request&) { return show_calendar(shop); }));

    auto begin = route(Method::post, base + "/sessions", "beginSession", "A session, as a bearer token",
                       [&shop](const Request&) { return begin_session(shop); });
    begin.operation.answers = {{201, {"The token.", any_object}}};
    begin.operation.request_schema = nullptr;
    router.add(std::move(begin));

    router.add(for_session(route(Method::get, base + "/cart", "showCart", "The session's cart", with(show_cart))));
    router.add(for_session(route(Method::put, base + "/cart/lines/{sku}", "putCartLine",
                                 "Sets how many units of an item are in the cart; 0 removes it", with(put_line))));
    router.add(for_session(route(Method::put, base + "/cart/contact", "putContact", "Who orders", with(put_contact))));
    router.add(
        for_session(route(Method::put, base + "/cart/address", "putAddress", "Where it goes", with(put_address))));
    router.add(for_session(
        route(Method::put, base + "/cart/methods", "putMethods", "How it is sent and paid", with(put_methods))));
    router.add(
        for_session(route(Method::get, base + "/cart/offers", "showOffers",
                          "What may be bought, sent and paid how, and why the rest may not", with(show_offers))));

    auto quote = for_session(route(Method::post, base + "/cart/quote", "makeQuote",
                                   "The total, signed: what the order will cost", with(make_quote)));
    quote.operation.request_schema = nullptr;
    router.add(std::move(quote));

    auto place = for_session(route(Method::post, base + "/orders", "placeOrder",
                                   "Places the orders that a quote shows: one, or several under numbers of their own",
                                   with(place_order)));
    place.operation.parameters = {{"Idempotency-Key", "header", "The same for every repeat of this request.", true}};
    place.operation.answers = {
        {201, {"The order's number, that of the first where they are several, and all of them.", placed_object}}};
    router.add(std::move(place));

    router.add(for_session(route(Method::get, base + "/orders/{number}", "showOrder",
                                 "An order, its invoices and what happened to it", with(show_order))));

    auto pay = for_session(route(Method::post, base + "/orders/{number}/payments", "beginPayment",
                                 "Begins to pay; gives the address where the customer approves", with(begin_payment)));
    pay.operation.request_schema = nullptr;
    pay.operation.answers = {{201, {"The attempt.", any_object}}};
    router.add(std::move(pay));

    auto back = for_session(route(Method::post, base + "/payments/{attempt}/return", "returnFromPayment",
                                  "The customer approved: takes the money", with(return_from_payment)));
    back.operation.request_schema = nullptr;
    router.add(std::move(back));
}

void add_webhooks(http::Router& router, Storefront& shop) {
    http::Route made;
    made.method = Method::post;
    made.pattern = "/webhooks/{gateway}";
    made.max_body = 256 * 1024;
    made.handler = [&shop](const Request& request) { return receive_webhook(shop, request); };
    router.add(std::move(made));
}

std::string openapi(const http::Router& router, const storefront::Identity& identity) {
    http::DocumentInfo info;
    info.title = identity.name;
    info.version = "1";
    info.description = "Amounts are integers of minor units. Refusals are problem+json with a stable `code`.";
    info.security_schemes = {{"session", {{"type", "http"}, {"scheme", "bearer"}}}};
    return http::openapi_document(info, router).dump();
}

}  // namespace noren::api
