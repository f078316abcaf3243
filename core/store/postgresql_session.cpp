#include "store/postgresql_session.hpp"

#include <Poco/Data/PostgreSQL/Connector.h>
#include <Poco/Data/PostgreSQL/Utility.h>
#include <Poco/Data/Session.h>
#include <Poco/Exception.h>
#include <endian.h>
#include <libpq-fe.h>
#include <poll.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>
#include <utility>

#include "store/migrations.hpp"
#include "store/parameters.hpp"

namespace noren::store {
namespace {

constexpr std::chrono::seconds longest_wait{30};  // for one answer; lock waits end on the server long before
constexpr std::size_t most_statements = 1000;     // kept prepared a session

// Types of the server's catalogue (pg_type.dat), which never change.
constexpr Oid bool_oid = 16;
constexpr Oid bytea_oid = 17;
constexpr Oid int8_oid = 20;
constexpr Oid int2_oid = 21;
constexpr Oid int4_oid = 23;
constexpr Oid float4_oid = 700;
constexpr Oid float8_oid = 701;
constexpr Oid numeric_oid = 1700;
constexpr Oid void_oid = 2278;

struct Clear {
    void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, Clear>;

/// `connection`, which may be an address (postgresql://…) or have quoted values, as Poco can take it: it cuts at every
/// blank. With bounds for connecting and for a silent network, unless they are given.
std::string for_poco(const std::string& connection) {
    char* message = nullptr;
    const std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)> options(
        PQconninfoParse(connection.c_str(), &message), PQconninfoFree);
    const std::unique_ptr<char, void (*)(void*)> message_owner(message, PQfreemem);
    if (options == nullptr) {
        throw Failure(Failure::Kind::broken, std::string("the connection string of PostgreSQL: ") + message);
    }
    std::string out = "connect_timeout=5 keepalives_idle=15 tcp_user_timeout=15000 application_name=noren";
    for (const auto* option = options.get(); option->keyword != nullptr; ++option) {
        if (option->val == nullptr) continue;
        const std::string_view keyword = option->keyword;
        out.append(" ").append(keyword).append("='");
        for (const char c : std::string_view(option->val)) {
            if (c == '\\' || c == '\'') out += '\\';
            if (c == ' ' && keyword != "options") {
                throw Failure(Failure::Kind::broken,
                              "a blank in PostgreSQL's connection setting " + std::string(keyword));
            }
            out += c == ' ' ? '\t' : c;  // the server parts options at either
        }
        out += '\'';
    }
    return out;
}

std::unique_ptr<Poco::Data::Session> connect(const std::string& connection) {
    static const bool registered = (Poco::Data::PostgreSQL::Connector::registerConnector(), true);
    static_cast<void>(registered);
    const auto string = for_poco(connection);
    // Poco never frees a connection that it could not make: an outage would eat the memory.
    if (PQping(string.c_str()) != PQPING_OK) {
        throw Failure(Failure::Kind::unavailable, "PostgreSQL does not accept connections");
    }
    try {
        return std::make_unique<Poco::Data::Session>(Poco::Data::PostgreSQL::Connector::KEY, string);
    } catch (const Poco::Exception& e) {
        throw Failure(Failure::Kind::unavailable, "cannot connect to PostgreSQL: " + e.message());
    }
}

Failure::Kind kind_of(std::string_view state) {
    const auto is = [&](std::string_view prefix) { return state.substr(0, prefix.size()) == prefix; };
    if (state == "40001" || state == "40P01" || state == "55P03") return Failure::Kind::conflict;
    if (state == "08P01") return Failure::Kind::broken;  // such as too few parameters
    if (state == "23505" || state == "23P01") return Failure::Kind::unique;
    if (is("23")) return Failure::Kind::check;
    if (is("08") || is("53") || is("57") || is("58") || state == "25P03" || state == "25006")
        return Failure::Kind::unavailable;
    return Failure::Kind::broken;
}

/// What the server said, without its DETAIL, which quotes values.
Failure failure_of(const PGresult* result, const std::string& statement, bool must_change = false) {
    const auto field = [&](int code) {
        const char* text = PQresultErrorField(result, code);
        return std::string(text == nullptr ? "" : text);
    };
    const auto state = field(PG_DIAG_SQLSTATE);
    const auto kind = state.empty()                     ? Failure::Kind::unavailable
                      : must_change && state == "22012" ? Failure::Kind::conflict  // no row was changed
                                                        : kind_of(state);
    return Failure(kind, "PostgreSQL: " + field(PG_DIAG_MESSAGE_PRIMARY) + " (" + state + ") in: " + statement);
}

/// The schema changed under a prepared statement: a new connection will do.
bool is_stale_plan(const PGresult* result) {
    const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    return state != nullptr && std::string_view(state) == "0A000";
}

std::int64_t integer_of(std::string_view digits) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size()) {
        throw Failure(Failure::Kind::broken, "not a 64-bit integer: " + std::string(digits));
    }
    return value;
}

