#include <gtest/gtest.h>

#include "outbox/outbox.hpp"
#include "outbox/testdata/mail_server.hpp"

namespace noren::outbox {
namespace {

using testing::seen_by_a_mail_program;

const Sender shop{"Shop \"One\"", "orders@shop.example", "shop.example"};

Mail mail(const std::string& subject, const std::string& text, std::optional<std::string> html = {}) {
    return {{77},
            {"order_placed", "o1"},
            "order_placed",
            "ann@example.org",
            subject,
            text,
            std::move(html),
            instant_from_us(1'499'040'000'000'000),
            {},
            {}};
}

TEST(Message, SaysWhatTheMailSays) {
    const auto seen = seen_by_a_mail_program(message_of(mail("Your order", "Thank you.\nTotal: 1,500 yen\n"), shop));
    EXPECT_EQ(seen["subject"], "Your order");
    EXPECT_EQ(seen["from"], "orders@shop.example");
    EXPECT_EQ(seen["from_name"], "Shop \"One\"");
    EXPECT_EQ(seen["to"], "ann@example.org");
    EXPECT_EQ(seen["date"], "2017-07-03T00:00:00+00:00");
    EXPECT_EQ(seen["text"], "Thank you.\nTotal: 1,500 yen\n");
    EXPECT_EQ(seen["html"], nullptr);
    EXPECT_TRUE(seen["defects"].empty());
}

TEST(Message, CarriesAnyScriptInShortAsciiLines) {
    std::string subject;
    for (int i = 0; i < 12; ++i) subject += "ご注文ありがとう𝄞é ";
    subject.pop_back();
    const auto text = ".\n..dots\nFrom here\nlong " + std::string(2000, 'x') + " 暖簾\ntrailing \n=3D\t\n";
    const Sender japanese{"暖簾", "orders@shop.example", "shop.example"};
    const auto seen = seen_by_a_mail_program(message_of(mail(subject, text, "<p>暖簾 &amp; more</p>\n"), japanese));
    EXPECT_EQ(seen["subject"], subject);
    EXPECT_EQ(seen["from_name"], "暖簾");
    EXPECT_EQ(seen["text"], text);
    EXPECT_EQ(seen["html"], "<p>暖簾 &amp; more</p>\n");
    EXPECT_EQ(seen["ascii"], true);
    EXPECT_LE(seen["longest_line"], 79);
    EXPECT_TRUE(seen["defects"].empty());
}

TEST(Message, IsTheSameAtEveryDelivery) {
    EXPECT_EQ(message_of(mail("Your order", "a"), shop), message_of(mail("Your order", "a"), shop));
}

TEST(Message, TakesAnyLineEnds) {
    EXPECT_EQ(seen_by_a_mail_program(message_of(mail("s", "a\r\nb\nc"), shop))["text"], "a\nb\nc\n");
}

TEST(Address, IsPlain) {
    for (const auto* good : {"ann@example.org", "ann.b+c@mail.example.org", "o'neill@x-y.example", "a@b"}) {
        EXPECT_TRUE(is_address(good)) << good;
    }
    const std::string too_long = std::string(65, 'a') + "@example.org";
    for (const std::string& bad :
         {std::string(""), std::string("ann"), std::string("@example.org"), std::string("ann@"),
          std::string("ann@example.org\r\nBcc: eve@example.org"), std::string("ann@example.org\n"),
          std::string("a b@example.org"), std::string("<ann@example.org>"),
          std::string("ann@example.org,eve@example.org"), std::string("ann@b@example.org"),
          std::string(".ann@example.org"), std::string("ann..b@example.org"), std::string("ann@-example.org"),
          std::string("ann@example.org\0x", 17), std::string("\"a\"@example.org"), std::string("änn@example.org"),
          too_long}) {
        EXPECT_FALSE(is_address(bad)) << bad;
    }
}

}  // namespace
}  // namespace noren::outbox
