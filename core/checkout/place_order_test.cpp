#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "carriers/testing.hpp"
#include "checkout/checkout.hpp"
#include "orders/testing.hpp"

namespace noren::checkout {
namespace {

using orders::testing::Desk;
using policies::testing::verdict;
using store::Transaction;
using wire::Effect;
using wire::FactsT;
using wire::Point;

class Checkout : public store::testing::EachDatabase {
protected:
    void TearDown() override { EXPECT_EQ(desk().discrepancies(), 0u); }

    Desk& desk() { return desk(orders::testing::usual_voters()); }
    Desk& desk(std::vector<policies::Voter> voters) {
        if (desk_ == nullptr) {
            desk_ = std::make_unique<Desk>(store(), std::move(voters));
            customers_ = std::make_unique<customers::Customers>(key_, desk_->clock, desk_->ids);
            auto carrier = std::make_unique<carriers::testing::FixedCarrier>();
            carrier_ = carrier.get();
            std::map<std::string, std::unique_ptr<carriers::Carrier>> by_name;
            by_name["post"] = std::move(carrier);
            carriers_ = std::make_unique<carriers::Carriers>(std::move(by_name));
            parts_ = std::make_unique<Parts>(Parts{
                store(), desk_->books, catalog_, *customers_, *carriers_, {"paypal"}, "JP", JPY, key_, [](auto&&...) {
                    return store::Later<std::vector<wire::HistoryT>>([] { return std::vector<wire::HistoryT>(); });
                }});
            sell("A", 1500);
            desk_->receive("A", 10);
        }
        return *desk_;
    }
    /// The usual policies and one more.
    Desk& desk_with(policies::Voter voter) {
        auto voters = orders::testing::usual_voters();
        voters.push_back(std::move(voter));
        return desk(std::move(voters));
    }
    const Parts& parts() { return desk(), *parts_; }
    carriers::testing::FixedCarrier& carrier() { return desk(), *carrier_; }

