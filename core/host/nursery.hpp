// Nursery: where helper processes are born. A helper dies with the thread that made it (PDEATHSIG), so all of them are
// made by one thread that lives as long as the server.
#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/result.hpp"

namespace noren::host {

/// A child process just made. The caller owns both descriptors and must reap the process.
struct Child {
    pid_t pid = -1;
    int channel = -1;  // our end of the SOCK_SEQPACKET pair, the child's descriptor 3
    int output = -1;   // what the child writes to 1 and 2; never blocks either side
};

class Nursery {
public:
    Nursery();
    /// Ends the thread, and so every child that is still there.
    ~Nursery();
    Nursery(const Nursery&) = delete;
    Nursery& operator=(const Nursery&) = delete;

    /// Runs `words[0]` with these words, an empty environment and no other descriptor than 0 (/dev/null) to 3, in a
    /// process group of its own. Returns when it is executing, or says why it is not. Any thread.
    Result<Child, std::string> spawn(std::vector<std::string> words);

private:
    void work();

    std::mutex mutex_;
    std::condition_variable wanted_;
    std::deque<std::packaged_task<Result<Child, std::string>()>> tasks_;
    bool ending_ = false;
    std::thread thread_;
};

}  // namespace noren::host
