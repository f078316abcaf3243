// JSON Schema (draft-07) made of the schemas here, so that editors complete keys, show their descriptions and flag
// mistakes while a deployer types. What it cannot say (a real date, a known currency, keys by a plugin's list) is left
// to validate(), which always holds.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "settings/effective.hpp"
#include "settings/schema.hpp"

namespace noren::settings {

/// The schema of a whole file (`complete`: required keys must be there) or of a layer of one, in which nothing is
/// required and `null` removes what a base says.
nlohmann::ordered_json json_schema(const Schema& schema, std::string_view title, Completeness completeness);

/// The schema of any file that may be a layer of a storefront: the core's keys, and those of every plugin that is
/// installed. Where two policies read the same key, the first one's holds.
nlohmann::ordered_json storefront_json_schema(const Schemas& schemas);

}  // namespace noren::settings
