#include "host/breaker.hpp"

#include <gtest/gtest.h>

namespace noren::host {
namespace {

using namespace std::chrono_literals;
const Breaker::Time start = std::chrono::steady_clock::now();

TEST(Breaker, OpensAtTheThirdFaultWithinAMinute) {
    Breaker breaker;
    EXPECT_FALSE(breaker.failed(start));
    EXPECT_FALSE(breaker.failed(start + 20s));
    EXPECT_TRUE(breaker.failed(start + 60s));
    EXPECT_TRUE(breaker.is_open(start + 61s));
    EXPECT_FALSE(breaker.is_open(start + 91s));
}

TEST(Breaker, StaysClosedWhenFaultsAreFarApart) {
    Breaker breaker;
    for (int i = 0; i < 20; ++i) EXPECT_FALSE(breaker.failed(start + i * 31s));
}

TEST(Breaker, OneMoreFaultAfterAQuarantineDoublesIt) {
    Breaker breaker;
    for (int i = 0; i < 3; ++i) breaker.failed(start);
    EXPECT_FALSE(breaker.is_open(start + 30s));
    EXPECT_TRUE(breaker.failed(start + 31s));
    EXPECT_TRUE(breaker.is_open(start + 31s + 59s));
    EXPECT_FALSE(breaker.is_open(start + 31s + 60s));
    auto now = start + 31s;
    for (int i = 0; i < 20; ++i) breaker.failed(now += 20min);
    EXPECT_TRUE(breaker.is_open(now + 10min - 1s));
    EXPECT_FALSE(breaker.is_open(now + 10min));
}

TEST(Breaker, AGoodAnswerOrTheOperatorForgetsIt) {
    Breaker breaker;
    for (int i = 0; i < 3; ++i) breaker.failed(start);
    breaker.succeeded();
    EXPECT_FALSE(breaker.is_open(start));
    EXPECT_FALSE(breaker.failed(start));
    EXPECT_FALSE(breaker.failed(start));
    breaker.failed(start);
    breaker.lift();
    EXPECT_FALSE(breaker.is_open(start));
}

}  // namespace
}  // namespace noren::host
