// Running a plugin in helper processes: each call in one of them, nothing else with it.
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <unordered_set>

#include "host/runner.hpp"

namespace noren::host {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr auto start_time = std::chrono::seconds(10);
/// Processor time that a helper may spend on calls before it is replaced by a fresh one; below its RLIMIT_CPU.
constexpr auto renewal = std::chrono::minutes(30);

/// Who waits gives up this long before the deadline, so that no helper is killed for time that was lost in the queue.
constexpr auto least_run = milliseconds(50);

/// How long after its n-th death in a row a helper stays down: not at all, then 50 ms doubling up to 5 s.
milliseconds back_off(std::uint32_t deaths) {
    if (deaths <= 1) return milliseconds(0);
    return std::min(milliseconds(50) * (1U << std::min(deaths - 2, 10U)), milliseconds(5000));
}

class Isolated final : public Runner {
public:
    Isolated(RunnerPlan plan, IsolationPlan isolation, Nursery& nursery)
        : nursery_(nursery),
          launch_{std::move(isolation.helper), std::move(plan.plugin), isolation.limits},
          manifest_(std::move(plan.manifest)),
          log_(std::move(plan.log)),
          room_(plan.most_waiting),
          lanes_(std::max<std::size_t>(1, isolation.helpers)) {
        auto first = start(steady_clock::now() + start_time);
        if (!first) throw std::runtime_error(first.error().message);
        if ((*first)->manifest() != manifest_)
            throw std::runtime_error("the manifest inside it differs from its sidecar file");
        lanes_.front().helper = std::move(*first);
        for (auto& lane : lanes_) free_.push_back(&lane);
        std::reverse(free_.begin(), free_.end());
    }

    Result<std::unique_ptr<Seat>, CallFault> open(Bytes settings, SteadyTime deadline) override;

    Health health() const override {
        return {room_.waiting(), static_cast<std::size_t>(std::max(0, running_.load())), restarts_.load()};
    }

    struct Tenant {
        std::uint32_t id;
        Bytes settings;
    };

    Result<Answered, CallFault> call(const Tenant& tenant, std::uint32_t method, std::span<const std::uint8_t> request,
                                     SteadyTime deadline) {
        auto* lane = TRY(enter(deadline));
        const Leaving leaving{*this, *lane};
        // A helper that had died while it had nothing to do is nobody's fault: once more with a fresh one.
        for (int attempt = 0;; ++attempt) {
            auto answered = call_in(*lane, tenant, method, request, deadline);
            if (answered) lane->deaths = 0;
            if (answered || attempt > 0 || !lane->idle_dead) return answered;
        }
    }

    /// Opens an instance in one helper; the others open it when they first meet it.
    Result<void, CallFault> try_open(const Tenant& tenant, SteadyTime deadline) {
        auto* lane = TRY(enter(deadline));
        const Leaving leaving{*this, *lane};
        TRY(prepare(*lane, tenant, deadline));
        return {};
    }

    std::uint32_t next_id() { return ++last_id_; }

    void retire(std::uint32_t id) {
        const std::lock_guard lock(mutex_);
        for (auto& lane : lanes_) lane.retired.push_back(id);
    }

private:
    struct Lane {
        std::unique_ptr<Helper> helper;
        std::unordered_set<std::uint32_t> open;  // instances that this helper has
        std::vector<std::uint32_t> retired;      // guarded by mutex_
        std::uint32_t deaths = 0;                // in a row
        bool idle_dead = false;
        SteadyTime not_before{};
        steady_clock::duration busy{};
    };

    struct Leaving {
        Isolated& runner;
        Lane& lane;
        ~Leaving() { runner.leave(lane); }
    };

    Result<Lane*, CallFault> enter(SteadyTime deadline) {
        std::unique_lock lock(mutex_);
        if (free_.empty()) {
            const WaitingRoom::Place place(room_);
            if (!place) return refuse(CallFault{FaultKind::refused_by_queue, "too many calls wait for it already", 0});
            const auto now = steady_clock::now();
            const auto last_call = deadline - std::min<steady_clock::duration>(least_run, (deadline - now) / 2);
            if (!freed_.wait_until(lock, last_call, [this] { return !free_.empty(); })) {
                return refuse(
                    CallFault{FaultKind::refused_by_queue, "the call's turn did not come by its deadline", 0});
            }
        }
        auto* lane = free_.back();
        free_.pop_back();
        return lane;
    }

