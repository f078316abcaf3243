// ConsoleDesk: what every page of the console is made with; for this module alone.
#pragma once

#include <map>
#include <nlohmann/json.hpp>

#include "http/security_headers.hpp"
#include "pages/console_pages.hpp"
#include "pages/console_routes.hpp"
#include "pages/visit.hpp"

namespace noren::pages {

using storefront::Storefront;
using Roles = std::vector<customers::Role>;

extern const Roles see_orders;
/// What an order costs, how it was paid, and what was decided about it and about who ordered. The warehouse sees what
/// is to be sent and where to.
extern const Roles see_money;
extern const Roles change_orders;
extern const Roles ship_orders;
extern const Roles move_money;
extern const Roles see_stock;
extern const Roles change_stock;
extern const Roles see_customers;
extern const Roles see_operations;
extern const Roles run_operations;
extern const Roles see_mails;
extern const Roles see_audit;

bool is_among(const Roles& roles, customers::Role role);

/// How many rows a page of a list has.
inline constexpr int a_page = 50;

struct Console {
    Console(ConsoleParts given, const Theme& look);

    const Clock& clock() const { return parts.storefronts.front()->clock; }
    void audit(const std::string& who, const std::string& storefront, const std::string& action,
               const std::string& subject, const nlohmann::json& details) const;

    ConsoleParts parts;
    const Theme& theme;
    Visits visits;
};
using SharedConsole = std::shared_ptr<Console>;

/// A request of somebody who is logged in and may use the route.
struct ConsoleDesk {
    Console& console;
    const http::Request& request;
    const http::Parameters& form;  // of a post, already known to be ours
    Storefront& shop;
    customers::Session session;
    customers::StaffMember member;
    customers::Role role;

    bool may(const Roles& roles) const { return is_among(roles, role); }
    /// As timelines and the audit name them.
    std::string who() const { return "staff:" + id_text(member.id.value); }
    Reading reading() const { return {"en", shop.identity.time_zone}; }
    /// Address of a section of the storefront, or of what is below it.
    Url at(std::string_view section) const { return Url::path({shop.identity.id, section}); }
    Url at(std::string_view section, std::string_view one) const { return Url::path({shop.identity.id, section, one}); }
    Url at(std::string_view section, std::string_view one, std::string_view action) const {
        return Url::path({shop.identity.id, section, one, action});
    }
    /// A parameter of the address, a field of the form; empty when it is absent.
    std::string asked(std::string_view name) const { return std::string(request.target.query.one(name).value_or("")); }
    std::string typed(std::string_view name) const { return std::string(form.one(name).value_or("")); }
    /// A field that must hold one line of at most `most` characters; a bad request that names it otherwise.
    std::string line(std::string_view name, std::size_t most = 200) const;
    /// A field that must hold a whole number from `least` to `most`; likewise.
    std::int64_t number(std::string_view name, std::int64_t least, std::int64_t most) const;

    /// Records what they are about to do, before it is done.
    void audit(const std::string& action, const std::string& subject, const nlohmann::json& details) const;
    /// Back to a page, which says what became of it: `done`, or the code of a refusal.
    http::Response back(const Url& page, const std::string& outcome = "done") const;
    /// Jobs may be due now.
    void wake_workers() const;
    /// Who did something, by name when it was staff.
    std::string name_of(const std::string& who) const;

    console::Frame frame(std::string_view section, std::string title) const;
    template <class Page>
    http::Response show(std::string_view section, const std::string& heading, const Page& page) const {
        const auto language = reading();
        const auto title = console.theme.words({heading, {}}, language);
        return sent(console.theme.render(frame(section, title), page, language));
    }
    static http::Response sent(std::string page, int status = 200);
};

/// Throws the refusal that a page presents.
[[noreturn]] void refuse_request(int status, std::string code, std::string message);

using ConsoleHandler = std::function<http::Response(ConsoleDesk&)>;

/// Adds a route below /{shop} for these roles. A post's form is known to be ours before the handler sees it.
void add_console_page(http::Router& router, const SharedConsole& console, http::Method method, const std::string& path,
                      const Roles& roles, ConsoleHandler handler);
/// Adds a route that belongs to no storefront and wants no log-in.
void add_plain_page(http::Router& router, const SharedConsole& console, http::Method method, std::string pattern,
                    std::function<http::Response(Console&, const http::Request&)> handler);
http::Parameters own_form(Console& console, const http::Request& request, const customers::Session& session);

void add_sign_in_routes(http::Router& router, const SharedConsole& console);
void add_order_desk_routes(http::Router& router, const SharedConsole& console);
void add_stock_desk_routes(http::Router& router, const SharedConsole& console);
void add_customer_desk_routes(http::Router& router, const SharedConsole& console);
void add_operation_routes(http::Router& router, const SharedConsole& console);

/// What several sections show.
console::OrderRow row_of(const ConsoleDesk& desk, const orders::Order& order);
console::DecisionRow row_of(const ConsoleDesk& desk, const policies::Record& record,
                            const std::optional<std::string>& order);
/// A record's questions in the order in which they were asked, each with every policy's answer and the configuration
/// that it cites.
std::vector<console::Decision> trace_of(const ConsoleDesk& desk, const policies::Record& record);
/// The members of a JSON object as names and values, instants (`due_us`) as the reader writes them; a text that is no
/// object as one value.
std::vector<console::Attribute> attributes_of(const std::string& json, const Reading& reading);

}  // namespace noren::pages
