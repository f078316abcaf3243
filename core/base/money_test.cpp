#include <gtest/gtest.h>

#include <limits>
#include <noren/values/money.hpp>

namespace noren {
namespace {

TEST(Money, RefusesToAddYenToDollars) {
    EXPECT_THROW((Money{1, JPY} + Money{1, USD}), CurrencyMismatch);
}

TEST(Money, RefusesToOverflow) {
    const Money most{std::numeric_limits<std::int64_t>::max(), JPY};
    EXPECT_THROW((most + Money{1, JPY}), AmountOverflow);
    EXPECT_THROW((most * 2), AmountOverflow);
}

TEST(Money, IsWrittenInTheDecimalsOfItsCurrency) {
    EXPECT_EQ(decimal(Money{1500, JPY}), "1500");
    EXPECT_EQ(decimal(Money{1500, USD}), "15.00");
    EXPECT_EQ(decimal(Money{-5, USD}), "-0.05");
    EXPECT_EQ(decimal(Money{1, *Currency::from_code("KWD")}), "0.001");
    EXPECT_EQ(to_string(Money{std::numeric_limits<std::int64_t>::min(), JPY}), "-9223372036854775808 JPY");
}

TEST(Money, ReadsBackWhatItWrites) {
    for (const auto& money :
         {Money{0, JPY}, Money{1, USD}, Money{-1999, EUR}, Money{123456789, *Currency::from_code("KWD")}}) {
        EXPECT_EQ(money_from_decimal(decimal(money), money.currency()), money);
    }
}

TEST(Money, RefusesWhatIsNoAmount) {
    for (const auto* text : {"", "-", ".", "1.", ".5", "1.234", "1e3", "+1", " 1", "1,000", "99999999999999999999"}) {
        EXPECT_FALSE(money_from_decimal(text, USD)) << text;
    }
    EXPECT_FALSE(money_from_decimal("1.0", JPY));
}

TEST(Currency, KnowsOnlyIsoCodes) {
    EXPECT_TRUE(Currency::from_code("JPY"));
    for (const auto* code : {"", "jpy", "ZZZ", "JP", "JPYX", "Y K", "PY "})
        EXPECT_FALSE(Currency::from_code(code)) << code;
}

}  // namespace
}  // namespace noren
