// What a method is given beside its request, and how it says that it cannot answer.
#pragma once

#include <noren/abi.h>
#include <noren/values/time.hpp>
#include <noren/views.hpp>

#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace noren {

/// The host's log. Lines carry the plugin, the storefront and the call by themselves. UTF-8, cut at 4 KiB; never a
/// secret.
class Log {
public:
    explicit Log(const noren_host* host) : host_(host) {}
    void debug(std::string_view line) const { write(0, line); }
    void info(std::string_view line) const { write(1, line); }
    void warning(std::string_view line) const { write(2, line); }
    void error(std::string_view line) const { write(3, line); }

private:
    void write(std::int32_t level, std::string_view line) const {
        if (!host_ || !host_->log) return;
        line = cut(line, 4096);
        host_->log(host_->ctx, level, {reinterpret_cast<const std::uint8_t*>(line.data()), line.size()});
    }

    const noren_host* host_;
};

/// What an answer may depend on beside request and settings. There is no clock and no chance but these: the same call
/// made again must give the same answer.
class Call {
public:
    Call(const wire::Context* context, Log log) : context_(context), log_(log) {}

    std::uint64_t id() const { return context_ ? context_->call_id() : 0; }
    Instant now() const { return instant_from_us(context_ ? context_->now_us() : 0); }
    /// When the host stops waiting.
    Instant deadline() const { return instant_from_us(context_ ? context_->deadline_us() : 0); }
    /// 32 random bytes, the same at every repeat of the operation.
    std::string_view entropy() const { return context_ ? text(context_->entropy()) : std::string_view{}; }
    /// The same at every repeat of the operation: send it to providers that take one.
    std::string_view idempotency_key() const {
        return context_ ? text(context_->idempotency_key()) : std::string_view{};
    }
    /// The customer's language, such as `en`.
    std::string_view locale() const { return context_ ? text(context_->locale()) : std::string_view{}; }
    const Log& log() const { return log_; }

private:
    const wire::Context* context_;
    Log log_;
};

/// Throw it when a method cannot answer: the caller sees the code. Any other exception becomes `plugin_failed`, not
/// retryable. `code` is stable snake_case; `message` is for operators, at most 1 KiB, never a secret.
struct Failure : std::runtime_error {
    Failure(std::string stable_code, const std::string& message)
        : std::runtime_error(message), code(std::move(stable_code)) {}
    /// A failure that may pass: ask again, not before `after_ms`.
    static Failure passing(std::string stable_code, const std::string& message, std::uint32_t after_ms = 0) {
        Failure failure(std::move(stable_code), message);
        failure.retryable = true;
        failure.retry_after_ms = after_ms;
        return failure;
    }
    std::string code;
    bool retryable = false;
    std::uint32_t retry_after_ms = 0;
};

/// Why something is refused or warned of. `path` is that of the setting that caused it, or empty when none did.
inline wire::ReasonT reason(std::string_view code, std::string path = {},
                            std::initializer_list<std::pair<std::string_view, std::string>> parameters = {}) {
    wire::ReasonT made;
    made.code = code;
    made.severity = wire::Severity::Refusal;
    made.path = std::move(path);
    made.parameters.reserve(parameters.size());
    for (const auto& [name, value] : parameters) {
        auto& parameter = made.parameters.emplace_back();
        parameter.name = name;
        parameter.value = value;
    }
    return made;
}

/// Why something holds that refuses nothing: which setting gave a deadline, what is waited for.
inline wire::ReasonT note(std::string_view code, std::string path = {},
                          std::initializer_list<std::pair<std::string_view, std::string>> parameters = {}) {
    auto made = reason(code, std::move(path), parameters);
    made.severity = wire::Severity::Info;
    return made;
}

}  // namespace noren
