#include "customers/bars.hpp"
#include "customers/directory.hpp"
#include "pages/console_desk.hpp"

namespace noren::pages {
namespace {

using http::Method;
using http::Response;

constexpr int most_orders = 50;

std::string word_of_standing(customers::Standing standing) {
    switch (standing) {
        case customers::Standing::open: return "open";
        case customers::Standing::restricted: return "restricted";
        case customers::Standing::closed: return "closed";
    }
    throw std::logic_error("a standing without a word");
}

console::CustomerRow row_of(const ConsoleDesk& desk, const customers::Customer& customer) {
    return {customer.email,   customer.name,     desk.at("customers", id_text(customer.id.value)),
            customer.country, customer.is_guest, word_of_standing(customer.standing),
            customer.made_at};
}

Response list_customers(ConsoleDesk& desk) {
    const auto email = desk.asked("email");
    const CustomerId before{id_from_text(desk.asked("before")).value_or(0)};
    auto found =
        desk.shop.books.read([&](store::Transaction& tx) { return customers::listed(tx, email, before, a_page + 1); });
    console::Customers page;
    page.link = desk.at("customers");
    page.email = email;
    if (found.size() > a_page) {
        found.resize(a_page);
        page.next = page.link.with("email", email).with("before", id_text(found.back().id.value));
    }
    for (const auto& customer : found) page.customers.push_back(row_of(desk, customer));
    return desk.show("customers", "customers.heading", page);
}

std::optional<std::string> number_of(store::Transaction& tx, const Storefront& shop, OrderId id) {
    const auto order = shop.orders.find(tx, id);
    return order ? std::optional(order->number) : std::nullopt;
}

console::Household household_of(store::Transaction& tx, const ConsoleDesk& desk, const std::string& customer,
                                const std::string& household) {
    console::Household shown{household, "open", {}, {}};
    if (const auto standing = customers::standing_of(tx, household)) {
        shown.standing = standing->state;
        shown.reason = standing->reason;
    }
    for (const auto& [bar, lifted] : customers::bars_of(tx, household)) {
        console::Bar one{bar.sku, bar.reason, bar.since, lifted, {}};
        if (!lifted && desk.may(change_orders)) one.lift = desk.at("customers", customer, "lift-bar");
        shown.bars.push_back(std::move(one));
    }
    return shown;
}

Response show_customer(ConsoleDesk& desk) {
    const auto& text = desk.request.parameter("customer");
    const auto id = id_from_text(text);
    const auto page = desk.shop.books.read([&](store::Transaction& tx) -> std::optional<console::Customer> {
        const auto customer = id ? desk.shop.customers.find(tx, CustomerId{*id}) : std::nullopt;
        if (!customer) return std::nullopt;
        console::Customer made;
        made.summary = row_of(desk, *customer);
        for (const auto& order : desk.shop.orders.page_of(tx, customer->id, {}, most_orders)) {
            made.orders.push_back(row_of(desk, order));
        }
        const auto households = customers::households_of(tx, customer->id);
        for (const auto& household : households) {
            made.households.push_back(household_of(tx, desk, text, household));
        }
        for (const auto& offence :
             customers::offences_of(tx, customer->id, households.empty() ? "" : households.front())) {
            made.offences.push_back(
                {offence.at, offence.kind, offence.weight, number_of(tx, desk.shop, offence.order)});
        }
        return made;
    });
    if (!page) refuse_request(404, "customer_not_found", "There is no such customer.");
    return desk.show("customers", "customers.one", *page);
}

Response lift_bar(ConsoleDesk& desk) {
    const auto id = id_from_text(desk.request.parameter("customer"));
    if (!id) refuse_request(404, "customer_not_found", "There is no such customer.");
    const auto household = desk.line("household", 64);
    const auto sku = desk.line("sku", 50);
    const auto why = desk.line("reason");
    desk.audit("lift_bar", sku, {{"household", household}, {"reason", why}});
    const bool lifted = desk.shop.books.transact(
        [&](store::Transaction& tx) { return customers::lift_bar(tx, household, sku, desk.shop.clock.now()); });
    return desk.back(desk.at("customers", id_text(*id)), lifted ? "done" : "no_such_bar");
}

}  // namespace

void add_customer_desk_routes(http::Router& router, const SharedConsole& console) {
    add_console_page(router, console, Method::get, "/customers", see_customers, list_customers);
    add_console_page(router, console, Method::get, "/customers/{customer}", see_customers, show_customer);
    add_console_page(router, console, Method::post, "/customers/{customer}/lift-bar", change_orders, lift_bar);
}

}  // namespace noren::pages
