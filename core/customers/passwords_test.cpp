#include "customers/passwords.hpp"

#include <gtest/gtest.h>
#include <time.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

namespace noren::customers {
namespace {

constexpr Passwords::Cost cheap{64, 1};

TEST(Passwords, AreKeptAsArgon2idOfTheStatedCost) {
    SystemEntropy entropy;
    Passwords passwords(entropy);
    const auto stored = passwords.hash("correct horse battery");
    ASSERT_TRUE(stored);
    EXPECT_EQ(stored->rfind("$argon2id$v=19$m=19456,t=2,p=1$", 0), 0u) << *stored;
    EXPECT_EQ(passwords.check("correct horse battery", *stored), Passwords::Check::right);
    EXPECT_EQ(passwords.check("correct horse batterz", *stored), Passwords::Check::wrong);
}

TEST(Passwords, SaltEveryHash) {
    SystemEntropy entropy;
    Passwords passwords(entropy, cheap, {});
    EXPECT_NE(*passwords.hash("correct horse"), *passwords.hash("correct horse"));
}

TEST(Passwords, OfACheaperTimeAreToBeHashedAgain) {
    SystemEntropy entropy;
    Passwords before(entropy, cheap, {});
    Passwords now(entropy, {128, 2}, {});
    const auto old = *before.hash("correct horse");
    EXPECT_EQ(now.check("correct horse", old), Passwords::Check::right_but_old);
    EXPECT_EQ(now.check("wrong horse", old), Passwords::Check::wrong);
    EXPECT_EQ(before.check("correct horse", *now.hash("correct horse")), Passwords::Check::right);
}

TEST(Passwords, OfNobodyAreWrongAfterAHashOfTheSameCost) {
    SystemEntropy entropy;
    Passwords passwords(entropy);
    const auto stored = *passwords.hash("correct horse battery");
    // Work, not time: the thread's own, and the least of several.
    const auto work = [&](const std::optional<std::string>& known) {
        const auto spent = [] {
            timespec now{};
            ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
            return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
        };
        auto least = std::chrono::nanoseconds::max();
        for (int i = 0; i < 5; ++i) {
            const auto start = spent();
            EXPECT_EQ(passwords.check("another guess", known), Passwords::Check::wrong);
            least = std::min<std::chrono::nanoseconds>(least, spent() - start);
        }
        return least;
    };
    EXPECT_GT(work(std::nullopt), work(stored) / 4) << "a name that nobody has is answered without the work of a hash";
}

TEST(Passwords, RunOnlySoManyHashesAtOnceAndTurnTheRestAway) {
    SystemEntropy entropy;
    Passwords passwords(entropy, {8192, 2}, {1, 1});
    std::atomic<int> done = 0;
    std::atomic<int> busy = 0;
    std::vector<std::thread> callers;
    for (int i = 0; i < 8; ++i) {
        callers.emplace_back([&] { passwords.hash("correct horse") ? ++done : ++busy; });
    }
    for (auto& caller : callers) caller.join();
    EXPECT_EQ(done + busy, 8);
    EXPECT_GE(done, 1);
    EXPECT_GE(busy, 1);
    EXPECT_TRUE(passwords.hash("afterwards there is room again"));
}

TEST(Passwords, ThatAreNoTextOrEndlessAreWrongRatherThanFatal) {
    SystemEntropy entropy;
    Passwords passwords(entropy, cheap, {});
    const auto stored = *passwords.hash("correct horse");
    EXPECT_EQ(passwords.check("\xff\xfe", stored), Passwords::Check::wrong);
    EXPECT_EQ(passwords.check(std::string(5'000'000, 'x'), stored), Passwords::Check::wrong);
}

}  // namespace
}  // namespace noren::customers
