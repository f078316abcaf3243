#include "store/parameters.hpp"

#include <gtest/gtest.h>

namespace noren::store {
namespace {

using namespace std::string_view_literals;

TEST(Texts, ArePlainWhenTheyAreUtf8WithoutNul) {
    for (const auto text :
         {""sv, "plain"sv, "暖簾"sv, "é"sv, "\U0001F38F"sv, "\u007f\u0080\u07ff\u0800\uffff"sv, "\xf4\x8f\xbf\xbf"sv}) {
        EXPECT_TRUE(is_plain_utf8(text)) << text;
    }
}

TEST(Texts, AreNotPlainWithNulOverlongSurrogateOrCutCharacters) {
    for (const auto text : {"\0"sv, "a\0b"sv, "\x80"sv, "\xc0\x80"sv, "\xc1\xbf"sv, "\xe0\x9f\xbf"sv, "\xed\xa0\x80"sv,
                            "\xf0\x8f\xbf\xbf"sv, "\xf4\x90\x80\x80"sv, "\xf5\x80\x80\x80"sv, "\xe3\x81"sv, "\xc3"sv,
                            "\xe3\x81("sv, "\xff"sv}) {
        EXPECT_FALSE(is_plain_utf8(text));
    }
}

}  // namespace
}  // namespace noren::store
