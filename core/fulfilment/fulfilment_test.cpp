#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "carriers/testing.hpp"
#include "customers/standing.hpp"
#include "fulfilment/cancel_order.hpp"
#include "fulfilment/change_order.hpp"
#include "fulfilment/hold_order.hpp"
#include "fulfilment/receive_stock.hpp"
#include "fulfilment/refund_payment.hpp"
#include "fulfilment/ship_order.hpp"
#include "invoicing/invoicing.hpp"
#include "orders/cancel_order.hpp"
#include "orders/conduct.hpp"
#include "orders/facts.hpp"
#include "orders/receive_payment.hpp"
#include "orders/testing.hpp"
#include "payments/testing.hpp"

namespace noren::fulfilment {
namespace {

namespace made = policies::testing;
using orders::Fulfilment;
using orders::Order;
using orders::Payment;
using orders::testing::Desk;
using payments::AttemptEvent;
using payments::AttemptState;
using store::Transaction;
using wire::Effect;
using wire::FactsT;
using wire::Point;

/// Allows what has the sale state in_stock, keeps back-orders from customers, and counts what customers cancel.
policies::Voter cancellations() {
    return made::voter("cancellation", {Point::Cancel}, [](const FactsT& facts) {
        auto verdict = made::verdict(Effect::Allow);
        for (std::size_t i = 0; i < facts.order->lines.size(); ++i) {
            const bool free = facts.order->lines[i].sale_state == "in_stock";
            verdict.lines.push_back(made::line(static_cast<int>(i), free ? Effect::Allow : Effect::StaffOnly,
                                               free ? "" : "procured_for_you", facts.order->due_us));
        }
        verdict.offence_weight = 1;
        return verdict;
    });
}
policies::Voter changes() {
    return made::voter("changes", {Point::Change}, [](const FactsT& facts) {
        const bool paid = facts.order->payment == "paid";
        auto verdict = made::verdict(paid ? Effect::Deny : Effect::Allow);
        if (paid) verdict.reasons.push_back(made::reason("paid"));
        return verdict;
    });
}
policies::Voter conduct() {
    return made::voter("conduct", {Point::Conduct}, [](const FactsT& facts) {
        auto verdict = made::verdict(Effect::Allow);
        const char* steps[] = {"", "remind", "warn", "restrict", "close"};
        verdict.conduct = made::conduct(steps[std::min<std::size_t>(facts.history.size(), 4)]);
        return verdict;
    });
}
policies::Voter fees() {
    return made::voter("fees", {Point::Charge}, [](const FactsT& facts) {
        auto verdict = made::verdict(Effect::Allow);
        if (facts.order->payment_method == "cod") {
            verdict.fees.emplace_back().code = "collection";
            verdict.fees.back().amount = std::make_unique<wire::MoneyT>();
            verdict.fees.back().amount->minor = 200;
            verdict.fees.back().amount->currency = "JPY";
        }
        return verdict;
    });
}

class Service : public store::testing::EachDatabase {
protected:
    void SetUp() override {
        auto voters = orders::testing::usual_voters();
        for (auto voter : {cancellations(), changes(), conduct(), fees()}) {
            voter.needs = {{"offences", "household"}};
            voters.push_back(std::move(voter));
        }
        desk_ = std::make_unique<Desk>(store(), std::move(voters));
        desk_->books.collects_at_delivery = [](const std::string& method) { return method == "cod"; };
        auto carrier = std::make_unique<carriers::testing::FixedCarrier>();
        carrier_ = carrier.get();
        std::map<std::string, std::unique_ptr<carriers::Carrier>> by_name;
        by_name["post"] = std::move(carrier);
        carriers_ = std::make_unique<carriers::Carriers>(std::move(by_name));
        parts_ = std::make_unique<Parts>(Parts{store(), desk_->books, *carriers_, {"paypal", "cod"}, "JP"});
        desk_->receive("A", 10);
        desk_->receive("B", 10);
    }
    void TearDown() override { EXPECT_EQ(desk().discrepancies(), 0u); }

    Desk& desk() { return *desk_; }
    const Parts& parts() { return *parts_; }
    carriers::testing::FixedCarrier& carrier() { return *carrier_; }

