// sqlite_floor: placing one order by the sqlite3 C API alone, as fast as one writer can. Prints one line of JSON.
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <iostream>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

constexpr const char* schema = R"(
create table stock (item integer primary key, on_hand integer not null check (on_hand >= 0), version integer not null default 0);
create table orders (id integer primary key, number text not null unique, email text not null, state text not null,
    currency text not null, total_minor integer not null, address text not null, placed_us integer not null);
create index orders_placed on orders (placed_us);
create table order_line (id integer primary key, order_id integer not null references orders,
    item integer not null references stock, quantity integer not null, unit_minor integer not null);
create index order_line_order on order_line (order_id);
create table payment (id integer primary key, order_id integer not null references orders, state text not null,
    amount_minor integer not null, provider_ref text not null unique);
create index payment_order on payment (order_id);
create table transfer (id integer primary key, order_id integer not null references orders, debit text not null,
    credit text not null, amount_minor integer not null, currency text not null);
create index transfer_order on transfer (order_id);
create table outbox (id integer primary key, order_id integer not null, template text not null,
    parameters text not null, sent_us integer);
create index outbox_unsent on outbox (id) where sent_us is null;
create table audit (id integer primary key, at_us integer not null, actor text not null, action text not null,
    order_id integer not null);
create index audit_order on audit (order_id);
with recursive items (item) as (select 1 union all select item + 1 from items where item < 1000)
insert into stock (item, on_hand) select item, 1000000000 from items;
)";

