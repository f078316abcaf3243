#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/themes.hpp"
#include "catalog/feed.hpp"
#include "host/binary.hpp"
#include "host/plugin.hpp"
#include "storefront/storefront.hpp"

namespace noren::app {
namespace {

std::string counted(std::size_t count, const char* noun) {
    return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

}  // namespace

int check(const Whereabouts& whereabouts, bool json) {
    const Installation installation(whereabouts);
    auto faults = installation.faults();
    if (faults.empty()) {
        for (const auto& [id, options] : installation.needed()) {
            const auto& plugin = installation.plugins().at(id);
            const auto sound = host::judge_binary(plugin.files.binary, options.sha256, plugin.manifest.text);
            if (!sound) faults.push_back(sound.error().text());
        }
    }
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
        std::printf("%s, %s: nothing is wrong.\n", counted(installation.storefronts().size(), "storefront").c_str(),
                    counted(installation.plugins().size(), "plugin").c_str());
    } else {
        for (const auto& fault : faults) std::printf("%s\n", fault.c_str());
        std::printf("%s.\n", counted(faults.size(), "fault").c_str());
    }
    return faults.empty() ? 0 : 1;
}

}  // namespace noren::app
