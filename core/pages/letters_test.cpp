#include "pages/letters.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pages/shop_pages.hpp"

namespace noren::pages {
namespace {

using ::testing::HasSubstr;

const std::filesystem::path themes = NOREN_THEMES;

LetterContent about_an_order() {
    LetterContent content;
    content.shop = "A shop";
    content.name = "Ann\r\nBcc: everybody@example.com";
    content.link = "https://shop.example/orders/X1";
    content.number = "X1";
    content.lines = {{"Figure <1> {name}", 2, Money{9600, JPY}}};
    content.goods = Money{9600, JPY};
    content.charges = {{Message{"fee.shipping", {}}, Money{2400, JPY}}};
    content.total = Money{12000, JPY};
    content.placed_at = instant_from_us(1'499'043'600'000'000);
    content.due_at = instant_from_us(1'499'648'400'000'000);
    return content;
}

TEST(Letters, TellOfAnOrderInTheReadersZone) {
    const Theme theme({themes / "base"}, {"en"}, shop::face());
    const auto letter = write_letter(theme, "payment_request", about_an_order(), {"en", "Asia/Tokyo"});
    EXPECT_EQ(letter.subject, "A shop: please pay for your order X1");
    EXPECT_THAT(letter.text, HasSubstr("  2 x Figure <1> {name}  ¥9,600\n"));
    EXPECT_THAT(letter.text, HasSubstr("  Shipping  ¥2,400\n  Total  ¥12,000\n"));
    EXPECT_THAT(letter.text, HasSubstr("Please pay before Jul 10, 2017, 10:00"));
    EXPECT_THAT(letter.text, HasSubstr("https://shop.example/orders/X1"));
    EXPECT_EQ(letter.text.find("\nBcc:"), std::string::npos) << "a name begins no line";
}

TEST(Letters, OfTheShippedThemeAreAllThere) {
    const Theme theme({themes / "base"}, {"en"}, shop::face());
    for (const auto* name :
         {"order_placed", "payment_request", "payment_received", "order_cancelled", "finish_registration",
          "already_registered", "reset_password", "no_account", "password_changed", "account_closed_by_holder"}) {
        ASSERT_TRUE(has_letter(theme, name)) << name;
        const auto letter = write_letter(theme, name, about_an_order(), {});
        EXPECT_EQ(letter.subject.rfind("A shop: ", 0), 0u) << letter.subject;
        EXPECT_GT(letter.text.size(), 80u) << name << " lacks a value that it takes";
    }
    EXPECT_FALSE(has_letter(theme, "nobody_wrote_this"));
    EXPECT_THROW(write_letter(theme, "nobody_wrote_this", about_an_order(), {}), std::out_of_range);
}

}  // namespace
}  // namespace noren::pages
