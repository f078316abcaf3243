#include "jobs/jobs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <future>
#include <set>

#include "store/testing.hpp"

namespace noren::jobs {
namespace {

using store::Sql;
using store::Transaction;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

constexpr Instant start = instant_from_us(1'499'040'000'000'000);

class AJob : public store::testing::EachDatabase {
protected:
    void schedule(const std::string& subject, Instant due, Existing existing = Existing::replace,
                  const std::string& payload = "{}") {
        store().transact([&](Transaction& tx) { jobs_.schedule(tx, {"deadline", subject, payload, due}, existing); });
    }
    void cancel(const std::string& subject) {
        store().transact([&](Transaction& tx) { jobs_.cancel(tx, "deadline", subject); });
    }
    std::optional<Instant> next_due() {
        return store().read([&](Transaction& tx) { return jobs_.next_due(tx); });
    }
    std::vector<Job> dead() {
        return store().read([&](Transaction& tx) { return jobs_.dead(tx); });
    }
    /// A worker that notes what it runs.
    std::unique_ptr<Worker> noting_worker() {
        auto worker = std::make_unique<Worker>(store(), clock_, entropy_);
        worker->on("deadline", [this](Transaction&, const Job& job) { ran_.push_back(job.subject); });
        return worker;
    }

    VirtualClock clock_{start};
    SystemEntropy entropy_;
    IdSource ids_{clock_, entropy_};
    Jobs jobs_{ids_};
    std::vector<std::string> ran_;
};
NOREN_ON_EACH_DATABASE(AJob);

TEST_P(AJob, RunsOnceWhenItIsDue) {
    auto worker = noting_worker();
    schedule("o1", start + 1h);
    EXPECT_EQ(worker->run_due(), 0u);
    clock_.move_to(start + 1h);
    EXPECT_EQ(worker->run_due(), 1u);
    EXPECT_EQ(worker->run_due(), 0u);
    EXPECT_THAT(ran_, ElementsAre("o1"));
    EXPECT_EQ(next_due(), std::nullopt);
}

TEST_P(AJob, RunsInTheOrderOfDueTimes) {
    auto worker = noting_worker();
    schedule("late", start + 3h);
    schedule("early", start + 1h);
    schedule("middle", start + 2h);
    clock_.move_to(start + 5h);
    worker->run_due();
    EXPECT_THAT(ran_, ElementsAre("early", "middle", "late"));
}

TEST_P(AJob, IsListedByItsStateUntilItIsDone) {
    Worker worker(store(), clock_, entropy_);
    using State = Jobs::State;
    const auto listed = [&](State state) {
        std::vector<std::string> subjects;
        for (const auto& one : store().read([&](Transaction& tx) { return jobs_.list(tx, state, clock_.now(), 9); })) {
            subjects.push_back(one.job.subject);
        }
        return subjects;
    };
    const auto counts = [&] { return store().read([&](Transaction& tx) { return jobs_.counts(tx, clock_.now()); }); };
    worker.on_call("deadline", [&](const Job& job) -> Effects {
        EXPECT_THAT(listed(State::running), ElementsAre(job.subject));
        if (job.subject == "hopeless") throw Hopeless("never");
        return {};
    });
    schedule("hopeless", start);
    schedule("later", start + 1h);
    EXPECT_THAT(listed(State::late), ElementsAre("hopeless"));
    EXPECT_THAT(listed(State::waiting), ElementsAre("later"));
    EXPECT_THAT(counts(), ElementsAre(1, 0, 1, 0));
    worker.run_due();
    EXPECT_THAT(listed(State::dead), ElementsAre("hopeless"));
    EXPECT_THAT(counts(), ElementsAre(0, 0, 1, 1));
    clock_.move_to(start + 1h);
    EXPECT_THAT(listed(State::late), ElementsAre("later"));
    worker.run_due();
    EXPECT_THAT(counts(), ElementsAre(0, 0, 0, 1));
}

TEST_P(AJob, ThatFailedMayBeHurriedButNotOneThatIsToHappenLater) {
    Worker worker(store(), clock_, entropy_);
    int runs = 0;
    worker.on_call("deadline", [&](const Job& job) -> Effects {
        ++runs;
        if (job.subject == "flaky" && runs == 1) throw std::runtime_error("not now");
        return {};
    });
    const auto retry_all = [&] {
        store().transact([&](Transaction& tx) {
            for (const auto& one : jobs_.list(tx, Jobs::State::waiting, clock_.now(), 9)) {
                jobs_.retry(tx, one.job.id, clock_.now());
            }
        });
    };
    schedule("flaky", start);
    worker.run_due();
    schedule("later", start + 1h);
    EXPECT_EQ(worker.run_due(), 0u);
    retry_all();
    EXPECT_EQ(worker.run_due(), 1u) << "flaky, and not later";
    EXPECT_EQ(next_due(), start + 1h);
}

TEST_P(AJob, IsNotThereWhenItsTransactionFails) {
    EXPECT_THROW(store().transact([&](Transaction& tx) {
        jobs_.schedule(tx, {"deadline", "o1", "", start});
        throw std::runtime_error("no");
    }),
                 std::runtime_error);
    EXPECT_EQ(next_due(), std::nullopt);
}

TEST_P(AJob, OfOneSubjectIsReplacedByTheNextOrKept) {
    schedule("o1", start + 1h, Existing::replace, R"({"n":1})");
    schedule("o1", start + 2h, Existing::keep, R"({"n":2})");
    EXPECT_EQ(next_due(), start + 1h);
    schedule("o1", start + 3h, Existing::replace, R"({"n":3})");
    EXPECT_EQ(next_due(), start + 3h);

    std::vector<std::string> payloads;
    Worker worker(store(), clock_, entropy_);
    worker.on("deadline", [&](Transaction&, const Job& job) { payloads.push_back(job.payload); });
    clock_.move_to(start + 4h);
    worker.run_due();
    EXPECT_THAT(payloads, ElementsAre(R"({"n":3})"));
}

TEST_P(AJob, DoesNotRunAfterItWasCancelled) {
    auto worker = noting_worker();
    schedule("o1", start);
    cancel("o1");
    EXPECT_EQ(worker->run_due(), 0u);
}

TEST_P(AJob, CancelledWhileItRunsKeepsNoEffects) {
    Worker worker(store(), clock_, entropy_);
    worker.on_call("deadline", [&](const Job&) -> Effects {
        cancel("o1");
        return [&](Transaction& tx) { jobs_.schedule(tx, {"other", "effect", "", start}); };
    });
    schedule("o1", start);
    EXPECT_EQ(worker.run_due(), 1u);
    EXPECT_EQ(next_due(), std::nullopt);
}

TEST_P(AJob, ThatWhatItDoesCancelsKeepsItsEffects) {
    Worker worker(store(), clock_, entropy_);
    worker.on("deadline", [&](Transaction& tx, const Job&) {
        jobs_.cancel(tx, "deadline", "o1");
        jobs_.schedule(tx, {"other", "effect", "", start + 1h});
    });
    schedule("o1", start);
    EXPECT_EQ(worker.run_due(), 1u);
    EXPECT_EQ(next_due(), start + 1h);
}

TEST_P(AJob, ReplacedWhileItRunsRunsAgain) {
    int runs = 0;
    Worker worker(store(), clock_, entropy_);
    worker.on_call("deadline", [&](const Job&) -> Effects {
        if (++runs == 1) schedule("o1", start + 1h);
        return {};
    });
    schedule("o1", start);
    worker.run_due();
    EXPECT_EQ(next_due(), start + 1h);
    clock_.move_to(start + 1h);
    worker.run_due();
    EXPECT_EQ(runs, 2);
    EXPECT_EQ(next_due(), std::nullopt);
}

TEST_P(AJob, MayAskForItsOwnNextRun) {
    Worker worker(store(), clock_, entropy_);
    worker.on("deadline", [&](Transaction& tx, const Job& job) {
        jobs_.schedule(tx, {job.kind, job.subject, job.payload, job.due + 24h});
    });
    schedule("daily", start);
    EXPECT_EQ(worker.run_due(), 1u);
    EXPECT_EQ(next_due(), start + 24h);
}

TEST_P(AJob, KeepsNoEffectsOfAHandlerThatFails) {
    Worker worker(store(), clock_, entropy_);
    worker.on("deadline",
              [&](Transaction& tx, const Job&) {
                  jobs_.schedule(tx, {"other", "effect", "", start});
                  throw std::runtime_error("half-way");
              },
              {.attempts = 1});
    schedule("o1", start);
    worker.run_due();
    EXPECT_EQ(next_due(), std::nullopt);
    ASSERT_EQ(dead().size(), 1u);
}

TEST_P(AJob, ThatFailsIsTriedAgainWithGrowingWaits) {
    Worker worker(store(), clock_, entropy_);
    worker.on("deadline", [](Transaction&, const Job&) { throw std::runtime_error("no route"); },
              {.first = 100s, .longest = 400s, .attempts = 5});
    schedule("o1", start);
    for (const auto longest : {100s, 200s, 400s, 400s}) {
        EXPECT_EQ(worker.run_due(), 1u);
        const auto due = next_due();
        ASSERT_TRUE(due);
        EXPECT_GE(*due, clock_.now() + longest / 2);
        EXPECT_LE(*due, clock_.now() + longest);
        clock_.move_to(*due);
    }
    EXPECT_EQ(worker.run_due(), 1u);
    EXPECT_EQ(next_due(), std::nullopt);
    ASSERT_EQ(dead().size(), 1u);
    EXPECT_EQ(dead()[0].attempts, 5);
    EXPECT_EQ(dead()[0].last_error, "no route");
}

TEST_P(AJob, ThatIsHopelessIsDeadAtOnceAndLivesAgainWhenRetried) {
    bool hopeless = true;
    Worker worker(store(), clock_, entropy_);
    worker.on("deadline", [&](Transaction&, const Job& job) {
        if (hopeless) throw Hopeless("refused\nfor \xff good");
        ran_.push_back(job.subject);
    });
    schedule("o1", start);
    worker.run_due();
    ASSERT_EQ(dead().size(), 1u);
    EXPECT_EQ(dead()[0].last_error, "refused for \xef\xbf\xbd good");

    hopeless = false;
    EXPECT_EQ(worker.run_due(), 0u);
    const auto id = dead()[0].id;
    store().transact([&](Transaction& tx) { jobs_.retry(tx, id, clock_.now()); });
    EXPECT_EQ(worker.run_due(), 1u);
    EXPECT_THAT(ran_, ElementsAre("o1"));
    EXPECT_THAT(dead(), IsEmpty());
}

TEST_P(AJob, ThatIsDeadHoldsUpNoOtherAndCanBeDropped) {
    Worker worker(store(), clock_, entropy_);
    worker.on("deadline", [&](Transaction&, const Job& job) {
        if (job.subject == "poison") throw Hopeless("never");
        ran_.push_back(job.subject);
    });
    schedule("poison", start);
    schedule("o2", start);
    worker.run_due();
    EXPECT_THAT(ran_, ElementsAre("o2"));
    const auto id = dead().at(0).id;
    store().transact([&](Transaction& tx) { jobs_.drop(tx, id); });
    EXPECT_THAT(dead(), IsEmpty());
}

TEST_P(AJob, OfADeadWorkerIsTakenOverWhenItsLeaseEnds) {
    struct Killed {};  // no std::exception: leaves the job as a killed process does
    Worker dying(store(), clock_, entropy_, 60s);
    dying.on_call("deadline", [](const Job&) -> Effects { throw Killed(); });
    auto worker = noting_worker();
    schedule("o1", start);
    EXPECT_THROW(dying.run_due(), Killed);

    EXPECT_EQ(worker->run_due(), 0u);
    EXPECT_EQ(next_due(), start + 60s);
    clock_.move_to(start + 60s);
    EXPECT_EQ(worker->run_due(), 1u);
    EXPECT_THAT(ran_, ElementsAre("o1"));
}

TEST_P(AJob, OfAProcessThatIsGoneIsFreeAtOnce) {
    schedule("o1", start);
    const auto child = ::fork();
    if (child == 0) ::pause();
    // As that process would have claimed it: our own mark with its pid.
    std::string owner;
    Worker claiming(store(), clock_, entropy_);
    claiming.on_call("deadline", [&](const Job&) -> Effects {
        static const Sql select("select owner from job");
        owner = store().read([&](Transaction& tx) { return tx.run(select).text(0, 0); });
        throw std::runtime_error("again later");
    });
    claiming.run_due();
    const auto ours = "/" + std::to_string(::getpid()) + "/";
    owner.replace(owner.find(ours), ours.size(), "/" + std::to_string(child) + "/");
    static const Sql leave("update job set owner = $1, leased_until_us = $2, due_us = $3");
    store().transact([&](Transaction& tx) { tx.queue(leave, owner, start + 1h, start); });

    auto worker = noting_worker();
    EXPECT_EQ(worker->free_leases_of_the_dead(), 0u) << "it lives";
    EXPECT_EQ(worker->run_due(), 0u);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    EXPECT_EQ(worker->free_leases_of_the_dead(), 1u);
    EXPECT_EQ(worker->run_due(), 1u);
    EXPECT_THAT(ran_, ElementsAre("o1"));
}

TEST_P(AJob, EndsThoughAnotherOfItsBatchFails) {
    Worker worker(store(), clock_, entropy_);
    worker.on("deadline", [this](Transaction& tx, const Job& job) {
        jobs_.schedule(tx, {"effect", job.subject, "", start});
        if (job.subject == "o2") throw Hopeless("no");
    });
    for (const auto* subject : {"o1", "o2", "o3"}) schedule(subject, start);
    EXPECT_EQ(worker.run_due(), 3u);
    ASSERT_EQ(dead().size(), 1u);
    EXPECT_EQ(dead().at(0).subject, "o2");
    std::vector<std::string> effects;
    Worker counting(store(), clock_, entropy_);
    counting.on("effect", [&](Transaction&, const Job& job) { effects.push_back(job.subject); });
    counting.run_due();
    std::ranges::sort(effects);
    EXPECT_THAT(effects, ::testing::IsSupersetOf({"o1", "o3"}));
    EXPECT_THAT(effects, ::testing::Not(::testing::Contains("o2")));
}

TEST_P(AJob, ThatKillsItsWorkersIsDeadInTheEnd) {
    struct Killed {};
    Worker dying(store(), clock_, entropy_, 60s);
    dying.on_call("deadline", [](const Job&) -> Effects { throw Killed(); }, {.attempts = 3});
    schedule("o1", start);
    for (int i = 0; i < 3; ++i) {
        EXPECT_THROW(dying.run_due(), Killed);
        clock_.move_to(clock_.now() + 60s);
    }
    EXPECT_EQ(dying.run_due(), 1u);
    ASSERT_EQ(dead().size(), 1u);
}

TEST_P(AJob, WhoseLeaseWasLostKeepsNoEffectsOfTheSlowWorker) {
    auto quick = noting_worker();
    Worker slow(store(), clock_, entropy_, 60s);
    slow.on_call("deadline", [&](const Job&) -> Effects {
        clock_.move_to(start + 61s);
        quick->run_due();
        return [&](Transaction&) { ran_.emplace_back("slow"); };
    });
    schedule("o1", start);
    slow.run_due();
    EXPECT_THAT(ran_, ElementsAre("o1"));
}

TEST_P(AJob, OfAKindWithoutHandlerIsLeftToOthers) {
    Worker other(store(), clock_, entropy_);
    other.on("something_else", [](Transaction&, const Job&) {});
    schedule("o1", start);
    EXPECT_EQ(other.run_due(), 0u);
    EXPECT_EQ(noting_worker()->run_due(), 1u);
}

TEST_P(AJob, IsClaimedOnceThoughWorkersRace) {
    constexpr int count = 60;
    for (int i = 0; i < count; ++i) schedule("o" + std::to_string(i), start);
    std::mutex mutex;
    std::multiset<std::string> ran;
    std::vector<std::future<void>> workers;
    const auto second = place().open(store::Content::books);  // as another process has it
    for (store::Store* books : {&store(), second.get(), &store(), second.get()}) {
        workers.push_back(std::async(std::launch::async, [&, books] {
            Worker worker(*books, clock_, entropy_);
            worker.on_call("deadline", [&](const Job& job) -> Effects {
                const std::lock_guard lock(mutex);
                ran.insert(job.subject);
                return {};
            });
            worker.run_due();
        }));
    }
    for (auto& worker : workers) worker.get();
    EXPECT_EQ(ran.size(), std::size_t{count});
    EXPECT_EQ(std::set(ran.begin(), ran.end()).size(), std::size_t{count});
    EXPECT_EQ(next_due(), std::nullopt);
}

TEST_P(AJob, IsRefusedWhenItsPayloadIsTooLarge) {
    EXPECT_THROW(schedule("o1", start, Existing::replace, std::string(64 * 1024 + 1, 'x')), std::invalid_argument);
    EXPECT_THROW(schedule(std::string(201, 'x'), start), std::invalid_argument);
}

class AWorkerThread : public store::testing::EachDatabase {
protected:
    SystemClock clock_;
    SystemEntropy entropy_;
    IdSource ids_{clock_, entropy_};
    Jobs jobs_{ids_};
};
NOREN_ON_EACH_DATABASE(AWorkerThread);

TEST_P(AWorkerThread, WakesAtTheNextDueTimeAndWhenToldAndStopsAtOnce) {
    std::promise<void> woken;
    std::promise<Instant> on_time;
    Worker worker(store(), clock_, entropy_);
    worker.on("deadline", [&](Transaction&, const Job& job) {
        if (job.subject == "now") woken.set_value();
        if (job.subject == "soon") on_time.set_value(clock_.now());
    });
    const auto soon = clock_.now() + 500ms;
    store().transact([&](Transaction& tx) { jobs_.schedule(tx, {"deadline", "soon", "", soon}); });
    worker.start(10min);
    auto first = on_time.get_future();
    ASSERT_EQ(first.wait_for(20s), std::future_status::ready);
    EXPECT_GE(first.get(), soon);

    store().transact([&](Transaction& tx) { jobs_.schedule(tx, {"deadline", "now", "", clock_.now()}); });
    worker.wake();
    EXPECT_EQ(woken.get_future().wait_for(20s), std::future_status::ready);

    const auto before = std::chrono::steady_clock::now();
    worker.stop();
    EXPECT_LT(std::chrono::steady_clock::now() - before, 5s);
}

}  // namespace
}  // namespace noren::jobs
