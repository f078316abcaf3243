#include "pages/console_routes.hpp"

#include <gmock/gmock.h>

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

class ConsoleRoutes : public testing::ShopFixture {
protected:
    ConsoleRoutes() {
        static const Theme shop_theme({NOREN_THEMES "/base"}, {"en"}, shop::face());
        static const Theme console_theme({NOREN_THEMES "/console"}, {"en"}, console::face());
        add_shop_routes(shop_router_, *shop_, shop_theme);
        add_console_routes(router_, {staff_, sessions_, *core_, [this] { return health_; }, {shop_.get()}},
                           console_theme);
    }

    Browser logged_in(const std::string& name, const std::string& storefront, Role role) {
        const auto email = name + "@shop.example";
        const auto id = staff_.put(email, name, "correct horse battery", storefront, role);
        const auto factor = staff_.enrol(id.value());
        const auto code = customers::totp_code(factor.secret, customers::totp_step_at(clock_.now()));
        Browser browser(router_);
        browser.get("/log-in");
        EXPECT_EQ(location(browser.post("/log-in",
                                        {{"email", email}, {"password", "correct horse battery"}, {"code", code}})),
                  "/");
        return browser;
    }
    std::string bought() {
        Browser shopper(shop_router_);
        return buy(shopper);
    }
    orders::Order order(const std::string& number) {
        return shop_->books.read([&](store::Transaction& tx) { return shop_->orders.find(tx, number); }).value();
    }
    std::vector<std::string> actions() {
        std::vector<std::string> actions;
        for (const auto& entry : audited(*core_, 100)) actions.push_back(entry.action);
        return actions;
    }

    std::unique_ptr<store::Store> core_ = open(store::Content::core);
    const customers::Key key_ = customers::Key::from_secret("a secret of the console that only tests know");
    customers::Sessions sessions_{*core_,  customers::Sessions::Of::staff, customers::staff_lifetime, key_, clock_,
                                  entropy_};
    customers::LogInLimit limit_{*core_, customers::LogInLimit::Of::staff, clock_};
    customers::Staff staff_{{*core_, sessions_, passwords_, limit_, key_, clock_, entropy_, ids_}};
    std::vector<host::PluginHealth> health_;
    http::Router shop_router_;
    http::Router router_;
};

TEST_F(ConsoleRoutes, NobodySeesAnythingWithoutALogIn) {
    Browser browser(router_);
    for (const auto* page :
         {"/", "/corner/orders", "/corner/orders/1", "/corner/jobs", "/corner/plugins", "/corner/mails"}) {
        EXPECT_EQ(location(browser.get(page)), "/log-in") << page;
    }
    EXPECT_EQ(location(browser.post("/corner/orders/1/cancel", {})), "/log-in");
}

TEST_F(ConsoleRoutes, SixthFailedLogInIsToldToWait) {
    Browser browser(router_);
    browser.get("/log-in");
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(browser.post("/log-in", {{"email", "x@shop.example"}, {"password", "wrong and long"}}).status(), 422);
    }
    EXPECT_EQ(browser.post("/log-in", {{"email", "x@shop.example"}, {"password", "wrong and long"}}).status(), 429);
    EXPECT_THAT(actions(), ::testing::SizeIs(6));
}

TEST_F(ConsoleRoutes, AnOrderIsShownWithEveryDecisionAndTheLineThatMadeIt) {
    const auto number = bought();
    auto browser = logged_in("mei", "", Role::read_only);
    browser.get("/corner/orders");
    EXPECT_THAT(browser.page, HasSubstr(number));
    EXPECT_EQ(browser.get("/corner/orders/" + number).status(), 200);
    EXPECT_THAT(browser.page, HasSubstr("house_rules"));
    EXPECT_THAT(browser.page, HasSubstr("offer_payment"));
    EXPECT_THAT(browser.page, HasSubstr("storefronts/corner.yaml:5:12"));
    EXPECT_THAT(browser.page, Not(HasSubstr("no_policy")));
    EXPECT_THAT(browser.page, Not(HasSubstr("/cancel")));
    EXPECT_EQ(browser.get("/corner/orders/none").status(), 404);
}

