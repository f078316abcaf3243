// How a body is run: again after a conflict, and never inside another body of the same store.
#pragma once

#include <algorithm>
#include <chrono>
#include <random>
#include <thread>

#include "store/store.hpp"

namespace noren::store {

inline constexpr int most_attempts = 8;
inline constexpr auto patience = std::chrono::seconds{10};

/// Calls `once` until it does not throw a conflict; the pause before each repeat is random and grows from 1 to 64 ms.
template <class Once>
void with_retries(Once&& once) {
    const auto until = std::chrono::steady_clock::now() + patience;
    for (int attempt = 1;; ++attempt) {
        try {
            return once();
        } catch (const Failure& failure) {
            const bool again = failure.kind() == Failure::Kind::conflict && attempt < most_attempts &&
                               std::chrono::steady_clock::now() < until;
            if (!again) throw;
        }
        thread_local std::minstd_rand random{std::random_device{}()};
        const int most_us = 1000 << std::min(attempt - 1, 6);
        std::this_thread::sleep_for(std::chrono::microseconds{std::uniform_int_distribution{0, most_us}(random)});
    }
}

/// Lives as long as this thread is inside a body of `store`; throws std::logic_error when it already is.
class InBody {
public:
    explicit InBody(const Store& store) : store_(store), outer_(innermost) {
        for (const auto* body = outer_; body != nullptr; body = body->outer_) {
            if (&body->store_ == &store) throw std::logic_error("a transaction was begun inside another of its store");
        }
        innermost = this;
    }
    ~InBody() { innermost = outer_; }
    InBody(const InBody&) = delete;
    InBody& operator=(const InBody&) = delete;

private:
    inline static thread_local const InBody* innermost = nullptr;
    const Store& store_;
    const InBody* outer_;
};

}  // namespace noren::store
