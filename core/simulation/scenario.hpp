// Scenario: a readable test of a storefront, in YAML (scenario.schema.yaml says what may stand in it).
#pragma once

#include <noren/values/time.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "settings/value.hpp"

namespace noren::simulation {

/// An instant with its offset, `2017-07-03T10:00+09:00` or `2017-07-03T01:00:00Z`; nothing for any other text.
std::optional<Instant> instant_from(std::string_view text);

/// Read and checked, never changed.
class Scenario {
public:
    /// From a file's text. `name` is what faults call the file. Faults: whatever the schema does not allow, instants
    /// that are none, names of customers, orders and items that no earlier line gives or that two give.
    static Result<Scenario, settings::Faults> read(std::string_view text, std::string_view name);

    const std::string& name() const { return name_; }
    const std::string& storefront() const { return value().text("storefront"); }
    Instant start() const { return *instant_from(value().text("start")); }
    settings::Value value() const { return {root_.get(), schema_.get(), {}}; }

private:
    Scenario(std::string name, settings::NodePtr root, settings::SchemaPtr schema)
        : name_(std::move(name)), root_(std::move(root)), schema_(std::move(schema)) {}

    std::string name_;
    settings::NodePtr root_;
    settings::SchemaPtr schema_;
};

}  // namespace noren::simulation
