// Effective: a configuration as it holds, all layers merged and everything checked, and where each value came from.
//
//   Layers layers(FolderSource("config"), storefront_schema());
//   const Effective shop = check(layers, schemas, "storefronts/shop.yaml");
//   if (!shop) { std::cerr << to_string(shop.faults); return 1; }
//   shop.value()["payment"].span("due");
//   shop.places("payment.due");               // where it is written, and the layers below that say otherwise
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "settings/layers.hpp"
#include "settings/value.hpp"

namespace noren::settings {

/// What may stand where in a kind of file: the core's own schema, and those of plugins. A plugin's keys count only in
/// files that list it. Not for several threads at once.
class Schemas {
public:
    explicit Schemas(SchemaPtr core) : core_(std::move(core)) {}

    /// The settings of a plugin that reads keys of a section (`payment`, `shipping.methods`, "" for the top) in files
    /// that list its id under `policies`.
    void add_policy(const std::string& id, const std::string& section, SchemaPtr schema);
    /// The settings of a plugin whose instances stand under `of` ("gateways" or "carriers"): the file names them freely
    /// and gives the plugin's id as `plugin`, or by the name itself.
    void add_instances(const std::string& of, const std::string& id, SchemaPtr schema);

    const SchemaPtr& core() const { return core_; }
    /// The plugin's own schema; nullptr when there is none of this id.
    SchemaPtr policy(const std::string& id) const;
    SchemaPtr instance(const std::string& of, const std::string& id) const;

    /// Plugins by id whose instances stand under `of`.
    const std::map<std::string, SchemaPtr>& instances(const std::string& of) const;
    /// The core's schema with every policy's, for editors: of two that read the same key, the first.
    SchemaPtr everything() const;

    /// The schema of this very tree: the core's, of the policies it lists, and of the instances it has. Faults: a
    /// policy or plugin that is not there, policies that read the same key. Schemas are kept: trees that list the same
    /// share one.
    std::pair<SchemaPtr, Faults> for_tree(const Node& root);
    /// "policy `x`" when a policy that `root` does not list would read what stands at `path`; else "".
    std::string unlisted_reader(const Node& root, std::string_view path) const;

private:
    struct Policy {
        std::string section;
        SchemaPtr schema;
        SchemaPtr from_top;
    };
    struct Listed {
        const Node* item;
        const Policy* policy;
    };
    SchemaPtr with_policies(const std::vector<Listed>& listed, Faults& faults) const;
    SchemaPtr instances_of(const Node& map, const Schema& declared, const std::string& path, Faults& faults) const;

    SchemaPtr core_;
    std::map<std::string, Policy> policies_;
    std::map<std::string, std::map<std::string, SchemaPtr>> instances_;
    std::map<std::string, SchemaPtr> composed_;  // by the policies listed, and by those and the instances
};

/// The plugin of an instance: its key `plugin`, or its own name.
std::string plugin_of(const Node& instance);

/// A place where a value is written.
struct Place {
    Origin origin;
    std::string text;         // what is written there, in YAML
    bool by_default = false;  // written in the schema, not in a layer
};

class Effective {
public:
    std::string name;  // of the file: "storefronts/shop.yaml"
    NodePtr root;      // nullptr when a layer could not be read
    SchemaPtr schema;
    std::vector<FilePtr> layers;  // the lowest base first, the file itself last
    std::vector<FilePtr> data;    // files that stand in for lists or maps
    Faults faults;                // in the order of files and lines
    std::string revision;         // SHA-256 over names and contents of all files, in hexadecimal

    /// Whether it is without fault. Only then may value() be read.
    explicit operator bool() const { return root && faults.empty(); }
    Value value() const { return {root.get(), schema.get(), {}}; }
    /// A section as the reader with this schema sees it: only its own keys. Absent keys of an absent section read as
    /// their defaults. `own` must live as long as the value.
    Value section(std::string_view path, const Schema& own) const;

    /// Where the value at `path` is written: the one that holds first, then those it overrides, upper layers first,
    /// then the schema's default. Empty when nothing stands there, so that a reason that cites it is a false one.
    std::vector<Place> places(std::string_view path) const;
    /// The first of those, as "config/storefronts/shop.yaml:12:8"; "" when nothing stands there.
    std::string locate(std::string_view path) const;

    /// Texts of all its files by name: what a ContentSource needs to give the same again.
    std::map<std::string, std::string> contents() const;
};

/// Loads, merges and checks a file. Never throws for what a file holds.
Effective check(Layers& layers, Schemas& schemas, const std::string& name);

}  // namespace noren::settings
