#include "store/pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace noren::store {
namespace {

struct Session {
    explicit Session(int its_number) : number(its_number) {}
    int number;
    bool usable = true;
};

struct Sessions : ::testing::Test {
    std::atomic<int> made{0};
    Pool<Session> pool{2, [this] { return std::make_unique<Session>(++made); }, [](Session& s) { return s.usable; }};
};

TEST_F(Sessions, AreLentAgain) {
    { const auto one = pool.lend(); }
    const auto again = pool.lend();
    EXPECT_EQ(again->number, 1);
    EXPECT_EQ(made, 1);
}

TEST_F(Sessions, AreAtMostSoManyAndTheWaitIsBounded) {
    const auto one = pool.lend();
    const auto two = pool.lend();
    try {
        pool.lend(std::chrono::milliseconds{10});
        FAIL() << "lent a third";
    } catch (const Failure& failure) {
        EXPECT_EQ(failure.kind(), Failure::Kind::unavailable);
    }
}

TEST_F(Sessions, GoToWhoWaits) {
    auto one = std::make_unique<Pool<Session>::Loan>(pool.lend());
    const auto two = pool.lend();
    std::thread waits([&] { EXPECT_EQ(pool.lend()->number, 1); });
    one.reset();
    waits.join();
}

TEST_F(Sessions, AreMadeAnewWhenDroppedOrUnusable) {
    { pool.lend().drop(); }
    { pool.lend()->usable = false; }
    EXPECT_EQ(pool.lend()->number, 3);
}

TEST_F(Sessions, LeaveRoomWhenMakingOneFails) {
    Pool<Session> failing(
        1, []() -> std::unique_ptr<Session> { throw Failure(Failure::Kind::unavailable, "down"); },
        [](Session&) { return true; });
    for (int i = 0; i < 3; ++i) EXPECT_THROW(failing.lend(std::chrono::milliseconds{10}), Failure);
}

}  // namespace
}  // namespace noren::store
