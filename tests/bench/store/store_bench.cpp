// store_bench: placing an order through core/store, beside the databases' C APIs. See README.md.
#include <libpq-fe.h>
#include <sqlite3.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <mutex>
#include <random>
#include <thread>

#include "store/postgresql.hpp"
#include "store/sqlite.hpp"
#include "store/store.hpp"

namespace {

using namespace noren;
using store::Database;

constexpr std::string_view tables = R"(
create table stock ({shop_column} item {int} not null, on_hand {int} not null check (on_hand >= 0),
    version {int} not null default 0, primary key ({shop} item));
create table orders ({shop_column} id {int} not null, number text not null, email text not null, state text not null,
    currency text not null, total_minor {int} not null, address text not null, placed_us {int} not null,
    primary key ({shop} id), unique ({shop} number));
create index orders_placed on orders ({shop} placed_us);
create table order_line ({shop_column} id {int} not null, order_id {int} not null, item {int} not null,
    quantity {int} not null, unit_minor {int} not null, primary key ({shop} id),
    foreign key ({shop} order_id) references orders ({shop} id), foreign key ({shop} item) references stock ({shop} item));
create index order_line_order on order_line ({shop} order_id);
create table payment ({shop_column} id {int} not null, order_id {int} not null, state text not null,
    amount_minor {int} not null, provider_ref text not null, primary key ({shop} id), unique ({shop} provider_ref),
    foreign key ({shop} order_id) references orders ({shop} id));
create index payment_order on payment ({shop} order_id);
create table transfer ({shop_column} id {int} not null, order_id {int} not null, debit text not null,
    credit text not null, amount_minor {int} not null, currency text not null, primary key ({shop} id),
    foreign key ({shop} order_id) references orders ({shop} id));
create index transfer_order on transfer ({shop} order_id);
create table outbox ({shop_column} id {int} not null, order_id {int} not null, template text not null,
    parameters text not null, sent_us {int}, primary key ({shop} id));
create index outbox_unsent on outbox ({shop} id) where sent_us is null;
create table audit ({shop_column} id {int} not null, at_us {int} not null, actor text not null, action text not null,
    order_id {int} not null, primary key ({shop} id));
create index audit_order on audit ({shop} order_id);
)";
const std::array migrations{store::Migration{10, "0010_bench", tables, "bench"}};

constexpr std::array writes{
    "update stock set on_hand = on_hand - $2, version = version + 1 where item = $1 and on_hand >= $2",
    "insert into orders (id, number, email, state, currency, total_minor, address, placed_us) values ($1, $2, "
    "'shopper@example.com', 'placed', 'JPY', 2975, '{\"name\": \"A Shopper\", \"street\": \"1 Example Street\"}', $3)",
    "insert into order_line (id, order_id, item, quantity, unit_minor) values ($1, $2, $3, $4, 1000)",
    "insert into payment (id, order_id, state, amount_minor, provider_ref) values ($1, $1, 'captured', 2975, $2)",
    "insert into transfer (id, order_id, debit, credit, amount_minor, currency) "
    "values ($1, $1, 'gateway', 'sales', 2975, 'JPY')",
    "insert into outbox (id, order_id, template, parameters) values ($1, $1, 'order_placed', '{\"total_minor\": "
    "2975}')",
    "insert into audit (id, at_us, actor, action, order_id) values ($1, $2, 'shopper', 'place_order', $1)",
};
enum Write { take, insert_order, insert_line, insert_payment, insert_transfer, insert_mail, insert_audit };

struct Purchase {
    std::int64_t id;  // even: lines are id and id + 1
    std::int64_t first;
    std::int64_t second;
    std::int64_t units;
    std::string number;
};

Purchase next_purchase() {
    static std::atomic<std::int64_t> ids{
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
            .count() *
        2};
    thread_local std::minstd_rand random{std::random_device{}()};
    const auto below = [&](int n) { return static_cast<std::int64_t>(random() % static_cast<unsigned>(n)); };
    const auto id = ids.fetch_add(2);
    return {id, 1 + below(500), 501 + below(500), 1 + below(3), "N" + std::to_string(id)};
}

// Through the store.

const store::Sql& sql(Write which) {
    static const std::array<store::Sql, writes.size()> all{
        store::Sql(writes[0]), store::Sql(writes[1]), store::Sql(writes[2]), store::Sql(writes[3]),
        store::Sql(writes[4]), store::Sql(writes[5]), store::Sql(writes[6])};
    return all.at(which);
}

void place(store::Store& store) {
    const auto p = next_purchase();
    store.transact([&](store::Transaction& tx) {
        tx.queue(sql(insert_order), p.id, p.number, p.id);
        tx.queue(sql(insert_line), p.id, p.id, p.first, p.units);
        tx.queue(sql(insert_line), p.id + 1, p.id, p.second, p.units);
        tx.queue(sql(insert_payment), p.id, p.number);
        tx.queue(sql(insert_transfer), p.id);
        tx.queue(sql(insert_mail), p.id);
        tx.queue(sql(insert_audit), p.id, p.id);
        const bool had =
            tx.run(sql(take), p.first, p.units).affected() == 1 && tx.run(sql(take), p.second, p.units).affected() == 1;
        if (!had) throw std::runtime_error("sold out");
    });
}

