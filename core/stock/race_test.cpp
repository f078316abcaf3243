// Buyers race for few units. The canary, a stock without locks and guards, must oversell: else this race sees nothing.
#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <thread>

#include "stock/stock.hpp"
#include "store/testing.hpp"

namespace noren::stock {
namespace {

using store::Sql;
using store::Store;
using store::Transaction;

constexpr int rounds = 20;
constexpr int buyers = 100;
constexpr std::int64_t slots = 10;

class Race : public store::testing::EachDatabase {
protected:
    /// All buyers begin at once; `buy` says how many units each got.
    std::int64_t units_bought(const std::function<std::int64_t(int buyer)>& buy) {
        std::atomic<std::int64_t> bought = 0;
        std::barrier begin(buyers);
        std::vector<std::jthread> threads;
        for (int buyer = 0; buyer < buyers; ++buyer) {
            threads.emplace_back([&, buyer] {
                begin.arrive_and_wait();
                try {
                    bought += buy(buyer);
                } catch (const std::exception& error) {
                    ADD_FAILURE() << "a buyer got neither units nor a refusal: " << error.what();
                }
            });
        }
        threads.clear();
        return bought;
    }

    std::int64_t reserve(std::vector<LineDemand> lines) {
        std::int64_t units = 0;
        for (const auto& line : lines) units += line.quantity;
        const auto reserved =
            store().transact([&](Transaction& tx) { return stock_.reserve(tx, lines, until_released); });
        return reserved ? units : 0;
    }

    void receive(const std::string& sku, std::int64_t quantity) {
        store().transact([&](Transaction& tx) { stock_.receive(tx, sku, Source::incoming, quantity, "slots"); });
    }

    std::int64_t free(const std::string& sku) {
        return store().read([&](Transaction& tx) { return stock_.available(tx, sku, Source::incoming); });
    }

    std::size_t discrepancies() {
        return store().read([&](Transaction& tx) { return stock_.verify(tx); }).size();
    }

    SystemClock clock_;
    SystemEntropy entropy_;
    IdSource ids_{clock_, entropy_};
    Stock stock_{clock_, ids_};
};
NOREN_ON_EACH_DATABASE(Race);

TEST_P(Race, SellsExactlyTheSlots) {
    for (int round = 0; round < rounds; ++round) {
        const auto sku = "HOT-" + std::to_string(round);
        receive(sku, slots);
        EXPECT_EQ(units_bought([&](int) { return reserve({{sku, Source::incoming, 1}}); }), slots);
        EXPECT_EQ(free(sku), 0);
    }
    EXPECT_EQ(discrepancies(), 0u);
}

TEST_P(Race, SellsExactlyTheSlotsThoughTwoLinesShareTheItem) {
    for (int round = 0; round < rounds; ++round) {
        const auto sku = "HOT-" + std::to_string(round);
        receive(sku, slots);
        EXPECT_EQ(units_bought([&](int) {
                      return reserve({{sku, Source::incoming, 1}, {sku, Source::incoming, 1}});
                  }),
                  slots);
        EXPECT_EQ(free(sku), 0);
    }
    EXPECT_EQ(discrepancies(), 0u);
}

TEST_P(Race, LeavesNoUnitUnsoldThoughOrdersOfSeveralItemsCross) {
    for (int round = 0; round < rounds; ++round) {
        const auto a = "A-" + std::to_string(round);
        const auto b = "B-" + std::to_string(round);
        receive(a, slots);
        receive(b, slots);
        const auto bought = units_bought([&](int buyer) {
            const auto& first = buyer % 2 == 0 ? a : b;
            const auto& second = buyer % 2 == 0 ? b : a;
            return reserve({{first, Source::incoming, 1}, {second, Source::incoming, 1}});
        });
        EXPECT_EQ(bought, 2 * slots);
    }
    EXPECT_EQ(discrepancies(), 0u);
}

TEST_P(Race, BetweenClaimAndEndOfTheReservationHasOneWinner) {
    constexpr int held = 50;
    receive("A", held);
    const auto now = clock_.now();
    std::vector<ReservationId> reservations;
    for (int i = 0; i < held; ++i) {
        const std::vector<LineDemand> lines{{"A", Source::incoming, 1}};
        reservations.push_back(store().transact([&](Transaction& tx) { return stock_.reserve(tx, lines, now); })->id);
    }
    std::atomic<std::int64_t> ended = 0;
    const auto claimed = units_bought([&](int buyer) -> std::int64_t {
        if (buyer < held) {
            return store().transact([&](Transaction& tx) { return stock_.claim(tx, reservations[buyer]); }) ? 1 : 0;
        }
        if (buyer % 10 == 0) {
            ended += static_cast<std::int64_t>(
                store().transact([&](Transaction& tx) { return stock_.expire(tx, now); }).size());
        }
        return 0;
    });
    ended +=
        static_cast<std::int64_t>(store().transact([&](Transaction& tx) { return stock_.expire(tx, now); }).size());
    EXPECT_EQ(claimed + ended, held);
    EXPECT_EQ(free("A"), ended);
    EXPECT_EQ(discrepancies(), 0u);
}

/// What carts do that look first and book later: neither a lock nor a guard between the two.
std::int64_t buy_unguarded(Store& store, const std::string& sku) {
    static const Sql look(
        "select bucket, free, reserved from stock_bucket where sku = $1 and free > 0 order by bucket limit 1");
    static const Sql book("update stock_bucket set free = $3, reserved = $4 where sku = $1 and bucket = $2");
    const auto seen = store.read([&](Transaction& tx) { return tx.run(look, sku); });
    if (seen.empty()) return 0;
    store.transact([&](Transaction& tx) {
        tx.queue(book, sku, seen.integer(0, 0), seen.integer(0, 1) - 1, seen.integer(0, 2) + 1);
    });
    return 1;
}

TEST_P(Race, OversellsWithoutLockAndGuard) {
    std::int64_t sold_too_many = 0;
    for (int round = 0; round < rounds; ++round) {
        const auto sku = "CANARY-" + std::to_string(round);
        receive(sku, slots);
        sold_too_many += units_bought([&](int) { return buy_unguarded(store(), sku); }) - slots;
    }
    EXPECT_GT(sold_too_many, 0) << "the race is too tame to see an oversell";
    EXPECT_GT(discrepancies(), 0u) << "the books hide an oversell";
}

}  // namespace
}  // namespace noren::stock
