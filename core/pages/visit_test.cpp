#include "pages/visit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/store.hpp"

namespace noren::pages {
namespace {

using ::testing::HasSubstr;

class Visit : public ::testing::Test {
protected:
    static http::Parameters form_with(const std::string& csrf) {
        http::Parameters form;
        form.add("csrf", csrf);
        return form;
    }
    static http::Request request() {
        http::Request made;
        made.method = http::Method::post;
        made.host = "shop.example";
        made.authority = "shop.example:8080";
        return made;
    }
    static std::string cookie_line(const http::Response& response) {
        const auto lines = response.headers().all("Set-Cookie");
        return lines.size() == 1 ? std::string(lines[0]) : "";
    }

    VirtualClock clock_{instant_from_us(1'499'043'600'000'000)};
    SystemEntropy entropy_;
    std::unique_ptr<store::Store> store_ =
        store::open(store::SqliteLocation{":memory:", false}, store::Content::visits);
    customers::Sessions sessions_{*store_,
                                  customers::Sessions::Of::customers,
                                  customers::shopper_lifetime,
                                  customers::Key::from_secret("a secret of a storefront that only tests know"),
                                  clock_,
                                  entropy_};
};

TEST_F(Visit, IsKnownByACookieThatScriptsAndOtherSitesDoNotGet) {
    Visits visits(sessions_, "visit", true, std::chrono::hours(24));
    const auto session = visits.session_of(request());
    http::Response response(200);
    visits.remember(response, session);
    const auto line = cookie_line(response);
    EXPECT_EQ(line.rfind("__Host-visit=" + session.token, 0), 0u) << line;
    for (const auto* word : {"HttpOnly", "Secure", "SameSite=Lax", "Path=/"}) EXPECT_THAT(line, HasSubstr(word));
    EXPECT_THAT(line, ::testing::Not(HasSubstr("Domain")));

    auto again = request();
    again.fields.add("Cookie", "other=1; __Host-visit=" + session.token);
    const auto resumed = visits.session_of(again);
    EXPECT_EQ(resumed.id, session.id);
    http::Response quiet(200);
    visits.remember(quiet, resumed);
    EXPECT_EQ(cookie_line(quiet), "");
}

TEST_F(Visit, UsesAPlainCookieOnlyWithoutTls) {
    Visits visits(sessions_, "visit", false, std::nullopt);
    http::Response response(200);
    visits.remember(response, visits.session_of(request()));
    EXPECT_EQ(cookie_line(response).rfind("visit=", 0), 0u);
    EXPECT_THAT(cookie_line(response), ::testing::Not(HasSubstr("Secure")));
}

TEST_F(Visit, BelievesAFormWithItsSessionsTokenOnly) {
    Visits visits(sessions_, "visit", true, std::nullopt);
    const auto mine = visits.session_of(request());
    const auto theirs = visits.session_of(request());
    EXPECT_TRUE(visits.is_ours(request(), form_with(mine.csrf), mine));
    EXPECT_FALSE(visits.is_ours(request(), form_with(theirs.csrf), mine));
    EXPECT_FALSE(visits.is_ours(request(), form_with(""), mine));
    EXPECT_FALSE(visits.is_ours(request(), {}, mine));
}

TEST_F(Visit, BelievesNoFormThatAnotherSiteSent) {
    Visits visits(sessions_, "visit", true, std::nullopt);
    const auto mine = visits.session_of(request());
    const auto believed = [&](const char* name, const char* value) {
        auto made = request();
        made.fields.add(name, value);
        return visits.is_ours(made, form_with(mine.csrf), mine);
    };
    EXPECT_TRUE(believed("Origin", "http://shop.example:8080"));
    EXPECT_TRUE(believed("Sec-Fetch-Site", "same-origin"));
    EXPECT_FALSE(believed("Origin", "http://evil.example"));
    EXPECT_FALSE(believed("Origin", "https://shop.example:8080"));
    EXPECT_FALSE(believed("Origin", "null"));
    EXPECT_FALSE(believed("Sec-Fetch-Site", "cross-site"));
    EXPECT_FALSE(believed("Sec-Fetch-Site", "same-site"));
}

TEST(LocalPath, NeverLeadsElsewhere) {
    EXPECT_EQ(local_path("/orders/A1?x=1"), "/orders/A1?x=1");
    for (const auto* bad : {"", "orders", "//evil.example", "/\\evil.example", "https://evil.example", "/a b",
                            "/a\r\nb", "javascript:x"}) {
        EXPECT_EQ(local_path(bad), "/") << bad;
    }
}

}  // namespace
}  // namespace noren::pages