    void sell(const std::string& sku, std::int64_t yen, const std::string& state = "in_stock") {
        catalog::Item item;
        item.sku = sku;
        item.title = "Thing " + sku;
        item.price = {yen, JPY};
        item.sale_state = state;
        item.weight = Grams{300};
        store().transact([&](Transaction& tx) { catalog_.put(tx, item); });
    }
    static cart::Cart cart_of(std::vector<cart::CartLine> lines) {
        cart::Cart cart;
        cart.lines = std::move(lines);
        cart.contact = orders::testing::somebody();
        cart.shipping_method = "post";
        cart.payment_method = "paypal";
        return cart;
    }
    Appraisal appraised(const cart::Cart& cart) { return appraise(parts(), cart); }
    PlaceRequest request(const cart::Cart& cart, const std::string& key = "k1", const std::string& session = "s1") {
        PlaceRequest request;
        request.session = session;
        request.cart = cart;
        request.quote = sign(appraised(cart).quote(session, "r1", desk().clock.now()), key_);
        request.language = "en";
        request.idempotency_key = key;
        request.request_hash = "body";
        return request;
    }
    Result<Placed, Refusal> place(const PlaceRequest& asked) { return place_order(parts(), asked); }
    std::string code(const Result<Placed, Refusal>& result) { return result ? "placed" : result.error().code; }
    std::size_t orders_stored() {
        return store().read([&](Transaction& tx) { return desk().orders.page(tx, {}, 1000).size(); });
    }

private:
    const customers::Key key_ = customers::Key::from_secret("a secret of the test, long enough");
    catalog::Catalog catalog_;
    std::unique_ptr<Desk> desk_;
    std::unique_ptr<customers::Customers> customers_;
    std::unique_ptr<carriers::Carriers> carriers_;
    carriers::testing::FixedCarrier* carrier_ = nullptr;
    std::unique_ptr<Parts> parts_;
};
NOREN_ON_EACH_DATABASE(Checkout);

std::string codes(const std::vector<policies::Reason>& reasons) {
    std::string text;
    for (const auto& reason : reasons) text += reason.code + " ";
    return text;
}

TEST_P(Checkout, PlacesWhatTheQuoteShows) {
    const auto placed = place(request(cart_of({{"A", 2}})));
    ASSERT_TRUE(placed) << placed.error().code;
    const auto order = desk().find(placed->orders.front().id).value();
    EXPECT_EQ(order.number, placed->orders.front().number);
    EXPECT_EQ(order.total, (Money{3900, JPY}));
    EXPECT_EQ(order.shipping, (Money{900, JPY}));
    EXPECT_EQ(order.payment, orders::Payment::due);
    EXPECT_EQ(order.fulfilment, orders::Fulfilment::ready);
    EXPECT_EQ(order.session, "s1");
    EXPECT_EQ(desk().free_units("A"), 8);
    EXPECT_EQ(desk().owed(order.id).first, 3900);
    EXPECT_EQ(desk().next_job(), order.due_at);
    const auto mails = desk().mails();
    EXPECT_NE(std::find(mails.begin(), mails.end(), "order_placed"), mails.end());
    EXPECT_NE(std::find(mails.begin(), mails.end(), "payment_requested"), mails.end());
}

TEST_P(Checkout, ChargesWhatWasShownOrAsksAnew) {
    const auto cart = cart_of({{"A", 2}});
    const auto shown = request(cart);
    const auto differing = [&] {
        const auto placed = place(shown);
        return placed || placed.error().differences.empty() ? code(placed) : placed.error().differences.front().code;
    };
    carrier().price = 901;
    EXPECT_EQ(differing(), "shipping_price");
    carrier().price = 900;
    sell("A", 1499);
    EXPECT_EQ(differing(), "unit_price") << "cheaper is another price too";
    sell("A", 1500);
    auto more = shown;
    more.cart.lines[0].quantity = 3;
    EXPECT_EQ(code(place(more)), "quote_differs");
    auto elsewhere = shown;
    elsewhere.cart.contact.country = "CA";
    EXPECT_EQ(code(place(elsewhere)), "quote_differs");
    EXPECT_EQ(orders_stored(), 0u);
    EXPECT_EQ(desk().free_units("A"), 10);
    EXPECT_EQ(differing(), "placed") << "a refusal does not use the key up";
}

TEST_P(Checkout, RefusesWhatIsGoneSinceItWasShown) {
    const auto shown = request(cart_of({{"A", 6}}));
    ASSERT_TRUE(place(request(cart_of({{"A", 6}}), "other", "s2")));
    const auto placed = place(shown);
    ASSERT_FALSE(placed);
    EXPECT_EQ(placed.error().code, "refused");
    EXPECT_EQ(codes(placed.error().reasons), "too_many ");
    EXPECT_EQ(orders_stored(), 1u);
}

TEST_P(Checkout, RecordsWhyItRefused) {
    desk_with(policies::testing::voter("bars", {Point::Sell}, [](const FactsT&) {
        auto made = verdict(Effect::Deny);
        made.reasons.push_back(policies::testing::reason("barred_after_nonpayment", wire::Severity::Refusal, 0));
        return made;
    }));
    const auto placed = place(request(cart_of({{"A", 1}})));
    ASSERT_FALSE(placed);
    EXPECT_EQ(placed.error().code, "refused");
    EXPECT_EQ(codes(placed.error().reasons), "barred_after_nonpayment ");
    ASSERT_TRUE(placed.error().decision);
    const auto record =
        store().read([&](Transaction& tx) { return policies::find(tx, *placed.error().decision); }).value();
    EXPECT_EQ(record.occasion, "place_refused");
    EXPECT_FALSE(record.order);
    EXPECT_EQ(policies::facts_of(record).order->lines.at(0).sku, "A");
}

TEST_P(Checkout, KeepsWithinALimitThoughThePolicyOnlyWarns) {
    desk_with(policies::testing::voter("warns", {Point::Sell}, [](const FactsT&) {
        auto made = verdict(Effect::Warn);
        made.limits.push_back(policies::testing::limit(0, 2, "on_hand"));
        made.reasons.push_back(policies::testing::reason("few_left", wire::Severity::Warning, 0));
        return made;
    }));
    EXPECT_EQ(codes(appraised(cart_of({{"A", 3}})).refusals), "too_many ");
    EXPECT_EQ(codes(appraised(cart_of({{"A", 2}})).refusals), "");
}

TEST_P(Checkout, DoesNotTakeAnOrderThatNobodyMayInvoice) {
    desk_with(policies::testing::failing("broken", {Point::Invoice}, "timed_out", policies::Fallback::deny));
    EXPECT_EQ(codes(appraised(cart_of({{"A", 1}})).refusals), "policy_failed ");
}

TEST_P(Checkout, AnswersTheSameKeyTheSame) {
    const auto asked = request(cart_of({{"A", 2}}));
    const auto first = place(asked);
    ASSERT_TRUE(first);
    EXPECT_FALSE(first->repeated);
    auto repeat = asked;
    repeat.cart.lines.clear();  // as the shop empties it
    desk().clock.move_to(desk().clock.now() + std::chrono::hours(2));
    const auto again = place(repeat);
    ASSERT_TRUE(again) << again.error().code;
    EXPECT_TRUE(again->repeated);
    EXPECT_EQ(again->orders.front().number, first->orders.front().number);
    EXPECT_EQ(again->orders.front().id, first->orders.front().id);
    repeat.request_hash = "another body";
    EXPECT_EQ(code(place(repeat)), "key_reused");
    auto stranger = request(cart_of({{"A", 1}}), "k1", "s2");
    EXPECT_EQ(code(place(stranger)), "placed") << "another session's key is another key";
    EXPECT_EQ(orders_stored(), 2u);
}

TEST_P(Checkout, PlacesOneOrderThoughTheRequestCameSixteenTimesAtOnce) {
    const auto asked = request(cart_of({{"A", 10}}));
    std::vector<std::thread> threads;
    std::atomic<int> answered = 0;
    std::atomic<int> first = 0;
    for (int i = 0; i < 16; ++i) {
        threads.emplace_back([&] {
            const auto placed = place(asked);
            answered += placed ? 1 : 0;
            first += placed && !placed->repeated ? 1 : 0;
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(answered, 16);
    EXPECT_EQ(first, 1);
    EXPECT_EQ(orders_stored(), 1u);
    EXPECT_EQ(desk().free_units("A"), 0);
}

TEST_P(Checkout, SellsNoUnitTwiceThoughAHundredWantTheLastTen) {
    std::vector<PlaceRequest> requests;
    for (int i = 0; i < 100; ++i) requests.push_back(request(cart_of({{"A", 1}}), "k", "s" + std::to_string(i)));
    std::atomic<std::size_t> next = 0;
    std::atomic<int> placed = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] {
            for (auto mine = next++; mine < requests.size(); mine = next++) {
                const auto result = place(requests[mine]);
                if (result)
                    ++placed;
                else
                    EXPECT_TRUE(code(result) == "refused" || code(result) == "out_of_stock") << code(result);
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(placed, 10);
    EXPECT_EQ(orders_stored(), 10u);
    EXPECT_EQ(desk().free_units("A"), 0);
}

policies::Voter at_most_two() {
    return policies::testing::voter("limit", {Point::Sell}, [](const FactsT&) {
        auto made = verdict(Effect::Allow);
        made.guards.push_back(policies::testing::guard("units_ordered", "A", 2));
        return made;
    });
}

TEST_P(Checkout, HoldsAHouseholdToItsLimitThoughItOrdersManyTimesAtOnce) {
    desk_with(at_most_two());
    std::vector<PlaceRequest> requests;
    for (int i = 0; i < 8; ++i) requests.push_back(request(cart_of({{"A", 1}}), "k", "s" + std::to_string(i)));
    std::atomic<int> placed = 0;
    std::vector<std::thread> threads;
    for (const auto& asked : requests) threads.emplace_back([&] { placed += place(asked) ? 1 : 0; });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(placed, 2);
    EXPECT_EQ(desk().free_units("A"), 8);
}

TEST_P(Checkout, CountsTwoLinesOfOneItemTogether) {
    desk_with(at_most_two());
    EXPECT_EQ(code(place(request(cart_of({{"A", 2}, {"A", 1}})))), "refused");
    EXPECT_EQ(code(place(request(cart_of({{"A", 1}, {"A", 1}})))), "placed");
}

TEST_P(Checkout, FindsTwoLinesOfOneItemOutOfStockTogether) {
    const auto placed = place(request(cart_of({{"A", 6}, {"A", 6}})));
    ASSERT_FALSE(placed);
    EXPECT_EQ(placed.error().code, "out_of_stock");
    EXPECT_EQ(desk().free_units("A"), 10);
}

TEST_P(Checkout, NeverKeepsWithinACounterThatNobodyKeeps) {
    desk_with(policies::testing::voter("odd", {Point::Sell}, [](const FactsT&) {
        auto made = verdict(Effect::Allow);
        made.guards.push_back(policies::testing::guard("full_moons", "A", 99));
        return made;
    }));
    EXPECT_EQ(code(place(request(cart_of({{"A", 1}})))), "refused");
}

TEST_P(Checkout, MakesAGuestOfWhoeverIsNotLoggedIn) {
    const auto guest = place(request(cart_of({{"A", 1}})));
    ASSERT_TRUE(guest);
    const auto customer = desk().find(guest->orders.front().id)->customer;
    const auto known = store().read([&](Transaction& tx) { return parts().customers.find(tx, customer); });
    ASSERT_TRUE(known);
    EXPECT_TRUE(known->is_guest);
    auto asked = request(cart_of({{"A", 1}}), "k2");
    asked.customer = CustomerId{77};
    EXPECT_EQ(desk().find(place(asked)->orders.front().id)->customer, CustomerId{77});
}

TEST_P(Checkout, RefusesWhatIsIncompleteOrNotOurs) {
    const auto asked = request(cart_of({{"A", 1}}));
    auto empty = asked;
    empty.cart.lines.clear();
    EXPECT_EQ(code(place(empty)), "cart_empty");
    for (auto field : {&orders::Contact::email, &orders::Contact::name, &orders::Contact::country}) {
        auto incomplete = asked;
        (incomplete.cart.contact.*field).clear();
        EXPECT_EQ(code(place(incomplete)), "contact_missing");
    }
    auto forged = asked;
    forged.quote.back() = ' ';
    EXPECT_EQ(code(place(forged)), "quote_invalid");
    auto stolen = asked;
    stolen.session = "s2";
    EXPECT_EQ(code(place(stolen)), "quote_invalid");
    desk().clock.move_to(desk().clock.now() + quote_lifetime);
    EXPECT_EQ(code(place(asked)), "quote_expired");
    EXPECT_EQ(orders_stored(), 0u);
}

/// Puts what is pre-ordered apart from the rest, and has it invoiced later; or, on demand, everything together.
std::vector<policies::Voter> voters_on_pre_orders(const std::atomic<bool>& apart) {
    auto voters = orders::testing::usual_voters();
    std::erase_if(voters, [](const policies::Voter& voter) { return voter.id == "terms"; });
    voters.push_back(policies::testing::voter("numbers", {Point::Partition}, [&apart](const FactsT& facts) {
        auto made = verdict(Effect::Allow);
        for (const auto& line : facts.order->lines)
            made.groups.push_back(apart && line.sale_state == "pre_order" ? 7 : 3);
        return made;
    }));
    voters.push_back(policies::testing::voter("terms", {Point::Invoice}, [](const FactsT& facts) {
        for (const auto& line : facts.order->lines) {
            if (line.sale_state == "pre_order") return verdict(Effect::Wait);
        }
        auto made = verdict(Effect::Allow);
        made.due = policies::testing::due(7, "d");
        return made;
    }));
    return voters;
}

TEST_P(Checkout, PlacesEachPartAsAnOrderOfItsOwn) {
    const std::atomic<bool> apart = true;
    desk(voters_on_pre_orders(apart));
    sell("P", 5000, "pre_order");
    desk().receive("P", 3);
    const auto placed = place(request(cart_of({{"P", 1}, {"A", 2}})));
    ASSERT_TRUE(placed) << placed.error().code;
    ASSERT_EQ(placed->orders.size(), 2u);
    const auto later = desk().find(placed->orders[0].id).value();
    const auto now = desk().find(placed->orders[1].id).value();
    EXPECT_EQ(later.lines.at(0).sku, "P");
    EXPECT_EQ(later.lines.size(), 1u);
    EXPECT_EQ(now.lines.at(0).sku, "A");
    EXPECT_EQ(now.lines.size(), 1u);
    EXPECT_EQ(later.goods, (Money{5000, JPY}));
    EXPECT_EQ(later.shipping, (Money{900, JPY}));
    EXPECT_EQ(later.total, (Money{5900, JPY}));
    EXPECT_EQ(now.total, (Money{3900, JPY}));
    EXPECT_EQ(later.payment, orders::Payment::not_due);
    EXPECT_EQ(now.payment, orders::Payment::due);
    EXPECT_EQ(desk().owed(later.id).first, 0);
    EXPECT_EQ(desk().owed(now.id).first, 3900);
    EXPECT_NE(later.number, now.number);
    EXPECT_EQ(later.number, placed->orders[0].number);
    EXPECT_EQ(later.customer, now.customer);
    EXPECT_NE(later.reservation, now.reservation);
    EXPECT_EQ(desk().free_units("A"), 8);
    EXPECT_EQ(desk().free_units("P"), 2);
    const auto mails = desk().mails();
    EXPECT_EQ(std::count(mails.begin(), mails.end(), "order_placed"), 2);
    EXPECT_EQ(std::count(mails.begin(), mails.end(), "payment_requested"), 1);
}

TEST_P(Checkout, RecordsOfEachPartWhatWasDecidedOfItAndOfTheWhole) {
    const std::atomic<bool> apart = true;
    desk(voters_on_pre_orders(apart));
    sell("P", 5000, "pre_order");
    desk().receive("P", 3);
    const auto placed = place(request(cart_of({{"P", 1}, {"A", 2}})));
    ASSERT_TRUE(placed);
    for (const auto& [id, number] : placed->orders) {
        const auto records = store().read([&, order = id](Transaction& tx) { return policies::of_order(tx, order); });
        ASSERT_EQ(records.size(), 2u);
        EXPECT_EQ(records[0].occasion, "sold");
        EXPECT_EQ(policies::facts_of(records[0]).order->lines.size(), 2u);
        EXPECT_EQ(records[1].occasion, "placed");
        const auto facts = policies::facts_of(records[1]);
        EXPECT_EQ(facts.order->lines.size(), 1u);
        EXPECT_EQ(facts.order->number, number);
        EXPECT_EQ(facts.order->total->minor, desk().find(id)->total.minor());
        std::size_t size = 0;
        for (const auto& record : records) {
            size += record.facts.size();
            for (const auto& ballot : record.ballots) size += ballot.reply.size();
        }
        EXPECT_LE(size, policies::record_budget);
    }
}

TEST_P(Checkout, LeavesNothingOfAnyPartWhenOneCannotBeHad) {
    desk_with(policies::testing::voter("numbers", {Point::Partition}, [](const FactsT&) {
        auto made = verdict(Effect::Allow);
        made.groups = {0, 1};
        return made;
    }));
    const auto of_both = place(request(cart_of({{"A", 6}, {"A", 6}})));
    ASSERT_FALSE(of_both);
    EXPECT_EQ(of_both.error().code, "out_of_stock");
    sell("B", 2000);
    desk().receive("B", 1);
    const auto shown = request(cart_of({{"A", 2}, {"B", 1}}));
    ASSERT_TRUE(place(request(cart_of({{"B", 1}}), "other", "s2")));
    EXPECT_EQ(code(place(shown)), "refused");
    EXPECT_EQ(orders_stored(), 1u);
    EXPECT_EQ(desk().free_units("A"), 10);
    EXPECT_EQ(desk().mails().size(), 2u) << "those of the other order";
}

TEST_P(Checkout, AnswersTheSameKeyWithAllNumbers) {
    const std::atomic<bool> apart = true;
    desk(voters_on_pre_orders(apart));
    sell("P", 5000, "pre_order");
    desk().receive("P", 3);
    const auto asked = request(cart_of({{"P", 1}, {"A", 2}}));
    const auto first = place(asked);
    const auto again = place(asked);
    ASSERT_TRUE(first && again);
    EXPECT_TRUE(again->repeated);
    ASSERT_EQ(again->orders.size(), 2u);
    for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_EQ(again->orders[i].id, first->orders[i].id);
        EXPECT_EQ(again->orders[i].number, first->orders[i].number);
    }
    EXPECT_EQ(orders_stored(), 2u);
}

TEST_P(Checkout, AsksAnewWhenTheLinesBecomeOtherOrders) {
    std::atomic<bool> apart = true;
    desk(voters_on_pre_orders(apart));
    sell("P", 5000, "pre_order");
    desk().receive("P", 3);
    const auto cart = cart_of({{"P", 1}, {"A", 2}});
    const auto two = request(cart);
    apart = false;
    const auto one = request(cart);
    const auto no_longer_two = place(two);
    ASSERT_FALSE(no_longer_two);
    EXPECT_EQ(no_longer_two.error().code, "quote_differs");
    ASSERT_EQ(no_longer_two.error().differences.size(), 1u);
    EXPECT_EQ(no_longer_two.error().differences[0].code, "orders");
    EXPECT_EQ(no_longer_two.error().differences[0].shown, "P, A");
    EXPECT_EQ(no_longer_two.error().differences[0].now, "P + A");
    apart = true;
    const auto no_longer_one = place(one);
    ASSERT_FALSE(no_longer_one);
    EXPECT_EQ(no_longer_one.error().differences.at(0).code, "orders");
    EXPECT_EQ(orders_stored(), 0u);
    EXPECT_EQ(code(place(two)), "placed");
}

TEST_P(Checkout, ChargesEachPartWhatWasShownOfIt) {
    const std::atomic<bool> apart = true;
    desk(voters_on_pre_orders(apart));
    sell("P", 5000, "pre_order");
    desk().receive("P", 3);
    const auto cart = cart_of({{"P", 1}, {"A", 2}});
    const auto quote = appraised(cart).quote("s1", "r1", desk().clock.now());
    ASSERT_EQ(quote.orders.size(), 2u);
    EXPECT_EQ(quote.orders[0].amounts.total, (Money{5900, JPY}));
    EXPECT_EQ(quote.amounts().shipping, (Money{1800, JPY}));
    EXPECT_EQ(quote.amounts().total, (Money{9800, JPY}));
    const auto shown = request(cart);
    sell("A", 1499);
    const auto dearer = place(shown);
    ASSERT_FALSE(dearer);
    EXPECT_EQ(dearer.error().differences.at(0).code, "unit_price");
    EXPECT_EQ(dearer.error().differences.at(1).code, "total");
    EXPECT_EQ(dearer.error().differences.at(1).order, 1u);
}

TEST_P(Checkout, RefusesAllWhenACarrierDoesNotTakeOnePart) {
    const std::atomic<bool> apart = true;
    desk(voters_on_pre_orders(apart));
    sell("P", 5000, "pre_order");
    desk().receive("P", 3);
    carrier().most_g = 700;  // each thing weighs 300 g
    EXPECT_EQ(codes(appraised(cart_of({{"P", 2}, {"A", 2}})).refusals), "") << "each parcel is light enough";
    const auto heavy = appraised(cart_of({{"P", 3}, {"A", 2}}));
    EXPECT_EQ(codes(heavy.refusals), "shipping_not_offered too_heavy ");
    ASSERT_EQ(heavy.shipping.size(), 1u);
    EXPECT_FALSE(heavy.shipping[0].offered);
    const auto refused = place(request(cart_of({{"P", 3}, {"A", 2}})));
    ASSERT_FALSE(refused);
    const auto record =
        store().read([&](Transaction& tx) { return policies::find(tx, refused.error().decision.value()); });
    EXPECT_EQ(policies::facts_of(record.value()).order->lines.size(), 1u) << "the order that was refused";
}

TEST_P(Checkout, OffersForAllPartsWhatIsOfferedForEach) {
    std::atomic<bool> apart = true;
    auto voters = voters_on_pre_orders(apart);
    voters.push_back(policies::testing::voter("cautious", {Point::OfferPayment}, [](const FactsT& facts) {
        auto made = verdict(Effect::Allow);
        const bool dear = facts.order->goods->minor > 4000;
        made.methods.push_back(policies::testing::method("paypal", dear ? Effect::Deny : Effect::Allow));
        if (dear) made.methods.back().reasons.front().line = 0;
        return made;
    }));
    desk(std::move(voters));
    sell("P", 5000, "pre_order");
    desk().receive("P", 3);
    const auto appraisal = appraised(cart_of({{"A", 2}, {"P", 1}}));
    ASSERT_EQ(appraisal.shipping.size(), 1u);
    EXPECT_EQ(appraisal.shipping[0].service.price, (Money{1800, JPY})) << "of both parcels";
    ASSERT_EQ(appraisal.payment.size(), 1u);
    EXPECT_FALSE(appraisal.payment[0].offered);
    EXPECT_EQ(codes(appraisal.refusals), "payment_not_offered method_refused ");
    EXPECT_EQ(appraisal.refusals.at(1).line, 1) << "the second of the cart, though the first of its order";
    EXPECT_EQ(codes(appraised(cart_of({{"A", 2}})).refusals), "");
}

TEST_P(Checkout, TellsOfEachPartThePastOfItsOwnItems) {
    const std::atomic<bool> apart = true;
    desk(voters_on_pre_orders(apart));
    sell("P", 5000, "pre_order");
    desk().receive("P", 3);
    auto with_past = parts();
    with_past.ask_history = [](auto&&...) {
        return store::Later<std::vector<wire::HistoryT>>([] {
            std::vector<wire::HistoryT> past(3);
            past[0].need = past[1].need = "units_ordered";
            past[0].key = "A";
            past[1].key = "P";
            past[2].need = "orders_paid";
            return past;
        });
    };
    const auto told = appraise(with_past, cart_of({{"A", 1}, {"P", 1}}));
    const auto& of_p = told.orders.at(1).hearing.facts.history;
    ASSERT_EQ(of_p.size(), 2u);
    EXPECT_EQ(of_p[0].key, "P");
    EXPECT_EQ(of_p[1].need, "orders_paid");
    EXPECT_EQ(told.of_the_whole->facts.history.size(), 3u);
}

TEST_P(Checkout, CountsAllPartsTogetherAgainstALimit) {
    auto voters = orders::testing::usual_voters();
    voters.push_back(at_most_two());
    voters.push_back(policies::testing::voter("numbers", {Point::Partition}, [](const FactsT&) {
        auto made = verdict(Effect::Allow);
        made.groups = {0, 1};
        return made;
    }));
    desk(std::move(voters));
    EXPECT_EQ(code(place(request(cart_of({{"A", 2}, {"A", 1}})))), "refused");
    EXPECT_EQ(orders_stored(), 0u);
    EXPECT_EQ(code(place(request(cart_of({{"A", 1}, {"A", 1}})))), "placed");
    EXPECT_EQ(orders_stored(), 2u);
}

TEST_P(Checkout, AsksWhichLinesShareANumberOnceAndOnlyWhereThereAreSeveral) {
    std::atomic<int> asked = 0;
    desk_with(policies::testing::voter("numbers", {Point::Partition}, [&](const FactsT&) {
        ++asked;
        return verdict(Effect::Allow);
    }));
    sell("B", 2000);
    desk().receive("B", 5);
    ASSERT_EQ(place(request(cart_of({{"A", 3}})))->orders.size(), 1u);
    EXPECT_EQ(asked, 0);
    const auto together = request(cart_of({{"A", 1}, {"B", 1}}), "k2");
    EXPECT_EQ(asked, 1);
    const auto placed = place(together);
    EXPECT_EQ(asked, 2);
    ASSERT_EQ(placed->orders.size(), 1u) << "a policy that says nothing keeps them together";
    const auto records =
        store().read([&](Transaction& tx) { return policies::of_order(tx, placed->orders.front().id); });
    ASSERT_EQ(records.size(), 1u);
}

TEST_P(Checkout, BecomesNoMoreOrdersThanItMay) {
    desk_with(policies::testing::voter("numbers", {Point::Partition}, [](const FactsT& facts) {
        auto made = verdict(Effect::Allow);
        for (std::size_t i = 0; i < facts.order->lines.size(); ++i) made.groups.push_back(static_cast<int>(i));
        return made;
    }));
    const auto of = [&](std::size_t lines) { return appraised(cart_of({lines, {"A", 1}})); };
    EXPECT_EQ(of(most_orders).orders.size(), most_orders);
    EXPECT_EQ(codes(of(most_orders).refusals), "");
    EXPECT_EQ(of(most_orders + 1).orders.size(), 1u);
    EXPECT_EQ(codes(of(most_orders + 1).refusals), "too_many_orders ");
}

TEST_P(Checkout, TakesNothingWhenNobodyCanSayWhichLinesShareANumber) {
    desk_with(policies::testing::failing("broken", {Point::Partition}, "timed_out", policies::Fallback::deny));
    EXPECT_EQ(codes(appraised(cart_of({{"A", 1}, {"A", 1}})).refusals), "policy_failed ");
    EXPECT_EQ(codes(appraised(cart_of({{"A", 1}})).refusals), "");
}

TEST_P(Checkout, TakesBackOrdersWithoutStock) {
    sell("B", 2000, "back_order");
    const auto placed = place(request(cart_of({{"B", 3}})));
    ASSERT_TRUE(placed) << placed.error().code;
    const auto order = desk().find(placed->orders.front().id).value();
    EXPECT_EQ(order.lines.at(0).source, "none");
    EXPECT_EQ(order.fulfilment, orders::Fulfilment::waiting);
}

TEST_P(Checkout, SaysOfEveryItemAndMethodWhyItIsNotOffered) {
    auto cart = cart_of({{"A", 1}, {"UNKNOWN", 1}});
    cart.payment_method = "cheque";
    cart.shipping_method = "pigeon";
    EXPECT_EQ(codes(appraised(cart).refusals), "unknown_item shipping_not_offered payment_not_offered ");
}

TEST_P(Checkout, KeepsTheRecordOfAPlacedOrderSmallAndWithoutPersonalData) {
    for (const auto* sku : {"B", "C"}) {
        sell(sku, 2000);
        desk().receive(sku, 5);
    }
    const auto placed = place(request(cart_of({{"A", 1}, {"B", 2}, {"C", 1}})));
    ASSERT_TRUE(placed);
    const auto records =
        store().read([&](Transaction& tx) { return policies::of_order(tx, placed->orders.front().id); });
    ASSERT_EQ(records.size(), 1u);
    std::size_t size = records[0].facts.size();
    std::string all(records[0].facts.begin(), records[0].facts.end());
    for (const auto& ballot : records[0].ballots) {
        size += ballot.reply.size() + ballot.policy.size() + ballot.version.size() + ballot.event.size() +
                ballot.fault.size();
        all.append(ballot.reply.begin(), ballot.reply.end());
    }
    EXPECT_LE(size, policies::record_budget);
    for (const auto& secret : {orders::testing::somebody().email, orders::testing::somebody().name,
                               orders::testing::somebody().street[0], orders::testing::somebody().phone}) {
        EXPECT_EQ(all.find(secret), std::string::npos) << secret;
    }
}

}  // namespace
}  // namespace noren::checkout
