// Runner: where a plugin's code runs: in this process, or in helper processes. Behind it both are the same.
#pragma once

#include <functional>
#include <memory>

#include "host/channel.hpp"
#include "host/fault.hpp"
#include "host/helper.hpp"
#include "host/module.hpp"
#include "host/queue.hpp"

namespace noren::host {

/// An instance as its runner knows it. Closed at the end of its life.
class Seat {
public:
    virtual ~Seat() = default;
    /// Any thread; waits for its turn until the deadline.
    virtual Result<Answered, CallFault> call(std::uint32_t method, std::span<const std::uint8_t> request,
                                             SteadyTime deadline) = 0;
};

class Runner {
public:
    virtual ~Runner() = default;
    /// Opens an instance with these settings (a noren.wire.Settings). The runner must outlive it. Refused settings are
    /// `unavailable`, with the plugin's words.
    virtual Result<std::unique_ptr<Seat>, CallFault> open(Bytes settings, SteadyTime deadline) = 0;

    struct Health {
        std::size_t waiting = 0;
        std::size_t helpers = 0;     // processes that run now
        std::uint64_t restarts = 0;  // of helpers that had died
    };
    virtual Health health() const = 0;
};

struct RunnerPlan {
    std::filesystem::path plugin;  // the checked copy
    std::string manifest;          // what its binary must say
    bool concurrent = false;
    std::size_t most_waiting = 64;
    LogLine log;
};

/// Loads the plugin into this process. Throws std::runtime_error, one line, when it cannot be.
std::unique_ptr<Runner> run_in_process(RunnerPlan plan);

struct IsolationPlan {
    std::filesystem::path helper;  // the program noren-plugin-host
    sandbox::Limits limits;
    std::size_t helpers = 1;  // processes, each serving one call at a time
};

/// Starts the first helper, so that what does not load is known at once. Throws std::runtime_error, one line.
std::unique_ptr<Runner> run_isolated(RunnerPlan plan, IsolationPlan isolation, Nursery& nursery);

/// What an instance that did not open says about it: the Error that the plugin put, or its code.
CallFault refusal_of(Answered&& answered);

}  // namespace noren::host
