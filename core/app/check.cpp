#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "pages/theme_check.hpp"

namespace noren::app {

int check(const Whereabouts& whereabouts, bool json) {
    const Installation installation(whereabouts);
    auto faults = installation.faults();
    for (auto& fault : pages::check_themes(installation.folder() / "themes")) faults.push_back(std::move(fault));
    if (json) {
        std::printf("%s\n", nlohmann::json{{"faults", faults}}.dump().c_str());
    } else if (faults.empty()) {
        std::printf("%zu storefronts, %zu plugins: nothing is wrong.\n", installation.storefronts().size(),
                    installation.plugins().size());
    } else {
        for (const auto& fault : faults) std::printf("%s\n", fault.c_str());
        std::printf("%zu faults.\n", faults.size());
    }
    return faults.empty() ? 0 : 1;
}

}  // namespace noren::app
