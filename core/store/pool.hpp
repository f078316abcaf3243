// Pool: a bounded number of sessions, made when needed, lent to one thread at a time.
//
// Poco's SessionPool is not used: it throws at once when it is exhausted, connects while holding its lock, and each
// pool takes one of the 16 threads of the process's default thread pool for itself.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "store/store.hpp"

namespace noren::store {

template <class Session>
class Pool {
public:
    /// `make` opens a session (it may throw Failure); `usable` tells whether an idle one still is.
    Pool(int most, std::function<std::unique_ptr<Session>()> make, std::function<bool(Session&)> usable)
        : most_(most), make_(std::move(make)), usable_(std::move(usable)) {}

    /// A session for one thread; goes back when it is destroyed, unless it was dropped.
    class Loan {
    public:
        Loan(Pool& pool, std::unique_ptr<Session> session) : pool_(&pool), session_(std::move(session)) {}
        Loan(Loan&& other) noexcept : pool_(std::exchange(other.pool_, nullptr)), session_(std::move(other.session_)) {}
        Loan& operator=(Loan&&) = delete;
        ~Loan() {
            if (pool_ != nullptr) pool_->give_back(std::move(session_));
        }
        Session& operator*() const { return *session_; }
        Session* operator->() const { return session_.get(); }
        /// Closes the session: it is not to be used by anybody again.
        void drop() { session_.reset(); }

    private:
        friend class Pool;
        Pool* pool_;
        std::unique_ptr<Session> session_;
    };

    /// Waits up to `most` for a session; then throws Failure::unavailable.
    Loan lend(std::chrono::milliseconds most = std::chrono::seconds{5}) {
        std::unique_lock lock(mutex_);
        const auto available = [this] { return !idle_.empty() || lent_ < most_; };
        if (!freed_.wait_for(lock, most, available)) {
            throw Failure(Failure::Kind::unavailable, "no database session became free in time");
        }
        ++lent_;
        std::unique_ptr<Session> session;
        if (!idle_.empty()) {
            session = std::move(idle_.back());
            idle_.pop_back();
        }
        lock.unlock();
        Loan loan(*this, std::move(session));
        if (loan.session_ != nullptr && !usable_(*loan.session_)) loan.drop();
        if (loan.session_ == nullptr) loan.session_ = make_();
        return loan;
    }

    void allow_at_least(int most) {
        const std::lock_guard lock(mutex_);
        most_ = std::max(most_, most);
        freed_.notify_all();
    }

private:
    void give_back(std::unique_ptr<Session> session) {
        const std::lock_guard lock(mutex_);
        --lent_;
        if (session != nullptr) idle_.push_back(std::move(session));
        freed_.notify_one();
    }

    int most_;
    std::function<std::unique_ptr<Session>()> make_;
    std::function<bool(Session&)> usable_;
    std::mutex mutex_;
    std::condition_variable freed_;
    std::vector<std::unique_ptr<Session>> idle_;
    int lent_ = 0;
};

}  // namespace noren::store