    void leave(Lane& lane) {
        {
            const std::lock_guard lock(mutex_);
            free_.push_back(&lane);
        }
        freed_.notify_one();
    }

    Result<std::unique_ptr<Helper>, CallFault> start(SteadyTime deadline) {
        auto helper = Helper::start(nursery_, launch_, deadline);
        if (helper) ++running_;
        return helper;
    }

    /// A living helper in the lane that has the tenant's instance open.
    Result<void, CallFault> prepare(Lane& lane, const Tenant& tenant, SteadyTime deadline) {
        if (lane.helper && lane.busy > renewal) drop(lane);
        if (!lane.helper) {
            if (lane.not_before > deadline) {
                return refuse(
                    CallFault{FaultKind::unavailable, "its helper died repeatedly and stays down for a while", 0});
            }
            std::this_thread::sleep_until(lane.not_before);
            auto helper = start(deadline);
            if (!helper) return mourn(lane), refuse(std::move(helper).error());
            ++restarts_;
            lane.helper = std::move(*helper);
        }
        close_retired(lane);
        if (lane.open.contains(tenant.id)) return {};
        auto opened = ask(lane, {Kind::open, tenant.id, 0, 0}, tenant.settings.view(), deadline);
        if (!opened) return refuse(std::move(opened).error());
        if (!opened->opened()) return refuse(refusal_of(std::move(*opened)));
        lane.open.insert(tenant.id);
        return {};
    }

    Result<Answered, CallFault> call_in(Lane& lane, const Tenant& tenant, std::uint32_t method,
                                        std::span<const std::uint8_t> request, SteadyTime deadline) {
        lane.idle_dead = false;
        TRY(prepare(lane, tenant, deadline));
        return ask(lane, {Kind::call, tenant.id, method, 0}, request, deadline);
    }

    Result<Answered, CallFault> ask(Lane& lane, const Head& head, std::span<const std::uint8_t> bytes,
                                    SteadyTime deadline) {
        const auto begun = steady_clock::now();
        auto answered = lane.helper->ask(head, bytes, deadline, log_);
        lane.busy += steady_clock::now() - begun;
        if (!lane.helper->is_alive()) {
            lane.idle_dead = lane.helper->was_idle_dead();
            drop(lane);
            mourn(lane);
        }
        return answered;
    }

    void close_retired(Lane& lane) {
        std::vector<std::uint32_t> retired;
        {
            const std::lock_guard lock(mutex_);
            retired.swap(lane.retired);
        }
        for (const auto id : retired) {
            if (lane.open.erase(id) > 0) lane.helper->close(id);
        }
    }

    void drop(Lane& lane) {
        lane.helper.reset();
        lane.open.clear();
        lane.busy = {};
        --running_;
    }

    static void mourn(Lane& lane) { lane.not_before = steady_clock::now() + back_off(++lane.deaths); }

    Nursery& nursery_;
    const Helper::Launch launch_;
    const std::string manifest_;
    const LogLine log_;
    WaitingRoom room_;
    std::mutex mutex_;
    std::condition_variable freed_;
    std::vector<Lane> lanes_;
    std::vector<Lane*> free_;
    std::atomic<std::uint32_t> last_id_{0};
    std::atomic<int> running_{0};
    std::atomic<std::uint64_t> restarts_{0};
};

class Lodger final : public Seat {
public:
    Lodger(Isolated& runner, Isolated::Tenant tenant) : runner_(runner), tenant_(std::move(tenant)) {}
    ~Lodger() override { runner_.retire(tenant_.id); }

    Result<Answered, CallFault> call(std::uint32_t method, std::span<const std::uint8_t> request,
                                     SteadyTime deadline) override {
        return runner_.call(tenant_, method, request, deadline);
    }

private:
    Isolated& runner_;
    const Isolated::Tenant tenant_;
};

Result<std::unique_ptr<Seat>, CallFault> Isolated::open(Bytes settings, SteadyTime deadline) {
    Tenant tenant{next_id(), std::move(settings)};
    TRY(try_open(tenant, deadline));
    return std::make_unique<Lodger>(*this, std::move(tenant));
}

}  // namespace

std::unique_ptr<Runner> run_isolated(RunnerPlan plan, IsolationPlan isolation, Nursery& nursery) {
    return std::make_unique<Isolated>(std::move(plan), std::move(isolation), nursery);
}

}  // namespace noren::host
