#include "customers/directory.hpp"

#include <gtest/gtest.h>

#include "customers/bars.hpp"
#include "store/testing.hpp"

namespace noren::customers {
namespace {

using store::Transaction;

class Directory : public store::testing::EachDatabase {
protected:
    CustomerId guest(const std::string& email) {
        return store().transact([&](Transaction& tx) { return customers_.insert_guest(tx, email, "Ann", "US").id; });
    }
    std::vector<Customer> look_up(const std::string& email, CustomerId before = {}, int limit = 9) {
        return store().read([&](Transaction& tx) { return listed(tx, email, before, limit); });
    }

    VirtualClock clock_{instant_from_us(1'499'043'600'000'000)};
    SystemEntropy entropy_;
    IdSource ids_{clock_, entropy_};
    customers::Customers customers_{Key::from_secret("a secret of a storefront that only tests know"), clock_, ids_};
};
NOREN_ON_EACH_DATABASE(Directory);

TEST_P(Directory, FindsByAddressWhateverItsWritingNewestFirst) {
    const auto first = guest("Ann@example.org");
    const auto second = guest("ann@EXAMPLE.org");
    guest("bob@example.org");
    EXPECT_EQ(look_up("").size(), 3u);
    const auto found = look_up(" ann@example.org ");
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].id, second);
    EXPECT_EQ(found[1].id, first);
    ASSERT_EQ(look_up("ann@example.org", second).size(), 1u);
    EXPECT_TRUE(look_up("%").empty());
}

TEST_P(Directory, ShowsBarsUntilTheyAreLiftedAndAfterwards) {
    store().transact([&](Transaction& tx) { bar(tx, {"h1", "A-1", "not_paid", OrderId{7}, clock_.now()}); });
    const auto bars = [&] { return store().read([&](Transaction& tx) { return bars_of(tx, "h1"); }); };
    ASSERT_EQ(bars().size(), 1u);
    EXPECT_EQ(bars()[0].bar.reason, "not_paid");
    EXPECT_FALSE(bars()[0].lifted);
    store().transact([&](Transaction& tx) { lift_bar(tx, "h1", "A-1", clock_.now()); });
    EXPECT_EQ(bars()[0].lifted, clock_.now());
}

TEST_P(Directory, ShowsWhatCountsAgainstAHouseholdAndHowItStands) {
    store().transact([&](Transaction& tx) {
        static const store::Sql offence(
            "insert into offence (id, at, customer_id, household, kind, weight, order_id) "
            "values ($1, $2, $3, $4, 'cancelled', 2, $5)");
        static const store::Sql standing(
            "insert into household_standing (household, state, reason, since) values ('h1', 'restricted', 'conduct', "
            "$1)");
        tx.queue(offence, 1, clock_.now(), 42, "h1", 7);
        tx.queue(offence, 2, clock_.now(), 43, "h2", 8);
        tx.queue(standing, clock_.now());
    });
    store().read([&](Transaction& tx) {
        const auto offences = offences_of(tx, CustomerId{42}, "h1");
        ASSERT_EQ(offences.size(), 1u);
        EXPECT_EQ(offences[0].kind, "cancelled");
        EXPECT_EQ(offences[0].weight, 2);
        EXPECT_EQ(standing_of(tx, "h1")->state, "restricted");
        EXPECT_FALSE(standing_of(tx, "h2"));
    });
}

}  // namespace
}  // namespace noren::customers
