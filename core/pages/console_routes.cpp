#include "pages/console_routes.hpp"

#include <stdexcept>

#include "pages/console_desk.hpp"

namespace noren::pages {
namespace {

using http::Response;

void add_files(http::Router& router, const Theme& theme) {
    http::Route route;
    route.pattern = "/static/{file...}";
    route.handler = [&theme](const http::Request& request) {
        const auto found = theme.assets().find("/static/" + request.parameter("file"));
        if (found == theme.assets().end()) refuse_request(404, "not_found", "there is no such file");
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
                            : status == 422 ? "error.field"
                            : status == 429 ? "error.too_many"
                            : status == 503 ? "error.unavailable"
                            : status >= 500 ? "error.failed"
                                            : "error.bad_request";
    console::Frame frame;
    frame.language = "en";
    frame.title = console.theme.words({key, {}}, {});
    console::Statement page{{key, {}}, {}, request.id};
    if (console.theme.has_words(key + "_how")) page.explanation = Message{key + "_how", {}};
    auto response = ConsoleDesk::sent(console.theme.render(frame, page, Reading{}), status);
    if (const auto allow = refusal.headers().one("Allow")) response.set_header("Allow", *allow);
    return response;
}

}  // namespace

void add_console_routes(http::Router& router, ConsoleParts parts, const Theme& theme) {
    if (parts.storefronts.empty()) throw std::invalid_argument("a console without storefronts");
    const auto console = std::make_shared<Console>(std::move(parts), theme);
    add_files(router, theme);
    add_sign_in_routes(router, console);
    add_order_desk_routes(router, console);
    add_stock_desk_routes(router, console);
    add_customer_desk_routes(router, console);
    add_operation_routes(router, console);
    router.present_refusals([console](const http::Request& request, const Response& refusal) {
        return present(*console, request, refusal);
    });
}

}  // namespace noren::pages
