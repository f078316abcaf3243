#include <noren/policy.hpp>
#include <noren/testing.hpp>

#include <gtest/gtest.h>

using namespace noren;
using namespace noren::testing;

namespace {

struct Registration : ::testing::Test {
    PluginUnderTest plugin{
        settings(map({{"unreachable_mail", texts({"att.net", "prodigy.net"})},
                      {"password", map({{"at_least", integer(10)}, {"with", texts({"lower", "digit"})}})}}),
                 "registration")};
    FactsT facts;

    Registration() {
        facts.point = Point::Register;
        facts.registration = std::make_unique<RegistrationT>();
        facts.registration->email_domain = "example.com";
    }
    std::string path_refused() {
        const auto verdict = plugin.decide(facts);
        EXPECT_EQ(verdict.effect == Effect::Deny, !verdict.reasons.empty());
        return verdict.reasons.empty() ? "" : verdict.reasons[0].path;
    }
};

TEST_F(Registration, RefusesAnAddressThatMailsDoNotReach) {
    EXPECT_EQ(path_refused(), "");
    facts.registration->email_domain = "prodigy.net";
    EXPECT_EQ(path_refused(), "registration.unreachable_mail[1]");
    facts.registration->email_domain = "mx.att.net";
    EXPECT_EQ(path_refused(), "registration.unreachable_mail[0]");
}

TEST_F(Registration, TakesNoOtherDomainForIt) {
    for (const auto* other : {"notatt.net", "att.net.example", "net", ""}) {
        facts.registration->email_domain = other;
        EXPECT_EQ(path_refused(), "") << other;
    }
}

TEST_F(Registration, WantsPasswordsLongAndOfSeveralKinds) {
    facts.registration->password_length = 10;
    facts.registration->password_classes = {"digit", "lower"};
    EXPECT_EQ(path_refused(), "");
    facts.registration->password_length = 9;
    EXPECT_EQ(path_refused(), "registration.password.at_least");
    facts.registration->password_length = 10;
    facts.registration->password_classes = {"lower", "upper"};
    EXPECT_EQ(path_refused(), "registration.password.with[1]");
}

}  // namespace
