// A simulator's own book: what the provider would swear happened. A file of JSON lines that is only ever appended to,
// so that a test which kills the shop can compare the shop's records with somebody else's.
#pragma once

#include <filesystem>
#include <functional>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>

namespace noren::simulators {

class Book {
public:
    enum class Keeping {
        in_memory,  ///< nothing is written
        relaxed,    ///< survives the end of the process
        synced,     ///< survives the end of the machine: fdatasync at every keep()
    };

    /// Opens or makes `file`; a last line that was cut off is dropped. Throws std::runtime_error when it cannot.
    Book(const std::filesystem::path& file, Keeping keeping);
    ~Book();
    Book(const Book&) = delete;
    Book& operator=(const Book&) = delete;

    /// Gives every line written so far, oldest first.
    void replay(const std::function<void(const nlohmann::json&)>& take) const;

    /// Adds a line; it counts once keep() has returned. Any thread.
    void write(const nlohmann::json& line);
    void keep();

private:
    std::filesystem::path file_;
    Keeping keeping_;
    int fd_ = -1;
    std::mutex mutex_;
    std::string unwritten_;
};

}  // namespace noren::simulators
