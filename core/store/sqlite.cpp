#include "store/sqlite.hpp"

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>

#include "store/bodies.hpp"
#include "store/parameters.hpp"
#include "store/pool.hpp"
#include "store/sqlite_session.hpp"

namespace noren::store {
namespace {

constexpr std::size_t most_in_a_group = 64;
constexpr int most_readers = 8;

class SqliteTransaction final : public Transaction {
public:
    SqliteTransaction(SqliteSession& session, SqliteSession::Access access) : session_(session), access_(access) {}

    Database database() const override { return Database::sqlite; }

    Rows run_with(const Sql& sql, std::span<const Parameter> parameters) override {
        require_whole();
        try {
            return checked(sql, parameters);
        } catch (const Failure&) {
            failure_ = std::current_exception();
            throw;
        }
    }

    void queue_with(const Sql& sql, std::span<const Parameter> parameters) override { try_run(sql, parameters); }

    Later<Rows> ask_with(const Sql& sql, std::span<const Parameter> parameters) override {
        auto rows = std::make_shared<Rows>(try_run(sql, parameters));
        return Later<Rows>([rows, failure = failure_] {
            if (failure != nullptr) std::rethrow_exception(failure);
            return std::move(*rows);
        });
    }

    /// Throws the failure that ended this transaction, if one did.
    void require_whole() const {
        if (failure_ != nullptr) std::rethrow_exception(failure_);
    }

private:
    /// Keeps a failure, to be told at the next run() or get(), or at the commit, as on PostgreSQL.
    Rows try_run(const Sql& sql, std::span<const Parameter> parameters) {
        require_plain_texts(parameters);
        if (failure_ != nullptr) return {};
        try {
            return checked(sql, parameters);
        } catch (const Failure&) {
            failure_ = std::current_exception();
            return {};
        }
    }

    Rows checked(const Sql& sql, std::span<const Parameter> parameters) {
        auto rows = session_.run(sql, parameters, access_);
        if (sql.must_change && rows.affected() == 0) {
            throw Failure(Failure::Kind::conflict, "somebody else changed the row meanwhile, in: " + sql.sqlite);
        }
        return rows;
    }

    SqliteSession& session_;
    SqliteSession::Access access_;
    std::exception_ptr failure_;
};

/// The one writer. Threads queue their bodies; the first of them leads: it takes what has queued up, runs it in one
/// transaction, commits once, and hands the lead to the next in the queue. Nobody waits for a group to fill.
class GroupWriter {
public:
    explicit GroupWriter(const SqliteLocation& location) : session_(location) {}

    SqliteSession& session() { return session_; }
    /// Held while the session is used; readers of a database in memory take it too.
    std::mutex& session_mutex() { return session_mutex_; }

    void run(const std::function<bool(Transaction&)>& body) {
        Ticket ticket{body};
        std::unique_lock lock(mutex_);
        queue_.push_back(&ticket);
        if (led_) {
            ticket.turn.wait(lock, [&] { return ticket.state != Ticket::State::waits; });
        } else {
            led_ = true;
            ticket.state = Ticket::State::leads;
        }
        if (ticket.state == Ticket::State::leads) lead(lock);
        lock.unlock();
        if (ticket.error != nullptr) std::rethrow_exception(ticket.error);
    }

private:
    struct Ticket {
        enum class State { waits, leads, done };
        explicit Ticket(const std::function<bool(Transaction&)>& its_body) : body(its_body) {}
        const std::function<bool(Transaction&)>& body;
        State state = State::waits;
        std::condition_variable turn;
        bool settled = false;      // failed or gave up: nothing of it is to be kept
        std::exception_ptr error;  // why it failed
    };

    void lead(std::unique_lock<std::mutex>& lock) {
        const auto count = std::min(queue_.size(), most_in_a_group);
        const std::vector<Ticket*> group(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(count));
        queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(count));
        lock.unlock();
        {
            const std::lock_guard session_lock(session_mutex_);
            if (group.size() == 1) {
                commit_alone(*group.front());
            } else {
                commit_together(group);
            }
        }
        lock.lock();
        led_ = !queue_.empty();
        if (led_) pass(*queue_.front(), Ticket::State::leads);
        for (std::size_t i = 1; i < group.size(); ++i) pass(*group[i], Ticket::State::done);
    }

    /// Under mutex_: the ticket is its thread's, and gone as soon as that thread runs on.
    static void pass(Ticket& ticket, Ticket::State state) {
        ticket.state = state;
        ticket.turn.notify_one();
    }

    void commit_alone(Ticket& ticket) {
        try {
            session_.begin_writing();
            if (!wants_commit(ticket)) return session_.rollback();
            session_.commit();
        } catch (...) {
            settle(ticket, std::current_exception());
            session_.rollback();
        }
    }

