#include "customers/sessions.hpp"

#include <gtest/gtest.h>

#include "store/testing.hpp"

namespace noren::customers {
namespace {

using namespace std::chrono_literals;

class Sessions : public store::testing::EachDatabase {
protected:
    customers::Sessions sessions(const char* secret = "a secret of a storefront that only tests know") {
        return {visits(), customers::Sessions::Of::customers, {30min, 12h}, Key::from_secret(secret), clock_, entropy_};
    }
    VirtualClock clock_{instant_from_us(1'499'043'600'000'000)};
    SystemEntropy entropy_;
};
NOREN_ON_EACH_DATABASE(Sessions);

TEST_P(Sessions, OfVisitorsAreStoredNowhere) {
    auto all = sessions();
    const auto first = all.resume(std::nullopt);
    EXPECT_TRUE(first.is_new);
    EXPECT_EQ(first.token.size(), 43u);
    const auto again = all.resume(first.token);
    EXPECT_FALSE(again.is_new);
    EXPECT_EQ(again.id, first.id);
    EXPECT_EQ(again.csrf, first.csrf);
    static const store::Sql count("select count(*) from session");
    EXPECT_EQ(visits().read([&](store::Transaction& tx) { return tx.run(count).integer(0, 0); }), 0);
}

TEST_P(Sessions, GiveANewTokenForAGarbledCookie) {
    auto all = sessions();
    for (const std::string& garbled : std::vector<std::string>{"", "short", "'; drop table session; --",
                                                               std::string(43, '='), std::string(5000, 'a')}) {
        const auto session = all.resume(garbled);
        EXPECT_TRUE(session.is_new);
        EXPECT_NE(session.token, garbled);
    }
}

TEST_P(Sessions, EndWhenIdleForTooLong) {
    auto all = sessions();
    const auto session = all.log_in(all.resume(std::nullopt), 7);
    for (int i = 0; i < 6; ++i) {
        clock_.move_to(clock_.now() + 29min);
        EXPECT_EQ(all.resume(session.token).subject, 7);
    }
    clock_.move_to(clock_.now() + 30min);
    const auto after = all.resume(session.token);
    EXPECT_FALSE(after.subject);
    EXPECT_EQ(after.id, session.id) << "its cart stays";
}

TEST_P(Sessions, EndAtTheirAbsoluteAgeThoughBusy) {
    auto all = sessions();
    const auto session = all.log_in(all.resume(std::nullopt), 7);
    for (int i = 0; i < 35; ++i) {
        clock_.move_to(clock_.now() + 20min);
        EXPECT_EQ(all.resume(session.token).subject, 7);
    }
    clock_.move_to(clock_.now() + 20min);
    EXPECT_FALSE(all.resume(session.token).subject);
    EXPECT_EQ(all.sweep(100), 1);
}

TEST_P(Sessions, EndAtLogOutAndWithAllOthersOfTheirSubject) {
    auto all = sessions();
    const auto phone = all.log_in(all.resume(std::nullopt), 7);
    const auto desk = all.log_in(all.resume(std::nullopt), 7);
    const auto other = all.log_in(all.resume(std::nullopt), 8);
    const auto after = all.log_out(phone);
    EXPECT_NE(after.token, phone.token);
    EXPECT_FALSE(all.resume(phone.token).subject);
    EXPECT_EQ(all.resume(desk.token).subject, 7);
    all.end_all(7);
    EXPECT_FALSE(all.resume(desk.token).subject);
    EXPECT_EQ(all.resume(other.token).subject, 8);
}

TEST_P(Sessions, AcceptOnlyTheirOwnCsrfToken) {
    auto all = sessions();
    const auto mine = all.resume(std::nullopt);
    const auto theirs = all.resume(std::nullopt);
    EXPECT_TRUE(all.accepts(mine, mine.csrf));
    EXPECT_FALSE(all.accepts(mine, theirs.csrf));
    EXPECT_FALSE(all.accepts(mine, ""));
    EXPECT_FALSE(all.accepts(mine, mine.csrf.substr(0, 63)));
    auto elsewhere = sessions("the secret of quite another storefront, also for tests");
    EXPECT_FALSE(elsewhere.accepts(mine, mine.csrf));
    EXPECT_NE(mine.csrf, mine.id) << "the token says nothing of the row";

    const auto once = all.form_token(mine);
    const auto again = all.form_token(mine);
    EXPECT_NE(once, again) << "no page looks like another";
    EXPECT_TRUE(all.accepts(mine, once));
    EXPECT_TRUE(all.accepts(mine, again));
    EXPECT_FALSE(all.accepts(theirs, once));
    EXPECT_FALSE(all.accepts(mine, std::string(128, '0')));
    EXPECT_FALSE(all.accepts(mine, std::string(128, 'z')));
}

}  // namespace
}  // namespace noren::customers
