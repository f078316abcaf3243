// Host: loads plugins and knows them. One per process; made before the first instance, ended after the last.
//
//   Host host({.helper = "/usr/lib/noren/noren-plugin-host", .cache = "var/plugins"}, clock);
//   auto ems = host.load("plugins/ems.so", {.isolation = Isolation::process});
//   if (!ems) { std::cerr << ems.error().text(); return 1; }
//   auto instance = (*ems)->open(*InstancePlan::of(section, facts));
//   auto reply = (*instance)->call(NOREN_CARRIER_QUOTES, bytes, CallOptions::within(250ms));
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "host/plugin.hpp"

namespace noren::host {

struct HostOptions {
    std::filesystem::path helper;  // the program noren-plugin-host
    std::filesystem::path cache;   // for copies of binaries; made for this user alone when it is missing
    FaultListener on_fault = {};
};

class Host {
public:
    /// `clock` must outlive every plugin.
    Host(HostOptions options, const Clock& clock);

    /// Checks a plugin (any of its three files names it), copies it into the cache, and loads it: in-process, or into
    /// its first helper. A refusal says what was found, what was expected and what to do; except for a manifest that
    /// differs only inside, or a library that does not link, nothing of the plugin has run. Loading a further version
    /// of an id puts it in the place of the earlier one, which lives on in its instances. Any thread.
    /// Throws std::runtime_error when the cache cannot be used.
    Result<std::shared_ptr<Plugin>, LoadRefusal> load(const std::filesystem::path& plugin,
                                                      const PluginOptions& options);

    /// The plugin of this id; nullptr when none is loaded.
    std::shared_ptr<Plugin> find(const std::string& id) const;
    std::vector<std::shared_ptr<Plugin>> plugins() const;
    std::vector<PluginHealth> health() const;

private:
    const HostOptions options_;
    const Clock& clock_;
    const std::shared_ptr<Nursery> nursery_;
    mutable std::mutex mutex_;
    std::map<std::string, std::shared_ptr<Plugin>> plugins_;
};

}  // namespace noren::host
