#include "store/migrations.hpp"

#include <thread>

#include "store/notes_fixture.hpp"

namespace noren::store {
namespace {

using Kind = Failure::Kind;

TEST(Macros, AreWrittenOutForEachDatabase) {
    constexpr auto text = "t ({shop_column} id {int}, b {blob} default '{}', primary key ({shop} id))";
    EXPECT_EQ(rendered(text, Database::sqlite), "t ( id integer, b blob default '{}', primary key ( id))");
    EXPECT_EQ(rendered(text, Database::postgresql),
              "t (storefront_id bigint not null default current_setting('noren.storefront')::bigint, id bigint, "
              "b bytea default '{}', primary key (storefront_id, id))");
}

TEST(Migrations, StandInTheirOrderWithTheirNumbers) {
    for (const auto content : {Content::core, Content::books, Content::visits}) {
        const auto all = migrations_of(content);
        EXPECT_FALSE(all.empty());
        for (std::size_t i = 1; i < all.size(); ++i) EXPECT_LT(all[i - 1].number, all[i].number);
        for (const auto& one : all) EXPECT_EQ(one.sha256.size(), 64U);
    }
}

class Schemas : public ::testing::TestWithParam<Database> {
protected:
    std::unique_ptr<Store> open(std::span<const Migration> known) const {
        auto location = place_.location(Content::core);
        if (auto* postgresql = std::get_if<PostgresqlLocation>(&location)) postgresql->storefront = 1;
        return open_with(location, Content::books, known);
    }
    static std::int64_t in_log(Store& store) {
        static const Sql count("select count(*) from schema_log");
        return store.read([](Transaction& tx) { return tx.run(count).integer(0, 0); });
    }
    testing::Place place_{GetParam()};
};
NOREN_ON_EACH_DATABASE(Schemas);

constexpr Migration column{20, "0020_column", "alter table note add column more text", "b"};
constexpr Migration fails{30, "0030_fails", "create table half ({shop_column} id {int}); insert into none values (1)",
                          "c"};
constexpr Migration mended{30, "0030_fails", "create table half ({shop_column} id {int}, primary key ({shop} id))",
                           "d"};
constexpr Migration different{40, "0040_different",
                              "create table differs (id {int});\n-- {sqlite}\ncreate table lite (id {int});\n"
                              "-- {postgresql}\ncreate table large (id bigint);\n-- {both}\n"
                              "insert into differs values (1);\n",
                              "e"};
constexpr std::array first_two{note_table, column};
constexpr std::array with_failing{note_table, column, fails};
constexpr std::array with_mended{note_table, column, mended};

TEST_P(Schemas, AreBroughtUpToDateAndKeepTheirRows) {
    {
        const auto store = open(note_migrations);
        store->transact([](Transaction& tx) { tx.run(insert_note, 1, "one", 0); });
    }
    const auto store = open(first_two);
    EXPECT_EQ(notes_in(*store), 1);
    EXPECT_EQ(in_log(*store), 2);
    static const Sql more("select more from note");
    store->read([](Transaction& tx) { EXPECT_TRUE(tx.run(more).is_null(0, 0)); });
}

TEST_P(Schemas, StopAtAFailingMigrationAndGoOnFromThereLater) {
    EXPECT_THROW(open(with_failing), Failure);
    EXPECT_EQ(in_log(*open(first_two)), 2) << "the two before it are kept, nothing of the failing one is";
    const auto store = open(with_mended);
    EXPECT_EQ(in_log(*store), 3);
    static const Sql count("select count(*) from half");
    EXPECT_EQ(store->read([](Transaction& tx) { return tx.run(count).integer(0, 0); }), 0);
}

TEST_P(Schemas, AreRefusedWhenNewerThanTheProgram) {
    open(first_two);
    EXPECT_EQ(failure_of([&] { open(note_migrations); }), Kind::broken);
}

TEST_P(Schemas, AreRefusedWhenAnAppliedMigrationWasChanged) {
    static constexpr std::array changed{Migration{10, "0010_note", note_table.text, "another"}};
    open(note_migrations);
    EXPECT_EQ(failure_of([&] { open(changed); }), Kind::broken);
}

TEST_P(Schemas, AreMigratedOnceThoughSeveralStartTogether) {
    auto location = place_.location(Content::core);
    std::vector<std::thread> starts;
    for (int i = 0; i < 4; ++i) {
        starts.emplace_back([&, i] {
            auto own = location;
            if (auto* postgresql = std::get_if<PostgresqlLocation>(&own)) {
                postgresql->storefront = 1;
                postgresql->connection += " application_name=start" + std::to_string(i);  // sessions of its own
            }
            EXPECT_EQ(in_log(*open_with(own, Content::books, with_mended)), 3);
        });
    }
    for (auto& one : starts) one.join();
}

TEST_P(Schemas, MayDifferWhereTheDatabasesDo) {
    static constexpr std::array known{different};
    static const Sql sqlite("select count(*) from lite");
    static const Sql postgresql("select count(*) from large");
    static const Sql both("select count(*) from differs");
    const auto store = open(known);
    const bool on_sqlite = GetParam() == Database::sqlite;
    store->read([&](Transaction& tx) {
        EXPECT_EQ(tx.run(both).integer(0, 0), 1);
        EXPECT_EQ(tx.run(on_sqlite ? sqlite : postgresql).integer(0, 0), 0);
    });
    EXPECT_THROW(store->read([&](Transaction& tx) { tx.run(on_sqlite ? postgresql : sqlite); }), Failure);
}

TEST_P(Schemas, GuardEveryTableOfThisProgramThatHasAStorefront) {
    if (GetParam() != Database::postgresql) GTEST_SKIP() << "a file holds one storefront";
    const auto books = place_.open(Content::books);
    const auto visits = place_.open(Content::visits);
    static const Sql unguarded(
        "select c.relname::text from pg_class c join pg_attribute a on a.attrelid = c.oid where c.relkind in ('r', "
        "'p') "
        "and c.relnamespace = current_schema()::regnamespace and a.attname = 'storefront_id' "
        "and not (c.relrowsecurity and c.relforcerowsecurity and exists (select from pg_policy where polrelid = "
        "c.oid))");
    static const Sql guarded("select count(*) from pg_policy");
    books->read([](Transaction& tx) {
        const auto rows = tx.run(unguarded);
        EXPECT_TRUE(rows.empty()) << rows.text(0, 0);
        EXPECT_GT(tx.run(guarded).integer(0, 0), 0);
    });
}

}  // namespace
}  // namespace noren::store
