#include "host/sandbox.hpp"

#include <fcntl.h>
#include <linux/capability.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string>

namespace noren::host::sandbox {
namespace {

constexpr int channel_descriptor = 3;

[[noreturn]] void fail(const char* what, int error) {
    throw std::runtime_error(std::string("the sandbox cannot be made: ") + what + ": error " + std::to_string(error));
}

void limit(__rlimit_resource resource, std::uint64_t value) {
    const rlimit both{value, value};
    if (::setrlimit(resource, &both) != 0) fail("setrlimit", errno);
}

/// A condition on a system call's argument (libseccomp's own macros are not C++).
scmp_arg_cmp argument(unsigned place, scmp_compare compare, scmp_datum_t value, scmp_datum_t masked = 0) {
    return {place, compare, value, masked};
}

/// Without this a server that runs as root would have helpers that lift their own limits.
void drop_capabilities() {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct none[2] = {};
    if (::syscall(SYS_capset, &header, none) != 0) fail("capset", errno);
}

/// A list of what is allowed; the rest kills.
class AllowList {
public:
    AllowList() : filter_(seccomp_init(SCMP_ACT_KILL_PROCESS), &seccomp_release) {
        if (!filter_) fail("seccomp_init", ENOMEM);
        memory();
        endings();
    }

    void allow(std::initializer_list<int> calls) {
        for (const int call : calls) add(call, {});
    }
    void allow_if(int call, std::initializer_list<scmp_arg_cmp> conditions) { add(call, conditions); }
    void load() {
        const int error = seccomp_load(filter_.get());
        if (error != 0) fail("seccomp_load", -error);
    }

private:
    void add(int call, std::initializer_list<scmp_arg_cmp> conditions) {
        const int error = seccomp_rule_add_array(filter_.get(), SCMP_ACT_ALLOW, call,
                                                 static_cast<unsigned>(conditions.size()), conditions.begin());
        if (error != 0) fail("seccomp_rule_add", -error);
    }

    void memory() {
        allow({SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(futex),
               SCMP_SYS(getrandom)});
        allow({SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(gettimeofday), SCMP_SYS(time),
               SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep), SCMP_SYS(sched_yield), SCMP_SYS(getpid),
               SCMP_SYS(gettid)});
    }

    /// abort() blocks signals, asks for its thread and signals it; without these a failed assertion would look like a
    /// forbidden act.
    void endings() {
        allow({SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigaction),
               SCMP_SYS(rt_sigprocmask), SCMP_SYS(sigaltstack)});
        allow_if(SCMP_SYS(tgkill), {argument(0, SCMP_CMP_EQ, static_cast<scmp_datum_t>(::getpid()))});
    }

    std::unique_ptr<void, decltype(&seccomp_release)> filter_;
};

}  // namespace

void give_up_rights(const Limits& limits) {
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) fail("PR_SET_PDEATHSIG", errno);
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) fail("PR_SET_NO_NEW_PRIVS", errno);
    if (::prctl(PR_SET_DUMPABLE, 0) != 0) fail("PR_SET_DUMPABLE", errno);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_NOFILE, 16);
    limit(RLIMIT_CPU, limits.cpu_s);
    if (confines) limit(RLIMIT_AS, limits.memory_bytes);
    drop_capabilities();
}

void confine_to_loading() {
    if (!confines) return;
    AllowList list;
    // Read-only: neither O_WRONLY nor O_RDWR, nothing made or cut.
    constexpr scmp_datum_t writing = O_ACCMODE | O_CREAT | O_TRUNC | O_TMPFILE;
    list.allow_if(SCMP_SYS(openat), {argument(2, SCMP_CMP_MASKED_EQ, writing & ~scmp_datum_t{O_DIRECTORY}, O_RDONLY)});
    list.allow({SCMP_SYS(read), SCMP_SYS(pread64), SCMP_SYS(close), SCMP_SYS(lseek), SCMP_SYS(fstat),
                SCMP_SYS(newfstatat), SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(readlink), SCMP_SYS(readlinkat),
                SCMP_SYS(getcwd)});
    list.allow({SCMP_SYS(mmap), SCMP_SYS(mprotect), SCMP_SYS(seccomp), SCMP_SYS(arch_prctl)});
    list.allow_if(SCMP_SYS(prctl), {argument(0, SCMP_CMP_EQ, PR_SET_NO_NEW_PRIVS)});
    list.allow_if(SCMP_SYS(prctl), {argument(0, SCMP_CMP_EQ, PR_SET_SECCOMP)});
    list.allow({SCMP_SYS(uname), SCMP_SYS(sysinfo), SCMP_SYS(sched_getaffinity), SCMP_SYS(getuid), SCMP_SYS(geteuid),
                SCMP_SYS(getgid), SCMP_SYS(getegid)});
    // prlimit of itself only, so that the next step can lower the limits.
    list.allow_if(SCMP_SYS(prlimit64), {argument(0, SCMP_CMP_EQ, 0)});
    for (const int call : {SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(sendmsg)}) {
        list.allow_if(call, {argument(0, SCMP_CMP_LE, channel_descriptor)});
    }
    list.allow_if(SCMP_SYS(recvmsg), {argument(0, SCMP_CMP_EQ, channel_descriptor)});
    list.allow_if(SCMP_SYS(ppoll), {argument(1, SCMP_CMP_LE, 1)});
    list.load();
}

void confine_to_calls() {
    if (!confines) return;
    limit(RLIMIT_NOFILE, channel_descriptor + 1);
    AllowList list;
    for (const int call : {SCMP_SYS(mmap), SCMP_SYS(mprotect)}) {
        list.allow_if(call, {argument(2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)});
    }
    for (const int call : {SCMP_SYS(write), SCMP_SYS(writev)}) {  // 1 and 2 only: a stray printf is no crime
        list.allow_if(call, {argument(0, SCMP_CMP_EQ, STDOUT_FILENO)});
        list.allow_if(call, {argument(0, SCMP_CMP_EQ, STDERR_FILENO)});
    }
    for (const int call : {SCMP_SYS(sendmsg), SCMP_SYS(recvmsg)}) {
        list.allow_if(call, {argument(0, SCMP_CMP_EQ, channel_descriptor)});
    }
    list.allow_if(SCMP_SYS(ppoll), {argument(1, SCMP_CMP_LE, 1)});
    list.load();
}

}  // namespace noren::host::sandbox
