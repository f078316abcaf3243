#include "payments/payments.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <mutex>
#include <set>
#include <thread>

#include "payments/testing.hpp"
#include "store/testing.hpp"

namespace noren::payments {
namespace {

using store::Transaction;
using testing::done;
using testing::outcome;
using testing::ScriptedGateway;
using wire::Awaiting;
using wire::OutcomeKind;

constexpr Instant start = instant_from_us(1'499'040'000'000'000);
constexpr OrderId order{41};
constexpr Money price{5000, JPY};

/// Payments of one order, which is due until an attempt is captured or pending.
class Paying : public store::testing::EachDatabase {
protected:
    void SetUp() override {
        static const store::Sql insert("insert into counter (name, subject, value) values ('due', 'order', 1)");
        store().transact([&](Transaction& tx) { tx.run(insert); });
    }

    Payments& payments() {
        if (payments_ == nullptr) {
            std::map<std::string, std::unique_ptr<Gateway>> gateways;
            for (auto [name, gateway] : {std::pair{"paypal", &paypal_}, std::pair{"card", &card_}}) {
                auto made = std::make_unique<ScriptedGateway>();
                *gateway = made.get();
                gateways[name] = std::move(made);
            }
            payments_ = std::make_unique<Payments>(store(), clock_, ids_, std::move(gateways), parts());
        }
        return *payments_;
    }
    ScriptedGateway& paypal() { return payments(), *paypal_; }
    ScriptedGateway& card() { return payments(), *card_; }

    Attempt begun(const std::string& method = "paypal") {
        auto attempt = payments().begin(order, method);
        if (!attempt) throw std::runtime_error(attempt.error().code);
        return *attempt;
    }
    Attempt stored(AttemptId id) {
        return store().read([&](Transaction& tx) { return payments().attempts().find(tx, id); }).value();
    }
    std::vector<Attempt> all() {
        return store().read([&](Transaction& tx) { return payments().attempts().of_order(tx, order); });
    }
    std::string state(AttemptId id) { return std::string(word_of(attempt_words, stored(id).state)); }
    std::string refusal(const Result<Attempt, Refusal>& result) { return result ? "none" : result.error().code; }
    /// What `on_settled` was told, in the transactions that were kept.
    std::int64_t told(AttemptEvent event) {
        static const store::Sql select("select value from counter where name = 'told' and subject = $1");
        return store().read([&](Transaction& tx) {
            const auto rows = tx.run(select, std::to_string(static_cast<int>(event)));
            return rows.empty() ? 0 : rows.integer(0, 0);
        });
    }
    std::optional<Instant> check_of(AttemptId id) {
        const std::lock_guard lock(mutex_);
        const auto found = checks_.find(id.value);
        return found == checks_.end() ? std::nullopt : std::optional(found->second);
    }
    void no_longer_due() { set_due(0); }

    VirtualClock clock_{start};

private:
    void set_due(int value) {
        store().transact([&](Transaction& tx) { write_due(tx, value); });
    }
    static void write_due(Transaction& tx, int value) {
        static const store::Sql update("update counter set value = $1 where name = 'due' and subject = 'order'");
        tx.run(update, value);
    }
    static store::Later<std::int64_t> lock_due(Transaction& tx) {
        static const store::Sql select("select value from counter where name = 'due' and subject = 'order'",
                                       "select value from counter where name = 'due' and subject = 'order' for update");
        return tx.ask(select).then([](const store::Rows& rows) { return rows.integer(0, 0); });
    }

    Parts parts() {
        Parts parts;
        parts.ask_payable = [](Transaction& tx, OrderId id) {
            return lock_due(tx).then([id](std::int64_t due) -> Result<Payable, Refusal> {
                if (id != order) return refuse(Refusal{"order_not_found", ""});
                if (due == 0) return refuse(Refusal{"not_due", ""});
                return Payable{order, "A-41", price, "paypal"};
            });
        };
        parts.on_settled = [](Transaction& tx, const Attempt&, AttemptEvent event) {
            static const store::Sql count(
                "insert into counter (name, subject, value) values ('told', $1, 1) on conflict ({shop} name, subject) "
                "do update set value = counter.value + 1");
            tx.run(count, std::to_string(static_cast<int>(event)));
            write_due(tx, event == AttemptEvent::refused ? 1 : 0);
        };
        parts.check_at = [this](Transaction&, AttemptId id, Instant due) {
            const std::lock_guard lock(mutex_);
            checks_[id.value] = due;
        };
        parts.no_check = [this](Transaction&, AttemptId id) {
            const std::lock_guard lock(mutex_);
            checks_.erase(id.value);
        };
        parts.details = [](const Attempt& attempt) {
            return Details{attempt.order_number, "https://x/r", "https://x/c", "en"};
        };
        return parts;
    }

    SystemEntropy entropy_;
    IdSource ids_{clock_, entropy_};
    ScriptedGateway* paypal_ = nullptr;
    ScriptedGateway* card_ = nullptr;
    std::unique_ptr<Payments> payments_;
    std::mutex mutex_;
    std::map<std::int64_t, Instant> checks_;
};
NOREN_ON_EACH_DATABASE(Paying);

wire::OutcomeT lost(const Attempt&) {
    return outcome(OutcomeKind::Unknown);
}

TEST_P(Paying, StoresTheIntentBeforeTheProviderIsAsked) {
    paypal().on_begin = [&](const Attempt& attempt) {
        EXPECT_EQ(state(attempt.id), "unknown");
        EXPECT_EQ(check_of(attempt.id), start + std::chrono::minutes(1));
        return testing::to_approve(attempt);
    };
    paypal().on_capture = [&](const Attempt& attempt) {
        EXPECT_EQ(state(attempt.id), "capturing");
        EXPECT_TRUE(check_of(attempt.id));
        return done(attempt.amount);
    };
    const auto attempt = begun();
    EXPECT_EQ(attempt.state, AttemptState::awaiting_customer);
    EXPECT_EQ(payments().capture(attempt.id)->state, AttemptState::captured);
    EXPECT_EQ(stored(attempt.id).captured, price);
    EXPECT_EQ(told(AttemptEvent::captured), 1);
    EXPECT_FALSE(check_of(attempt.id)) << "nothing is left to ask";
}

TEST_P(Paying, KeepsWhatWasExchangedAsEvidence) {
    const auto attempt = begun();
    payments().capture(attempt.id);
    const auto exchanges =
        store().read([&](Transaction& tx) { return payments().attempts().exchanges(tx, attempt.id); });
    ASSERT_EQ(exchanges.size(), 2u);
    EXPECT_EQ(exchanges[0].operation, "begin");
    EXPECT_EQ(exchanges[1].operation, "capture");
    EXPECT_EQ(exchanges[1].reply, "{}");
}

TEST_P(Paying, GivesBackTheAttemptThatIsStillToBeApproved) {
    const auto first = begun();
    EXPECT_EQ(begun().id, first.id);
    EXPECT_EQ(paypal().begins, 1);
}

TEST_P(Paying, SettlesALostBeginByAskingForTheStatusOnly) {
    paypal().on_begin = lost;
    const auto attempt = begun();
    EXPECT_EQ(state(attempt.id), "unknown");
    EXPECT_EQ(refusal(payments().begin(order, "paypal")), "payment_in_progress");
    EXPECT_EQ(refusal(payments().begin(order, "card")), "payment_in_progress");
    paypal().on_status = testing::to_approve;
    payments().settle(attempt.id);
    EXPECT_EQ(state(attempt.id), "awaiting_customer");
    EXPECT_FALSE(stored(attempt.id).redirect_url.empty());
    EXPECT_EQ(paypal().begins, 1);
}

TEST_P(Paying, NeverAsksForMoneyAgainAfterALostCapture) {
    paypal().on_capture = lost;
    const auto attempt = begun();
    EXPECT_EQ(payments().capture(attempt.id)->state, AttemptState::capturing);
    EXPECT_EQ(payments().capture(attempt.id)->state, AttemptState::capturing);
    EXPECT_EQ(refusal(payments().begin(order, "card")), "payment_in_progress");
    paypal().on_status = [](const Attempt& asked) { return done(asked.amount); };
    EXPECT_EQ(payments().settle(attempt.id)->state, AttemptState::captured);
    EXPECT_EQ(paypal().captures, 1);
    EXPECT_EQ(told(AttemptEvent::captured), 1);
}

TEST_P(Paying, DoesNotTakeApprovedForAnAnswerToWhatWasAskedAMomentAgo) {
    paypal().on_capture = lost;
    const auto attempt = begun();
    payments().capture(attempt.id);
    const auto sent = clock_.now();
    paypal().on_status = testing::to_approve;
    payments().settle(attempt.id);
    EXPECT_EQ(state(attempt.id), "capturing") << "the money may still be on its way";
    EXPECT_EQ(check_of(attempt.id), sent + check_delay(0)) << "asked again as soon as the answer can be believed";
    clock_.move_to(sent + check_delay(0));
    payments().settle(attempt.id);
    EXPECT_EQ(state(attempt.id), "awaiting_customer");
}

TEST_P(Paying, KeepsNotKnowingWhenTheQuestionForTheStatusWasNotSent) {
    paypal().on_begin = lost;
    const auto attempt = begun();
    paypal().on_status = [](const Attempt&) { return outcome(OutcomeKind::NotSent); };
    payments().settle(attempt.id);
    EXPECT_EQ(state(attempt.id), "unknown") << "that the question was not sent says nothing of the money";
    EXPECT_TRUE(check_of(attempt.id));

    paypal().on_status = testing::to_approve;
    payments().settle(attempt.id);
    paypal().on_capture = lost;
    payments().capture(attempt.id);
    paypal().on_status = [](const Attempt&) { return outcome(OutcomeKind::NotSent); };
    payments().settle(attempt.id);
    EXPECT_EQ(state(attempt.id), "capturing");
}

TEST_P(Paying, CapturesOnceThoughTheCustomerReturnsManyTimesAtOnce) {
    const auto attempt = begun();
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] { EXPECT_TRUE(payments().capture(attempt.id)); });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(paypal().captures, 1);
    EXPECT_EQ(told(AttemptEvent::captured), 1);
    EXPECT_EQ(payments().capture(attempt.id)->state, AttemptState::captured);
    EXPECT_EQ(paypal().captures, 1);
}

TEST_P(Paying, BeginsOnceThoughAskedManyTimesAtOnce) {
    auto& shared = payments();  // made before the threads are: they only use it
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) threads.emplace_back([&] { shared.begin(order, "paypal"); });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(paypal().begins, 1);
    EXPECT_EQ(all().size(), 1u);
}

