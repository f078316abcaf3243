// One connection to an SQLite file, with its prepared statements. Not for several threads at once.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/store.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace Poco::Data {
class Session;
}

namespace noren::store {

class SqliteSession {
public:
    explicit SqliteSession(const SqliteLocation& location);
    ~SqliteSession();
    SqliteSession(const SqliteSession&) = delete;
    SqliteSession& operator=(const SqliteSession&) = delete;

    enum class Access { reading, writing };
    Rows run(const Sql& sql, std::span<const Parameter> parameters, Access access);

    /// Runs statements separated by semicolons, without rows.
    void script(const std::string& statements);
    /// Runs one statement that is not worth keeping.
    Rows run_once(const std::string& statement);

    /// False before BEGIN, after COMMIT or ROLLBACK, and after an error at which SQLite rolled back by itself.
    bool in_transaction() const;
    void begin_writing();
    void begin_reading();
    void commit();
    void rollback() noexcept;

private:
    struct Statement;
    void set_wal();
    Statement& prepared(const Sql& sql);
    Rows run(Statement& statement, std::span<const Parameter> parameters, Access access);
    [[noreturn]] void fail(int code, const std::string& statement) const;

    std::unique_ptr<Poco::Data::Session> session_;
    sqlite3* handle_ = nullptr;
    std::unordered_map<std::uint64_t, std::unique_ptr<Statement>> statements_;
};

}  // namespace noren::store
