// Instances: the plugins that a storefront's configuration names, bound to it, behind the core's ports.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/installation.hpp"
#include "host/host.hpp"
#include "storefront/hosted.hpp"

namespace noren::app {

/// What every instance of a storefront is told; the instance's own name is for the caller to add.
settings::InstanceFacts facts_of(const settings::Effective& storefront);

/// Binds a loaded plugin to a section. Throws std::runtime_error when a secret cannot be had or the plugin refuses.
std::shared_ptr<host::Instance> open_instance(const host::Host& host, const std::string& plugin,
                                              const settings::Value& section, const settings::InstanceFacts& facts);

/// The storefront's policies, in its order. Throws like open_instance().
std::vector<policies::Voter> open_policies(const Installation& installation, const host::Host& host,
                                           const settings::Effective& storefront);

/// The storefront's carriers by name. `clock` must outlive them. Throws like open_instance().
std::map<std::string, std::unique_ptr<carriers::Carrier>> open_carriers(const host::Host& host,
                                                                        const settings::Effective& storefront,
                                                                        const Clock& clock);

}  // namespace noren::app
