#include "pages/pictures.hpp"

#include <gtest/gtest.h>

#include <set>

namespace noren::pages {
namespace {

TEST(Pictures, AreTheSameForASkuAndDifferBetweenMany) {
    EXPECT_EQ(picture_of("A-1"), picture_of("A-1"));
    std::set<std::string> all;
    for (int i = 0; i < 100; ++i) all.insert(picture_of("SKU-" + std::to_string(i)));
    EXPECT_GT(all.size(), 50u);
    EXPECT_LT(picture_of("A-1").size(), 8000u);
}

TEST(Pictures, HoldNothingOfTheirSku) {
    const auto svg = picture_of("\"><script>alert(1)</script>");
    EXPECT_EQ(svg.find("script"), std::string::npos);
    EXPECT_EQ(svg.rfind("<svg ", 0), 0u);
}

}  // namespace
}  // namespace noren::pages
