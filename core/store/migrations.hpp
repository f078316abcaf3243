// Migrations: the numbered scripts that bring a database's schema up to date.
//
// They are migrations/<content>/NNNN_name.sql, embedded into the program. `{shop}`, `{shop_column}`, `{int}` and
// `{blob}` are rendered for the database; what only one of them understands stands between a line `-- {sqlite}` or
// `-- {postgresql}` and a line `-- {both}`. Each runs in one transaction together with its entry in the log, so a crash
// leaves whole ones behind and the next start goes on; processes that start at once wait for each other. On PostgreSQL
// every table with a storefront_id is put under forced row-level security before its migration commits.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "store/store.hpp"

namespace noren::store {

struct Migration {
    int number;
    std::string_view name;
    std::string_view text;
    std::string_view sha256;  // of the text: an applied migration is never changed
};

/// Those of this program, ascending.
std::span<const Migration> migrations_of(Content content);

std::string_view word(Content content);

/// `text` with its macros written out for `database`.
std::string rendered(std::string_view text, Database database);

/// A database whose schema is being brought up to date. All throw Failure.
class Schema {
public:
    virtual ~Schema() = default;
    virtual Database database() const = 0;
    /// Whether the table schema_log exists.
    virtual bool has_log() = 0;
    /// Runs `work` in one transaction that no other process's work overlaps.
    virtual void exclusively(const std::function<void()>& work) = 0;
    /// Runs statements separated by semicolons.
    virtual void script(const std::string& statements) = 0;
    virtual Rows select(const std::string& statement) = 0;
    /// Puts tables with a storefront_id under forced row-level security; nothing where a file holds one storefront.
    virtual void guard_tables() = 0;
};

/// Applies what `schema` lacks of `known`. Throws Failure::broken when the log names a migration that `known` lacks
/// (the schema is newer than the program) or one whose text has changed since.
void migrate(Schema& schema, Content content, std::span<const Migration> known);

}  // namespace noren::store
