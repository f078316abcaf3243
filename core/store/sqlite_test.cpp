#include "store/sqlite.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "store/notes_fixture.hpp"

namespace noren::store {
namespace {

class Sqlite : public ::testing::Test {
protected:
    std::unique_ptr<Store> notes() const {
        return open_sqlite({folder_.path() + "/notes.db"}, Content::books, note_migrations);
    }
    testing::TemporaryFolder folder_;
};

TEST_F(Sqlite, LosesNothingThatItAcknowledgedWhenItsProcessIsKilled) {
    const auto path = folder_.path() + "/notes.db";
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        close(ends[0]);
        execl(NOREN_ENDLESS_WRITER, "endless_writer", path.c_str(), std::to_string(ends[1]).c_str(), nullptr);
        _exit(127);
    }
    close(ends[1]);
    std::vector<int> ids;
    int id = 0;
    while (ids.size() < 200 && read(ends[0], &id, sizeof id) == sizeof id) ids.push_back(id);
    kill(child, SIGKILL);
    while (read(ends[0], &id, sizeof id) == sizeof id) ids.push_back(id);
    waitpid(child, nullptr, 0);
    close(ends[0]);

    ASSERT_GE(ids.size(), 200U);
    notes()->read([&](Transaction& tx) {
        for (const int one : ids) EXPECT_EQ(tx.run(note_amount, one).size(), 1U) << one;
        static const Sql whole("pragma integrity_check");
        EXPECT_EQ(tx.run(whole).text(0, 0), "ok");
    });
}

TEST_F(Sqlite, SyncsEveryCommitWhereItIsDurable) {
    static const Sql synchronous("pragma synchronous");
    static const Sql journal("pragma journal_mode");
    const auto setting = [&](bool durable) {
        const auto store = open_sqlite({folder_.path() + "/notes.db", durable}, Content::books, note_migrations);
        return store->transact([&](Transaction& tx) {
            EXPECT_EQ(tx.run(journal).text(0, 0), "wal");
            return tx.run(synchronous).integer(0, 0);
        });
    };
    EXPECT_EQ(setting(true), 2);   // FULL
    EXPECT_EQ(setting(false), 1);  // NORMAL
}

TEST_F(Sqlite, SharesADatabaseInMemoryBetweenReadersAndWriters) {
    const auto store = open_sqlite({":memory:"}, Content::books, note_migrations);
    std::vector<std::thread> crowd;
    for (int t = 0; t < 4; ++t) {
        crowd.emplace_back([&, t] {
            for (int i = 0; i < 50; ++i) {
                const int id = t * 50 + i;
                store->transact([&](Transaction& tx) { tx.run(insert_note, id, std::to_string(id), 0); });
                store->read([&](Transaction& tx) { EXPECT_EQ(tx.run(note_amount, id).size(), 1U); });
            }
        });
    }
    for (auto& one : crowd) one.join();
    EXPECT_EQ(notes_in(*store), 200);
}

TEST_F(Sqlite, CommitsWaitingBodiesTogether) {
    const auto store = notes();
    constexpr int threads = 8;
    std::atomic<int> waiting{0};
    std::vector<std::thread> crowd;
    std::atomic<int> bodies_before_the_first_returned{0};
    std::atomic<bool> returned{false};
    store->transact([&](Transaction&) {
        for (int t = 0; t < threads; ++t) {
            crowd.emplace_back([&, t] {
                ++waiting;
                store->transact([&](Transaction& tx) {
                    tx.run(insert_note, t, std::to_string(t), 0);
                    if (!returned) ++bodies_before_the_first_returned;
                });
                returned = true;
            });
        }
        while (waiting < threads) std::this_thread::yield();
        std::this_thread::sleep_for(std::chrono::milliseconds{50});  // so that they stand in the queue
    });
    for (auto& one : crowd) one.join();
    EXPECT_EQ(bodies_before_the_first_returned, threads);
    EXPECT_EQ(notes_in(*store), threads);
}

TEST_F(Sqlite, WaitsForTheFilesOtherWriterInsteadOfFailingHalfway) {
    const auto store = notes();
    store->transact([](Transaction& tx) { tx.run(insert_note, 1, "sum", 0); });
    std::atomic<int> runs{0};
    const auto add_some = [&] {
        const auto own = notes();  // as another process would have it open
        for (int i = 0; i < 100; ++i) {
            own->transact([&](Transaction& tx) {
                ++runs;
                tx.run(note_amount, 1);
                tx.run(add_to_note, 1, 1);
            });
        }
    };
    std::thread other(add_some);
    add_some();
    other.join();
    EXPECT_EQ(runs, 200);
    EXPECT_EQ(store->read([](Transaction& tx) { return tx.run(note_amount, 1).integer(0, 0); }), 200);
}

TEST_F(Sqlite, TellsWhenAFileCannotBeOpened) {
    EXPECT_EQ(failure_of([&] { open_sqlite({folder_.path() + "/none/notes.db"}, Content::books, note_migrations); }),
              Failure::Kind::unavailable);
}

}  // namespace
}  // namespace noren::store
