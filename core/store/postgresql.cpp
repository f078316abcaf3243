#include "store/postgresql.hpp"

#include <map>
#include <mutex>
#include <set>

#include "store/bodies.hpp"
#include "store/pool.hpp"
#include "store/postgresql_session.hpp"

namespace noren::store {
namespace {

constexpr std::size_t most_queued = 256;               // statements that travel together
constexpr std::int64_t migration_lock = 0x6e6f72656e;  // "noren", for pg_advisory_xact_lock

class PostgresqlSchema final : public Schema {
public:
    explicit PostgresqlSchema(PostgresqlSession& session) : session_(session) {}

    Database database() const override { return Database::postgresql; }
    bool has_log() override { return !session_.script("select to_regclass('schema_log')::text").is_null(0, 0); }
    void exclusively(const std::function<void()>& work) override {
        session_.script("begin");
        try {
            session_.script("select pg_advisory_xact_lock(" + std::to_string(migration_lock) + ")");
            work();
            session_.script("commit");
        } catch (...) {
            roll_back();
            throw;
        }
    }
    void script(const std::string& statements) override { session_.script(statements); }
    Rows select(const std::string& statement) override { return session_.script(statement); }
    void guard_tables() override {
        session_.script(R"(
            do $$
            declare one regclass;
            begin
                for one in
                    select c.oid from pg_class c join pg_attribute a on a.attrelid = c.oid
                    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
                      and a.attname = 'storefront_id' and not a.attisdropped
                      and not (c.relrowsecurity and c.relforcerowsecurity)
                loop
                    execute format('alter table %s enable row level security, force row level security', one);
                    execute format('create policy one_storefront on %s using '
                                   '(storefront_id = current_setting(''noren.storefront'')::bigint)', one);
                end loop;
            end $$)");
    }

private:
    void roll_back() noexcept {
        try {
            session_.script("rollback");
        } catch (const std::exception&) {
            // The session is not used again.
        }
    }

    PostgresqlSession& session_;
};

/// One database and the sessions that all its storefronts share.
class PostgresqlDatabase {
public:
    PostgresqlDatabase(const std::string& connection, bool prepares)
        : sessions_(
              1, [=] { return std::make_unique<PostgresqlSession>(connection, prepares); },
              [](PostgresqlSession& session) { return session.usable(); }) {
        const auto session = sessions_.lend();
        const auto bypasses =
            session->script("select (rolsuper or rolbypassrls)::int from pg_roles where rolname = current_user");
        if (bypasses.integer(0, 0) != 0) {
            throw Failure(Failure::Kind::broken, "the database role bypasses row-level security: connect as another");
        }
    }

    /// The one of this connection string, as long as somebody uses it.
    static std::shared_ptr<PostgresqlDatabase> of(const PostgresqlLocation& location) {
        static std::mutex mutex;
        static std::map<std::pair<std::string, bool>, std::weak_ptr<PostgresqlDatabase>> known;
        const std::lock_guard lock(mutex);
        auto& entry = known[{location.connection, location.prepares}];
        auto database = entry.lock();
        if (database == nullptr) {
            database = std::make_shared<PostgresqlDatabase>(location.connection, location.prepares);
            entry = database;
        }
        database->sessions_.allow_at_least(location.sessions);
        return database;
    }

    void bring_up_to_date(Content content, std::span<const Migration> migrations) {
        const std::lock_guard lock(mutex_);
        if (migrated_.count({content, migrations.data()}) != 0) return;
        auto session = sessions_.lend();
        PostgresqlSchema schema(*session);
        try {
            migrate(schema, content, migrations);
        } catch (...) {
            session.drop();
            throw;
        }
        migrated_.insert({content, migrations.data()});
    }

    Pool<PostgresqlSession>& sessions() { return sessions_; }

private:
    Pool<PostgresqlSession> sessions_;
    std::mutex mutex_;
    std::set<std::pair<Content, const Migration*>> migrated_;
};

/// Begins with its first statement: BEGIN and the settings travel with it.
class PostgresqlTransaction final : public Transaction {
public:
    enum class Purpose { writing, writing_fast, reading };
    PostgresqlTransaction(PostgresqlSession& session, std::string_view storefront, Purpose purpose)
        : session_(session), storefront_(storefront), purpose_(purpose) {}

    Database database() const override { return Database::postgresql; }

    Rows run_with(const Sql& sql, std::span<const Parameter> parameters) override {
        require_whole();
        return ending_at_failure([&] {
            begin();
            return session_.run(sql, parameters);
        });
    }

    void queue_with(const Sql& sql, std::span<const Parameter> parameters) override { add(sql, parameters, nullptr); }

    Later<Rows> ask_with(const Sql& sql, std::span<const Parameter> parameters) override {
        auto rows = std::make_shared<std::optional<Rows>>();
        add(sql, parameters, rows);
        return Later<Rows>([this, rows] {
            if (!*rows) arrive();
            return std::move(**rows);
        });
    }

