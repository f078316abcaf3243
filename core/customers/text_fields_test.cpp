#include "customers/text_fields.hpp"

#include <gtest/gtest.h>

#include <random>

namespace noren::customers {
namespace {

std::string only_fault(const FieldReader& reader) {
    return reader.faults().size() == 1 ? reader.faults()[0].field + ":" + reader.faults()[0].code : "not one fault";
}

TEST(TextFields, KeepsWhatPeopleTypeAsGiven) {
    FieldReader reader;
    EXPECT_EQ(reader.line("name", "  Zoë <b>O'Neil</b> 初音ミク 🎀 ", 100), "Zoë <b>O'Neil</b> 初音ミク 🎀");
    EXPECT_EQ(reader.paragraphs("note", "one\r\ntwo\tthree", 100), "one\ntwo\tthree");
    EXPECT_TRUE(reader.is_clean());
}

TEST(TextFields, RefusesByNameWhatIsNoText) {
    for (const std::string_view bad : {"a\nb", "a\tb",
                                       "a\x01"
                                       "b",
                                       "a\x7f"
                                       "b",
                                       "\xc3\x28", "\xed\xa0\x80",
                                       "a\xc2\x85"
                                       "b",
                                       "right\xe2\x80\xae"
                                       "left",
                                       "a\xe2\x81\xa6"
                                       "b",
                                       "a\xe2\x80\xa8"
                                       "b"}) {
        FieldReader reader;
        EXPECT_EQ(reader.line("city", bad, 100), "");
        EXPECT_EQ(only_fault(reader), "city:not_text") << bad;
    }
    FieldReader reader;
    EXPECT_EQ(reader.line("city", std::string("a\0b", 3), 100), "");
    EXPECT_EQ(only_fault(reader), "city:not_text");
}

TEST(TextFields, CountsCharactersAndNeverCuts) {
    FieldReader reader;
    EXPECT_EQ(reader.line("name", "暖簾", 2), "暖簾");
    EXPECT_TRUE(reader.is_clean());
    EXPECT_EQ(reader.line("name", "暖簾屋", 2), "");
    EXPECT_EQ(only_fault(reader), "name:too_long");
    FieldReader huge;
    EXPECT_EQ(huge.line("name", std::string(10'000'000, 'x'), 100), "");
    EXPECT_EQ(only_fault(huge), "name:too_long");
}

TEST(TextFields, GathersEveryFaultOfAForm) {
    FieldReader reader;
    reader.required_line("name", " ", 100);
    reader.country("country", "XX");
    reader.email("email", "nobody");
    reader.phone("phone", "call me");
    const std::vector<FieldFault> expected{
        {"name", "required"}, {"country", "not_a_country"}, {"email", "not_an_email"}, {"phone", "not_a_phone"}};
    EXPECT_EQ(reader.faults(), expected);
}

TEST(TextFields, KnowsEmailAddresses) {
    for (const auto* good : {"ann@example.com", "a.b+c@sub.example.co.jp", "o'neil@example.org", " Ann@Example.COM "}) {
        FieldReader reader;
        EXPECT_NE(reader.email("email", good), "") << good;
    }
    for (const auto* bad : {"", "a", "@", "a@", "@b.com", "a@b", "a b@c.com", "a..b@c.com", ".a@c.com", "a@-b.com",
                            "a@b..com", "a@b.com\nBcc: x@y.com", "a@b.com,c@d.com", "\"a b\"@c.com", "ä@b.com"}) {
        FieldReader reader;
        EXPECT_EQ(reader.email("email", bad), "") << bad;
        EXPECT_FALSE(reader.is_clean()) << bad;
    }
    EXPECT_EQ(normalised_email(" Ann@Example.COM "), "ann@example.com");
}

/// A random card number: 13 to 19 digits with a right check digit.
std::string card_number(std::mt19937& random) {
    std::string digits(12 + random() % 7, '0');
    for (auto& digit : digits) digit = static_cast<char>('0' + random() % 10);
    for (char check = '0'; check <= '9'; ++check) {
        int sum = 0;
        const auto all = digits + check;
        for (std::size_t i = 0; i < all.size(); ++i) {
            const int value = all[all.size() - 1 - i] - '0';
            sum += i % 2 == 0 ? value : value > 4 ? 2 * value - 9 : 2 * value;
        }
        if (sum % 10 == 0) return all;
    }
    return {};
}

TEST(TextFields, NeverKeepsACardNumber) {
    std::mt19937 random(20160601);
    for (int i = 0; i < 1000; ++i) {
        const auto number = card_number(random);
        auto spaced = number;
        for (std::size_t at = 4; at < spaced.size(); at += 5) spaced.insert(at, 1, i % 2 ? ' ' : '-');
        for (const auto& text : {number, spaced, "card " + number + " please", number + " 12/26",
                                 "99 " + spaced + " 123", number + " " + number, "x" + number + "y" + spaced}) {
            FieldReader reader;
            auto kept = reader.line("note", text, 200);
            std::erase_if(kept, [](char c) { return c == ' ' || c == '-'; });
            EXPECT_EQ(kept.find(number), std::string::npos) << text << " -> " << kept;
        }
    }
    EXPECT_EQ(without_card_numbers("4111 1111 1111 1111"), "**** **** **** 1111");
}

TEST(TextFields, RefusesACardNumberWhereItCannotBeMasked) {
    for (const std::string number : {"4111111111111111", "4222222222222", "5555555555554444", "2223003122003222",
                                     "378282246310005", "30569309025904", "3530111333300000", "6011111111111117"}) {
        FieldReader reader;
        EXPECT_EQ(reader.email("email", number + "@example.com"), "") << number;
        EXPECT_EQ(reader.email("email", "x" + number + "y@example.com"), "") << number;
        EXPECT_EQ(reader.phone("phone", number), "") << number;
    }
}

TEST(TextFields, TakesAnAddressWhoseNumberOnlyPassesTheLuhnCheck) {
    for (const auto* address : {"8613812345678@qq.com", "1234567812345670@example.com", "20260101000004@example.com"}) {
        ASSERT_NE(without_card_numbers(address), address) << "passes the check";
        FieldReader reader;
        EXPECT_EQ(reader.email("email", address), address);
    }
    FieldReader reader;
    EXPECT_EQ(reader.phone("phone", "86 138 1234 5678"), "86 138 1234 5678");
}

TEST(TextFields, LeavesOtherNumbersAlone) {
    for (const std::string_view text :
         {"ITEM-0001", "100-0001", "2016-06-01 12:30", "+81 3 1234 5678", "123456789012", "4111 1111 1111 1112"}) {
        EXPECT_EQ(without_card_numbers(text), text);
    }
    FieldReader reader;
    EXPECT_EQ(reader.phone("phone", "+81 (3) 1234-5678"), "+81 (3) 1234-5678");
    EXPECT_TRUE(reader.is_clean());
}

TEST(TextFields, RefusesPasswordsThatAreShortLongOrGuessedFirst) {
    const auto code = [](std::string_view password) {
        FieldReader reader;
        reader.password("password", password);
        return reader.is_clean() ? "fine" : reader.faults()[0].code;
    };
    EXPECT_EQ(code(""), "required");
    EXPECT_EQ(code("short77"), "too_short");
    EXPECT_EQ(code("ピカチュウが好き"), "fine");
    EXPECT_EQ(code(std::string(256, 'a') + "!"), "too_long");
    EXPECT_EQ(code("Password123!"), "too_common");
    EXPECT_EQ(code("qwerty-UIOP"), "too_common");
    EXPECT_EQ(code("87654321"), "too_common");
    EXPECT_EQ(code("zzzzzzzzzzzz"), "too_common");
    EXPECT_EQ(code("correct horse battery"), "fine");
    EXPECT_EQ(code("!!@@##$$%%^^"), "fine");
}

TEST(TextFields, SpellsAPasswordAlikeOnEveryKeyboard) {
    FieldReader reader;
    EXPECT_EQ(reader.password("password", "caf\x65\xcc\x81 au lait"),
              reader.password("password", "caf\xc3\xa9 au lait"));
}

}  // namespace
}  // namespace noren::customers
