#include "pages/console_routes.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "http/security_headers.hpp"
#include "pages/audit.hpp"
#include "pages/console_pages.hpp"
#include "pages/visit.hpp"
#include "policies/record.hpp"

namespace noren::pages {
namespace {

using customers::Role;
using http::Response;
using storefront::Storefront;

constexpr int a_page = 50;
constexpr std::size_t most_form_bytes = 16 * 1024;

using Roles = std::vector<Role>;
// The warehouse sees no money, and every page of an order shows some.
const Roles see_orders{Role::owner, Role::manager, Role::support, Role::read_only};
const Roles change_orders{Role::owner, Role::manager, Role::support};
const Roles see_operations{Role::owner, Role::manager, Role::support, Role::warehouse, Role::read_only};
const Roles retry_jobs{Role::owner, Role::manager};
const Roles see_mails{Role::owner, Role::manager, Role::support};

bool is_among(const Roles& roles, Role role) {
    return std::find(roles.begin(), roles.end(), role) != roles.end();
}

std::string text_of(Role role) {
    return std::string(customers::role_words.at(static_cast<std::size_t>(role)));
}

bool any_is_secure(const std::vector<Storefront*>& shops) {
    return std::any_of(shops.begin(), shops.end(),
                       [](const Storefront* shop) { return shop->identity.public_url.starts_with("https://"); });
}

struct Console {
    Console(ConsoleParts given, const Theme& look)
        : parts(std::move(given)),
          theme(look),
          visits(parts.sessions, "console", any_is_secure(parts.storefronts), std::nullopt) {}

    const Clock& clock() const { return parts.storefronts.front()->clock; }
    void audit(const std::string& who, const std::string& storefront, const std::string& action,
               const std::string& subject, const nlohmann::json& details) const {
        record(parts.core, parts.storefronts.front()->order_books.ids,
               {clock().now(), who, storefront, action, subject, details.dump()});
    }

    ConsoleParts parts;
    const Theme& theme;
    Visits visits;
};

/// A request of somebody who is logged in and may use the route.
struct Desk {
    Console& console;
    const http::Request& request;
    const http::Parameters& form;
    Storefront& shop;
    customers::Session session;
    customers::StaffMember member;
    Role role;

