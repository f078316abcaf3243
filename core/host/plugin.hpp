// Plugin: a binary that was checked and loaded. Instance: a plugin bound to a storefront's settings for good; what the
// rest of the core calls. Nothing that a plugin does throws here, and nothing it says is believed before it is
// verified.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "host/breaker.hpp"
#include "host/fault.hpp"
#include "host/latency.hpp"
#include "host/manifest.hpp"
#include "host/reply.hpp"
#include "host/runner.hpp"
#include "settings/secrets.hpp"
#include "settings/wire.hpp"

namespace noren::host {

enum class Isolation : std::uint8_t {
    none,    // in this process: a crash is the server's, a hang blocks its thread
    process  // in helper processes: a crash, hang or flood is that call's alone
};

/// What the operator sets for a plugin.
struct PluginOptions {
    Isolation isolation = Isolation::process;
    std::optional<std::string> sha256 = {};  // of the binary, 64 lower-case hex digits: nothing else is loaded
    std::size_t most_waiting = 64;           // calls that may wait for their turn
    std::size_t helpers = 1;                 // processes, each serving one call at a time; only of Isolation::process
    sandbox::Limits limits = {};
};

/// A fault, for the database and the console. Times are UTC.
struct FaultReport {
    std::string plugin = {};
    std::string version = {};
    std::string storefront = {};
    std::string instance = {};
    std::uint32_t method = 0;
    FaultKind kind = FaultKind::crashed;
    std::string message = {};
    Instant at{};
    bool quarantined = false;  // this one opened the breaker
    bool answered = false;     // only late: an in-process call that came back after its deadline, and was used
};
/// Told of every fault, by the thread of the call, which waits. What it throws is logged and dropped.
using FaultListener = std::function<void(const FaultReport&)>;

struct InstanceHealth {
    std::string storefront;
    std::string name;
    std::uint64_t calls = 0;
    std::uint64_t faults = 0;
    bool quarantined = false;
    std::string last_fault;      // "timed_out: no answer by the deadline"; empty when there was none
    Latency::Summary latency{};  // with the time that calls waited for their turn
};
struct PluginHealth {
    std::string id;
    std::string version;
    std::string sha256;
    PortKind kind = PortKind::carrier;
    Isolation isolation = Isolation::process;
    Runner::Health runner;
    std::vector<InstanceHealth> instances;
};

/// What an instance is opened with.
struct InstancePlan {
    std::string storefront;
    std::string name;                    // the key under `gateways` or `carriers`, or the policy's id
    std::vector<std::uint8_t> settings;  // a noren.wire.Settings, without secrets
    std::map<std::string, settings::SecretText>
        secrets;  // by path from the instance's own settings; never leave the host

    /// From a checked section of a storefront's file. Faults: secrets that cannot be had.
    static Result<InstancePlan, settings::Faults> of(const settings::Value& section,
                                                     const settings::InstanceFacts& facts);
};

struct CallOptions {
    SteadyTime deadline;
    static CallOptions within(std::chrono::milliseconds time) { return {std::chrono::steady_clock::now() + time}; }
};

class Instance;

class Plugin : public std::enable_shared_from_this<Plugin> {
public:
    const Manifest& manifest() const { return manifest_; }
    const std::string& sha256() const { return sha256_; }
    Isolation isolation() const { return options_.isolation; }

    /// Binds the plugin to settings. It refuses them with `unavailable`, in its own words. Any thread.
    Result<std::shared_ptr<Instance>, CallFault> open(InstancePlan plan);

    /// For the console. Any thread.
    PluginHealth health() const;
    /// The instances that are open now, to lift quarantines by hand.
    std::vector<std::shared_ptr<Instance>> instances() const;

private:
    friend class Host;
    friend class Instance;
    Plugin(Manifest manifest, std::string sha256, PluginOptions options, std::unique_ptr<Runner> runner,
           std::shared_ptr<Nursery> nursery, FaultListener listener, const Clock& clock);
    void report(FaultReport report) const;

    const Manifest manifest_;
    const std::string sha256_;
    const PluginOptions options_;
    const std::shared_ptr<Nursery> nursery_;  // outlives the runner's helpers
    const std::unique_ptr<Runner> runner_;
    const FaultListener listener_;
    const Clock& clock_;
    mutable std::mutex mutex_;
    std::vector<std::weak_ptr<Instance>> instances_;
};

/// Closed when the last owner lets go: whoever swaps configurations keeps the old one until its requests have ended.
class Instance {
public:
    Instance(const Instance&) = delete;
    Instance& operator=(const Instance&) = delete;

    /// Asks `method` (NOREN_...) with `request`, the bytes of a noren.wire.Request. The reply is verified, structure
    /// and meaning: an answer to this method, an Error, or, except of a policy, NeedHttp. Any thread; waits until the
    /// deadline at most (in-process: until the plugin returns). A fault is counted against the instance: three within a
    /// minute quarantine it, see Breaker. The call itself has no effects, so it may be made again.
    Result<Reply, CallFault> call(std::uint32_t method, std::span<const std::uint8_t> request, CallOptions options);

    /// Counts a fault that only the caller can see, such as a reason with a path that does not exist.
    void blame(std::uint32_t method, const CallFault& fault);

    bool is_quarantined() const { return breaker_.is_open(std::chrono::steady_clock::now()); }
    /// The operator's word that it may be tried again at once.
    void lift_quarantine() { breaker_.lift(); }

    const Plugin& plugin() const { return *plugin_; }
    const Manifest& manifest() const { return plugin_->manifest(); }
    const std::string& storefront() const { return plan_.storefront; }
    const std::string& name() const { return plan_.name; }
    InstanceHealth health() const;

    /// The text or secret that the setting at `path` holds; nothing when there is none. For the exchange, which signs.
    std::optional<std::string_view> setting(std::string_view path) const;

    /// A token that the exchange fetched for one of the authorizations.
    struct Token {
        std::string text;
        std::chrono::steady_clock::time_point until;
    };
    std::optional<Token> token(const std::string& authorization) const;
    void keep_token(const std::string& authorization, std::optional<Token> token);

private:
    friend class Plugin;
    Instance(std::shared_ptr<Plugin> plugin, InstancePlan plan, std::unique_ptr<Seat> seat);
    Result<Reply, CallFault> read(std::uint32_t method, Result<Answered, CallFault> answered) const;

    const std::shared_ptr<Plugin> plugin_;
    const InstancePlan plan_;
    const std::unique_ptr<Seat> seat_;
    Breaker breaker_;
    Latency latency_;
    std::atomic<std::uint64_t> calls_{0};
    std::atomic<std::uint64_t> faults_{0};
    mutable std::mutex mutex_;
    std::string last_fault_;
    std::map<std::string, Token> tokens_;
};

}  // namespace noren::host
