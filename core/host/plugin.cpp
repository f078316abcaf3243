#include "host/plugin.hpp"

#include <spdlog/spdlog.h>
#include <noren/wire/settings.hpp>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <stdexcept>
#include <system_error>

#include "host/text.hpp"
#include "host/verify.hpp"

namespace noren::host {
namespace {

std::string name_of_error(std::int32_t code) {
    const char* name = code < 0 ? ::strerrorname_np(-code) : nullptr;
    return name == nullptr ? std::to_string(code) : "-" + std::string(name);
}

/// Whether the plugin is to blame, or never saw the call.
bool counts(FaultKind kind) {
    return kind != FaultKind::refused_by_queue && kind != FaultKind::quarantined;
}

/// Now, late by some milliseconds at most, for a tenth of the price: it is paid at every call.
SteadyTime roughly_now() {
    timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC_COARSE, &time);
    return SteadyTime(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
}

const wire::Setting* child_of(const wire::Setting* map, std::string_view key) {
    if (map == nullptr || map->items() == nullptr) return nullptr;
    for (const auto* item : *map->items()) {
        if (item->key() != nullptr && item->key()->string_view() == key) return item;
    }
    return nullptr;
}

}  // namespace

Result<InstancePlan, settings::Faults> InstancePlan::of(const settings::Value& section,
                                                        const settings::InstanceFacts& facts) {
    InstancePlan plan{facts.storefront, facts.instance, settings::settings_message(section, facts), {}};
    settings::Faults faults;
    for (const auto& secret : settings::secrets_in(section)) {
        auto text = settings::resolve(secret);
        if (!text) {
            faults.push_back(std::move(text).error());
            continue;
        }
        auto path = secret.path();
        if (path.starts_with(section.path() + ".")) path.erase(0, section.path().size() + 1);
        plan.secrets.emplace(std::move(path), *std::move(text));
    }
    if (!faults.empty()) return refuse(std::move(faults));
    return plan;
}

Plugin::Plugin(Manifest manifest, std::string sha256, PluginOptions options, std::unique_ptr<Runner> runner,
               std::shared_ptr<Nursery> nursery, FaultListener listener, const Clock& clock)
    : manifest_(std::move(manifest)),
      sha256_(std::move(sha256)),
      options_(std::move(options)),
      nursery_(std::move(nursery)),
      runner_(std::move(runner)),
      listener_(std::move(listener)),
      clock_(clock) {}

Result<std::shared_ptr<Instance>, CallFault> Plugin::open(InstancePlan plan) {
    noren_fb::Verifier verifier(plan.settings.data(), plan.settings.size());
    if (!verifier.VerifyBuffer<wire::Settings>(nullptr))
        throw std::invalid_argument("the settings are no noren.wire.Settings");
    auto seat =
        TRY(runner_->open(Bytes::copy_of(plan.settings), std::chrono::steady_clock::now() + std::chrono::seconds(10)));
    std::shared_ptr<Instance> instance(new Instance(shared_from_this(), std::move(plan), std::move(seat)));
    const std::lock_guard lock(mutex_);
    std::erase_if(instances_, [](const auto& known) { return known.expired(); });
    instances_.push_back(instance);
    return instance;
}

std::vector<std::shared_ptr<Instance>> Plugin::instances() const {
    std::vector<std::shared_ptr<Instance>> open;
    const std::lock_guard lock(mutex_);
    for (const auto& known : instances_) {
        if (auto instance = known.lock()) open.push_back(std::move(instance));
    }
    return open;
}

PluginHealth Plugin::health() const {
    PluginHealth health{manifest_.id,       manifest_.version, sha256_, manifest_.kind,
                        options_.isolation, runner_->health(), {}};
    for (const auto& instance : instances()) health.instances.push_back(instance->health());
    return health;
}

void Plugin::report(FaultReport report) const {
    report.plugin = manifest_.id;
    report.version = manifest_.version;
    report.at = clock_.now();
    spdlog::warn("plugin {} {}: instance {} of {}: method {} {}: {}{}", report.plugin, report.version, report.instance,
                 report.storefront, report.method, to_string(report.kind), report.message,
                 report.quarantined ? "; quarantined" : "");
    if (!listener_) return;
    try {
        listener_(report);
    } catch (const std::exception& error) {
        spdlog::error("a plugin's fault could not be told: {}", error.what());
    }
}

Instance::Instance(std::shared_ptr<Plugin> plugin, InstancePlan plan, std::unique_ptr<Seat> seat)
    : plugin_(std::move(plugin)), plan_(std::move(plan)), seat_(std::move(seat)) {}

Result<Reply, CallFault> Instance::call(std::uint32_t method, std::span<const std::uint8_t> request,
                                        CallOptions options) {
    if (!breaker_.admits())
        return refuse(CallFault{FaultKind::quarantined, "it is quarantined after repeated faults", 0});
    if (!manifest().answers(method)) {
        return refuse(CallFault{FaultKind::transport, "its manifest does not list the method", -ENOSYS});
    }
    if (request.size() > most_request_bytes) {
        return refuse(CallFault{FaultKind::transport, "the request is larger than may be", -EMSGSIZE});
    }
    // An in-process call takes a microsecond, and reading the clock is a part of that: one in sixteen is timed.
    const auto before = calls_.fetch_add(1, std::memory_order_relaxed);
    const bool is_timed = plugin_->isolation() == Isolation::process || before % 16 == 0;
    const auto begun = is_timed ? std::chrono::steady_clock::now() : SteadyTime{};
    auto reply = read(method, seat_->call(method, request, options.deadline));
    if (is_timed) latency_.note(std::chrono::steady_clock::now() - begun);
    if (!reply) {
        if (counts(reply.error().kind)) blame(method, reply.error());
        return reply;
    }
    breaker_.succeeded();
    if (plugin_->isolation() == Isolation::none && roughly_now() > options.deadline) {
        plugin_->report({.storefront = storefront(),
                         .instance = name(),
                         .method = method,
                         .kind = FaultKind::timed_out,
                         .message = "it answered after the deadline",
                         .answered = true});
    }
    return reply;
}

Result<Reply, CallFault> Instance::read(std::uint32_t method, Result<Answered, CallFault> answered) const {
    const auto fault = [](FaultKind kind, std::string message, std::int32_t code = 0) {
        return refuse(CallFault{kind, std::move(message), code});
    };
    if (!answered) return refuse(std::move(answered).error());
    switch (answered->breach) {
        case Answered::Breach::none: break;
        case Answered::Breach::threw:
            return fault(FaultKind::crashed, "it let an exception out: " + tamed(answered->thrown, 200));
        case Answered::Breach::put_twice: return fault(FaultKind::garbage, "it put two replies");
        case Answered::Breach::put_too_much: return fault(FaultKind::flooded, "the answer is larger than may be");
    }
    if (answered->code != 0)
        return fault(FaultKind::transport, "it returned " + name_of_error(answered->code), answered->code);
    if (answered->bytes.empty()) return fault(FaultKind::garbage, "it returned 0 without a reply");
    auto reply = Reply::read(std::move(answered->bytes));
    if (!reply) return fault(FaultKind::garbage, std::move(reply).error());
    if (auto sound = verify_answer(method, **reply); !sound) return fault(FaultKind::garbage, std::move(sound).error());
    return *std::move(reply);
}

void Instance::blame(std::uint32_t method, const CallFault& fault) {
    faults_.fetch_add(1, std::memory_order_relaxed);
    const bool opened = breaker_.failed(std::chrono::steady_clock::now());
    {
        const std::lock_guard lock(mutex_);
        last_fault_ = std::string(to_string(fault.kind)) + ": " + fault.message;
    }
    plugin_->report({.storefront = storefront(),
                     .instance = name(),
                     .method = method,
                     .kind = fault.kind,
                     .message = fault.message,
                     .quarantined = opened});
}

InstanceHealth Instance::health() const {
    const std::lock_guard lock(mutex_);
    return {storefront(), name(), calls_.load(), faults_.load(), is_quarantined(), last_fault_, latency_.summary()};
}

std::optional<std::string_view> Instance::setting(std::string_view path) const {
    if (const auto secret = plan_.secrets.find(std::string(path)); secret != plan_.secrets.end()) {
        return secret->second.reveal();
    }
    const auto* at = noren_fb::GetRoot<wire::Settings>(plan_.settings.data())->root();
    for (std::string_view rest = path; at != nullptr;) {
        const auto dot = rest.find('.');
        at = child_of(at, rest.substr(0, dot));
        if (dot == std::string_view::npos) break;
        rest.remove_prefix(dot + 1);
    }
    if (at == nullptr || at->text() == nullptr) return std::nullopt;
    return at->text()->string_view();
}

std::optional<Instance::Token> Instance::token(const std::string& authorization) const {
    const std::lock_guard lock(mutex_);
    const auto found = tokens_.find(authorization);
    if (found == tokens_.end() || found->second.until <= std::chrono::steady_clock::now()) return std::nullopt;
    return found->second;
}

void Instance::keep_token(const std::string& authorization, std::optional<Token> token) {
    const std::lock_guard lock(mutex_);
    if (token) {
        tokens_[authorization] = std::move(*token);
    } else {
        tokens_.erase(authorization);
    }
}

}  // namespace noren::host
