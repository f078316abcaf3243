#include "pages/shop_pages.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "pages/console_pages.hpp"

namespace noren::pages {
namespace {

const std::filesystem::path themes = NOREN_THEMES;

TEST(Themes, ThatAreShippedAreFlawless) {
    for (const auto& fault : check({themes / "base"}, {"en"}, shop::face())) ADD_FAILURE() << to_string(fault);
    for (const auto& fault : check({themes / "console"}, {"en"}, console::face())) ADD_FAILURE() << to_string(fault);
}

TEST(Themes, ShowTheSameCheckoutToEverybodyWhateverTheyTyped) {
    const Theme theme({themes / "base"}, {"en"}, shop::face());
    shop::Frame frame;
    frame.shop = "A shop & <more>";
    frame.language = "en";
    frame.csrf = "0123";
    shop::CheckoutAddress page;
    shop::CartLine line;
    line.sku = "X-1";
    line.name = "<script>alert(1)</script>";
    page.summary.lines.push_back(line);
    page.form.city = {"\"><script>alert(1)</script>", Message{"field.not_text", {}}};
    page.form.country = shop::countries("JP", {});
    const auto html = theme.render(frame, page, {"en", "Asia/Tokyo"});
    EXPECT_EQ(html.find("<script"), std::string::npos);
    EXPECT_NE(html.find("value=\"&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;\" aria-invalid=\"true\""),
              std::string::npos);
    EXPECT_NE(html.find("<option value=\"JP\" selected >Japan</option>"), std::string::npos);
    EXPECT_NE(html.find("A shop &amp; &lt;more&gt;"), std::string::npos);
}

TEST(Calendar, ShowsThisAndTheNextMonthWithTheirClosedDays) {
    const Date today{17375};  // 2017-07-28, a Friday
    const auto calendar = shop::calendar_of(today, {Date{17379}, Date{17376}}, {"en", "Asia/Tokyo"});
    ASSERT_EQ(calendar.months.size(), 2u);
    EXPECT_EQ(calendar.months[0].name, "July 2017");
    EXPECT_EQ(calendar.months[1].name, "August 2017");
    ASSERT_EQ(calendar.weekdays.size(), 7u);
    EXPECT_EQ(calendar.weekdays[0].text, "Sun");
    const auto& last_week = calendar.months[0].weeks[4];
    EXPECT_EQ(last_week.days[5].day, 28);
    EXPECT_TRUE(last_week.days[5].is_today);
    EXPECT_TRUE(last_week.days[6].is_closed);
    EXPECT_TRUE(calendar.months[1].weeks[0].days[2].day == 1 && calendar.months[1].weeks[0].days[2].is_closed);
    for (const auto& month : calendar.months) {
        for (const auto& week : month.weeks) EXPECT_EQ(week.days.size(), 7u);
    }
    const auto december = shop::calendar_of(Date{17500}, {}, {});
    EXPECT_EQ(december.months[0].name, "November 2017");
    const auto over_new_year = shop::calendar_of(Date{17531}, {}, {});
    EXPECT_EQ(over_new_year.months[1].name, "January 2018");
}

TEST(Countries, AreSortedByTheirNameAndOneIsChosen) {
    const auto input = shop::countries("US", {"en", "UTC"});
    EXPECT_GT(input.choices.size(), 200u);
    EXPECT_EQ(input.choices[0].label, "Afghanistan");
    const auto chosen = std::count_if(input.choices.begin(), input.choices.end(),
                                      [](const shop::Choice& choice) { return choice.is_chosen; });
    EXPECT_EQ(chosen, 1);
}

}  // namespace
}  // namespace noren::pages