    /// Two units of A at 1500 and one of `sku` at 2000, from `source`; 900 for sending.
    Order placed_with(const std::string& sku, const std::string& source, const std::string& state) {
        return store().transact([&](Transaction& tx) {
            auto order = desk().drawn_up(tx);
            desk().stock.release(tx, order.reservation);
            auto line = order.lines[0];
            line.id = desk().ids.next<LineKind>();
            line.sku = sku;
            line.quantity = 1;
            line.unit_price = {2000, JPY};
            line.source = source;
            line.sale_state = state;
            line.in_hand = source == "on_hand" ? 1 : 0;
            order.lines.push_back(line);
            std::vector<stock::LineDemand> demand{{"A", stock::Source::on_hand, 2}};
            if (const auto from = stock::source_from_word(source)) demand.push_back({sku, *from, 1});
            order.reservation = desk().stock.reserve(tx, demand, stock::until_released).value().id;
            order.goods = {5000, JPY};
            order.total = {5900, JPY};
            order.fulfilment = order.all_in_hand() ? Fulfilment::ready : Fulfilment::waiting;
            desk().orders.insert(tx, order);
            orders::count_ordered(tx, order.household, {{"A", 2}, {sku, 1}});
            return order;
        });
    }
    Order invoiced_with_two_lines() {
        const auto order = placed_with("B", "on_hand", "in_stock");
        EXPECT_TRUE(
            store().transact([&](Transaction& tx) { return invoicing::invoice_if_ready(tx, desk().books, order.id); }));
        return now(order);
    }
    Order now(const Order& order) { return desk().find(order.id).value(); }
    payments::Attempt attempt_of(const Order& order, AttemptState state, const std::string& method = "paypal") {
        return store().transact([&](Transaction& tx) {
            payments::Attempt attempt;
            attempt.id = desk().ids.next<AttemptKind>();
            attempt.order = order.id;
            attempt.order_number = order.number;
            attempt.method = method;
            attempt.state = state;
            attempt.amount = attempt.captured = order.total;
            attempt.begun_at = attempt.updated_at = desk().clock.now();
            desk().attempts.insert(tx, attempt);
            if (state == AttemptState::captured) desk().attempts.keep(tx, attempt);
            return attempt;
        });
    }
    void settle(const payments::Attempt& attempt, AttemptEvent event) {
        store().transact([&](Transaction& tx) { orders::receive_payment(tx, desk().books, attempt, event); });
    }
    payments::Attempt pay(const Order& order) {
        auto attempt = attempt_of(order, AttemptState::captured);
        settle(attempt, AttemptEvent::captured);
        return attempt;
    }
    std::string cancelled(const Order& order, const std::vector<std::size_t>& lines,
                          const Actor& actor = Actor::customer()) {
        CancelRequest request{order.id, {}, "changed_my_mind", actor};
        for (const auto place : lines) request.lines.push_back({order.lines[place].id, 0});
        const auto done = cancel(parts(), request);
        return done ? "done" : done.error().code;
    }
    std::int64_t counted(const std::string& sku) {
        static const store::Sql select("select value from counter where name = 'units_ordered' and subject = $1");
        return store().read([&](Transaction& tx) {
            const auto rows = tx.run(select, "household-1|" + sku);
            return rows.empty() ? 0 : rows.integer(0, 0);
        });
    }
    std::string shipped(const Order& order, const std::string& tracking = "EM123456789JP") {
        const auto done = ship(parts(), {order.id, tracking, Actor::staff(1)});
        return done ? "done" : done.error().code;
    }
    /// Everything due now, as the storefront's worker runs it.
    void arrive(const std::string& sku, std::int64_t units) {
        const auto allotted =
            store().transact([&](Transaction& tx) { return receive_stock(tx, desk().books, sku, units, "delivery"); });
        for (const auto id : allotted.orders) {
            store().transact([&](Transaction& tx) { goods_arrived(tx, desk().books, id); });
        }
    }
    std::size_t told(const std::string& mail) {
        const auto mails = desk().mails();
        return static_cast<std::size_t>(std::count(mails.begin(), mails.end(), mail));
    }

private:
    std::unique_ptr<Desk> desk_;
    std::unique_ptr<carriers::Carriers> carriers_;
    carriers::testing::FixedCarrier* carrier_ = nullptr;
    std::unique_ptr<Parts> parts_;
};
NOREN_ON_EACH_DATABASE(Service);

using Owed = std::pair<std::int64_t, std::int64_t>;

TEST_P(Service, TakesALineOutAndAsksForWhatTheRestCosts) {
    const auto order = invoiced_with_two_lines();
    const auto open = attempt_of(order, AttemptState::awaiting_customer);
    carrier().price = 500;
    EXPECT_EQ(cancelled(order, {0}), "done");
    const auto rest = now(order);
    ASSERT_EQ(rest.lines.size(), 1u);
    EXPECT_EQ(rest.lines[0].sku, "B");
    ASSERT_EQ(rest.cancelled.size(), 1u);
    EXPECT_EQ(rest.cancelled[0].cancelled, 2);
    EXPECT_EQ(rest.total, (Money{2500, JPY}));
    EXPECT_EQ(rest.payment, Payment::due);
    EXPECT_EQ(rest.due_at, order.due_at) << "the first deadline holds";
    EXPECT_EQ(desk().owed(order.id), Owed(2500, 0));
    EXPECT_EQ(desk().free_units("A"), 10);
    EXPECT_EQ(counted("A"), 0);
    EXPECT_EQ(counted("B"), 1);
    EXPECT_EQ(told("lines_cancelled"), 1u);
    EXPECT_EQ(told("payment_requested"), 2u);
    store().read([&](Transaction& tx) {
        const auto invoices = desk().orders.invoices(tx, order.id);
        ASSERT_EQ(invoices.size(), 2u);
        EXPECT_TRUE(invoices[0].credited_at);
        EXPECT_FALSE(invoices[1].credited_at);
        EXPECT_EQ(invoices[1].total, rest.total);
        EXPECT_EQ(desk().attempts.find(tx, open.id)->state, AttemptState::abandoned) << "it was for another amount";
    });
    pay(rest);
    EXPECT_EQ(now(order).payment, Payment::paid);
    EXPECT_EQ(desk().owed(order.id), Owed(0, 0));
}

TEST_P(Service, CancelsTheWholeOrderWithItsLastLine) {
    const auto order = invoiced_with_two_lines();
    EXPECT_EQ(cancelled(order, {0, 1}), "done");
    EXPECT_EQ(now(order).fulfilment, Fulfilment::cancelled);
    EXPECT_EQ(desk().owed(order.id), Owed(0, 0));
    EXPECT_EQ(told("order_cancelled"), 1u);
    EXPECT_EQ(counted("A") + counted("B"), 0);
    EXPECT_EQ(cancelled(order, {}), "not_in_this_state") << "there is no way back, nor further";
}

TEST_P(Service, CancelsForCustomersOnlyWhatPoliciesLetThem) {
    const auto order = placed_with("C", "none", "back_order");
    EXPECT_EQ(cancelled(order, {1}), "refused");
    EXPECT_EQ(cancelled(order, {}), "refused") << "the whole has that line too";
    const auto may = store().read([&](Transaction& tx) { return cancellable(tx, parts(), order, Actor::customer()); });
    ASSERT_TRUE(may);
    EXPECT_FALSE(may->whole);
    EXPECT_TRUE(may->lines.at(0).allowed);
    EXPECT_FALSE(may->lines.at(1).allowed);
    EXPECT_EQ(may->lines[1].reasons.at(0).code, "procured_for_you");
    EXPECT_EQ(cancelled(order, {1}, Actor::staff(7)), "done");
    EXPECT_EQ(now(order).payment, Payment::due) << "nothing is waited for any more";
}

TEST_P(Service, LeavesFewerUnitsOfALineToStaff) {
    const auto order = invoiced_with_two_lines();
    CancelRequest request{order.id, {{order.lines[0].id, 1}}, "one_is_enough", Actor::customer()};
    EXPECT_EQ(cancel(parts(), request).error().code, "fewer_units");
    request.actor = Actor::staff(7);
    ASSERT_TRUE(cancel(parts(), request));
    EXPECT_EQ(now(order).lines.at(0).quantity, 1);
    EXPECT_EQ(desk().free_units("A"), 9);
    EXPECT_EQ(desk().owed(order.id), Owed(4400, 0));
}

TEST_P(Service, CancelsNothingWhileMoneyMayBeMoving) {
    const auto order = invoiced_with_two_lines();
    attempt_of(order, AttemptState::capturing);
    EXPECT_EQ(cancelled(order, {}), "payment_in_progress");
    EXPECT_EQ(cancelled(order, {0}, Actor::staff(7)), "payment_in_progress");
    EXPECT_EQ(desk().owed(order.id), Owed(5900, 0));
}

TEST_P(Service, WantsAReasonAndALineOfTheOrder) {
    const auto order = invoiced_with_two_lines();
    EXPECT_EQ(cancel(parts(), {order.id, {}, "", Actor::customer()}).error().code, "reason_missing");
    EXPECT_EQ(cancel(parts(), {order.id, {{LineId{1}, 0}}, "why", Actor::customer()}).error().code, "no_such_line");
    EXPECT_EQ(cancel(parts(), {OrderId{1}, {}, "why", Actor::customer()}).error().code, "order_not_found");
}

TEST_P(Service, CountsCancellationsAndClosesTheAccountAtLast) {
    const std::vector<std::string> steps{"conduct_reminded", "conduct_warned", "account_restricted", "account_closed"};
    for (const auto& step : steps) {
        EXPECT_EQ(told(step), 0u);
        EXPECT_EQ(cancelled(invoiced_with_two_lines(), {}), "done");
        EXPECT_EQ(told(step), 1u) << step;
    }
    store().read([&](Transaction& tx) {
        EXPECT_EQ(customers::standing_of(tx, {}, "household-1"), customers::Standing::closed);
        EXPECT_EQ(customers::standing_of(tx, {}, "household-2"), customers::Standing::open);
    });
    const auto open = invoiced_with_two_lines();
    const auto paid = invoiced_with_two_lines();
    pay(paid);
    orders::cancel_unpaid(store(), desk().books, CustomerId{5}, "household-1");
    EXPECT_EQ(now(open).fulfilment, Fulfilment::cancelled);
    EXPECT_EQ(now(paid).payment, Payment::paid) << "what is paid is still sent";
}

TEST_P(Service, ChangesMethodsAndAddressAndDecidesTheFeesAgain) {
    const auto order = invoiced_with_two_lines();
    ChangeRequest request;
    request.order = order.id;
    request.payment_method = "cod";
    request.contact = orders::testing::somebody();
    request.contact->city = "Shelbyville";
    request.household = "household-2";
    request.actor = Actor::customer();
    const auto shown = preview_change(parts(), request);
    ASSERT_TRUE(shown);
    EXPECT_EQ(shown->total, (Money{6100, JPY}));
    EXPECT_EQ(now(order).version, order.version) << "a preview keeps nothing";
    request.expected_total = Money{5900, JPY};
    EXPECT_EQ(change(parts(), request).error().code, "total_differs");
    request.expected_total = shown->total;
    ASSERT_TRUE(change(parts(), request));
    const auto changed = now(order);
    EXPECT_EQ(changed.contact.city, "Shelbyville");
    EXPECT_EQ(changed.payment_method, "cod");
    EXPECT_EQ(changed.fees, (Money{200, JPY}));
    EXPECT_EQ(changed.due_at, order.due_at);
    EXPECT_EQ(desk().owed(order.id), Owed(6100, 0));
    EXPECT_EQ(told("order_changed"), 1u);
    EXPECT_EQ(counted("A"), 0) << "the units are the new household's";
    EXPECT_TRUE(now(order).invoiced_at);
}

TEST_P(Service, ChangesNothingOfAPaidOrderForAnybody) {
    const auto order = invoiced_with_two_lines();
    pay(order);
    for (const auto& actor : {Actor::customer(), Actor::staff(7)}) {
        ChangeRequest request;
        request.order = order.id;
        request.payment_method = "cod";
        request.actor = actor;
        EXPECT_EQ(change(parts(), request).error().code, "refused");
    }
    EXPECT_EQ(cancelled(order, {0}, Actor::staff(7)), "paid");
}

TEST_P(Service, OffersAChangedOrderOnlyWhatItIsOffered) {
    const auto order = invoiced_with_two_lines();
    ChangeRequest request;
    request.order = order.id;
    request.actor = Actor::customer();
    EXPECT_EQ(change(parts(), request).error().code, "nothing_to_change");
    request.shipping_method = "pigeon";
    EXPECT_EQ(change(parts(), request).error().code, "shipping_not_offered");
    request.shipping_method.reset();
    request.payment_method = "barter";
    EXPECT_EQ(change(parts(), request).error().code, "payment_not_offered");
    EXPECT_EQ(now(order).version, order.version);
}

TEST_P(Service, ShipsWhatIsPaidOnce) {
    const auto order = invoiced_with_two_lines();
    EXPECT_EQ(shipped(order), "not_paid");
    pay(order);
    EXPECT_EQ(shipped(order, "two words"), "tracking_malformed");
    EXPECT_EQ(shipped(order), "done");
    EXPECT_EQ(shipped(order), "not_in_this_state");
    EXPECT_EQ(now(order).shipped_at, desk().clock.now());
    EXPECT_EQ(told("order_shipped"), 1u);
    store().read([&](Transaction& tx) {
        const auto shipments = desk().orders.shipments(tx, order.id);
        ASSERT_EQ(shipments.size(), 1u);
        EXPECT_EQ(shipments[0].tracking, "EM123456789JP");
        EXPECT_EQ(desk().stock.levels(tx, std::vector<std::string>{"A"}).at(0).sold, 2);
    });
    EXPECT_TRUE(deliver(parts(), order.id, Actor::staff(1)));
    EXPECT_EQ(now(order).fulfilment, Fulfilment::delivered);
    EXPECT_FALSE(deliver(parts(), order.id, Actor::staff(1)));
}

TEST_P(Service, BooksAtTheDoorWhatTheCarrierCollects) {
    const auto order = invoiced_with_two_lines();
    const auto attempt = attempt_of(order, AttemptState::pending, "cod");
    settle(attempt, AttemptEvent::pending);
    EXPECT_EQ(now(order).payment, Payment::at_delivery);
    EXPECT_EQ(shipped(order), "done");
    EXPECT_EQ(desk().owed(order.id), Owed(5900, 0));
    ASSERT_TRUE(deliver(parts(), order.id, Actor::staff(1)));
    EXPECT_EQ(now(order).payment, Payment::paid);
    EXPECT_EQ(desk().owed(order.id), Owed(0, 0));
    EXPECT_EQ(store().read([&](Transaction& tx) { return desk().attempts.find(tx, attempt.id)->state; }),
              AttemptState::captured);
}

TEST_P(Service, GivesTheCarrierTimeWhenWhatItCollectsIsAnother) {
    const auto order = invoiced_with_two_lines();
    settle(attempt_of(order, AttemptState::pending, "cod"), AttemptEvent::pending);
    store().transact([&](Transaction& tx) {
        auto stored = desk().orders.find_for_change(tx, order.id).value();
        stored.payment_method = "cod";
        desk().orders.save_terms(tx, stored);
    });
    desk().clock.move_to(desk().clock.now() + std::chrono::hours(24 * 10));
    EXPECT_EQ(cancelled(order, {0}, Actor::staff(7)), "done");
    EXPECT_EQ(now(order).payment, Payment::due);
    const auto again = attempt_of(now(order), AttemptState::pending, "cod");
    settle(again, AttemptEvent::pending);
    EXPECT_EQ(now(order).payment, Payment::at_delivery);
    EXPECT_EQ(shipped(order), "done");
    ASSERT_TRUE(deliver(parts(), order.id, Actor::staff(1)));
    EXPECT_EQ(desk().owed(order.id), Owed(0, 0));
}

TEST_P(Service, RefusesAWayToPayThatWouldComeTooLate) {
    const auto order = invoiced_with_two_lines();
    settle(attempt_of(order, AttemptState::pending, "cod"), AttemptEvent::pending);
    store().transact([&](Transaction& tx) {
        auto stored = desk().orders.find_for_change(tx, order.id).value();
        stored.payment_method = "cod";
        desk().orders.save_terms(tx, stored);
    });
    ChangeRequest request;
    request.order = order.id;
    request.payment_method = "paypal";
    request.actor = Actor::customer();
    ASSERT_TRUE(preview_change(parts(), request));
    desk().clock.move_to(desk().clock.now() + std::chrono::hours(24 * 10));
    EXPECT_EQ(change(parts(), request).error().code, "deadline_passed");
    EXPECT_EQ(now(order).payment, Payment::at_delivery);
}

TEST_P(Service, FillsWaitingOrdersInTheOrderInWhichTheyCame) {
    desk().receive("P", 3, stock::Source::incoming);
    const auto first = placed_with("P", "incoming", "pre_order");
    const auto second = placed_with("P", "incoming", "pre_order");
    EXPECT_EQ(desk().free_units("P", stock::Source::incoming), 1);
    arrive("P", 1);
    EXPECT_EQ(now(first).payment, Payment::due);
    EXPECT_EQ(now(second).fulfilment, Fulfilment::waiting);
    arrive("P", 4);
    EXPECT_EQ(now(second).payment, Payment::due);
    EXPECT_EQ(desk().free_units("P", stock::Source::incoming), 0) << "the slot that nobody ordered came as well";
    EXPECT_EQ(desk().free_units("P"), 3);
    pay(now(first));
    EXPECT_EQ(shipped(first), "done");
    EXPECT_EQ(cancelled(second, {1}, Actor::staff(1)), "done");
    EXPECT_EQ(desk().free_units("P"), 4) << "what came for it is free again";
}

TEST_P(Service, TellsWhenProcuredGoodsCameAndAsksForTheMoney) {
    const auto order = placed_with("C", "none", "back_order");
    arrive("C", 3);
    EXPECT_EQ(told("items_procured"), 1u);
    EXPECT_EQ(now(order).payment, Payment::due);
    EXPECT_EQ(desk().free_units("C"), 2);
    EXPECT_EQ(cancelled(order, {}, Actor::staff(1)), "done");
    EXPECT_EQ(desk().free_units("C"), 3);
}

TEST_P(Service, TakesOutWhatNeverComesAndTellsTheCustomer) {
    desk().receive("P", 2, stock::Source::incoming);
    const auto waiting = placed_with("P", "incoming", "pre_order");
    const auto concerned =
        store().transact([&](Transaction& tx) { return fail_supply(tx, desk().books, "P", "staff:1"); });
    ASSERT_EQ(concerned, std::vector{waiting.id});
    ASSERT_TRUE(supply_failed(parts(), waiting.id, "P"));
    ASSERT_TRUE(supply_failed(parts(), waiting.id, "P")) << "a repeat";
    const auto rest = now(waiting);
    EXPECT_EQ(rest.lines.size(), 1u);
    EXPECT_EQ(rest.payment, Payment::due) << "the rest is in the warehouse";
    EXPECT_EQ(told("lines_cancelled"), 1u);
    EXPECT_EQ(told("conduct_reminded"), 0u) << "it is nobody's offence";
    EXPECT_EQ(desk().free_units("P", stock::Source::incoming), 0);
}

TEST_P(Service, ReturnsMoneyInPartsAndNeverMoreThanItTook) {
    const auto order = invoiced_with_two_lines();
    const auto attempt = pay(order);
    payments::Refund refund;
    const auto ask = [&](std::int64_t yen) {
        refund = {};
        refund.id = desk().ids.next<payments::RefundKind>();
        refund.attempt = attempt.id;
        refund.order = order.id;
        refund.order_number = order.number;
        refund.method = "paypal";
        refund.amount = {yen, JPY};
        refund.who = "staff:1";
        refund.key = id_text(refund.id.value);
        return store().transact([&](Transaction& tx) -> Result<void, payments::Refusal> {
            TRY(reserve_refund(tx, desk().books, refund));
            payments::insert(tx, refund);
            return {};
        });
    };
    const auto done = [&] {
        store().transact([&](Transaction& tx) {
            refund.state = payments::RefundState::done;
            payments::keep(tx, refund);
            book_refund(tx, desk().books, refund, payments::RefundEvent::done);
        });
    };
    ASSERT_TRUE(ask(900));
    EXPECT_EQ(desk().owed(order.id), Owed(0, 900)) << "owed until it has left";
    done();
    EXPECT_EQ(desk().owed(order.id), Owed(0, 0));
    EXPECT_EQ(ask(5001).error().code, "too_much");
    EXPECT_EQ(now(order).payment, Payment::paid);

    ASSERT_TRUE(store().transact([&](Transaction& tx) -> Result<void, orders::IllegalStep> {
        auto paid = desk().orders.find_for_change(tx, order.id);
        return orders::cancel_order(tx, desk().books, *paid, {"by_staff", "staff:1"});
    }));
    EXPECT_EQ(desk().owed(order.id), Owed(0, 5000));
    ASSERT_TRUE(ask(5000));
    EXPECT_EQ(ask(1).error().code, "too_much") << "what is under way counts";
    refund = store().read([&](Transaction& tx) { return payments::refunds_of(tx, order.id).back(); });
    done();
    EXPECT_EQ(now(order).payment, Payment::refunded);
    EXPECT_EQ(desk().owed(order.id), Owed(0, 0));
    EXPECT_EQ(told("payment_refunded"), 2u);
}

TEST_P(Service, LetsAHeldOrderGoOnWhenItsCustomerAnsweredAndEndsItOtherwise) {
    for (const bool answered : {true, false}) {
        const auto order = store().transact([&](Transaction& tx) {
            auto held = desk().drawn_up(tx);
            held.hold = orders::Hold::held;
            held.reply_by = desk().clock.now() + std::chrono::hours(24);
            desk().orders.insert(tx, held);
            return held;
        });
        EXPECT_FALSE(
            store().transact([&](Transaction& tx) { return invoicing::invoice_if_ready(tx, desk().books, order.id); }));
        EXPECT_EQ(shipped(order), "not_in_this_state");
        store().transact([&](Transaction& tx) {
            if (answered) {
                EXPECT_TRUE(release_hold(tx, desk().books, order.id, Actor::customer()));
            }
            reply_is_late(tx, desk().books, order.id);
        });
        EXPECT_EQ(now(order).hold, orders::Hold::free);
        EXPECT_EQ(now(order).payment, answered ? Payment::due : Payment::void_);
    }
}

/// What a settled payment and a cancellation lock, they lock in one order: neither is begun again.
TEST_P(Service, SettlesPaymentsBesideCancellationsWithoutDeadlocks) {
    auto scripted = std::make_unique<payments::testing::ScriptedGateway>();
    scripted->on_status = [](const payments::Attempt&) { return payments::testing::refused("declined"); };
    std::map<std::string, std::unique_ptr<payments::Gateway>> gateways;
    gateways["paypal"] = std::move(scripted);
    payments::Parts wired;
    wired.lock_order = [&](Transaction& tx, OrderId id) { desk().orders.lock(tx, id); };
    wired.on_settled = [&](Transaction& tx, const payments::Attempt& attempt, AttemptEvent event) {
        orders::receive_payment(tx, desk().books, attempt, event);
    };
    wired.check_at = [](Transaction&, AttemptId, Instant) {};
    wired.no_check = [](Transaction&, AttemptId) {};
    wired.details = [](const payments::Attempt&) { return payments::Details{}; };
    payments::Payments payments(store(), desk().clock, desk().ids, std::move(gateways), std::move(wired));

    constexpr int rounds = 25;
    std::atomic<int> runs = 0;
    desk().receive("A", 100);
    desk().receive("B", 100);
    for (int round = 0; round < rounds; ++round) {
        const auto order = invoiced_with_two_lines();
        const auto attempt = attempt_of(order, AttemptState::awaiting_customer);
        std::thread settling([&] { payments.settle(attempt.id); });
        store().transact([&](Transaction& tx) {
            ++runs;
            auto found = desk().orders.find_for_change(tx, order.id);
            EXPECT_TRUE(orders::cancel_order(tx, desk().books, *found, {"by_staff", "staff:1"}));
        });
        settling.join();
        EXPECT_EQ(now(order).fulfilment, Fulfilment::cancelled);
    }
    EXPECT_EQ(runs, rounds);
}

TEST_P(Service, SellsTheLastUnitsToWhoOrderedFirstThoughDeliveriesRace) {
    desk().receive("P", 40, stock::Source::incoming);
    std::vector<Order> orders;
    orders.reserve(5);
    for (int i = 0; i < 5; ++i) orders.push_back(placed_with("P", "incoming", "pre_order"));
    std::vector<std::thread> deliveries;
    deliveries.reserve(3);
    for (int i = 0; i < 3; ++i) {
        deliveries.emplace_back(
            [&] { store().transact([&](Transaction& tx) { receive_stock(tx, desk().books, "P", 1, "delivery"); }); });
    }
    for (auto& delivery : deliveries) delivery.join();
    for (std::size_t i = 0; i < orders.size(); ++i) EXPECT_EQ(now(orders[i]).lines.at(1).in_hand, i < 3 ? 1 : 0) << i;
}

}  // namespace
}  // namespace noren::fulfilment
