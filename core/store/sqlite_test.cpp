#include "store/sqlite.hpp"

#include <gtest/gtest.h>

#include "base/result.hpp"
#include "store/store.hpp"

namespace noren::store {
namespace {
TEST(Sqlite, Opens) {
    auto store = open(SqliteLocation{":memory:", true}, Content::books);
    static const Sql q("select cast($1 as integer), $2");
    auto r = store->read([&](Transaction& tx) { return tx.run(q, 5, std::string("x")); });
    EXPECT_EQ(r.integer(0, 0), 5);
}
}  // namespace
}  // namespace noren::store
