// ShopDesk: what every page of a shop is made with; for this module alone.
#pragma once

#include <nlohmann/json.hpp>

#include "http/router.hpp"
#include "http/security_headers.hpp"
#include "pages/shop_pages.hpp"
#include "pages/visit.hpp"
#include "storefront/storefront.hpp"

namespace noren::pages {

/// A request and whose it is. Who logs in or out puts the new session in place of the old one.
struct Visitor {
    const http::Request& request;
    customers::Session session;
    http::Parameters form;  // of a post, already known to be ours

    /// A form's value; empty when it is absent.
    std::string typed(std::string_view name) const { return std::string(form.one(name).value_or("")); }
    std::string asked(std::string_view name) const { return std::string(request.target.query.one(name).value_or("")); }
};

/// How a page is sent.
struct Sheet {
    std::string title;
    int status = 200;
    http::PageReach reach = {};
};

struct ShopDesk {
    ShopDesk(storefront::Storefront& storefront, const Theme& look);

    /// Adds a route whose handler gets the visitor; their cookie is set with the answer.
    using Handler = std::function<http::Response(ShopDesk&, Visitor&)>;

    template <class Page>
    http::Response show(const Visitor& visitor, const Sheet& sheet, const Page& page) const {
        return sent(theme.render(frame(visitor, sheet.title), page, reading), sheet);
    }
    shop::Frame frame(const Visitor& visitor, const std::string& title) const;
    http::Response say(const Visitor& visitor, int status, const std::string& heading,
                       const std::string& explanation) const;
    http::Response sent(std::string page, const Sheet& sheet) const;
    std::string words(const std::string& key) const { return theme.words({key, {}}, reading); }

    storefront::Storefront& shop;
    const Theme& theme;
    Visits visits;
    Reading reading;
};

using Desk = std::shared_ptr<ShopDesk>;

void add_page(http::Router& router, const Desk& desk, http::Method method, std::string pattern,
              ShopDesk::Handler handler);

void add_catalogue_routes(http::Router& router, const Desk& desk);
void add_checkout_routes(http::Router& router, const Desk& desk);
void add_order_routes(http::Router& router, const Desk& desk);
void add_account_routes(http::Router& router, const Desk& desk);

std::vector<shop::Reason> reasons_of(const std::vector<policies::Reason>& reasons);
Url picture_of(const catalog::Item& item);
/// The origins of pictures that lie elsewhere.
void allow_picture(http::PageReach& reach, const catalog::Item& item);
shop::Input input(const std::vector<customers::FieldFault>& faults, std::string_view field, std::string value);
std::optional<Message> fault_of(const std::vector<customers::FieldFault>& faults, std::string_view field);

}  // namespace noren::pages
