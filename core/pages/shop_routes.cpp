#include "pages/shop_routes.hpp"

#include "http/compression.hpp"
#include "pages/shop_desk.hpp"

namespace noren::pages {
namespace {

using http::Request;
using http::Response;

/// Answers are kept for a year under names that change with their bytes.
void add_files(http::Router& router, const Theme& theme) {
    auto files = std::make_shared<std::map<std::string, http::PackedBody, std::less<>>>();
    for (const auto& [path, asset] : theme.assets()) {
        files->emplace(path, http::PackedBody(asset.bytes, asset.content_type));
    }
    http::Route route;
    route.pattern = "/static/{file...}";
    route.handler = [files = std::shared_ptr<const std::map<std::string, http::PackedBody, std::less<>>>(files)](
                        const Request& request) {
        const auto found = files->find("/static/" + request.parameter("file"));
        if (found == files->end()) throw http::BadRequest({404, "not_found", "there is no such file"});
        auto response = found->second.serve(request);
        response.set_header("Cache-Control", "public, max-age=31536000, immutable");
        return response;
    };
    router.add(std::move(route));
}

std::string written(settings::TimeOfDay time) {
    const auto two = [](int number) { return (number < 10 ? "0" : "") + std::to_string(number); };
    return two(time.minutes / 60) + ":" + two(time.minutes % 60);
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
    page.opens = written(hours.time_of_day("opens"));
    page.closes = written(hours.time_of_day("closes"));
    return desk.show(visitor, {desk.words("calendar.heading")}, page);
}

/// Mon to Fri, or Mon, Wed and Sat as they are.
std::string days_of(const std::vector<unsigned>& days, const Reading& reading) {
    std::vector<std::string> names;
    for (const auto day : days) names.push_back(weekday_name(day, reading));
    const bool is_a_row = days.size() > 2 && (days.back() + 6) % 7 - (days.front() + 6) % 7 + 1 == days.size();
    if (is_a_row) return names.front() + " – " + names.back();
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

Response show_contact(ShopDesk& desk, Visitor& visitor) {
    shop::Contact page;
    page.email = desk.display.email;
    page.zone = desk.reading.time_zone;
    if (const auto& phone = desk.display.phone) {
        page.phone = phone->number;
        page.phone_days = days_of(phone->days, desk.reading);
        page.phone_opens = written(phone->opens);
        page.phone_closes = written(phone->closes);
        page.is_answered_now = phone->is_answered(desk.shop.clock.now(), desk.shop.calendar);
    }
    return desk.show(visitor, {desk.words("contact.heading")}, page);
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
    add_address_routes(router, desk);
    add_page(router, desk, http::Method::get, "/calendar", show_calendar);
    add_page(router, desk, http::Method::get, "/contact", show_contact);
    router.present_refusals(
        [desk](const Request& request, Response refusal) { return present(*desk, request, std::move(refusal)); });
}

}  // namespace noren::pages
