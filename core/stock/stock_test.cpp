#include "stock/stock.hpp"

#include <gtest/gtest.h>

#include "store/testing.hpp"

namespace noren::stock {
namespace {

using store::Transaction;

constexpr Instant start = instant_from_us(1'499'040'000'000'000);
constexpr Instant evening = start + std::chrono::hours(8);

class Units : public store::testing::EachDatabase {
protected:
    void receive(const std::string& sku, std::int64_t quantity, Source source = Source::on_hand) {
        store().transact([&](Transaction& tx) { stock_.receive(tx, sku, source, quantity, "delivery 1"); });
    }
    Result<Reservation, Shortage> reserve(std::vector<LineDemand> lines, Instant until = until_released) {
        return store().transact([&](Transaction& tx) { return stock_.reserve(tx, lines, until); });
    }
    bool claim(ReservationId id) {
        return store().transact([&](Transaction& tx) { return stock_.claim(tx, id); }).has_value();
    }
    void release(ReservationId id) {
        store().transact([&](Transaction& tx) { stock_.release(tx, id); });
    }
    Level level(const std::string& sku) {
        const std::vector<std::string> skus{sku};
        return store().read([&](Transaction& tx) { return stock_.levels(tx, skus); }).at(0);
    }
    std::string counters(const std::string& sku) {
        const auto found = level(sku);
        return std::to_string(found.free) + " free, " + std::to_string(found.reserved) + " reserved, " +
               std::to_string(found.sold) + " sold";
    }
    std::size_t discrepancies() {
        return store().read([&](Transaction& tx) { return stock_.verify(tx); }).size();
    }
    void TearDown() override { EXPECT_EQ(discrepancies(), 0u) << "the books do not agree"; }

    VirtualClock clock_{start};
    SystemEntropy entropy_;
    IdSource ids_{clock_, entropy_};
    Stock stock_{clock_, ids_};
};
NOREN_ON_EACH_DATABASE(Units);

TEST_P(Units, AreReservedThenSold) {
    receive("A", 10);
    const auto reservation = reserve({{"A", Source::on_hand, 3}});
    ASSERT_TRUE(reservation);
    EXPECT_EQ(counters("A"), "7 free, 3 reserved, 0 sold");
    EXPECT_TRUE(claim(reservation->id));
    EXPECT_EQ(counters("A"), "7 free, 0 reserved, 3 sold");
}

TEST_P(Units, AreListedByItemAndPage) {
    for (const auto* sku : {"AB-1", "B-1", "AB-2", "a-1"}) receive(sku, 2);
    receive("AB-2", 3, Source::incoming);
    const auto page = [&](const std::string& begin, const std::string& after, int limit) {
        std::string text;
        for (const auto& one : store().read([&](Transaction& tx) { return stock_.page(tx, begin, after, limit); })) {
            text += one.sku + " " + std::string(word(one.source)) + " " + std::to_string(one.free) + "; ";
        }
        return text;
    };
    EXPECT_EQ(page("", "", 2), "AB-1 on_hand 2; AB-2 incoming 3; AB-2 on_hand 2; ");
    EXPECT_EQ(page("", "AB-2", 9), "B-1 on_hand 2; a-1 on_hand 2; ");
    EXPECT_EQ(page("AB", "AB-1", 9), "AB-2 incoming 3; AB-2 on_hand 2; ");
    EXPECT_EQ(page("%", "", 9), "");
}

TEST_P(Units, TellTheirMovementsTheLatestFirst) {
    receive("A", 5);
    ASSERT_TRUE(reserve({{"A", Source::on_hand, 2}}));
    const auto moves = store().read([&](Transaction& tx) { return stock_.movements(tx, "A", 10); });
    ASSERT_GE(moves.size(), 2u);
    EXPECT_EQ(moves.front().kind, "reserve");
    EXPECT_EQ(moves.back().kind, "receive");
    EXPECT_EQ(moves.back().cause, "delivery 1");
    EXPECT_EQ(store().read([&](Transaction& tx) { return stock_.movements(tx, "A", 1); }).size(), 1u);
}

TEST_P(Units, AreHadToTheLastThoughScattered) {
    receive("A", 20);
    EXPECT_TRUE(reserve({{"A", Source::on_hand, 20}}));
    EXPECT_EQ(counters("A"), "0 free, 20 reserved, 0 sold");
}

TEST_P(Units, AreRefusedWithWhatIsLeft) {
    receive("A", 2);
    const auto refused = reserve({{"A", Source::on_hand, 3}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().sku, "A");
    EXPECT_EQ(refused.error().wanted, 3);
    EXPECT_EQ(refused.error().left, 2);
    EXPECT_EQ(counters("A"), "2 free, 0 reserved, 0 sold");
}

TEST_P(Units, OfAnUnknownItemAreNone) {
    const auto refused = reserve({{"NONE", Source::on_hand, 1}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().left, 0);
}

TEST_P(Units, OfAllLinesAreHadOrOfNoneThoughTheTransactionGoesOn) {
    receive("A", 5);
    receive("B", 1);
    store().transact([&](Transaction& tx) {
        const std::vector<LineDemand> lines{{"A", Source::on_hand, 1}, {"B", Source::on_hand, 2}};
        const auto refused = stock_.reserve(tx, lines, until_released);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().line, 1u);
    });
    EXPECT_EQ(counters("A"), "5 free, 0 reserved, 0 sold");
    EXPECT_EQ(counters("B"), "1 free, 0 reserved, 0 sold");
}

TEST_P(Units, OfTwoLinesOfOneItemAreSummed) {
    receive("A", 3);
    const auto refused = reserve({{"A", Source::on_hand, 2}, {"A", Source::on_hand, 2}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().wanted, 4);
    EXPECT_TRUE(reserve({{"A", Source::on_hand, 2}, {"A", Source::on_hand, 1}}));
    EXPECT_EQ(counters("A"), "0 free, 3 reserved, 0 sold");
}

TEST_P(Units, OfSeveralOrdersAreReservedTogetherAndReleasedApart) {
    receive("A", 40);  // more than any one bucket holds
    receive("B", 1);
    const auto reserve_each = [&](const std::vector<std::vector<LineDemand>>& orders) {
        return store().transact([&](Transaction& tx) { return stock_.reserve(tx, orders, until_released); });
    };
    const auto refused =
        reserve_each({{{"A", Source::on_hand, 20}}, {{"B", Source::on_hand, 1}, {"A", Source::on_hand, 21}}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().sku, "A");
    EXPECT_EQ(refused.error().wanted, 41);
    EXPECT_EQ(counters("A"), "40 free, 0 reserved, 0 sold");
    const auto both =
        reserve_each({{{"A", Source::on_hand, 18}}, {{"B", Source::on_hand, 1}, {"A", Source::on_hand, 20}}});
    ASSERT_TRUE(both);
    ASSERT_EQ(both->size(), 2u);
    EXPECT_EQ(counters("A"), "2 free, 38 reserved, 0 sold");
    store().transact([&](Transaction& tx) { stock_.release(tx, both->at(1).id); });
    EXPECT_EQ(counters("A"), "22 free, 18 reserved, 0 sold");
    EXPECT_EQ(counters("B"), "1 free, 0 reserved, 0 sold");
    EXPECT_TRUE(claim(both->at(0).id));
    EXPECT_EQ(counters("A"), "22 free, 0 reserved, 18 sold");
}

TEST_P(Units, OnHandAndIncomingAreKeptApart) {
    receive("A", 1, Source::incoming);
    EXPECT_FALSE(reserve({{"A", Source::on_hand, 1}}));
    EXPECT_TRUE(reserve({{"A", Source::incoming, 1}}));
}

TEST_P(Units, AreFreeAgainWhenReleased) {
    receive("A", 4);
    const auto held = reserve({{"A", Source::on_hand, 3}});
    const auto sold = reserve({{"A", Source::on_hand, 1}});
    ASSERT_TRUE(claim(sold->id));
    release(held->id);
    release(held->id);
    EXPECT_EQ(counters("A"), "3 free, 0 reserved, 1 sold");
    release(sold->id);
    EXPECT_EQ(counters("A"), "4 free, 0 reserved, 0 sold");
}

TEST_P(Units, OfOneLineAreFreeAgainWhenOnlyItIsReleased) {
    receive("A", 20);
    receive("B", 1);
    const auto held = reserve({{"A", Source::on_hand, 18}, {"B", Source::on_hand, 1}});
    const auto given_back =
        store().transact([&](Transaction& tx) { return stock_.release(tx, held->id, "A", Source::on_hand, 5); });
    EXPECT_EQ(given_back, 5);
    EXPECT_EQ(counters("A"), "7 free, 13 reserved, 0 sold");
    EXPECT_EQ(counters("B"), "0 free, 1 reserved, 0 sold");
    EXPECT_EQ(store().transact([&](Transaction& tx) { return stock_.release(tx, held->id, "A", Source::on_hand, 50); }),
              13);
    EXPECT_TRUE(claim(held->id));
    EXPECT_EQ(counters("A"), "20 free, 0 reserved, 0 sold");
    EXPECT_EQ(counters("B"), "0 free, 0 reserved, 1 sold");
}

TEST_P(Units, AreFreeAgainWhenTheReservationEndsUnclaimed) {
    receive("A", 5);
    ASSERT_TRUE(reserve({{"A", Source::on_hand, 2}}, evening));
    const auto claimed = reserve({{"A", Source::on_hand, 1}}, evening);
    ASSERT_TRUE(claim(claimed->id));
    ASSERT_TRUE(reserve({{"A", Source::on_hand, 1}}));
    const auto expire = [&](Instant now) {
        return store().transact([&](Transaction& tx) { return stock_.expire(tx, now); }).size();
    };
    EXPECT_EQ(expire(evening - std::chrono::microseconds(1)), 0u);
    EXPECT_EQ(expire(evening), 1u);
    EXPECT_EQ(expire(evening), 0u);
    EXPECT_EQ(counters("A"), "3 free, 1 reserved, 1 sold");
}

TEST_P(Units, CannotBeClaimedAfterTheReservationEnded) {
    receive("A", 1);
    const auto held = reserve({{"A", Source::on_hand, 1}}, evening);
    store().transact([&](Transaction& tx) { stock_.expire(tx, evening); });
    EXPECT_FALSE(claim(held->id));
    EXPECT_FALSE(claim(ReservationId{1}));
}

TEST_P(Units, AreSoldOnceThoughClaimedTwice) {
    receive("A", 1);
    const auto held = reserve({{"A", Source::on_hand, 1}});
    EXPECT_TRUE(claim(held->id));
    EXPECT_TRUE(claim(held->id));
    EXPECT_EQ(counters("A"), "0 free, 0 reserved, 1 sold");
}

TEST_P(Units, AreCountedToTheNumberFound) {
    const auto count = [&](std::int64_t free) {
        store().transact([&](Transaction& tx) { stock_.set_free(tx, "A", Source::on_hand, free, "import"); });
    };
    count(12);
    ASSERT_TRUE(reserve({{"A", Source::on_hand, 2}}));
    EXPECT_EQ(counters("A"), "10 free, 2 reserved, 0 sold");
    count(10);
    count(40);
    EXPECT_EQ(counters("A"), "40 free, 2 reserved, 0 sold");
    count(0);
    EXPECT_EQ(counters("A"), "0 free, 2 reserved, 0 sold");
}

TEST_P(Units, OfManyItemsAreCountedAtOnce) {
    const auto count = [&](std::vector<FreeUnits> items) {
        store().transact([&](Transaction& tx) { stock_.set_free(tx, items, "import"); });
    };
    count({{"A", Source::on_hand, 40}, {"B", Source::on_hand, 0}, {"C", Source::incoming, 3}});
    ASSERT_TRUE(reserve({{"A", Source::on_hand, 2}}));
    count({{"C", Source::incoming, 1}, {"B", Source::on_hand, 17}, {"A", Source::on_hand, 38}});
    EXPECT_EQ(counters("A"), "38 free, 2 reserved, 0 sold");
    EXPECT_EQ(counters("B"), "17 free, 0 reserved, 0 sold");
    EXPECT_EQ(store().read([&](Transaction& tx) { return stock_.available(tx, "C", Source::incoming); }), 1);
    EXPECT_TRUE(store().read([&](Transaction& tx) { return stock_.verify(tx); }).empty());
    EXPECT_THROW(count({{"A", Source::on_hand, 1}, {"A", Source::on_hand, 2}}), std::invalid_argument);
}

TEST_P(Units, AreWithdrawnOnlyWhileFree) {
    receive("A", 5);
    ASSERT_TRUE(reserve({{"A", Source::on_hand, 2}}));
    const auto withdraw = [&](std::int64_t quantity) {
        return store()
            .transact([&](Transaction& tx) { return stock_.withdraw(tx, "A", Source::on_hand, quantity, "broken"); })
            .has_value();
    };
    EXPECT_FALSE(withdraw(4));
    EXPECT_TRUE(withdraw(3));
    EXPECT_EQ(counters("A"), "0 free, 2 reserved, 0 sold");
}

TEST_P(Units, ThatArriveOneByOneSpread) {
    for (int i = 0; i < 40; ++i) receive("A", 1);
    EXPECT_EQ(counters("A"), "40 free, 0 reserved, 0 sold");
}

TEST_P(Units, AreNeverFewerThanOneALine) {
    EXPECT_THROW(reserve({{"A", Source::on_hand, 0}}), std::invalid_argument);
    EXPECT_THROW(reserve({{"A", Source::on_hand, -1}}), std::invalid_argument);
    EXPECT_THROW(reserve({}), std::invalid_argument);
}

class Books : public Units {
protected:
    void TearDown() override {}
};
NOREN_ON_EACH_DATABASE(Books);

TEST_P(Books, ShowACounterThatNoMovementExplains) {
    static const store::Sql tamper("update stock_bucket set free = free + 1 where sku = 'A' and bucket = 0");
    receive("A", 16);
    EXPECT_EQ(discrepancies(), 0u);
    store().transact([](Transaction& tx) { tx.queue(tamper); });
    const auto found = store().read([&](Transaction& tx) { return stock_.verify(tx); });
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].sku, "A");
    EXPECT_EQ(found[0].what, "counters differ from the movements by free 1, reserved 0, sold 0");
}

TEST_P(Books, ShowReservedUnitsThatNobodyHolds) {
    static const store::Sql tamper("update stock_reservation set state = 'released'");
    receive("A", 1);
    ASSERT_TRUE(reserve({{"A", Source::on_hand, 1}}));
    store().transact([](Transaction& tx) { tx.queue(tamper); });
    const auto found = store().read([&](Transaction& tx) { return stock_.verify(tx); });
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].what, "counters differ from the reservations by free 0, reserved 1, sold 0");
}

}  // namespace
}  // namespace noren::stock
