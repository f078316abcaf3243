#include "pages/console_desk.hpp"

namespace noren::pages {
namespace {

using http::Response;

Response show_log_in(const Console& console, const customers::Session& session, int status, const std::string& email,
                     const std::optional<Message>& error) {
    console::Frame frame;
    frame.language = "en";
    frame.csrf = session.csrf;
    frame.title = console.theme.words({"log_in.heading", {}}, {});
    const console::LogIn page{{email, {}}, error};
    auto response = ConsoleDesk::sent(console.theme.render(frame, page, Reading{}), status);
    console.visits.remember(response, session);
    return response;
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
        return http::redirect(303, Url::path({shop->identity.id, "orders"}).text());
    }
    refuse_request(403, "no_role", "You work in none of these storefronts.");
}

}  // namespace

void add_sign_in_routes(http::Router& router, const SharedConsole& console) {
    using http::Method;
    add_plain_page(router, console, Method::get, "/", go_home);
    add_plain_page(router, console, Method::get, "/log-in", [](Console& at, const http::Request& request) {
        return show_log_in(at, at.visits.session_of(request), 200, {}, std::nullopt);
    });
    add_plain_page(router, console, Method::post, "/log-in", log_in);
    add_plain_page(router, console, Method::post, "/log-out", log_out);
}

}  // namespace noren::pages
