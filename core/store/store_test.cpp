#include "store/store.hpp"

#include <algorithm>
#include <atomic>
#include <limits>
#include <thread>

#include "base/result.hpp"
#include "store/notes_fixture.hpp"

namespace noren::store {
namespace {

using Kind = Failure::Kind;
using namespace std::string_literals;

class Stores : public ::testing::TestWithParam<Database> {
protected:
    Store& store() { return *store_; }
    testing::Place place_{GetParam()};
    std::unique_ptr<Store> store_ = open_notes(place_);
};
NOREN_ON_EACH_DATABASE(Stores);

TEST_P(Stores, KeepWhatABodyDidAfterItReturned) {
    const auto answer = store().transact([](Transaction& tx) {
        tx.run(insert_note, 1, "one", 0);
        return 7;
    });
    EXPECT_EQ(answer, 7);
    store_.reset();
    store_ = open_notes(place_);
    EXPECT_EQ(notes_in(store()), 1);
}

TEST_P(Stores, KeepNothingOfABodyThatThrows) {
    EXPECT_THROW(store().transact([](Transaction& tx) {
        tx.run(insert_note, 1, "one", 0);
        tx.queue(insert_note, 2, "two", 0);
        throw std::domain_error("no");
    }),
                 std::domain_error);
    EXPECT_EQ(notes_in(store()), 0);
}

TEST_P(Stores, KeepNothingOfABodyThatRefusesAndHandItsErrorOn) {
    const auto answer = store().transact([](Transaction& tx) -> Result<int, std::string> {
        tx.run(insert_note, 1, "one", 0);
        tx.queue(insert_note, 2, "two", 0);
        return refuse("sold out"s);
    });
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error(), "sold out");
    EXPECT_EQ(notes_in(store()), 0);
}

TEST_P(Stores, RunQueuedStatementsInTheirOrderBeforeTheNext) {
    store().transact([](Transaction& tx) {
        tx.queue(insert_note, 1, "one", 5);
        tx.queue(add_to_note, 1, 10);
        EXPECT_EQ(tx.run(note_amount, 1).integer(0, 0), 15);
        tx.queue(add_to_note, 1, 100);
    });
    EXPECT_EQ(store().read([](Transaction& tx) { return tx.run(note_amount, 1).integer(0, 0); }), 115);
}

TEST_P(Stores, RunManyQueuedStatements) {
    store().transact([](Transaction& tx) {
        for (int i = 0; i < 1000; ++i) tx.queue(insert_note, i, "note " + std::to_string(i), i);
    });
    EXPECT_EQ(notes_in(store()), 1000);
}

TEST_P(Stores, TellTheFailureOfAQueuedStatementAtTheNextRun) {
    store().transact([](Transaction& tx) { tx.run(insert_note, 1, "one", 0); });
    EXPECT_EQ(failure_of([&] {
                  store().transact([](Transaction& tx) {
                      tx.queue(insert_note, 1, "again", 0);
                      tx.run(count_notes);
                      ADD_FAILURE() << "came past it";
                  });
              }),
              Kind::unique);
}

TEST_P(Stores, TellTheFailureOfAQueuedStatementAtTheCommit) {
    EXPECT_EQ(failure_of([&] {
                  store().transact([](Transaction& tx) {
                      tx.queue(insert_note, 1, "one", 0);
                      tx.queue(insert_note, 2, "two", -1);
                      tx.queue(insert_note, 3, "three", 0);
                  });
              }),
              Kind::check);
    EXPECT_EQ(notes_in(store()), 0);
}

TEST_P(Stores, CommitNothingThoughABodyCatchesTheFailure) {
    EXPECT_EQ(failure_of([&] {
                  store().transact([](Transaction& tx) {
                      tx.run(insert_note, 1, "one", 0);
                      EXPECT_THROW(tx.run(insert_note, 1, "one", 0), Failure);
                      EXPECT_THROW(tx.run(count_notes), Failure);
                  });
              }),
              Kind::unique);
    EXPECT_EQ(notes_in(store()), 0);
}

TEST_P(Stores, RunABodyAgainAfterAConflict) {
    int runs = 0;
    store().transact([&](Transaction& tx) {
        tx.run(insert_note, 1, "one", 0);
        if (++runs < 3) throw Failure(Kind::conflict, "for the test");
    });
    EXPECT_EQ(runs, 3);
    EXPECT_EQ(notes_in(store()), 1);
}

TEST_P(Stores, GiveUpAfterEightConflicts) {
    int runs = 0;
    EXPECT_EQ(failure_of([&] {
                  store().transact([&](Transaction&) {
                      ++runs;
                      throw Failure(Kind::conflict, "for the test");
                  });
              }),
              Kind::conflict);
    EXPECT_EQ(runs, 8);
}

TEST_P(Stores, LoseNoBodyAndKeepNoRefusedOneAmongSixteenThreads) {
    store().transact([](Transaction& tx) { tx.run(insert_note, 0, "sum", 0); });
    constexpr int threads = 16;
    constexpr int rounds = 30;
    std::atomic<int> kept{0};
    std::atomic<int> failed{0};
    std::vector<std::thread> crowd;
    for (int t = 0; t < threads; ++t) {
        crowd.emplace_back([&, t] {
            for (int i = 0; i < rounds; ++i) {
                const auto id = 1 + t * rounds + i;
                try {
                    const auto answer = store().transact([&](Transaction& tx) -> Result<int, int> {
                        tx.queue(insert_note, id, "note " + std::to_string(id), 1);
                        tx.run(add_to_note, 0, 1);
                        if (i % 5 == 1) return refuse(id);
                        if (i % 5 == 2) throw std::domain_error("no");
                        if (i % 5 == 3) tx.run(insert_note, id, "twice", 0);
                        return id;
                    });
                    if (answer) ++kept;
                    EXPECT_TRUE(answer ? *answer == id : answer.error() == id);
                } catch (const std::domain_error&) {
                    EXPECT_EQ(i % 5, 2);
                    ++failed;
                } catch (const Failure& failure) {
                    EXPECT_EQ(i % 5, 3);
                    EXPECT_EQ(failure.kind(), Kind::unique);
                    ++failed;
                }
            }
        });
    }
    for (auto& one : crowd) one.join();
    EXPECT_EQ(kept, threads * rounds * 2 / 5);
    EXPECT_EQ(failed, threads * rounds * 2 / 5);
    EXPECT_EQ(notes_in(store()), 1 + kept);
    EXPECT_EQ(store().read([](Transaction& tx) { return tx.run(note_amount, 0).integer(0, 0); }), kept);
}

TEST_P(Stores, TellUniqueKeysFromOtherConstraints) {
    static const Sql without_word("insert into note (id, word, amount) values ($1, null, 0)");
    static const Sql with_parent("insert into note (id, word, amount, parent) values ($1, $2, 0, $3)");
    store().transact([](Transaction& tx) { tx.run(insert_note, 1, "one", 0); });
    const auto kind = [&](auto&&... values) {
        return failure_of([&] { store().transact([&](Transaction& tx) { tx.run(values...); }); });
    };
    EXPECT_EQ(kind(insert_note, 1, "two", 0), Kind::unique);
    EXPECT_EQ(kind(insert_note, 2, "one", 0), Kind::unique);
    EXPECT_EQ(kind(insert_note, 2, "two", -1), Kind::check);
    EXPECT_EQ(kind(without_word, 2), Kind::check);
    EXPECT_EQ(kind(with_parent, 2, "two", 99), Kind::check);  // deferred: the commit fails
}

TEST_P(Stores, LetNobodySufferFromAnothersDeferredConstraint) {
    static const Sql with_parent("insert into note (id, word, amount, parent) values ($1, $2, 0, $3)");
    std::vector<std::thread> crowd;
    std::atomic<int> refused{0};
    for (int t = 0; t < 8; ++t) {
        crowd.emplace_back([&, t] {
            for (int i = 0; i < 10; ++i) {
                const int id = 1 + t * 10 + i;
                const std::optional<int> parent = t == 0 ? std::optional(999) : std::nullopt;
                try {
                    store().transact([&](Transaction& tx) { tx.run(with_parent, id, std::to_string(id), parent); });
                } catch (const Failure& failure) {
                    EXPECT_EQ(t, 0) << failure.what();
                    ++refused;
                }
            }
        });
    }
    for (auto& one : crowd) one.join();
    EXPECT_EQ(refused, 10);
    EXPECT_EQ(notes_in(store()), 70);
}

TEST_P(Stores, RefuseTextsThatADatabaseWouldCutOrReject) {
    for (const auto& text : {"a\0b"s, "\xff"s, "\xc3"s, "\xed\xa0\x80"s}) {
        EXPECT_THROW(store().transact([&](Transaction& tx) { tx.run(insert_note, 1, text, 0); }),
                     std::invalid_argument);
        EXPECT_THROW(store().transact([&](Transaction& tx) { tx.queue(insert_note, 1, text, 0); }),
                     std::invalid_argument);
    }
    EXPECT_EQ(notes_in(store()), 0);
}

TEST_P(Stores, GiveValuesBackAsTheyWere) {
    static const Sql insert("insert into note (id, word, amount, bytes) values ($1, $2, $3, $4)");
    static const Sql select("select id, word, amount, bytes, parent from note where id = $1");
    constexpr auto least = std::numeric_limits<std::int64_t>::min();
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    std::vector<std::uint8_t> bytes(256);
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i);
    store().transact([&](Transaction& tx) {
        tx.run(insert, least, "暖簾", most, Blob{bytes});
        tx.run(insert, 0, "", std::int64_t{1} << 31, Blob{});
        tx.run(insert, 1, std::string_view{"x"}, true, nullptr);
    });
    store().read([&](Transaction& tx) {
        const auto extreme = tx.run(select, least);
        EXPECT_EQ(extreme.integer(0, 0), least);
        EXPECT_EQ(extreme.text(0, 1), "暖簾");
        EXPECT_EQ(extreme.integer(0, 2), most);
        EXPECT_EQ(extreme.text(0, 3), std::string(bytes.begin(), bytes.end()));
        EXPECT_TRUE(extreme.is_null(0, 4));
        const auto empty = tx.run(select, 0);
        EXPECT_EQ(empty.text(0, 1), "");
        EXPECT_EQ(empty.integer(0, 2), std::int64_t{1} << 31);
        EXPECT_EQ(empty.maybe_text(0, 3), "");
        const auto none = tx.run(select, 1);
        EXPECT_EQ(none.integer(0, 2), 1);
        EXPECT_EQ(none.maybe_text(0, 3), std::nullopt);
        EXPECT_TRUE(tx.run(select, 2).empty());
    });
}