    /// Sends what was asked with the end of the transaction, and waits.
    void settle_and_end() {
        require_whole();
        if (!begun_) return;
        ending_at_failure([&] { session_.settle_and_roll_back(); });
        begun_ = false;
    }

    void commit() {
        require_whole();
        if (!begun_) return;
        committing_ = true;
        ending_at_failure([&] { session_.commit(); });
        begun_ = false;
    }

    void roll_back() noexcept {
        if (begun_ && !session_.lost() && session_.in_transaction()) session_.roll_back();
        begun_ = false;
    }

    /// Throws the failure that ended this transaction, if one did.
    void require_whole() const {
        if (failure_ != nullptr) std::rethrow_exception(failure_);
    }
    /// Whether COMMIT was sent: from then on the outcome is the server's.
    bool committing() const { return committing_; }

private:
    void add(const Sql& sql, std::span<const Parameter> parameters, PostgresqlSession::Slot rows) {
        if (failure_ != nullptr) return;
        try {
            ending_at_failure([&] {
                begin();
                session_.queue(sql, parameters, std::move(rows));
                if (session_.queued() >= most_queued) session_.settle();
            });
        } catch (const Failure&) {
            // Told at the next run() or get(), or at the commit.
        }
    }

    void arrive() {
        require_whole();
        ending_at_failure([&] { session_.settle(); });
    }

    template <class Work>
    std::invoke_result_t<Work&> ending_at_failure(Work&& work) {
        try {
            return work();
        } catch (const Failure&) {
            failure_ = std::current_exception();
            throw;
        }
    }

    void begin() {
        if (begun_) return;
        begun_ = true;
        static const Sql write("begin isolation level read committed");
        static const Sql read("begin isolation level repeatable read, read only");
        static const Sql settings(
            "select set_config('noren.storefront', $1, true), set_config('lock_timeout', '5s', true), "
            "set_config('idle_in_transaction_session_timeout', '30s', true)");
        static const Sql fast_settings(
            "select set_config('noren.storefront', $1, true), set_config('lock_timeout', '5s', true), "
            "set_config('idle_in_transaction_session_timeout', '30s', true), "
            "set_config('synchronous_commit', 'off', true)");
        session_.queue(purpose_ == Purpose::reading ? read : write, {});
        const Parameter storefront[] = {storefront_};
        session_.queue(purpose_ == Purpose::writing_fast ? fast_settings : settings, storefront);
    }

    PostgresqlSession& session_;
    const std::string_view storefront_;
    const Purpose purpose_;
    bool begun_ = false;
    bool committing_ = false;
    std::exception_ptr failure_;
};

class PostgresqlStore final : public Store {
public:
    using Purpose = PostgresqlTransaction::Purpose;

    PostgresqlStore(const PostgresqlLocation& location, Content content, std::span<const Migration> known)
        : database_(PostgresqlDatabase::of(location)),
          storefront_(location.storefront == 0 ? "" : std::to_string(location.storefront)),
          writing_(location.durable ? Purpose::writing : Purpose::writing_fast) {
        database_->bring_up_to_date(content, known);
    }

    Database database() const override { return Database::postgresql; }

protected:
    void run_write(const std::function<bool(Transaction&)>& body) override {
        const InBody inside(*this);
        with_retries([&] {
            in_transaction(writing_, [&](PostgresqlTransaction& tx) {
                if (body(tx)) tx.commit();
            });
        });
    }

    void run_read(const std::function<void(Transaction&)>& body) override {
        const InBody inside(*this);
        with_retries([&] {
            in_transaction(Purpose::reading, [&](PostgresqlTransaction& tx) {
                body(tx);
                tx.require_whole();
            });
        });
    }

    void run_look_up(const std::function<void(Transaction&)>& body) override {
        const InBody inside(*this);
        with_retries([&] {
            in_transaction(Purpose::reading, [&](PostgresqlTransaction& tx) {
                body(tx);
                tx.settle_and_end();
            });
        });
    }

private:
    /// Runs `work`, and rolls back what it has not committed. A connection that breaks before COMMIT was sent has
    /// changed nothing, so the work runs once more on a fresh one.
    void in_transaction(Purpose purpose, const std::function<void(PostgresqlTransaction&)>& work) {
        for (bool again = true;; again = false) {
            auto session = database_->sessions().lend();
            PostgresqlTransaction tx(*session, storefront_, purpose);
            try {
                work(tx);
            } catch (...) {
                tx.roll_back();
                if (!session->lost()) throw;
                session.drop();
                if (!again || tx.committing()) throw;
                continue;
            }
            tx.roll_back();
            return;
        }
    }

    std::shared_ptr<PostgresqlDatabase> database_;
    const std::string storefront_;
    const Purpose writing_;
};

}  // namespace

std::unique_ptr<Store> open_postgresql(const PostgresqlLocation& location, Content content,
                                       std::span<const Migration> known) {
    return std::make_unique<PostgresqlStore>(location, content, known);
}

}  // namespace noren::store
