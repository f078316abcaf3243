#include <signal.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>

#include "jobs/jobs.hpp"
#include "jobs/row.hpp"

namespace noren::jobs {

using store::Sql;
using store::Transaction;

namespace {

constexpr std::size_t longest_error = 1000;
constexpr int most_at_once = 16;

/// Where this process and its pids are: the machine since it was started, and the namespace of its pids.
const std::string& place() {
    static const std::string name = [] {
        std::string boot;
        std::ifstream("/proc/sys/kernel/random/boot_id") >> boot;
        std::error_code none;
        const auto pids = std::filesystem::read_symlink("/proc/self/ns/pid", none).string();
        return boot + "/" + pids;
    }();
    return name;
}

/// `<place>/<pid>/<this process>.<worker>`: whose leases are whose, and whether their process lives.
const std::string& this_process() {
    static const std::string name = [] {
        SystemEntropy entropy;
        return place() + "/" + std::to_string(::getpid()) + "/" + random_token(entropy, 8) + ".";
    }();
    return name;
}

std::string next_owner() {
    static std::atomic<int> workers{0};
    return this_process() + std::to_string(++workers);
}

/// Whether the owner of a lease is a process of this machine that ended. A pid that serves another process again counts
/// as alive: that lease runs out by itself.
bool is_gone(std::string_view owner) {
    if (!owner.starts_with(place() + "/") || owner.starts_with(this_process())) return false;
    owner.remove_prefix(place().size() + 1);
    pid_t pid = 0;
    const auto [end, error] = std::from_chars(owner.data(), owner.data() + owner.size(), pid);
    return error == std::errc() && pid > 0 && (pid == ::getpid() || (::kill(pid, 0) != 0 && errno == ESRCH));
}

/// One index range a kind, so that a backlog of one kind costs the claims of another nothing.
std::string of_each_kind(std::size_t kinds, std::size_t first, const std::string& before, const std::string& after) {
    std::string text;
    for (std::size_t i = 0; i < kinds; ++i) {
        if (i > 0) text += " union all ";
        text += "select * from (" + before + "$" + std::to_string(first + i) + after + ") of_kind_" + std::to_string(i);
    }
    return text;
}

std::string take_text(std::size_t kinds, const std::string& lock) {
    // Materialized: evaluated twice it would lock twice as many.
    return "with due as materialized (select id from (" +
           of_each_kind(
               kinds, 5, "select id, due_us from job where state = 'live' and kind = ",
               " and due_us <= $3 and (owner = '' or leased_until_us <= $3) order by due_us, id limit $4" + lock) +
           ") of_all order by due_us, id limit $4) update job set owner = $1, leased_until_us = $2, "
           "attempts = attempts + 1 where id in (select id from due) returning " +
           job_columns;
}

std::string next_text(std::size_t kinds) {
    return "select due_us from (" +
           of_each_kind(kinds, 1, "select due_us from job where state = 'live' and owner = '' and kind = ",
                        " order by due_us limit 1") +
           ") due order by due_us limit 1";
}

struct LeaseLost : std::runtime_error {
    LeaseLost() : std::runtime_error("another worker took the job over") {}
};

void unlease(Transaction& tx, JobId id, const std::string& owner) {
    static const Sql unlease("update job set owner = '', leased_until_us = 0 where id = $1 and owner = $2");
    tx.queue(unlease, id, owner);
}

/// The error's start as text that every database takes, whatever bytes it quotes.
std::string told(std::string error) {
    error.resize(std::min(error.size(), longest_error));
    std::ranges::replace_if(
        error, [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
    const auto quoted = nlohmann::json(error).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return nlohmann::json::parse(quoted).get<std::string>();
}

}  // namespace

Worker::Worker(store::Store& store, const Clock& clock, Entropy& entropy, std::chrono::seconds lease)
    : store_(store), clock_(clock), entropy_(entropy), lease_(lease), owner_(next_owner()) {}

Worker::~Worker() {
    stop();
}

void Worker::on(std::string kind, std::function<void(Transaction&, const Job&)> handler, Retries retries) {
    on_call(
        std::move(kind),
        [handler = std::move(handler)](const Job& job) -> Effects {
            return [&handler, &job](Transaction& tx) { handler(tx, job); };
        },
        retries);
}

void Worker::on_call(std::string kind, std::function<Effects(const Job&)> handler, Retries retries) {
    if (!handlers_.emplace(kind, Handler{std::move(handler), retries}).second) {
        throw std::logic_error("two handlers for jobs of kind " + kind);
    }
    take_.emplace(take_text(handlers_.size(), ""), take_text(handlers_.size(), " for update skip locked"));
    next_.emplace(next_text(handlers_.size()));
}

std::vector<Worker::Claimed> Worker::claim() {
    const auto now = clock_.now();
    const auto until = now + lease_;
    std::vector<store::Parameter> parameters{std::string_view(owner_), us_of(until), us_of(now),
                                             std::int64_t{most_at_once}};
    for (const auto& [kind, unused] : handlers_) parameters.emplace_back(std::string_view(kind));
    const auto rows = store_.transact([&](Transaction& tx) { return tx.ask_with(take_.value(), parameters); });
    std::vector<Claimed> claimed;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        claimed.push_back({job_at(rows, row), rows.integer(row, revision_column)});
    }
    std::ranges::sort(claimed, {}, [](const Claimed& one) { return std::pair(one.job.due, one.job.id.value); });
    return claimed;
}

void Worker::end(Transaction& tx, const Done& done) const {
    static const Sql held("select 1 from job where id = $1 and owner = $2");
    static const Sql hold("update job set owner = owner where id = $1 returning owner");
    static const Sql remove("delete from job where id = $1 and owner = $2 and revision = $3");
    const auto& [job, revision] = *done.claimed;
    // Whoever lost the lease, or whose job was cancelled, must leave no effects. The row is locked after what the work
    // locks, for others cancel a job while they hold what it is about.
    if (tx.run(held, job.id, owner_).empty()) return;
    if (done.effects) done.effects(tx);
    const auto row = tx.run(hold, job.id);
    // Gone: what was done ended the job too, as a deadline that cancels what it is about. Whoever else cancels a job
    // holds what it is about, so that the work has seen it.
    if (row.empty()) return;
    if (row.text(0, 0) != owner_) throw LeaseLost{};
    tx.queue(remove, job.id, owner_, revision);
    unlease(tx, job.id, owner_);
}

void Worker::finish(const std::vector<Done>& done) {
    if (done.size() > 1) {
        try {
            return store_.transact([&](Transaction& tx) {
                for (const auto& one : done) end(tx, one);
            });
        } catch (const LeaseLost&) {
            // As below.
        } catch (const std::exception&) {
            // One of them spoils it for all, and shall do so for itself alone.
        }
    }
    for (const auto& one : done) finish_alone(one);
}

void Worker::finish_alone(const Done& done) {
    try {
        store_.transact([&](Transaction& tx) { end(tx, done); });
    } catch (const LeaseLost&) {
        // It is another's now, or nobody's.
    } catch (const Hopeless& error) {
        fail(*done.claimed, error.what(), true);
    } catch (const std::exception& error) {
        fail(*done.claimed, error.what(), false);
    }
}

void Worker::put_back(const Claimed& claimed) {
    static const Sql put_back(
        "update job set owner = '', leased_until_us = 0, attempts = attempts - 1 where id = $1 and owner = $2");
    store_.transact([&](Transaction& tx) { tx.queue(put_back, claimed.job.id, owner_); });
}

std::size_t Worker::free_leases_of_the_dead() {
    static const Sql owners("select distinct owner from job where state = 'live' and owner <> ''");
    static const Sql free("update job set owner = '', leased_until_us = 0 where state = 'live' and owner = $1");
    const auto rows = store_.look_up(owners);
    std::size_t freed = 0;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        if (!is_gone(rows.text(row, 0))) continue;
        freed += static_cast<std::size_t>(
            store_.transact([&](Transaction& tx) { return tx.run(free, rows.text(row, 0)).affected(); }));
    }
    if (freed > 0) spdlog::warn("jobs: {} that a process left when it died are free again", freed);
    return freed;
}

Instant Worker::next_try(const Retries& retries, int attempts) {
    auto wait = std::chrono::microseconds(retries.first);
    for (int i = 1; i < attempts && wait < retries.longest; ++i) wait *= 2;
    wait = std::min(wait, std::chrono::microseconds(retries.longest));
    const auto random = entropy_.bytes<2>();
    const auto shortened = wait.count() / 2 * (random[0] * 256 + random[1]) / 65536;
    return clock_.now() + wait - std::chrono::microseconds(shortened);
}

void Worker::fail(const Claimed& claimed, const std::string& error, bool hopeless) {
    static const Sql put_off(
        "update job set owner = '', leased_until_us = 0, last_error = $4, state = $5, due_us = $6 "
        "where id = $1 and owner = $2 and revision = $3");
    const auto& job = claimed.job;
    const auto& retries = handlers_.at(job.kind).retries;
    const bool given_up = hopeless || job.attempts >= retries.attempts;
    const auto due = given_up ? job.due : next_try(retries, job.attempts);
    const auto text = told(error);
    store_.transact([&](Transaction& tx) {
        tx.queue(put_off, job.id, owner_, claimed.revision, text, given_up ? "dead" : "live", due);
        unlease(tx, job.id, owner_);  // replaced meanwhile: it keeps its new due time
    });
    if (given_up) {
        spdlog::error("job {} {} is given up after {} attempts: {}", job.kind, job.subject, job.attempts, text);
    } else {
        spdlog::warn("job {} {} failed, attempt {} of {}: {}", job.kind, job.subject, job.attempts, retries.attempts,
                     text);
    }
}

std::optional<Worker::Done> Worker::run(const Claimed& claimed) {
    const auto& handler = handlers_.at(claimed.job.kind);
    if (claimed.job.attempts > handler.retries.attempts) {
        fail(claimed, "its workers died " + std::to_string(handler.retries.attempts) + " times", true);
        return std::nullopt;
    }
    try {
        return Done{&claimed, handler.run(claimed.job)};
    } catch (const Hopeless& error) {
        fail(claimed, error.what(), true);
    } catch (const std::exception& error) {
        fail(claimed, error.what(), false);
    }
    return std::nullopt;
}

std::size_t Worker::run(const std::vector<Claimed>& claimed, Instant begun) {
    std::size_t runs = 0;
    std::vector<Done> done;
    for (const auto& one : claimed) {
        // The rest would outlive its lease, or the process.
        if (&one != &claimed.front() && (stopping_ || clock_.now() - begun > lease_ / 2)) {
            put_back(one);
            continue;
        }
        ++runs;
        if (auto ended = run(one)) done.push_back(*std::move(ended));
    }
    finish(done);
    return runs;
}

std::size_t Worker::run_due() {
    std::size_t runs = 0;
    while (!stopping_ && !handlers_.empty()) {
        const auto begun = clock_.now();
        const auto claimed = claim();
        if (claimed.empty()) break;
        runs += run(claimed, begun);
    }
    return runs;
}

void Worker::start(std::chrono::milliseconds poll) {
    if (thread_.joinable()) throw std::logic_error("the worker runs already");
    stopping_ = false;
    thread_ = std::thread([this, poll] { work(poll); });
}

void Worker::work(std::chrono::milliseconds poll) {
    std::vector<store::Parameter> kinds;
    for (const auto& [kind, unused] : handlers_) kinds.emplace_back(std::string_view(kind));
    bool rested = true;  // a death is not so urgent that each order placed need look for one
    while (!stopping_ && !handlers_.empty()) {
        auto wait = std::chrono::microseconds(poll);
        try {
            if (rested) free_leases_of_the_dead();
            const auto begun = clock_.now();
            run(claim(), begun);
            // What is left, or due by now, is seen here: there is no need to claim until nothing comes.
            const auto rows = store_.look_up([&](Transaction& tx) { return tx.ask_with(next_.value(), kinds); });
            if (!rows.empty()) wait = std::clamp(rows.instant(0, 0) - clock_.now(), std::chrono::microseconds(0), wait);
        } catch (const std::exception& error) {
            spdlog::error("jobs wait: {}", error.what());
        }
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, wait, [this] { return woken_ || stopping_; });
        rested = !woken_ && wait.count() > 0;
        woken_ = false;
    }
}

void Worker::wake() {
    const std::lock_guard lock(mutex_);
    woken_ = true;
    changed_.notify_all();
}

void Worker::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        changed_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
}

}  // namespace noren::jobs
