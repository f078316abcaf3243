#include "customers/staff.hpp"

#include <gtest/gtest.h>

#include "store/testing.hpp"

namespace noren::customers {
namespace {

class Staff : public store::testing::EachDatabase {
protected:
    customers::Staff& staff() {
        if (!staff_) {
            sessions_.emplace(core(), Sessions::Of::staff, staff_lifetime,
                              Key::from_secret("a secret of the console that only tests know"), clock_, entropy_);
            limit_.emplace(core(), LogInLimit::Of::staff, clock_);
            staff_.emplace(customers::Staff::Parts{core(), *sessions_, passwords_, *limit_, clock_, ids_});
        }
        return *staff_;
    }
    Session visitor() { return sessions_->resume(std::nullopt); }

    VirtualClock clock_{instant_from_us(1'499'043'600'000'000)};
    SystemEntropy entropy_;
    IdSource ids_{clock_, entropy_};
    Passwords passwords_{entropy_, {64, 1}, {2, 64}};
    std::optional<Sessions> sessions_;
    std::optional<LogInLimit> limit_;
    std::optional<customers::Staff> staff_;
};
NOREN_ON_EACH_DATABASE(Staff);

TEST_P(Staff, LogInAndAreKnownByTheirRoles) {
    const auto id = staff().put("Mei@Shop.example", "Mei", "correct horse battery", "", Role::read_only);
    ASSERT_TRUE(id);
    ASSERT_EQ(staff().put("mei@shop.example", "Mei", "correct horse battery", "north", Role::manager), *id);
    const auto session = staff().log_in(visitor(), "mei@shop.example", "correct horse battery");
    ASSERT_TRUE(session);
    const auto member = staff().member(*session);
    ASSERT_TRUE(member);
    EXPECT_EQ(member->name, "Mei");
    EXPECT_EQ(member->role_in("north"), Role::manager);
    EXPECT_EQ(member->role_in("south"), Role::read_only);
    EXPECT_FALSE(staff().member(visitor()));
}

TEST_P(Staff, MayNotGuessMoreThanFiveTimes) {
    ASSERT_TRUE(staff().put("mei@shop.example", "Mei", "correct horse battery", "", Role::owner));
    for (int i = 0; i < 5; ++i) {
        const auto answer = staff().log_in(visitor(), "mei@shop.example", "a wrong guess");
        ASSERT_FALSE(answer);
        EXPECT_TRUE(std::holds_alternative<WrongCredentials>(answer.error()));
    }
    const auto answer = staff().log_in(visitor(), "mei@shop.example", "correct horse battery");
    ASSERT_FALSE(answer);
    EXPECT_TRUE(std::holds_alternative<TooManyAttempts>(answer.error()));
}

TEST_P(Staff, WhoLeaveAreOutAtOnce) {
    const auto id = staff().put("mei@shop.example", "Mei", "correct horse battery", "", Role::owner);
    const auto session = staff().log_in(visitor(), "mei@shop.example", "correct horse battery");
    ASSERT_TRUE(session);
    staff().deactivate(*id);
    EXPECT_FALSE(staff().member(*session));
    EXPECT_FALSE(staff().member(sessions_->resume(session->token)));
    EXPECT_FALSE(staff().log_in(visitor(), "mei@shop.example", "correct horse battery"));
}

}  // namespace
}  // namespace noren::customers
