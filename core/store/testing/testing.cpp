#include "store/testing.hpp"

#include <libpq-fe.h>
#include <sys/random.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <utility>

#include "base/ids.hpp"

namespace noren::store::testing {
namespace {

std::int64_t random_storefront() {
    std::uint64_t number = 0;
    SystemEntropy().fill({reinterpret_cast<std::uint8_t*>(&number), sizeof number});
    return static_cast<std::int64_t>(number >> 2) + 1;
}

std::string output_of(const std::string& command) {
    FILE* pipe = popen(command.c_str(), "r");
    if (pipe == nullptr) throw std::runtime_error("cannot run " + command);
    std::string out;
    std::array<char, 512> buffer;
    while (fgets(buffer.data(), buffer.size(), pipe) != nullptr) out += buffer.data();
    if (pclose(pipe) != 0) throw std::runtime_error("failed: " + command);
    while (!out.empty() && out.back() == '\n') out.pop_back();
    return out;
}

void execute(const std::string& connection, const std::string& statement) {
    PGconn* c = PQconnectdb(connection.c_str());
    PGresult* result = PQexec(c, statement.c_str());
    const bool done = PQresultStatus(result) == PGRES_COMMAND_OK;
    const std::string message = PQerrorMessage(c);
    PQclear(result);
    PQfinish(c);
    if (!done) throw std::runtime_error(statement + ": " + message);
}

bool is_set(const char* variable) {
    const char* value = std::getenv(variable);
    return value != nullptr && *value != 0;
}

/// The cluster named by the environment, or one of this program; where tests are pooled, with a pooler before it.
class Cluster {
public:
    Cluster() {
        if (is_set("NOREN_TEST_POSTGRESQL")) {
            connection_ = std::getenv("NOREN_TEST_POSTGRESQL");
        } else {
            folder_ = std::make_unique<TemporaryFolder>();
            connection_ = output_of(script_ + " start " + folder_->path());
        }
        if (is_set("NOREN_TEST_POOLED")) pooler_.emplace(connection_, 20);
        shared_ = make();
    }
    ~Cluster() {
        try {
            if (pooler_) {
                pooler_.reset();
            } else if (folder_ == nullptr) {
                drop(shared_);
            }
            if (folder_ != nullptr) output_of(script_ + " stop " + folder_->path());
        } catch (const std::exception& e) {
            std::fprintf(stderr, "%s\n", e.what());
        }
    }
    Cluster(const Cluster&) = delete;
    Cluster& operator=(const Cluster&) = delete;

    const std::string& connection() const { return connection_; }
    /// The part that all tests of the program share.
    const std::string& shared() const { return shared_; }

    /// Makes an empty part, and gives its name: a schema or, because a pooler keeps no search path, a database.
    std::string make() {
        const auto part = "t" + std::to_string(random_storefront());
        if (!pooler_) {
            execute(connection_, "create schema " + part);
        } else if (emptied_.empty()) {
            pooler_->make_database(part);
        } else {
            return std::exchange(emptied_, {});
        }
        return part;
    }
    void drop(const std::string& part) {
        if (!pooler_) {
            execute(connection_, "set client_min_messages = warning; drop schema " + part + " cascade");
        } else {  // making a database takes long
            execute(connection_ + " dbname=" + part,
                    "set client_min_messages = warning; drop schema public cascade; create schema public");
            emptied_ = part;
        }
    }
    PostgresqlLocation location(const std::string& part) const {
        PostgresqlLocation location;
        location.connection = pooler_
                                  ? pooler_->connection_to(part)
                                  : connection_ + " options='-csearch_path=" + part + " -cclient_min_messages=warning'";
        location.prepares = !pooler_;
        return location;
    }

private:
    const std::string script_ = NOREN_TEST_POSTGRESQL_SCRIPT;
    std::unique_ptr<TemporaryFolder> folder_;
    std::string connection_;
    std::optional<Pooler> pooler_;
    std::string shared_;
    std::string emptied_;  // a database to be used again
};

Cluster& cluster() {
    static Cluster one;
    return one;
}

}  // namespace

const std::string& postgresql() {
    return cluster().connection();
}

Pooler::Pooler(std::string cluster, int connections)
    : cluster_(std::move(cluster)),
      connection_(output_of(NOREN_TEST_PGBOUNCER_SCRIPT " start " + folder_.path() + " '" + cluster_ + "' " +
                            std::to_string(connections))) {}

Pooler::~Pooler() {
    try {
        output_of(NOREN_TEST_PGBOUNCER_SCRIPT " stop " + folder_.path());
        for (const auto& name : databases_) execute(cluster_, "drop database " + name + " with (force)");
    } catch (const std::exception& e) {
        std::fprintf(stderr, "%s\n", e.what());
    }
}

void Pooler::make_database(const std::string& name) {
    execute(cluster_, "create database " + name);
    databases_.push_back(name);
}

std::string Pooler::connection_to(const std::string& database) const {
    return connection_ + " dbname=" + database;
}

TemporaryFolder::TemporaryFolder() {
    std::string name = std::filesystem::temp_directory_path() / "noren-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

Place::Place(Database database) : database_(database), storefront_(random_storefront()) {}

Place::~Place() {
    if (!core_.empty()) cluster().drop(core_);
}

Location Place::location(Content content) const {
    if (database_ == Database::sqlite) {
        const char* file = content == Content::books    ? "/books.db"
                           : content == Content::visits ? "/visits.db"
                                                        : "/core.db";
        return SqliteLocation{folder_.path() + file, content != Content::visits};
    }
    if (content == Content::core) {
        if (core_.empty()) core_ = cluster().make();
        return cluster().location(core_);
    }
    auto location = cluster().location(cluster().shared());
    location.storefront = storefront_;
    location.durable = content != Content::visits;
    return location;
}

}  // namespace noren::store::testing