std::string bytes_of(std::string_view hex) {
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    if (hex.substr(0, 2) != "\\x") throw Failure(Failure::Kind::broken, "bytea_output is not hex");
    std::string bytes;
    bytes.reserve(hex.size() / 2);
    for (std::size_t i = 2; i + 1 < hex.size(); i += 2) {
        bytes += static_cast<char>(digit(hex[i]) << 4 | digit(hex[i + 1]));
    }
    return bytes;
}

Rows::Cell cell_of(const PGresult* result, int row, int column) {
    if (PQgetisnull(result, row, column) != 0) return nullptr;
    const std::string_view text(PQgetvalue(result, row, column),
                                static_cast<std::size_t>(PQgetlength(result, row, column)));
    switch (PQftype(result, column)) {
        case int2_oid:
        case int4_oid:
        case int8_oid:
        case numeric_oid: return integer_of(text);  // sum() of bigint is numeric
        case bool_oid: return std::int64_t{text == "t" ? 1 : 0};
        case bytea_oid: return bytes_of(text);
        case void_oid: return nullptr;
        case float4_oid:
        case float8_oid: throw Failure(Failure::Kind::broken, std::string("a fraction in ") + PQfname(result, column));
        default: return std::string(text);
    }
}

}  // namespace

/// The parameters as libpq wants them. Integers travel in binary, the rest as text ended by NUL or as bytes.
struct PostgresqlSession::Arguments {
    void take(std::span<const Parameter> parameters) {
        const auto size = parameters.size();
        types.assign(size, 't');
        oids.assign(size, 0);
        values.assign(size, nullptr);
        lengths.assign(size, 0);
        formats.assign(size, 0);
        integers.resize(size);
        std::size_t room = 0;
        for (const auto& one : parameters) {
            if (const auto* text = std::get_if<std::string_view>(&one)) room += text->size() + 1;
        }
        texts.clear();
        texts.reserve(room);  // it must not move
        for (std::size_t i = 0; i < parameters.size(); ++i) take(i, parameters[i]);
    }

    void take(std::size_t i, const Parameter& one) {
        if (const auto* number = std::get_if<std::int64_t>(&one)) {
            integers[i] = htobe64(static_cast<std::uint64_t>(*number));
            set(i, 'i', int8_oid, reinterpret_cast<const char*>(&integers[i]), sizeof integers[i], 1);
        } else if (const auto* text = std::get_if<std::string_view>(&one)) {
            const char* start = texts.data() + texts.size();
            texts.append(*text).push_back('\0');
            set(i, 't', 0, start, text->size(), 0);
        } else if (const auto* blob = std::get_if<Blob>(&one)) {
            const char* data = blob->bytes.empty() ? "" : reinterpret_cast<const char*>(blob->bytes.data());
            set(i, 'b', bytea_oid, data, blob->bytes.size(), 1);
        }
    }

    void set(std::size_t i, char type, Oid oid, const char* value, std::size_t length, int format) {
        types[i] = type;
        oids[i] = oid;
        values[i] = value;
        lengths[i] = static_cast<int>(length);
        formats[i] = format;
    }

    int count() const { return static_cast<int>(values.size()); }

    std::string types;
    std::vector<Oid> oids;
    std::vector<const char*> values;
    std::vector<int> lengths;
    std::vector<int> formats;
    std::vector<std::uint64_t> integers;
    std::string texts;
};

PostgresqlSession::PostgresqlSession(const std::string& connection, bool prepares)
    : session_(connect(connection)),
      connection_(*Poco::Data::PostgreSQL::Utility::handle(*session_)),
      prepares_(prepares),
      arguments_(std::make_unique<Arguments>()) {
    PQsetNoticeReceiver(connection_, &on_notice, this);
    const auto setting = [&](const char* name) {
        const char* value = PQparameterStatus(connection_, name);
        return std::string_view(value == nullptr ? "" : value);
    };
    if (setting("server_encoding") != "UTF8") throw Failure(Failure::Kind::broken, "the database is not in UTF-8");
    if (setting("client_encoding") != "UTF8" && PQsetClientEncoding(connection_, "UTF8") != 0) {
        throw Failure(Failure::Kind::unavailable, "PostgreSQL refused client_encoding UTF8");
    }
    if (PQsetnonblocking(connection_, 1) != 0 || PQenterPipelineMode(connection_) == 0) {
        throw Failure(Failure::Kind::unavailable, "no pipeline on this connection");
    }
}

