#include "orders/orders.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "orders/cancel_order.hpp"
#include "orders/facts.hpp"
#include "orders/receive_payment.hpp"
#include "orders/testing.hpp"

namespace noren::orders {
namespace {

using payments::Attempt;
using payments::AttemptEvent;
using payments::AttemptState;
using store::Transaction;

class OrderBooks : public store::testing::EachDatabase {
protected:
    void SetUp() override { desk().receive("A", 10); }
    void TearDown() override { EXPECT_EQ(desk().discrepancies(), 0u); }

    testing::Desk& desk() {
        if (desk_ == nullptr) desk_ = std::make_unique<testing::Desk>(store());
        return *desk_;
    }
    const Books& books() { return desk().books; }

    /// A placed order that is invoiced.
    Order due() {
        return store().transact([&](Transaction& tx) {
            auto order = desk().drawn_up(tx);
            order.payment = Payment::due;
            order.invoiced_at = order.placed_at;
            order.due_at = order.placed_at + std::chrono::hours(168);
            desk().orders.insert(tx, order);
            desk().orders.insert_invoice(
                tx, {order.number + "-1", order.id, order.placed_at, *order.due_at, order.total, {}});
            desk().ledger.post(tx, postings_of_invoice(order, order.number + "-1", order.placed_at));
            desk().jobs.schedule(tx, {deadline_job, id_text(order.id.value), "", *order.due_at});
            return order;
        });
    }
    Attempt attempt_of(const Order& order, AttemptState state) {
        return store().transact([&](Transaction& tx) {
            Attempt attempt;
            attempt.id = desk().ids.next<AttemptKind>();
            attempt.order = order.id;
            attempt.order_number = order.number;
            attempt.method = "paypal";
            attempt.state = state;
            attempt.amount = order.total;
            attempt.captured = {0, JPY};
            attempt.begun_at = attempt.updated_at = desk().clock.now();
            desk().attempts.insert(tx, attempt);
            return attempt;
        });
    }
    void pay(const Order& order, AttemptEvent event = AttemptEvent::captured) {
        auto attempt = attempt_of(order, AttemptState::captured);
        attempt.captured = order.total;
        store().transact([&](Transaction& tx) { receive_payment(tx, books(), attempt, event); });
    }
    Result<void, IllegalStep> cancel(OrderId id) {
        return store().transact([&](Transaction& tx) -> Result<void, IllegalStep> {
            auto order = desk().orders.find_for_change(tx, id);
            return cancel_order(tx, books(), *order, {"asked_by_customer", "customer"});
        });
    }
    std::string states(OrderId id) {
        const auto order = desk().find(id).value();
        return std::string(word_of(fulfilment_words, order.fulfilment)) + " " +
               std::string(word_of(payment_words, order.payment));
    }
    std::pair<std::int64_t, std::int64_t> owes(std::int64_t receivable, std::int64_t back) {
        return {receivable, back};
    }

private:
    std::unique_ptr<testing::Desk> desk_;
};
NOREN_ON_EACH_DATABASE(OrderBooks);

TEST_P(OrderBooks, GiveAnOrderBackAsItWasPlaced) {
    const auto placed = desk().placed();
    for (const auto& read :
         {desk().find(placed.id).value(),
          store().read([&](Transaction& tx) { return desk().orders.find(tx, placed.number); }).value()}) {
        EXPECT_EQ(read.id, placed.id);
        EXPECT_EQ(read.number, placed.number);
        EXPECT_EQ(read.customer, placed.customer);
        EXPECT_EQ(read.household, placed.household);
        EXPECT_EQ(read.session, placed.session);
        EXPECT_EQ(read.placed_at, placed.placed_at);
        EXPECT_EQ(read.revision, "r1");
        EXPECT_EQ(read.language, "en");
        EXPECT_EQ(read.fulfilment, Fulfilment::ready);
        EXPECT_EQ(read.payment, Payment::not_due);
        EXPECT_EQ(read.hold, Hold::free);
        EXPECT_EQ(read.shipping_service, "air");
        EXPECT_EQ(read.total, (Money{3900, JPY}));
        EXPECT_EQ(read.reservation, placed.reservation);
        EXPECT_EQ(read.contact.street, testing::somebody().street);
        EXPECT_EQ(read.contact.phone, testing::somebody().phone);
        EXPECT_FALSE(read.invoiced_at);
        EXPECT_FALSE(read.due_at);
        ASSERT_EQ(read.lines.size(), 1u);
        EXPECT_EQ(read.lines[0].id, placed.lines[0].id);
        EXPECT_EQ(read.lines[0].title, "A thing");
        EXPECT_EQ(read.lines[0].quantity, 2);
        EXPECT_EQ(read.lines[0].unit_price, (Money{1500, JPY}));
        EXPECT_EQ(read.lines[0].release_date.days, 17000);
        EXPECT_EQ(read.lines[0].weight, Grams{400});
        EXPECT_EQ(read.lines[0].source, "on_hand");
    }
    EXPECT_EQ(desk().timeline(placed.id), std::vector<std::string>{"placed"});
    EXPECT_FALSE(desk().find(OrderId{1}));
}

TEST_P(OrderBooks, ListOrdersTheNewestFirst) {
    std::vector<OrderId> ids;
    for (int i = 0; i < 3; ++i) ids.push_back(desk().placed().id);
    store().read([&](Transaction& tx) {
        const auto first = desk().orders.page(tx, {}, 2);
        ASSERT_EQ(first.size(), 2u);
        EXPECT_EQ(first[0].id, ids[2]);
        const auto rest = desk().orders.page(tx, first[1].id, 2);
        ASSERT_EQ(rest.size(), 1u);
        EXPECT_EQ(rest[0].id, ids[0]);
        EXPECT_EQ(desk().orders.page_of(tx, CustomerId{5}, {}, 10).size(), 3u);
        EXPECT_TRUE(desk().orders.page_of(tx, CustomerId{6}, {}, 10).empty());
    });
}

TEST_P(OrderBooks, RefuseAStepThatTheTableDoesNotHaveInItsWords) {
    const auto placed = desk().placed();
    store().transact([&](Transaction& tx) {
        auto order = desk().orders.find_for_change(tx, placed.id).value();
        const auto delivered = desk().orders.step(tx, order, FulfilmentEvent::deliver);
        ASSERT_FALSE(delivered);
        EXPECT_EQ(delivered.error().state, "ready");
        EXPECT_EQ(delivered.error().event, "deliver");
        const auto paid = desk().orders.step(tx, order, PaymentEvent::paid);
        ASSERT_FALSE(paid);
        EXPECT_EQ(paid.error().state, "not_due");
        EXPECT_FALSE(desk().orders.step(tx, order, HoldEvent::release));
    });
    EXPECT_EQ(states(placed.id), "ready not_due");
}

TEST_P(OrderBooks, LetOnlyOneOfTwoChangeAnOrderTheyReadTogether) {
    const auto placed = desk().placed();
    auto mine = desk().find(placed.id).value();
    store().transact([&](Transaction& tx) {
        auto theirs = desk().orders.find_for_change(tx, placed.id).value();
        EXPECT_TRUE(desk().orders.step(tx, theirs, HoldEvent::hold));
    });
    EXPECT_THROW(store().transact([&](Transaction& tx) {
        auto stale = mine;
        return desk().orders.step(tx, stale, FulfilmentEvent::ship);
    }),
                 store::Failure);
    EXPECT_EQ(desk().find(placed.id)->hold, Hold::held);
    EXPECT_EQ(states(placed.id), "ready not_due");
}

TEST_P(OrderBooks, CancelOnceThoughManyAskAtOnce) {
    const auto order = due();
    std::atomic<int> cancelled = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 6; ++i) threads.emplace_back([&] { cancelled += cancel(order.id) ? 1 : 0; });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(cancelled, 1);
    EXPECT_EQ(desk().free_units("A"), 10);
    EXPECT_EQ(desk().owed(order.id), owes(0, 0));
}

TEST_P(OrderBooks, UndoAllOfACancelledOrder) {
    const auto order = due();
    const auto open = attempt_of(order, AttemptState::awaiting_customer);
    EXPECT_EQ(desk().free_units("A"), 8);
    EXPECT_EQ(desk().owed(order.id), owes(3900, 0));
    ASSERT_TRUE(cancel(order.id));
    EXPECT_EQ(states(order.id), "cancelled void");
    EXPECT_EQ(desk().free_units("A"), 10);
    EXPECT_EQ(desk().owed(order.id), owes(0, 0));
    EXPECT_FALSE(desk().next_job()) << "its deadline has no meaning any more";
    EXPECT_EQ(desk().mails(), std::vector<std::string>{"order_cancelled"});
    EXPECT_EQ(desk().timeline(order.id).back(), "cancelled");
    store().read([&](Transaction& tx) {
        EXPECT_TRUE(desk().orders.invoices(tx, order.id).at(0).credited_at);
        EXPECT_EQ(desk().attempts.find(tx, open.id)->state, AttemptState::abandoned);
    });
    const auto again = cancel(order.id);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().state, "cancelled");
}