TEST_F(ConsoleRoutes, SupportCancelsWithAReasonAndIsOnRecord) {
    const auto number = bought();
    auto browser = logged_in("mei", "corner", Role::support);
    browser.get("/corner/orders/" + number);
    EXPECT_EQ(browser.post("/corner/orders/" + number + "/cancel", {}).status(), 422);
    EXPECT_EQ(order(number).fulfilment, orders::Fulfilment::ready);
    const auto done = browser.post("/corner/orders/" + number + "/cancel", {{"reason", "They changed their mind"}});
    EXPECT_EQ(location(done), "/corner/orders/" + number + "?done=done");
    EXPECT_EQ(order(number).fulfilment, orders::Fulfilment::cancelled);
    const auto entry = audited(*core_, 1).at(0);
    EXPECT_EQ(entry.action, "cancel_order");
    EXPECT_EQ(entry.subject, number);
    EXPECT_THAT(entry.details, HasSubstr("changed their mind"));
    const auto again = browser.post("/corner/orders/" + number + "/cancel", {{"reason", "Again"}});
    EXPECT_EQ(location(again), "/corner/orders/" + number + "?done=refused");
}

TEST_F(ConsoleRoutes, ARoleDoesWhatItMayInItsStorefrontOnly) {
    const auto number = bought();
    auto reader = logged_in("reader", "corner", Role::read_only);
    reader.get("/corner/orders/" + number);
    EXPECT_EQ(reader.post("/corner/orders/" + number + "/cancel", {{"reason", "x"}}).status(), 403);
    EXPECT_EQ(reader.get("/corner/mails").status(), 403);
    auto warehouse = logged_in("warehouse", "corner", Role::warehouse);
    EXPECT_EQ(warehouse.get("/corner/orders").status(), 403);
    EXPECT_EQ(warehouse.get("/corner/jobs").status(), 200);
    auto elsewhere = logged_in("elsewhere", "another", Role::owner);
    EXPECT_EQ(elsewhere.get("/corner/orders").status(), 404);
    EXPECT_EQ(order(number).fulfilment, orders::Fulfilment::ready);
}

TEST_F(ConsoleRoutes, AFormWithoutItsTokenDoesNothing) {
    const auto number = bought();
    auto browser = logged_in("mei", "", Role::owner);
    browser.csrf = "0123";
    EXPECT_EQ(browser.post("/corner/orders/" + number + "/cancel", {{"reason", "x"}}).status(), 403);
    EXPECT_EQ(order(number).fulfilment, orders::Fulfilment::ready);
}

TEST_F(ConsoleRoutes, PluginsMailsAndDeadJobsAreShown) {
    host::PluginHealth plugin;
    plugin.id = "parcel_post";
    plugin.version = "2.0.0";
    plugin.instances.push_back({"corner", "post", 7, 3, true, "timed_out: no answer"});
    health_.push_back(plugin);
    shop_->books.transact([&](store::Transaction& tx) {
        shop_->jobs.schedule(tx, {orders::payment_check_job, "nonsense", "", clock_.now()});
    });
    shop_->worker.run_due();  // a subject that is none is hopeless
    auto browser = logged_in("mei", "", Role::manager);
    browser.get("/corner/plugins");
    EXPECT_THAT(browser.page, HasSubstr("parcel_post (post)"));
    EXPECT_THAT(browser.page, HasSubstr("quarantined"));
    EXPECT_EQ(browser.get("/corner/mails").status(), 200);
    browser.get("/corner/jobs");
    EXPECT_THAT(browser.page, HasSubstr("payment_check"));
    std::smatch retry;
    ASSERT_TRUE(std::regex_search(browser.page, retry, std::regex("action=\"(/corner/jobs/[^\"]+/retry)\"")));
    EXPECT_EQ(location(browser.post(retry[1].str(), {})), "/corner/jobs?done=done");
    EXPECT_EQ(audited(*core_, 1).at(0).action, "retry_job");
    EXPECT_TRUE(shop_->books.read([&](store::Transaction& tx) { return shop_->jobs.dead(tx); }).empty());
}

}  // namespace
}  // namespace noren::pages
