#include "pages/shop_routes.hpp"

#include <gmock/gmock.h>

#include "pages/shop_fixture.hpp"
#include "pages/shop_pages.hpp"

namespace noren::pages {
namespace {

using testing::Browser;
using ::testing::HasSubstr;
using testing::location;
using ::testing::Not;

const Theme& theme() {
    static const Theme theme({NOREN_THEMES "/base"}, {"en"}, shop::face());
    return theme;
}

class ShopRoutes : public testing::ShopFixture {
protected:
    ShopRoutes() { add_shop_routes(router_, *shop_, theme()); }

    std::vector<payments::Attempt> attempts(const std::string& number) {
        return shop_->books.read([&](store::Transaction& tx) {
            return shop_->attempts.of_order(tx, shop_->orders.find(tx, number).value().id);
        });
    }
    std::optional<orders::Order> order(const std::string& number) {
        return shop_->books.read([&](store::Transaction& tx) { return shop_->orders.find(tx, number); });
    }

    http::Router router_;
};

TEST_F(ShopRoutes, AWholePurchaseNeedsFormsOnly) {
    Browser browser(router_);
    EXPECT_EQ(browser.get("/").status(), 200);
    EXPECT_THAT(browser.page, HasSubstr("A blue kettle"));
    const auto number = buy(browser);
    ASSERT_TRUE(order(number)) << number << "\n" << browser.page;
    EXPECT_EQ(order(number)->total.minor(), 3700);

    const auto thanks = browser.get("/orders/" + number + "?placed=1");
    EXPECT_EQ(thanks.status(), 200);
    EXPECT_THAT(std::string(thanks.headers().one("Content-Security-Policy").value()),
                HasSubstr("form-action 'self' https:"));
    EXPECT_THAT(browser.page, HasSubstr("/orders/" + number + "/pay"));
    const auto pay = browser.post("/orders/" + number + "/pay", {});
    EXPECT_EQ(pay.status(), 303);
    EXPECT_EQ(location(pay), "https://bank.example/approve/1");

    const auto begun = attempts(number);
    ASSERT_EQ(begun.size(), 1U);
    EXPECT_EQ(browser.get("/payments/" + id_text(begun[0].id.value) + "/return").status(), 200);
    EXPECT_THAT(browser.page, HasSubstr("your payment has arrived"));
    EXPECT_EQ(order(number)->payment, orders::Payment::paid);
    browser.get("/payments/" + id_text(begun[0].id.value) + "/return");
    EXPECT_EQ(bank_->captures, 1);
    EXPECT_TRUE(shop_->verify().empty());
}

TEST_F(ShopRoutes, TheSameButtonPressedTwiceIsOneOrder) {
    Browser browser(router_);
    browser.get("/products/A-1");
    browser.post("/cart", {{"sku", "A-1"}, {"quantity", "1"}});
    auto form = contact();
    form.emplace_back("do", "quote");
    browser.post("/checkout", form);
    browser.get("/checkout");
    EXPECT_THAT(browser.page, HasSubstr("Please pay within 7 days of our payment request."));
    const auto press = placing(browser);
    const auto first = browser.post("/checkout", press);
    const auto second = browser.post("/checkout", press);
    EXPECT_EQ(first.status(), 303);
    EXPECT_EQ(location(first), location(second));
}

TEST_F(ShopRoutes, AFormWithoutItsTokenDoesNothing) {
    Browser browser(router_);
    browser.get("/products/A-1");
    browser.csrf = "0123";
    EXPECT_EQ(browser.post("/cart", {{"sku", "A-1"}, {"quantity", "1"}}).status(), 403);
    browser.get("/checkout");
    EXPECT_THAT(browser.page, Not(HasSubstr("A blue kettle")));
}

TEST_F(ShopRoutes, AnOrderIsShownToItsSessionAndBehindItsSignedLinkOnly) {
    Browser mine(router_);
    const auto number = buy(mine);
    ASSERT_TRUE(order(number)) << number;
    Browser other(router_);
    other.get("/log-in");
    EXPECT_EQ(other.get("/orders/" + number).status(), 404);
    EXPECT_EQ(other.post("/orders/" + number + "/pay", {}).status(), 404);
    EXPECT_EQ(other.get("/orders/" + number + "?key=" + order_key(shop_->checkout.key, "another")).status(), 404);
    EXPECT_EQ(other.get("/orders/" + number + "?key=" + order_key(shop_->checkout.key, number)).status(), 200);
    EXPECT_THAT(other.page, HasSubstr("Long Road"));
    EXPECT_EQ(mine.get("/orders/" + number).status(), 200);
}

TEST_F(ShopRoutes, AStrangerWhoComesBackFromAProviderLearnsTheOutcomeOnly) {
    Browser mine(router_);
    const auto number = buy(mine);
    ASSERT_TRUE(order(number)) << number;
    mine.get("/orders/" + number);
    mine.post("/orders/" + number + "/pay", {});
    const auto attempt = attempts(number).at(0);
    Browser other(router_);
    EXPECT_EQ(other.get("/payments/" + id_text(attempt.id.value) + "/cancelled").status(), 200);
    EXPECT_THAT(other.page, Not(HasSubstr(number)));
    const auto after = shop_->books.read([&](store::Transaction& tx) { return shop_->attempts.find(tx, attempt.id); });
    EXPECT_EQ(after->state, payments::AttemptState::awaiting_customer);
}

TEST_F(ShopRoutes, HostileTextIsShownAsTextOrRefusedWithItsFieldNamed) {
    Browser browser(router_);
    browser.get("/products/B-2");
    EXPECT_THAT(browser.page, Not(HasSubstr("<script>alert")));
    EXPECT_THAT(browser.page, HasSubstr("&lt;script&gt;"));
    browser.get("/?q=%22%3E%3Csvg+onload%3Dalert(1)%3E");
    EXPECT_THAT(browser.page, Not(HasSubstr("<svg onload")));
    browser.get("/products/A-1");
    browser.post("/cart", {{"sku", "A-1"}, {"quantity", "1"}});
    auto form = contact();
    for (auto& [name, value] : form) {
        if (name == "name") value = "\"><img src=x onerror=alert(1)>";
        if (name == "email") value = "not an address";
        if (name == "city") value = "a\x01b";
    }
    const auto refused = browser.post("/checkout", form);
    EXPECT_EQ(refused.status(), 422);
    EXPECT_THAT(browser.page, HasSubstr("id=\"email-error\""));
    EXPECT_THAT(browser.page, HasSubstr("id=\"city-error\""));
    EXPECT_THAT(browser.page, Not(HasSubstr("<img src=x")));
}

TEST_F(ShopRoutes, WhatIsRefusedIsShownWithItsReason) {
    Browser browser(router_);
    browser.get("/products/A-1");
    browser.post("/cart", {{"sku", "A-1"}, {"quantity", "1"}});
    browser.post("/checkout", contact("PE"));
    browser.get("/checkout");
    EXPECT_THAT(browser.page, HasSubstr("not available for your country"));
    EXPECT_THAT(browser.page, Not(HasSubstr("value=\"place\"")));
    browser.post("/checkout", contact("AQ"));
    browser.get("/checkout");
    EXPECT_THAT(browser.page, HasSubstr("does not go to your country"));
}

TEST_F(ShopRoutes, MoreThanThereIsCannotBeOrdered) {
    Browser browser(router_);
    browser.get("/products/A-1");
    EXPECT_THAT(browser.page, HasSubstr("max=\"3\""));
    browser.post("/cart", {{"sku", "A-1"}, {"quantity", "4"}});
    browser.post("/checkout", contact());
    browser.get("/checkout");
    EXPECT_THAT(browser.page, HasSubstr("At most 3 can be ordered at once."));
    for (const auto* wrong : {"-1", "1.5", "many", "99999999999999999999"}) {
        EXPECT_EQ(browser.post("/cart", {{"sku", "A-1"}, {"quantity", wrong}}).status(), 422) << wrong;
    }
    EXPECT_EQ(browser.post("/cart", {{"sku", "Z-9"}, {"quantity", "1"}}).status(), 404);
}

TEST_F(ShopRoutes, AnAccountIsMadeBehindAMailAndSeesItsOrders) {
    Browser browser(router_);
    browser.get("/register");
    EXPECT_EQ(browser.post("/register", {{"email", "mei@mail.example"}, {"name", "Mei"}, {"country", "US"}}).status(),
              200);
    ASSERT_FALSE(last_token_.empty());
    browser.get("/finish-registration?token=" + last_token_);
    const auto made =
        browser.post("/finish-registration", {{"token", browser.hidden("token")}, {"password", "a long kettle song"}});
    ASSERT_EQ(made.status(), 303) << browser.page;
    const auto number = buy(browser);
    ASSERT_TRUE(order(number)) << number;
    browser.get("/orders");
    EXPECT_THAT(browser.page, HasSubstr(number));
    browser.post("/log-out", {});
    EXPECT_EQ(browser.get("/orders/" + number).status(), 404);
    EXPECT_EQ(location(browser.get("/orders")), "/log-in?return_to=%2Forders");
    browser.get("/log-in?return_to=%2Forders");
    EXPECT_EQ(browser.post("/log-in", {{"email", "mei@mail.example"}, {"password", "wrong and long"}}).status(), 422);
    EXPECT_EQ(location(browser.post("/log-in", {{"email", "mei@mail.example"},
                                                {"password", "a long kettle song"},
                                                {"return_to", "//evil.example"}})),
              "/");
    EXPECT_EQ(browser.get("/orders/" + number).status(), 200);
}

TEST_F(ShopRoutes, RefusalsArePagesForPeopleAndStayDataForPrograms) {
    Browser browser(router_);
    EXPECT_EQ(browser.get("/nowhere").status(), 404);
    EXPECT_THAT(browser.page, HasSubstr("There is no such page"));
    EXPECT_EQ(browser.get("/api/v1/nowhere").headers().one("Content-Type"), "application/problem+json");
}

TEST_F(ShopRoutes, CalendarPicturesAndFilesAreServed) {
    Browser browser(router_);
    EXPECT_EQ(browser.get("/calendar").status(), 200);
    EXPECT_THAT(browser.page, HasSubstr("July 2017"));
    EXPECT_THAT(browser.page, HasSubstr("August 2017"));
    EXPECT_EQ(browser.get("/pictures/A-1.svg").headers().one("Content-Type"), "image/svg+xml");
    EXPECT_EQ(browser.get("/pictures/A-1.exe").status(), 404);
    for (const auto& [path, asset] : theme().assets()) EXPECT_EQ(browser.get(path).body(), asset.bytes);
    EXPECT_EQ(browser.get("/static/nothing.css").status(), 404);
}

}  // namespace
}  // namespace noren::pages
