#include "pages/shop_routes.hpp"

#include "pages/shop_desk.hpp"

namespace noren::pages {
namespace {

using http::Request;
using http::Response;

void add_files(http::Router& router, const Theme& theme) {
    http::Route route;
    route.pattern = "/static/{file...}";
    route.handler = [&theme](const Request& request) {
        const auto& assets = theme.assets();
        const auto found = assets.find("/static/" + request.parameter("file"));
        if (found == assets.end()) throw http::BadRequest({404, "not_found", "there is no such file"});
        Response response(200);
        response.set_body(found->second.bytes, found->second.content_type);
        response.set_header("Cache-Control", "public, max-age=31536000, immutable");
        return response;
    };
    router.add(std::move(route));
}

Response show_calendar(ShopDesk& desk, Visitor& visitor) {
    const auto now = desk.shop.clock.now();
    std::vector<Date> closed;
    for (const auto& month : desk.shop.calendar.shown_at(now)) {
        for (const auto& day : month.days) {
            if (day.kind != calendar::Day::Kind::business) closed.push_back(day.date);
        }
    }
    auto page = shop::calendar_of(desk.shop.calendar.local_date(now), closed, desk.reading);
    const auto hours = desk.shop.effective->value()["calendar"].or_empty();
    const auto written = [](settings::TimeOfDay time) {
        const auto two = [](int number) { return (number < 10 ? "0" : "") + std::to_string(number); };
        return two(time.minutes / 60) + ":" + two(time.minutes % 60);
    };
    page.opens = written(hours.time_of_day("opens"));
    page.closes = written(hours.time_of_day("closes"));
    return desk.show(visitor, {desk.words("calendar.heading")}, page);
}

/// The words for a status: error.<...>.
std::string error_of(int status) {
    switch (status) {
        case 403: return "error.forbidden";
        case 404: return "error.not_found";
        case 429: return "error.too_many";
        case 503: return "error.unavailable";
        default: return status >= 500 ? "error.failed" : "error.bad_request";
    }
}

bool is_for_programs(const Request& request) {
    return request.target.path.starts_with("/api/") || request.target.path.starts_with("/webhooks/");
}

/// A refusal as a page. It looks for no session: it must work when nothing else does.
Response present(const ShopDesk& desk, const Request& request, Response refusal) {
    if (is_for_programs(request)) return refusal;
    shop::Frame frame;
    frame.shop = desk.shop.identity.name;
    frame.language = desk.reading.language;
    shop::Statement page;
    page.heading = {error_of(refusal.status()), {}};
    if (desk.theme.has_words(page.heading.key + "_how")) page.explanation = Message{page.heading.key + "_how", {}};
    page.request_id = request.id;
    frame.title = desk.theme.words(page.heading, desk.reading);
    auto response = desk.sent(desk.theme.render(frame, page, desk.reading), {frame.title, refusal.status()});
    if (const auto allow = refusal.headers().one("Allow")) response.set_header("Allow", *allow);
    return response;
}

}  // namespace

std::string order_key(const customers::Key& key, std::string_view number) {
    return key.mac("order_link", number);
}

void add_shop_routes(http::Router& router, storefront::Storefront& shop, const Theme& theme) {
    const auto desk = std::make_shared<ShopDesk>(shop, theme);
    add_files(router, theme);
    add_catalogue_routes(router, desk);
    add_checkout_routes(router, desk);
    add_order_routes(router, desk);
    add_account_routes(router, desk);
    add_page(router, desk, http::Method::get, "/calendar", show_calendar);
    router.present_refusals(
        [desk](const Request& request, Response refusal) { return present(*desk, request, std::move(refusal)); });
}

}  // namespace noren::pages
