#include "customers/staff.hpp"

#include <gtest/gtest.h>

#include "store/testing.hpp"

namespace noren::customers {
namespace {

constexpr std::string_view email = "mei@shop.example";
constexpr std::string_view password = "correct horse battery";

class Staff : public store::testing::EachDatabase {
protected:
    customers::Staff& staff() {
        if (!staff_) {
            const auto key = Key::from_secret("a secret of the console that only tests know");
            sessions_.emplace(core(), Sessions::Of::staff, staff_lifetime, key, clock_, entropy_);
            limit_.emplace(core(), LogInLimit::Of::staff, clock_);
            staff_.emplace(
                customers::Staff::Parts{core(), *sessions_, passwords_, *limit_, key, clock_, entropy_, ids_});
        }
        return *staff_;
    }
    Session visitor() { return sessions_->resume(std::nullopt); }
    StaffId enrolled(Role role = Role::owner, std::string_view storefront = "") {
        const auto id = staff().put(email, "Mei", password, storefront, role);
        factor_ = staff().enrol(id.value());
        return *id;
    }
    std::string code(int offset = 0) const { return totp_code(factor_.secret, totp_step_at(clock_.now()) + offset); }
    Result<Session, AccountRefusal> sign_in(std::string_view typed_code, std::string_view typed_password = password,
                                            std::string_view typed_email = email, std::string_view peer = "") {
        return staff().log_in(visitor(), {typed_email, typed_password, typed_code, peer});
    }
    bool is_wrong(const Result<Session, AccountRefusal>& answer) {
        return !answer && std::holds_alternative<WrongCredentials>(answer.error());
    }
    bool is_too_often(const Result<Session, AccountRefusal>& answer) {
        return !answer && std::holds_alternative<TooManyAttempts>(answer.error());
    }

