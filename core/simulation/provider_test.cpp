#include "simulation/provider.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace noren::simulation {
namespace {

using Outcome = SimulatedProvider::Outcome;

struct Provider : ::testing::Test {
    SimulatedProvider provider;
    SimulatedGateway gateway{provider};
    payments::Attempt attempt;

    Provider() {
        attempt.id = AttemptId{42};
        attempt.amount = {1000, JPY};
    }
    wire::OutcomeKind status() { return gateway.status(attempt, {}).outcome.kind; }
};

TEST_F(Provider, TakesNoMoneyThatNobodyApproved) {
    EXPECT_EQ(status(), wire::OutcomeKind::NotSent);
    EXPECT_EQ(gateway.begin(attempt, {}).outcome.awaiting, wire::Awaiting::CustomerApproval);
    EXPECT_EQ(gateway.capture(attempt).outcome.awaiting, wire::Awaiting::CustomerApproval);
    EXPECT_EQ(status(), wire::OutcomeKind::Pending);
}

TEST_F(Provider, TakesTheMoneyOnceAndSaysSoAgain) {
    gateway.begin(attempt, {});
    provider.approve(attempt.id, Outcome::captured);
    const auto first = gateway.capture(attempt).outcome;
    const auto second = gateway.capture(attempt).outcome;
    EXPECT_EQ(first.kind, wire::OutcomeKind::Done);
    EXPECT_EQ(first.amount->minor, 1000);
    EXPECT_EQ(second.capture_ref, first.capture_ref);
}

TEST_F(Provider, KnowsWhatItTookThoughItsAnswerWasLost) {
    gateway.begin(attempt, {});
    provider.approve(attempt.id, Outcome::lost);
    EXPECT_EQ(gateway.capture(attempt).outcome.kind, wire::OutcomeKind::Unknown);
    EXPECT_EQ(status(), wire::OutcomeKind::Done);
}

TEST_F(Provider, DecidesOnlyOnceOnWhatIsPending) {
    gateway.begin(attempt, {});
    EXPECT_THROW(provider.decide(attempt.id, SimulatedProvider::State::captured), std::logic_error);
    provider.approve(attempt.id, Outcome::pending);
    EXPECT_EQ(gateway.capture(attempt).outcome.awaiting, wire::Awaiting::Clearing);
    provider.decide(attempt.id, SimulatedProvider::State::refused);
    EXPECT_EQ(status(), wire::OutcomeKind::Refused);
    EXPECT_THROW(provider.decide(attempt.id, SimulatedProvider::State::captured), std::logic_error);
}

TEST_F(Provider, KnowsItsOwnMessages) {
    gateway.begin(attempt, {});
    const auto event = gateway.webhook({{}, id_text(42), {}});
    ASSERT_TRUE(event);
    EXPECT_TRUE(event->verified);
    EXPECT_EQ(event->attempt_id, id_text(42));
    EXPECT_FALSE(gateway.webhook({{}, id_text(43), {}}));
    EXPECT_FALSE(gateway.webhook({{}, "x", {}}));
}

}  // namespace
}  // namespace noren::simulation
