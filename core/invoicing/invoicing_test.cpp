#include "invoicing/invoicing.hpp"

#include <gtest/gtest.h>

#include "orders/cancel_order.hpp"
#include "orders/facts.hpp"
#include "orders/receive_payment.hpp"
#include "orders/testing.hpp"

namespace noren::invoicing {
namespace {

using orders::Fulfilment;
using orders::Order;
using orders::Payment;
using orders::testing::Desk;
using payments::AttemptState;
using store::Transaction;

class Invoices : public store::testing::EachDatabase {
protected:
    void TearDown() override { EXPECT_EQ(desk().discrepancies(), 0u); }

    Desk& desk() { return desk(orders::testing::usual_voters()); }
    Desk& desk(std::vector<policies::Voter> voters) {
        if (desk_ == nullptr) {
            desk_ = std::make_unique<Desk>(store(), std::move(voters));
            desk_->receive("A", 10);
        }
        return *desk_;
    }
    /// An order that was invoiced as soon as it was placed.
    Order due() {
        const auto order = desk().placed();
        EXPECT_TRUE(invoiced(order.id));
        return desk().find(order.id).value();
    }
    bool invoiced(OrderId id) {
        return store().transact([&](Transaction& tx) { return invoice_if_ready(tx, desk().books, id); });
    }
    void pass(OrderId id) {
        store().transact([&](Transaction& tx) {
            pass_deadline(tx, desk().books, id, [this](Transaction&, const Order& order, const std::string& whom) {
                barred_ = whom + " " + order.household;
            });
        });
    }
    void attempt_in(AttemptState state, const Order& order) {
        store().transact([&](Transaction& tx) {
            payments::Attempt attempt;
            attempt.id = desk().ids.next<AttemptKind>();
            attempt.order = order.id;
            attempt.order_number = order.number;
            attempt.method = "paypal";
            attempt.state = state;
            attempt.amount = order.total;
            attempt.captured = order.total;
            attempt.begun_at = attempt.updated_at = desk().clock.now();
            desk().attempts.insert(tx, attempt);
            if (state == AttemptState::captured) {
                orders::receive_payment(tx, desk().books, attempt, payments::AttemptEvent::captured);
            }
        });
    }
    Payment payment_of(OrderId id) { return desk().find(id)->payment; }

