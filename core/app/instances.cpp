#include "app/instances.hpp"

#include <stdexcept>

#include "storefront/storefront.hpp"

namespace noren::app {

settings::InstanceFacts facts_of(const settings::Effective& storefront) {
    const auto identity = storefront::identity_of(storefront);
    return {identity.id, identity.currency.code(), identity.country, identity.time_zone, {}};
}

std::shared_ptr<host::Instance> open_instance(const host::Host& host, const std::string& plugin,
                                              const settings::Value& section, const settings::InstanceFacts& facts) {
    auto plan = host::InstancePlan::of(section, facts);
    if (!plan) throw std::runtime_error(settings::to_string(plan.error()));
    auto opened = host.find(plugin)->open(*std::move(plan));
    if (!opened) {
        throw std::runtime_error(section.path() + ": plugin `" + plugin +
                                 "` refuses these settings: " + opened.error().message);
    }
    return *std::move(opened);
}

std::vector<policies::Voter> open_policies(const Installation& installation, const host::Host& host,
                                           const settings::Effective& storefront) {
    auto facts = facts_of(storefront);
    std::vector<policies::Voter> voters;
    for (const auto& id : storefront.value().texts("policies")) {
        facts.instance = id;
        const auto schema = installation.policy_schema(id);
        const auto section = storefront.section(host.find(id)->manifest().section, *schema);
        voters.push_back(storefront::voter_of(open_instance(host, id, section, facts)));
    }
    return voters;
}

std::map<std::string, std::unique_ptr<carriers::Carrier>> open_carriers(const host::Host& host,
                                                                        const settings::Effective& storefront,
                                                                        const Clock& clock) {
    auto facts = facts_of(storefront);
    std::map<std::string, std::unique_ptr<carriers::Carrier>> carriers;
    for (const auto& carrier : storefront.value()["carriers"].entries()) {
        facts.instance = carrier.key();
        carriers[carrier.key()] =
            storefront::carrier_of(open_instance(host, settings::plugin_of(*carrier.node()), carrier, facts), clock);
    }
    return carriers;
}

}  // namespace noren::app
