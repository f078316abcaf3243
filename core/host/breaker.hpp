// Breaker: keeps calls from what fails again and again. Three faults within a minute quarantine for half a minute; then
// one more fault quarantines again, for twice as long, up to ten minutes; a good answer forgets it all.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>

namespace noren::host {

class Breaker {
public:
    using Time = std::chrono::steady_clock::time_point;

    static constexpr std::size_t faults_to_open = 3;
    static constexpr auto within = std::chrono::minutes(1);
    static constexpr auto first_time = std::chrono::seconds(30);
    static constexpr auto longest_time = std::chrono::minutes(10);

    /// Whether a call may pass. Costs no clock while all is well.
    bool admits() const {
        const auto until = until_.load(std::memory_order_relaxed);
        return until == 0 || std::chrono::steady_clock::now().time_since_epoch().count() >= until;
    }
    bool is_open(Time now) const {
        const auto until = until_.load(std::memory_order_relaxed);
        return until != 0 && now.time_since_epoch().count() < until;
    }

    /// A good answer.
    void succeeded() {
        if (until_.load(std::memory_order_relaxed) == 0) return;
        lift();
    }
    /// A fault. True when it opened the breaker.
    bool failed(Time now) {
        const std::lock_guard lock(mutex_);
        const bool on_probation = until_.load(std::memory_order_relaxed) != 0;
        const auto oldest = faults_[next_];
        faults_[next_] = now;
        next_ = (next_ + 1) % faults_.size();
        if (!on_probation && (oldest == Time{} || now - oldest > within)) return false;
        until_.store((now + time_).time_since_epoch().count(), std::memory_order_relaxed);
        time_ = std::min<std::chrono::steady_clock::duration>(time_ * 2, longest_time);
        return true;
    }
    /// Ends a quarantine and forgets why.
    void lift() {
        const std::lock_guard lock(mutex_);
        until_.store(0, std::memory_order_relaxed);
        faults_ = {};
        time_ = first_time;
    }

private:
    std::atomic<std::int64_t> until_{0};  // steady ticks; 0: closed
    std::mutex mutex_;
    std::array<Time, faults_to_open - 1> faults_{};  // the latest but the present one
    std::size_t next_ = 0;
    std::chrono::steady_clock::duration time_ = first_time;
};

}  // namespace noren::host
