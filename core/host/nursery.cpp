#include "host/nursery.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>

namespace noren::host {
namespace {

/// A descriptor, closed at the end. Kept away from 0 to 3, where the child's own will be.
class Descriptor {
public:
    explicit Descriptor(int number) {
        if (number < 0) return;
        number_ = ::fcntl(number, F_DUPFD_CLOEXEC, 10);
        ::close(number);
    }
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return number_; }
    int release() { return std::exchange(number_, -1); }

private:
    int number_ = -1;
};

std::string reason(int error) {
    return std::generic_category().message(error);
}

struct FileActions {
    FileActions() { posix_spawn_file_actions_init(&value); }
    ~FileActions() { posix_spawn_file_actions_destroy(&value); }
    posix_spawn_file_actions_t value{};
};

struct Attributes {
    Attributes() { posix_spawnattr_init(&value); }
    ~Attributes() { posix_spawnattr_destroy(&value); }
    posix_spawnattr_t value{};
};

Result<Child, std::string> spawn_here(const std::vector<std::string>& words) {
    std::array<int, 2> sockets{-1, -1};
    std::array<int, 2> pipes{-1, -1};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets.data()) != 0)
        return refuse("socketpair: " + reason(errno));
    Descriptor ours(sockets[0]);
    Descriptor theirs(sockets[1]);
    if (::pipe2(pipes.data(), O_CLOEXEC | O_NONBLOCK) != 0) return refuse("pipe: " + reason(errno));
    Descriptor output(pipes[0]);
    Descriptor input(pipes[1]);
    if (ours.get() < 0 || theirs.get() < 0 || output.get() < 0 || input.get() < 0)
        return refuse(std::string("too many descriptors are open"));

    FileActions actions;
    posix_spawn_file_actions_addopen(&actions.value, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions.value, input.get(), 1);
    posix_spawn_file_actions_adddup2(&actions.value, input.get(), 2);
    posix_spawn_file_actions_adddup2(&actions.value, theirs.get(), 3);
    posix_spawn_file_actions_addclosefrom_np(&actions.value, 4);

    Attributes attributes;
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes.value, &none);
    posix_spawnattr_setsigdefault(&attributes.value, &all);
    posix_spawnattr_setpgroup(&attributes.value, 0);
    posix_spawnattr_setflags(&attributes.value, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);

    std::vector<char*> argv;
    for (const auto& word : words) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    char* const empty[] = {nullptr};
    pid_t pid = -1;
    const int error = ::posix_spawn(&pid, argv[0], &actions.value, &attributes.value, argv.data(), empty);
    if (error != 0) return refuse("cannot run " + words.front() + ": " + reason(error));
    return Child{pid, ours.release(), output.release()};
}

}  // namespace

Nursery::Nursery() : thread_([this] { work(); }) {}

Nursery::~Nursery() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    wanted_.notify_one();
    thread_.join();
}

Result<Child, std::string> Nursery::spawn(std::vector<std::string> words) {
    std::packaged_task<Result<Child, std::string>()> task([words = std::move(words)] { return spawn_here(words); });
    auto child = task.get_future();
    {
        const std::lock_guard lock(mutex_);
        tasks_.push_back(std::move(task));
    }
    wanted_.notify_one();
    return child.get();
}

void Nursery::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        wanted_.wait(lock, [this] { return ending_ || !tasks_.empty(); });
        if (tasks_.empty()) return;
        auto task = std::move(tasks_.front());
        tasks_.pop_front();
        lock.unlock();
        task();
        lock.lock();
    }
}

}  // namespace noren::host
