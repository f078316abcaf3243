// What the store's own tests work on: one table of notes, in a file or schema of the test's own.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <memory>

#include "store/postgresql.hpp"
#include "store/sqlite.hpp"
#include "store/testing.hpp"

namespace noren::store {

inline constexpr Migration note_table{10, "0010_note",
                                      "create table note ({shop_column} id {int} not null, word text not null, "
                                      "amount {int} not null check (amount >= 0), parent {int}, bytes {blob}, "
                                      "primary key ({shop} id), unique ({shop} word), "
                                      "foreign key ({shop} parent) references note ({shop} id) "
                                      "deferrable initially deferred); "
                                      "create index note_amount on note ({shop} amount)",
                                      "a"};
inline constexpr std::array note_migrations{note_table};

inline const Sql insert_note("insert into note (id, word, amount) values ($1, $2, $3)");
inline const Sql note_words("select word from note order by id");
inline const Sql count_notes("select count(*) from note");
inline const Sql add_to_note("update note set amount = amount + $2 where id = $1");
inline const Sql note_amount("select amount from note where id = $1");

inline std::unique_ptr<Store> open_with(const Location& location, Content content, std::span<const Migration> known) {
    if (const auto* sqlite = std::get_if<SqliteLocation>(&location)) return open_sqlite(*sqlite, content, known);
    return open_postgresql(std::get<PostgresqlLocation>(location), content, known);
}

/// Opens the test's notes; on PostgreSQL as a storefront of them.
inline std::unique_ptr<Store> open_notes(const testing::Place& place, std::int64_t storefront = 1) {
    auto location = place.location(Content::core);
    if (auto* postgresql = std::get_if<PostgresqlLocation>(&location)) postgresql->storefront = storefront;
    return open_with(location, Content::books, note_migrations);
}

inline std::int64_t notes_in(Store& store) {
    return store.read([](Transaction& tx) { return tx.run(count_notes).integer(0, 0); });
}

/// The kind of Failure that `work` ends in; fails the test when it ends in none.
template <class Work>
Failure::Kind failure_of(Work&& work) {
    try {
        work();
    } catch (const Failure& failure) {
        return failure.kind();
    }
    ADD_FAILURE() << "nothing failed";
    return Failure::Kind::broken;
}

}  // namespace noren::store
