#include "pages/shop_desk.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>

namespace noren::pages {
namespace {

constexpr std::size_t most_form_bytes = 64 * 1024;
constexpr std::chrono::minutes inventory_lifetime{1};

bool is_secure(const storefront::Storefront& shop) {
    return shop.identity.public_url.starts_with("https://");
}

/// What was just done, from the address that the browser was sent to; nothing for words that are none of ours.
std::optional<Message> notice_of(const Visitor& visitor) {
    static constexpr std::array<std::string_view, 11> known{
        "added",           "cart_changed", "logged_in", "logged_out", "password_changed", "address_kept",
        "address_removed", "watched",      "unwatched", "cancelled",  "changed"};
    const auto done = visitor.request.target.query.all("done");
    if (done.size() != 1 || std::find(known.begin(), known.end(), done[0]) == known.end()) return std::nullopt;
    return Message{"notice." + std::string(done[0]), {}};
}

}  // namespace

ShopDesk::ShopDesk(storefront::Storefront& storefront, const Theme& look)
    : shop(storefront),
      theme(look),
      visits(storefront.sessions, "visit", is_secure(storefront), std::chrono::hours(24 * 30)),
      reading{storefront.identity.languages.front(), storefront.identity.time_zone},
      display(Display::of(storefront.effective->value())) {}

shop::Frame ShopDesk::frame(const Visitor& visitor, const std::string& title) const {
    shop::Frame frame;
    frame.shop = shop.identity.name;
    frame.language = reading.language;
    frame.title = title;
    frame.csrf = shop.sessions.form_token(visitor.session);
    frame.notice = notice_of(visitor);
    frame.is_closed_today = !shop.calendar.is_business_day(shop.calendar.local_date(shop.clock.now()));
    for (const auto& line : cart_of(visitor).lines) frame.in_cart += line.quantity;
    if (const auto customer = visitor.customer()) {
        const auto found = shop.books.read([&](store::Transaction& tx) { return shop.customers.find(tx, *customer); });
        if (found) frame.customer = found->name;
    }
    frame.menu = categories_below(*inventory(), "");
    return frame;
}

const cart::Cart& ShopDesk::cart_of(const Visitor& visitor) const {
    // Who has no cookie yet has no cart.
    if (!visitor.cart) visitor.cart = visitor.session.is_new ? cart::Cart{} : shop.carts.load(visitor.session.id);
    return *visitor.cart;
}

void ShopDesk::keep(const Visitor& visitor, cart::Cart cart) const {
    shop.carts.save(visitor.session.id, cart);
    visitor.cart = std::move(cart);
}

std::shared_ptr<const ShopDesk::Inventory> ShopDesk::inventory() const {
    return inventory_.get(shop.clock.now(), inventory_lifetime, [this] {
        return shop.books.read([&](store::Transaction& tx) {
            return Inventory{shop.catalog.categories(tx), shop.catalog.sale_states(tx)};
        });
    });
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

std::vector<shop::Line> lines_of(const std::vector<std::string>& texts) {
    std::vector<shop::Line> lines;
    for (const auto& text : texts) lines.push_back({text});
    return lines;
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

std::vector<shop::FormFault> summary_of(const std::vector<customers::FieldFault>& faults) {
    std::vector<shop::FormFault> shown;
    for (const auto& fault : faults) {
        const std::string field = fault.field == "street" ? "street_1" : fault.field;
        shown.push_back({Url::anchor(field), {"form." + field, {}}, {"field." + fault.code, {}}});
    }
    return shown;
}

customers::Address typed_address(const Visitor& visitor) {
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
    return typed;
}

shop::AddressForm form_of(const ShopDesk& desk, const customers::Address& address,
                          const std::vector<customers::FieldFault>& faults) {
    shop::AddressForm form;
    form.name = input(faults, "name", address.name);
    form.street_1 = input(faults, "street", address.street.empty() ? "" : address.street[0]);
    form.street_2 = {address.street.size() > 1 ? address.street[1] : "", std::nullopt};
    form.city = input(faults, "city", address.city);
    form.region = input(faults, "region", address.region);
    form.postal_code = input(faults, "postal_code", address.postal_code);
    form.phone = input(faults, "phone", address.phone);
    form.country = shop::countries(address.country, desk.reading);
    form.country.error = fault_of(faults, "country");
    form.is_hotel = address.is_hotel;
    return form;
}

std::vector<shop::Line> address_lines(const ShopDesk& desk, const customers::Address& address) {
    std::vector<shop::Line> lines;
    const auto add = [&lines](std::string text) {
        if (!text.empty()) lines.push_back({std::move(text)});
    };
    add(address.name);
    for (const auto& street : address.street) add(street);
    add(address.postal_code.empty() ? address.city : address.postal_code + " " + address.city);
    add(address.region);
    add(country_name(address.country, desk.reading));
    add(address.phone);
    return lines;
}

shop::KeptAddress shown_address(const ShopDesk& desk, const customers::KeptAddress& kept) {
    const auto id = id_text(kept.id.value);
    return {id, Url::path({"account", "addresses", id}), address_lines(desk, kept.address)};
}

}  // namespace noren::pages
