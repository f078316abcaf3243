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

    void register_as(Browser& browser, const std::string& email) {
        browser.get("/register");
        EXPECT_EQ(browser.post("/register", {{"email", email}, {"name", "Mei"}, {"country", "US"}}).status(), 200);
        browser.get("/finish-registration?token=" + last_token_);
        const auto made = browser.post("/finish-registration",
                                       {{"token", browser.hidden("token")}, {"password", "a long kettle song"}});
        EXPECT_EQ(made.status(), 303) << browser.page;
        browser.get("/account");  // with the new session's token in its forms
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

TEST_F(ShopRoutes, WhatIsOrderedUnderTwoNumbersIsShownAndThankedForAsTwoOrders) {
    list("P-1", "A kettle of tomorrow", 5, "pre_order");
    Browser browser(router_);
    browser.get("/products/P-1");
    browser.post("/cart", {{"sku", "P-1"}, {"quantity", "2"}});
    EXPECT_THAT(browser.page, Not(HasSubstr("separate numbers")));
    prepare(browser);
    EXPECT_THAT(browser.page, HasSubstr("ordered under 2 separate numbers"));
    for (const auto* shown : {"Order 1 of 2", "Order 2 of 2", "6,200", "3,700", "9,900"})
        EXPECT_THAT(browser.page, HasSubstr(shown));
    EXPECT_THAT(browser.page, HasSubstr("Please pay within 7 days of our payment request."));
    const auto press = placing(browser);
    browser.get("/cart");
    EXPECT_THAT(browser.page, HasSubstr("ordered under 2 separate numbers"));
    EXPECT_THAT(browser.page, HasSubstr("Order 2 of 2"));

    const auto placed = browser.post("/checkout/confirm", press);
    const auto thanks = location(placed);
    EXPECT_EQ(thanks, location(browser.post("/checkout/confirm", press)));
    std::smatch numbers;
    ASSERT_TRUE(std::regex_match(thanks, numbers, std::regex("/orders/([^?]*)\\?placed=1&with=([^&]*)"))) << thanks;
    EXPECT_EQ(order(numbers[1])->lines.at(0).sku, "A-1") << "the one that can be paid at once";
    EXPECT_EQ(order(numbers[1])->payment, orders::Payment::due);
    EXPECT_EQ(order(numbers[2])->lines.at(0).sku, "P-1");
    EXPECT_EQ(order(numbers[2])->payment, orders::Payment::not_due);
    EXPECT_EQ(browser.get(thanks).status(), 200);
    EXPECT_THAT(browser.page, HasSubstr("Ordered together with this one"));
    EXPECT_THAT(browser.page, HasSubstr("/orders/" + numbers[1].str() + "/pay"));
    EXPECT_THAT(browser.page, HasSubstr("href=\"/orders/" + numbers[2].str() + "\""));
    EXPECT_THAT(browser.page, Not(HasSubstr("/orders/" + numbers[2].str() + "/pay"))) << "its payment is not due";
    const auto of_the_other = "/orders/" + numbers[2].str() + "?placed=1&with=" + numbers[1].str();
    const auto shown = browser.get(of_the_other);
    EXPECT_THAT(browser.page, HasSubstr("/orders/" + numbers[1].str() + "/pay"));
    EXPECT_THAT(std::string(shown.headers().one("Content-Security-Policy").value()),
                HasSubstr("form-action 'self' https:"));

    Browser stranger(router_);
    const auto key = order_key(shop_->checkout.key, numbers[1].str());
    EXPECT_EQ(stranger.get(thanks + "&key=" + key).status(), 200);
    EXPECT_THAT(stranger.page, Not(HasSubstr(numbers[2].str()))) << "a link opens one order";
}

TEST_F(ShopRoutes, TheSameButtonPressedTwiceIsOneOrder) {
    Browser browser(router_);
    prepare(browser);
    EXPECT_THAT(browser.page, HasSubstr("Please pay within 7 days of our payment request."));
    const auto press = placing(browser);
    const auto first = browser.post("/checkout/confirm", press);
    const auto second = browser.post("/checkout/confirm", press);
    EXPECT_EQ(first.status(), 303);
    EXPECT_EQ(location(first), location(second));
}

TEST_F(ShopRoutes, AFormWithoutItsTokenDoesNothing) {
    Browser browser(router_);
    browser.get("/products/A-1");
    browser.csrf = "0123";
    EXPECT_EQ(browser.post("/cart", {{"sku", "A-1"}, {"quantity", "1"}}).status(), 403);
    browser.get("/cart");
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
    browser.get("/items?q=%22%3E%3Csvg+onload%3Dalert(1)%3E");
    EXPECT_THAT(browser.page, Not(HasSubstr("<svg onload")));
    browser.get("/products/A-1");
    browser.post("/cart", {{"sku", "A-1"}, {"quantity", "1"}});
    auto form = contact();
    for (auto& [name, value] : form) {
        if (name == "name") value = "\"><img src=x onerror=alert(1)>";
        if (name == "email") value = "not an address";
        if (name == "city") value = "a\x01b";
    }
    const auto refused = browser.post("/checkout/address", form);
    EXPECT_EQ(refused.status(), 422);
    EXPECT_THAT(browser.page, HasSubstr("id=\"email-error\""));
    EXPECT_THAT(browser.page, HasSubstr("id=\"city-error\""));
    EXPECT_THAT(browser.page, HasSubstr("href=\"#city\"")) << "the summary leads to the field";
    EXPECT_THAT(browser.page, Not(HasSubstr("<img src=x")));
}

TEST_F(ShopRoutes, WhatIsRefusedIsShownWithItsReason) {
    Browser browser(router_);
    prepare(browser, contact("PE"));
    browser.get("/checkout/payment");
    EXPECT_THAT(browser.page, HasSubstr("not available for your country"));
    EXPECT_EQ(browser.post("/checkout/payment", {{"payment", "bank"}}).status(), 422);
    EXPECT_EQ(location(browser.get("/checkout/confirm")), "/checkout/payment") << "no step can be left out";
    browser.post("/checkout/address", contact("AQ"));
    browser.get("/checkout/shipping");
    EXPECT_THAT(browser.page, HasSubstr("does not go to your country"));
}

TEST_F(ShopRoutes, NoStepOfTheCheckoutCanBeLeftOut) {
    Browser browser(router_);
    browser.get("/products/A-1");
    EXPECT_EQ(location(browser.get("/checkout")), "/cart") << "there is nothing to buy";
    browser.post("/cart", {{"sku", "A-1"}, {"quantity", "1"}});
    for (const auto* step : {"/checkout", "/checkout/shipping", "/checkout/payment", "/checkout/confirm"}) {
        EXPECT_EQ(location(browser.get(step)), "/checkout/address") << step;
    }
    EXPECT_EQ(location(browser.post("/checkout/shipping", {{"shipping", "post"}})), "/checkout/address");
    browser.post("/checkout/address", contact());
    EXPECT_EQ(location(browser.get("/checkout/confirm")), "/checkout/shipping");
    EXPECT_EQ(browser.post("/checkout/shipping", {{"shipping", "pigeon"}}).status(), 422);
}

TEST_F(ShopRoutes, MoreThanThereIsCannotBeOrdered) {
    Browser browser(router_);
    browser.get("/products/A-1");
    EXPECT_THAT(browser.page, HasSubstr("max=\"3\""));
    browser.post("/cart", {{"sku", "A-1"}, {"quantity", "4"}});
    browser.get("/cart");
    EXPECT_THAT(browser.page, HasSubstr("At most 3 can be ordered at once."));
    for (const auto* wrong : {"-1", "1.5", "many", "99999999999999999999"}) {
        EXPECT_EQ(browser.post("/cart", {{"sku", "A-1"}, {"quantity", wrong}}).status(), 422) << wrong;
    }
    EXPECT_EQ(browser.post("/cart", {{"sku", "Z-9"}, {"quantity", "1"}}).status(), 404);
}

TEST_F(ShopRoutes, TheShopsNoticesStandWhereItsConfigurationSays) {
    Browser browser(router_);
    browser.get("/products/A-1");
    EXPECT_THAT(browser.page, HasSubstr("Pictures may show prototypes."));
    EXPECT_THAT(browser.page, HasSubstr("Duty is &lt;yours&gt;."));
    prepare(browser);
    EXPECT_THAT(browser.page, HasSubstr("Duty is &lt;yours&gt;."));
    EXPECT_THAT(browser.page, Not(HasSubstr("We never see card numbers.")));
    browser.get("/checkout/payment");
    EXPECT_THAT(browser.page, HasSubstr("We never see card numbers."));
}

TEST_F(ShopRoutes, AUsedItemsPageHasNeitherPictureNorDescriptionAndEndsInTheRanking) {
    shop_->books.transact([&](store::Transaction& tx) {
        catalog::Item item;
        item.sku = "A-1-R001";
        item.title = "A blue kettle, used";
        item.description = "A scratch that nobody may promise.";
        item.price = Money{900, shop_->identity.currency};
        item.sale_state = "in_stock";
        item.condition = "used";
        shop_->catalog.put(tx, item);
    });
    Browser browser(router_);
    browser.get("/products/A-1-R001");
    EXPECT_THAT(browser.page, Not(HasSubstr("A scratch")));
    EXPECT_THAT(browser.page, Not(HasSubstr("<img")));
    const auto ranking = browser.page.find("As new.");
    ASSERT_NE(ranking, std::string::npos);
    EXPECT_EQ(browser.page.find("Duty is", ranking), std::string::npos) << "it comes last";
    browser.get("/products/A-1");
    EXPECT_THAT(browser.page, Not(HasSubstr("As new.")));
    EXPECT_THAT(browser.page, HasSubstr("<img"));
}

TEST_F(ShopRoutes, ThePhoneIsAnsweredOnItsDaysAndHoursOnly) {
    Browser browser(router_);
    const auto says = [&](const char* words) {
        browser.get("/contact");
        return browser.page.find(words) != std::string::npos;
    };
    EXPECT_TRUE(says("Mon – Fri, 12:00 – 17:00"));
    EXPECT_TRUE(says("help@shop.example"));
    clock_.move_to(shop_->calendar.at(Date{17350}, {11 * 60 + 59}));  // Monday, 2017-07-03
    EXPECT_TRUE(says("not answered now"));
    clock_.move_to(shop_->calendar.at(Date{17350}, {12 * 60}));
    EXPECT_FALSE(says("not answered now"));
    clock_.move_to(shop_->calendar.at(Date{17350}, {17 * 60}));
    EXPECT_TRUE(says("not answered now"));
    clock_.move_to(shop_->calendar.at(Date{17355}, {13 * 60}));
    EXPECT_TRUE(says("not answered now")) << "Saturday";
}

TEST_F(ShopRoutes, AGuestBecomesAMemberWithTheirOrder) {
    Browser browser(router_);
    auto address = contact();
    address.emplace_back("wants_account", "1");
    const auto number = buy(browser, address);
    ASSERT_TRUE(order(number)) << number;
    ASSERT_FALSE(last_token_.empty()) << "the mail that begins an account";
    browser.get("/finish-registration?token=" + last_token_);
    const auto made =
        browser.post("/finish-registration", {{"token", browser.hidden("token")}, {"password", "a long kettle song"}});
    EXPECT_EQ(location(made), "/account?done=logged_in");
    browser.get("/orders?which=awaiting-payment");
    EXPECT_THAT(browser.page, HasSubstr(number));
    EXPECT_EQ(browser.get("/orders/" + number).status(), 200);
}

TEST_F(ShopRoutes, OrdersAwaitingPaymentAndUnshippedOnesHaveListsOfTheirOwn) {
    Browser browser(router_);
    register_as(browser, "mei@mail.example");
    const auto paid = buy(browser);
    clock_.move_to(clock_.now() + std::chrono::seconds(1));
    const auto due = buy(browser);
    browser.get("/orders/" + paid);
    browser.post("/orders/" + paid + "/pay", {});
    browser.get("/payments/" + id_text(attempts(paid).at(0).id.value) + "/return");
    ASSERT_EQ(order(paid)->payment, orders::Payment::paid);
    browser.get("/orders?which=awaiting-payment");
    EXPECT_THAT(browser.page, HasSubstr(due));
    EXPECT_THAT(browser.page, Not(HasSubstr(paid)));
    browser.get("/orders?which=unshipped");
    EXPECT_THAT(browser.page, HasSubstr(due));
    EXPECT_THAT(browser.page, HasSubstr(paid));
    ASSERT_TRUE(shop_->cancel(order(due)->id, "test", "system"));
    browser.get("/orders?which=unshipped");
    EXPECT_THAT(browser.page, Not(HasSubstr(due)));
    browser.get("/orders");
    EXPECT_THAT(browser.page, HasSubstr(due));
    EXPECT_EQ(browser.get("/orders?which=others").status(), 404);
}

TEST_F(ShopRoutes, TheAddressBookIsFilledByOrderingAndBelongsToOneCustomer) {
    Browser browser(router_);
    EXPECT_EQ(location(browser.get("/account/addresses")), "/log-in?return_to=%2Faccount%2Faddresses");
    register_as(browser, "mei@mail.example");
    buy(browser);
    browser.get("/account/addresses");
    EXPECT_THAT(browser.page, HasSubstr("1 Long Road"));
    std::smatch link;
    ASSERT_TRUE(std::regex_search(browser.page, link, std::regex("/account/addresses/([0-9A-Z]{13})")));
    const std::string entry = link[0];
    const std::string id = link[1];
    EXPECT_EQ(browser.post(entry, {{"name", ""}, {"city", "Springfield"}}).status(), 422);
    auto moved = contact();
    moved[2].second = "2 Short Road";
    EXPECT_EQ(browser.post(entry, moved).status(), 303);
    browser.post("/cart", {{"sku", "A-1"}, {"quantity", "1"}});
    browser.get("/checkout/address");
    EXPECT_THAT(browser.page, HasSubstr("2 Short Road"));
    EXPECT_EQ(location(browser.post("/checkout/address", {{"kept", id}})), "/checkout/shipping");

    Browser other(router_);
    register_as(other, "eve@mail.example");
    EXPECT_EQ(other.get(entry).status(), 404);
    other.get("/account");
    EXPECT_EQ(other.post("/checkout/address", {{"kept", id}}).status(), 404);
    other.post(entry, {{"do", "remove"}});
    EXPECT_EQ(browser.get(entry).status(), 200);
    browser.post(entry, {{"do", "remove"}});
    EXPECT_EQ(browser.get(entry).status(), 404);
}

TEST_F(ShopRoutes, AMemberWatchesItemsUntilTheyAreOrderedOrGone) {
    Browser browser(router_);
    browser.get("/products/A-1");
    EXPECT_EQ(location(browser.post("/watch-list", {{"sku", "A-1"}, {"do", "add"}})),
              "/log-in?return_to=%2Fproducts%2FA-1");
    EXPECT_EQ(location(browser.get("/watch-list")), "/log-in?return_to=%2Fwatch-list");
    register_as(browser, "mei@mail.example");
    list("C-3", "A closed pot", 0);
    for (const auto* sku : {"A-1", "B-2", "C-3"}) browser.post("/watch-list", {{"sku", sku}, {"do", "add"}});
    const auto shows = [&](const char* words) {
        browser.get("/watch-list");
        return browser.page.find(words) != std::string::npos;
    };
    EXPECT_TRUE(shows("A blue kettle"));
    EXPECT_TRUE(shows("A closed pot"));
    EXPECT_EQ(location(browser.post("/watch-list", {{"sku", "C-3"}, {"do", "move"}})), "/products/C-3")
        << "what cannot be ordered does not get into the cart";
    EXPECT_EQ(location(browser.post("/watch-list", {{"sku", "B-2"}, {"do", "move"}})), "/cart?done=added");
    EXPECT_FALSE(shows("lamp"));
    EXPECT_EQ(shop_->books.read([&](store::Transaction& tx) {
        return shop_->stock.levels(tx, std::vector<std::string>{"A-1"}).at(0).free;
    }),
              3)
        << "nothing is reserved";
    browser.post("/cart", {{"sku", "B-2"}, {"quantity", "0"}});
    buy(browser);
    EXPECT_FALSE(shows("A blue kettle")) << "it was ordered";
    shop_->books.transact([&](store::Transaction& tx) { shop_->catalog.remove(tx, "C-3"); });
    EXPECT_FALSE(shows("A closed pot"));
}

TEST_F(ShopRoutes, AnOrderIsCancelledForAReasonByItsCustomerOnly) {
    Browser mine(router_);
    const auto number = buy(mine);
    ASSERT_TRUE(order(number)) << number;
    const auto path = "/orders/" + number + "/cancel";
    mine.get("/orders/" + number);
    EXPECT_THAT(mine.page, HasSubstr(path));
    mine.get(path);
    EXPECT_EQ(mine.post(path, {{"do", "whole"}, {"reason", " "}}).status(), 422);
    EXPECT_THAT(mine.page, HasSubstr("id=\"reason-error\""));
    EXPECT_EQ(mine.post(path, {{"do", "lines"}, {"reason", "by mistake"}}).status(), 422) << "nothing is chosen";
    Browser other(router_);
    other.get("/log-in");
    EXPECT_EQ(other.get(path).status(), 404);
    EXPECT_EQ(other.post(path, {{"do", "whole"}, {"reason", "spite"}}).status(), 404);
    EXPECT_EQ(order(number)->fulfilment, orders::Fulfilment::ready);
    EXPECT_EQ(mine.post(path, {{"do", "whole"}, {"reason", "by mistake"}}).status(), 303);
    EXPECT_EQ(order(number)->fulfilment, orders::Fulfilment::cancelled);
    EXPECT_EQ(mine.post(path, {{"do", "whole"}, {"reason", "again"}}).status(), 409);
}

TEST_F(ShopRoutes, AnOrderIsChangedOnlyAtTheTotalThatWasShown) {
    Browser mine(router_);
    const auto number = buy(mine);
    ASSERT_TRUE(order(number)) << number;
    const auto path = "/orders/" + number + "/change";
    mine.get("/orders/" + number);
    EXPECT_THAT(mine.page, HasSubstr(path));
    mine.get(path);
    auto moved = contact();
    moved[2].second = "2 Short Road";
    EXPECT_EQ(mine.post(path, moved).status(), 200);
    EXPECT_EQ(mine.hidden("expected"), "3700");
    EXPECT_EQ(order(number)->contact.street.at(0), "1 Long Road") << "only shown so far";
    auto wrong = moved;
    wrong.insert(wrong.end(), {{"do", "change"}, {"expected", "1"}});
    EXPECT_EQ(mine.post(path, wrong).status(), 422);
    auto right = moved;
    right.insert(right.end(), {{"do", "change"}, {"expected", "3700"}});
    EXPECT_EQ(mine.post(path, right).status(), 303) << mine.page;
    EXPECT_EQ(order(number)->contact.street.at(0), "2 Short Road");
    Browser other(router_);
    other.get("/log-in");
    EXPECT_EQ(other.post(path, right).status(), 404);
}

TEST_F(ShopRoutes, CategoriesLeadToTheirItems) {
    Browser browser(router_);
    browser.get("/");
    EXPECT_THAT(browser.page, HasSubstr("/items?category=Kitchen\""));
    browser.get("/items?category=Kitchen");
    EXPECT_THAT(browser.page, HasSubstr("A blue kettle"));
    EXPECT_THAT(browser.page, HasSubstr("/items?category=Kitchen%20%3E%20Kettles"));
    browser.get("/items?category=Garden");
    EXPECT_THAT(browser.page, HasSubstr("There is nothing here."));
    browser.get("/items?q=kettle");
    EXPECT_THAT(browser.page, HasSubstr("A blue kettle"));
    EXPECT_EQ(browser.get("/items?category=" + std::string(800, 'x')).status(), 400);
}

TEST_F(ShopRoutes, LogInRegistrationAndResetAnswerAlikeForKnownAndUnknownPeople) {
    Browser known(router_);
    register_as(known, "mei@mail.example");
    known.post("/log-out", {});
    const auto answer = [&](const std::string& path, Form form) {
        Browser browser(router_);
        browser.get(path);
        const auto status = browser.post(path, std::move(form)).status();
        auto page = std::regex_replace(browser.page, std::regex("value=\"[0-9a-f]{128}\""), "value=\"\"");
        return std::to_string(status) + std::regex_replace(page, std::regex("(mei|eve)@"), "who@");
    };
    const auto alike = [&](const std::string& path, const Form& rest) {
        auto mei = rest;
        auto eve = rest;
        mei.emplace_back("email", "mei@mail.example");
        eve.emplace_back("email", "eve@mail.example");
        EXPECT_EQ(answer(path, mei), answer(path, eve)) << path;
    };
    alike("/log-in", {{"password", "not the right one"}});
    alike("/register", {{"name", "Somebody"}, {"country", "US"}});
    alike("/forgotten-password", {});
}

TEST_F(ShopRoutes, AnAccountIsMadeBehindAMailAndSeesItsOrders) {
    Browser browser(router_);
    register_as(browser, "mei@mail.example");
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