PostgresqlSession::~PostgresqlSession() {
    const bool left_to_us = PQstatus(connection_) != CONNECTION_OK;  // Poco closes only what still lives
    session_.reset();
    if (left_to_us) PQfinish(connection_);
}

Rows PostgresqlSession::run(const Sql& sql, std::span<const Parameter> parameters) {
    queue(sql, parameters);
    sync();
    return land().rows;
}

void PostgresqlSession::settle() {
    if (flight_.empty()) return;
    sync();
    land();
}

void PostgresqlSession::settle_and_roll_back() {
    static const Sql rollback("rollback");
    queue(rollback, {});
    settle();
}

void PostgresqlSession::commit() {
    static const Sql commit("commit");
    queue(commit, {});
    sync();
    const auto answer = land();  // to COMMIT
    if (!answer.warning.empty()) {
        throw Failure(Failure::Kind::unavailable, "the commit was not confirmed: " + answer.warning);
    }
    if (answer.tag != "COMMIT" || PQtransactionStatus(connection_) != PQTRANS_IDLE) {
        throw Failure(Failure::Kind::broken, "the server rolled back at COMMIT");
    }
}

void PostgresqlSession::roll_back() noexcept {
    static const Sql rollback("rollback");
    try {
        queue(rollback, {});
        sync();
    } catch (const std::exception&) {
        gave_up_ = true;
    }
}

bool PostgresqlSession::usable() noexcept {
    try {
        if (sync_due_) land();
    } catch (const std::exception&) {
        // A queued statement failed before its ROLLBACK, which was skipped with the rest of the flight.
        try {
            roll_back();
            if (sync_due_) land();
        } catch (const std::exception&) {
            return false;
        }
    }
    if (gave_up_ || !flight_.empty() || statements_.size() > most_statements) return false;
    // An idle server says nothing unless it ends the connection.
    pollfd waiting{PQsocket(connection_), POLLIN, 0};
    if (poll(&waiting, 1, 0) != 0 && PQconsumeInput(connection_) == 0) return false;
    return PQstatus(connection_) == CONNECTION_OK && PQtransactionStatus(connection_) == PQTRANS_IDLE;
}

bool PostgresqlSession::in_transaction() const {
    return !flight_.empty() || PQtransactionStatus(connection_) != PQTRANS_IDLE;
}

bool PostgresqlSession::lost() const {
    return gave_up_ || PQstatus(connection_) != CONNECTION_OK;
}

Rows PostgresqlSession::script(const std::string& statements) {
    if (PQexitPipelineMode(connection_) == 0 || PQsetnonblocking(connection_, 0) != 0)
        fail_lost("leaving the pipeline");
    const Result result(PQexec(connection_, statements.c_str()));
    const auto status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) throw failure_of(result.get(), statements);
    Rows rows = rows_of(result.get());
    PQsetnonblocking(connection_, 1);
    PQenterPipelineMode(connection_);
    return rows;
}

void PostgresqlSession::queue(const Sql& sql, std::span<const Parameter> parameters, Slot rows) {
    require_plain_texts(parameters);
    auto& statement = statements_[sql.serial];
    if (statement.text.empty()) statement = {rendered(sql.postgresql, Database::postgresql), sql.must_change, {}};
    auto& arguments = *arguments_;
    arguments.take(parameters);
    if (!prepares_) {
        check_sent(PQsendQueryParams(connection_, statement.text.c_str(), arguments.count(), arguments.oids.data(),
                                     arguments.values.data(), arguments.lengths.data(), arguments.formats.data(), 0));
        flight_.push_back({&statement, nullptr, std::move(rows)});
        return;
    }
    auto prepared = std::find_if(statement.prepared.begin(), statement.prepared.end(),
                                 [&](const Prepared& one) { return one.types == arguments.types; });
    if (prepared == statement.prepared.end()) {
        const auto number = std::to_string(statement.prepared.size());
        statement.prepared.push_back({arguments.types, "n" + std::to_string(sql.serial) + "_" + number});
        prepared = std::prev(statement.prepared.end());
    }
    if (!prepared->ready && !prepared->sent) {
        check_sent(PQsendPrepare(connection_, prepared->name.c_str(), statement.text.c_str(), arguments.count(),
                                 arguments.oids.data()));
        prepared->sent = true;
        flight_.push_back({&statement, &*prepared, nullptr});
    }
    check_sent(PQsendQueryPrepared(connection_, prepared->name.c_str(), arguments.count(), arguments.values.data(),
                                   arguments.lengths.data(), arguments.formats.data(), 0));
    flight_.push_back({&statement, nullptr, std::move(rows)});
}

