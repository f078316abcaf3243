// Storefronts whose servers share connections behind a pooler in transaction mode.
#include <unistd.h>

#include <mutex>
#include <set>
#include <thread>

#include "store/notes_fixture.hpp"
#include "store/postgresql_session.hpp"

namespace noren::store {
namespace {

/// A pooler that has one connection to the server, whoever comes.
class Pooled : public ::testing::Test {
protected:
    Pooled() { pooler_.make_database(database_); }
    /// A storefront's notes as one server process sees them, with sessions of its own to the pooler.
    std::unique_ptr<Store> notes(std::int64_t storefront, const std::string& process, bool durable = true) const {
        PostgresqlLocation location{.connection = connection() + " application_name=" + process};
        location.storefront = storefront;
        location.durable = durable;
        location.prepares = false;
        return open_postgresql(location, Content::books, note_migrations);
    }
    std::string connection() const { return pooler_.connection_to(database_); }

private:
    const std::string database_ = "pooled" + std::to_string(getpid());
    testing::Pooler pooler_{testing::postgresql(), 1};
};

const Sql backend("select pg_backend_pid()");
const Sql setting("select current_setting($1)");
const Sql fails("select 1 / (count(*) - count(*)) from note");

TEST_F(Pooled, KeepsTwoStorefrontsApartOnOneConnection) {
    constexpr int rounds = 40;
    std::set<std::int64_t> backends;
    std::mutex mutex;
    const auto shop = [&](std::int64_t storefront) {
        const auto store = notes(storefront, "shop" + std::to_string(storefront));
        for (int round = 0; round < rounds; ++round) {
            EXPECT_THROW(store->transact([](Transaction& tx) { tx.run(fails); }), Failure);
            const auto here = store->transact([&](Transaction& tx) {
                tx.queue(insert_note, round, "note " + std::to_string(round),
                         storefront);  // ids and words of the other's
                EXPECT_EQ(tx.run(count_notes).integer(0, 0), round + 1);
                return tx.run(backend).integer(0, 0);
            });
            EXPECT_EQ(store->look_up(note_amount, round).integer(0, 0), storefront);
            const std::lock_guard lock(mutex);
            backends.insert(here);
        }
    };
    std::thread other(shop, 1);
    shop(2);
    other.join();
    EXPECT_EQ(backends.size(), 1U) << "they did not share a connection: this test shows nothing";
}

TEST_F(Pooled, LeavesNothingOfATransactionToTheNextClient) {
    const auto durable = notes(1, "books");
    const auto fast = notes(1, "visits", false);
    PostgresqlSession stranger(connection(), false);
    const auto seen_by = [](Store& store, std::string_view name) {
        return store.transact([&](Transaction& tx) { return tx.run(setting, name).text(0, 0); });
    };
    const auto seen_by_stranger = [&](std::string_view name) {
        const Parameter parameters[] = {name};
        return stranger.run(setting, parameters).text(0, 0);
    };
    durable->transact([](Transaction& tx) { tx.run(insert_note, 1, "one", 0); });
    EXPECT_EQ(seen_by(*fast, "synchronous_commit"), "off");
    EXPECT_EQ(seen_by(*durable, "synchronous_commit"), "on");
    EXPECT_EQ(seen_by(*durable, "lock_timeout"), "5s");
    EXPECT_EQ(seen_by_stranger("lock_timeout"), "0");
    EXPECT_EQ(seen_by_stranger("noren.storefront"), "");
    EXPECT_THROW(stranger.run(count_notes, {}), Failure) << "a client that named no storefront saw one";
}

TEST_F(Pooled, GivesTheConnectionBackWhateverBecameOfABody) {
    const auto one = notes(1, "one");
    const auto two = notes(2, "two");
    EXPECT_THROW(one->transact([](Transaction& tx) {
        tx.run(insert_note, 1, "one", 0);
        throw std::domain_error("no");
    }),
                 std::domain_error);
    EXPECT_EQ(notes_in(*two), 0);
    EXPECT_THROW(one->transact([](Transaction& tx) { tx.run(fails); }), Failure);
    EXPECT_EQ(notes_in(*two), 0);
    one->transact([](Transaction& tx) { tx.queue(insert_note, 1, "one", 0); });
    EXPECT_EQ(notes_in(*one), 1);
    EXPECT_EQ(notes_in(*two), 0);
}

}  // namespace
}  // namespace noren::store
