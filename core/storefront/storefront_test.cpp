#include <gtest/gtest.h>

#include <sstream>

#include "customers/standing.hpp"
#include "fulfilment/cancel_order.hpp"
#include "fulfilment/receive_stock.hpp"
#include "fulfilment/refund_payment.hpp"
#include "fulfilment/ship_order.hpp"
#include "storefront/import_feed.hpp"
#include "storefront/testing.hpp"

namespace noren::storefront {
namespace {

namespace made = policies::testing;
using fulfilment::Actor;
using orders::Payment;
using store::Transaction;
using wire::Effect;
using wire::FactsT;
using wire::Point;

/// Pre-orders wait for their delivery; an order of a garbled name for its customer.
std::vector<policies::Voter> voters() {
    auto all = orders::testing::usual_voters();
    for (auto& voter : all) {
        if (voter.id == "terms") {
            voter = made::voter("terms", {Point::Invoice}, [](const FactsT& facts) {
                auto verdict = made::verdict(facts.order->fulfilment == "ready" ? Effect::Allow : Effect::Wait);
                verdict.due = made::due(7, "d");
                return verdict;
            });
        }
    }
    all.push_back(made::voter("holds", {Point::Hold}, [](const FactsT& facts) {
        auto verdict = made::verdict(facts.order->garbled.empty() ? Effect::Allow : Effect::Wait);
        verdict.due = made::due(7, "d");
        return verdict;
    }));
    return all;
}

/// A whole shop, of which nothing runs by itself.
class Shop : public store::testing::EachDatabase {
protected:
    void SetUp() override {
        shop_ = std::make_unique<testing::TestShop>(place().open(store::Content::books),
                                                    place().open(store::Content::visits), voters());
        shop_->sell("A", 1500, 10);
        shop_->sell("B", 2000, 0, "back_order");
    }
    void TearDown() override {
        shop_->gateway().at_delivery = false;
        EXPECT_EQ(wrong(), "");
    }

    Storefront& shop() { return shop_->shop(); }
    testing::TestShop& test() { return *shop_; }

