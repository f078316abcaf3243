// A bounded queue between threads: a full one refuses instead of growing.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>

namespace noren::http {

template <class Work>
class WorkQueue {
public:
    explicit WorkQueue(std::size_t most) : most_(most) {}

    /// Takes `work`, or leaves it as it was when the queue is full or closed: then false.
    bool try_push(Work& work) {
        {
            std::lock_guard lock(mutex_);
            if (closed_ || waiting_.size() >= most_) return false;
            waiting_.push_back(std::move(work));
        }
        arrived_.notify_one();
        return true;
    }
    /// The oldest; waits for one. Nothing once the queue is closed and empty.
    std::optional<Work> pop() {
        std::unique_lock lock(mutex_);
        arrived_.wait(lock, [&] { return closed_ || !waiting_.empty(); });
        if (waiting_.empty()) return std::nullopt;
        auto work = std::move(waiting_.front());
        waiting_.pop_front();
        return work;
    }
    void close() {
        {
            std::lock_guard lock(mutex_);
            closed_ = true;
        }
        arrived_.notify_all();
    }
    std::size_t size() const {
        std::lock_guard lock(mutex_);
        return waiting_.size();
    }

private:
    const std::size_t most_;
    mutable std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<Work> waiting_;
    bool closed_ = false;
};

}  // namespace noren::http
