// Layers: a storefront's file over the base that it extends, over the base that that extends.
//
// Maps merge key by key; lists and single values replace; an explicit `null` removes what a base says. A reference to a
// secret and a `one_of` replace whole: `{env: A}` over `{file: /b}` is `{env: A}`.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "settings/files.hpp"
#include "settings/schema.hpp"

namespace noren::settings {

/// `over` on `base`. What only one of them holds is shared, not copied. A `null` that removes nothing stays, and is a
/// fault of validation. `schema` tells which maps replace whole; where it is null, references are known by their form.
/// An empty map changes nothing on either side. Without nulls, and where no layer has a map in place of another's text
/// or list, merging is associative; layers are merged from the lowest up.
NodePtr merge(const NodePtr& base, const NodePtr& over, const Schema* schema = nullptr);

/// A file and all that it extends, merged.
struct Stack {
    std::vector<FilePtr> layers;  // the lowest base first, the file itself last
    NodePtr root;                 // nullptr when a layer has faults
    Faults faults;
};

/// Loads stacks; bases are read and merged once and shared. Not for several threads at once; what it gives is.
class Layers {
public:
    /// `source` must outlive this. `schema`: see merge().
    Layers(const Source& source, SchemaPtr schema) : files_(source), schema_(std::move(schema)) {}

    /// The file of this name over its bases. Faults: of every layer; a chain of more than 16, or one that comes back to
    /// itself; an `extends` that leaves the root; a layer that is no map.
    std::shared_ptr<const Stack> load(const std::string& name);

    Files& files() { return files_; }
    /// Reads changed files anew; returns their names.
    std::vector<std::string> refresh();

private:
    std::shared_ptr<const Stack> stack(const std::string& name, Origin wanted_at, std::vector<std::string>& above);

    Files files_;
    SchemaPtr schema_;
    std::unordered_map<std::string, std::shared_ptr<const Stack>> bases_;
};

}  // namespace noren::settings
