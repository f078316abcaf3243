#include "pages/shop_desk.hpp"

namespace noren::pages {
namespace {

using customers::AccountRefusal;
using customers::Session;
using http::Response;

/// A refusal that is no matter of single fields: its words and status.
struct Told {
    Message words;
    int status = 422;
};

Told told(const AccountRefusal& refusal, std::string_view field = {}) {
    if (std::holds_alternative<customers::TooManyAttempts>(refusal)) return {{"log_in.too_many", {}}, 429};
    if (std::holds_alternative<customers::Busy>(refusal)) return {{"log_in.busy", {}}, 503};
    if (std::holds_alternative<customers::LinkNotValid>(refusal)) return {{"log_in.link_not_valid", {}}};
    if (const auto* wrong = std::get_if<customers::WrongFields>(&refusal)) {
        if (auto fault = fault_of(wrong->faults, field)) return {*std::move(fault)};
    }
    return {{"log_in.wrong", {}}};
}

std::vector<customers::FieldFault> faults_of(const AccountRefusal& refusal) {
    const auto* wrong = std::get_if<customers::WrongFields>(&refusal);
    return wrong ? wrong->faults : std::vector<customers::FieldFault>{};
}

/// A new session takes the cart of the one before it along.
void take_along(ShopDesk& desk, Visitor& visitor, Session session) {
    const auto cart = desk.cart_of(visitor);
    desk.shop.carts.clear_lines(visitor.session.id);
    visitor.session = std::move(session);
    desk.keep(visitor, cart);
}

Response show_log_in(ShopDesk& desk, Visitor& visitor) {
    shop::LogIn page;
    page.return_to = local_path(visitor.asked("return_to"));
    return desk.show(visitor, {desk.words("log_in.heading")}, page);
}

Response log_in(ShopDesk& desk, Visitor& visitor) {
    const auto return_to = local_path(visitor.typed("return_to"));
    auto session = desk.shop.accounts.log_in(visitor.session, visitor.typed("email"), visitor.typed("password"),
                                             visitor.request.peer);
    if (!session) {
        const auto why = told(session.error());
        shop::LogIn page{{visitor.typed("email"), {}}, why.words, return_to};
        return desk.show(visitor, {desk.words("log_in.heading"), why.status}, page);
    }
    take_along(desk, visitor, *std::move(session));
    return http::redirect(303, return_to);
}

Response log_out(ShopDesk& desk, Visitor& visitor) {
    visitor.session = desk.shop.sessions.log_out(visitor.session);
    return http::redirect(303, "/?done=logged_out");
}

Response show_account(ShopDesk& desk, Visitor& visitor) {
    const auto customer = visitor.customer();
    if (!customer) return http::redirect(303, "/log-in?return_to=/account");
    shop::Account page;
    const auto found =
        desk.shop.books.read([&](store::Transaction& tx) { return desk.shop.customers.find(tx, *customer); });
    if (found) page.email = found->email;
    page.lists = order_list_links(desk, std::nullopt);
    return desk.show(visitor, {desk.words("account.heading")}, page);
}

Response show_register(ShopDesk& desk, Visitor& visitor) {
    shop::Register page;
    page.country = shop::countries({}, desk.reading);
    return desk.show(visitor, {desk.words("register.heading")}, page);
}

Response begin_registration(ShopDesk& desk, Visitor& visitor) {
    const customers::Registration typed{visitor.typed("email"), visitor.typed("name"), visitor.typed("country")};
    const auto begun = desk.shop.accounts.begin_registration(typed, visitor.request.peer);
    if (begun) return desk.say(visitor, 200, "statement.mail_sent", "statement.mail_sent_how");
    const auto faults = faults_of(begun.error());
    shop::Register page;
    page.email = input(faults, "email", typed.email);
    page.name = input(faults, "name", typed.name);
    page.country = shop::countries(typed.country, desk.reading);
    page.country.error = fault_of(faults, "country");
    page.faults = summary_of(faults);
    const auto why = told(begun.error());
    if (faults.empty()) page.reasons.push_back({why.words});
    return desk.show(visitor, {desk.words("register.heading"), why.status}, page);
}

Response show_new_password(const ShopDesk& desk, const Visitor& visitor, bool is_first, const std::string& token,
                           const std::optional<Told>& why) {
    shop::NewPassword page;
    page.is_first = is_first;
    page.token = token;
    page.action = Url::path({is_first ? "finish-registration" : "reset-password"});
    if (why) page.error = why->words;
    return desk.show(
        visitor, {desk.words(is_first ? "new_password.first" : "new_password.another"), why ? why->status : 200}, page);
}

Response finish_registration(ShopDesk& desk, Visitor& visitor) {
    const auto token = visitor.typed("token");
    auto session = desk.shop.accounts.finish_registration(visitor.session, token, visitor.typed("password"));
    if (!session) return show_new_password(desk, visitor, true, token, told(session.error(), "password"));
    take_along(desk, visitor, *std::move(session));
    return http::redirect(303, visitor.cart->lines.empty() ? "/account?done=logged_in" : "/checkout?done=logged_in");
}

Response reset_password(ShopDesk& desk, Visitor& visitor) {
    const auto token = visitor.typed("token");
    const auto reset = desk.shop.accounts.finish_reset(token, visitor.typed("password"));
    if (!reset) return show_new_password(desk, visitor, false, token, told(reset.error(), "password"));
    return http::redirect(303, "/log-in?done=password_changed");
}

Response show_forgotten(ShopDesk& desk, Visitor& visitor) {
    return desk.show(visitor, {desk.words("forgotten.heading")}, shop::ForgottenPassword{});
}

Response begin_reset(ShopDesk& desk, Visitor& visitor) {
    const auto email = visitor.typed("email");
    const auto begun = desk.shop.accounts.begin_reset(email, visitor.request.peer);
    if (begun) return desk.say(visitor, 200, "statement.mail_sent", "statement.mail_sent_how");
    const auto faults = faults_of(begun.error());
    const auto why = told(begun.error());
    shop::ForgottenPassword page{summary_of(faults), input(faults, "email", email), {}};
    if (faults.empty()) page.reasons.push_back({why.words});
    return desk.show(visitor, {desk.words("forgotten.heading"), why.status}, page);
}

}  // namespace

void add_account_routes(http::Router& router, const Desk& desk) {
    using http::Method;
    add_page(router, desk, Method::get, "/log-in", show_log_in);
    add_page(router, desk, Method::post, "/log-in", log_in);
    add_page(router, desk, Method::post, "/log-out", log_out);
    add_page(router, desk, Method::get, "/account", show_account);
    add_page(router, desk, Method::get, "/register", show_register);
    add_page(router, desk, Method::post, "/register", begin_registration);
    add_page(router, desk, Method::get, "/forgotten-password", show_forgotten);
    add_page(router, desk, Method::post, "/forgotten-password", begin_reset);
    // The links of mails. Queries are never logged.
    add_page(router, desk, Method::get, "/finish-registration", [](ShopDesk& at, Visitor& visitor) {
        return show_new_password(at, visitor, true, visitor.asked("token"), std::nullopt);
    });
    add_page(router, desk, Method::get, "/reset-password", [](ShopDesk& at, Visitor& visitor) {
        return show_new_password(at, visitor, false, visitor.asked("token"), std::nullopt);
    });
    add_page(router, desk, Method::post, "/finish-registration", finish_registration);
    add_page(router, desk, Method::post, "/reset-password", reset_password);
}

}  // namespace noren::pages
