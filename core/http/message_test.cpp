#include "http/message.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "http/address.hpp"
#include "http/security_headers.hpp"
#include "http/text.hpp"

namespace noren::http {
namespace {

using Strings = std::vector<std::string>;

TEST(Target, IsTakenApartAndDecoded) {
    const auto target =
        parse_target("/shop/%E3%83%95%E3%82%A3%E3%82%AE%E3%83%A5%E3%82%A2/a+b?q=a+b%26c&page=2&empty&q=again");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->segments, (Strings{"shop", "フィギュア", "a+b"}));
    EXPECT_EQ(target->query.all("q"), (std::vector<std::string_view>{"a b&c", "again"}));
    EXPECT_EQ(target->query.one("page"), "2");
    EXPECT_EQ(target->query.one("empty"), "");
    EXPECT_EQ(target->query.one("none"), std::nullopt);
    EXPECT_THROW(target->query.one("q"), BadRequest);
}

TEST(Target, KeepsEmptySegments) {
    EXPECT_EQ(parse_target("/")->segments, Strings{});
    EXPECT_EQ(parse_target("/a/")->segments, (Strings{"a", ""}));
    EXPECT_EQ(parse_target("//")->segments, (Strings{"", ""}));
}

TEST(Target, TakesNoMoreThanAHundredParameters) {
    std::string query = "/?a";
    for (int i = 1; i < 100; ++i) query += "&a";
    EXPECT_TRUE(parse_target(query));
    EXPECT_FALSE(parse_target(query + "&a"));
}

TEST(Json, IsReadStrictly) {
    EXPECT_EQ((*parse_json(R"({"a": [1, "x"]})"))["a"][0], 1);
    for (const std::string bad : {R"({"a": 1, "a": 2})", R"([{"b": {"c": 1, "c": 1}}])", "{} x", "", "{'a': 1}", "[1,]",
                                  "\"\xff\"", "1e999", "// comment\n{}"})
        EXPECT_FALSE(parse_json(bad)) << bad;
    EXPECT_TRUE(parse_json(R"([{"a": 1}, {"a": 2}])"));
    EXPECT_TRUE(parse_json(std::string(64, '[') + std::string(64, ']')));
    EXPECT_FALSE(parse_json(std::string(65, '[') + std::string(65, ']')));
    EXPECT_FALSE(parse_json(std::string(1'000'000, '[')));
}

Request with(std::string content_type, std::string body) {
    Request request;
    request.fields.add("content-type", std::move(content_type));
    request.body = std::move(body);
    return request;
}

int status_thrown_by(const std::function<void()>& act) {
    try {
        act();
    } catch (const BadRequest& bad) {
        return bad.refusal().status;
    }
    return 0;
}

TEST(Body, IsTakenInItsOwnMediaTypeOnly) {
    EXPECT_EQ(json_body(with("application/json; charset=utf-8", "{}")), nlohmann::json::object());
    EXPECT_EQ(json_body(with("application/merge-patch+json", "{}")), nlohmann::json::object());
    EXPECT_EQ(status_thrown_by([] { json_body(with("text/plain", "{}")); }), 415);
    EXPECT_EQ(status_thrown_by([] { json_body(with("application/json", "{")); }), 400);
    EXPECT_EQ(status_thrown_by([] { json_body({}); }), 415);
    auto compressed = with("application/json", "{}");
    compressed.fields.add("Content-Encoding", "gzip");
    EXPECT_EQ(status_thrown_by([&] { json_body(compressed); }), 415);
    EXPECT_EQ(form_body(with("application/x-www-form-urlencoded", "a=1&b=%0d%0a")).one("b"), "\r\n");
    EXPECT_EQ(status_thrown_by([] { form_body(with("application/x-www-form-urlencoded", "a=%zz")); }), 400);
    EXPECT_EQ(status_thrown_by([] { form_body(with("application/json", "a=1")); }), 415);
}

TEST(Cookies, AreReadAndADoubledOneIsNone) {
    Request request;
    request.fields.add("Cookie", "a=1; __Host-session=abc==;b=2; twice=x; twice=y; novalue");
    EXPECT_EQ(request.cookie("a"), "1");
    EXPECT_EQ(request.cookie("__Host-session"), "abc==");
    EXPECT_EQ(request.cookie("twice"), std::nullopt);
    EXPECT_EQ(request.cookie("none"), std::nullopt);
}

TEST(Cookies, AreWrittenWithTheirAttributes) {
    Response response;
    response.add_cookie({.name = "__Host-session", .value = "abc", .max_age = std::chrono::seconds(60)});
    response.add_cookie(
        {.name = "plain", .value = "", .same_site = SameSite::strict, .secure = false, .http_only = false});
    EXPECT_EQ(response.headers().all("Set-Cookie"),
              (std::vector<std::string_view>{"__Host-session=abc; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Lax",
                                             "plain=; Path=/; SameSite=Strict"}));
}

TEST(Cookies, ThatWouldEscapeTheirLineOrBreakTheirPromiseAreRefused) {
    for (const Cookie& bad : {Cookie{.name = "a b", .value = "x"}, Cookie{.name = "a", .value = "x; Domain=evil"},
                              Cookie{.name = "a", .value = "x\r\ny"}, Cookie{.name = "", .value = "x"},
                              Cookie{.name = "a", .value = "x", .path = "/; Secure"},
                              Cookie{.name = "__Host-a", .value = "x", .path = "/shop"},
                              Cookie{.name = "__Host-a", .value = "x", .secure = false},
                              Cookie{.name = "a", .value = "x", .same_site = SameSite::none, .secure = false}})
        EXPECT_THROW(Response().add_cookie(bad), std::invalid_argument) << bad.name << "=" << bad.value;
}

TEST(Response, RefusesHeadersThatWouldEscapeTheirLine) {
    Response response;
    for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{{"X", "a\r\nY: b"},
                                                                                      {"X", "a\nb"},
                                                                                      {"X", "a\rb"},
                                                                                      {"X", std::string("a\0b", 3)},
                                                                                      {"X: a\r\nY", "b"},
                                                                                      {"", "b"},
                                                                                      {"X Y", "b"},
                                                                                      {"content-length", "5"},
                                                                                      {"Transfer-Encoding", "chunked"},
                                                                                      {"Connection", "close"},
                                                                                      {"Set-Cookie", "a=b"}})
        EXPECT_THROW(response.set_header(name, value), std::invalid_argument) << name;
    EXPECT_TRUE(response.headers().empty());
    response.set_header("X", "a").set_header("x", "b").set_default_header("X", "c");
    EXPECT_EQ(response.headers().all("X"), std::vector<std::string_view>{"b"});
}

