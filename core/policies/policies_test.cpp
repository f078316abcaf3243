#include "policies/policies.hpp"

#include <gtest/gtest.h>

#include "policies/testing.hpp"

namespace noren::policies {
namespace {

using testing::failing;
using testing::voter;
using wire::Effect;
using wire::FactsT;
using wire::Point;
using wire::VerdictT;

/// Only paths that begin with `payment` exist.
std::optional<std::string> locate(std::string_view path) {
    if (path.starts_with("payment")) return "shop.yaml:7:3";
    return std::nullopt;
}

FactsT facts_of(int lines, std::vector<std::string> methods = {}) {
    FactsT facts;
    facts.order = std::make_unique<wire::OrderT>();
    facts.order->lines.resize(static_cast<std::size_t>(lines));
    for (auto& name : methods) facts.methods.emplace_back().name = std::move(name);
    return facts;
}

Decision decide(std::vector<Voter> voters, FactsT facts = facts_of(1), Point point = Point::Sell) {
    return Policies(std::move(voters), locate).decide(point, facts);
}

Voter saying(std::string id, VerdictT (*make)(), Point point = Point::Sell) {
    return voter(std::move(id), {point}, [make](const FactsT&) { return make(); });
}
Voter of_effect(Effect effect) {
    return voter("p" + std::to_string(static_cast<int>(effect)), {Point::Sell},
                 [effect](const FactsT&) { return testing::verdict(effect); });
}

TEST(Policies, LetTheStrictestEffectWinInWhateverOrderTheyAreAsked) {
    const std::vector strict_first{Effect::Deny, Effect::StaffOnly, Effect::Wait, Effect::Warn, Effect::Allow};
    for (std::size_t i = 0; i < strict_first.size(); ++i) {
        for (std::size_t j = i; j < strict_first.size(); ++j) {
            EXPECT_EQ(decide({of_effect(strict_first[i]), of_effect(strict_first[j])}).effect, strict_first[i]);
            EXPECT_EQ(decide({of_effect(strict_first[j]), of_effect(strict_first[i])}).effect, strict_first[i]);
        }
    }
}

TEST(Policies, DoNotTakeSilenceForConsent) {
    EXPECT_NE(decide({of_effect(Effect::Unknown)}).effect, Effect::Allow);
}

TEST(Policies, RefuseWhatNobodyDecides) {
    const auto decision = decide({saying(
        "other", [] { return testing::verdict(Effect::Allow); }, Point::Notify)});
    EXPECT_TRUE(decision.denied());
    ASSERT_EQ(decision.reasons.size(), 1u);
    EXPECT_EQ(decision.reasons[0].code, "no_policy");
}

TEST(Policies, OfferAMethodThatSomebodyAllowsAndNobodyRefuses) {
    const auto allows = [](const char* name) {
        return voter("allows", {Point::OfferPayment}, [name](const FactsT&) {
            auto verdict = testing::verdict(Effect::Allow);
            verdict.methods.push_back(testing::method(name, Effect::Allow));
            return verdict;
        });
    };
    const auto refuses = voter("refuses", {Point::OfferPayment}, [](const FactsT&) {
        auto verdict = testing::verdict(Effect::Allow);
        verdict.methods.push_back(testing::method("card", Effect::Deny));
        return verdict;
    });
    const auto offered = [](std::vector<Voter> voters) {
        std::string names;
        for (const auto& method :
             decide(std::move(voters), facts_of(1, {"card", "paypal"}), Point::OfferPayment).methods) {
            if (method.offered) names += method.name + " ";
        }
        return names;
    };
    EXPECT_EQ(offered({allows("card")}), "card ");
    EXPECT_EQ(offered({allows("card"), allows("paypal")}), "card paypal ");
    EXPECT_EQ(offered({allows("card"), refuses}), "");
    EXPECT_EQ(offered({refuses, allows("card")}), "");
    EXPECT_EQ(offered({allows("card"), refuses, allows("card")}), "");
    EXPECT_EQ(offered({allows("cheque")}), "") << "only candidates are offered";
}

TEST(Policies, SayWhyAMethodIsNotOffered) {
    const auto decision = decide({saying(
                                     "silent", [] { return testing::verdict(Effect::Allow); }, Point::OfferPayment)},
                                 facts_of(1, {"card"}), Point::OfferPayment);
    ASSERT_EQ(decision.methods.at(0).reasons.size(), 1u);
    EXPECT_EQ(decision.methods[0].reasons[0].code, "not_offered");
}

TEST(Policies, OfferNothingWhenTheOfferAsAWholeIsRefused) {
    const auto allows = voter("allows", {Point::OfferPayment}, [](const FactsT&) {
        auto verdict = testing::verdict(Effect::Allow);
        verdict.methods.push_back(testing::method("card", Effect::Allow));
        return verdict;
    });
    const auto decision = decide({allows, failing("broken", {Point::OfferPayment}, "timed_out", Fallback::deny)},
                                 facts_of(1, {"card"}), Point::OfferPayment);
    EXPECT_FALSE(decision.methods.at(0).offered);
    ASSERT_FALSE(decision.methods[0].reasons.empty());
    EXPECT_EQ(decision.methods[0].reasons.back().code, "policy_failed");
}

TEST(Policies, HoldToTheSmallestLimitOfEachLine) {
    const auto limits = [](int first, int second, const char* source) {
        return voter("limits", {Point::Sell}, [=](const FactsT&) {
            auto verdict = testing::verdict(Effect::Allow);
            verdict.limits.push_back(testing::limit(0, first, source));
            verdict.limits.push_back(testing::limit(1, second, source));
            return verdict;
        });
    };
    const auto decision = decide({limits(5, 2, "on_hand"), limits(3, 9, "")}, facts_of(3));
    EXPECT_EQ(decision.limits.at(0)->at_most, 3);
    EXPECT_EQ(decision.limits[0]->source, "on_hand") << "who says nothing of the source leaves it";
    EXPECT_EQ(decision.limits.at(1)->at_most, 2);
    EXPECT_FALSE(decision.limits.at(2));
}

TEST(Policies, PassOverLimitsOfLinesThatAreNotThere) {
    const auto decision = decide({saying("odd", [] {
        auto verdict = testing::verdict(Effect::Allow);
        verdict.limits.push_back(testing::limit(-1, 5, ""));
        verdict.limits.push_back(testing::limit(1, 5, ""));
        return verdict;
    })});
    EXPECT_FALSE(decision.limits.at(0));
}

TEST(Policies, AddFeesMailsAndGuards) {
    const auto says = saying("adds", [] {
        auto verdict = testing::verdict(Effect::Allow);
        verdict.fees.emplace_back().code = "packing";
        verdict.mails.push_back(testing::mail("order_placed"));
        verdict.guards.push_back(testing::guard("units_ordered", "A", 3));
        return verdict;
    });
    const auto decision = decide({says, says});
    EXPECT_EQ(decision.fees.size(), 2u);
    EXPECT_EQ(decision.mails.size(), 2u);
    ASSERT_EQ(decision.guards.size(), 2u);
    EXPECT_EQ(decision.guards[0].at_most, 3);
}

TEST(Policies, HoldToTheStrictestDeadlineUnlessOneIsFinal) {
    const auto within = [](int count, const char* unit, bool final = false) {
        return voter("due", {Point::Invoice}, [=](const FactsT&) {
            auto verdict = testing::verdict(Effect::Allow);
            verdict.due = testing::due(count, unit, final);
            return verdict;
        });
    };
    const auto due = [](std::vector<Voter> voters) {
        const auto decision = decide(std::move(voters), facts_of(1), Point::Invoice);
        return std::to_string(decision.due->within->count) + decision.due->within->unit;
    };
    EXPECT_EQ(due({within(7, "d"), within(3, "d")}), "3d");
    EXPECT_EQ(due({within(3, "d"), within(7, "d")}), "3d");
    EXPECT_EQ(due({within(2, "d"), within(3600, "s")}), "3600s");
    EXPECT_EQ(due({within(3, "d"), within(14, "d", true)}), "14d");
    EXPECT_EQ(due({within(14, "d", true), within(3, "d")}), "14d");
    EXPECT_EQ(due({within(14, "d", true), within(10, "d", true)}), "10d");
    EXPECT_EQ(due({within(10, "d", true), within(14, "d", true)}), "10d") << "of two final ones the stricter";
}

TEST(Policies, ThatFailStandForWhatTheirFallbackSays) {
    const auto allows = of_effect(Effect::Allow);
    const auto denied = decide({allows, failing("broken", {Point::Sell}, "timed_out", Fallback::deny)});
    EXPECT_TRUE(denied.denied());
    ASSERT_EQ(denied.reasons.size(), 1u);
    EXPECT_EQ(denied.reasons[0].code, "policy_failed");
    EXPECT_EQ(denied.reasons[0].parameters[0].second, "timed_out");
    EXPECT_EQ(denied.ballots.at(1).fault, "timed_out");

    const auto skipped = decide({allows, failing("broken", {Point::Sell}, "timed_out", Fallback::skip)});
    EXPECT_EQ(skipped.effect, Effect::Allow);
    EXPECT_EQ(skipped.ballots.at(1).fault, "timed_out") << "the record tells of it";
}

TEST(Policies, ThatAnswerAnotherQuestionHaveFailed) {
    auto odd = of_effect(Effect::Allow);
    odd.ask = [](std::span<const std::uint8_t>) -> Result<std::vector<std::uint8_t>, std::string> {
        noren_fb::FlatBufferBuilder builder;
        builder.Finish(wire::CreateReply(builder));
        return std::vector<std::uint8_t>(builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize());
    };
    EXPECT_TRUE(decide({odd}).denied());
}

TEST(Policies, NameThePlaceThatCausedAReasonAndFlagAFalseOne) {
    const auto decision = decide({saying("cites", [] {
        auto verdict = testing::verdict(Effect::Deny);
        verdict.reasons.push_back(testing::reason("a", wire::Severity::Refusal, 0, "payment.due"));
        verdict.reasons.push_back(testing::reason("b", wire::Severity::Refusal, -1, "invented.path"));
        return verdict;
    })});
    ASSERT_EQ(decision.reasons.size(), 2u);
    EXPECT_EQ(decision.reasons[0].location, "shop.yaml:7:3");
    EXPECT_EQ(decision.reasons[0].policy, "cites");
    EXPECT_EQ(decision.reasons[0].version, "1.0");
    EXPECT_EQ(decision.reasons[0].line, 0);
    EXPECT_TRUE(decision.reasons[1].path.empty());
    ASSERT_EQ(decision.reasons[1].parameters.size(), 1u);
    EXPECT_EQ(decision.reasons[1].parameters[0].first, "false_path");
}

TEST(Policies, AreAskedOnlyForTheHistoryThatTheirPointsNeed) {
    auto barred = of_effect(Effect::Allow);
    barred.needs = {{"barred_items", "household"}};
    auto mails = saying(
        "mails", [] { return testing::verdict(Effect::Allow); }, Point::Notify);
    mails.needs = {{"orders_placed", "customer"}};
    const Policies policies({barred, barred, mails}, locate);
    const auto needs = policies.needs(std::array{Point::Sell});
    ASSERT_EQ(needs.size(), 1u);
    EXPECT_EQ(needs[0].name, "barred_items");
    EXPECT_TRUE(policies.decides(Point::Notify));
    EXPECT_FALSE(policies.decides(Point::Review));
}

TEST(Policies, DecideTheSameAgainFromWhatWasRecorded) {
    const auto limited = saying("limits", [] {
        auto verdict = testing::verdict(Effect::Warn);
        verdict.reasons.push_back(testing::reason("few_left", wire::Severity::Warning, 0));
        verdict.limits.push_back(testing::limit(0, 2, "on_hand"));
        return verdict;
    });
    for (const auto fallback : {Fallback::deny, Fallback::skip}) {
        auto facts = facts_of(1);
        const Policies policies({limited, failing("broken", {Point::Sell}, "crashed", fallback)}, locate);
        const auto first = policies.decide(Point::Sell, facts);
        const auto again = policies.combine(Point::Sell, facts, first.ballots);
        EXPECT_EQ(again.effect, first.effect);
        ASSERT_EQ(again.reasons.size(), first.reasons.size());
        for (std::size_t i = 0; i < first.reasons.size(); ++i) EXPECT_EQ(again.reasons[i].code, first.reasons[i].code);
        EXPECT_EQ(again.limits.at(0)->at_most, 2);
        EXPECT_EQ(again.ballots.size(), first.ballots.size());
    }
}

TEST(Policies, DecideNothingFromDamagedRecords) {
    auto facts = facts_of(1);
    const Policies policies({of_effect(Effect::Allow)}, locate);
    auto ballots = policies.decide(Point::Sell, facts).ballots;
    ballots[0].reply.resize(ballots[0].reply.size() / 2);
    EXPECT_THROW(policies.combine(Point::Sell, facts, ballots), std::logic_error);
}

TEST(Policies, LetTheStrictestEffectOfEachLineWinAndTheWholesBeforeIt) {
    const auto judge = [](std::string id, Effect first, std::int64_t until_us, Effect whole) {
        return voter(std::move(id), {Point::Cancel}, [=](const FactsT&) {
            auto verdict = testing::verdict(whole);
            verdict.lines.push_back(testing::line(0, first, "why", until_us));
            return verdict;
        });
    };
    auto decision = decide(
        {judge("mild", Effect::Allow, 500, Effect::Allow), judge("strict", Effect::StaffOnly, 300, Effect::Allow)},
        facts_of(2), Point::Cancel);
    EXPECT_EQ(decision.lines.at(0).effect, Effect::StaffOnly);
    EXPECT_EQ(decision.lines[0].until_us, 300);
    EXPECT_EQ(decision.lines[0].reasons.size(), 2u);
    EXPECT_EQ(decision.lines.at(1).effect, Effect::Allow) << "nobody spoke of it: it is as the whole is";

    decision = decide({judge("mild", Effect::Allow, 0, Effect::Deny)}, facts_of(2), Point::Cancel);
    EXPECT_EQ(decision.lines.at(0).effect, Effect::Deny);
    EXPECT_EQ(decision.lines.at(1).effect, Effect::Deny);
}

TEST(Policies, LetStaffDoWhatIsKeptFromCustomers) {
    EXPECT_TRUE(Decision::permits(Effect::StaffOnly, "staff"));
    EXPECT_TRUE(Decision::permits(Effect::StaffOnly, "system"));
    EXPECT_FALSE(Decision::permits(Effect::StaffOnly, "customer"));
    EXPECT_TRUE(Decision::permits(Effect::Warn, "customer"));
    for (const auto effect : {Effect::Deny, Effect::Wait, Effect::Unknown}) {
        EXPECT_FALSE(Decision::permits(effect, "staff"));
    }
}

TEST(Policies, KeepLinesTogetherThatEveryPolicyPutsTogether) {
    const auto grouping = [](std::string id, std::vector<int> groups) {
        return voter(std::move(id), {Point::Partition}, [groups = std::move(groups)](const FactsT&) {
            auto verdict = testing::verdict(Effect::Allow);
            verdict.groups = groups;
            return verdict;
        });
    };
    const auto groups = [&](std::vector<Voter> voters) {
        return decide(std::move(voters), facts_of(4), Point::Partition).groups;
    };
    EXPECT_EQ(groups({grouping("silent", {})}), (std::vector{0, 0, 0, 0}));
    EXPECT_EQ(groups({grouping("a", {7, 7, 9, 9})}), (std::vector{0, 0, 1, 1}));
    EXPECT_EQ(groups({grouping("a", {7, 7, 9, 9}), grouping("b", {1, 2, 2, 2})}), (std::vector{0, 1, 2, 2}));
    EXPECT_EQ(groups({grouping("short", {1, 2})}), (std::vector{0, 0, 0, 0})) << "a list that fits no lines is none";
}

TEST(Policies, LetTheStrictestStepOfConductWin) {
    const auto step = [](std::string id, const std::string& what, int weight) {
        return voter(std::move(id), {Point::Conduct}, [=](const FactsT&) {
            auto verdict = testing::verdict(Effect::Allow);
            verdict.conduct = testing::conduct(what);
            verdict.offence_weight = weight;
            return verdict;
        });
    };
    const auto decision =
        decide({step("a", "warn", 1), step("b", "close", 3), step("c", "remind", 2)}, facts_of(0), Point::Conduct);
    ASSERT_TRUE(decision.conduct);
    EXPECT_EQ(decision.conduct->step, "close");
    EXPECT_EQ(decision.offence_weight, 3);
}

TEST(Policies, LetTheEarliestEndHold) {
    const auto until = [](std::string id, std::int64_t us) {
        return voter(std::move(id), {Point::Change}, [us](const FactsT&) {
            auto verdict = testing::verdict(Effect::Allow);
            verdict.until_us = us;
            return verdict;
        });
    };
    EXPECT_EQ(decide({until("a", 0)}, facts_of(1), Point::Change).until_us, 0);
    EXPECT_EQ(decide({until("a", 0), until("b", 9), until("c", 5)}, facts_of(1), Point::Change).until_us, 5);
}

}  // namespace
}  // namespace noren::policies
