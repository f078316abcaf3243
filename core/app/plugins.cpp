#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"

namespace noren::app {

int list_plugins(const Whereabouts& whereabouts, bool json) {
    const Installation installation(whereabouts);
    auto list = nlohmann::json::array();
    for (const auto& [id, plugin] : installation.plugins()) {
        const auto& manifest = plugin.manifest;
        if (json) {
            list.push_back({{"id", id},
                            {"version", manifest.version},
                            {"kind", host::to_string(manifest.kind)},
                            {"description", manifest.description},
                            {"binary", plugin.files.binary.string()}});
        } else {
            std::printf("%-8s %-20s %-8s %s\n", std::string(host::to_string(manifest.kind)).c_str(), id.c_str(),
                        manifest.version.c_str(), manifest.description.c_str());
        }
    }
    if (json) std::printf("%s\n", list.dump().c_str());
    return 0;
}

}  // namespace noren::app
