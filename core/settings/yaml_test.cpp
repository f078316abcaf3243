#include "settings/yaml.hpp"

#include <gtest/gtest.h>

namespace noren::settings {
namespace {

std::string verdict(std::string_view text) {
    const auto tree = parse(text, "shop.yaml");
    return tree ? "" : to_string(tree.error());
}

TEST(Yaml, KeepsEveryValueWithItsPlace) {
    const auto tree = parse("name: Shop\npayment:\n  due: 7d\n  except: [PE, \"VN\"]\n  none:\n", "shop.yaml");
    ASSERT_TRUE(tree) << to_string(tree.error());
    const auto& root = **tree;
    EXPECT_EQ(root.find("name")->text(), "Shop");
    EXPECT_EQ(to_string(root.find("payment.due")->origin()), "shop.yaml:3:8");
    EXPECT_EQ(to_string(root.find("payment.due")->key_origin()), "shop.yaml:3:3");
    EXPECT_EQ(to_string(root.find("payment.except[1]")->origin()), "shop.yaml:4:16");
    EXPECT_TRUE(root.find("payment.except[1]")->is_quoted());
    EXPECT_TRUE(root.find("payment.none")->is_null());
    EXPECT_EQ(to_string(root.find("payment.none")->key_origin()), "shop.yaml:5:3");
    EXPECT_EQ(root.find("payment.except[2]"), nullptr);
}

TEST(Yaml, CountsColumnsInCharacters) {
    const auto tree = parse("a: {x: \u6697\u7c3e, y: z}\n", "shop.yaml");
    ASSERT_TRUE(tree);
    EXPECT_EQ(to_string((*tree)->find("a.y")->origin()), "shop.yaml:1:15");
}

TEST(Yaml, TellsAllDuplicatesWithBothPlaces) {
    EXPECT_EQ(verdict("a: 1\nb: 2\na: 3\nb: 4\n"),
              "shop.yaml:3:1: key `a` is written twice; first at line 1, column 1\n"
              "shop.yaml:4:1: key `b` is written twice; first at line 2, column 1\n");
}

TEST(Yaml, AcceptsABlockOfSeveralLines) {
    const auto tree = parse("greeting: |\n  Good day,\n  [welcome\n", "shop.yaml");
    ASSERT_TRUE(tree) << to_string(tree.error());
    EXPECT_EQ((*tree)->find("greeting")->text(), "Good day,\n[welcome\n");
}

}  // namespace
}  // namespace noren::settings
