#include "base/ids.hpp"

#include <gtest/gtest.h>

namespace noren {
namespace {

TEST(IdSource, MakesIdsThatSortByTime) {
    VirtualClock clock(instant_from_us(1'499'040'000'000'000));
    SeededEntropy entropy(1);
    IdSource ids(clock, entropy);
    const auto first = ids.next<OrderKind>();
    clock.move_to(clock.now() + std::chrono::milliseconds(1));
    const auto second = ids.next<OrderKind>();
    EXPECT_GT(first.value, 0);
    EXPECT_LT(first, second);
}

TEST(IdSource, NeverMakesAnIdTwiceThoughTimeStandsStill) {
    VirtualClock clock(instant_from_us(1'499'040'000'000'000));
    SeededEntropy entropy(1);
    IdSource ids(clock, entropy);
    std::int64_t last = 0;
    for (int i = 0; i < 100'000; ++i) {
        const auto id = ids.next<OrderKind>().value;
        ASSERT_GT(id, last);
        last = id;
    }
}

TEST(SeededEntropy, RepeatsItselfForTheSameSeed) {
    SeededEntropy a(7);
    SeededEntropy b(7);
    SeededEntropy c(8);
    const auto first = a.bytes<20>();
    EXPECT_EQ(first, b.bytes<20>());
    EXPECT_NE(first, c.bytes<20>());
}

TEST(RandomToken, HasTheLengthThatItsBytesNeed) {
    SeededEntropy entropy(1);
    EXPECT_EQ(random_token(entropy, 32).size(), 43u);
    EXPECT_EQ(random_token(entropy, 3).size(), 4u);
    EXPECT_EQ(random_token(entropy, 0), "");
}

TEST(IdText, KeepsOrderAndDiffers) {
    EXPECT_EQ(id_text(0), "0000000000000");
    EXPECT_EQ(id_text(31), "000000000000Z");
    EXPECT_LT(id_text(1000), id_text(1001));
}

TEST(IdText, ReadsBackAndRefusesAllElse) {
    for (const std::int64_t id : {0L, 1L, 31L, 123456789012345L, 0x7fffffffffffffffL})
        EXPECT_EQ(id_from_text(id_text(id)), id);
    for (const auto* text : {"", "0", "00000000000000", "ZZZZZZZZZZZZZ", "000000000000I", "000000000000a"}) {
        EXPECT_FALSE(id_from_text(text)) << text;
    }
}

}  // namespace
}  // namespace noren