TEST_P(OrderBooks, DoNotCancelWhatHasShipped) {
    const auto order = due();
    pay(order);
    store().transact([&](Transaction& tx) {
        auto paid = desk().orders.find_for_change(tx, order.id).value();
        EXPECT_TRUE(desk().orders.step(tx, paid, FulfilmentEvent::ship));
    });
    ASSERT_FALSE(cancel(order.id));
    EXPECT_EQ(states(order.id), "shipped paid");
    EXPECT_EQ(desk().owed(order.id), owes(0, 0));
}

TEST_P(OrderBooks, TakeMoneyForWhatIsOwed) {
    const auto order = due();
    pay(order);
    EXPECT_EQ(states(order.id), "ready paid");
    EXPECT_EQ(desk().owed(order.id), owes(0, 0));
    EXPECT_FALSE(desk().next_job()) << "the deadline is met";
    EXPECT_EQ(desk().mails(), std::vector<std::string>{"payment_received"});
    EXPECT_EQ(desk().timeline(order.id).back(), "paid");
}

TEST_P(OrderBooks, OweASecondPaymentBack) {
    const auto order = due();
    pay(order);
    pay(order);
    EXPECT_EQ(states(order.id), "ready paid");
    EXPECT_EQ(desk().owed(order.id), owes(0, 3900));
    EXPECT_EQ(desk().timeline(order.id).back(), "paid_twice");
    EXPECT_EQ(desk().mails().size(), 1u);
}

