// Installation: the configuration as it lies on disk and the plugins beside it, read and checked, nothing started.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/manifest.hpp"
#include "settings/effective.hpp"

namespace noren::host {
struct PluginOptions;
}

namespace noren::app {

/// Where to look, as the command line says.
struct Whereabouts {
    std::filesystem::path configuration = "config/noren.yaml";  // or the folder that holds it
    std::vector<std::filesystem::path> plugins;                 // instead of `plugins.folders`, when not empty
};

struct FoundPlugin {
    host::Manifest manifest;
    host::PluginFiles files;
};

class Installation {
public:
    /// Reads and checks everything; never throws for what files hold: see faults().
    explicit Installation(const Whereabouts& whereabouts);

    /// Everything that is wrong, one line each, in the order of files and lines; empty: all may be started.
    const std::vector<std::string>& faults() const { return faults_; }

    /// Only of an installation without faults.
    const settings::Effective& server() const { return *server_; }
    const std::vector<std::shared_ptr<const settings::Effective>>& storefronts() const { return storefronts_; }
    /// The storefront whose file is called so; nullptr when there is none.
    std::shared_ptr<const settings::Effective> storefront(const std::string& id) const;

    /// The schema of a policy plugin's own section.
    settings::SchemaPtr policy_schema(const std::string& id) const { return schemas_->policy(id); }

    /// What may stand in a storefront's file: the core's keys and those of every plugin found.
    const settings::Schemas& schemas() const { return *schemas_; }

    const std::map<std::string, FoundPlugin>& plugins() const { return plugins_; }
    /// Every plugin that a storefront names, with what the server's file says of it. Only of an installation without
    /// faults.
    std::map<std::string, host::PluginOptions> needed() const;
    const std::filesystem::path& folder() const { return folder_; }

private:
    void find_plugins(const std::vector<std::filesystem::path>& folders);
    void check_storefronts();

    std::filesystem::path folder_;
    settings::FolderSource source_;
    std::unique_ptr<settings::Layers> server_layers_;
    std::unique_ptr<settings::Layers> storefront_layers_;
    std::unique_ptr<settings::Schemas> schemas_;
    std::shared_ptr<const settings::Effective> server_;
    std::vector<std::shared_ptr<const settings::Effective>> storefronts_;
    std::map<std::string, FoundPlugin> plugins_;
    std::vector<std::string> faults_;
};

}  // namespace noren::app
