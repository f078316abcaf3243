// ShopDesk: what every page of a shop is made with; for this module alone.
#pragma once

#include <mutex>
#include <nlohmann/json.hpp>

#include "http/router.hpp"
#include "http/security_headers.hpp"
#include "pages/display.hpp"
#include "pages/shop_pages.hpp"
#include "pages/visit.hpp"
#include "storefront/storefront.hpp"

namespace noren::pages {

/// A request and whose it is. Who logs in or out puts the new session in place of the old one.
struct Visitor {
    const http::Request& request;
    customers::Session session;
    http::Parameters form;  // of a post, already known to be ours
    /// Their cart once it was read or kept: ShopDesk::cart_of() and keep().
    mutable std::optional<cart::Cart> cart = {};

    /// A form's value; empty when it is absent.
    std::string typed(std::string_view name) const { return std::string(form.one(name).value_or("")); }
    std::string asked(std::string_view name) const { return std::string(request.target.query.one(name).value_or("")); }
    std::optional<CustomerId> customer() const {
        return session.subject ? std::optional(CustomerId{*session.subject}) : std::nullopt;
    }
};

/// How a page is sent.
struct Sheet {
    std::string title;
    int status = 200;
    http::PageReach reach = {};
};

/// What is dear to make and the same for everybody, kept for a while. Any thread; who comes while it is made waits.
template <class Made>
class Kept {
public:
    template <class Make>
    std::shared_ptr<const Made> get(Instant now, std::chrono::seconds lifetime, Make&& make) {
        const std::lock_guard lock(mutex_);
        if (!made_ || now >= until_) {
            made_ = std::make_shared<const Made>(make());
            until_ = now + lifetime;
        }
        return made_;
    }

private:
    std::mutex mutex_;
    std::shared_ptr<const Made> made_;
    Instant until_{};
};

/// The front page without its frame, and where its pictures lie.
struct FrontPage {
    shop::Home page;
    http::PageReach reach;
};

class ShopDesk {
public:
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

    const cart::Cart& cart_of(const Visitor& visitor) const;
    void keep(const Visitor& visitor, cart::Cart cart) const;

    /// The categories and sale states in use, as they were within the last minute.
    struct Inventory {
        std::vector<catalog::Count> categories;
        std::vector<catalog::Count> sale_states;
    };
    std::shared_ptr<const Inventory> inventory() const;

    storefront::Storefront& shop;
    const Theme& theme;
    Visits visits;
    Reading reading;
    const Display display;

    Kept<FrontPage> front_page;

private:
    mutable Kept<Inventory> inventory_;
};

using Desk = std::shared_ptr<ShopDesk>;

void add_page(http::Router& router, const Desk& desk, http::Method method, std::string pattern,
              ShopDesk::Handler handler);

void add_catalogue_routes(http::Router& router, const Desk& desk);
void add_checkout_routes(http::Router& router, const Desk& desk);
void add_order_routes(http::Router& router, const Desk& desk);
void add_account_routes(http::Router& router, const Desk& desk);
void add_address_routes(http::Router& router, const Desk& desk);

std::vector<shop::Reason> reasons_of(const std::vector<policies::Reason>& reasons);
std::vector<shop::Line> lines_of(const std::vector<std::string>& texts);

/// Whether its customer may pay it now.
bool can_be_paid(const ShopDesk& desk, const orders::Order& order);
/// The lists of a customer's orders: awaiting payment, unshipped, all.
std::vector<shop::Link> order_list_links(const ShopDesk& desk, std::optional<std::string_view> current);

/// The categories right below `above` (empty: the uppermost), as links to their lists.
std::vector<shop::Link> categories_below(const ShopDesk::Inventory& inventory, std::string_view above);
/// From the uppermost category down to this one.
std::vector<shop::Link> trail_of(std::string_view category);
shop::ItemCard card_of(const ShopDesk& desk, const catalog::Item& item, const std::vector<stock::Level>& levels);
/// July 2027, or a day; empty where none is announced or it has come.
std::string release_of(const ShopDesk& desk, const catalog::Item& item);
Url picture_of(const catalog::Item& item);
/// The origins of pictures that lie elsewhere.
void allow_pictures(http::PageReach& reach, const catalog::Item& item);
/// What this visitor may order of one item: the cart with nothing but it.
checkout::Sale sale_alone(store::Transaction& tx, const ShopDesk& desk, const cart::Cart& mine, const std::string& sku);

shop::Input input(const std::vector<customers::FieldFault>& faults, std::string_view field, std::string value);
std::optional<Message> fault_of(const std::vector<customers::FieldFault>& faults, std::string_view field);
/// Above a form: each fault leads to its field.
std::vector<shop::FormFault> summary_of(const std::vector<customers::FieldFault>& faults);
/// An address as it was typed into a form's fields.
customers::Address typed_address(const Visitor& visitor);
shop::AddressForm form_of(const ShopDesk& desk, const customers::Address& address,
                          const std::vector<customers::FieldFault>& faults);
shop::KeptAddress shown_address(const ShopDesk& desk, const customers::KeptAddress& kept);
std::vector<shop::Line> address_lines(const ShopDesk& desk, const customers::Address& address);

}  // namespace noren::pages
