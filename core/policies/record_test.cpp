#include "policies/record.hpp"

#include <gtest/gtest.h>

#include "policies/testing.hpp"
#include "store/testing.hpp"

namespace noren::policies {
namespace {

using store::Transaction;

class Records : public store::testing::EachDatabase {
protected:
    void insert(const Record& record) {
        store().transact([&](Transaction& tx) { policies::insert(tx, record); });
    }
    std::optional<Record> find(DecisionId id) {
        return store().read([&](Transaction& tx) { return policies::find(tx, id); });
    }
};
NOREN_ON_EACH_DATABASE(Records);

Record record(std::int64_t id) {
    wire::FactsT facts;
    facts.storefront = "shop";
    facts.event = "order_placed";
    Record made;
    made.id = DecisionId{id};
    made.order = OrderId{9};
    made.at = instant_from_us(1'499'040'000'000'000);
    made.occasion = "placed";
    made.outcome = "allow";
    made.revision = "r1";
    made.facts = facts_bytes(facts);
    made.ballots.push_back({wire::Point::Sell, "", "availability", "1.2", "", {0, 255, 7}});
    made.ballots.push_back({wire::Point::Notify, "order_placed", "notifications", "1.0", "timed_out", {}});
    return made;
}

TEST_P(Records, AreReadBackAsTheyWereKept) {
    insert(record(1));
    const auto read = find(DecisionId{1}).value();
    EXPECT_EQ(read.order, OrderId{9});
    EXPECT_EQ(read.at, record(1).at);
    EXPECT_EQ(read.occasion, "placed");
    EXPECT_EQ(read.outcome, "allow");
    EXPECT_EQ(read.revision, "r1");
    EXPECT_EQ(read.facts, record(1).facts);
    EXPECT_EQ(facts_of(read).event, "order_placed");
    ASSERT_EQ(read.ballots.size(), 2u);
    EXPECT_EQ(read.ballots[0].point, wire::Point::Sell);
    EXPECT_EQ(read.ballots[0].policy, "availability");
    EXPECT_EQ(read.ballots[0].version, "1.2");
    EXPECT_EQ(read.ballots[0].reply, (std::vector<std::uint8_t>{0, 255, 7}));
    EXPECT_EQ(read.ballots[1].event, "order_placed");
    EXPECT_EQ(read.ballots[1].fault, "timed_out");
}

TEST_P(Records, OfARefusalBelongToNoOrder) {
    auto refused_first = record(1);
    refused_first.order.reset();
    auto refused_then = record(2);
    refused_then.order.reset();
    insert(refused_first);
    insert(refused_then);
    insert(record(3));
    const auto [refusals, of_nine] =
        store().read([](Transaction& tx) { return std::pair(refused(tx, 10), of_order(tx, OrderId{9})); });
    ASSERT_EQ(refusals.size(), 2u);
    EXPECT_EQ(refusals[0].id, DecisionId{2}) << "newest first";
    ASSERT_EQ(of_nine.size(), 1u);
    EXPECT_EQ(of_nine[0].id, DecisionId{3});
    EXPECT_FALSE(find(DecisionId{4}));
}

TEST_P(Records, ThatAreDamagedAreRefusedAndNotGuessedAt) {
    static const store::Sql cut("update decision set verdicts = $1, facts = $2 where id = 1");
    insert(record(1));
    const std::vector<std::uint8_t> cut_ballots{2, 200, 0, 0, 0, 'x'};
    const std::vector<std::uint8_t> cut_facts{1, 2, 3};
    store().transact([&](Transaction& tx) { tx.run(cut, store::Blob{cut_ballots}, store::Blob{cut_facts}); });
    EXPECT_THROW(find(DecisionId{1}), std::logic_error);
    auto damaged = record(2);
    damaged.facts = cut_facts;
    EXPECT_THROW(facts_of(damaged), std::logic_error);
}

}  // namespace
}  // namespace noren::policies
