#include "store/sqlite_session.hpp"

#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/SQLite/Utility.h>
#include <Poco/Data/Session.h>
#include <Poco/Exception.h>
#include <sqlite3.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <mutex>
#include <thread>

#include "store/migrations.hpp"
#include "store/parameters.hpp"

namespace noren::store {
namespace {

constexpr int busy_timeout_ms = 5000;
constexpr std::size_t most_statements = 1000;  // kept prepared a session

/// Throws when the file cannot be opened: Poco would wait for its whole login time-out.
void require_openable(const std::string& path) {
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
    const std::string reason = handle == nullptr ? "out of memory" : sqlite3_errmsg(handle);
    sqlite3_close(handle);
    if (code != SQLITE_OK) throw Failure(Failure::Kind::unavailable, "cannot open " + path + ": " + reason);
}

/// A session is one thread's at a time, so SQLite need not lock within a connection; and nobody reads its statistics of
/// memory, which every allocation would queue for. Must come before SQLite's first use.
void configure_sqlite() {
    sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

std::unique_ptr<Poco::Data::Session> connect(const std::string& path) {
    static const bool configured = (configure_sqlite(), true);
    static_cast<void>(configured);
    require_openable(path);
    static std::mutex one_at_a_time;  // Poco opens in a thread of a small process-wide pool, which could run dry
    const std::lock_guard lock(one_at_a_time);
    static const bool registered = (Poco::Data::SQLite::Connector::registerConnector(), true);
    static_cast<void>(registered);
    try {
        return std::make_unique<Poco::Data::Session>(Poco::Data::SQLite::Connector::KEY, path);
    } catch (const Poco::Exception& e) {
        throw Failure(Failure::Kind::unavailable, "cannot open " + path + ": " + e.displayText());
    }
}

Failure::Kind kind_of(int extended) {
    switch (extended) {
        case SQLITE_CONSTRAINT_UNIQUE:
        case SQLITE_CONSTRAINT_PRIMARYKEY:
        case SQLITE_CONSTRAINT_ROWID: return Failure::Kind::unique;
        default: break;
    }
    switch (extended & 0xFF) {
        case SQLITE_CONSTRAINT: return Failure::Kind::check;
        case SQLITE_BUSY:
        case SQLITE_LOCKED: return Failure::Kind::conflict;
        case SQLITE_IOERR:
        case SQLITE_FULL:
        case SQLITE_CANTOPEN:
        case SQLITE_NOMEM:
        case SQLITE_READONLY:
        case SQLITE_PERM:
        case SQLITE_PROTOCOL:
        case SQLITE_INTERRUPT: return Failure::Kind::unavailable;
        default: return Failure::Kind::broken;
    }
}

}  // namespace

struct SqliteSession::Statement {
    explicit Statement(std::string its_text) : text(std::move(its_text)) {}
    ~Statement() { sqlite3_finalize(handle); }
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    std::string text;
    sqlite3_stmt* handle = nullptr;
    std::vector<std::size_t> places;  // which parameter (from 0) SQLite's i-th is: $2 may stand before $1
    std::size_t parameters = 0;
    bool writes = false;
};

namespace {

struct Reset {
    sqlite3_stmt* statement;
    ~Reset() {
        sqlite3_reset(statement);
        sqlite3_clear_bindings(statement);
    }
};

int bind(sqlite3_stmt* statement, int place, const Parameter& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) return sqlite3_bind_int64(statement, place, *number);
    if (const auto* text = std::get_if<std::string_view>(&value)) {
        const char* data = text->empty() ? "" : text->data();  // a null pointer would bind NULL
        return sqlite3_bind_text64(statement, place, data, text->size(), SQLITE_STATIC, SQLITE_UTF8);
    }
    if (const auto* blob = std::get_if<Blob>(&value)) {
        const void* data = blob->bytes.empty() ? static_cast<const void*>("") : blob->bytes.data();
        return sqlite3_bind_blob64(statement, place, data, blob->bytes.size(), SQLITE_STATIC);
    }
    return sqlite3_bind_null(statement, place);
}

Rows::Cell cell_of(sqlite3_stmt* statement, int column) {
    const auto bytes = [&](const void* data) {
        const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
        return size == 0 ? std::string() : std::string(static_cast<const char*>(data), size);
    };
    switch (sqlite3_column_type(statement, column)) {
        case SQLITE_NULL: return nullptr;
        case SQLITE_INTEGER: return std::int64_t{sqlite3_column_int64(statement, column)};
        case SQLITE_TEXT: return bytes(sqlite3_column_text(statement, column));
        case SQLITE_BLOB: return bytes(sqlite3_column_blob(statement, column));
        default:
            throw Failure(Failure::Kind::broken, std::string("a fraction in column ") +
                                                     sqlite3_column_name(statement, column) + " of " +
                                                     sqlite3_sql(statement));
    }
}

}  // namespace

SqliteSession::SqliteSession(const SqliteLocation& location)
    : session_(connect(location.path)), handle_(Poco::Data::SQLite::Utility::dbHandle(*session_)) {
    sqlite3_extended_result_codes(handle_, 1);
    sqlite3_busy_timeout(handle_, busy_timeout_ms);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);  // "x" is a name, as on PostgreSQL
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
    set_wal();
    script(location.durable ? "pragma synchronous = full" : "pragma synchronous = normal");
    script("pragma foreign_keys = on");
    script("pragma trusted_schema = off");
    // 32 MB of log before a checkpoint: pages that change often are written back once for many changes.
    script("pragma wal_autocheckpoint = 8192");
    script("pragma journal_size_limit = 67108864");
    // A group's savepoints keep the pages that they would restore in memory; past 64 KiB they would go to a file.
    script("pragma temp_store = memory");
}

