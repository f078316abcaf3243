#include "store/postgresql.hpp"
#include "store/sqlite.hpp"
#include "store/store.hpp"

namespace noren::store {

std::unique_ptr<Store> open(const Location& location, Content content) {
    const auto known = migrations_of(content);
    if (const auto* sqlite = std::get_if<SqliteLocation>(&location)) return open_sqlite(*sqlite, content, known);
    return open_postgresql(std::get<PostgresqlLocation>(location), content, known);
}

}  // namespace noren::store
