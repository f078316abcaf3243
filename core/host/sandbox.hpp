// Sandbox: what a helper process gives up before, and after, it loads a plugin. Linux only.
#pragma once

#include <cstdint>

namespace noren::host::sandbox {

struct Limits {
    std::uint64_t memory_bytes = 512ULL * 1024 * 1024;  // of address space
    std::uint64_t cpu_s = 3600;                         // of the whole process; its server renews it before that
};

/// Whether this build confines at all: sanitizers need the freedom that a sandbox takes.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool confines = false;
#else
inline constexpr bool confines = true;
#endif

/// The process dies with the thread that made it, gains no rights, is not traced, dumps no core; and its limits hold.
void give_up_rights(const Limits& limits);

/// From here on only what linking a library needs: files may be read, never written; no sockets, processes or signals
/// to others. The first forbidden act ends the process with SIGSYS.
void confine_to_loading();

/// From here on no files at all: memory, clocks, descriptor 3 (the channel), writing to 1 and 2, and ending.
void confine_to_calls();

}  // namespace noren::host::sandbox