class Database {
public:
    explicit Database(const std::string& file) {
        if (sqlite3_open(file.c_str(), &handle_) != SQLITE_OK) throw std::runtime_error("cannot open " + file);
    }
    ~Database() {
        for (auto* statement : statements_) sqlite3_finalize(statement);
        sqlite3_close(handle_);
    }
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    void execute(const std::string& sql) {
        if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail();
    }
    sqlite3_stmt* prepare(const char* sql) {
        sqlite3_stmt* statement = nullptr;
        if (sqlite3_prepare_v3(handle_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) fail();
        statements_.push_back(statement);
        return statement;
    }
    template <class... Values>
    void run(sqlite3_stmt* statement, const Values&... values) {
        int place = 0;
        (bind(statement, ++place, values), ...);
        if (sqlite3_step(statement) != SQLITE_DONE) fail();
        sqlite3_reset(statement);
    }
    std::int64_t last_id() const { return sqlite3_last_insert_rowid(handle_); }
    int changes() const { return sqlite3_changes(handle_); }

private:
    [[noreturn]] void fail() { throw std::runtime_error(sqlite3_errmsg(handle_)); }
    static void bind(sqlite3_stmt* statement, int place, std::int64_t value) {
        sqlite3_bind_int64(statement, place, value);
    }
    static void bind(sqlite3_stmt* statement, int place, const std::string& value) {
        sqlite3_bind_text(statement, place, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
    }

    sqlite3* handle_ = nullptr;
    std::vector<sqlite3_stmt*> statements_;
};

class Shop {
public:
    explicit Shop(Database& database)
        : db_(database),
          begin_(db_.prepare("begin immediate")),
          order_(db_.prepare(
              "insert into orders (number, email, state, currency, total_minor, address, placed_us) values (?1, "
              "'shopper@example.com', 'placed', 'JPY', 2975, '{\"name\": \"A Shopper\", \"street\": \"1 Example "
              "Street\", \"city\": \"Springfield\", \"country\": \"US\"}', ?2)")),
          line_(db_.prepare("insert into order_line (order_id, item, quantity, unit_minor) values (?1, ?2, ?3, 1000)")),
          payment_(db_.prepare(
              "insert into payment (order_id, state, amount_minor, provider_ref) values (?1, 'captured', 2975, ?2)")),
          transfer_(db_.prepare(
              "insert into transfer (order_id, debit, credit, amount_minor, currency) values (?1, 'clearing', "
              "'sales', 2975, 'JPY')")),
          mail_(db_.prepare("insert into outbox (order_id, template, parameters) values (?1, 'order_placed', "
                            "'{\"total_minor\": 2975}')")),
          audit_(db_.prepare(
              "insert into audit (at_us, actor, action, order_id) values (?2, 'shopper', 'place_order', ?1)")),
          stock_(db_.prepare(
              "update stock set on_hand = on_hand - ?2, version = version + 1 where item = ?1 and on_hand >= ?2")),
          commit_(db_.prepare("commit")) {}

    void place_order(std::int64_t now_us) {
        const auto number = name();
        const auto provider_ref = name();
        const std::int64_t items[] = {pick(1, 500), pick(501, 1000)};
        const auto units = pick(1, 3);
        db_.run(begin_);
        db_.run(order_, number, now_us);
        const auto order = db_.last_id();
        for (const auto item : items) db_.run(line_, order, item, units);
        db_.run(payment_, order, provider_ref);
        db_.run(transfer_, order);
        db_.run(mail_, order);
        db_.run(audit_, order, now_us);
        for (const auto item : items) {
            db_.run(stock_, item, units);
            if (db_.changes() != 1) throw std::runtime_error("sold out");
        }
        db_.run(commit_);
    }

private:
    std::int64_t pick(std::int64_t least, std::int64_t most) {
        return std::uniform_int_distribution<std::int64_t>(least, most)(random_);
    }
    std::string name() { return std::to_string(random_()) + "-" + std::to_string(random_()); }

    Database& db_;
    std::mt19937_64 random_{std::random_device{}()};
    sqlite3_stmt *begin_, *order_, *line_, *payment_, *transfer_, *mail_, *audit_, *stock_, *commit_;
};

int measure(const std::string& file, double seconds, const std::string& synchronous) {
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(file + suffix);
    Database database(file);
    database.execute("pragma journal_mode = wal; pragma foreign_keys = on; pragma cache_size = -65536");
    database.execute("pragma synchronous = " + synchronous);
    database.execute(schema);
    Shop shop(database);

    using Steady = std::chrono::steady_clock;
    const auto began = Steady::now();
    const auto took_ms = [](Steady::time_point since) {
        return std::chrono::duration<double, std::milli>(Steady::now() - since).count();
    };
    std::vector<double> each_ms;
    while (took_ms(began) < seconds * 1000) {
        const auto order_began = Steady::now();
        shop.place_order(std::chrono::duration_cast<std::chrono::microseconds>(order_began.time_since_epoch()).count());
        each_ms.push_back(took_ms(order_began));
    }
    const auto all_s = took_ms(began) / 1000;
    std::sort(each_ms.begin(), each_ms.end());
    const auto at = [&each_ms](double share) {
        return each_ms[static_cast<std::size_t>(share * static_cast<double>(each_ms.size() - 1))];
    };
    std::cout << "{\"floor\": \"sqlite\", \"synchronous\": \"" << synchronous << "\", \"done\": " << each_ms.size()
              << ", \"per_second\": " << static_cast<double>(each_ms.size()) / all_s << ", \"p50_ms\": " << at(0.5)
              << ", \"p95_ms\": " << at(0.95) << ", \"p99_ms\": " << at(0.99) << "}\n";
    return 0;
}

}  // namespace

int main(int count, char** arguments) {
    const std::string synchronous = count > 3 ? arguments[3] : "full";
    if (count < 3 || (synchronous != "off" && synchronous != "normal" && synchronous != "full")) {
        std::cerr << "usage: sqlite_floor FILE SECONDS [off|normal|full]\nFILE is replaced.\n";
        return 2;
    }
    try {
        return measure(arguments[1], std::stod(arguments[2]), synchronous);
    } catch (const std::exception& wrong) {
        std::cerr << "sqlite_floor: " << wrong.what() << '\n';
        return 1;
    }
}