    void commit_together(const std::vector<Ticket*>& group) {
        static const Sql savepoint("savepoint body");
        static const Sql release("release body");
        static const Sql roll_back("rollback to body");
        const auto command = [&](const Sql& sql) { session_.run(sql, {}, SqliteSession::Access::writing); };
        try {
            session_.begin_writing();
            for (auto* ticket : group) {
                command(savepoint);
                const bool keep = wants_commit(*ticket);
                if (!session_.in_transaction()) break;  // SQLite gave up the whole transaction
                if (!keep) command(roll_back);
                command(release);
            }
            if (session_.in_transaction()) return session_.commit();
        } catch (const Failure& failure) {
            session_.rollback();
            const bool one_is_at_fault = failure.kind() == Failure::Kind::check;  // a deferred constraint
            if (!one_is_at_fault) return settle_all(group, std::current_exception());
        } catch (...) {
            session_.rollback();
            return settle_all(group, std::current_exception());
        }
        for (auto* ticket : group) {
            if (!ticket->settled) commit_alone(*ticket);
        }
    }

    /// Runs the body; false, and settled, when it failed or gave up.
    bool wants_commit(Ticket& ticket) {
        SqliteTransaction tx(session_, SqliteSession::Access::writing);
        try {
            const bool keep = ticket.body(tx);
            if (keep) tx.require_whole();
            ticket.settled = !keep;
        } catch (...) {
            settle(ticket, std::current_exception());
        }
        return !ticket.settled;
    }

    static void settle_all(const std::vector<Ticket*>& group, const std::exception_ptr& error) {
        for (auto* ticket : group) settle(*ticket, error);
    }

    static void settle(Ticket& ticket, std::exception_ptr error) {
        if (ticket.settled) return;
        ticket.settled = true;
        ticket.error = std::move(error);
    }

    SqliteSession session_;
    std::mutex session_mutex_;
    std::mutex mutex_;
    std::deque<Ticket*> queue_;
    bool led_ = false;
};

class SqliteSchema final : public Schema {
public:
    explicit SqliteSchema(SqliteSession& session) : session_(session) {}
    Database database() const override { return Database::sqlite; }
    bool has_log() override {
        return !select("select 1 from sqlite_schema where type = 'table' and name = 'schema_log'").empty();
    }
    void exclusively(const std::function<void()>& work) override {
        session_.begin_writing();
        try {
            work();
            session_.commit();
        } catch (...) {
            session_.rollback();
            throw;
        }
    }
    void script(const std::string& statements) override { session_.script(statements); }
    Rows select(const std::string& statement) override { return session_.run_once(statement); }
    void guard_tables() override {}

private:
    SqliteSession& session_;
};

class SqliteStore final : public Store {
public:
    SqliteStore(const SqliteLocation& location, Content content, std::span<const Migration> known)
        : in_memory_(location.path == ":memory:"),
          writer_(location),
          readers_(
              most_readers, [location] { return std::make_unique<SqliteSession>(location); },
              [](SqliteSession&) { return true; }) {
        SqliteSchema schema(writer_.session());
        migrate(schema, content, known);
    }

    Database database() const override { return Database::sqlite; }

protected:
    void run_write(const std::function<bool(Transaction&)>& body) override {
        // A body may run on the leader's thread, where it must not begin another transaction either.
        const std::function<bool(Transaction&)> guarded = [&](Transaction& tx) {
            const InBody inside(*this);
            return body(tx);
        };
        { const InBody not_yet(*this); }
        with_retries([&] { writer_.run(guarded); });
    }

    void run_read(const std::function<void(Transaction&)>& body) override {
        const InBody inside(*this);
        with_retries([&] {
            if (in_memory_) {
                const std::lock_guard lock(writer_.session_mutex());
                return read(writer_.session(), body);
            }
            const auto session = readers_.lend();
            read(*session, body);
        });
    }

    void run_look_up(const std::function<void(Transaction&)>& body) override { run_read(body); }

private:
    static void read(SqliteSession& session, const std::function<void(Transaction&)>& body) {
        session.begin_reading();
        try {
            SqliteTransaction tx(session, SqliteSession::Access::reading);
            body(tx);
            tx.require_whole();
        } catch (...) {
            session.rollback();
            throw;
        }
        session.commit();  // there is nothing to undo
    }

    const bool in_memory_;
    GroupWriter writer_;
    Pool<SqliteSession> readers_;
};

}  // namespace

std::unique_ptr<Store> open_sqlite(const SqliteLocation& location, Content content, std::span<const Migration> known) {
    return std::make_unique<SqliteStore>(location, content, known);
}

}  // namespace noren::store
