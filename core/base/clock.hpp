// Clock: the only source of now. Tests and simulations bring their own.
#pragma once

#include <atomic>
#include <noren/values/time.hpp>

namespace noren {

class Clock {
public:
    virtual ~Clock() = default;
    /// Now, UTC. Any thread.
    virtual Instant now() const = 0;
};

class SystemClock final : public Clock {
public:
    Instant now() const override {
        return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
    }
};

/// Stands still until it is moved.
class VirtualClock final : public Clock {
public:
    explicit VirtualClock(Instant start) : us_(us_of(start)) {}
    Instant now() const override { return instant_from_us(us_.load()); }
    /// Moves to `instant`; never back.
    void move_to(Instant instant) {
        auto seen = us_.load();
        while (seen < us_of(instant) && !us_.compare_exchange_weak(seen, us_of(instant))) {
        }
    }

private:
    std::atomic<std::int64_t> us_;
};

}  // namespace noren
