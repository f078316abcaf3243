// One connection to PostgreSQL, in pipeline mode, with its prepared statements. Not for several threads at once.
//
// Statements are written to a buffer and travel together, a flight: run(), commit() and settle() send it and read what
// it gave. After a Failure the flight is over, and the server's transaction, if one is open, can only be rolled back.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/store.hpp"

struct pg_conn;
struct pg_result;

namespace Poco::Data {
class Session;
}

namespace noren::store {

class PostgresqlSession {
public:
    /// Connects. `prepares` false: every statement is sent with its text, as poolers in transaction mode need it.
    PostgresqlSession(const std::string& connection, bool prepares);
    ~PostgresqlSession();
    PostgresqlSession(const PostgresqlSession&) = delete;
    PostgresqlSession& operator=(const PostgresqlSession&) = delete;

    /// Where the rows of a statement are put when its flight lands; empty before, and when the flight failed.
    using Slot = std::shared_ptr<std::optional<Rows>>;

    /// Adds a statement to the flight, copying its values.
    void queue(const Sql& sql, std::span<const Parameter> parameters, Slot rows = nullptr);
    /// How many statements the flight has.
    std::size_t queued() const { return flight_.size(); }
    /// Sends the flight with this statement and waits; its rows.
    Rows run(const Sql& sql, std::span<const Parameter> parameters);
    /// Sends the flight and waits.
    void settle();
    /// Sends the flight with ROLLBACK and waits.
    void settle_and_roll_back();
    /// Sends the flight with COMMIT and waits. Returns only when the server has said that it committed, without a
    /// warning. Failure::unavailable: it may have committed, or not.
    void commit();
    /// Whether there is something to roll back: queued, or begun on the server.
    bool in_transaction() const;
    /// Sends the flight with ROLLBACK and does not wait: the next user of the session reads the answers.
    void roll_back() noexcept;

    /// Whether the session can serve another transaction; reads the answers that are still due.
    bool usable() noexcept;
    /// Whether the connection is gone.
    bool lost() const;

    /// Runs statements separated by semicolons outside any pipeline; the last one's rows.
    Rows script(const std::string& statements);

private:
    struct Prepared {
        std::string types;  // of the parameters: 'i' integer, 'b' bytes, 't' text or null
        std::string name;
        bool ready = false;
        bool sent = false;
    };
    struct Statement {
        std::string text;
        bool must_change = false;
        std::deque<Prepared> prepared;  // one for each combination of types; addresses are kept
    };
    struct Expected {
        const Statement* statement;
        Prepared* prepares;  // null where the statement is run
        Slot rows;           // null where nobody wants them
    };
    struct Answer {
        Rows rows;
        std::string tag;      // such as COMMIT
        std::string warning;  // the last that came with it
    };
    struct Arguments;

    void sync();
    /// Reads the answers to the flight; gives the last, or throws the first failure when all have been read.
    Answer land();
    Rows rows_of(pg_result* result) const;
    pg_result* next_result();
    void flush();
    void wait(short events);
    void check_sent(int sent);
    [[noreturn]] void fail_lost(const std::string& what);
    static void on_notice(void* session, const pg_result* notice);

    std::unique_ptr<Poco::Data::Session> session_;
    pg_conn* connection_ = nullptr;
    const bool prepares_;
    std::unique_ptr<Arguments> arguments_;  // kept for its room
    bool gave_up_ = false;                  // a time-out passed: what the server does is unknown
    std::unordered_map<std::uint64_t, Statement> statements_;
    std::vector<Expected> flight_;
    bool sync_due_ = false;  // the flight was sent, its answers were not read
    std::string warning_;    // the last since it was cleared
};

}  // namespace noren::store
