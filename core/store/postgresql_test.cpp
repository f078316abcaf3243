#include "store/postgresql.hpp"

#include <atomic>
#include <barrier>
#include <thread>

#include "store/notes_fixture.hpp"
#include "store/postgresql_session.hpp"

namespace noren::store {
namespace {

using Kind = Failure::Kind;

class Postgresql : public ::testing::Test {
protected:
    PostgresqlLocation location(std::int64_t storefront = 1) const {
        auto one = std::get<PostgresqlLocation>(place_.location(Content::core));
        one.storefront = storefront;
        return one;
    }
    std::unique_ptr<Store> notes(const PostgresqlLocation& where) const {
        return open_postgresql(where, Content::books, note_migrations);
    }
    static void add(Store& store, std::int64_t id) {
        store.transact([&](Transaction& tx) { tx.run(insert_note, id, "note " + std::to_string(id), 0); });
    }

    testing::Place place_{Database::postgresql};
};

/// What a connection promises that is one with its server's session.
class PostgresqlDirect : public Postgresql {};

const Sql begin("begin");
const Sql rollback("rollback");
const Sql backend("select pg_backend_pid()");
const Sql terminate("select pg_terminate_backend($1::int, 5000)");

TEST_F(Postgresql, KeepsStorefrontsApartInEveryStatement) {
    static const Sql all("update note set amount = amount + 1");
    static const Sql from_another("insert into note (storefront_id, id, word, amount) values (1, 9, 'x', 0)");
    const auto a = notes(location(1));
    const auto b = notes(location(2));
    add(*a, 7);
    EXPECT_EQ(notes_in(*b), 0);
    add(*b, 7);  // the same id and word
    b->transact([](Transaction& tx) {
        EXPECT_EQ(tx.run(all).affected(), 1);
        EXPECT_EQ(tx.run(all).affected(), 1);
    });
    EXPECT_EQ(a->read([](Transaction& tx) { return tx.run(note_amount, 7).integer(0, 0); }), 0);
    EXPECT_THROW(b->transact([](Transaction& tx) { tx.run(from_another); }), Failure);
    EXPECT_EQ(notes_in(*a), 1);
}

TEST_F(Postgresql, ShowsNothingWhereNoStorefrontIsSet) {
    add(*notes(location(1)), 7);
    PostgresqlSession session(location().connection, location().prepares);
    EXPECT_THROW(session.run(count_notes, {}), Failure);
    const auto core = notes(location(0));
    EXPECT_THROW(notes_in(*core), Failure);
}

// Why the storefront is set for the transaction alone: a plain SET stays behind for the session's next user.
TEST_F(Postgresql, WouldLeakThroughAPlainSetAndDoesNotThroughItsOwn) {
    static const Sql plain_set("set noren.storefront = '1'");
    auto where = location(1);
    where.sessions = 1;
    const auto a = notes(where);
    add(*a, 7);
    PostgresqlSession session(where.connection, where.prepares);
    session.run(plain_set, {});
    EXPECT_EQ(session.run(count_notes, {}).integer(0, 0), 1) << "the canary sings no more: this test shows nothing";

    a->transact([](Transaction& tx) { tx.run(plain_set); });  // stays with the only session
    where.storefront = 2;
    const auto b = notes(where);
    EXPECT_EQ(notes_in(*b), 0);
}

TEST_F(PostgresqlDirect, RefusesARoleThatRowLevelSecurityDoesNotBind) {
    auto where = location();
    where.connection += " user=postgres";
    EXPECT_EQ(failure_of([&] { notes(where); }), Kind::broken);
}

TEST_F(Postgresql, TakesACommitThatRolledBackForAFailure) {
    static const Sql fails("select 1 / (id - id) from (select 1 as id) one");
    PostgresqlSession session(location().connection, location().prepares);
    session.run(begin, {});
    EXPECT_THROW(session.run(fails, {}), Failure);
    EXPECT_EQ(failure_of([&] { session.commit(); }), Kind::broken);
    EXPECT_TRUE(session.usable());
}

TEST_F(Postgresql, TakesACommitWithAWarningForAFailure) {
    const auto store = notes(location());
    EXPECT_EQ(failure_of([&] { store->transact([](Transaction& tx) { tx.run(rollback); }); }), Kind::unavailable);
}

TEST_F(Postgresql, IgnoresAWarningOfAStatementBeforeTheCommit) {
    static const Sql warns("do $$ begin raise warning 'for the test'; end $$");
    const auto store = notes(location());
    store->transact([](Transaction& tx) { tx.queue(warns); });
    store->transact([](Transaction& tx) { tx.run(warns); });
}

TEST_F(Postgresql, ResolvesADeadlockByRunningOneBodyAgain) {
    const auto store = notes(location());
    add(*store, 1);
    add(*store, 2);
    std::atomic<int> runs{0};
    std::barrier both(2);
    const auto cross = [&](int first, int second) {
        bool met = false;
        store->transact([&](Transaction& tx) {
            ++runs;
            tx.run(add_to_note, first, 1);
            if (!std::exchange(met, true)) both.arrive_and_wait();
            tx.run(add_to_note, second, 1);
        });
    };
    std::thread other([&] { cross(2, 1); });
    cross(1, 2);
    other.join();
    EXPECT_GE(runs, 3);
    store->read([](Transaction& tx) {
        EXPECT_EQ(tx.run(note_amount, 1).integer(0, 0), 2);
        EXPECT_EQ(tx.run(note_amount, 2).integer(0, 0), 2);
    });
}

TEST_F(PostgresqlDirect, RecoversWhenAnIdleSessionWasEnded) {
    auto where = location();
    const auto store = notes(where);
    const auto pid = store->read([](Transaction& tx) { return tx.run(backend).integer(0, 0); });
    PostgresqlSession other(where.connection, where.prepares);
    const Parameter parameters[] = {pid};
    other.run(terminate, parameters);
    store->transact([](Transaction& tx) { tx.queue(insert_note, 1, "one", 0); });  // all in one flight with COMMIT
    EXPECT_EQ(notes_in(*store), 1);
}

TEST_F(Postgresql, RunsABodyAgainWhenItsSessionWasEndedBeforeTheCommit) {
    const auto where = location();
    const auto store = notes(where);
    PostgresqlSession other(where.connection, where.prepares);
    int runs = 0;
    store->transact([&](Transaction& tx) {
        tx.run(insert_note, 1, "one", 0);
        const Parameter parameters[] = {tx.run(backend).integer(0, 0)};
        if (++runs == 1) other.run(terminate, parameters);
        tx.run(add_to_note, 1, 1);
    });
    EXPECT_EQ(runs, 2);
    EXPECT_EQ(notes_in(*store), 1);
}

TEST_F(Postgresql, DoesNotKnowWhatBecameOfACommitWhoseSessionWasEnded) {
    const auto where = location();
    const auto store = notes(where);
    PostgresqlSession other(where.connection, where.prepares);
    int runs = 0;
    EXPECT_EQ(failure_of([&] {
                  store->transact([&](Transaction& tx) {
                      ++runs;
                      tx.run(insert_note, 1, "one", 0);
                      const Parameter parameters[] = {tx.run(backend).integer(0, 0)};
                      other.run(terminate, parameters);
                  });
              }),
              Kind::unavailable);
    EXPECT_EQ(runs, 1);
    EXPECT_EQ(notes_in(*store), 0);
}

TEST_F(PostgresqlDirect, GoesOnAfterTheSchemaChangedUnderAPreparedStatement) {
    static const Sql everything("select * from note");
    const auto store = notes(location());
    add(*store, 1);
    const auto count = [&] { return store->read([](Transaction& tx) { return tx.run(everything).size(); }); };
    EXPECT_EQ(count(), 1U);
    PostgresqlSession(location().connection, true).script("alter table note add column more text");
    EXPECT_EQ(count(), 1U);
}

TEST_F(Postgresql, WorksWithoutPreparedStatementsBehindAPooler) {
    static const Sql prepared("select count(*) from pg_prepared_statements");
    auto where = location();
    where.prepares = false;
    const auto store = notes(where);
    for (int round = 0; round < 3; ++round) {
        store->transact([&](Transaction& tx) {
            tx.queue(insert_note, round, std::to_string(round), std::int64_t{1} << 40);
            tx.queue(add_to_note, round, 1);
            EXPECT_EQ(tx.run(note_amount, round).integer(0, 0), (std::int64_t{1} << 40) + 1);
        });
    }
    EXPECT_EQ(failure_of([&] { add(*store, 1); }), Kind::unique);
    EXPECT_EQ(notes_in(*store), 3);
    EXPECT_EQ(store->read([](Transaction& tx) { return tx.run(prepared).integer(0, 0); }), 0);
}

TEST_F(Postgresql, SetsRelaxedDurabilityForTheTransactionAlone) {
    static const Sql durability("select current_setting('synchronous_commit')");
    auto where = location();
    where.sessions = 1;
    const auto durable = notes(where);
    where.durable = false;
    const auto fast = notes(where);
    const auto of = [&](Store& store) {
        return store.transact([&](Transaction& tx) { return tx.run(durability).text(0, 0); });
    };
    EXPECT_EQ(of(*fast), "off");
    EXPECT_EQ(of(*durable), "on");
}

TEST_F(Postgresql, TakesConnectionStringsWithQuotesAndAddresses) {
    auto where = location();
    where.connection += " application_name='two words'";
    EXPECT_EQ(failure_of([&] { notes(where); }), Kind::broken);  // what Poco cannot pass on is refused, not cut
    where.connection = "postgresql://nobody@127.0.0.1:1/none";
    EXPECT_EQ(failure_of([&] { notes(where); }), Kind::unavailable);
    where.connection = "no such option=1";
    EXPECT_EQ(failure_of([&] { notes(where); }), Kind::broken);
}

}  // namespace
}  // namespace noren::store