TEST_P(Paying, CapturesOneOfTwoAttemptsApprovedAtOnce) {
    const auto one = begun("paypal");
    const auto other = begun("card");
    std::thread first([&] { payments().capture(one.id); });
    std::thread second([&] { payments().capture(other.id); });
    first.join();
    second.join();
    EXPECT_EQ(paypal().captures + card().captures, 1);
    EXPECT_EQ(state(one.id), "abandoned");
    EXPECT_EQ(state(other.id), "captured");
}

TEST_P(Paying, TakesNoMoneyForAnOrderThatIsNoLongerDue) {
    const auto attempt = begun();
    no_longer_due();
    EXPECT_EQ(refusal(payments().capture(attempt.id)), "not_due");
    EXPECT_EQ(paypal().captures, 0);
    EXPECT_EQ(refusal(payments().begin(order, "paypal")), "not_due");
}

TEST_P(Paying, DoesNotTakeAnotherAmountOrCurrencyForPaid) {
    const auto attempt = begun();
    for (const auto& wrong : {done(Money{4999, JPY}), done(Money{5000, USD}), outcome(OutcomeKind::Done)}) {
        const auto answer = [&wrong](const Attempt&) {
            wire::OutcomeT given = outcome(OutcomeKind::Done);
            if (wrong.amount) given.amount = std::make_unique<wire::MoneyT>(*wrong.amount);
            return given;
        };
        paypal().on_capture = answer;
        paypal().on_status = answer;
        payments().capture(attempt.id);
        payments().settle(attempt.id);
        EXPECT_EQ(state(attempt.id), "capturing");
        EXPECT_EQ(stored(attempt.id).reason, "amount_differs");
        EXPECT_EQ(stored(attempt.id).captured.minor(), 0);
    }
    EXPECT_EQ(told(AttemptEvent::captured), 0);
    EXPECT_EQ(refusal(payments().begin(order, "card")), "payment_in_progress");
}

