#include "host/helper.hpp"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>

#include "host/text.hpp"

namespace noren::host {
namespace {

constexpr std::size_t most_lines_a_call = 64;

std::string how_it_ended(int status) {
    if (WIFEXITED(status)) return "it ended itself with exit code " + std::to_string(WEXITSTATUS(status));
    const int signal = WTERMSIG(status);
    if (signal == SIGSYS) return "it did what the sandbox forbids (SIGSYS)";
    if (signal == SIGXCPU) return "it used up its processor time (SIGXCPU)";
    const char* name = ::sigabbrev_np(signal);
    return "it died of SIG" + std::string(name == nullptr ? std::to_string(signal) : name);
}

std::string_view text_of(const Bytes& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The last line in what a process wrote before it died; what comes before it is lost.
std::string last_words(int output) {
    std::string kept;
    std::array<char, 4096> part;
    for (;;) {
        const auto got = ::read(output, part.data(), part.size());
        if (got <= 0) break;
        kept.append(part.data(), static_cast<std::size_t>(got));
        if (kept.size() > 8192) kept.erase(0, kept.size() - 4096);
    }
    while (!kept.empty() && (kept.back() == '\n' || kept.back() == ' ')) kept.pop_back();
    const auto line = kept.rfind('\n');
    return tamed(line == std::string::npos ? kept : kept.substr(line + 1), 300);
}

}  // namespace

Result<std::unique_ptr<Helper>, CallFault> Helper::start(Nursery& nursery, const Launch& launch, SteadyTime deadline) {
    auto child = nursery.spawn({launch.program.string(), launch.plugin.string(),
                                std::to_string(launch.limits.memory_bytes), std::to_string(launch.limits.cpu_s)});
    if (!child) return refuse(CallFault{FaultKind::unavailable, child.error(), 0});
    std::unique_ptr<Helper> helper(new Helper(*child));
    auto first = helper->channel_.receive(deadline);
    if (!first) {
        const bool late = first.error() == ChannelEnd::late;
        return refuse(helper->end(FaultKind::unavailable, late ? "loading took too long" : "it ended while loading"));
    }
    if (first->head.kind != Kind::ready) {
        const std::string why = tamed(text_of(first->bytes), 2000);
        return refuse(CallFault{FaultKind::unavailable, "the helper cannot load the plugin: " + why, 0});
    }
    helper->manifest_ = text_of(first->bytes);
    return helper;
}

Helper::~Helper() {
    if (is_alive()) bury();
}

Result<Answered, CallFault> Helper::ask(const Head& head, std::span<const std::uint8_t> bytes, SteadyTime deadline,
                                        const LogLine& log) {
    if (auto sent = channel_.send(head, bytes, deadline); !sent) {
        if (sent.error() == ChannelEnd::late)
            return refuse(end(FaultKind::timed_out, "it did not take the request in time"));
        idle_dead_ = true;
        return refuse(end(FaultKind::unavailable, "its helper had ended"));
    }
    for (std::size_t lines = 0;; ++lines) {
        auto message = channel_.receive(deadline);
        if (!message) {
            switch (message.error()) {
                case ChannelEnd::late: return refuse(end(FaultKind::timed_out, "no answer by the deadline"));
                case ChannelEnd::too_large: return refuse(end(FaultKind::flooded, "the answer is larger than may be"));
                case ChannelEnd::malformed: return refuse(end(FaultKind::garbage, "it broke the channel's form"));
                case ChannelEnd::closed: return refuse(end(FaultKind::crashed, "its helper ended"));
            }
        }
        if (message->head.instance != head.instance) {
            return refuse(end(FaultKind::garbage, "it answered for another instance"));
        }
        if (message->head.kind == Kind::log) {
            if (lines >= most_lines_a_call) return refuse(end(FaultKind::flooded, "it logs too much"));
            log(static_cast<std::int32_t>(message->head.number), text_of(message->bytes));
            continue;
        }
        if (message->head.kind != Kind::answered || message->head.breach > 3) {
            return refuse(end(FaultKind::garbage, "it broke the channel's form"));
        }
        Answered answered;
        answered.code = static_cast<std::int32_t>(message->head.number);
        answered.breach = static_cast<Answered::Breach>(message->head.breach);
        if (answered.breach == Answered::Breach::threw) answered.thrown = text_of(message->bytes);
        answered.bytes = std::move(message->bytes);
        return answered;
    }
}

void Helper::close(std::uint32_t instance) {
    // A helper that does not take this in time will not take the next call either, and is ended there.
    (void)channel_.send({Kind::close, instance, 0, 0}, {},
                        std::chrono::steady_clock::now() + std::chrono::milliseconds(50));
}

CallFault Helper::end(FaultKind kind, std::string message) {
    const std::string ended = bury();
    if (kind == FaultKind::crashed || kind == FaultKind::unavailable) message += ": " + ended;
    return {kind, std::move(message), 0};
}

std::string Helper::bury() {
    // It may be about to end by itself; how is worth knowing. A live one is killed at once.
    int status = 0;
    pid_t reaped = 0;
    for (int tries = 0; tries < 20 && reaped == 0; ++tries) {
        reaped = ::waitpid(child_.pid, &status, WNOHANG);
        if (reaped == 0) {
            char byte = 0;
            const bool hung_up = ::recv(child_.channel, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
            if (!hung_up) break;
            ::usleep(500);
        }
    }
    bool killed = false;
    while (reaped == 0 || (reaped < 0 && errno == EINTR)) {
        if (!killed) ::kill(child_.pid, SIGKILL);
        killed = true;
        reaped = ::waitpid(child_.pid, &status, 0);
    }
    std::string ended = killed ? "it was ended" : how_it_ended(status);
    if (const auto words = last_words(child_.output); !words.empty()) ended += "; its last words: " + words;
    ::close(child_.channel);
    ::close(child_.output);
    child_ = {};
    return ended;
}

}  // namespace noren::host
