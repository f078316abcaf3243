#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/opened.hpp"

namespace noren::app {

int verify(const Whereabouts& whereabouts, const std::string& wanted, bool json) {
    Opened opened(whereabouts, Gateways::closed, wanted);
    auto found = nlohmann::json::array();
    for (const auto& shop : opened.storefronts) {
        for (const auto& wrong : shop->verify()) {
            found.push_back({{"storefront", shop->identity.id}, {"where", wrong.where}, {"what", wrong.what}});
            if (!json) std::printf("%s, %s: %s\n", shop->identity.id.c_str(), wrong.where.c_str(), wrong.what.c_str());
        }
    }
    if (json) {
        std::printf(
            "%s\n",
            nlohmann::json{{"storefronts", opened.storefronts.size()}, {"discrepancies", found}}.dump().c_str());
    } else {
        std::printf("storefronts: %zu, discrepancies: %zu\n", opened.storefronts.size(), found.size());
    }
    return found.empty() ? 0 : 1;
}

}  // namespace noren::app
