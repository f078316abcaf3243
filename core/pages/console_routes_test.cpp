#include "pages/console_routes.hpp"

#include <gmock/gmock.h>

#include "customers/bars.hpp"
#include "customers/totp.hpp"
#include "pages/audit.hpp"
#include "pages/console_pages.hpp"
#include "pages/shop_fixture.hpp"
#include "pages/shop_pages.hpp"
#include "pages/shop_routes.hpp"

namespace noren::pages {
namespace {

using customers::Role;
using testing::Browser;
using ::testing::HasSubstr;
using testing::location;
using ::testing::Not;
using Form = std::vector<std::pair<std::string, std::string>>;

constexpr const char* password = "correct horse battery";

class ConsoleRoutes : public testing::ShopFixture {
protected:
    ConsoleRoutes() {
        static const Theme shop_theme({NOREN_THEMES "/base"}, {"en"}, shop::face());
        static const Theme console_theme({NOREN_THEMES "/console"}, {"en"}, console::face());
        add_shop_routes(shop_router_, *shop_, shop_theme);
        add_console_routes(router_,
                           {staff_,
                            sessions_,
                            *core_,
                            [this] { return health_; },
                            {shop_.get()},
                            [this](const auto& shop, const auto& plugin, const auto& instance) {
                                lifted_.push_back(shop + " " + plugin + " " + instance);
                                return true;
                            }},
                           console_theme);
    }

    customers::SecondFactor employed(const std::string& name, const std::string& storefront, Role role) {
        const auto id = staff_.put(name + "@shop.example", name, password, storefront, role);
        return staff_.enrol(id.value());
    }
    std::string code_of(const customers::SecondFactor& factor, int offset = 0) const {
        return customers::totp_code(factor.secret, customers::totp_step_at(clock_.now()) + offset);
    }
    Browser logged_in(const std::string& name, const std::string& storefront, Role role) {
        const auto factor = employed(name, storefront, role);
        Browser browser(router_);
        browser.get("/log-in");
        EXPECT_EQ(location(browser.post("/log-in", sign_in(name, password, code_of(factor)))), "/");
        browser.get("/corner/jobs");  // every role sees them, and the token of the new session with them
        return browser;
    }
    static Form sign_in(const std::string& name, const std::string& secret, const std::string& code) {
        return {{"email", name + "@shop.example"}, {"password", secret}, {"code", code}};
    }

    std::string bought() {
        Browser shopper(shop_router_);
        return buy(shopper);
    }
    orders::Order order(const std::string& number) {
        return shop_->books.read([&](store::Transaction& tx) { return shop_->orders.find(tx, number); }).value();
    }
    std::string paid() {
        const auto number = bought();
        const auto attempt = shop_->payments.begin(order(number).id, "bank");
        EXPECT_TRUE(attempt && shop_->payments.capture(attempt->id));
        EXPECT_EQ(order(number).payment, orders::Payment::paid);
        return number;
    }
    std::int64_t free_units(const std::string& sku) {
        return shop_->books.read(
            [&](store::Transaction& tx) { return shop_->stock.available(tx, sku, stock::Source::on_hand); });
    }
    std::vector<std::string> actions() {
        std::vector<std::string> actions;
        for (const auto& entry : audited(*core_, {})) actions.push_back(entry.action);
        return actions;
    }

