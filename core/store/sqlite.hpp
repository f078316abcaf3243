// Stores in SQLite: a file each, one writer that commits a group of bodies at once, and readers on snapshots.
#pragma once

#include <memory>
#include <span>

#include "store/migrations.hpp"
#include "store/store.hpp"

namespace noren::store {

/// As open(), with the migrations named: those of the program, or a test's.
std::unique_ptr<Store> open_sqlite(const SqliteLocation& location, Content content, std::span<const Migration> known);

}  // namespace noren::store
