#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/one_line.hpp"
#include "settings/core_schemas.hpp"
#include "settings/json_schema.hpp"

namespace noren::app {
namespace {

void show(const settings::Effective& effective, const std::string& path) {
    const auto places = effective.places(path);
    for (std::size_t i = 0; i < places.size(); ++i) {
        const auto& place = places[i];
        const char* role = i == 0 ? "" : "  overrides ";
        std::printf("%s%s: %s  # %s%s\n", role, path.c_str(), one_line(place.text).c_str(),
                    settings::to_string(place.origin).c_str(), place.by_default ? " (default)" : "");
    }
}

void show_leaves(const settings::Effective& effective, const settings::Value& value) {
    const auto entries = value.schema().is_map_like() ? value.entries() : std::vector<settings::Value>{};
    if (entries.empty() && !value.path().empty()) return show(effective, value.path());
    for (const auto& entry : entries) show_leaves(effective, entry);
}

}  // namespace

int show_config(const Whereabouts& whereabouts, const std::string& storefront, const std::string& path) {
    const Installation installation(whereabouts);
    const auto effective = installation.storefront(storefront);
    if (!effective) {
        std::fprintf(stderr, "noren: there is no storefront '%s'\n", storefront.c_str());
        return 2;
    }
    if (!*effective) {
        std::fprintf(stderr, "%s\n", settings::to_string(effective->faults).c_str());
        return 1;
    }
    if (path.empty()) {
        show_leaves(*effective, effective->value());
        return 0;
    }
    if (effective->places(path).empty()) {
        std::fprintf(stderr, "noren: nothing stands at '%s'\n", path.c_str());
        return 1;
    }
    show(*effective, path);
    return 0;
}

int write_schemas(const Whereabouts& whereabouts, const std::filesystem::path& folder) {
    const Installation installation(whereabouts);
    const std::pair<const char*, nlohmann::ordered_json> schemas[] = {
        {"storefront.schema.json", settings::storefront_json_schema(installation.schemas())},
        {"noren.schema.json",
         settings::json_schema(*settings::noren_schema(), "The server", settings::Completeness::complete)}};
    std::filesystem::create_directories(folder);
    for (const auto& [name, schema] : schemas) {
        std::ofstream file(folder / name, std::ios::binary);
        file << schema.dump(1) << '\n';
        file.close();
        if (!file) {
            std::fprintf(stderr, "noren: %s cannot be written\n", (folder / name).c_str());
            return 1;
        }
    }
    return 0;
}

}  // namespace noren::app