TEST_P(Stores, TakeAnAbsentValueWhereANumberWasBefore) {
    static const Sql echo("select cast($1 as {int})");
    store().read([](Transaction& tx) {
        EXPECT_EQ(tx.run(echo, std::optional<int>(5)).maybe_integer(0, 0), 5);
        EXPECT_EQ(tx.run(echo, std::optional<int>()).maybe_integer(0, 0), std::nullopt);
        EXPECT_EQ(tx.run(echo, std::optional<std::int64_t>(1LL << 40)).maybe_integer(0, 0), 1LL << 40);
    });
}

TEST_P(Stores, KnowParametersByTheirNumbers) {
    static const Sql mixed("select $2 - $1, $1 + $2, $2");
    store().read([](Transaction& tx) {
        const auto rows = tx.run(mixed, 1, std::int64_t{1} << 40);
        EXPECT_EQ(rows.integer(0, 0), (std::int64_t{1} << 40) - 1);
        EXPECT_EQ(rows.integer(0, 1), (std::int64_t{1} << 40) + 1);
        EXPECT_EQ(rows.integer(0, 2), std::int64_t{1} << 40);
    });
}

TEST_P(Stores, RefuseAStatementThatLacksAParameter) {
    EXPECT_EQ(failure_of([&] { store().read([](Transaction& tx) { tx.run(note_amount); }); }), Kind::broken);
}