    std::unique_ptr<store::Store> core_ = open(store::Content::core);
    const customers::Key key_ = customers::Key::from_secret("a secret of the console that only tests know");
    customers::Sessions sessions_{*core_,  customers::Sessions::Of::staff, customers::staff_lifetime, key_, clock_,
                                  entropy_};
    customers::LogInLimit limit_{*core_, customers::LogInLimit::Of::staff, clock_};
    customers::Staff staff_{{*core_, sessions_, passwords_, limit_, key_, clock_, entropy_, ids_}};
    std::vector<host::PluginHealth> health_;
    std::vector<std::string> lifted_;
    http::Router shop_router_;
    http::Router router_;
};

// --- signing in

TEST_F(ConsoleRoutes, NobodySeesAnythingWithoutALogIn) {
    Browser browser(router_);
    for (const auto* page : {"/", "/corner/orders", "/corner/orders/1", "/corner/stock", "/corner/stock/A-1",
                             "/corner/customers", "/corner/customers/1", "/corner/decisions", "/corner/mails",
                             "/corner/mails/1", "/corner/jobs", "/corner/plugins", "/corner/audit"}) {
        EXPECT_EQ(location(browser.get(page)), "/log-in") << page;
    }
    EXPECT_EQ(location(browser.post("/corner/orders/1/cancel", {})), "/log-in");
    EXPECT_EQ(location(browser.post("/corner/stock/A-1/receive", {})), "/log-in");
}

TEST_F(ConsoleRoutes, AWrongNamePasswordCodeAndAUsedCodeAreAnsweredAlike) {
    const auto factor = employed("mei", "", Role::owner);
    Browser browser(router_);
    browser.get("/log-in");
    ASSERT_EQ(browser.post("/log-in", sign_in("mei", password, code_of(factor))).status(), 303);

    const auto answer = [&](const Form& form) {
        Browser other(router_);
        other.get("/log-in");
        EXPECT_EQ(other.post("/log-in", form).status(), 422);
        auto page = std::regex_replace(other.page, std::regex("name=\"csrf\" value=\"[^\"]*\""), "");
        return std::regex_replace(page, std::regex("[a-z]+@shop.example"), "");
    };
    const auto unknown = answer(sign_in("nobody", password, "123456"));
    EXPECT_EQ(answer(sign_in("mei", "a wrong guess", code_of(factor, 1))), unknown);
    EXPECT_EQ(answer(sign_in("mei", password, "12345")), unknown);
    EXPECT_EQ(answer(sign_in("mei", password, code_of(factor))), unknown) << "it was used";
    EXPECT_EQ(answer(sign_in("mei", password, code_of(factor, 2))), unknown) << "the clock is too far off";
}

TEST_F(ConsoleRoutes, SixthFailedLogInIsToldToWait) {
    Browser browser(router_);
    browser.get("/log-in");
    for (int i = 0; i < 5; ++i) EXPECT_EQ(browser.post("/log-in", sign_in("x", "wrong and long", "1")).status(), 422);
    EXPECT_EQ(browser.post("/log-in", sign_in("x", "wrong and long", "1")).status(), 429);
    EXPECT_THAT(actions(), ::testing::SizeIs(6));
}

TEST_F(ConsoleRoutes, NoSecretOfALogInIsKeptInTheAudit) {
    const auto factor = employed("mei", "", Role::owner);
    Browser browser(router_);
    browser.get("/log-in");
    const auto code = code_of(factor);
    browser.post("/log-in", sign_in("mei", "a wrong guess", code));
    browser.post("/log-in", sign_in("mei", password, code));
    for (const auto& entry : audited(*core_, {})) {
        for (const auto& secret : {code, std::string(password), std::string("a wrong guess")}) {
            EXPECT_THAT(entry.details + entry.subject + entry.who, Not(HasSubstr(secret)));
        }
    }
}

// --- what is shown

TEST_F(ConsoleRoutes, AnOrderIsShownWithEveryDecisionAndTheLineThatMadeIt) {
    const auto number = bought();
    auto browser = logged_in("mei", "", Role::read_only);
    browser.get("/corner/orders");
    EXPECT_THAT(browser.page, HasSubstr(number));
    EXPECT_EQ(browser.get("/corner/orders/" + number).status(), 200);
    EXPECT_THAT(browser.page, HasSubstr("house_rules"));
    EXPECT_THAT(browser.page, HasSubstr("1.0.0"));
    EXPECT_THAT(browser.page, HasSubstr("offer_payment"));
    EXPECT_THAT(browser.page, HasSubstr("storefronts/corner.yaml:5:12"));
    EXPECT_THAT(browser.page, HasSubstr("Asia/Tokyo")) << "what is written there";
    EXPECT_THAT(browser.page, Not(HasSubstr("no_policy")));
    for (const auto* action : {"/cancel", "/ship", "/refund", "/hold"}) {
        EXPECT_THAT(browser.page, Not(HasSubstr(std::string(action) + "\""))) << action;
    }
    EXPECT_EQ(browser.get("/corner/orders/none").status(), 404);
}

TEST_F(ConsoleRoutes, OrdersAreFoundByNumberAddressAndState) {
    const auto first = bought();
    const auto second = bought();
    auto browser = logged_in("mei", "", Role::support);
    const auto shows = [&](const std::string& query) {
        EXPECT_EQ(browser.get("/corner/orders" + query).status(), 200);
        return std::pair(browser.page.find("orders/" + first + "\"") != std::string::npos,
                         browser.page.find("orders/" + second + "\"") != std::string::npos);
    };
    EXPECT_EQ(shows("?number=" + first), std::pair(true, false));
    EXPECT_EQ(shows("?email=MEI%40mail.example"), std::pair(true, true));
    EXPECT_EQ(shows("?email=nobody%40mail.example"), std::pair(false, false));
    EXPECT_EQ(shows("?fulfilment=shipped"), std::pair(false, false));
    EXPECT_EQ(shows("?payment=due&fulfilment=ready&hold=free"), std::pair(true, true));
}

TEST_F(ConsoleRoutes, DecisionsAreListedAndShownOneByOne) {
    const auto number = bought();
    auto browser = logged_in("mei", "", Role::support);
    browser.get("/corner/decisions");
    EXPECT_THAT(browser.page, HasSubstr(number));
    std::smatch link;
    ASSERT_TRUE(std::regex_search(browser.page, link, std::regex("href=\"(/corner/decisions/[^\"?]+)\"")));
    EXPECT_EQ(browser.get(link[1].str()).status(), 200);
    EXPECT_THAT(browser.page, HasSubstr("house_rules"));
    EXPECT_EQ(browser.get("/corner/decisions?outcome=deny").status(), 200);
    EXPECT_THAT(browser.page, Not(HasSubstr(number)));
    EXPECT_EQ(browser.get("/corner/decisions/none").status(), 404);
}

TEST_F(ConsoleRoutes, PluginsAreShownWithTheirHealthAndAQuarantineIsLifted) {
    host::PluginHealth plugin;
    plugin.id = "parcel_post";
    plugin.version = "2.0.0";
    plugin.instances.push_back({"corner", "post", 7, 3, true, "timed_out: no answer", {}});
    plugin.instances.back().latency = {std::chrono::microseconds(1500), std::chrono::milliseconds(250)};
    health_.push_back(plugin);
    auto browser = logged_in("mei", "", Role::manager);
    browser.get("/corner/plugins");
    for (const auto* shown : {"parcel_post (post)", "2.0.0", "quarantined", "1.5 ms", "250.0 ms"}) {
        EXPECT_THAT(browser.page, HasSubstr(shown));
    }
    EXPECT_EQ(location(browser.post("/corner/plugins/parcel_post/lift?instance=post", {})),
              "/corner/plugins?done=done");
    EXPECT_THAT(lifted_, ::testing::ElementsAre("corner parcel_post post"));
}

TEST_F(ConsoleRoutes, JobsAreShownByStateAndADeadOneIsTriedAgain) {
    shop_->books.transact([&](store::Transaction& tx) {
        shop_->jobs.schedule(tx, {orders::payment_check_job, "nonsense", "", clock_.now()});
    });
    shop_->worker.run_due();  // a subject that is none is hopeless
    auto browser = logged_in("mei", "", Role::manager);
    browser.get("/corner/jobs");
    EXPECT_THAT(browser.page, HasSubstr("payment_check"));
    std::smatch retry;
    ASSERT_TRUE(std::regex_search(browser.page, retry, std::regex("action=\"(/corner/jobs/[^\"]+/retry)\"")));
    EXPECT_EQ(location(browser.post(retry[1].str(), {})), "/corner/jobs?done=done");
    EXPECT_EQ(actions().front(), "retry_job");
    EXPECT_TRUE(shop_->books.read([&](store::Transaction& tx) { return shop_->jobs.dead(tx); }).empty());
    for (const auto* state : {"late", "running", "waiting", "dead", "nonsense"}) {
        EXPECT_EQ(browser.get(std::string("/corner/jobs?state=") + state).status(), 200) << state;
    }
}

TEST_F(ConsoleRoutes, AMailIsShownWithoutWhatLogsItsReaderIn) {
    const std::string token = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
    shop_->books.transact([&](store::Transaction& tx) {
        shop_->outbox.tell(tx, {{"reset", "c1"},
                                "reset_password",
                                "mei@mail.example",
                                "Your new password",
                                "Follow https://shop.example/reset/" + token + " soon.",
                                {},
                                clock_.now()});
    });
    auto browser = logged_in("mei", "", Role::support);
    browser.get("/corner/mails?which=owed");
    std::smatch link;
    ASSERT_TRUE(std::regex_search(browser.page, link, std::regex("href=\"(/corner/mails/[^\"?]+)\"")));
    EXPECT_EQ(browser.get(link[1].str()).status(), 200);
    EXPECT_THAT(browser.page, HasSubstr("https://shop.example/reset/"));
    EXPECT_THAT(browser.page, Not(HasSubstr(token)));
}

TEST_F(ConsoleRoutes, ACustomerIsShownWithOrdersAndABarIsLifted) {
    const auto number = bought();
    const auto bought_order = order(number);
    shop_->books.transact([&](store::Transaction& tx) {
        customers::bar(tx, {bought_order.household, "A-1", "not_paid", bought_order.id, clock_.now()});
    });
    auto browser = logged_in("mei", "", Role::support);
    browser.get("/corner/customers?email=mei%40mail.example");
    std::smatch link;
    ASSERT_TRUE(std::regex_search(browser.page, link, std::regex("href=\"(/corner/customers/[^\"?]+)\"")));
    const auto customer = link[1].str();
    browser.get(customer);
    EXPECT_THAT(browser.page, HasSubstr(number));
    EXPECT_THAT(browser.page, HasSubstr("not_paid"));
    const auto lift = [&] {
        return location(
            browser.post(customer + "/lift-bar",
                         {{"household", bought_order.household}, {"sku", "A-1"}, {"reason", "They paid at last"}}));
    };
    EXPECT_EQ(lift(), customer + "?done=done");
    EXPECT_EQ(lift(), customer + "?done=no_such_bar");
    EXPECT_EQ(actions().front(), "lift_bar");
}

TEST_F(ConsoleRoutes, TheAuditNamesWhoDidWhat) {
    auto browser = logged_in("mei", "", Role::owner);
    browser.post("/corner/stock/A-1/receive", {{"units", "4"}, {"cause", "Delivery 7"}});
    browser.get("/corner/audit");
    for (const auto* shown : {"mei", "Receives stock", "A-1", "Delivery 7", "Logged in"}) {
        EXPECT_THAT(browser.page, HasSubstr(shown));
    }
}

// --- what is done

TEST_F(ConsoleRoutes, SupportCancelsWithAReasonAndIsOnRecord) {
    const auto number = bought();
    auto browser = logged_in("mei", "corner", Role::support);
    const auto cancel = "/corner/orders/" + number + "/cancel";
    EXPECT_EQ(browser.post(cancel, {{"do", "whole"}}).status(), 422);
    EXPECT_EQ(order(number).fulfilment, orders::Fulfilment::ready);
    const Form whole{{"do", "whole"}, {"reason", "They changed their mind"}};
    EXPECT_EQ(location(browser.post(cancel, whole)), "/corner/orders/" + number + "?done=done");
    EXPECT_EQ(order(number).fulfilment, orders::Fulfilment::cancelled);
    const auto entry = audited(*core_, {}).at(0);
    EXPECT_EQ(entry.action, "cancel_order");
    EXPECT_EQ(entry.subject, number);
    EXPECT_THAT(entry.details, HasSubstr("changed their mind"));
    EXPECT_EQ(location(browser.post(cancel, whole)), "/corner/orders/" + number + "?done=not_in_this_state");
    browser.get("/corner/orders/" + number + "?done=not_in_this_state");
    EXPECT_THAT(browser.page, HasSubstr("role=\"alert\""));
}

TEST_F(ConsoleRoutes, UnitsOfALineAreCancelledAndTheRestStays) {
    Browser shopper(shop_router_);
    shopper.get("/products/B-2");
    shopper.post("/cart", {{"sku", "B-2"}, {"quantity", "3"}});
    const auto number = buy(shopper);
    auto browser = logged_in("mei", "", Role::manager);
    browser.get("/corner/orders/" + number);
    const auto lines = order(number).lines;
    const auto lamp = std::find_if(lines.begin(), lines.end(), [](const auto& line) { return line.sku == "B-2"; });
    ASSERT_NE(lamp, lines.end());
    const auto field = "units_" + id_text(lamp->id.value);
    EXPECT_THAT(browser.page, HasSubstr(field));
    const auto cancel = "/corner/orders/" + number + "/cancel";
    EXPECT_EQ(location(browser.post(cancel, {{"do", "lines"}, {"reason", "x"}})),
              "/corner/orders/" + number + "?done=nothing_chosen");
    EXPECT_EQ(browser.post(cancel, {{"do", "lines"}, {"reason", "x"}, {field, "4"}}).status(), 422);
    EXPECT_EQ(location(browser.post(cancel, {{"do", "lines"}, {"reason", "Two were broken"}, {field, "2"}})),
              "/corner/orders/" + number + "?done=done");
    const auto left = order(number).lines;
    EXPECT_EQ(left.size(), 2u);
    for (const auto& line : left) EXPECT_EQ(line.quantity, 1) << line.sku;
}

TEST_F(ConsoleRoutes, AnOrderIsShippedOnceItIsPaidAndThenDelivered) {
    const auto unpaid = bought();
    auto browser = logged_in("mei", "", Role::manager);
    const auto ship = [&](const std::string& number, const std::string& tracking) {
        return location(browser.post("/corner/orders/" + number + "/ship", {{"tracking", tracking}}));
    };
    EXPECT_EQ(ship(unpaid, "EE1"), "/corner/orders/" + unpaid + "?done=not_paid");
    const auto number = paid();
    EXPECT_EQ(ship(number, "bad\ntracking"), "/corner/orders/" + number + "?done=tracking_malformed");
    EXPECT_EQ(ship(number, "EE123456785JP"), "/corner/orders/" + number + "?done=done");
    EXPECT_EQ(order(number).fulfilment, orders::Fulfilment::shipped);
    EXPECT_EQ(ship(number, "EE123456785JP"), "/corner/orders/" + number + "?done=not_in_this_state");
    browser.get("/corner/orders/" + number);
    EXPECT_THAT(browser.page, HasSubstr("EE123456785JP"));
    EXPECT_EQ(location(browser.post("/corner/orders/" + number + "/deliver", {})),
              "/corner/orders/" + number + "?done=done");
    EXPECT_EQ(order(number).fulfilment, orders::Fulfilment::delivered);
}

TEST_F(ConsoleRoutes, MoneyIsRefundedInPartAndOnceForAForm) {
    const auto number = paid();
    auto browser = logged_in("mei", "", Role::manager);
    browser.get("/corner/orders/" + number);
    std::smatch attempt;
    ASSERT_TRUE(std::regex_search(browser.page, attempt, std::regex("name=\"attempt\" value=\"([^\"]+)\"")));
    const Form wish{
        {"attempt", attempt[1].str()}, {"key", browser.hidden("key")}, {"amount", "1000"}, {"reason", "A dent"}};
    const auto refund = [&](const Form& form) {
        return location(browser.post("/corner/orders/" + number + "/refund", form));
    };
    const auto page = "/corner/orders/" + number;
    EXPECT_EQ(refund(wish), page + "?done=done");
    EXPECT_EQ(refund(wish), page + "?done=done");
    const auto refunds = [&, id = order(number).id] {
        return shop_->books.read([&](store::Transaction& tx) { return payments::refunds_of(tx, id); });
    };
    ASSERT_EQ(refunds().size(), 1u);
    EXPECT_EQ(refunds()[0].amount.minor(), 1000);
    EXPECT_EQ(refunds()[0].reason, "A dent");
    auto other = wish;
    other[1].second = "another";
    for (const auto& [amount, outcome] : std::vector<std::pair<std::string, std::string>>{{"9999999", "too_much"},
                                                                                          {"0", "amount_malformed"},
                                                                                          {"-5", "amount_malformed"},
                                                                                          {"1.5", "amount_malformed"},
                                                                                          {"x", "amount_malformed"}}) {
        other[2].second = amount;
        EXPECT_EQ(refund(other), page + "?done=" + outcome) << amount;
    }
    other[2].second = "10";
    other[0].second = "0000000000001";
    EXPECT_EQ(refund(other), page + "?done=attempt_not_found");
    EXPECT_EQ(refunds().size(), 1u);
    EXPECT_TRUE(shop_->verify().empty());
}

TEST_F(ConsoleRoutes, AHeldOrderIsNotShippedUntilItIsReleased) {
    const auto number = paid();
    const auto page = "/corner/orders/" + number;
    auto browser = logged_in("mei", "", Role::manager);
    EXPECT_EQ(location(browser.post(page + "/hold", {{"reason", "Call them first"}})), page + "?done=done");
    EXPECT_EQ(location(browser.post(page + "/ship", {{"tracking", ""}})), page + "?done=not_in_this_state");
    EXPECT_EQ(location(browser.post(page + "/release", {})), page + "?done=done");
    EXPECT_EQ(location(browser.post(page + "/release", {})), page + "?done=not_in_this_state");
    EXPECT_EQ(location(browser.post(page + "/ship", {{"tracking", ""}})), page + "?done=done");
}

TEST_F(ConsoleRoutes, StockIsReceivedAndAdjustedWithACause) {
    auto browser = logged_in("mei", "", Role::warehouse);
    browser.get("/corner/stock?sku=A");
    EXPECT_THAT(browser.page, HasSubstr("A blue kettle"));
    EXPECT_THAT(browser.page, Not(HasSubstr("B-2")));
    EXPECT_EQ(location(browser.post("/corner/stock/A-1/receive", {{"units", "4"}, {"cause", "Delivery 7"}})),
              "/corner/stock/A-1?done=done");
    EXPECT_EQ(free_units("A-1"), 7);
    EXPECT_EQ(location(browser.post("/corner/stock/A-1/adjust",
                                    {{"source", "on_hand"}, {"free", "5"}, {"cause", "Counted"}})),
              "/corner/stock/A-1?done=done");
    EXPECT_EQ(free_units("A-1"), 5);
    browser.get("/corner/stock/A-1");
    EXPECT_THAT(browser.page, HasSubstr("Delivery 7"));
    for (const auto* units : {"", "0", "-1", "1.5", "100001", "99999999999999999999", "four"}) {
        EXPECT_EQ(browser.post("/corner/stock/A-1/receive", {{"units", units}, {"cause", "x"}}).status(), 422) << units;
    }
    EXPECT_EQ(browser.post("/corner/stock/A-1/adjust", {{"source", "air"}, {"free", "5"}, {"cause", "x"}}).status(),
              422);
    EXPECT_EQ(browser.post("/corner/stock/no-such/receive", {{"units", "4"}, {"cause", "x"}}).status(), 404);
    EXPECT_EQ(free_units("A-1"), 5);
    EXPECT_TRUE(shop_->verify().empty());
}

TEST_F(ConsoleRoutes, TheWarehouseSendsWhatItSeesAndSeesNoMoney) {
    const auto number = paid();
    const auto page = "/corner/orders/" + number;
    auto browser = logged_in("hana", "corner", Role::warehouse);
    EXPECT_EQ(location(browser.get("/")), "/corner/orders");
    browser.get("/corner/orders?email=nobody@example.com");
    EXPECT_THAT(browser.page, HasSubstr(number)) << "it finds nobody by e-mail";
    EXPECT_THAT(browser.page, Not(HasSubstr("name=\"email\"")));
    const auto shows_no_money = [&] {
        const auto placed = order(number);
        for (const auto& hidden :
             {std::string("JPY"), std::string("¥"), std::to_string(placed.total.minor()), placed.contact.email,
              placed.household, std::string("/corner/customers"), std::string("/corner/decisions"),
              std::string("/refund"), std::string("/cancel"), std::string("/invoice"), std::string("/hold")}) {
            EXPECT_THAT(browser.page, Not(HasSubstr(hidden)));
        }
    };
    shows_no_money();
    browser.get(page);
    shows_no_money();
    for (const auto& shown : {"A blue kettle", "A-1", "Springfield", "ready", "paid"}) {
        EXPECT_THAT(browser.page, HasSubstr(shown));
    }
    EXPECT_EQ(location(browser.post(page + "/ship", {{"tracking", "EM123456785JP"}})), page + "?done=done");
    browser.get(page);
    shows_no_money();
    EXPECT_THAT(browser.page, HasSubstr("EM123456785JP"));
    EXPECT_EQ(location(browser.post(page + "/deliver", {})), page + "?done=done");
    EXPECT_EQ(order(number).fulfilment, orders::Fulfilment::delivered);
}

TEST_F(ConsoleRoutes, TheWarehouseIsToldOfAHoldAndDoesNotLiftIt) {
    const auto number = paid();
    const auto page = "/corner/orders/" + number;
    auto manager = logged_in("mei", "", Role::manager);
    manager.post(page + "/hold", {{"reason", "Call them first"}});
    auto browser = logged_in("hana", "corner", Role::warehouse);
    browser.get(page);
    EXPECT_THAT(browser.page, HasSubstr("Call them first"));
    EXPECT_THAT(browser.page, Not(HasSubstr(page + "/ship")));
    EXPECT_THAT(browser.page, Not(HasSubstr(page + "/release")));
    EXPECT_EQ(location(browser.post(page + "/ship", {{"tracking", ""}})), page + "?done=not_in_this_state");
}

// --- who may not

TEST_F(ConsoleRoutes, ARoleDoesWhatItMayInItsStorefrontOnly) {
    const auto number = paid();
    const auto page = "/corner/orders/" + number;
    auto reader = logged_in("reader", "corner", Role::read_only);
    for (const auto& action :
         {page + "/cancel", page + "/ship", page + "/refund", page + "/hold", page + "/release", page + "/invoice",
          page + "/deliver", page + "/settle", std::string("/corner/stock/A-1/receive"),
          std::string("/corner/stock/A-1/adjust"), std::string("/corner/customers/1/lift-bar"),
          std::string("/corner/jobs/1/retry"), std::string("/corner/plugins/x/lift")}) {
        EXPECT_EQ(reader.post(action, {{"reason", "x"}, {"do", "whole"}}).status(), 403) << action;
    }
    EXPECT_EQ(reader.get("/corner/mails").status(), 403);
    EXPECT_EQ(reader.get("/corner/audit").status(), 403);
    auto support = logged_in("support", "corner", Role::support);
    EXPECT_EQ(support.post(page + "/ship", {{"tracking", ""}}).status(), 403);
    EXPECT_EQ(support.post(page + "/refund", {{"reason", "x"}}).status(), 403);
    auto warehouse = logged_in("warehouse", "corner", Role::warehouse);
    for (const auto* hidden : {"/corner/customers", "/corner/decisions", "/corner/mails", "/corner/audit"}) {
        EXPECT_EQ(warehouse.get(hidden).status(), 403) << hidden;
    }
    for (const auto* action : {"/cancel", "/refund", "/hold", "/release", "/invoice", "/settle"}) {
        EXPECT_EQ(warehouse.post(page + action, {{"reason", "x"}, {"do", "whole"}}).status(), 403) << action;
    }
    EXPECT_EQ(warehouse.get("/corner/jobs").status(), 200);
    auto elsewhere = logged_in("elsewhere", "another", Role::owner);
    EXPECT_EQ(elsewhere.get("/corner/orders").status(), 404);
    EXPECT_EQ(order(number).fulfilment, orders::Fulfilment::ready);
    EXPECT_THAT(actions(), ::testing::Each("log_in"));
}

TEST_F(ConsoleRoutes, AFormWithoutItsTokenDoesNothing) {
    const auto number = paid();
    const auto page = "/corner/orders/" + number;
    auto browser = logged_in("mei", "", Role::owner);
    browser.csrf = "0123";
    for (const auto& action : {page + "/cancel", page + "/ship", page + "/refund", page + "/hold",
                               std::string("/corner/stock/A-1/receive"), std::string("/log-out")}) {
        EXPECT_EQ(browser.post(action, {{"reason", "x"}, {"do", "whole"}, {"units", "1"}, {"cause", "x"}}).status(),
                  403)
            << action;
        browser.csrf = "0123";
    }
    EXPECT_EQ(order(number).fulfilment, orders::Fulfilment::ready);
    EXPECT_EQ(free_units("A-1"), 2);
}

TEST_F(ConsoleRoutes, HostileTextIsShownAsTextOrRefused) {
    using namespace std::string_literals;
    const auto number = bought();
    const auto page = "/corner/orders/" + number;
    auto browser = logged_in("mei", "", Role::owner);
    const auto order_id = order(number).id;
    for (const auto& hostile : {"<script>alert(1)</script>"s, "\"><img src=x onerror=alert(1)>"s,
                                "{{csrf}} {{#orders}}"s, "'; drop table orders; --"s, "nul \0 inside"s,
                                "broken \xff\xfe utf-8"s, "turned \xe2\x80\xae round"s, std::string(9000, 'x'), ""s}) {
        const auto try_post = [&](const std::string& action, const Form& form) {
            const auto status = browser.post(action, form).status();
            EXPECT_TRUE(status == 303 || (status >= 400 && status < 500)) << action << " " << status;
        };
        try_post("/corner/stock/A-1/receive", {{"units", hostile}, {"cause", hostile}});
        try_post("/corner/stock/A-1/receive", {{"units", "1"}, {"cause", hostile}});
        try_post("/corner/stock/A-1/adjust", {{"source", hostile}, {"free", hostile}, {"cause", hostile}});
        try_post(page + "/hold", {{"reason", hostile}});
        try_post(page + "/release", {});
        try_post(page + "/ship", {{"tracking", hostile}});
        try_post(page + "/refund", {{"reason", hostile}, {"key", hostile}, {"attempt", hostile}, {"amount", hostile}});
        try_post(page + "/cancel", {{"do", hostile}, {"reason", hostile}});
        try_post(page + "/settle", {{"case", hostile}});
        try_post("/corner/customers/1/lift-bar", {{"household", hostile}, {"sku", hostile}, {"reason", hostile}});
    }
    for (const auto* query : {"%3Cscript%3E", "%22%3E%3Cb%3E", "%27", "x%0Ay"}) {
        for (const auto* target :
             {"/corner/orders?number=", "/corner/orders?email=", "/corner/orders?fulfilment=", "/corner/orders?before=",
              "/corner/stock?sku=", "/corner/stock?after=", "/corner/customers?email=", "/corner/customers?before=",
              "/corner/jobs?state=", "/corner/mails?before=", "/corner/decisions?before=", "/corner/audit?before=",
              "/corner/orders?done="}) {
            const auto status = browser.get(std::string(target) + query).status();
            EXPECT_TRUE(status == 200 || status == 400) << target << query << " " << status;
            EXPECT_THAT(browser.page, Not(HasSubstr("<script>"))) << target;
            EXPECT_THAT(browser.page, Not(HasSubstr("\"><b>"))) << target;
        }
    }
    for (const auto& shown : {page, std::string("/corner/stock/A-1"), std::string("/corner/audit")}) {
        EXPECT_EQ(browser.get(shown).status(), 200) << shown;
        EXPECT_THAT(browser.page, Not(HasSubstr("<script>"))) << shown;
        EXPECT_THAT(browser.page, Not(HasSubstr("<img"))) << shown;
        EXPECT_THAT(browser.page, HasSubstr("&lt;script&gt;")) << shown << " shows it as text";
    }
    EXPECT_TRUE(shop_->books.read([&](store::Transaction& tx) { return shop_->orders.find(tx, order_id); }));
    EXPECT_TRUE(shop_->verify().empty());
}

}  // namespace
}  // namespace noren::pages
