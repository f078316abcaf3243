#include "store/migrations.hpp"

#include <algorithm>
#include <array>

#include "base/clock.hpp"

namespace noren::store {
namespace {

struct Macro {
    std::string_view name;
    std::string_view sqlite;
    std::string_view postgresql;
};

constexpr std::array macros{
    Macro{"{shop}", "", "storefront_id,"},
    Macro{"{shop_column}", "", "storefront_id bigint not null default current_setting('noren.storefront')::bigint,"},
    Macro{"{int}", "integer", "bigint"},
    Macro{"{blob}", "blob", "bytea"},
};

constexpr const char* log_table =
    "create table if not exists schema_log (content text not null, number {int} not null, name text not null, "
    "sha256 text not null, applied_at {int} not null, primary key (content, number))";

std::string title(Content content, const Migration& migration) {
    return std::string(word(content)) + "/" + std::string(migration.name);
}

/// The lines for `database`: `-- {sqlite}` or `-- {postgresql}` on a line of its own begins those of one database
/// alone,
/// `-- {both}` ends them.
std::string lines_for(std::string_view text, Database database) {
    std::string out;
    bool ours = true;
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        if (line == "-- {sqlite}") {
            ours = database == Database::sqlite;
        } else if (line == "-- {postgresql}") {
            ours = database == Database::postgresql;
        } else if (line == "-- {both}") {
            ours = true;
        } else if (ours) {
            out.append(line).append("\n");
        }
    }
    return out;
}

/// The numbers applied already; throws when the log is not a part of `known`.
std::vector<std::int64_t> applied(Schema& schema, Content content, std::span<const Migration> known) {
    const auto log = schema.select("select number, name, sha256 from schema_log where content = '" +
                                   std::string(word(content)) + "' order by number");
    std::vector<std::int64_t> numbers;
    for (std::size_t row = 0; row < log.size(); ++row) {
        const auto number = log.integer(row, 0);
        const auto same = std::find_if(known.begin(), known.end(), [&](const auto& m) { return m.number == number; });
        if (same == known.end()) {
            throw Failure(Failure::Kind::broken, "the schema is newer than this program: it has migration " +
                                                     std::string(word(content)) + "/" + log.text(row, 1));
        }
        if (same->sha256 != log.text(row, 2)) {
            throw Failure(Failure::Kind::broken,
                          "migration " + title(content, *same) + " was changed after it had been applied");
        }
        numbers.push_back(number);
    }
    return numbers;
}

}  // namespace

std::string_view word(Content content) {
    switch (content) {
        case Content::core: return "core";
        case Content::books: return "books";
        case Content::visits: return "visits";
    }
    throw std::logic_error("no such content");
}

std::string rendered(std::string_view text, Database database) {
    std::string out;
    out.reserve(text.size() + 64);
    while (!text.empty()) {
        const auto brace = text.find('{');
        out += text.substr(0, brace);
        if (brace == std::string_view::npos) break;
        text.remove_prefix(brace);
        const auto macro = std::find_if(macros.begin(), macros.end(),
                                        [&](const Macro& m) { return text.substr(0, m.name.size()) == m.name; });
        if (macro == macros.end()) {
            out += '{';  // a literal's brace
            text.remove_prefix(1);
        } else {
            out += database == Database::sqlite ? macro->sqlite : macro->postgresql;
            text.remove_prefix(macro->name.size());
        }
    }
    return out;
}

void migrate(Schema& schema, Content content, std::span<const Migration> known) {
    if (schema.has_log() && applied(schema, content, known).size() == known.size()) return;
    for (const auto& migration : known) {
        schema.exclusively([&] {
            schema.script(rendered(log_table, schema.database()));
            const auto numbers = applied(schema, content, known);
            if (std::find(numbers.begin(), numbers.end(), migration.number) != numbers.end()) return;
            try {
                schema.script(rendered(lines_for(migration.text, schema.database()), schema.database()));
            } catch (const Failure& failure) {
                throw Failure(failure.kind(), "migration " + title(content, migration) + ": " + failure.what());
            }
            schema.guard_tables();
            schema.script("insert into schema_log values ('" + std::string(word(content)) + "', " +
                          std::to_string(migration.number) + ", '" + std::string(migration.name) + "', '" +
                          std::string(migration.sha256) + "', " + std::to_string(us_of(SystemClock().now())) + ")");
        });
    }
}

}  // namespace noren::store
