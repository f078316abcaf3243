// Latency: how long recent calls took, from the latest that were timed.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <vector>

namespace noren::host {

class Latency {
public:
    static constexpr std::size_t kept = 64;

    /// Any thread.
    void note(std::chrono::nanoseconds took) {
        const auto place = noted_.fetch_add(1, std::memory_order_relaxed) % kept;
        took_[place].store(std::max<std::int64_t>(took.count(), 1), std::memory_order_relaxed);
    }

    struct Summary {
        std::chrono::nanoseconds median{0};  // 0: none was timed yet
        std::chrono::nanoseconds longest{0};
    };
    Summary summary() const {
        std::vector<std::int64_t> took;
        for (const auto& one : took_) {
            if (const auto value = one.load(std::memory_order_relaxed); value > 0) took.push_back(value);
        }
        if (took.empty()) return {};
        std::sort(took.begin(), took.end());
        return {std::chrono::nanoseconds(took[took.size() / 2]), std::chrono::nanoseconds(took.back())};
    }

private:
    std::atomic<std::uint64_t> noted_{0};
    std::array<std::atomic<std::int64_t>, kept> took_{};
};

}  // namespace noren::host
