#include "pages/shop_desk.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>

namespace noren::pages {
namespace {

constexpr std::size_t most_form_bytes = 64 * 1024;

bool is_secure(const storefront::Storefront& shop) {
    return shop.identity.public_url.starts_with("https://");
}

/// What was just done, from the address that the browser was sent to; nothing for words that are none of ours.
std::optional<Message> notice_of(const Visitor& visitor) {
    static constexpr std::array<std::string_view, 5> known{"added", "cart_changed", "logged_in", "logged_out",
                                                           "password_changed"};
    const auto done = visitor.request.target.query.all("done");
    if (done.size() != 1 || std::find(known.begin(), known.end(), done[0]) == known.end()) return std::nullopt;
    return Message{"notice." + std::string(done[0]), {}};
}

}  // namespace

ShopDesk::ShopDesk(storefront::Storefront& storefront, const Theme& look)
    : shop(storefront),
      theme(look),
      visits(storefront.sessions, "visit", is_secure(storefront), std::chrono::hours(24 * 30)),
      reading{storefront.identity.languages.front(), storefront.identity.time_zone} {}

shop::Frame ShopDesk::frame(const Visitor& visitor, const std::string& title) const {
    shop::Frame frame;
    frame.shop = shop.identity.name;
    frame.language = reading.language;
    frame.title = title;
    frame.csrf = visitor.session.csrf;
    frame.notice = notice_of(visitor);
    frame.is_closed_today = !shop.calendar.is_business_day(shop.calendar.local_date(shop.clock.now()));
    for (const auto& line : shop.carts.load(visitor.session.id).lines) frame.in_cart += line.quantity;
    if (visitor.session.subject) {
        const auto customer = shop.books.read(
            [&](store::Transaction& tx) { return shop.customers.find(tx, CustomerId{*visitor.session.subject}); });
        if (customer) frame.customer = customer->name;
    }
    return frame;
}

http::Response ShopDesk::sent(std::string page, const Sheet& sheet) const {
    auto response = http::html(sheet.status, std::move(page));
    response.set_header("Content-Security-Policy", http::page_policy(sheet.reach));
    return response;
}

http::Response ShopDesk::say(const Visitor& visitor, int status, const std::string& heading,
                             const std::string& explanation) const {
    return show(visitor, {words(heading), status}, shop::Statement{{heading, {}}, Message{explanation, {}}, {}});
}

void add_page(http::Router& router, const Desk& desk, http::Method method, std::string pattern,
              ShopDesk::Handler handler) {
    http::Route route;
    route.method = method;
    route.pattern = std::move(pattern);
    route.max_body = method == http::Method::post ? most_form_bytes : 0;
    route.handler = [desk, method, handler = std::move(handler)](const http::Request& request) {
        try {
            Visitor visitor{request, desk->visits.session_of(request), {}};
            if (method == http::Method::post) {
                visitor.form = http::form_body(request);
                if (!desk->visits.is_ours(request, visitor.form, visitor.session)) {
                    throw http::BadRequest({403, "form_not_ours", "This form is too old, or another site sent it."});
                }
            }
            auto response = handler(*desk, visitor);
            desk->visits.remember(response, visitor.session);
            return response;
        } catch (const store::Failure& failure) {
            spdlog::error("request {}: {}", request.id, failure.what());
            const bool passing =
                failure.kind() == store::Failure::Kind::unavailable || failure.kind() == store::Failure::Kind::conflict;
            throw http::BadRequest({passing ? 503 : 500, "store_failed", "The books cannot be read or written now."});
        }
    };
    router.add(std::move(route));
}

std::vector<shop::Reason> reasons_of(const std::vector<policies::Reason>& reasons) {
    std::vector<shop::Reason> shown;
    for (const auto& reason : reasons) shown.push_back({{"reason." + reason.code, reason.parameters}});
    return shown;
}

Url picture_of(const catalog::Item& item) {
    if (auto elsewhere = Url::elsewhere(item.image_link)) return *std::move(elsewhere);
    return Url::path({"pictures", item.sku + ".svg"});
}

void allow_picture(http::PageReach& reach, const catalog::Item& item) {
    const auto url = Url::elsewhere(item.image_link);
    if (!url) return;
    const auto host = url->text().find("://") + 3;
    const auto origin = url->text().substr(0, url->text().find_first_of("/?#", host));
    const bool plain = std::all_of(origin.begin(), origin.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == ':' || c == '/' || c == '.' || c == '-';
    });
    if (plain && std::find(reach.images.begin(), reach.images.end(), origin) == reach.images.end()) {
        reach.images.push_back(origin);
    }
}

std::optional<Message> fault_of(const std::vector<customers::FieldFault>& faults, std::string_view field) {
    for (const auto& fault : faults) {
        if (fault.field == field) return Message{"field." + fault.code, {}};
    }
    return std::nullopt;
}

shop::Input input(const std::vector<customers::FieldFault>& faults, std::string_view field, std::string value) {
    return {std::move(value), fault_of(faults, field)};
}

}  // namespace noren::pages
