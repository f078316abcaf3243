#include "settings/core_schemas.hpp"

#include <stdexcept>

namespace noren::settings {
namespace {

SchemaPtr all_of(const std::vector<embedded::SchemaText>& texts) {
    SchemaPtr all;
    for (const auto& [file, text] : texts) {
        auto part = parse_schema(text, file);
        if (part && all) part = merge_schemas(all, *part);
        if (!part) throw std::logic_error("the core's own schemas are faulty:\n" + to_string(part.error()));
        all = std::move(*part);
    }
    if (!all) throw std::logic_error("the core has no schemas built in");
    return all;
}

}  // namespace

SchemaPtr storefront_schema() {
    static const SchemaPtr schema = all_of(embedded::storefront);
    return schema;
}

SchemaPtr noren_schema() {
    static const SchemaPtr schema = all_of(embedded::noren);
    return schema;
}

}  // namespace noren::settings
