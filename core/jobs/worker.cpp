#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>

#include "jobs/jobs.hpp"
#include "jobs/row.hpp"

namespace noren::jobs {

using store::Sql;
using store::Transaction;

namespace {

constexpr std::size_t longest_error = 1000;

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
    : store_(store), clock_(clock), entropy_(entropy), lease_(lease), owner_(random_token(entropy, 16)), kinds_("[]") {}

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
    auto kinds = nlohmann::json::array();
    for (const auto& [name, unused] : handlers_) kinds.push_back(name);
    kinds_ = kinds.dump();
}

std::optional<Worker::Claimed> Worker::claim() {
    static const std::string head =
        "update job set owner = $1, leased_until_us = $2, attempts = attempts + 1 where id = "
        "(select id from job where state = 'live' and due_us <= $3 and (owner = '' or leased_until_us <= $3) and kind "
        "in ";
    static const std::string order = " order by due_us, id limit 1";
    static const std::string tail = std::string(") returning ") + job_columns;
    static const Sql take(
        head + "(select value from json_each($4))" + order + tail,
        head + "(select jsonb_array_elements_text($4::jsonb))" + order + " for update skip locked" + tail);
    const auto now = clock_.now();
    return store_.transact([&](Transaction& tx) -> std::optional<Claimed> {
        const auto rows = tx.run(take, owner_, now + lease_, now, kinds_);
        if (rows.empty()) return std::nullopt;
        return Claimed{job_at(rows, 0), rows.integer(0, revision_column)};
    });
}

void Worker::finish(const Claimed& claimed, const Effects& effects) {
    static const Sql hold("update job set owner = owner where id = $1 and owner = $2");
    static const Sql remove("delete from job where id = $1 and owner = $2 and revision = $3");
    store_.transact([&](Transaction& tx) {
        // Whoever lost the lease, or whose job was cancelled, must leave no effects.
        if (tx.run(hold, claimed.job.id, owner_).affected() == 0) return;
        if (effects) effects(tx);
        tx.queue(remove, claimed.job.id, owner_, claimed.revision);
        unlease(tx, claimed.job.id, owner_);
    });
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

void Worker::run(const Claimed& claimed) {
    const auto& handler = handlers_.at(claimed.job.kind);
    if (claimed.job.attempts > handler.retries.attempts) {
        return fail(claimed, "its workers died " + std::to_string(handler.retries.attempts) + " times", true);
    }
    try {
        finish(claimed, handler.run(claimed.job));
    } catch (const Hopeless& error) {
        fail(claimed, error.what(), true);
    } catch (const std::exception& error) {
        fail(claimed, error.what(), false);
    }
}

std::size_t Worker::run_due() {
    std::size_t runs = 0;
    while (!stopping_) {
        const auto claimed = claim();
        if (!claimed) break;
        run(*claimed);
        ++runs;
    }
    return runs;
}

void Worker::start(std::chrono::milliseconds poll) {
    if (thread_.joinable()) throw std::logic_error("the worker runs already");
    stopping_ = false;
    thread_ = std::thread([this, poll] { work(poll); });
}

void Worker::work(std::chrono::milliseconds poll) {
    static const std::string first = "select due_us from job where state = 'live' and owner = '' and kind in ";
    static const std::string order = " order by due_us, id limit 1";
    static const Sql next(first + "(select value from json_each($1))" + order,
                          first + "(select jsonb_array_elements_text($1::jsonb))" + order);
    while (!stopping_) {
        auto wait = std::chrono::microseconds(poll);
        try {
            run_due();
            const auto rows = store_.read([&](Transaction& tx) { return tx.run(next, kinds_); });
            if (!rows.empty()) wait = std::clamp(rows.instant(0, 0) - clock_.now(), std::chrono::microseconds(0), wait);
        } catch (const std::exception& error) {
            spdlog::error("jobs wait: {}", error.what());
        }
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, wait, [this] { return woken_ || stopping_; });
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
