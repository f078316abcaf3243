// Store: one database, its transactions and its statements, the same over SQLite and PostgreSQL.
//
// A storefront has two stores: its books (orders, money, stock; fully durable) and its visits (carts, sessions; a power
// loss may take the last seconds). On SQLite each is a file of its own; on PostgreSQL both are the one database, rows
// told apart by storefront_id, which row-level security adds to every statement. The core store (staff, revisions,
// plugin faults) belongs to no storefront.
//
// One SQL text serves both databases: parameters are $1, $2, ...; `{shop}` stands where a key or conflict target names
// the storefront (PostgreSQL: `storefront_id,`; SQLite: nothing). Where the databases differ, a Sql has two texts.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <noren/values/id.hpp>
#include <noren/values/time.hpp>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace noren::store {

/// One statement's text, prepared once a session. Keep it `static const`: each object is prepared anew.
struct Sql {
    explicit Sql(std::string both) : sqlite(both), postgresql(std::move(both)) {}
    Sql(std::string for_sqlite, std::string for_postgresql)
        : sqlite(std::move(for_sqlite)), postgresql(std::move(for_postgresql)) {}
    Sql(const Sql&) = delete;
    Sql& operator=(const Sql&) = delete;

    /// An update or delete of a row that was read before, by its version: when there is no such row, somebody else
    /// changed it, and the transaction fails as a conflict. It needs no look at the answer, so it may be queued.
    static Sql of_known_row(std::string text) {
        // On PostgreSQL the server itself must refuse: a COMMIT may follow in the same flight.
        auto guarded = "with changed as (" + text + " returning 1) select 1 / count(*) from changed";
        return Sql(std::move(text), std::move(guarded), true);
    }

    const std::string sqlite;
    const std::string postgresql;
    const bool must_change = false;
    const std::uint64_t serial = ++serials;  // what sessions know it by

private:
    Sql(std::string for_sqlite, std::string for_postgresql, bool must)
        : sqlite(std::move(for_sqlite)), postgresql(std::move(for_postgresql)), must_change(must) {}

    inline static std::atomic<std::uint64_t> serials{0};
};

/// A parameter: null, an integer, a text (valid UTF-8 without NUL, or the call throws), or bytes.
struct Blob {
    std::span<const std::uint8_t> bytes;
};
using Parameter = std::variant<std::nullptr_t, std::int64_t, std::string_view, Blob>;

template <class T>
Parameter parameter(const T& value) {
    if constexpr (std::is_same_v<T, std::nullptr_t> || std::is_same_v<T, Blob>) {
        return value;
    } else if constexpr (std::is_same_v<T, bool>) {
        return std::int64_t{value ? 1 : 0};
    } else if constexpr (std::is_integral_v<T>) {
        static_assert(sizeof(T) < 8 || std::is_signed_v<T>, "the databases have no unsigned 64-bit integer");
        return static_cast<std::int64_t>(value);
    } else if constexpr (std::is_enum_v<T>) {
        return static_cast<std::int64_t>(value);
    } else if constexpr (std::is_same_v<T, Instant>) {
        return us_of(value);
    } else if constexpr (std::is_same_v<T, Date>) {
        return std::int64_t{value.days};
    } else if constexpr (requires {
                             typename T::value_type;
                             value.has_value();
                         }) {
        return value.has_value() ? parameter(*value) : Parameter{nullptr};
    } else if constexpr (requires {
                             { value.value } -> std::convertible_to<std::int64_t>;
                         }) {
        return std::int64_t{value.value};  // Id<Kind>
    } else {
        return std::string_view{value};
    }
}

/// What a statement gave: rows by place, columns by place, all from 0.
class Rows {
public:
    using Cell = std::variant<std::nullptr_t, std::int64_t, std::string>;  // bytes come as a string

    Rows() = default;
    Rows(std::vector<Cell> cells, std::size_t columns, std::int64_t affected)
        : cells_(std::move(cells)), columns_(columns), affected_(affected) {}

    std::size_t size() const { return columns_ == 0 ? 0 : cells_.size() / columns_; }
    bool empty() const { return size() == 0; }
    /// Rows inserted, updated or deleted.
    std::int64_t affected() const { return affected_; }

