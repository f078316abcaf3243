// How a job is read from its row; for this module alone.
#pragma once

#include "jobs/jobs.hpp"

namespace noren::jobs {

inline constexpr const char* job_columns = "id, kind, subject, payload, due_us, attempts, last_error, revision";
inline constexpr std::size_t revision_column = 7;

inline Job job_at(const store::Rows& rows, std::size_t row) {
    return {rows.id<JobKind>(row, 0), rows.text(row, 1),    rows.text(row, 2),
            rows.text(row, 3),        rows.instant(row, 4), static_cast<int>(rows.integer(row, 5)),
            rows.text(row, 6)};
}

}  // namespace noren::jobs
