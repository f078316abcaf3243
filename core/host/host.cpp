#include "host/host.hpp"

#include <spdlog/spdlog.h>

#include <stdexcept>

#include "host/binary.hpp"
#include "host/text.hpp"

namespace noren::host {
namespace {

LogLine log_of(const std::string& id) {
    return [id](std::int32_t level, std::string_view text) {
        constexpr std::array levels{spdlog::level::debug, spdlog::level::info, spdlog::level::warn, spdlog::level::err};
        const auto known = levels[static_cast<std::size_t>(std::clamp(level, 0, 3))];
        if (spdlog::should_log(known)) spdlog::log(known, "plugin {} says: {}", id, tamed(text, 4096));
    };
}

}  // namespace

Host::Host(HostOptions options, const Clock& clock)
    : options_(std::move(options)), clock_(clock), nursery_(std::make_shared<Nursery>()) {}

Result<std::shared_ptr<Plugin>, LoadRefusal> Host::load(const std::filesystem::path& plugin,
                                                        const PluginOptions& options) {
    const auto files = PluginFiles::beside(plugin);
    auto manifest = TRY(read_manifest(files));
    auto binary = TRY(judge_binary(files.binary, options.sha256, manifest.text));

    RunnerPlan plan{keep(binary, options_.cache), manifest.text, manifest.concurrent, options.most_waiting,
                    log_of(manifest.id)};
    std::unique_ptr<Runner> runner;
    try {
        runner = options.isolation == Isolation::none
                     ? run_in_process(std::move(plan))
                     : run_isolated(std::move(plan), {options_.helper, options.limits, options.helpers}, *nursery_);
    } catch (const std::runtime_error& error) {
        return refuse(LoadRefusal{files.binary.string(), tamed(error.what(), 2000), "a plugin that loads",
                                  "build it against this SDK, on this system"});
    }
    std::shared_ptr<Plugin> loaded(new Plugin(std::move(manifest), std::move(binary.sha256), options, std::move(runner),
                                              nursery_, options_.on_fault, clock_));
    const std::lock_guard lock(mutex_);
    plugins_[loaded->manifest().id] = loaded;
    return loaded;
}

std::shared_ptr<Plugin> Host::find(const std::string& id) const {
    const std::lock_guard lock(mutex_);
    const auto found = plugins_.find(id);
    return found == plugins_.end() ? nullptr : found->second;
}

std::vector<std::shared_ptr<Plugin>> Host::plugins() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::shared_ptr<Plugin>> all;
    all.reserve(plugins_.size());
    for (const auto& [id, plugin] : plugins_) all.push_back(plugin);
    return all;
}

std::vector<PluginHealth> Host::health() const {
    std::vector<PluginHealth> all;
    for (const auto& plugin : plugins()) all.push_back(plugin->health());
    return all;
}

}  // namespace noren::host
