#include "catalog/tokens.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace noren::catalog {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;

bool finds(std::string_view sought, std::string_view text) {
    const auto tokens = tokens_of(text);
    return Sought(sought).all_in({tokens.begin(), tokens.end()});
}

TEST(Tokens, AreFoldedWords) {
    EXPECT_THAT(tokens_of("The CAFÉ, ＭＩＫＵ!"), ElementsAre("cafe", "miku", "the"));
    EXPECT_THAT(tokens_of("¿?\t--"), IsEmpty());
    EXPECT_THAT(tokens_of("a\xff\xfe b"), ElementsAre("a", "b"));
}

TEST(Tokens, AreOfACodeItsWholeAndItsParts) {
    EXPECT_THAT(tokens_of("QX-0001-R003"), ElementsAre("0001", "qx", "qx0001r003", "r003"));
}

TEST(Tokens, AreOfUnspacedWritingItsNeighboursAndItsEnd) {
    EXPECT_THAT(tokens_of("初音島"), ElementsAre("初音", "島", "音島"));
    EXPECT_THAT(tokens_of("初音-ミク"), IsSupersetOf({"初音", "みく"}));
}

TEST(Tokens, KnowKanaAsRomaji) {
    EXPECT_THAT(tokens_of("ねんどろいど"), IsSupersetOf({"nendoroido", "nendoroid"}));
    EXPECT_THAT(tokens_of("ネンドロイド"), IsSupersetOf({"ねん", "nendoroid"}));
    EXPECT_THAT(tokens_of("フィギュア"), Contains("figyua"));
}

TEST(Tokens, AreLimited) {
    std::string text;
    for (int i = 0; i < 5000; ++i) text += std::to_string(i) + " ";
    EXPECT_EQ(tokens_of(text, 100).size(), 100u);
    EXPECT_THAT(tokens_of(std::string(10'000, 'x')), ElementsAre(std::string(40, 'x')));
}

TEST(ASearch, FindsAnyPartOfUnspacedWriting) {
    EXPECT_TRUE(finds("初音", "キャラクター初音ミクの像"));
    EXPECT_TRUE(finds("ミク", "初音みく"));
    EXPECT_TRUE(finds("音", "初音ミク"));
    EXPECT_TRUE(finds("ク", "初音ミク"));
    EXPECT_FALSE(finds("音初", "初音ミク"));
}

TEST(ASearch, FindsKanaByRomajiAndTheOtherWayRound) {
    EXPECT_TRUE(finds("nendoroid", "ねんどろいど 512"));
    EXPECT_TRUE(finds("Nendoroid 512", "ネンドロイド 512"));
    EXPECT_TRUE(finds("nendo", "ねんどろいど"));
    EXPECT_TRUE(finds("ねんどろいど", "Nendoroid 512"));
}

TEST(ASearch, FindsCodesHoweverTheyAreJoined) {
    EXPECT_TRUE(finds("qx-0001", "QX-0001"));
    EXPECT_TRUE(finds("QX0001", "QX-0001"));
    EXPECT_TRUE(finds("QX 0001", "QX-0001"));
    EXPECT_TRUE(finds("QX-0001", "QX0001"));
    EXPECT_FALSE(finds("QX-0002", "QX-0001"));
}

TEST(ASearch, WantsEveryWordButOfLongOnesTheBeginning) {
    EXPECT_TRUE(finds("scal fig", "Fig at scale"));
    EXPECT_FALSE(finds("sca", "scale"));
    EXPECT_FALSE(finds("scale knight", "scale"));
}

TEST(ASearch, IsWrittenForDatabasesWithoutAnythingOfTheirOwnSyntax) {
    const Sought hostile("\"x\" OR title:* ' | !y & (z) NEAR/2 \\");
    EXPECT_EQ(
        hostile.for_sqlite(),
        "((\"x\")) AND ((\"or\")) AND ((\"title\"*)) AND ((\"y\")) AND ((\"z\")) AND ((\"near\"*)) AND ((\"2\"))");
    EXPECT_EQ(hostile.for_postgresql(),
              "(('x')) & (('or')) & (('title':*)) & (('y')) & (('z')) & (('near':*)) & (('2'))");
    EXPECT_TRUE(Sought("?!").empty());
    EXPECT_EQ(Sought(" AB-12 ").code(), "ab12");
    EXPECT_EQ(Sought("AB 12").code(), "");
}

}  // namespace
}  // namespace noren::catalog
