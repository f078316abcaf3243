#include "pages/console_desk.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <charconv>

#include "pages/audit.hpp"

namespace noren::pages {

using customers::Role;
using http::Response;

namespace {

constexpr std::size_t most_form_bytes = 16 * 1024;

std::string text_of(Role role) {
    return std::string(customers::role_words.at(static_cast<std::size_t>(role)));
}

bool any_is_secure(const std::vector<Storefront*>& shops) {
    return std::any_of(shops.begin(), shops.end(),
                       [](const Storefront* shop) { return shop->identity.public_url.starts_with("https://"); });
}

Storefront& shop_of(const Console& console, const http::Request& request) {
    for (auto* shop : console.parts.storefronts) {
        if (shop->identity.id == request.parameter("shop")) return *shop;
    }
    refuse_request(404, "not_found", "There is no such storefront.");
}

}  // namespace

const Roles see_orders{Role::owner, Role::manager, Role::support, Role::warehouse, Role::read_only};
const Roles see_money{Role::owner, Role::manager, Role::support, Role::read_only};
const Roles change_orders{Role::owner, Role::manager, Role::support};
const Roles ship_orders{Role::owner, Role::manager, Role::warehouse};
const Roles move_money{Role::owner, Role::manager};
const Roles see_stock{Role::owner, Role::manager, Role::support, Role::warehouse, Role::read_only};
const Roles change_stock{Role::owner, Role::manager, Role::warehouse};
const Roles see_customers{Role::owner, Role::manager, Role::support, Role::read_only};
const Roles see_operations{Role::owner, Role::manager, Role::support, Role::warehouse, Role::read_only};
const Roles run_operations{Role::owner, Role::manager};
const Roles see_mails{Role::owner, Role::manager, Role::support};
const Roles see_audit{Role::owner, Role::manager};

bool is_among(const Roles& roles, Role role) {
    return std::find(roles.begin(), roles.end(), role) != roles.end();
}

void refuse_request(int status, std::string code, std::string message) {
    throw http::BadRequest({status, std::move(code), std::move(message)});
}

Console::Console(ConsoleParts given, const Theme& look)
    : parts(std::move(given)),
      theme(look),
      visits(parts.sessions, "console", any_is_secure(parts.storefronts), std::nullopt) {}

void Console::audit(const std::string& who, const std::string& storefront, const std::string& action,
                    const std::string& subject, const nlohmann::json& details) const {
    record(parts.core, parts.storefronts.front()->order_books.ids,
           {clock().now(), who, storefront, action, subject, details.dump()});
}

std::string ConsoleDesk::line(std::string_view name, std::size_t most) const {
    customers::FieldReader reader;
    const auto text = reader.required_line(name, typed(name), most);
    if (reader.is_clean()) return text;
    refuse_request(422, "field_" + reader.faults().front().code,
                   "The field " + std::string(name) + " must be one line of text.");
}

std::int64_t ConsoleDesk::number(std::string_view name, std::int64_t least, std::int64_t most) const {
    const auto text = typed(name);
    std::int64_t value = 0;
    const auto* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    if (!text.empty() && read.ec == std::errc() && read.ptr == end && value >= least && value <= most) return value;
    refuse_request(422, "field_no_number",
                   "The field " + std::string(name) + " must be a whole number from " + std::to_string(least) + " to " +
                       std::to_string(most) + ".");
}

void ConsoleDesk::audit(const std::string& action, const std::string& subject, const nlohmann::json& details) const {
    console.audit(who(), shop.identity.id, action, subject, details);
}

Response ConsoleDesk::back(const Url& page, const std::string& outcome) const {
    return http::redirect(303, page.with("done", outcome).text());
}

void ConsoleDesk::wake_workers() const {
    shop.worker.wake();
    shop.postman.wake();
}

std::string ConsoleDesk::name_of(const std::string& by) const {
    static constexpr std::string_view staff = "staff:";
    if (!by.starts_with(staff)) return by;
    const auto id = id_from_text(by.substr(staff.size()));
    return id ? console.parts.staff.name_of(customers::StaffId{*id}).value_or(by) : by;
}

console::Frame ConsoleDesk::frame(std::string_view section, std::string title) const {
    console::Frame frame;
    frame.language = "en";
    frame.title = std::move(title);
    frame.csrf = session.csrf;
    frame.member = member.name;
    frame.role = text_of(role);
    frame.shows_money = may(see_money);
    for (const auto* other : console.parts.storefronts) {
        if (!member.role_in(other->identity.id)) continue;
        frame.storefronts.push_back({other->identity.name, Url::path({other->identity.id, "orders"}), other == &shop});
    }
    const auto add = [&](const Roles& roles, std::string_view name) {
        if (may(roles)) frame.sections.push_back({{"console." + std::string(name), {}}, at(name), name == section});
    };
    add(see_orders, "orders");
    add(see_stock, "stock");
    add(see_customers, "customers");
    add(see_money, "decisions");
    add(see_mails, "mails");
    add(see_operations, "jobs");
    add(see_operations, "plugins");
    add(see_audit, "audit");
    const auto outcome = asked("done");
    if (!outcome.empty() && console.theme.has_words("notice." + outcome)) {
        frame.notice = Message{"notice." + outcome, {}};
        frame.is_refusal = outcome != "done";
    }
    return frame;
}

Response ConsoleDesk::sent(std::string page, int status) {
    auto response = http::html(status, std::move(page));
    response.set_header("Content-Security-Policy", http::page_policy({}));
    return response;
}

http::Parameters own_form(Console& console, const http::Request& request, const customers::Session& session) {
    auto form = http::form_body(request);
    if (!console.visits.is_ours(request, form, session)) {
        refuse_request(403, "form_not_ours", "This form is too old, or another site sent it.");
    }
    return form;
}

void add_plain_page(http::Router& router, const SharedConsole& console, http::Method method, std::string pattern,
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
            refuse_request(503, "store_failed", "The books cannot be read or written now.");
        }
    };
    router.add(std::move(route));
}