TEST_P(Stores, ReadSumsAsIntegersAndRefuseFractions) {
    static const Sql sum("select sum(amount) from note");
    static const Sql fraction("select cast(1 as real) / 3");
    store().transact([](Transaction& tx) {
        tx.run(insert_note, 1, "one", std::int64_t{1} << 60);
        tx.run(insert_note, 2, "two", 5);
    });
    EXPECT_EQ(store().read([](Transaction& tx) { return tx.run(sum).integer(0, 0); }), (std::int64_t{1} << 60) + 5);
    EXPECT_EQ(failure_of([&] { store().read([](Transaction& tx) { tx.run(fraction); }); }), Kind::broken);
}

TEST_P(Stores, CountTheRowsThatAStatementChanged) {
    static const Sql insert_once(
        "insert into note (id, word, amount) values ($1, $2, 0) on conflict ({shop} id) do nothing");
    static const Sql take("update note set amount = amount - $2 where id = $1 and amount >= $2 returning amount");
    store().transact([](Transaction& tx) {
        EXPECT_EQ(tx.run(insert_note, 1, "one", 5).affected(), 1);
        EXPECT_EQ(tx.run(insert_once, 1, "again").affected(), 0);
        const auto taken = tx.run(take, 1, 3);
        EXPECT_EQ(taken.affected(), 1);
        EXPECT_EQ(taken.integer(0, 0), 2);
        const auto refused = tx.run(take, 1, 3);
        EXPECT_EQ(refused.affected(), 0);
        EXPECT_TRUE(refused.empty());
        EXPECT_EQ(tx.run(count_notes).affected(), 0);
    });
}