TEST(Response, RedirectsOnlyToWhatIsPlainlyAnAddress) {
    EXPECT_EQ(redirect(303, "/cart").headers().one("Location"), "/cart");
    EXPECT_EQ(redirect(303, "https://pay.example/x?y=z").headers().one("Location"), "https://pay.example/x?y=z");
    for (const auto* bad :
         {"//evil.example", "javascript:alert(1)", "/a\r\nX: y", "evil", "", "/\\evil.example", "https://a b"})
        EXPECT_THROW(redirect(303, bad), std::invalid_argument) << bad;
}

TEST(Problem, FollowsRfc9457) {
    const auto response =
        problem(409, "quote_differs", "Conflict", "the total changed", {{"difference", 5}, {"status", "overwritten"}});
    EXPECT_EQ(response.status(), 409);
    EXPECT_EQ(response.headers().one("Content-Type"), "application/problem+json");
    const auto body = nlohmann::json::parse(response.body());
    EXPECT_EQ(body, (nlohmann::json{{"type", "urn:noren:problem:quote_differs"},
                                    {"title", "Conflict"},
                                    {"status", 409},
                                    {"code", "quote_differs"},
                                    {"detail", "the total changed"},
                                    {"difference", 5}}));
    EXPECT_NO_THROW(problem(400, "x", "y", "not UTF-8: \xff"));
}