    std::string barred_;

private:
    std::unique_ptr<Desk> desk_;
};
NOREN_ON_EACH_DATABASE(Invoices);

constexpr Instant a_week_on = orders::testing::monday + std::chrono::hours(168);

TEST_P(Invoices, AreIssuedWithADeadlineWhenTheGoodsAreReady) {
    const auto order = due();
    EXPECT_EQ(order.payment, Payment::due);
    EXPECT_EQ(order.due_at, a_week_on);
    EXPECT_EQ(desk().owed(order.id), (std::pair<std::int64_t, std::int64_t>(3900, 0)));
    EXPECT_EQ(desk().next_job(), a_week_on);
    EXPECT_EQ(desk().mails(), std::vector<std::string>{"payment_requested"});
    store().read([&](Transaction& tx) {
        const auto invoices = desk().orders.invoices(tx, order.id);
        ASSERT_EQ(invoices.size(), 1u);
        EXPECT_EQ(invoices[0].number, order.number + "-1");
        EXPECT_EQ(invoices[0].total, order.total);
        EXPECT_EQ(invoices[0].due_at, a_week_on);
        const auto records = policies::of_order(tx, order.id);
        ASSERT_EQ(records.size(), 1u);
        EXPECT_EQ(records[0].occasion, "invoiced");
    });
}

TEST_P(Invoices, AreIssuedOnce) {
    const auto order = due();
    EXPECT_FALSE(invoiced(order.id));
    EXPECT_EQ(store().read([&](Transaction& tx) { return desk().orders.invoices(tx, order.id).size(); }), 1u);
}

TEST_P(Invoices, WaitForThePoliciesConsent) {
    auto voters = orders::testing::usual_voters();
    voters.push_back(policies::testing::voter("waits", {wire::Point::Invoice}, [](const wire::FactsT&) {
        return policies::testing::verdict(wire::Effect::Wait);
    }));
    const auto order = desk(std::move(voters)).placed();
    EXPECT_FALSE(invoiced(order.id));
    EXPECT_EQ(payment_of(order.id), Payment::not_due);
    EXPECT_FALSE(desk().next_job());
}

TEST_P(Invoices, GiveTheTimeFromTheInstantAtWhichTheRequestIsSent) {
    auto voters = orders::testing::usual_voters();
    voters.back() = policies::testing::voter("mails", {wire::Point::Notify}, [](const wire::FactsT& facts) {
        auto verdict = policies::testing::verdict(wire::Effect::Allow);
        verdict.mails.push_back(policies::testing::mail(facts.event, 1, "bd"));
        return verdict;
    });
    desk(std::move(voters)).clock.move_to(orders::testing::monday + std::chrono::hours(4 * 24));  // a Friday
    const auto order = due();
    EXPECT_EQ(order.due_at, orders::testing::monday + std::chrono::hours(14 * 24))
        << "asked on Monday, due the Monday after";
}

TEST_P(Invoices, CancelAndBarWhenNobodyPays) {
    const auto order = due();
    desk().clock.move_to(a_week_on);
    pass(order.id);
    const auto after = desk().find(order.id).value();
    EXPECT_EQ(after.fulfilment, Fulfilment::cancelled);
    EXPECT_EQ(after.payment, Payment::void_);
    EXPECT_EQ(barred_, "household household-1");
    EXPECT_EQ(desk().free_units("A"), 10);
    EXPECT_EQ(desk().owed(order.id), (std::pair<std::int64_t, std::int64_t>(0, 0)));
    EXPECT_FALSE(desk().next_job());
    EXPECT_EQ(desk().mails().back(), "order_cancelled");
    EXPECT_EQ(store().read([&](Transaction& tx) { return policies::of_order(tx, order.id).back().occasion; }),
              "overdue");
}

TEST_P(Invoices, LeaveAnOrderAloneThatWasPaidOrCancelledMeanwhile) {
    const auto paid = due();
    attempt_in(AttemptState::captured, paid);
    pass(paid.id);
    EXPECT_EQ(payment_of(paid.id), Payment::paid);
    const auto cancelled = due();
    store().transact([&](Transaction& tx) {
        auto order = desk().orders.find_for_change(tx, cancelled.id).value();
        EXPECT_TRUE(orders::cancel_order(tx, desk().books, order, {"asked_by_customer", "customer"}));
    });
    pass(cancelled.id);
    pass(OrderId{1});
    EXPECT_TRUE(barred_.empty());
    EXPECT_EQ(desk().timeline(cancelled.id).back(), "cancelled");
}

TEST_P(Invoices, DoNotCancelWhileMoneyMayBeUnderWay) {
    for (const auto state : {AttemptState::unknown, AttemptState::capturing, AttemptState::pending}) {
        const auto order = due();
        attempt_in(state, order);
        pass(order.id);
        EXPECT_EQ(payment_of(order.id), Payment::due);
        EXPECT_EQ(desk().next_job(), desk().clock.now() + std::chrono::hours(1)) << "it is looked at again";
        store().transact(
            [&](Transaction& tx) { desk().jobs.cancel(tx, orders::deadline_job, id_text(order.id.value)); });
    }
    EXPECT_TRUE(barred_.empty());
}

TEST_P(Invoices, CancelThoughAnApprovalIsStillOpenAtTheProvider) {
    const auto order = due();
    attempt_in(AttemptState::awaiting_customer, order);
    pass(order.id);
    EXPECT_EQ(payment_of(order.id), Payment::void_);
    EXPECT_EQ(store().read([&](Transaction& tx) { return desk().attempts.of_order(tx, order.id).at(0).state; }),
              AttemptState::abandoned);
}

TEST_P(Invoices, OnlyNoteADeadlineWhereThePolicySparesTheOrder) {
    auto voters = orders::testing::usual_voters();
    voters.at(3) = policies::testing::voter("overdue", {wire::Point::Overdue}, [](const wire::FactsT&) {
        auto verdict = policies::testing::verdict(wire::Effect::Wait);
        verdict.overdue = policies::testing::overdue(false, "");
        return verdict;
    });
    desk(std::move(voters));
    const auto order = due();
    pass(order.id);
    EXPECT_EQ(payment_of(order.id), Payment::due);
    EXPECT_EQ(desk().timeline(order.id).back(), "overdue");
}

TEST_P(Invoices, AskAgainLaterWhenThePolicyOnDeadlinesFailed) {
    auto voters = orders::testing::usual_voters();
    voters.at(3) = policies::testing::failing("overdue", {wire::Point::Overdue}, "timed_out", policies::Fallback::deny);
    desk(std::move(voters));
    const auto order = due();
    store().transact([&](Transaction& tx) { desk().jobs.cancel(tx, orders::deadline_job, id_text(order.id.value)); });
    pass(order.id);
    EXPECT_EQ(payment_of(order.id), Payment::due);
    EXPECT_EQ(desk().next_job(), desk().clock.now() + std::chrono::hours(1));
}

}  // namespace
}  // namespace noren::invoicing
