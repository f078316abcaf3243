#include <noren/policy.hpp>
#include <noren/testing.hpp>

#include <gtest/gtest.h>

using namespace noren;
using namespace noren::testing;

namespace {

constexpr std::int32_t july_3_2017 = 17350;
constexpr std::int32_t july_31_2017 = 17378;
constexpr std::int32_t august_1_2017 = 17379;
constexpr std::int32_t august_31_2017 = 17409;
constexpr std::int32_t july_3_2018 = 17715;

struct Cart {
    FactsT facts;

    Cart() {
        facts.point = Point::Partition;
        facts.order = std::make_unique<wire::OrderT>();
        facts.calendar = std::make_unique<wire::CalendarT>();
        facts.calendar->today = july_3_2017;
    }
    Cart& line(std::string state, std::int32_t released = 0) {
        auto& added = facts.order->lines.emplace_back();
        added.sale_state = std::move(state);
        added.release_date = released;
        return *this;
    }
    std::vector<std::int32_t> groups_by(const std::string& share) const {
        PluginUnderTest plugin(settings(
            map({{"share_number", text(share)}, {"pre_order_states", texts({"pre_order", "provisional"})}}), "orders"));
        return plugin.decide(facts).groups;
    }
};

using Groups = std::vector<std::int32_t>;

TEST(OrderNumbers, PutReleaseMonthsApart) {
    Cart cart;
    cart.line("in_stock").line("pre_order", august_1_2017).line("provisional", august_31_2017).line("back_order");
    cart.line("pre_order", july_3_2018);
    EXPECT_EQ(cart.groups_by("release_month"), (Groups{0, 1, 1, 0, 4}));
}

TEST(OrderNumbers, PutThisMonthsPreOrdersWithWhatIsInStock) {
    Cart cart;
    cart.line("pre_order", july_31_2017).line("in_stock").line("pre_order", august_1_2017);
    EXPECT_EQ(cart.groups_by("release_month"), (Groups{0, 0, 2}));
    cart.facts.calendar->today = august_1_2017;
    EXPECT_EQ(cart.groups_by("release_month"), (Groups{0, 1, 1})) << "goods that have not arrived stay pre-ordered";
}

TEST(OrderNumbers, PutPreOrdersOfNoDateTogetherAndApartFromOthers) {
    Cart cart;
    cart.line("pre_order").line("in_stock").line("pre_order", august_1_2017).line("pre_order");
    EXPECT_EQ(cart.groups_by("release_month"), (Groups{0, 1, 2, 0}));
}

TEST(OrderNumbers, GiveOneToAllOrToEachPreOrderOrToEachLine) {
    Cart cart;
    cart.line("in_stock").line("pre_order", july_31_2017).line("in_stock").line("pre_order", july_31_2017);
    EXPECT_EQ(cart.groups_by("checkout"), (Groups{0, 0, 0, 0}));
    EXPECT_EQ(cart.groups_by("pre_order_apart"), (Groups{0, 1, 0, 3}));
    EXPECT_EQ(cart.groups_by("line"), (Groups{0, 1, 2, 3}));
    EXPECT_TRUE(Cart().groups_by("line").empty());
}

}  // namespace
