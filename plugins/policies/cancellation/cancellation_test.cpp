#include <noren/policy.hpp>
#include <noren/testing.hpp>

#include <gtest/gtest.h>

using namespace noren;
using namespace noren::testing;

namespace {

constexpr std::int64_t second = 1000000;
constexpr std::int32_t july_11_2017 = 17358;
constexpr std::int64_t midnight_of_july_11 = 1499698800 * second;  // in Tokyo

struct Cancellation : ::testing::Test {
    PluginUnderTest plugin{settings(map({{"lines", map({{"in_stock", text("payment_deadline")},
                                                        {"pre_order", text("release_date")},
                                                        {"made", text("shipping")},
                                                        {"back_order", text("never")}})},
                                         {"once_paid", text("staff")},
                                         {"counts", integer(2)}}),
                                    "cancellation")};
    FactsT facts;

    Cancellation() {
        facts.point = Point::Cancel;
        facts.actor = "customer";
        facts.order = std::make_unique<wire::OrderT>();
        facts.calendar = std::make_unique<wire::CalendarT>();
        facts.calendar->today = july_11_2017 - 1;
        facts.calendar->utc_offset_s = 9 * 3600;
    }
    wire::LineT& line(std::string state) {
        auto& added = facts.order->lines.emplace_back();
        added.sale_state = std::move(state);
        return added;
    }
    LineVerdictT only() { return plugin.decide(facts).lines.at(0); }
};

TEST_F(Cancellation, OfAnItemInStockEndsWithThePaymentDeadline) {
    line("in_stock");
    EXPECT_EQ(only().effect, Effect::Allow);
    EXPECT_EQ(only().until_us, 0) << "while it is not invoiced there is no end";
    facts.order->due_us = midnight_of_july_11;
    EXPECT_EQ(only().effect, Effect::Allow);
    EXPECT_EQ(only().until_us, midnight_of_july_11);
}

TEST_F(Cancellation, OfAPreOrderEndsWithTheDayBeforeItsRelease) {
    line("pre_order").release_date = july_11_2017;
    EXPECT_EQ(only().effect, Effect::Allow);
    EXPECT_EQ(only().until_us, midnight_of_july_11);
    facts.calendar->today = july_11_2017;
    EXPECT_EQ(only().reasons.at(0).code, "released");
    facts.order->lines[0].release_date = 0;
    EXPECT_EQ(only().effect, Effect::Allow);
}

TEST_F(Cancellation, OfAPreOrderEndsWithItsInvoiceWhateverItsRelease) {
    line("pre_order").release_date = july_11_2017;
    facts.order->invoiced_us = 1;
    facts.order->due_us = midnight_of_july_11;
    EXPECT_EQ(only().reasons.at(0).code, "already_invoiced");
}

TEST_F(Cancellation, JudgesEachLineByItself) {
    line("back_order");
    line("made");
    line("unheard_of");
    const auto lines = plugin.decide(facts).lines;
    ASSERT_EQ(lines.size(), 3u);
    EXPECT_EQ(lines[0].reasons.at(0).code, "not_by_customer");
    EXPECT_EQ(lines[1].effect, Effect::Allow);
    EXPECT_EQ(lines[2].reasons.at(0).path, "cancellation.lines");
    EXPECT_EQ(lines[2].reasons.at(0).line, 2);
}

TEST_F(Cancellation, LeavesWhatIsPaidOrBeingPaidToStaff) {
    line("in_stock");
    for (const auto* state : {"paid", "pending"}) {
        facts.order->payment = state;
        EXPECT_EQ(plugin.decide(facts).effect, Effect::StaffOnly) << state;
    }
    facts.order->payment = "due";
    EXPECT_EQ(plugin.decide(facts).effect, Effect::Allow);
}

TEST_F(Cancellation, LetsStaffAndTheShopItselfCancelAnythingAndCountsItAgainstNobody) {
    line("back_order");
    facts.order->payment = "paid";
    for (const auto* actor : {"staff", "system"}) {
        facts.actor = actor;
        const auto verdict = plugin.decide(facts);
        EXPECT_EQ(verdict.effect, Effect::Allow);
        EXPECT_EQ(verdict.lines.at(0).effect, Effect::Allow);
        EXPECT_EQ(verdict.offence_weight, 0);
    }
    facts.actor = "customer";
    EXPECT_EQ(plugin.decide(facts).offence_weight, 2);
}

}  // namespace