void fill_stock(store::Store& store) {
    static const store::Sql fill(
        "insert into stock (item, on_hand) values ($1, 1000000000) on conflict ({shop} item) do nothing");
    store.transact([&](store::Transaction& tx) {
        for (int item = 1; item <= 1000; ++item) tx.queue(fill, item);
    });
}

// By sqlite3 alone: one connection, one writer at a time.

class RawSqlite {
public:
    explicit RawSqlite(const std::string& path) {
        check(sqlite3_open(path.c_str(), &handle_) == SQLITE_OK);
        run("pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on");
        run(store::rendered(tables, Database::sqlite));
        run("with recursive items (item) as (select 1 union all select item + 1 from items where item < 1000) "
            "insert into stock (item, on_hand) select item, 1000000000 from items");
        for (std::size_t i = 0; i < writes.size(); ++i) statements_.at(i) = prepared(writes.at(i));
        begin_ = prepared("begin immediate");
        commit_ = prepared("commit");
    }
    ~RawSqlite() {
        for (auto* statement : statements_) sqlite3_finalize(statement);
        sqlite3_finalize(begin_);
        sqlite3_finalize(commit_);
        sqlite3_close(handle_);
    }
    RawSqlite(const RawSqlite&) = delete;
    RawSqlite& operator=(const RawSqlite&) = delete;