    /// Each throws std::logic_error when the place does not exist or holds another type.
    bool is_null(std::size_t row, std::size_t column) const;
    std::int64_t integer(std::size_t row, std::size_t column) const;
    const std::string& text(std::size_t row, std::size_t column) const;
    Instant instant(std::size_t row, std::size_t column) const { return instant_from_us(integer(row, column)); }
    template <class Kind>
    Id<Kind> id(std::size_t row, std::size_t column) const {
        return {integer(row, column)};
    }
    std::optional<std::int64_t> maybe_integer(std::size_t row, std::size_t column) const;
    std::optional<std::string> maybe_text(std::size_t row, std::size_t column) const;

private:
    const Cell& at(std::size_t row, std::size_t column) const;
    std::vector<Cell> cells_;
    std::size_t columns_ = 0;
    std::int64_t affected_ = 0;
};

/// Why a statement failed.
class Failure : public std::runtime_error {
public:
    enum class Kind {
        conflict,     // serialization failure, deadlock, busy: the transaction may be tried again
        unique,       // a unique or primary key exists already
        check,        // a CHECK, NOT NULL or foreign key refuses
        unavailable,  // connection lost, disk full, time-out
        broken,       // anything else: a bug
    };
    Failure(Kind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
    Kind kind() const { return kind_; }

private:
    Kind kind_;
};

enum class Database { sqlite, postgresql };

/// What was asked of a transaction and need not be here yet: several asked in a row travel together on PostgreSQL, so
/// ask all that does not depend on one another before getting the first.
template <class T>
class Later {
public:
    explicit Later(std::function<T()> get) : get_(std::move(get)) {}

    /// Waits for it. Once, and while the transaction that was asked is open (or where look_up() and transact() say
    /// otherwise). Throws Failure.
    T get() const { return get_(); }

    /// What `read` makes of it, when that is got.
    template <class Read>
    auto then(Read read) const -> Later<std::invoke_result_t<Read&, T>> {
        return Later<std::invoke_result_t<Read&, T>>([get = get_, read = std::move(read)] { return read(get()); });
    }

private:
    std::function<T()> get_;
};

template <class T>
inline constexpr bool is_later = false;
template <class T>
inline constexpr bool is_later<Later<T>> = true;

/// An open transaction. Not for several threads at once. A statement that fails ends it: catching the Failure saves
/// nothing, every later statement and the commit throw it again. (Where a row may exist already, say ON CONFLICT.)
class Transaction {
public:
    virtual ~Transaction() = default;
    virtual Database database() const = 0;

    /// Sends what was queued and this statement, and waits for its rows. Throws Failure.
    template <class... Values>
    Rows run(const Sql& sql, const Values&... values) {
        const Parameter parameters[] = {parameter(values)..., Parameter{nullptr}};
        return run_with(sql, std::span(parameters, sizeof...(values)));
    }

    /// Queues a statement whose rows nobody needs: it travels with the next run() or with the commit (one round trip on
    /// PostgreSQL; at once on SQLite). A failure surfaces there. Values are copied.
    template <class... Values>
    void queue(const Sql& sql, const Values&... values) {
        const Parameter parameters[] = {parameter(values)..., Parameter{nullptr}};
        queue_with(sql, std::span(parameters, sizeof...(values)));
    }

    /// Asks for a statement's rows: it travels like a queued one, and is waited for when the rows are got. Values are
    /// copied. A failure surfaces at get() or at whatever comes before it.
    template <class... Values>
    Later<Rows> ask(const Sql& sql, const Values&... values) {
        const Parameter parameters[] = {parameter(values)..., Parameter{nullptr}};
        return ask_with(sql, std::span(parameters, sizeof...(values)));
    }

    virtual Rows run_with(const Sql& sql, std::span<const Parameter> parameters) = 0;
    virtual void queue_with(const Sql& sql, std::span<const Parameter> parameters) = 0;
    virtual Later<Rows> ask_with(const Sql& sql, std::span<const Parameter> parameters) = 0;
};

template <class T>
concept ExpectedLike = requires(const T& t) {
    { t.has_value() } -> std::same_as<bool>;
    t.error();
};

/// One database, open. Any thread.
class Store {
public:
    virtual ~Store() = default;
    virtual Database database() const = 0;