TEST_P(Paying, BeginsAnewAfterAnAttemptThatNeverReachedTheProvider) {
    paypal().on_begin = [](const Attempt&) { return outcome(OutcomeKind::NotSent); };
    const auto first = begun();
    EXPECT_EQ(first.state, AttemptState::created);
    paypal().on_begin = testing::to_approve;
    const auto second = begun();
    EXPECT_NE(second.id, first.id);
    EXPECT_EQ(second.state, AttemptState::awaiting_customer);
    EXPECT_EQ(state(first.id), "abandoned");
}

TEST_P(Paying, GivesUpByItselfAnAttemptThatNeverReachedTheProvider) {
    paypal().on_begin = [](const Attempt&) { return outcome(OutcomeKind::NotSent); };
    const auto attempt = begun();
    EXPECT_EQ(payments().settle(attempt.id)->state, AttemptState::abandoned);
    EXPECT_EQ(paypal().statuses, 0);
    EXPECT_FALSE(check_of(attempt.id));
}

TEST_P(Paying, LetsTheCustomerTryAgainWhenTheCaptureWasNotSent) {
    const auto attempt = begun();
    paypal().on_capture = [](const Attempt&) { return outcome(OutcomeKind::NotSent); };
    EXPECT_EQ(payments().capture(attempt.id)->state, AttemptState::awaiting_customer);
    paypal().on_capture = [](const Attempt& asked) { return done(asked.amount); };
    EXPECT_EQ(payments().capture(attempt.id)->state, AttemptState::captured);
}