    std::string who() const { return "staff:" + id_text(member.id.value); }
    Reading reading() const { return {"en", shop.identity.time_zone}; }
    Url at(std::string_view section) const { return Url::path({shop.identity.id, section}); }
    std::string asked(std::string_view name) const { return std::string(request.target.query.one(name).value_or("")); }
};

using Handler = std::function<Response(Desk&)>;

Response page_response(int status, std::string page) {
    auto response = http::html(status, std::move(page));
    response.set_header("Content-Security-Policy", http::page_policy({}));
    return response;
}

console::Frame frame_of(const Desk& desk, std::string_view section, std::string title) {
    console::Frame frame;
    frame.language = "en";
    frame.title = std::move(title);
    frame.csrf = desk.session.csrf;
    frame.member = desk.member.name;
    frame.role = text_of(desk.role);
    for (const auto* shop : desk.console.parts.storefronts) {
        if (!desk.member.role_in(shop->identity.id)) continue;
        frame.storefronts.push_back(
            {shop->identity.name, Url::path({shop->identity.id, "orders"}), shop == &desk.shop});
    }
    const auto add = [&](const Roles& roles, std::string_view name) {
        if (!is_among(roles, desk.role)) return;
        frame.sections.push_back({{"console." + std::string(name), {}}, desk.at(name), name == section});
    };
    add(see_orders, "orders");
    add(see_operations, "jobs");
    add(see_operations, "plugins");
    add(see_mails, "mails");
    const auto done = desk.request.target.query.all("done");
    if (done.size() == 1 && (done[0] == "done" || done[0] == "refused")) {
        frame.notice = Message{"notice." + std::string(done[0]), {}};
    }
    return frame;
}

template <class Page>
Response show(const Desk& desk, std::string_view section, const std::string& heading, const Page& page) {
    const auto reading = desk.reading();
    auto title = desk.console.theme.words({heading, {}}, reading);
    const auto frame = frame_of(desk, section, std::move(title));
    return page_response(200, desk.console.theme.render(frame, page, reading));
}

// --- orders

console::OrderRow row_of(const Desk& desk, const orders::Order& order) {
    console::OrderRow row;
    row.number = order.number;
    row.link = Url::path({desk.shop.identity.id, "orders", order.number});
    row.placed_at = order.placed_at;
    row.customer = order.contact.name;
    row.country = order.contact.country;
    row.fulfilment = word_of(orders::fulfilment_words, order.fulfilment);
    row.payment = word_of(orders::payment_words, order.payment);
    row.hold = order.hold == orders::Hold::held ? "held" : "";
    row.due_at = order.due_at;
    row.is_overdue = order.payment == orders::Payment::due && order.due_at && *order.due_at < desk.shop.clock.now();
    row.total = order.total;
    return row;
}

Response list_orders(Desk& desk) {
    const OrderId before{id_from_text(desk.asked("before")).value_or(0)};
    auto found =
        desk.shop.books.read([&](store::Transaction& tx) { return desk.shop.orders.page(tx, before, a_page + 1); });
    console::Orders page;
    if (found.size() > a_page) {
        found.resize(a_page);
        page.next = desk.at("orders").with("before", id_text(found.back().id.value));
    }
    for (const auto& order : found) page.orders.push_back(row_of(desk, order));
    return show(desk, "orders", "orders.heading", page);
}

/// Reasons of a configuration that is not today's point to files as they were: their place now would be a wrong one.
console::TraceReason trace_of(const policies::Reason& reason, bool is_todays) {
    static const std::map<wire::Severity, std::string> severities{
        {wire::Severity::Info, "info"}, {wire::Severity::Warning, "warning"}, {wire::Severity::Refusal, "refusal"}};
    console::TraceReason shown;
    shown.code = reason.code;
    shown.words = {"reason." + reason.code, reason.parameters};
    if (const auto found = severities.find(reason.severity); found != severities.end()) shown.severity = found->second;
    shown.path = reason.path;
    if (is_todays) shown.origin = reason.location;
    for (const auto& [name, value] : reason.parameters) shown.parameters.push_back({name, value});
    return shown;
}

console::TraceAnswer answer_of(const Desk& desk, const policies::Record& record, const wire::FactsT& facts,
                               const policies::Ballot& ballot) {
    console::TraceAnswer answer{ballot.policy, ballot.version, {}, {}};
    if (!ballot.fault.empty()) {
        answer.effect = ballot.fault;
        return answer;
    }
    const bool is_todays = record.revision == desk.shop.effective->revision;
    const auto decision = desk.shop.policies.combine(ballot.point, facts, {ballot});
    answer.effect = policies::effect_word(decision.effect);
    for (const auto& reason : decision.reasons) answer.reasons.push_back(trace_of(reason, is_todays));
    for (const auto& method : decision.methods) {
        for (const auto& reason : method.reasons) {
            if (reason.policy.empty()) continue;  // not this policy's: it is silent about the method
            answer.reasons.push_back(trace_of(reason, is_todays));
            answer.reasons.back().parameters.push_back({"method", method.name});
        }
    }
    return answer;
}

/// A record's ballots by the question they answer, in the order in which they were asked.
std::vector<console::Decision> decisions_of(const Desk& desk, const policies::Record& record) {
    auto facts = policies::facts_of(record);
    std::vector<std::pair<wire::Point, std::string>> asked;
    for (const auto& ballot : record.ballots) {
        const std::pair question{ballot.point, ballot.event};
        if (std::find(asked.begin(), asked.end(), question) == asked.end()) asked.push_back(question);
    }
    std::vector<console::Decision> decisions;
    for (const auto& [point, event] : asked) {
        facts.event = event;
        std::vector<policies::Ballot> ballots;
        for (const auto& ballot : record.ballots) {
            if (ballot.point == point && ballot.event == event) ballots.push_back(ballot);
        }
        console::Decision decision;
        decision.id = id_text(record.id.value);
        decision.at = record.at;
        decision.point = std::string(policies::point_word(point)) + (event.empty() ? "" : " " + event);
        decision.effect = policies::effect_word(desk.shop.policies.combine(point, facts, ballots).effect);
        decision.revision = record.revision;
        for (const auto& ballot : ballots) decision.answers.push_back(answer_of(desk, record, facts, ballot));
        decisions.push_back(std::move(decision));
    }
    return decisions;
}

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

bool can_be_cancelled(const orders::Order& order) {
    return next(orders::fulfilment_steps, order.fulfilment, orders::FulfilmentEvent::cancel).has_value();
}

console::Order page_of(const Desk& desk, const orders::Order& order) {
    console::Order page;
    page.summary = row_of(desk, order);
    page.email = order.contact.email;
    page.household = order.household;
    page.revision = order.revision;
    page.payment_method = order.payment_method;
    page.shipping_method = order.shipping_method + " " + order.shipping_service;
    add_address(page, order.contact, desk.reading());
    for (const auto& line : order.lines) {
        page.lines.push_back(
            {line.sku, line.title, line.quantity, line.unit_price, line.unit_price * line.quantity, {}});
    }
    page.goods = order.goods;
    page.charges.push_back({{"fee.shipping", {}}, order.shipping});
    if (!order.fees.is_zero()) page.charges.push_back({{"fee.fees", {}}, order.fees});
    page.total = order.total;
    if (is_among(change_orders, desk.role) && can_be_cancelled(order)) {
        page.actions.push_back(
            {{"action.cancel", {}}, Url::path({desk.shop.identity.id, "orders", order.number, "cancel"}), true});
    }
    return page;
}

Response show_order(Desk& desk) {
    auto& shop = desk.shop;
    const auto page = shop.books.read([&](store::Transaction& tx) -> std::optional<console::Order> {
        const auto order = shop.orders.find(tx, desk.request.parameter("number"));
        if (!order) return std::nullopt;
        auto made = page_of(desk, *order);
        for (const auto& attempt : shop.attempts.of_order(tx, order->id)) {
            made.attempts.push_back({id_text(attempt.id.value), attempt.method,
                                     std::string(word_of(payments::attempt_words, attempt.state)), attempt.provider_ref,
                                     attempt.amount, attempt.begun_at});
        }
        for (const auto& event : shop.orders.timeline(tx, order->id)) {
            made.timeline.push_back(
                {event.at, event.who, {"event." + event.what, {}}, event.details == "{}" ? "" : event.details});
        }
        for (const auto& record : policies::of_order(tx, order->id)) {
            for (auto& decision : decisions_of(desk, record)) made.decisions.push_back(std::move(decision));
        }
        return made;
    });
    if (!page) throw http::BadRequest({404, "order_not_found", "There is no such order."});
    return show(desk, "orders", "orders.heading", *page);
}

Response cancel_order(Desk& desk) {
    customers::FieldReader reader;
    const auto why = reader.required_line("reason", desk.form.one("reason").value_or(""), 200);
    if (!reader.is_clean()) throw http::BadRequest({422, "reason_missing", "Say why, in one line."});
    const auto& number = desk.request.parameter("number");
    const auto order = desk.shop.books.read([&](store::Transaction& tx) { return desk.shop.orders.find(tx, number); });
    if (!order) throw http::BadRequest({404, "order_not_found", "There is no such order."});
    desk.console.audit(desk.who(), desk.shop.identity.id, "cancel_order", number, {{"reason", why}});
    const auto cancelled = desk.shop.cancel(order->id, "cancelled_by_staff", desk.who());
    desk.shop.worker.wake();
    desk.shop.postman.wake();
    const auto back = Url::path({desk.shop.identity.id, "orders", number}).with("done", cancelled ? "done" : "refused");
    return http::redirect(303, back.text());
}

// --- operations

Response list_jobs(Desk& desk) {
    const auto dead = desk.shop.books.read([&](store::Transaction& tx) { return desk.shop.jobs.dead(tx); });
    console::Jobs page;
    for (const auto& job : dead) {
        console::Job shown;
        shown.id = id_text(job.id.value);
        shown.kind = job.kind;
        shown.about = job.subject;
        shown.due_at = job.due;
        shown.state = "dead";
        shown.attempts = job.attempts;
        shown.error = job.last_error;
        if (is_among(retry_jobs, desk.role)) {
            shown.retry = Url::path({desk.shop.identity.id, "jobs", shown.id, "retry"});
        }
        page.jobs.push_back(std::move(shown));
    }
    return show(desk, "jobs", "jobs.heading", page);
}

Response retry_job(Desk& desk) {
    const auto id = id_from_text(desk.request.parameter("job"));
    if (!id) throw http::BadRequest({404, "job_not_found", "There is no such job."});
    desk.console.audit(desk.who(), desk.shop.identity.id, "retry_job", id_text(*id), nlohmann::json::object());
    desk.shop.books.transact(
        [&](store::Transaction& tx) { desk.shop.jobs.retry(tx, JobId{*id}, desk.shop.clock.now()); });
    desk.shop.worker.wake();
    desk.shop.postman.wake();
    return http::redirect(303, desk.at("jobs").with("done", "done").text());
}

Response list_plugins(Desk& desk) {
    console::Plugins page;
    for (const auto& plugin : desk.console.parts.health()) {
        for (const auto& instance : plugin.instances) {
            if (instance.storefront != desk.shop.identity.id) continue;
            console::Plugin shown;
            shown.id = instance.name == plugin.id ? plugin.id : plugin.id + " (" + instance.name + ")";
            shown.version = plugin.version;
            shown.kind = host::to_string(plugin.kind);
            shown.isolation = plugin.isolation == host::Isolation::process ? "process" : "none";
            shown.health = instance.quarantined ? "quarantined" : "ready";
            shown.is_healthy = !instance.quarantined;
            shown.calls = static_cast<std::int64_t>(instance.calls);
            shown.faults = static_cast<std::int64_t>(instance.faults);
            shown.last_fault = instance.last_fault;
            page.plugins.push_back(std::move(shown));
        }
    }
    return show(desk, "plugins", "plugins.heading", page);
}

Response list_mails(Desk& desk) {
    const MailId after{id_from_text(desk.asked("after")).value_or(0)};
    console::Mails page;
    desk.shop.books.read([&](store::Transaction& tx) {
        page.mails.clear();
        std::map<std::string, int> dead;  // by promise: attempts
        for (const auto& given_up : desk.shop.outbox.undelivered(tx)) {
            dead[given_up.promise.kind + "|" + given_up.promise.about] = given_up.job.attempts;
        }
        const auto mails = desk.shop.outbox.page(tx, after, a_page);
        for (const auto& mail : mails) {
            console::Mail shown{id_text(mail.id.value), mail.to, mail.template_name, mail.promise.about, {},
                                mail.send_after,        0};
            const auto given_up = dead.find(mail.promise.kind + "|" + mail.promise.about);
            shown.state = mail.sent ? "sent" : given_up != dead.end() ? "dead" : "waiting";
            if (given_up != dead.end()) shown.attempts = given_up->second;
            page.mails.push_back(std::move(shown));
        }
        if (mails.size() == a_page) page.next = desk.at("mails").with("after", id_text(mails.back().id.value));
    });
    return show(desk, "mails", "mails.heading", page);
}

// --- who is there

using Shared = std::shared_ptr<Console>;

Response show_log_in(const Console& console, const customers::Session& session, int status, const std::string& email,
                     const std::optional<Message>& error) {
    console::Frame frame;
    frame.language = "en";
    frame.csrf = session.csrf;
    frame.title = console.theme.words({"log_in.heading", {}}, {});
    const console::LogIn page{{email, {}}, error};
    auto response = page_response(status, console.theme.render(frame, page, Reading{}));
    console.visits.remember(response, session);
    return response;
}

http::Parameters own_form(Console& console, const http::Request& request, const customers::Session& session) {
    auto form = http::form_body(request);
    if (!console.visits.is_ours(request, form, session)) {
        throw http::BadRequest({403, "form_not_ours", "This form is too old, or another site sent it."});
    }
    return form;
}

Response log_in(Console& console, const http::Request& request) {
    const auto before = console.visits.session_of(request);
    const auto form = own_form(console, request, before);
    const std::string email(form.one("email").value_or(""));
    const auto session = console.parts.staff.log_in(
        before, {email, form.one("password").value_or(""), form.one("code").value_or(""), request.peer});
    if (!session) {
        console.audit("nobody", {}, "log_in_refused", {}, {{"peer", request.peer}});
        if (std::holds_alternative<customers::TooManyAttempts>(session.error())) {
            return show_log_in(console, before, 429, email, Message{"log_in.too_many", {}});
        }
        if (std::holds_alternative<customers::Busy>(session.error())) {
            return show_log_in(console, before, 503, email, Message{"log_in.busy", {}});
        }
        return show_log_in(console, before, 422, email, Message{"log_in.wrong", {}});
    }
    console.audit("staff:" + id_text(session->subject.value_or(0)), {}, "log_in", {}, {{"peer", request.peer}});
    auto response = http::redirect(303, "/");
    console.visits.remember(response, *session);
    return response;
}

Response log_out(Console& console, const http::Request& request) {
    const auto before = console.visits.session_of(request);
    own_form(console, request, before);
    if (before.subject) {
        console.audit("staff:" + id_text(*before.subject), {}, "log_out", {}, nlohmann::json::object());
    }
    auto response = http::redirect(303, "/log-in");
    console.visits.remember(response, console.parts.sessions.log_out(before));
    return response;
}

/// The first storefront that they work in.
Response go_home(Console& console, const http::Request& request) {
    const auto member = console.parts.staff.member(console.visits.session_of(request));
    if (!member) return http::redirect(303, "/log-in");
    for (const auto* shop : console.parts.storefronts) {
        const auto role = member->role_in(shop->identity.id);
        if (!role) continue;
        return http::redirect(303,
                              Url::path({shop->identity.id, is_among(see_orders, *role) ? "orders" : "jobs"}).text());
    }
    throw http::BadRequest({403, "no_role", "You work in none of these storefronts."});
}

Storefront& shop_of(const Console& console, const http::Request& request) {
    for (auto* shop : console.parts.storefronts) {
        if (shop->identity.id == request.parameter("shop")) return *shop;
    }
    throw http::BadRequest({404, "not_found", "There is no such storefront."});
}

void add_plain(http::Router& router, const Shared& console, http::Method method, std::string pattern,
               std::function<Response(Console&, const http::Request&)> handler) {
    http::Route route;
    route.method = method;
    route.pattern = std::move(pattern);
    route.max_body = method == http::Method::post ? most_form_bytes : 0;
    route.handler = [console, handler = std::move(handler)](const http::Request& request) {
        try {
            return handler(*console, request);
        } catch (const store::Failure& failure) {
            spdlog::error("request {}: {}", request.id, failure.what());
            throw http::BadRequest({503, "store_failed", "The books cannot be read or written now."});
        }
    };
    router.add(std::move(route));
}

void add(http::Router& router, const Shared& console, http::Method method, const std::string& path, const Roles& roles,
         Handler handler) {
    add_plain(router, console, method, "/{shop}" + path,
              [method, roles, handler = std::move(handler)](Console& at, const http::Request& request) {
                  const auto session = at.visits.session_of(request);
                  auto member = at.parts.staff.member(session);
                  if (!member) return http::redirect(303, "/log-in");
                  // Who has no role in a storefront does not learn whether there is one.
                  const auto role = member->role_in(request.parameter("shop"));
                  if (!role) throw http::BadRequest({404, "not_found", "There is no such storefront."});
                  if (!is_among(roles, *role))
                      throw http::BadRequest({403, "role_missing", "Your role does not allow it."});
                  http::Parameters form;
                  if (method == http::Method::post) form = own_form(at, request, session);
                  Desk desk{at, request, form, shop_of(at, request), session, *std::move(member), *role};
                  return handler(desk);
              });
}

void add_files(http::Router& router, const Theme& theme) {
    http::Route route;
    route.pattern = "/static/{file...}";
    route.handler = [&theme](const http::Request& request) {
        const auto found = theme.assets().find("/static/" + request.parameter("file"));
        if (found == theme.assets().end()) throw http::BadRequest({404, "not_found", "there is no such file"});
        Response response(200);
        response.set_body(found->second.bytes, found->second.content_type);
        response.set_header("Cache-Control", "public, max-age=31536000, immutable");
        return response;
    };
    router.add(std::move(route));
}

Response present(const Console& console, const http::Request& request, const Response& refusal) {
    const int status = refusal.status();
    const std::string key = status == 404   ? "error.not_found"
                            : status == 403 ? "error.forbidden"
                            : status == 429 ? "error.too_many"
                            : status == 503 ? "error.unavailable"
                            : status >= 500 ? "error.failed"
                                            : "error.bad_request";
    console::Frame frame;
    frame.language = "en";
    frame.title = console.theme.words({key, {}}, {});
    console::Statement page{{key, {}}, {}, request.id};
    if (console.theme.has_words(key + "_how")) page.explanation = Message{key + "_how", {}};
    auto response = page_response(status, console.theme.render(frame, page, Reading{}));
    if (const auto allow = refusal.headers().one("Allow")) response.set_header("Allow", *allow);
    return response;
}

}  // namespace

void add_console_routes(http::Router& router, ConsoleParts parts, const Theme& theme) {
    if (parts.storefronts.empty()) throw std::invalid_argument("a console without storefronts");
    const auto console = std::make_shared<Console>(std::move(parts), theme);
    using http::Method;
    add_files(router, theme);
    add_plain(router, console, Method::get, "/", go_home);
    add_plain(router, console, Method::get, "/log-in", [](Console& at, const http::Request& request) {
        return show_log_in(at, at.visits.session_of(request), 200, {}, std::nullopt);
    });
    add_plain(router, console, Method::post, "/log-in", log_in);
    add_plain(router, console, Method::post, "/log-out", log_out);
    add(router, console, Method::get, "/orders", see_orders, list_orders);
    add(router, console, Method::get, "/orders/{number}", see_orders, show_order);
    add(router, console, Method::post, "/orders/{number}/cancel", change_orders, cancel_order);
    add(router, console, Method::get, "/jobs", see_operations, list_jobs);
    add(router, console, Method::post, "/jobs/{job}/retry", retry_jobs, retry_job);
    add(router, console, Method::get, "/plugins", see_operations, list_plugins);
    add(router, console, Method::get, "/mails", see_mails, list_mails);
    router.present_refusals([console](const http::Request& request, const Response& refusal) {
        return present(*console, request, refusal);
    });
}

}  // namespace noren::pages