    /// Runs `body(Transaction&)` in one write transaction and commits when it returns; when it returns a Result with an
    /// error, or throws, nothing is kept. On a conflict the body runs again (at most 8 times), perhaps on another
    /// thread: it must have no other effects. Returns only after the commit is durable. Several bodies may share one
    /// commit on SQLite. Throws Failure; `unavailable` may mean that the commit was not confirmed: the caller does not
    /// know, and must ask. Inside a body of the same store it throws std::logic_error.
    ///
    /// A body that returns a Later is told of it after the commit, which travels with what was asked.
    ///
    /// PostgreSQL runs it as READ COMMITTED: what a decision rests on is locked (FOR UPDATE) or guarded by constraints.
    template <class Body>
    auto transact(Body&& body) {
        using Answer = std::invoke_result_t<Body&, Transaction&>;
        if constexpr (std::is_void_v<Answer>) {
            run_write([&](Transaction& tx) { return body(tx), true; });
        } else if constexpr (is_later<Answer>) {
            std::optional<Answer> later;
            run_write([&](Transaction& tx) { return later.emplace(body(tx)), true; });
            return later->get();
        } else {
            std::optional<Answer> answer;
            run_write([&](Transaction& tx) {
                answer.reset();
                answer.emplace(body(tx));
                if constexpr (ExpectedLike<Answer>) return answer->has_value();
                return true;
            });
            return std::move(*answer);
        }
    }

    /// Runs `body(Transaction&)` on one consistent snapshot; a statement that writes is refused. The body may run
    /// again.
    template <class Body>
    auto read(Body&& body) {
        using Answer = std::invoke_result_t<Body&, Transaction&>;
        if constexpr (std::is_void_v<Answer>) {
            run_read([&](Transaction& tx) { body(tx); });
        } else {
            std::optional<Answer> answer;
            run_read([&](Transaction& tx) { answer.emplace(body(tx)); });
            return std::move(*answer);
        }
    }

    /// What `ask(Transaction&)` asks for with its Later, on one consistent snapshot: a read() in one round trip on
    /// PostgreSQL, over when the Later is got. `ask` may run again; what it gets itself costs a round trip more.
    template <class Ask>
    requires std::is_invocable_v<Ask&, Transaction&>
    auto look_up(Ask&& ask) {
        std::optional<std::invoke_result_t<Ask&, Transaction&>> later;
        run_look_up([&](Transaction& tx) { later.emplace(ask(tx)); });
        return later->get();
    }

    /// What one statement finds.
    template <class... Values>
    Rows look_up(const Sql& sql, const Values&... values) {
        return look_up([&](Transaction& tx) { return tx.ask(sql, values...); });
    }

protected:
    /// The body returns whether to commit.
    virtual void run_write(const std::function<bool(Transaction&)>& body) = 0;
    virtual void run_read(const std::function<void(Transaction&)>& body) = 0;
    /// As run_read, and all that the body asked for has come when it returns.
    virtual void run_look_up(const std::function<void(Transaction&)>& body) = 0;
};

/// What a database holds; each kind has its own numbered migrations, core/store/migrations/<kind>/NNNN_name.sql.
enum class Content { core, books, visits };

/// Where a store is and how it is opened.
struct SqliteLocation {
    std::string path;     // of the file; ":memory:" for one that lives as long as the Store
    bool durable = true;  // synchronous=FULL, else NORMAL
};
struct PostgresqlLocation {
    std::string connection;       // libpq connection string of a role that owns nothing it must not bypass
    std::int64_t storefront = 0;  // 0: the core store
    bool durable = true;          // else synchronous_commit=off
    bool prepares = true;         // false behind a pooler in transaction mode
    int sessions = 8;             // at most; a caller waits for one up to 5 s, then Failure::unavailable
};
using Location = std::variant<SqliteLocation, PostgresqlLocation>;

/// Opens the store and brings its schema up to date. Throws Failure; a schema newer than this program is refused.
std::unique_ptr<Store> open(const Location& location, Content content);

}  // namespace noren::store
