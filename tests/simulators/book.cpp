#include "book.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>

namespace noren::simulators {

namespace {

/// Bytes of `file` up to and including its last line end.
std::uintmax_t whole_lines(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::uintmax_t size = 0;
    for (std::string line; std::getline(in, line) && !in.eof();) size += line.size() + 1;
    return size;
}

}  // namespace

Book::Book(const std::filesystem::path& file, Keeping keeping) : file_(file), keeping_(keeping) {
    if (keeping_ == Keeping::in_memory) return;
    if (std::filesystem::exists(file_)) std::filesystem::resize_file(file_, whole_lines(file_));
    fd_ = ::open(file_.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
    if (fd_ < 0) throw std::runtime_error("cannot open the book " + file_.string());
}

Book::~Book() {
    if (fd_ >= 0) ::close(fd_);
}

void Book::replay(const std::function<void(const nlohmann::json&)>& take) const {
    if (keeping_ == Keeping::in_memory) return;
    std::ifstream in(file_);
    for (std::string line; std::getline(in, line);) take(nlohmann::json::parse(line));
}

void Book::write(const nlohmann::json& line) {
    if (keeping_ == Keeping::in_memory) return;
    const std::lock_guard lock(mutex_);
    unwritten_ += line.dump();
    unwritten_ += '\n';
}

void Book::keep() {
    const std::lock_guard lock(mutex_);
    if (unwritten_.empty()) return;
    for (std::string_view rest = unwritten_; !rest.empty();) {
        const auto size = ::write(fd_, rest.data(), rest.size());
        if (size < 0) throw std::runtime_error("cannot write the book " + file_.string());
        rest.remove_prefix(static_cast<std::size_t>(size));
    }
    unwritten_.clear();
    if (keeping_ == Keeping::synced && ::fdatasync(fd_) != 0) throw std::runtime_error("cannot sync " + file_.string());
}

}  // namespace noren::simulators
