// What processes use, from /proc.
#pragma once

#include <sys/types.h>

namespace noren::bench {

/// CPU seconds of a process, its descendants that live, and those that ended and were waited for.
double cpu_seconds(pid_t root);

/// Resident memory of a process and its descendants, MiB.
double resident_mb(pid_t root);

/// CPU seconds that this program has used.
double own_cpu_seconds();

}  // namespace noren::bench