TEST_P(Paying, SaysWhyTheProviderRefused) {
    const auto attempt = begun();
    paypal().on_capture = [](const Attempt&) { return testing::refused("payment_declined"); };
    EXPECT_EQ(payments().capture(attempt.id)->state, AttemptState::refused);
    EXPECT_EQ(stored(attempt.id).reason, "payment_declined");
    EXPECT_EQ(told(AttemptEvent::refused), 1);
    EXPECT_FALSE(check_of(attempt.id));
    EXPECT_NE(begun().id, attempt.id) << "after a refusal the customer may begin again";
}

TEST_P(Paying, WaitsForAPendingPaymentUntilItClearsOrFails) {
    const auto attempt = begun();
    paypal().on_capture = [](const Attempt&) { return outcome(OutcomeKind::Pending, Awaiting::Clearing); };
    EXPECT_EQ(payments().capture(attempt.id)->state, AttemptState::pending);
    EXPECT_EQ(told(AttemptEvent::pending), 1);
    paypal().on_status = paypal().on_capture;
    payments().settle(attempt.id);
    EXPECT_EQ(told(AttemptEvent::pending), 1) << "the order is told once";
    EXPECT_TRUE(check_of(attempt.id));
    paypal().on_status = [](const Attempt& asked) { return done(asked.amount); };
    EXPECT_EQ(payments().settle(attempt.id)->state, AttemptState::captured);
}

TEST_P(Paying, BooksMoneyThatComesAfterAnAttemptWasGivenUp) {
    const auto attempt = begun();
    EXPECT_EQ(payments().abandon(attempt.id)->state, AttemptState::abandoned);
    EXPECT_FALSE(check_of(attempt.id));
    EXPECT_EQ(payments().capture(attempt.id)->state, AttemptState::abandoned);
    EXPECT_EQ(paypal().captures, 0);
    paypal().on_status = [](const Attempt& asked) { return done(asked.amount); };
    EXPECT_EQ(payments().settle(attempt.id)->state, AttemptState::captured);
    EXPECT_EQ(told(AttemptEvent::captured), 1);
}

TEST_P(Paying, DoesNotGiveUpWhatTheProviderMayHaveTaken) {
    const auto attempt = begun();
    paypal().on_capture = lost;
    payments().capture(attempt.id);
    EXPECT_EQ(payments().abandon(attempt.id)->state, AttemptState::capturing);
}

TEST_P(Paying, RefusesMethodsAndAttemptsThatAreNone) {
    EXPECT_EQ(refusal(payments().begin(order, "cheque")), "unknown_method");
    EXPECT_EQ(refusal(payments().begin(OrderId{7}, "paypal")), "order_not_found");
    EXPECT_EQ(refusal(payments().capture(AttemptId{7})), "attempt_not_found");
    EXPECT_EQ(refusal(payments().abandon(AttemptId{7})), "attempt_not_found");
    EXPECT_FALSE(payments().settle(AttemptId{7}));
    EXPECT_TRUE(all().empty());
}

