#include "host/latency.hpp"

#include <gtest/gtest.h>

namespace noren::host {
namespace {

using namespace std::chrono_literals;

TEST(Latency, IsNothingBeforeTheFirstCall) {
    EXPECT_EQ(Latency().summary().median, 0ns);
    EXPECT_EQ(Latency().summary().longest, 0ns);
}

TEST(Latency, IsTheMedianAndTheLongestOfTheLatestCalls) {
    Latency latency;
    latency.note(1h);
    for (std::size_t i = 0; i < Latency::kept - 1; ++i) latency.note(2us);
    EXPECT_EQ(latency.summary().longest, 1h);
    latency.note(3us);
    EXPECT_EQ(latency.summary().median, 2us);
    EXPECT_EQ(latency.summary().longest, 3us);
}

}  // namespace
}  // namespace noren::host