TEST_P(Stores, ReadOneSnapshotWhateverIsWrittenMeanwhile) {
    store().read([&](Transaction& tx) {
        EXPECT_EQ(tx.run(count_notes).integer(0, 0), 0);
        std::thread([&] { store().transact([](Transaction& other) { other.run(insert_note, 1, "one", 0); }); }).join();
        EXPECT_EQ(tx.run(count_notes).integer(0, 0), 0);
    });
    EXPECT_EQ(notes_in(store()), 1);
}

TEST_P(Stores, LookUpOneStatementAndStayUsable) {
    static const Sql by_id("select word from note where id = $1");
    static const Sql broken("select word from note where id = 1 / ($1 - $1)", "select 1 / ($1::bigint - $1::bigint)");
    for (int repeat = 0; repeat < 3; ++repeat) {
        EXPECT_TRUE(store().look_up(by_id, 7).empty());
    }
    store().transact([](Transaction& tx) { tx.queue(insert_note, 7, "seven", 1); });
    EXPECT_EQ(store().look_up(by_id, 7).text(0, 0), "seven");
    if (store().database() == Database::postgresql) {
        EXPECT_EQ(failure_of([&] { store().look_up(broken, 7); }), Failure::Kind::broken);
    }
    EXPECT_NE(failure_of([&] { store().look_up(insert_note, 8, "eight", 1); }), Failure::Kind::conflict);
    EXPECT_EQ(store().look_up(by_id, 7).text(0, 0), "seven");
    EXPECT_EQ(notes_in(store()), 1);
    store().transact([](Transaction& tx) { tx.queue(insert_note, 9, "nine", 1); });
    EXPECT_EQ(notes_in(store()), 2);
}

TEST_P(Stores, RepeatWhenTheOneRowToChangeIsNotThere) {
    store().transact([](Transaction& tx) { tx.queue(insert_note, 1, "one", 1); });
    static const auto add = Sql::of_known_row("update note set amount = amount + $2 where id = $1");
    int bodies = 0;
    EXPECT_EQ(failure_of([&] {
                  store().transact([&](Transaction& tx) {
                      ++bodies;
                      tx.queue(add, 1, 5);
                      tx.queue(add, 2, 5);
                  });
              }),
              Failure::Kind::conflict);
    EXPECT_GT(bodies, 1) << "a conflict may pass";
    store().transact([](Transaction& tx) { tx.queue(add, 1, 7); });
    EXPECT_EQ(store().look_up(note_amount, 1).integer(0, 0), 8);
}

