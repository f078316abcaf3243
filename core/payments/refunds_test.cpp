#include <gtest/gtest.h>

#include "payments/payments.hpp"
#include "payments/testing.hpp"
#include "store/testing.hpp"

namespace noren::payments {
namespace {

using store::Transaction;
using testing::outcome;
using testing::ScriptedGateway;
using wire::OutcomeKind;

constexpr Instant start = instant_from_us(1'499'040'000'000'000);

/// One attempt that took 5000 yen.
class Refunds : public store::testing::EachDatabase {
protected:
    void SetUp() override {
        auto gateway = std::make_unique<ScriptedGateway>();
        gateway_ = gateway.get();
        std::map<std::string, std::unique_ptr<Gateway>> gateways;
        gateways["paypal"] = std::move(gateway);
        Parts parts;
        parts.on_refunded = [this](Transaction&, const Refund&, RefundEvent event) { told_.push_back(event); };
        parts.reserve_refund = [this](Transaction&, const Refund& refund) -> Result<void, Refusal> {
            if (refund.amount.minor() > left_) return refuse(Refusal{"too_much", ""});
            return {};
        };
        parts.check_refund_at = [this](Transaction&, RefundId, Instant due) { check_ = due; };
        parts.no_refund_check = [this](Transaction&, RefundId) { check_.reset(); };
        payments_ = std::make_unique<Payments>(store(), clock_, ids_, std::move(gateways), std::move(parts));
        attempt_.id = ids_.next<AttemptKind>();
        attempt_.order = OrderId{41};
        attempt_.order_number = "A-41";
        attempt_.method = "paypal";
        attempt_.state = AttemptState::captured;
        attempt_.amount = attempt_.captured = {5000, JPY};
        attempt_.begun_at = attempt_.updated_at = start;
        store().transact([&](Transaction& tx) { payments_->attempts().insert(tx, attempt_); });
    }

    Result<Refund, Refusal> refund(std::int64_t yen, const std::string& key = "k1") {
        return payments_->refund({attempt_.id, {yen, JPY}, "goodwill", "staff:1", key});
    }
    ScriptedGateway& gateway() { return *gateway_; }

    VirtualClock clock_{start};
    std::int64_t left_ = 5000;
    std::optional<Instant> check_;
    std::vector<RefundEvent> told_;
    std::unique_ptr<Payments> payments_;

private:
    SystemEntropy entropy_;
    IdSource ids_{clock_, entropy_};
    Attempt attempt_;
    ScriptedGateway* gateway_ = nullptr;
};
NOREN_ON_EACH_DATABASE(Refunds);

TEST_P(Refunds, AreMadeOnceHoweverOftenTheyAreWished) {
    const auto first = refund(900);
    ASSERT_TRUE(first);
    EXPECT_EQ(first->state, RefundState::done);
    EXPECT_EQ(refund(900)->id, first->id);
    EXPECT_EQ(gateway().refunds_asked, 1);
    EXPECT_EQ(refund(901).error().code, "key_reused");
    EXPECT_EQ(told_, std::vector{RefundEvent::done});
    EXPECT_FALSE(check_);
}

TEST_P(Refunds, OfUnknownOutcomeAreAskedAboutWithTheirOwnIdUntilTheyAreKnown) {
    std::vector<RefundId> ids;
    gateway().on_refund = [&](const Refund& asked) {
        ids.push_back(asked.id);
        return outcome(OutcomeKind::Unknown);
    };
    const auto asked = refund(900);
    ASSERT_TRUE(asked);
    EXPECT_EQ(asked->state, RefundState::asked);
    EXPECT_EQ(check_, start + check_delay(1));
    EXPECT_EQ(payments_->settle_refund(asked->id)->state, RefundState::asked);
    gateway().on_refund = [&](const Refund& again) {
        ids.push_back(again.id);
        return testing::done(again.amount);
    };
    EXPECT_EQ(payments_->settle_refund(asked->id)->state, RefundState::done);
    EXPECT_EQ(payments_->settle_refund(asked->id)->state, RefundState::done) << "it is over";
    EXPECT_EQ(ids, (std::vector{asked->id, asked->id, asked->id}));
    EXPECT_EQ(told_, std::vector{RefundEvent::done});
}

TEST_P(Refunds, OfAnotherAmountThanWishedAreNotTakenForDone) {
    gateway().on_refund = [](const Refund&) { return testing::done({899, JPY}); };
    const auto asked = refund(900);
    EXPECT_EQ(asked->state, RefundState::asked);
    EXPECT_EQ(asked->failure, "amount_differs");
    EXPECT_TRUE(told_.empty());
}

TEST_P(Refunds, ThatTakeTheirTimeAreDoneOrRefusedLater) {
    gateway().on_refund = [](const Refund&) { return outcome(OutcomeKind::Pending, wire::Awaiting::Clearing); };
    const auto asked = refund(900);
    EXPECT_EQ(asked->state, RefundState::pending);
    gateway().on_refund = [](const Refund&) { return testing::refused("refund_failed"); };
    EXPECT_EQ(payments_->settle_refund(asked->id)->state, RefundState::refused);
    EXPECT_EQ(told_, (std::vector{RefundEvent::pending, RefundEvent::refused}));
}

TEST_P(Refunds, AreNotAskedForWhenTheBooksRefuse) {
    left_ = 100;
    EXPECT_EQ(refund(900).error().code, "too_much");
    EXPECT_EQ(gateway().refunds_asked, 0);
    EXPECT_EQ(payments_->refund({AttemptId{1}, {1, JPY}, "", "", "k"}).error().code, "attempt_not_found");
}

}  // namespace
}  // namespace noren::payments
