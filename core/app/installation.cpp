#include "app/installation.hpp"

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "host/plugin.hpp"
#include "settings/core_schemas.hpp"

namespace noren::app {
namespace fs = std::filesystem;
namespace {

fs::path folder_of(const fs::path& configuration) {
    if (fs::is_directory(configuration)) return configuration;
    const auto parent = configuration.parent_path();
    return parent.empty() ? fs::path(".") : parent;
}

std::string file_of(const fs::path& configuration) {
    return fs::is_directory(configuration) ? std::string("noren.yaml") : configuration.filename().string();
}

std::string text_of(const fs::path& file) {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
}

std::set<std::string> plugins_of(const settings::Effective& storefront) {
    std::set<std::string> ids;
    for (const auto& id : storefront.value().texts("policies")) ids.insert(id);
    for (const auto* of : {"gateways", "carriers"}) {
        for (const auto& instance : storefront.value()[of].entries()) ids.insert(settings::plugin_of(*instance.node()));
    }
    return ids;
}

}  // namespace

Installation::Installation(const Whereabouts& whereabouts)
    : folder_(folder_of(whereabouts.configuration)), source_(folder_.string()) {
    server_layers_ = std::make_unique<settings::Layers>(source_, settings::noren_schema());
    settings::Schemas server_schemas(settings::noren_schema());
    server_ = std::make_shared<const settings::Effective>(
        settings::check(*server_layers_, server_schemas, file_of(whereabouts.configuration)));
    for (const auto& fault : server_->faults) faults_.push_back(settings::to_string(fault));
    if (!*server_) return;

    auto folders = whereabouts.plugins;
    if (folders.empty()) {
        for (const auto& folder : server_->value()["plugins"].texts("folders")) folders.emplace_back(folder);
    }
    find_plugins(folders);
    check_storefronts();
}

void Installation::find_plugins(const std::vector<fs::path>& folders) {
    for (const auto& folder : folders) {
        std::error_code error;
        std::vector<fs::path> manifests;
        for (const auto& entry : fs::directory_iterator(folder, error)) {
            if (entry.path().filename().string().ends_with(".plugin.yaml")) manifests.push_back(entry.path());
        }
        if (error) {
            faults_.push_back(folder.string() + ": this folder of plugins cannot be read: " + error.message());
            continue;
        }
        std::sort(manifests.begin(), manifests.end());
        for (const auto& file : manifests) {
            const auto files = host::PluginFiles::beside(file);
            auto manifest = host::read_manifest(files);
            if (!manifest) {
                faults_.push_back(manifest.error().text());
                continue;
            }
            auto id = manifest->id;
            plugins_.insert_or_assign(std::move(id), FoundPlugin{*std::move(manifest), files});
        }
    }
}

void Installation::check_storefronts() {
    schemas_ = std::make_unique<settings::Schemas>(settings::storefront_schema());
    for (const auto& [id, plugin] : plugins_) {
        auto schema = settings::parse_schema(text_of(plugin.files.schema), plugin.files.schema.string());
        if (!schema) {
            for (const auto& fault : schema.error()) faults_.push_back(settings::to_string(fault));
            continue;
        }
        switch (plugin.manifest.kind) {
            case host::PortKind::policy: schemas_->add_policy(id, plugin.manifest.section, *schema); break;
            case host::PortKind::gateway: schemas_->add_instances("gateways", id, *schema); break;
            case host::PortKind::carrier: schemas_->add_instances("carriers", id, *schema); break;
        }
    }
    storefront_layers_ = std::make_unique<settings::Layers>(source_, settings::storefront_schema());
    std::map<std::string, std::string> by_host;
    for (const auto& name : server_->value().texts("storefronts")) {
        auto effective =
            std::make_shared<const settings::Effective>(settings::check(*storefront_layers_, *schemas_, name));
        for (const auto& fault : effective->faults) faults_.push_back(settings::to_string(fault));
        if (*effective) {
            for (const auto& host : effective->value().texts("hosts")) {
                const auto [other, is_first] = by_host.emplace(host, name);
                if (!is_first) {
                    faults_.push_back(effective->locate("hosts") + ": host `" + host + "` is also that of " +
                                      other->second);
                }
            }
        }
        storefronts_.push_back(std::move(effective));
    }
}

std::shared_ptr<const settings::Effective> Installation::storefront(const std::string& id) const {
    for (const auto& effective : storefronts_) {
        if (fs::path(effective->name).stem() == id) return effective;
    }
    return nullptr;
}

std::map<std::string, host::PluginOptions> Installation::needed() const {
    std::set<std::string> ids;
    for (const auto& storefront : storefronts_) ids.merge(plugins_of(*storefront));
    const auto settings = server().value()["plugins"];
    std::map<std::string, host::PluginOptions> needed;
    for (const auto& id : ids) {
        auto& options = needed[id];
        const auto each = settings["each"][id];
        const bool is_policy = plugins_.at(id).manifest.kind == host::PortKind::policy;
        const auto word = each && each["isolation"] ? each.text("isolation")
                          : is_policy               ? "none"
                                                    : settings.text("isolation");
        options.isolation = word == "none" ? host::Isolation::none : host::Isolation::process;
        if (each && each["sha256"]) options.sha256 = each.text("sha256");
    }
    return needed;
}

}  // namespace noren::app
