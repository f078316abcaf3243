// Test support: gives a test a fresh store on SQLite and on PostgreSQL.
//
//     class Jobs : public store::testing::EachDatabase {};          // store() is the books; a subclass may open more
//     NOREN_ON_EACH_DATABASE(Jobs);
//     TEST_P(Jobs, AreClaimedOnce) { store().transact([&](store::Transaction& tx) { … }); }
//
// PostgreSQL is the cluster that the environment variable NOREN_TEST_POSTGRESQL names (a libpq connection string), or
// one that the test program starts for itself and ends at its exit (tests/support/postgresql.sh). Tests share its
// database, each as a storefront of its own. With NOREN_TEST_POOLED=1 they reach it through a PgBouncer in transaction
// mode, without prepared statements (the CTests named x_pooled).
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "store/store.hpp"

namespace noren::store::testing {

/// The connection string of the test cluster, straight to it. Throws when there is no PostgreSQL.
const std::string& postgresql();

/// An empty folder that is deleted with what is in it.
class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

/// A PgBouncer in transaction mode before a cluster, and databases behind it that end with it.
class Pooler {
public:
    /// Before the cluster of that connection string; opens at most `connections` to the server for each database.
    Pooler(std::string cluster, int connections);
    ~Pooler();
    Pooler(const Pooler&) = delete;
    Pooler& operator=(const Pooler&) = delete;

    /// Makes an empty database of that name.
    void make_database(const std::string& name);
    /// What its clients connect with.
    std::string connection_to(const std::string& database) const;

private:
    std::string cluster_;
    TemporaryFolder folder_;
    std::string connection_;
    std::vector<std::string> databases_;
};

/// Where one test keeps its stores: SQLite files in a temporary folder, or a fresh storefront on PostgreSQL (its core
/// content in a schema of its own, or a database where a pooler is between). Several stores of one content opened here
/// are the same data. Close them first.
class Place {
public:
    explicit Place(Database database);
    ~Place();
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    Database database() const { return database_; }
    Location location(Content content) const;
    std::unique_ptr<Store> open(Content content) const { return store::open(location(content), content); }

private:
    Database database_;
    TemporaryFolder folder_;
    std::int64_t storefront_ = 0;
    mutable std::string core_;
};

class EachDatabase : public ::testing::TestWithParam<Database> {
protected:
    Place& place() { return place_; }
    /// The books of this test's storefront, opened at the first call.
    Store& store() { return opened(books_, Content::books); }
    Store& visits() { return opened(visits_, Content::visits); }
    Store& core() { return opened(core_, Content::core); }

private:
    Store& opened(std::unique_ptr<Store>& one, Content content) {
        if (one == nullptr) one = place_.open(content);
        return *one;
    }
    Place place_{GetParam()};
    std::unique_ptr<Store> books_;
    std::unique_ptr<Store> visits_;
    std::unique_ptr<Store> core_;
};

inline std::string database_name(const ::testing::TestParamInfo<Database>& info) {
    return info.param == Database::sqlite ? "SQLite" : "PostgreSQL";
}

}  // namespace noren::store::testing

/// Runs the TEST_Ps of a fixture derived from EachDatabase on both databases.
#define NOREN_ON_EACH_DATABASE(Fixture)                                                                             \
    INSTANTIATE_TEST_SUITE_P(On, Fixture,                                                                           \
                             ::testing::Values(noren::store::Database::sqlite, noren::store::Database::postgresql), \
                             noren::store::testing::database_name)
