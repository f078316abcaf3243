#include <noren/policy.hpp>
#include <noren/testing.hpp>

#include <gtest/gtest.h>

using namespace noren;
using namespace noren::testing;

namespace {

wire::SettingT mail(std::string name, std::string when) {
    return map({{"mail", text(std::move(name))}, {"when", text(std::move(when))}});
}

struct Notifications : ::testing::Test {
    PluginUnderTest plugin{settings(
        map({{"order_placed", mail("thanks", "at_once")}, {"payment_requested", mail("please_pay", "business_day")}}),
        "notifications")};

    VerdictT on(std::string event) {
        FactsT facts;
        facts.point = Point::Notify;
        facts.event = std::move(event);
        return plugin.decide(facts);
    }
};

TEST_F(Notifications, SendAtOnceWhatIsMeantToGoAtOnce) {
    const auto mails = on("order_placed").mails;
    ASSERT_EQ(mails.size(), 1u);
    EXPECT_EQ(mails[0].template_, "thanks");
    EXPECT_EQ(mails[0].after->count, 0);
    EXPECT_EQ(mails[0].after->unit, "s");
    EXPECT_EQ(mails[0].reason->path, "notifications.order_placed");
}

TEST_F(Notifications, LeaveTheDayToTheCalendarWhereItMustBeABusinessDay) {
    EXPECT_EQ(on("payment_requested").mails.at(0).after->unit, "bd");
}

TEST_F(Notifications, TellNobodyOfWhatIsNotListed) {
    EXPECT_TRUE(on("order_cancelled").mails.empty());
    EXPECT_TRUE(on("").mails.empty());
}

}  // namespace