void PostgresqlSession::check_sent(int sent) {
    if (sent == 0) fail_lost("sending");
}

void PostgresqlSession::sync() {
    if (PQpipelineSync(connection_) == 0) fail_lost("sending");
    sync_due_ = true;
    flush();
}

PostgresqlSession::Answer PostgresqlSession::land() {
    const auto flight = std::exchange(flight_, {});
    sync_due_ = false;
    Answer last;
    std::optional<Failure> failure;
    for (const auto& expected : flight) {
        warning_.clear();
        Result result(next_result());
        if (result == nullptr) fail_lost("waiting for an answer");
        const auto status = PQresultStatus(result.get());
        const bool good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
        if (expected.prepares != nullptr) {
            expected.prepares->ready = good;
            expected.prepares->sent = false;
        } else if (good && !failure) {
            try {
                if (expected.rows != nullptr) {
                    *expected.rows = rows_of(result.get());
                } else if (&expected == &flight.back()) {
                    last = {rows_of(result.get()), PQcmdStatus(result.get()), warning_};
                }
            } catch (const Failure& unreadable) {
                failure = unreadable;
            }
        }
        if (!good && !failure) {
            if (PQstatus(connection_) != CONNECTION_OK) fail_lost("waiting for an answer");
            failure = failure_of(result.get(), expected.statement->text, expected.statement->must_change);
            if (is_stale_plan(result.get())) gave_up_ = true;
        }
        while (Result more{next_result()}) {
        }  // each answer ends in a null
    }
    const Result synced(next_result());
    if (PQresultStatus(synced.get()) != PGRES_PIPELINE_SYNC) fail_lost("waiting for the pipeline's end");
    if (failure) throw *failure;
    return last;
}

Rows PostgresqlSession::rows_of(PGresult* result) const {
    const int columns = PQnfields(result);
    const int rows = PQntuples(result);
    std::vector<Rows::Cell> cells;
    cells.reserve(static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns));
    for (int row = 0; row < rows; ++row) {
        for (int column = 0; column < columns; ++column) cells.push_back(cell_of(result, row, column));
    }
    const bool reads = std::string_view(PQcmdStatus(result)).rfind("SELECT", 0) == 0;
    const std::string_view count(PQcmdTuples(result));
    const std::int64_t affected = reads || count.empty() ? 0 : integer_of(count);
    return Rows(std::move(cells), static_cast<std::size_t>(columns), affected);
}

PGresult* PostgresqlSession::next_result() {
    while (PQisBusy(connection_) != 0) {
        flush();
        wait(POLLIN);
    }
    return PQgetResult(connection_);
}

void PostgresqlSession::flush() {
    for (int pending = PQflush(connection_); pending != 0; pending = PQflush(connection_)) {
        if (pending < 0) fail_lost("sending");
        wait(POLLIN | POLLOUT);
    }
}

void PostgresqlSession::wait(short events) {
    pollfd waiting{PQsocket(connection_), events, 0};
    const auto until = std::chrono::steady_clock::now() + longest_wait;
    int ready = 0;
    do {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
        ready = poll(&waiting, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    } while (ready < 0 && errno == EINTR);
    if (ready <= 0) {
        gave_up_ = true;
        fail_lost("no answer in time");
    }
    if ((waiting.revents & ~POLLOUT) != 0 && PQconsumeInput(connection_) == 0) fail_lost("reading");
}

void PostgresqlSession::fail_lost(const std::string& what) {
    gave_up_ = true;
    flight_.clear();
    sync_due_ = false;
    throw Failure(Failure::Kind::unavailable,
                  "PostgreSQL: the connection was lost, " + what + ": " + PQerrorMessage(connection_));
}

void PostgresqlSession::on_notice(void* session, const PGresult* notice) {
    const auto field = [&](int code) {
        const char* text = PQresultErrorField(notice, code);
        return std::string_view(text == nullptr ? "" : text);
    };
    const bool warns = field(PG_DIAG_SEVERITY_NONLOCALIZED) == "WARNING";
    spdlog::log(warns ? spdlog::level::warn : spdlog::level::debug, "PostgreSQL: {}", field(PG_DIAG_MESSAGE_PRIMARY));
    if (warns) static_cast<PostgresqlSession*>(session)->warning_ = field(PG_DIAG_MESSAGE_PRIMARY);
}

}  // namespace noren::store
