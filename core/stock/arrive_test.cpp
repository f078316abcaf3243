#include <gtest/gtest.h>

#include "stock/stock.hpp"
#include "store/testing.hpp"

namespace noren::stock {
namespace {

using store::Transaction;

class Arrivals : public store::testing::EachDatabase {
protected:
    void TearDown() override {
        const auto wrong = store().read([&](Transaction& tx) { return stock_.verify(tx); });
        EXPECT_TRUE(wrong.empty()) << wrong.front().what;
    }
    ReservationId reserved(std::int64_t units) {
        return store().transact([&](Transaction& tx) {
            stock_.receive(tx, "P", Source::incoming, 5, "order to the maker");
            const std::vector<LineDemand> demand{{"P", Source::incoming, units}};
            return stock_.reserve(tx, demand, until_released).value().id;
        });
    }
    std::int64_t arrived(ReservationId id, std::int64_t units) {
        return store().transact([&](Transaction& tx) {
            stock_.lock(tx, "P");
            return stock_.arrive(tx, id, "P", units, "delivery");
        });
    }
    /// Free, reserved and sold units.
    std::vector<std::int64_t> level(Source source) {
        const auto levels =
            store().read([&](Transaction& tx) { return stock_.levels(tx, std::vector<std::string>{"P"}); });
        for (const auto& one : levels) {
            if (one.source == source) return {one.free, one.reserved, one.sold};
        }
        return {0, 0, 0};
    }
    using Level = std::vector<std::int64_t>;

    VirtualClock clock_{instant_from_us(1'499'040'000'000'000)};
    SystemEntropy entropy_;
    IdSource ids_{clock_, entropy_};
    Stock stock_{clock_, ids_};
};
NOREN_ON_EACH_DATABASE(Arrivals);

TEST_P(Arrivals, StayWithWhoReservedThem) {
    const auto id = reserved(3);
    EXPECT_EQ(arrived(id, 2), 2);
    EXPECT_EQ(level(Source::incoming), (Level{2, 1, 0}));
    EXPECT_EQ(level(Source::on_hand), (Level{0, 2, 0}));
    EXPECT_EQ(arrived(id, 5), 1) << "no more than it waits for";
    EXPECT_EQ(level(Source::incoming), (Level{2, 0, 0}));
    store().transact([&](Transaction& tx) { EXPECT_TRUE(stock_.claim(tx, id)); });
    EXPECT_EQ(level(Source::on_hand), (Level{0, 0, 3}));
}

TEST_P(Arrivals, AreGivenBackAsWhatTheyHaveBecome) {
    const auto id = reserved(3);
    arrived(id, 2);
    store().transact([&](Transaction& tx) { stock_.release(tx, id); });
    EXPECT_EQ(level(Source::incoming), (Level{3, 0, 0}));
    EXPECT_EQ(level(Source::on_hand), (Level{2, 0, 0}));
    EXPECT_EQ(arrived(id, 1), 0) << "nobody waits any more";
}

TEST_P(Arrivals, ThatNobodyExpectedAreHeldForWhomTheyCame) {
    const auto id = store().transact([&](Transaction& tx) { return stock_.arrive_for(tx, {}, "P", 2, "delivery"); });
    EXPECT_EQ(level(Source::on_hand), (Level{0, 2, 0}));
    store().transact([&](Transaction& tx) { EXPECT_EQ(stock_.arrive_for(tx, id, "P", 1, "delivery"), id); });
    EXPECT_EQ(level(Source::on_hand), (Level{0, 3, 0}));
    store().transact([&](Transaction& tx) { stock_.release(tx, id, "P", Source::on_hand, 1); });
    EXPECT_EQ(level(Source::on_hand), (Level{1, 2, 0}));
}

}  // namespace
}  // namespace noren::stock
