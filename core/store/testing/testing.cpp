#include "store/testing.hpp"

#include <libpq-fe.h>
#include <sys/random.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <stdexcept>

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

std::string in_schema(const std::string& connection, const std::string& schema) {
    return connection + " options='-csearch_path=" + schema + " -cclient_min_messages=warning'";
}

/// The cluster named by the environment, or one of this program.
class Cluster {
public:
    Cluster() {
        if (const char* given = std::getenv("NOREN_TEST_POSTGRESQL"); given != nullptr && *given != 0) {
            connection_ = given;
        } else {
            folder_ = std::make_unique<TemporaryFolder>();
            connection_ = output_of(script_ + " start " + folder_->path());
        }
        schema_ = "t" + std::to_string(random_storefront());
        execute(connection_, "create schema " + schema_);
        in_schema_ = in_schema(connection_, schema_);
    }
    ~Cluster() {
        try {
            if (folder_ == nullptr) {
                execute(connection_, "set client_min_messages = warning; drop schema " + schema_ + " cascade");
            } else {
                output_of(script_ + " stop " + folder_->path());
            }
        } catch (const std::exception& e) {
            std::fprintf(stderr, "%s\n", e.what());
        }
    }
    Cluster(const Cluster&) = delete;
    Cluster& operator=(const Cluster&) = delete;

    const std::string& connection() const { return connection_; }
    const std::string& own_schema() const { return in_schema_; }

private:
    const std::string script_ = NOREN_TEST_POSTGRESQL_SCRIPT;
    std::unique_ptr<TemporaryFolder> folder_;
    std::string connection_;
    std::string schema_;
    std::string in_schema_;
};

const Cluster& cluster() {
    static const Cluster one;
    return one;
}

}  // namespace

const std::string& postgresql() {
    return cluster().own_schema();
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
    if (core_schema_.empty()) return;
    execute(cluster().connection(), "set client_min_messages = warning; drop schema " + core_schema_ + " cascade");
}

Location Place::location(Content content) const {
    if (database_ == Database::sqlite) {
        const char* file = content == Content::books    ? "/books.db"
                           : content == Content::visits ? "/visits.db"
                                                        : "/core.db";
        return SqliteLocation{folder_.path() + file, content != Content::visits};
    }
    PostgresqlLocation location{.connection = postgresql(), .storefront = storefront_};
    location.durable = content != Content::visits;
    if (content == Content::core) {
        if (core_schema_.empty()) {
            core_schema_ = "c" + std::to_string(storefront_);
            execute(cluster().connection(), "create schema " + core_schema_);
        }
        location.connection = in_schema(cluster().connection(), core_schema_);
        location.storefront = 0;
    }
    return location;
}

}  // namespace noren::store::testing