TEST(Etag, TurnsAnUnchangedAnswerInto304) {
    Request request;
    const auto answer = with_etag(request, json(200, {{"a", 1}}).set_header("Cache-Control", "no-cache"));
    const auto tag = std::string(*answer.headers().one("ETag"));
    EXPECT_EQ(answer.status(), 200);
    request.fields.add("If-None-Match", "\"other\", W/" + tag);
    const auto unchanged = with_etag(request, json(200, {{"a", 1}}).set_header("Cache-Control", "no-cache"));
    EXPECT_EQ(unchanged.status(), 304);
    EXPECT_EQ(unchanged.body(), "");
    EXPECT_EQ(unchanged.headers().one("ETag"), tag);
    EXPECT_EQ(unchanged.headers().one("Cache-Control"), "no-cache");
    EXPECT_EQ(with_etag(request, json(200, {{"a", 2}})).status(), 200);
    request.method = Method::post;
    EXPECT_EQ(with_etag(request, json(200, {{"a", 1}})).status(), 200);
    EXPECT_TRUE(etag_listed("*", tag));
    EXPECT_FALSE(etag_listed("", tag));
}

TEST(SecurityHeaders, LetPagesUseTheirOwnOriginAndNameWhereFormsMayLead) {
    auto page = html(200, "<p>");
    add_security_headers(page, "https");
    const auto policy = std::string(*page.headers().one("Content-Security-Policy"));
    EXPECT_NE(policy.find("script-src 'self';"), std::string::npos);
    EXPECT_EQ(policy.find("unsafe"), std::string::npos);
    EXPECT_NE(page.headers().one("Strict-Transport-Security"), std::nullopt);
    EXPECT_NE(
        page_policy({.form_action = {"https://www.paypal.com"}}).find("form-action 'self' https://www.paypal.com"),
        std::string::npos);
    EXPECT_THROW(page_policy({.images = {"https://a; script-src *"}}), std::invalid_argument);
}

TEST(Utf8, IsCheckedToTheLetter) {
    for (const auto* good : {"", "a", "é", "あ", "😀", "\xf4\x8f\xbf\xbf"}) EXPECT_TRUE(is_utf8(good)) << good;
    for (const auto* bad : {"\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80",
                            "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xc3", "\xe3\x81", "a\xff"})
        EXPECT_FALSE(is_utf8(bad)) << bad;
}

TEST(Address, IsReadStrictlyAndShownAgain) {
    for (const auto* text : {"127.0.0.1", "255.255.255.255", "::1", "2001:db8::5"})
        EXPECT_EQ(IpAddress::parse(text)->text(), text);
    for (const auto* bad :
         {"", "127.1", "0127.0.0.1", "256.0.0.1", "1.2.3.4.5", "::1%eth0", "1::2::3", "localhost", " 127.0.0.1"})
        EXPECT_FALSE(IpAddress::parse(bad)) << bad;
    EXPECT_EQ(*IpAddress::parse("::ffff:1.2.3.4"), *IpAddress::parse("1.2.3.4"));
    for (const auto* text : {"93.184.216.34", "8.8.8.8", "2606:2800:220:1::", "172.32.0.1", "100.128.0.1"})
        EXPECT_TRUE(IpAddress::parse(text)->is_public()) << text;
}

TEST(AddressRange, HoldsItsBlock) {
    EXPECT_TRUE(AddressRange::parse("10.0.0.0/8").contains(*IpAddress::parse("10.255.0.1")));
    EXPECT_FALSE(AddressRange::parse("10.0.0.0/8").contains(*IpAddress::parse("11.0.0.1")));
    EXPECT_TRUE(AddressRange::parse("172.16.0.0/12").contains(*IpAddress::parse("172.31.1.1")));
    EXPECT_FALSE(AddressRange::parse("172.16.0.0/12").contains(*IpAddress::parse("172.32.1.1")));
    EXPECT_TRUE(AddressRange::parse("::1").contains(*IpAddress::parse("::1")));
    EXPECT_TRUE(AddressRange::parse("0.0.0.0/0").contains(*IpAddress::parse("8.8.8.8")));
    for (const auto* bad : {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "ten", "::/129", "10.0.0.0/-1"})
        EXPECT_THROW(AddressRange::parse(bad), std::invalid_argument) << bad;
}

}  // namespace
}  // namespace noren::http
