#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/themes.hpp"
#include "catalog/feed.hpp"
#include "storefront/storefront.hpp"

namespace noren::app {

int check(const Whereabouts& whereabouts, bool json) {
    const Installation installation(whereabouts);
    auto faults = installation.faults();
    const auto add = [&faults](const std::vector<pages::Fault>& more) {
        for (const auto& fault : more) faults.push_back(pages::to_string(fault));
    };
    for (const auto& storefront : installation.storefronts()) {
        if (!*storefront) continue;
        const auto identity = storefront::identity_of(*storefront);
        try {
            catalog::feed_rules(storefront->value());
        } catch (const std::runtime_error& wrong) {
            faults.emplace_back(wrong.what());
        }
        add(pages::check(shop_theme(installation.folder(), *storefront), identity.languages, pages::shop::face()));
    }
    add(pages::check(console_theme(installation.folder()), {"en"}, pages::console::face()));

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