TEST_P(Paying, AsksLessAndLessOftenAndCountsHowOften) {
    paypal().on_begin = lost;
    const auto attempt = begun();
    Instant last = start;
    for (int check = 1; check <= 30; ++check) {
        const auto due = check_of(attempt.id).value();
        EXPECT_GT(due, last);
        clock_.move_to(due);
        last = due;
        EXPECT_EQ(stored(attempt.id).checks, check - 1);
        payments().settle(attempt.id);
    }
    EXPECT_EQ(check_of(attempt.id), last + std::chrono::hours(24));
}

TEST_P(Paying, AsksSoonAfterALostCaptureHoweverLongTheCustomerTook) {
    const auto attempt = begun();
    for (int check = 0; check < 5; ++check) payments().settle(attempt.id);
    paypal().on_capture = lost;
    payments().capture(attempt.id);
    EXPECT_EQ(check_of(attempt.id), start + std::chrono::minutes(1));
}

TEST_P(Paying, CountsAQuestionThatBroughtAStepToo) {
    const auto attempt = begun();
    EXPECT_EQ(stored(attempt.id).checks, attempt.checks);
    EXPECT_EQ(stored(attempt.id).version, attempt.version);
}

// --- messages of providers

std::optional<wire::WebhookEventT> event(const std::string& id, AttemptId attempt, bool verified = true) {
    wire::WebhookEventT made;
    made.verified = verified;
    made.event_id = id;
    made.event_type = "CAPTURE.COMPLETED";
    made.attempt_id = id_text(attempt.value);
    return made;
}

TEST_P(Paying, AsksAtOnceWhenTheProviderSendsWord) {
    const auto attempt = begun();
    paypal().on_webhook = [&](const WebhookMessage&) { return event("E1", attempt.id); };
    EXPECT_TRUE(payments().receive("paypal", {}));
    EXPECT_EQ(check_of(attempt.id), start);
    EXPECT_EQ(state(attempt.id), "awaiting_customer") << "the message itself settles nothing";
}

TEST_P(Paying, KnowsAnEventThatItHasSeen) {
    const auto attempt = begun();
    paypal().on_webhook = [&](const WebhookMessage&) { return event("E1", attempt.id); };
    EXPECT_TRUE(payments().receive("paypal", {}));
    payments().abandon(attempt.id);  // takes the check away
    EXPECT_TRUE(payments().receive("paypal", {})) << "acknowledged, so that the provider stops repeating it";
    EXPECT_FALSE(check_of(attempt.id));
}

TEST_P(Paying, FindsTheAttemptByTheProvidersOwnReference) {
    const auto attempt = begun();
    paypal().on_webhook = [&](const WebhookMessage&) {
        auto found = event("E1", AttemptId{});
        found->attempt_id.clear();
        found->provider_ref = attempt.provider_ref;
        return found;
    };
    EXPECT_TRUE(payments().receive("paypal", {}));
    EXPECT_EQ(check_of(attempt.id), start);
}

TEST_P(Paying, IsNotMovedByMessagesThatAreNotTheProviders) {
    const auto attempt = begun();
    const auto before = check_of(attempt.id);
    EXPECT_FALSE(payments().receive("paypal", {}));
    EXPECT_FALSE(payments().receive("nobody", {}));
    paypal().on_webhook = [&](const WebhookMessage&) { return event("E1", attempt.id, false); };
    EXPECT_FALSE(payments().receive("paypal", {}));
    paypal().on_webhook = [&](const WebhookMessage&) { return event("", attempt.id); };
    EXPECT_FALSE(payments().receive("paypal", {}));
    EXPECT_EQ(check_of(attempt.id), before);
}

TEST_P(Paying, LetsNoGatewaySpeakOfAnothersAttempts) {
    const auto attempt = begun("paypal");
    const auto before = check_of(attempt.id);
    card().on_webhook = [&](const WebhookMessage&) { return event("E1", attempt.id); };
    payments().receive("card", {});
    EXPECT_EQ(check_of(attempt.id), before);
}

