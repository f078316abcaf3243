// Helper: one helper process, seen from the server. It serves one call at a time, so whatever goes wrong during a call
// is that call's fault and nobody else's.
#pragma once

#include <functional>
#include <memory>

#include "host/channel.hpp"
#include "host/fault.hpp"
#include "host/module.hpp"
#include "host/nursery.hpp"
#include "host/sandbox.hpp"

namespace noren::host {

/// Takes a line that a plugin logs: level 0 debug to 3 error, text as it came.
using LogLine = std::function<void(std::int32_t level, std::string_view text)>;

class Helper {
public:
    struct Launch {
        std::filesystem::path program;  // noren-plugin-host
        std::filesystem::path plugin;
        sandbox::Limits limits;
    };

    /// Starts one and waits until the plugin is loaded. `manifest()` is then what its binary says.
    static Result<std::unique_ptr<Helper>, CallFault> start(Nursery& nursery, const Launch& launch,
                                                            SteadyTime deadline);

    /// Ends the process, without asking.
    ~Helper();
    Helper(const Helper&) = delete;
    Helper& operator=(const Helper&) = delete;

    /// Asks (open, call) and awaits the answer. After a fault the process is gone, except that an untouched request
    /// (`was_idle_dead()`) met a process that had ended before.
    Result<Answered, CallFault> ask(const Head& head, std::span<const std::uint8_t> bytes, SteadyTime deadline,
                                    const LogLine& log);
    /// Tells that an instance is not needed any more.
    void close(std::uint32_t instance);

    const std::string& manifest() const { return manifest_; }
    bool is_alive() const { return child_.pid > 0; }
    bool was_idle_dead() const { return idle_dead_; }
    pid_t pid() const { return child_.pid; }

private:
    explicit Helper(Child child) : child_(child), channel_(child.channel) {}
    CallFault end(FaultKind kind, std::string message);
    /// Kills it, reaps it, and says how it ended, with the last it wrote.
    std::string bury();

    Child child_;
    Channel channel_;
    std::string manifest_;
    bool idle_dead_ = false;
};

}  // namespace noren::host
