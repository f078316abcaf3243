// The real stock, built without its row locks and without the database's constraint, must oversell: else race_test.cpp
// would pass whatever the locks do. On PostgreSQL alone: SQLite's one writer is no lock of ours to take away.
#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <thread>

#include "stock/stock.hpp"
#include "store/testing.hpp"

namespace noren::stock {
namespace {

using store::Sql;
using store::Transaction;

class Canary : public store::testing::EachDatabase {};
INSTANTIATE_TEST_SUITE_P(On, Canary, ::testing::Values(store::Database::postgresql), store::testing::database_name);

TEST_P(Canary, OversellsWhenTheRealCodeTakesNoLocks) {
    constexpr int buyers = 100;
    constexpr std::int64_t slots = 10;
    constexpr int rounds = 20;
    SystemClock clock;
    SystemEntropy entropy;
    IdSource ids(clock, entropy);
    Stock stock(clock, ids);
    static const Sql allow_all("alter table stock_bucket drop constraint stock_bucket_free_check");
    store().transact([&](Transaction& tx) { tx.queue(allow_all); });

    for (int round = 0; round < rounds; ++round) {
        const auto sku = "HOT-" + std::to_string(round);
        store().transact([&](Transaction& tx) { stock.receive(tx, sku, Source::incoming, slots, "slots"); });
        std::atomic<std::int64_t> sold = 0;
        std::barrier begin(buyers);
        std::vector<std::jthread> threads;
        for (int buyer = 0; buyer < buyers; ++buyer) {
            threads.emplace_back([&] {
                begin.arrive_and_wait();
                const std::vector<LineDemand> lines{{sku, Source::incoming, 1}};
                try {
                    if (store().transact([&](Transaction& tx) { return stock.reserve(tx, lines, until_released); })) {
                        ++sold;
                    }
                } catch (const store::Failure&) {
                    // Without locks some give up on conflicts: they bought nothing.
                }
            });
        }
        threads.clear();
        if (sold > slots) return;
    }
    FAIL() << "a stock without locks sold no more than there was: the races see nothing";
}

}  // namespace
}  // namespace noren::stock
