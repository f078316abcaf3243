#include "checkout/quote.hpp"

#include <gtest/gtest.h>

namespace noren::checkout {
namespace {

const customers::Key key(std::array<std::uint8_t, 32>{1, 2, 3});
const Instant now = instant_from_us(1'499'040'000'000'000);

Quote shown() {
    Quote quote;
    quote.session = "s1";
    quote.revision = "r1";
    quote.lines = {{"A-1", 2, Money{1000, JPY}, 0}};
    quote.country = "US";
    quote.shipping_method = "ems";
    quote.payment_method = "paypal";
    quote.orders = {{"ems", {{2000, JPY}, {2000, JPY}, {0, JPY}, {4000, JPY}}}};
    quote.expires_at = now + quote_lifetime;
    return quote;
}

TEST(Quote, OpensAsItWasSigned) {
    const auto opened = open(sign(shown(), key), "s1", now, key);
    ASSERT_TRUE(opened);
    EXPECT_TRUE(differences(shown(), *opened).empty());
    EXPECT_EQ(opened->expires_at, shown().expires_at);
}

TEST(Quote, IsRefusedWhenAnyByteWasChanged) {
    const auto token = sign(shown(), key);
    for (std::size_t i = 0; i < token.size(); ++i) {
        auto changed = token;
        changed[i] = changed[i] == 'x' ? 'y' : 'x';
        const auto opened = open(changed, "s1", now, key);
        ASSERT_FALSE(opened) << i;
        EXPECT_EQ(opened.error().code, "quote_invalid");
    }
}

TEST(Quote, IsRefusedForAnotherSessionAnotherShopAndLater) {
    const auto token = sign(shown(), key);
    EXPECT_EQ(open(token, "s2", now, key).error().code, "quote_invalid");
    EXPECT_EQ(open(token, "s1", now, customers::Key(std::array<std::uint8_t, 32>{9})).error().code, "quote_invalid");
    EXPECT_EQ(open(token, "s1", now + quote_lifetime, key).error().code, "quote_expired");
}

TEST(Quote, TellsWhatDiffers) {
    auto changed = shown();
    changed.lines[0].unit_price = {1100, JPY};
    changed.orders[0].amounts.total = {4200, JPY};
    const auto found = differences(shown(), changed);
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].code, "unit_price");
    EXPECT_EQ(found[0].shown, "1000 JPY");
    EXPECT_EQ(found[0].now, "1100 JPY");
    EXPECT_EQ(found[1].code, "total");
}

}  // namespace
}  // namespace noren::checkout