TEST_P(Stores, AskForManyStatementsAndReadThemInAnyOrder) {
    const auto word_of = [](const Rows& rows) { return rows.text(0, 0); };
    static const Sql by_id("select word from note where id = $1");
    store().transact([&](Transaction& tx) {
        tx.queue(insert_note, 1, "one", 1);
        const auto one = tx.ask(by_id, 1).then(word_of);
        const auto before = tx.ask(count_notes);
        tx.queue(insert_note, 2, "two", 2);
        const auto two = tx.ask(by_id, std::int64_t{2}).then(word_of);
        EXPECT_EQ(two.get(), "two");
        EXPECT_EQ(one.get(), "one");
        EXPECT_EQ(tx.run(count_notes).integer(0, 0), 2);
        EXPECT_EQ(before.get().integer(0, 0), 1);
        tx.ask(by_id, 1);  // and never got: nothing stands in the way of the commit
    });
    const auto [one, two] = store().look_up([&](Transaction& tx) {
        const auto first = tx.ask(by_id, 1).then(word_of);
        const auto second = tx.ask(by_id, 2).then(word_of);
        return Later<std::pair<std::string, std::string>>([=] { return std::pair(first.get(), second.get()); });
    });
    EXPECT_EQ(one, "one");
    EXPECT_EQ(two, "two");
}

TEST_P(Stores, TellWhatATransactionAskedForOnceItIsCommitted) {
    static const Sql insert("insert into note (id, word, amount) values ($1, $2, $3) returning id");
    const auto made = [&](int id, const char* word, int amount) {
        return store().transact([&](Transaction& tx) {
            return tx.ask(insert, id, word, amount).then([](const Rows& rows) { return rows.integer(0, 0); });
        });
    };
    EXPECT_EQ(made(1, "one", 0), 1);
    EXPECT_EQ(notes_in(store()), 1);
    EXPECT_EQ(failure_of([&] { made(1, "another", 0); }), Failure::Kind::unique);
    EXPECT_EQ(failure_of([&] { made(2, "two", -1); }), Failure::Kind::check);
    EXPECT_EQ(notes_in(store()), 1) << "nothing of a transaction that failed";
    EXPECT_EQ(made(3, "three", 0), 3);
}

TEST_P(Stores, TellAFailureOfWhatWasAskedWhenItIsGot) {
    const auto twice = [&](Transaction& tx) {
        const auto fine = tx.ask(count_notes);
        const auto refused = tx.ask(insert_note, 1, "again", 0);
        const auto behind = tx.ask(count_notes);
        EXPECT_EQ(failure_of([&] { behind.get(); }), Failure::Kind::unique);
        EXPECT_EQ(failure_of([&] { refused.get(); }), Failure::Kind::unique);
        EXPECT_EQ(failure_of([&] { tx.run(count_notes); }), Failure::Kind::unique);
    };
    store().transact([](Transaction& tx) { tx.run(insert_note, 1, "one", 0); });
    EXPECT_EQ(failure_of([&] { store().transact(twice); }), Failure::Kind::unique);
    EXPECT_EQ(notes_in(store()), 1);
    EXPECT_NE(failure_of([&] { store().look_up([](Transaction& tx) { return tx.ask(insert_note, 2, "two", 0); }); }),
              Failure::Kind::conflict);
    EXPECT_EQ(notes_in(store()), 1);
}

TEST_P(Stores, RefuseToWriteInARead) {
    EXPECT_THROW(store().read([](Transaction& tx) { tx.run(insert_note, 1, "one", 0); }), Failure);
    EXPECT_EQ(notes_in(store()), 0);
}

TEST_P(Stores, RefuseATransactionInsideAnother) {
    EXPECT_THROW(store().transact([&](Transaction&) { store().transact([](Transaction&) {}); }), std::logic_error);
    EXPECT_THROW(store().transact([&](Transaction&) { notes_in(store()); }), std::logic_error);
    EXPECT_THROW(store().read([&](Transaction&) { notes_in(store()); }), std::logic_error);
    EXPECT_EQ(notes_in(store()), 0);
}

TEST_P(Stores, SeeEachOthersCommitsWhenTheyAreOpenedTwice) {
    const auto second = open_notes(place_);
    store().transact([](Transaction& tx) { tx.run(insert_note, 1, "one", 0); });
    EXPECT_EQ(notes_in(*second), 1);
}

TEST_P(Stores, OpenWithThisProgramsMigrationsForEveryContent) {
    for (const auto content : {Content::books, Content::visits}) EXPECT_NE(place_.open(content), nullptr);
}

}  // namespace
}  // namespace noren::store