    Result<checkout::Placed, checkout::Refusal> try_to_order(const std::vector<std::string>& skus,
                                                             const orders::Contact& contact,
                                                             std::optional<CustomerId> customer = {}) {
        cart::Cart cart;
        cart.contact = contact;
        cart.shipping_method = "post";
        cart.payment_method = "paypal";
        for (const auto& sku : skus) cart.lines.push_back({sku, 1});
        checkout::PlaceRequest request;
        request.session = "session";
        request.cart = cart;
        request.language = "en";
        request.customer = customer;
        request.idempotency_key = request.request_hash = std::to_string(++requests_);
        request.quote = checkout::sign(checkout::appraise(shop().checkout, cart)
                                           .quote(request.session, shop().order_books.revision, shop().clock.now()),
                                       shop().checkout.key);
        return checkout::place_order(shop().checkout, request);
    }
    OrderId ordered(const std::vector<std::string>& skus, const orders::Contact& contact = orders::testing::somebody(),
                    std::optional<CustomerId> customer = {}) {
        auto placed = try_to_order(skus, contact, customer);
        if (!placed) throw std::runtime_error(placed.error().code);
        work();
        return placed->orders.front().id;
    }
    payments::Attempt paid(OrderId order) {
        const auto begun = shop().payments.begin(order, "paypal");
        auto captured = shop().payments.capture(begun.value().id).value();
        EXPECT_EQ(captured.state, payments::AttemptState::captured);
        return captured;
    }
    orders::Order now(OrderId id) {
        return shop().books.read([&](Transaction& tx) { return shop().orders.find(tx, id); }).value();
    }
    /// Takes in a feed that counts these units of B.
    void import_count_of_b(int on_hand, int incoming) {
        std::istringstream feed(
            "id\ttitle\tdescription\tprice\tsale_state\tavailability\tshipping_weight\tstock_on_hand\tstock_incoming\n"
            "B\tThing B\tA thing\t2000 JPY\tback_order\tbackorder\t300 g\t" +
            std::to_string(on_hand) + "\t" + std::to_string(incoming) + "\n" +
            "C\tThing C\tA thing\t2000 JPY\tin_stock\tin_stock\t300 g\t7\t\n");
        catalog::ImportOptions options{catalog::feed_rules(shop().effective->value()), true, {}, {}, {}};
        options.today = shop().calendar.local_date(shop().clock.now());
        const auto report = import_feed(shop(), feed, options);
        EXPECT_EQ(report.imported, 2u);
        for (const auto& fault : report.faults) ADD_FAILURE() << catalog::to_string(fault);
        work();
    }
    std::int64_t free_units(const std::string& sku, stock::Source source = stock::Source::on_hand) {
        return shop().books.read([&](Transaction& tx) { return shop().stock.available(tx, sku, source); });
    }
    /// What is due by now.
    void work() { shop().worker.run_due(); }
    std::string wrong() {
        std::string all;
        for (const auto& one : shop().verify()) all += one.where + ": " + one.what + "\n";
        return all;
    }

private:
    std::unique_ptr<testing::TestShop> shop_;
    int requests_ = 0;
};
NOREN_ON_EACH_DATABASE(Shop);

TEST_P(Shop, TakesAnOrderFromTheCartToTheDoorAndItsMoneyBack) {
    const auto id = ordered({"A", "B"});
    EXPECT_EQ(now(id).fulfilment, orders::Fulfilment::waiting);
    shop().books.transact([&](Transaction& tx) { fulfilment::receive_stock(tx, shop().order_books, "B", 2, "lorry"); });
    work();
    EXPECT_EQ(now(id).payment, Payment::due);
    const auto attempt = paid(id);
    ASSERT_TRUE(fulfilment::ship(shop().fulfilment, {id, "", Actor::staff(1)}));
    ASSERT_TRUE(fulfilment::deliver(shop().fulfilment, id, Actor::staff(1)));
    EXPECT_EQ(wrong(), "");
    const auto refund = shop().payments.refund({attempt.id, {500, JPY}, "dented box", "staff:1", "k1"});
    ASSERT_TRUE(refund);
    EXPECT_EQ(refund->state, payments::RefundState::done);
    EXPECT_EQ(shop().payments.refund({attempt.id, {4000, JPY}, "all", "staff:1", "k2"}).error().code, "too_much");
    EXPECT_EQ(now(id).payment, Payment::paid);
}

TEST_P(Shop, GivesWhatAFeedCountsBeyondTheBooksToThoseWhoWaitFirst) {
    const auto first = ordered({"B"});
    const auto second = ordered({"A", "B"});
    const auto third = ordered({"B"});
    import_count_of_b(2, 5);
    for (const auto id : {first, second}) {
        EXPECT_EQ(now(id).fulfilment, orders::Fulfilment::ready);
        EXPECT_EQ(now(id).payment, Payment::due) << "it was not invoiced";
    }
    EXPECT_EQ(now(third).fulfilment, orders::Fulfilment::waiting);
    EXPECT_EQ(free_units("B"), 0);
    EXPECT_EQ(free_units("B", stock::Source::incoming), 5) << "as the feed says, whatever the delivery took from it";
    EXPECT_EQ(free_units("C"), 7);
    EXPECT_EQ(wrong(), "");

    shop().postman.run_due();
    std::size_t told = 0;
    for (const auto& [to, mail] : test().transport().sent())
        told += mail.find("items_procured of") != std::string::npos;
    EXPECT_EQ(told, 2u);

    import_count_of_b(4, 0);
    EXPECT_EQ(now(third).payment, Payment::due);
    EXPECT_EQ(free_units("B"), 3) << "one of four went to the last who waited";
    import_count_of_b(1, 0);
    EXPECT_EQ(free_units("B"), 1) << "nobody waits: as counted";
    EXPECT_EQ(now(third).fulfilment, orders::Fulfilment::ready);
}

TEST_P(Shop, TakesALowerCountForALossThoughSomebodyWaits) {
    const auto id = ordered({"B"});
    shop().books.transact([&](Transaction& tx) { shop().stock.receive(tx, "B", stock::Source::on_hand, 3, "found"); });
    import_count_of_b(2, 0);
    EXPECT_EQ(free_units("B"), 2);
    EXPECT_EQ(now(id).fulfilment, orders::Fulfilment::waiting);
}

TEST_P(Shop, SettlesARefundOfUnknownOutcomeByItself) {
    const auto id = ordered({"A"});
    const auto attempt = paid(id);
    ASSERT_TRUE(shop().cancel(id, "by_staff", "staff:1"));
    EXPECT_EQ(now(id).payment, Payment::owed_back);
    test().gateway().on_refund = [](const payments::Refund&) {
        return payments::testing::outcome(wire::OutcomeKind::Unknown);
    };
    const auto total = now(id).total;
    ASSERT_TRUE(shop().payments.refund({attempt.id, total, "cancelled", "staff:1", "k1"}));
    EXPECT_EQ(now(id).payment, Payment::owed_back);
    EXPECT_EQ(wrong(), "");
    test().gateway().on_refund = [](const payments::Refund& again) { return payments::testing::done(again.amount); };
    test().clock.move_to(test().clock.now() + std::chrono::hours(1));
    work();
    EXPECT_EQ(now(id).payment, Payment::refunded);
}

TEST_P(Shop, ArrangesWithTheCarrierWhatIsCollectedAtTheDoor) {
    test().gateway().at_delivery = true;
    test().gateway().on_begin = [](const payments::Attempt&) {
        return payments::testing::outcome(wire::OutcomeKind::Pending, wire::Awaiting::Clearing);
    };
    const auto id = ordered({"A"});
    EXPECT_EQ(now(id).payment, Payment::at_delivery);
    test().clock.move_to(test().clock.now() + std::chrono::hours(24 * 30));
    work();
    EXPECT_EQ(now(id).payment, Payment::at_delivery) << "no deadline passes";
    const auto other = ordered({"A"});
    ASSERT_TRUE(shop().cancel(other, "by_staff", "staff:1"));
    EXPECT_EQ(now(other).payment, Payment::void_) << "nothing is collected for it";
    ASSERT_TRUE(fulfilment::ship(shop().fulfilment, {id, "", Actor::staff(1)}));
    EXPECT_EQ(wrong(), "");
    ASSERT_TRUE(fulfilment::deliver(shop().fulfilment, id, Actor::staff(1)));
    EXPECT_EQ(now(id).payment, Payment::paid);
}

TEST_P(Shop, CancelsWhatCannotBeProcuredInEveryOrder) {
    const auto with_more = ordered({"A", "B"});
    const auto alone = ordered({"B"});
    shop().books.transact([&](Transaction& tx) { fulfilment::fail_supply(tx, shop().order_books, "B", "staff:1"); });
    work();
    EXPECT_EQ(now(with_more).payment, Payment::due);
    EXPECT_EQ(now(with_more).lines.size(), 1u);
    EXPECT_EQ(now(alone).fulfilment, orders::Fulfilment::cancelled);
}

TEST_P(Shop, HoldsAnOrderUntilItsCustomerAnsweredOrDidNot) {
    auto garbled = orders::testing::somebody();
    garbled.name = "Ann ???";
    const auto id = ordered({"A"}, garbled);
    EXPECT_EQ(now(id).hold, orders::Hold::held);
    EXPECT_EQ(now(id).payment, Payment::not_due);
    EXPECT_EQ(wrong(), "");
    test().clock.move_to(test().clock.now() + std::chrono::hours(24 * 8));
    work();
    EXPECT_EQ(now(id).fulfilment, orders::Fulfilment::cancelled);
}

TEST_P(Shop, TakesNoOrderFromAClosedHousehold) {
    const auto household = now(ordered({"A"})).household;
    shop().books.transact([&](Transaction& tx) {
        customers::set_standing(tx, {}, household, customers::Standing::closed, "conduct", shop().clock.now());
    });
    const auto refused = try_to_order({"A"}, orders::testing::somebody());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "account_closed");
}

TEST_P(Shop, ClosesAnAccountForGoodWhenItsHolderAsks) {
    const auto account = CustomerId{77};
    const store::Sql insert(
        "insert into customer (id, email, email_normalised, name, country, is_guest, state, made_at) "
        "values ($1, 'ann@example.org', 'ann@example.org', 'Ann', 'US', 0, 'open', 0)");
    shop().books.transact([&](Transaction& tx) { tx.run(insert, account); });
    const auto session = shop().sessions.log_in(shop().sessions.resume(std::nullopt), account.value);
    const auto unpaid = ordered({"A"}, orders::testing::somebody(), account);
    const auto sent_on = ordered({"A"}, orders::testing::somebody(), account);
    paid(sent_on);

    EXPECT_TRUE(shop().close_account(account));
    EXPECT_FALSE(shop().close_account(account));
    work();
    EXPECT_EQ(now(unpaid).fulfilment, orders::Fulfilment::cancelled);
    EXPECT_EQ(now(sent_on).payment, Payment::paid);
    EXPECT_FALSE(shop().sessions.resume(session.token).subject) << "nobody is logged in any more";
    EXPECT_EQ(try_to_order({"A"}, orders::testing::somebody()).error().code, "account_closed")
        << "buying as a guest is no way around it";
    shop().books.transact([&](Transaction& tx) {
        customers::set_standing(tx, account, {}, customers::Standing::open, "mistake", shop().clock.now());
    });
    EXPECT_EQ(shop().books.read([&](Transaction& tx) { return customers::standing_of(tx, account, {}); }),
              customers::Standing::closed);
    const auto was_sent = [&](const std::string& subject) {
        shop().postman.run_due();
        for (const auto& [to, mail] : test().transport().sent()) {
            if (mail.find("Subject: " + subject + "\r\n") != std::string::npos) return true;
        }
        return false;
    };
    EXPECT_TRUE(was_sent("account_closed_by_holder"));
    ASSERT_TRUE(shop().accounts.begin_registration({"Ann@example.org", "Ann", "US"}, "203.0.113.9"));
    EXPECT_TRUE(was_sent("already_registered")) << "the address is taken for good";
    EXPECT_FALSE(was_sent("finish_registration"));
}

TEST_P(Shop, RecordsRefusalsUpToALimitAMinute) {
    for (int i = 0; i < 125; ++i) EXPECT_FALSE(try_to_order({"NONE"}, orders::testing::somebody()));
    const auto kept = shop().books.read([&](Transaction& tx) { return policies::refused(tx, 1000).size(); });
    EXPECT_EQ(kept, 120u);
    test().clock.move_to(test().clock.now() + std::chrono::minutes(2));
    EXPECT_TRUE(try_to_order({"NONE"}, orders::testing::somebody()).error().decision);
}

TEST_P(Shop, FindsBooksThatContradictThemselves) {
    const auto id = ordered({"A"});
    const auto with = [&](const char* statement, const std::string& expected) {
        const store::Sql spoil(statement);
        const store::Sql spoilt_order(
            "update orders set fulfilment = 'ready', payment = 'due', hold = 'free', "
            "goods_minor = 1500, total_minor = 1500 + shipping_minor + fees_minor");
        const store::Sql spoilt_line("update order_line set in_hand = 1, cancelled = 0");
        const store::Sql spoilt_counter("update counter set value = 1");
        shop().books.transact([&](Transaction& tx) { tx.run(spoil); });
        EXPECT_NE(wrong().find(expected), std::string::npos) << statement << "\n" << wrong();
        shop().books.transact([&](Transaction& tx) {
            tx.run(spoilt_order);
            tx.run(spoilt_line);
            tx.run(spoilt_counter);
        });
        EXPECT_EQ(wrong(), "");
    };
    with("update orders set payment = 'paid'", "no attempt captured its total");
    with("update orders set fulfilment = 'shipped'", "has not one shipment");
    with("update orders set fulfilment = 'shipped'", "was sent unpaid");
    with("update orders set goods_minor = goods_minor + 1, total_minor = total_minor + 1",
         "costs other than its lines");
    with("update orders set goods_minor = goods_minor + 1, total_minor = total_minor + 1", "one invoice of its total");
    with("update orders set hold = 'held', fulfilment = 'cancelled'", "is held, but cancelled");
    with("update order_line set in_hand = 0", "is ready, but lacks units");
    with("update order_line set in_hand = 2", "other units in hand");
    with("update counter set value = 7", "counted otherwise");
    EXPECT_EQ(now(id).payment, Payment::due);
}

}  // namespace
}  // namespace noren::storefront
