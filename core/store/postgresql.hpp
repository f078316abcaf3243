// Stores in PostgreSQL: one database for all storefronts, told apart by row-level security set for each transaction.
#pragma once

#include <memory>
#include <span>

#include "store/migrations.hpp"
#include "store/store.hpp"

namespace noren::store {

/// As open(), with the migrations named: those of the program, or a test's. Stores of one connection string share their
/// sessions. Refuses a role that row-level security does not bind, and a database that is not in UTF-8.
std::unique_ptr<Store> open_postgresql(const PostgresqlLocation& location, Content content,
                                       std::span<const Migration> known);

}  // namespace noren::store