    VirtualClock clock_{instant_from_us(1'499'043'600'000'000)};
    SystemEntropy entropy_;
    IdSource ids_{clock_, entropy_};
    Passwords passwords_{entropy_, {64, 1}, {2, 64}};
    SecondFactor factor_;
    std::optional<Sessions> sessions_;
    std::optional<LogInLimit> limit_;
    std::optional<customers::Staff> staff_;
};
NOREN_ON_EACH_DATABASE(Staff);

TEST_P(Staff, LogInAndAreKnownByTheirRoles) {
    const auto id = enrolled(Role::read_only);
    ASSERT_EQ(staff().put("Mei@Shop.example", "Mei", password, "north", Role::manager), id);
    const auto session = sign_in(code());
    ASSERT_TRUE(session);
    const auto member = staff().member(*session);
    ASSERT_TRUE(member);
    EXPECT_EQ(member->name, "Mei");
    EXPECT_EQ(member->role_in("north"), Role::manager);
    EXPECT_EQ(member->role_in("south"), Role::read_only);
    EXPECT_FALSE(staff().member(visitor()));
}

TEST_P(Staff, NeedThePasswordAndTheCodeAndAreNotToldWhichWasWrong) {
    enrolled();
    EXPECT_TRUE(is_wrong(sign_in(code(), "a wrong guess")));
    EXPECT_TRUE(is_wrong(sign_in("")));
    EXPECT_TRUE(is_wrong(sign_in(code() == "000000" ? "000001" : "000000")));
    EXPECT_TRUE(is_wrong(sign_in(code(), password, "nobody@shop.example")));
    EXPECT_TRUE(sign_in(code()));
}

TEST_P(Staff, WhoHaveNoAuthenticatorYetCannotLogIn) {
    ASSERT_TRUE(staff().put(email, "Mei", password, "", Role::owner));
    EXPECT_TRUE(is_wrong(sign_in("")));
    EXPECT_TRUE(is_wrong(sign_in(totp_code(TotpSecret(totp_secret_bytes), totp_step_at(clock_.now())))));
}

TEST_P(Staff, MayUseACodeOnceAndNoEarlierOneAfterwards) {
    enrolled();
    const auto first = code();
    ASSERT_TRUE(sign_in(first));
    EXPECT_TRUE(is_wrong(sign_in(first)));
    EXPECT_TRUE(is_wrong(sign_in(code(-1))));
    EXPECT_TRUE(sign_in(code(+1)));
}

TEST_P(Staff, MayHaveAClockThatIsAStepOffAndNoMore) {
    enrolled();
    EXPECT_TRUE(is_wrong(sign_in(code(-2))));
    EXPECT_TRUE(is_wrong(sign_in(code(+2))));
    EXPECT_TRUE(sign_in(code(-1)));
    const auto typed = code(+1);
    EXPECT_TRUE(sign_in(typed.substr(0, 3) + " " + typed.substr(3)));
}

TEST_P(Staff, MayUseEachRecoveryCodeOnceHoweverItIsWritten) {
    enrolled();
    ASSERT_EQ(factor_.recovery_codes.size(), customers::Staff::recovery_codes);
    std::string spoken;
    for (const char c : factor_.recovery_codes[0]) {
        if (c != '-') spoken += static_cast<char>(std::tolower(c));
    }
    EXPECT_TRUE(is_wrong(sign_in(factor_.recovery_codes[0], "a wrong guess"))) << "and it is not used up";
    EXPECT_TRUE(sign_in(spoken));
    EXPECT_TRUE(is_wrong(sign_in(factor_.recovery_codes[0])));
    EXPECT_TRUE(sign_in(factor_.recovery_codes[1]));
}

TEST_P(Staff, LoseOldCodesAndSessionsWithANewAuthenticator) {
    const auto id = enrolled();
    const auto old = factor_;
    const auto session = sign_in(code());
    ASSERT_TRUE(session);
    factor_ = staff().enrol(id);
    EXPECT_FALSE(staff().member(sessions_->resume(session->token)));
    EXPECT_TRUE(is_wrong(sign_in(totp_code(old.secret, totp_step_at(clock_.now()) + 1))));
    EXPECT_TRUE(is_wrong(sign_in(old.recovery_codes[0])));
    EXPECT_TRUE(sign_in(code()));
    EXPECT_THROW(staff().enrol(id, TotpSecret(15)), std::invalid_argument);
}

TEST_P(Staff, MayNotGuessMoreThanFiveTimes) {
    enrolled();
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(is_wrong(sign_in(code(), "a wrong guess")));
    EXPECT_TRUE(is_too_often(sign_in(code())));
    EXPECT_FALSE(is_too_often(sign_in("", password, "somebody.else@shop.example")));
}

TEST_P(Staff, OfOneNetworkMayNotGuessMoreThanThirtyTimesWhateverTheNames) {
    enrolled();
    for (int i = 0; i < LogInLimit::failures_of_network; ++i) {
        EXPECT_TRUE(is_wrong(sign_in("", "guess", "x" + std::to_string(i) + "@shop.example", "192.0.2.1")));
    }
    EXPECT_TRUE(is_too_often(sign_in(code(), password, email, "192.0.2.1")));
    EXPECT_TRUE(sign_in(code(), password, email, "192.0.2.2"));
}

TEST_P(Staff, AreNotFoundByWhatIsNoAddress) {
    enrolled();
    using namespace std::string_literals;
    for (const auto& hostile : {"mei@shop.example\0"s, "\xff\xfe@shop.example"s, "' or 1=1 --"s, ""s}) {
        EXPECT_TRUE(is_wrong(sign_in(hostile, hostile, hostile)));
        EXPECT_FALSE(staff().find(hostile));
    }
}

TEST_P(Staff, KeepTheirSecretsSealedAndTheirCodesHashed) {
    const auto id = enrolled();
    static const store::Sql kept(
        "select t.sealed_secret, c.code_hash from staff_totp t join staff_recovery_code c on c.staff_id = t.staff_id"
        " where t.staff_id = $1");
    const auto rows = core().read([&](store::Transaction& tx) { return tx.run(kept, id); });
    ASSERT_EQ(rows.size(), customers::Staff::recovery_codes);
    const std::string secret(factor_.secret.begin(), factor_.secret.end());
    EXPECT_EQ(rows.text(0, 0).find(secret), std::string::npos);
    EXPECT_EQ(rows.text(0, 0).find(base32(factor_.secret)), std::string::npos);
    for (std::size_t row = 0; row < rows.size(); ++row) {
        for (const auto& code : factor_.recovery_codes) EXPECT_NE(rows.text(row, 1), code);
        EXPECT_EQ(rows.text(row, 1).size(), 64u);
    }
}

TEST_P(Staff, WhoLeaveAreOutAtOnce) {
    const auto id = enrolled();
    const auto session = sign_in(code());
    ASSERT_TRUE(session);
    staff().deactivate(id);
    EXPECT_FALSE(staff().member(*session));
    EXPECT_FALSE(staff().member(sessions_->resume(session->token)));
    EXPECT_TRUE(is_wrong(sign_in(code(+1))));
}

}  // namespace
}  // namespace noren::customers