    void place() {
        const auto p = next_purchase();
        const std::lock_guard lock(mutex_);
        step(begin_);
        write(insert_order, p.id, p.number, p.id);
        write(insert_line, p.id, p.id, p.first, p.units);
        write(insert_line, p.id + 1, p.id, p.second, p.units);
        write(insert_payment, p.id, p.number);
        write(insert_transfer, p.id);
        write(insert_mail, p.id);
        write(insert_audit, p.id, p.id);
        write(take, p.first, p.units);
        check(sqlite3_changes(handle_) == 1);
        write(take, p.second, p.units);
        check(sqlite3_changes(handle_) == 1);
        step(commit_);
    }

private:
    void check(bool holds) const {
        if (!holds) throw std::runtime_error(sqlite3_errmsg(handle_));
    }
    void run(const std::string& script) {
        check(sqlite3_exec(handle_, script.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
    }
    sqlite3_stmt* prepared(const char* text) {
        sqlite3_stmt* statement = nullptr;
        check(sqlite3_prepare_v3(handle_, text, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) == SQLITE_OK);
        return statement;
    }
    void step(sqlite3_stmt* statement) {
        check(sqlite3_step(statement) == SQLITE_DONE);
        sqlite3_reset(statement);
    }
    template <class... Values>
    void write(Write which, const Values&... values) {
        auto* statement = statements_.at(which);
        int place = 0;
        (bind(statement, ++place, values), ...);
        step(statement);
    }
    static void bind(sqlite3_stmt* s, int place, std::int64_t value) { sqlite3_bind_int64(s, place, value); }
    static void bind(sqlite3_stmt* s, int place, const std::string& value) {
        sqlite3_bind_text(s, place, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
    }

    sqlite3* handle_ = nullptr;
    std::array<sqlite3_stmt*, writes.size()> statements_{};
    sqlite3_stmt* begin_ = nullptr;
    sqlite3_stmt* commit_ = nullptr;
    std::mutex mutex_;
};

// By libpq alone: a connection a thread, a round trip a statement.

class RawPostgresql {
public:
    explicit RawPostgresql(const std::string& connection) : handle_(PQconnectdb(connection.c_str())) {
        for (std::size_t i = 0; i < writes.size(); ++i) {
            done(PQprepare(handle_, ("w" + std::to_string(i)).c_str(), writes.at(i), 0, nullptr));
        }
    }
    ~RawPostgresql() { PQfinish(handle_); }
    RawPostgresql(const RawPostgresql&) = delete;
    RawPostgresql& operator=(const RawPostgresql&) = delete;

    static void make_tables(const std::string& connection) {
        PGconn* handle = PQconnectdb(connection.c_str());
        auto script = store::rendered(tables, Database::sqlite) +
                      "insert into stock (item, on_hand) select item, 1000000000 from generate_series(1, 1000) item";
        for (auto at = script.find(" integer"); at != std::string::npos; at = script.find(" integer", at)) {
            script.replace(at, 8, " bigint");
        }
        done(PQexec(handle, script.c_str()));
        PQfinish(handle);
    }

    void place() {
        const auto p = next_purchase();
        const auto id = std::to_string(p.id);
        const auto units = std::to_string(p.units);
        done(PQexec(handle_, "begin"));
        write(insert_order, id, p.number, id);
        write(insert_line, id, id, std::to_string(p.first), units);
        write(insert_line, std::to_string(p.id + 1), id, std::to_string(p.second), units);
        write(insert_payment, id, p.number);
        write(insert_transfer, id);
        write(insert_mail, id);
        write(insert_audit, id, id);
        write(take, std::to_string(p.first), units);
        write(take, std::to_string(p.second), units);
        done(PQexec(handle_, "commit"));
    }

private:
    static void done(PGresult* result) {
        const bool good = PQresultStatus(result) == PGRES_COMMAND_OK;
        const std::string message = PQresultErrorMessage(result);
        PQclear(result);
        if (!good) throw std::runtime_error(message);
    }
    template <class... Values>
    void write(Write which, const Values&... values) {
        const char* texts[] = {values.c_str()...};
        done(PQexecPrepared(handle_, ("w" + std::to_string(which)).c_str(), sizeof...(values), texts, nullptr, nullptr,
                            0));
    }
    PGconn* handle_;
};

struct Measured {
    double per_second = 0;
    double cpu_us = 0;
};

double cpu_us_so_far() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
           static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

Measured measure(int threads, double seconds, const std::function<std::function<void()>()>& make_work) {
    std::atomic<std::int64_t> count{0};
    std::vector<std::function<void()>> work;
    for (int t = 0; t < threads; ++t) work.push_back(make_work());
    for (const auto& one : work) one();
    const auto start = std::chrono::steady_clock::now();
    const auto until = start + std::chrono::duration<double>(seconds);
    const auto cpu = cpu_us_so_far();
    std::vector<std::thread> crowd;
    for (const auto& one : work) {
        crowd.emplace_back([&] {
            for (; std::chrono::steady_clock::now() < until; ++count) one();
        });
    }
    for (auto& one : crowd) one.join();
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    const auto done = static_cast<double>(count.load());
    return {done / elapsed.count(), (cpu_us_so_far() - cpu) / done};
}

/// Three alternating rounds each; medians.
void compare(const char* database, int threads, double seconds, const std::function<std::function<void()>()>& raw,
             const std::function<std::function<void()>()>& through_store) {
    std::array<Measured, 3> raws;
    std::array<Measured, 3> stores;
    for (std::size_t round = 0; round < 3; ++round) {
        raws.at(round) = measure(threads, seconds, raw);
        stores.at(round) = measure(threads, seconds, through_store);
    }
    const auto median = [](std::array<Measured, 3> rounds, double Measured::*what) {
        std::sort(rounds.begin(), rounds.end(), [&](const auto& a, const auto& b) { return a.*what < b.*what; });
        return rounds[1].*what;
    };
    const double raw_rate = median(raws, &Measured::per_second);
    const double raw_cpu = median(raws, &Measured::cpu_us);
    const double rate = median(stores, &Measured::per_second);
    const double cpu = median(stores, &Measured::cpu_us);
    std::printf("%s, %2d threads: C API %.0f/s, %.0f us CPU; store %.0f/s (%.2f), %.0f us CPU (%.2f)\n", database,
                threads, raw_rate, raw_cpu, rate, rate / raw_rate, cpu, cpu / raw_cpu);
    std::fflush(stdout);
}

void bench_sqlite(const std::string& folder, double seconds) {
    RawSqlite raw(folder + "/raw.db");
    const auto through = store::open_sqlite({folder + "/store.db"}, store::Content::books, migrations);
    fill_stock(*through);
    for (const int threads : {1, 8, 32}) {
        compare(
            "SQLite", threads, seconds, [&] { return [&raw] { raw.place(); }; },
            [&] { return [&through] { place(*through); }; });
    }
}

void bench_postgresql(const std::string& connection, double seconds) {
    const auto in = [&](const char* schema) { return connection + " options='-csearch_path=" + schema + "'"; };
    PGconn* handle = PQconnectdb(connection.c_str());
    PQclear(PQexec(handle,
                   "set client_min_messages = warning; drop schema if exists bench_raw, bench_store cascade; "
                   "create schema bench_raw; create schema bench_store"));
    PQfinish(handle);
    RawPostgresql::make_tables(in("bench_raw"));
    store::PostgresqlLocation location{.connection = in("bench_store"), .storefront = 1};
    location.sessions = 32;
    const auto through = store::open_postgresql(location, store::Content::books, migrations);
    fill_stock(*through);
    for (const int threads : {1, 8, 32}) {
        compare(
            "PostgreSQL", threads, seconds,
            [&] {
                auto raw = std::make_shared<RawPostgresql>(in("bench_raw"));
                return [raw] { raw->place(); };
            },
            [&] { return [&through] { place(*through); }; });
    }
}

}  // namespace

int main(int argc, char** argv) try {
    const std::string database = argc == 4 ? argv[1] : "";
    if (database == "sqlite") {
        bench_sqlite(argv[2], std::stod(argv[3]));
    } else if (database == "postgresql") {
        bench_postgresql(argv[2], std::stod(argv[3]));
    } else {
        std::fprintf(stderr, "usage: store_bench sqlite FOLDER SECONDS | postgresql CONNECTION SECONDS\n");
        return 2;
    }
    return 0;
} catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
}