void SqliteSession::set_wal() {
    // SQLite does not wait where two connections change a new file's mode at once: each would wait for the other.
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(busy_timeout_ms);
    int code = SQLITE_BUSY;
    do {
        code = sqlite3_exec(handle_, "pragma journal_mode = wal", nullptr, nullptr, nullptr);
        if ((code & 0xFF) != SQLITE_BUSY) break;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    } while (std::chrono::steady_clock::now() < until);
    if (code != SQLITE_OK) fail(code, "pragma journal_mode = wal");
}

SqliteSession::~SqliteSession() {
    statements_.clear();  // before the handle is closed
}

Rows SqliteSession::run(const Sql& sql, std::span<const Parameter> parameters, Access access) {
    require_plain_texts(parameters);
    return run(prepared(sql), parameters, access);
}

SqliteSession::Statement& SqliteSession::prepared(const Sql& sql) {
    const auto known = statements_.find(sql.serial);
    if (known != statements_.end()) return *known->second;

    auto statement = std::make_unique<Statement>(rendered(sql.sqlite, Database::sqlite));
    const char* rest = nullptr;
    const int code = sqlite3_prepare_v3(handle_, statement->text.c_str(), static_cast<int>(statement->text.size() + 1),
                                        SQLITE_PREPARE_PERSISTENT, &statement->handle, &rest);
    if (code != SQLITE_OK) fail(code, statement->text);
    if (statement->handle == nullptr || std::string_view(rest).find_first_not_of("; \n\t") != std::string_view::npos) {
        throw Failure(Failure::Kind::broken, "not exactly one statement: " + statement->text);
    }
    const int count = sqlite3_bind_parameter_count(statement->handle);
    for (int i = 1; i <= count; ++i) {
        const char* name = sqlite3_bind_parameter_name(statement->handle, i);
        std::size_t number = 0;
        if (name != nullptr && name[0] == '$') std::from_chars(name + 1, name + std::string_view(name).size(), number);
        if (number == 0) throw Failure(Failure::Kind::broken, "parameters are $1, $2, ...: " + statement->text);
        statement->places.push_back(number - 1);
        statement->parameters = std::max(statement->parameters, number);
    }
    statement->writes = sqlite3_stmt_readonly(statement->handle) == 0;
    if (statements_.size() >= most_statements) statements_.clear();
    return *statements_.emplace(sql.serial, std::move(statement)).first->second;
}

Rows SqliteSession::run(Statement& statement, std::span<const Parameter> parameters, Access access) {
    if (statement.parameters != parameters.size()) {
        throw Failure(Failure::Kind::broken, std::to_string(parameters.size()) + " parameters for " + statement.text);
    }
    if (statement.writes && access == Access::reading) {
        throw Failure(Failure::Kind::broken, "a read may not write: " + statement.text);
    }
    const Reset reset{statement.handle};
    for (std::size_t i = 0; i < statement.places.size(); ++i) {
        const int code = bind(statement.handle, static_cast<int>(i) + 1, parameters[statement.places[i]]);
        if (code != SQLITE_OK) fail(code, statement.text);
    }
    const int columns = sqlite3_column_count(statement.handle);
    std::vector<Rows::Cell> cells;
    int code = sqlite3_step(statement.handle);
    for (; code == SQLITE_ROW; code = sqlite3_step(statement.handle)) {
        for (int column = 0; column < columns; ++column) cells.push_back(cell_of(statement.handle, column));
    }
    if (code != SQLITE_DONE) fail(code, statement.text);
    const std::int64_t affected = statement.writes ? sqlite3_changes64(handle_) : 0;
    return Rows(std::move(cells), static_cast<std::size_t>(columns), affected);
}

void SqliteSession::script(const std::string& statements) {
    const int code = sqlite3_exec(handle_, statements.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) fail(code, statements);
}

Rows SqliteSession::run_once(const std::string& text) {
    Statement statement(text);
    const int code =
        sqlite3_prepare_v2(handle_, text.c_str(), static_cast<int>(text.size() + 1), &statement.handle, nullptr);
    if (code != SQLITE_OK) fail(code, text);
    return run(statement, {}, Access::writing);
}

bool SqliteSession::in_transaction() const {
    return sqlite3_get_autocommit(handle_) == 0;
}

void SqliteSession::begin_writing() {
    static const Sql begin("begin immediate");
    try {
        run(begin, {}, Access::writing);
    } catch (const Failure& failure) {
        // The busy time-out has passed already: another process holds the file.
        if (failure.kind() != Failure::Kind::conflict) throw;
        throw Failure(Failure::Kind::unavailable, failure.what());
    }
}

void SqliteSession::begin_reading() {
    static const Sql begin("begin deferred");
    run(begin, {}, Access::writing);
}

void SqliteSession::commit() {
    static const Sql commit("commit");
    run(commit, {}, Access::writing);
}

void SqliteSession::rollback() noexcept {
    if (in_transaction()) sqlite3_exec(handle_, "rollback", nullptr, nullptr, nullptr);
}

void SqliteSession::fail(int code, const std::string& statement) const {
    throw Failure(kind_of(code), std::string("SQLite: ") + sqlite3_errmsg(handle_) + " (" + std::to_string(code) +
                                     ") in: " + statement);
}

}  // namespace noren::store
