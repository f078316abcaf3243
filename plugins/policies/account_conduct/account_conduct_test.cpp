#include <noren/policy.hpp>
#include <noren/testing.hpp>

#include <gtest/gtest.h>

using namespace noren;
using namespace noren::testing;

namespace {

constexpr std::int64_t a_day = 86400000000;

wire::SettingsT conduct(std::int64_t warn = 4) {
    return settings(map({{"within", span(365, "d")},
                         {"counts", map({{"cancelled", integer(1)}, {"not_paid", integer(2)}})},
                         {"steps", map({{"remind", integer(2)}, {"warn", integer(warn)}, {"close", integer(6)}})},
                         {"restricted_may_order", texts({"in_stock"})}}),
                    "conduct");
}

struct AccountConduct : ::testing::Test {
    PluginUnderTest plugin{conduct()};
    FactsT facts;

    AccountConduct() {
        facts.calendar = std::make_unique<wire::CalendarT>();
        facts.calendar->today = 17357;  // 10 July 2017, when it is 09:00 in Tokyo
        facts.calendar->utc_offset_s = 9 * 3600;
        facts.point = Point::Conduct;
        facts.order = std::make_unique<wire::OrderT>();
        facts.customer = std::make_unique<wire::CustomerT>();
    }
    void offence(std::string kind, std::int64_t days_ago = 1) {
        auto& past = facts.history.emplace_back();
        past.need = "offences";
        past.key = std::move(kind);
        past.value = plugin.context.now_us - days_ago * a_day;
    }
    std::string step() { return plugin.decide(facts).conduct->step; }
};

TEST_F(AccountConduct, LeadsFromAReminderToTheEnd) {
    EXPECT_EQ(step(), "");
    offence("cancelled");
    EXPECT_EQ(step(), "");
    offence("cancelled");
    EXPECT_EQ(step(), "remind");
    offence("not_paid");
    EXPECT_EQ(step(), "warn");
    offence("cancelled");
    EXPECT_EQ(step(), "warn");
    offence("cancelled");
    EXPECT_EQ(step(), "close");
    EXPECT_EQ(plugin.decide(facts).conduct->reason->path, "conduct.steps.close");
}

TEST_F(AccountConduct, ForgetsWhatIsLongAgoAndWhatDoesNotCount) {
    offence("cancelled", 365);
    offence("cancelled", 366);  // in the year before that
    offence("late_reply");
    EXPECT_EQ(step(), "");
    offence("cancelled", 1);
    EXPECT_EQ(step(), "remind") << "that of the day a year ago counts still";
}

TEST_F(AccountConduct, LetsNobodyOrderWhoseAccountIsClosed) {
    facts.point = Point::Sell;
    facts.order->lines.emplace_back().sale_state = "in_stock";
    facts.order->lines.emplace_back().sale_state = "pre_order";
    for (const auto* standing : {"", "open"}) {
        facts.customer->standing = standing;
        EXPECT_EQ(plugin.decide(facts).effect, Effect::Allow);
    }
    facts.customer->standing = "restricted";
    EXPECT_EQ(plugin.decide(facts).reasons.size(), 1u);
    EXPECT_EQ(plugin.decide(facts).reasons.at(0).line, 1);
    facts.customer->standing = "closed";
    EXPECT_EQ(plugin.decide(facts).reasons.at(0).code, "account_closed");
}

TEST(AccountConductOpening, WantsEachStepAboveTheMilderOne) {
    EXPECT_THROW(PluginUnderTest(conduct(2)), RefusedToOpen);
    EXPECT_THROW(PluginUnderTest(conduct(6)), RefusedToOpen);
}

}  // namespace