void add_console_page(http::Router& router, const SharedConsole& console, http::Method method, const std::string& path,
                      const Roles& roles, ConsoleHandler handler) {
    add_plain_page(router, console, method, "/{shop}" + path,
                   [method, roles, handler = std::move(handler)](Console& at, const http::Request& request) {
                       const auto session = at.visits.session_of(request);
                       auto member = at.parts.staff.member(session);
                       if (!member) return http::redirect(303, "/log-in");
                       // Who has no role in a storefront does not learn whether there is one.
                       const auto role = member->role_in(request.parameter("shop"));
                       if (!role) refuse_request(404, "not_found", "There is no such storefront.");
                       if (!is_among(roles, *role)) refuse_request(403, "role_missing", "Your role does not allow it.");
                       http::Parameters form;
                       if (method == http::Method::post) form = own_form(at, request, session);
                       ConsoleDesk desk{at, request, form, shop_of(at, request), session, *std::move(member), *role};
                       return handler(desk);
                   });
}

std::vector<console::Attribute> attributes_of(const std::string& json, const Reading& reading) {
    static constexpr std::string_view microseconds = "_us";
    std::vector<console::Attribute> attributes;
    const auto parsed = nlohmann::json::parse(json, nullptr, false);
    if (!parsed.is_object()) {
        if (!json.empty()) attributes.push_back({"", json});
        return attributes;
    }
    for (const auto& [name, value] : parsed.items()) {
        if (name.ends_with(microseconds) && value.is_number_integer()) {
            std::string text;
            append_instant(text, instant_from_us(value.get<std::int64_t>()), reading);
            attributes.push_back({name.substr(0, name.size() - microseconds.size()), std::move(text)});
            continue;
        }
        attributes.push_back({name, value.is_string() ? value.get<std::string>() : value.dump()});
    }
    return attributes;
}

}  // namespace noren::pages
