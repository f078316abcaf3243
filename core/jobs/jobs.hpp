// Jobs: what must happen at an instant, though every process dies in between.
//
// A job is a row: a kind (which handler), a subject (what it is about; one live job a kind and subject), a payload, and
// when it is due. It is scheduled in the transaction that makes it necessary, and claimed by one worker among all
// processes with a lease: when the worker dies, the lease ends and another takes over. So a handler runs at least once,
// and its effects in the database exactly once, because they commit together with the job's end.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <noren/values/id.hpp>
#include <noren/values/time.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "store/store.hpp"

namespace noren::jobs {

/// What to schedule. `kind` is a snake_case word of at most 64 bytes, `subject` at most 200 bytes, `payload` JSON (or
/// nothing) of at most 64 KiB; longer ones throw std::invalid_argument.
struct NewJob {
    std::string kind;
    std::string subject;
    std::string payload;
    Instant due;
};

/// A job as its handler or the console sees it. `attempts` counts the runs begun, this one included.
struct Job {
    JobId id;
    std::string kind;
    std::string subject;
    std::string payload;
    Instant due;
    int attempts = 0;
    std::string last_error;
};

/// What scheduling does when a job of that kind and subject exists already.
enum class Existing {
    keep,     // it stays as it is
    replace,  // it gets the new payload and due time, and its attempts start anew; a dead one lives again
};

/// One storefront's jobs. Any thread; keeps nothing between calls.
class Jobs {
public:
    explicit Jobs(IdSource& ids) : ids_(ids) {}

    /// From the commit on, the job will run at `due` or soon after. One that is running now and is replaced runs again
    /// (so a handler asks for its own next run with `replace`).
    void schedule(store::Transaction& tx, const NewJob& job, Existing existing = Existing::replace);
    /// No run begins after the commit, and one that is under way keeps no effects in the database.
    void cancel(store::Transaction& tx, std::string_view kind, std::string_view subject);

    /// When the next job can run, in the past if one is late; nothing when there is none. A running job counts with
    /// the end of its lease.
    std::optional<Instant> next_due(store::Transaction& tx) const;

    /// Jobs that were given up, the oldest first; those of one kind, or of every kind when it is empty.
    std::vector<Job> dead(store::Transaction& tx, std::string_view kind = {}, int limit = 100) const;
    /// What is to be done, by state, at most `limit`, those due first: `late` has been due (at `now`) and not been
    /// taken yet, `running` is leased to a worker, `waiting` comes later, `dead` was given up.
    enum class State { late, running, waiting, dead };
    static constexpr std::array<std::string_view, 4> state_words{"late", "running", "waiting", "dead"};
    struct Listed {
        Job job;
        std::optional<Instant> leased_until;  // of a running one
    };
    std::vector<Listed> list(store::Transaction& tx, State state, Instant now, int limit) const;
    /// How many there are of each, in the order of State.
    std::array<std::int64_t, 4> counts(store::Transaction& tx, Instant now) const;

    /// A dead job lives again, due at once, with its attempts starting anew. So does one that failed before and waits
    /// for its next attempt. Unknown or other live ones stay as they are: what is to happen later must not happen now.
    void retry(store::Transaction& tx, JobId id, Instant now);
    /// A dead job is deleted.
    void drop(store::Transaction& tx, JobId id);

private:
    IdSource& ids_;
};

/// How often and when a failed job is tried again: after `first`, doubling up to `longest`, each wait shortened at
/// random by up to a half, so that what failed together does not return together.
struct Retries {
    std::chrono::seconds first{10};
    std::chrono::seconds longest{6 * 3600};
    int attempts = 12;
};

/// Thrown by a handler when trying again is of no use: the job is dead at once.
struct Hopeless : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// What a handler wants done in the database together with the job's end.
using Effects = std::function<void(store::Transaction&)>;

/// Runs jobs of one storefront, one after another; use it from one thread at a time, or start() its own. Several
/// workers, in one process or many, share the work.
class Worker {
public:
    /// `lease` must be longer than any handler takes.
    Worker(store::Store& store, const Clock& clock, Entropy& entropy,
           std::chrono::seconds lease = std::chrono::minutes{5});
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// A handler whose work is all in the database: it runs in the transaction that ends the job, perhaps more than
    /// once on conflicts. Jobs of kinds without a handler are left to other workers. Before start() only.
    void on(std::string kind, std::function<void(store::Transaction&, const Job&)> handler, Retries retries = {});

    /// A handler that calls out (mail, a provider): it runs outside any transaction, at least once, and returns the
    /// effects to keep. Before start() only.
    void on_call(std::string kind, std::function<Effects(const Job&)> handler, Retries retries = {});

    /// Runs what is due now by the clock, and what that makes due now, in the order of due times; returns how many runs
    /// that were. For virtual time, and for what the thread does. Takes a few jobs at a time and ends them in one
    /// transaction, or each in its own when that fails: a job costs a fraction of two commits. Throws store::Failure
    /// when the database fails.
    std::size_t run_due();

    /// Frees what processes of this machine had claimed and can no longer end, for they are gone; returns how many jobs
    /// that were. Those of other machines wait for the end of their leases. The thread does it whenever it looks.
    std::size_t free_leases_of_the_dead();

    /// Runs due jobs on an own thread: wakes at the next due time, at wake(), and at least every `poll` (other
    /// processes schedule too).
    void start(std::chrono::milliseconds poll = std::chrono::seconds{1});
    /// Something was scheduled: look at once.
    void wake();
    /// Ends the thread after the job under way. The destructor does it too.
    void stop();

private:
    struct Handler {
        std::function<Effects(const Job&)> run;
        Retries retries;
    };
    struct Claimed {
        Job job;
        std::int64_t revision = 0;
    };
    /// A run that went well, to be ended.
    struct Done {
        const Claimed* claimed;
        Effects effects;
    };
    std::vector<Claimed> claim();
    /// Runs and ends what was claimed at `begun`; returns how many runs that were.
    std::size_t run(const std::vector<Claimed>& claimed, Instant begun);
    /// Nothing when it failed, which is seen to then.
    std::optional<Done> run(const Claimed& claimed);
    void finish(const std::vector<Done>& done);
    void finish_alone(const Done& done);
    void end(store::Transaction& tx, const Done& done) const;
    void put_back(const Claimed& claimed);
    void fail(const Claimed& claimed, const std::string& error, bool hopeless);
    Instant next_try(const Retries& retries, int attempts);
    void work(std::chrono::milliseconds poll);

    store::Store& store_;
    const Clock& clock_;
    Entropy& entropy_;
    const std::chrono::seconds lease_;
    const std::string owner_;
    std::map<std::string, Handler, std::less<>> handlers_;
    std::optional<store::Sql> take_;  // for just these kinds
    std::optional<store::Sql> next_;

    std::thread thread_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool woken_ = false;
    std::atomic<bool> stopping_ = false;
};

}  // namespace noren::jobs
