// Running a plugin in the server's own process: fast, and trusted.
#include <condition_variable>
#include <mutex>
#include <stdexcept>

#include "host/runner.hpp"
#include "host/text.hpp"

namespace noren::host {
namespace {

void log_line(void* ctx, std::int32_t level, noren_bytes text) {
    const auto& log = *static_cast<const LogLine*>(ctx);
    log(level, {reinterpret_cast<const char*>(text.data), std::min<std::size_t>(text.size, 4 * 1024)});
}

class Resident final : public Seat {
public:
    Resident(const Module& module, WaitingRoom& room, bool concurrent, const LogLine& log)
        : module_(module),
          room_(room),
          concurrent_(concurrent),
          host_{sizeof(noren_host), NOREN_ABI_MAJOR, const_cast<LogLine*>(&log), &log_line} {}

    ~Resident() override {
        if (open_) module_.close(self_);
    }

    Answered open(const Bytes& settings) {
        auto answered = module_.open(host_, settings.view(), self_);
        open_ = answered.opened();
        return answered;
    }

    Result<Answered, CallFault> call(std::uint32_t method, std::span<const std::uint8_t> request,
                                     SteadyTime deadline) override {
        if (concurrent_) return module_.call(self_, method, request);
        TRY(enter(deadline));
        const Leaving leaving{*this};
        return module_.call(self_, method, request);
    }

private:
    struct Leaving {
        Resident& seat;
        ~Leaving() { seat.leave(); }
    };

    Result<void, CallFault> enter(SteadyTime deadline) {
        std::unique_lock lock(mutex_);
        if (busy_) {
            const WaitingRoom::Place place(room_);
            if (!place) return refuse(CallFault{FaultKind::refused_by_queue, "too many calls wait for it already", 0});
            if (!freed_.wait_until(lock, deadline, [this] { return !busy_; })) {
                return refuse(
                    CallFault{FaultKind::refused_by_queue, "the call's turn did not come by its deadline", 0});
            }
        }
        busy_ = true;
        return {};
    }

    void leave() {
        {
            const std::lock_guard lock(mutex_);
            busy_ = false;
        }
        freed_.notify_one();
    }

    const Module& module_;
    WaitingRoom& room_;
    const bool concurrent_;
    const noren_host host_;
    void* self_ = nullptr;
    bool open_ = false;
    std::mutex mutex_;
    std::condition_variable freed_;
    bool busy_ = false;
};

class InProcess final : public Runner {
public:
    explicit InProcess(RunnerPlan plan)
        : module_(plan.plugin), concurrent_(plan.concurrent), log_(std::move(plan.log)), room_(plan.most_waiting) {
        if (module_.manifest() != plan.manifest)
            throw std::runtime_error("the manifest inside it differs from its sidecar file");
    }

    Result<std::unique_ptr<Seat>, CallFault> open(Bytes settings, SteadyTime) override {
        auto seat = std::make_unique<Resident>(module_, room_, concurrent_, log_);
        auto answered = seat->open(settings);
        if (!answered.opened()) return refuse(refusal_of(std::move(answered)));
        return seat;
    }

    Health health() const override { return {room_.waiting(), 0, 0}; }

private:
    Module module_;
    bool concurrent_;
    LogLine log_;
    WaitingRoom room_;
};

}  // namespace

std::unique_ptr<Runner> run_in_process(RunnerPlan plan) {
    return std::make_unique<InProcess>(std::move(plan));
}

CallFault refusal_of(Answered&& answered) {
    if (answered.breach == Answered::Breach::threw) {
        return {FaultKind::crashed, "it threw when it was opened: " + tamed(answered.thrown, 200), answered.code};
    }
    std::string why = "it returned " + std::to_string(answered.code) + " without saying why";
    if (auto reply = Reply::read(std::move(answered.bytes))) {
        const auto* error = (*reply)->answer_as_Error();
        if (error != nullptr) {
            const auto text = [](const auto* string) {
                return string == nullptr ? std::string_view{} : string->string_view();
            };
            why = tamed(text(error->code()), 64) + ": " + tamed(text(error->message()), 1000);
        }
    }
    return {FaultKind::unavailable, "it refuses its settings: " + why, answered.code};
}

}  // namespace noren::host
