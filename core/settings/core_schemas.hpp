// The core's own schemas: what stands in every storefront's file and in noren.yaml, beside what plugins read. They are
// written in core/settings/schema/<kind>/*.schema.yaml, one file for each part of the core that reads a section, and
// are built into the program.
#pragma once

#include <string>
#include <vector>

#include "settings/schema.hpp"

namespace noren::settings {

/// The schema of a storefront's file. Throws std::logic_error when the files built in are faulty or clash.
SchemaPtr storefront_schema();
/// The schema of noren.yaml.
SchemaPtr noren_schema();

namespace embedded {
struct SchemaText {
    std::string file;
    std::string text;
};
extern const std::vector<SchemaText> storefront;
extern const std::vector<SchemaText> noren;
}  // namespace embedded

}  // namespace noren::settings