TEST_P(Paying, ComesToTheSameEndInWhateverOrderItHearsOfIt) {
    // The customer's return, the scheduled check, a message, and the customer turning back, in every order, while the
    // provider has taken the money with the first capture and lost its answer.
    std::vector<int> order_of_events{0, 1, 2, 3};
    int told_before = 0;
    do {
        bool taken = false;
        paypal().on_capture = [&](const Attempt&) { return taken = true, outcome(OutcomeKind::Unknown); };
        paypal().on_status = [&](const Attempt& asked) {
            return taken ? done(asked.amount) : testing::to_approve(asked);
        };
        const auto captures_before = paypal().captures.load();
        const auto attempt = begun();
        const auto id = id_text(attempt.id.value);
        paypal().on_webhook = [&](const WebhookMessage&) { return event("E" + id, attempt.id); };
        for (const auto happening : order_of_events) {
            if (happening == 0) payments().capture(attempt.id);
            if (happening == 1) payments().settle(attempt.id);
            if (happening == 2) payments().receive("paypal", {});
            if (happening == 3) payments().abandon(attempt.id);
        }
        if (check_of(attempt.id)) payments().settle(attempt.id);
        EXPECT_LE(paypal().captures - captures_before, 1);
        EXPECT_EQ(state(attempt.id), taken ? "captured" : "abandoned");
        told_before += taken ? 1 : 0;
        EXPECT_EQ(told(AttemptEvent::captured), told_before);
        static const store::Sql due_again("update counter set value = 1 where name = 'due' and subject = 'order'");
        store().transact([&](Transaction& tx) { tx.run(due_again); });
    } while (std::next_permutation(order_of_events.begin(), order_of_events.end()));
}

TEST_P(Paying, SettlesOnceThoughManyAskAtOnce) {
    paypal().on_begin = lost;
    const auto attempt = begun();
    paypal().on_status = [](const Attempt& asked) { return done(asked.amount); };
    std::vector<std::thread> threads;
    for (int i = 0; i < 6; ++i) threads.emplace_back([&] { payments().settle(attempt.id); });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(state(attempt.id), "captured");
    EXPECT_EQ(told(AttemptEvent::captured), 1);
}

// --- the repository

TEST_P(Paying, ReadsBackAnAttemptAsItWasStored) {
    paypal().on_begin = [](const Attempt& attempt) {
        auto made = testing::to_approve(attempt);
        made.reasons.emplace_back().code = "because";
        return made;
    };
    const auto given = begun();
    const auto read = stored(given.id);
    EXPECT_EQ(read.order, order);
    EXPECT_EQ(read.order_number, "A-41");
    EXPECT_EQ(read.method, "paypal");
    EXPECT_EQ(read.state, given.state);
    EXPECT_EQ(read.amount, price);
    EXPECT_EQ(read.captured, (Money{0, JPY}));
    EXPECT_EQ(read.provider_ref, "P-" + id_text(given.id.value));
    EXPECT_EQ(read.redirect_url, given.redirect_url);
    EXPECT_EQ(read.reason, "because");
    EXPECT_EQ(read.begun_at, start);
    EXPECT_EQ(read.updated_at, start);
}

TEST_P(Paying, RefusesToOverwriteWhatAnotherChanged) {
    const auto attempt = begun();
    try {
        store().transact([&](Transaction& tx) {
            auto stale = attempt;
            stale.version -= 1;
            payments().attempts().step(tx, stale, AttemptEvent::abandoned);
        });
        ADD_FAILURE() << "a stale attempt was stored";
    } catch (const store::Failure& failure) {
        EXPECT_EQ(failure.kind(), store::Failure::Kind::conflict);
    }
    EXPECT_EQ(state(attempt.id), "awaiting_customer");
}

TEST_P(Paying, ListsWhatIsNotSettled) {
    paypal().on_begin = lost;
    const auto attempt = begun();
    const auto unsettled = [&] {
        return store().read([&](Transaction& tx) { return payments().attempts().unsettled(tx, 10); }).size();
    };
    EXPECT_EQ(unsettled(), 1u);
    paypal().on_status = [](const Attempt& asked) { return done(asked.amount); };
    payments().settle(attempt.id);
    EXPECT_EQ(unsettled(), 0u);
}

TEST(AttemptTable, HasEveryStateWithinReachAndNoWayOutOfTheLast) {
    std::set<AttemptState> reached{AttemptState::created};
    for (std::size_t round = 0; round < attempt_steps.size(); ++round) {
        for (const auto& step : attempt_steps) {
            if (reached.contains(step.from)) reached.insert(step.to);
        }
    }
    EXPECT_EQ(reached.size(), attempt_words.size());
    for (const auto& step : attempt_steps) EXPECT_TRUE(may_change(step.from));
}

}  // namespace
}  // namespace noren::payments
