#include "jobs/jobs.hpp"

#include "jobs/row.hpp"

namespace noren::jobs {
namespace {

using store::Sql;
using store::Transaction;

constexpr std::size_t longest_kind = 64;
constexpr std::size_t longest_subject = 200;
constexpr std::size_t longest_payload = 64 * 1024;

void check(const NewJob& job) {
    if (job.kind.empty() || job.kind.size() > longest_kind)
        throw std::invalid_argument("a job's kind has 1 to 64 bytes");
    if (job.subject.size() > longest_subject) throw std::invalid_argument("a job's subject has at most 200 bytes");
    if (job.payload.size() > longest_payload) throw std::invalid_argument("a job's payload has at most 64 KiB");
}

}  // namespace

void Jobs::schedule(Transaction& tx, const NewJob& job, Existing existing) {
    check(job);
    static const std::string insert =
        "insert into job (id, kind, subject, payload, due_us, state, attempts, revision, owner, leased_until_us, "
        "last_error) values ($1, $2, $3, $4, $5, 'live', 0, 0, '', 0, '') on conflict ({shop} kind, subject) do ";
    static const Sql keep(insert + "nothing");
    static const Sql replace(insert +
                             "update set payload = excluded.payload, due_us = excluded.due_us, state = 'live', "
                             "attempts = 0, revision = job.revision + 1, last_error = ''");
    tx.queue(existing == Existing::keep ? keep : replace, ids_.next<JobKind>(), job.kind, job.subject, job.payload,
             job.due);
}

void Jobs::cancel(Transaction& tx, std::string_view kind, std::string_view subject) {
    static const Sql remove("delete from job where kind = $1 and subject = $2");
    tx.queue(remove, kind, subject);
}

std::optional<Instant> Jobs::next_due(Transaction& tx) const {
    static const Sql find(
        "select (select min(due_us) from job where state = 'live' and owner = ''), "
        "(select min(leased_until_us) from job where state = 'live' and owner <> '')");
    const auto rows = tx.run(find);
    const auto free = rows.maybe_integer(0, 0);
    const auto leased = rows.maybe_integer(0, 1);
    if (!free && !leased) return std::nullopt;
    return instant_from_us(std::min(free.value_or(INT64_MAX), leased.value_or(INT64_MAX)));
}

std::vector<Job> Jobs::dead(Transaction& tx, std::string_view kind, int limit) const {
    static const Sql find(std::string("select ") + job_columns +
                          " from job where state = 'dead' and ($1 = '' or kind = $1) order by id limit $2");
    const auto rows = tx.run(find, kind, limit);
    std::vector<Job> jobs;
    for (std::size_t row = 0; row < rows.size(); ++row) jobs.push_back(job_at(rows, row));
    return jobs;
}

std::vector<Jobs::Listed> Jobs::list(Transaction& tx, State state, Instant now, int limit) const {
    static const std::string head = std::string("select ") + job_columns + ", leased_until_us from job where ";
    static const std::array<Sql, 4> finds{
        Sql(head + "state = 'live' and owner = '' and due_us <= $1 order by due_us, id limit $2"),
        Sql(head + "state = 'live' and owner <> '' and due_us <= $1 order by leased_until_us, id limit $2"),
        Sql(head + "state = 'live' and owner = '' and due_us > $1 order by due_us, id limit $2"),
        Sql(head + "state = 'dead' and due_us <= $1 order by id desc limit $2")};
    const auto rows = tx.run(finds.at(static_cast<std::size_t>(state)), now, limit);
    std::vector<Listed> jobs;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        jobs.push_back({job_at(rows, row), std::nullopt});
        if (state == State::running) jobs.back().leased_until = rows.instant(row, revision_column + 1);
    }
    return jobs;
}

std::array<std::int64_t, 4> Jobs::counts(Transaction& tx, Instant now) const {
    static const Sql count(
        "select cast(coalesce(sum(case when state = 'live' and owner = '' and due_us <= $1 then 1 else 0 end), 0) as "
        "bigint), cast(coalesce(sum(case when state = 'live' and owner <> '' then 1 else 0 end), 0) as bigint), "
        "cast(coalesce(sum(case when state = 'live' and owner = '' and due_us > $1 then 1 else 0 end), 0) as bigint), "
        "cast(coalesce(sum(case when state = 'dead' then 1 else 0 end), 0) as bigint) from job");
    const auto rows = tx.run(count, now);
    return {rows.integer(0, 0), rows.integer(0, 1), rows.integer(0, 2), rows.integer(0, 3)};
}

void Jobs::retry(Transaction& tx, JobId id, Instant now) {
    static const Sql revive(
        "update job set state = 'live', attempts = 0, due_us = $2, revision = revision + 1 "
        "where id = $1 and (state = 'dead' or (attempts > 0 and owner = ''))");
    tx.queue(revive, id, now);
}

void Jobs::drop(Transaction& tx, JobId id) {
    static const Sql remove("delete from job where id = $1 and state = 'dead'");
    tx.queue(remove, id);
}

}  // namespace noren::jobs
