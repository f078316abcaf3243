// Settings as plugins get them: a noren.wire.Settings message (sdk/schema/settings.fbs).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "settings/value.hpp"

namespace noren::settings {

/// What an instance of a plugin is told beside its own settings.
struct InstanceFacts {
    std::string storefront;
    std::string currency;
    std::string country;
    std::string time_zone;
    std::string instance;  // the key under `gateways` or `carriers`, or the policy's id
};

/// The section as a finished, verified-size buffer: only keys that the section's own schema has, typed, with defaults
/// filled in, in the file's order and then the schema's; secrets are left out. An absent section is an empty map.
std::vector<std::uint8_t> settings_message(const Value& section, const InstanceFacts& facts);

}  // namespace noren::settings