TEST_P(OrderBooks, OweBackMoneyThatCameAfterTheOrderWasCancelled) {
    const auto order = due();
    ASSERT_TRUE(cancel(order.id));
    pay(order);
    EXPECT_EQ(states(order.id), "cancelled owed_back");
    EXPECT_EQ(desk().owed(order.id), owes(0, 3900));
    EXPECT_EQ(desk().timeline(order.id).back(), "paid_too_late");
    EXPECT_EQ(desk().free_units("A"), 10);
}

TEST_P(OrderBooks, OweBackWhatWasPaidForAnOrderCancelledLater) {
    const auto order = due();
    pay(order);
    ASSERT_TRUE(cancel(order.id));
    EXPECT_EQ(states(order.id), "cancelled owed_back");
    EXPECT_EQ(desk().owed(order.id), owes(0, 3900));
    EXPECT_EQ(desk().free_units("A"), 10);
}

TEST_P(OrderBooks, WaitForMoneyUnderWayAndAreDueAgainWhenItFails) {
    const auto order = due();
    pay(order, AttemptEvent::pending);
    EXPECT_EQ(states(order.id), "ready pending");
    pay(order, AttemptEvent::refused);
    EXPECT_EQ(states(order.id), "ready due");
    EXPECT_EQ(desk().owed(order.id), owes(3900, 0));
    pay(order, AttemptEvent::refused);
    EXPECT_EQ(states(order.id), "ready due");
    pay(order);
    EXPECT_EQ(states(order.id), "ready paid");
}

TEST_P(OrderBooks, TakeMoneyForGoodsThatAreProcuredLater) {
    const auto order = store().transact([&](Transaction& tx) {
        auto drawn = desk().drawn_up(tx);
        desk().stock.release(tx, drawn.reservation);
        drawn.reservation = {};
        drawn.lines[0].source = "none";
        drawn.payment = Payment::due;
        drawn.invoiced_at = drawn.due_at = drawn.placed_at;
        desk().orders.insert(tx, drawn);
        desk().ledger.post(tx, postings_of_invoice(drawn, drawn.number + "-1", drawn.placed_at));
        return drawn;
    });
    pay(order);
    EXPECT_EQ(states(order.id), "ready paid");
}

TEST_P(OrderBooks, TellPoliciesNothingPersonal) {
    const auto order = due();
    const auto bytes = policies::facts_bytes(facts_of(order, "shop", testing::tokyo(), desk().clock.now()));
    const std::string text(bytes.begin(), bytes.end());
    const auto contact = testing::somebody();
    for (const auto& secret : {contact.email, contact.name, contact.street[0], contact.street[1], contact.city,
                               contact.phone, order.session}) {
        EXPECT_EQ(text.find(secret), std::string::npos) << secret;
    }
    EXPECT_NE(text.find("household-1"), std::string::npos) << "but they know it again";
}

}  // namespace
}  // namespace noren::orders
