#include "customers/totp.hpp"

#include <gtest/gtest.h>

namespace noren::customers {
namespace {

TotpSecret secret_of_the_standard() {
    const std::string_view text = "12345678901234567890";  // RFC 6238 appendix B
    return {text.begin(), text.end()};
}

Instant at(std::int64_t seconds) {
    return instant_from_us(seconds * 1'000'000);
}

TEST(Totp, GivesTheCodesOfTheStandard) {
    const auto secret = secret_of_the_standard();
    for (const auto& [seconds, code] : std::vector<std::pair<std::int64_t, std::string>>{{59, "287082"},
                                                                                         {1111111109, "081804"},
                                                                                         {1111111111, "050471"},
                                                                                         {1234567890, "005924"},
                                                                                         {2000000000, "279037"},
                                                                                         {20000000000, "353130"}}) {
        EXPECT_EQ(totp_code(secret, totp_step_at(at(seconds))), code) << seconds;
    }
}

TEST(Totp, TakesTheCodeOfTheStepBeforeAndAfterAndNoFurther) {
    const auto secret = secret_of_the_standard();
    const auto now = at(1'500'000'000);
    const auto step = totp_step_at(now);
    for (const auto offset : {-1, 0, 1}) {
        EXPECT_EQ(totp_match(secret, totp_code(secret, step + offset), now, 0), step + offset);
    }
    EXPECT_FALSE(totp_match(secret, totp_code(secret, step - 2), now, 0));
    EXPECT_FALSE(totp_match(secret, totp_code(secret, step + 2), now, 0));
}

TEST(Totp, TakesNoCodeOfAStepThatWasUsed) {
    const auto secret = secret_of_the_standard();
    const auto now = at(1'500'000'000);
    const auto step = totp_step_at(now);
    EXPECT_FALSE(totp_match(secret, totp_code(secret, step), now, step));
    EXPECT_FALSE(totp_match(secret, totp_code(secret, step - 1), now, step));
    EXPECT_TRUE(totp_match(secret, totp_code(secret, step + 1), now, step));
}

TEST(Totp, TakesNothingThatIsNoCode) {
    const auto secret = secret_of_the_standard();
    for (const std::string code : {"", "0", "12345", "1234567", "abcdef", "\0\0\0\0\0\0"}) {
        EXPECT_FALSE(totp_match(secret, code, at(1'500'000'000), 0)) << code;
    }
}

TEST(Base32, IsReadAsPeopleCopyIt) {
    const auto secret = secret_of_the_standard();
    EXPECT_EQ(base32(secret), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    EXPECT_EQ(from_base32("gezd gnbv-GY3TQOJQ GEZDGNBVGY3TQOJQ=="), secret);
    EXPECT_EQ(base32(std::vector<std::uint8_t>{'f', 'o', 'o', 'b'}), "MZXW6YQ");
    EXPECT_EQ(from_base32("MZXW6YQ"), (std::vector<std::uint8_t>{'f', 'o', 'o', 'b'}));
    EXPECT_FALSE(from_base32("MZXW6Y1"));
    EXPECT_FALSE(from_base32("<script>"));
}

TEST(OtpauthUri, HoldsWhatIsNoLetterEncoded) {
    EXPECT_EQ(otpauth_uri("The Shop", "a&b@shop.example", std::vector<std::uint8_t>{'f', 'o', 'o', 'b'}),
              "otpauth://totp/The%20Shop:a%26b%40shop.example?secret=MZXW6YQ&issuer=The%20Shop&algorithm=SHA1&digits=6"
              "&period=30");
}

}  // namespace
}  // namespace noren::customers
