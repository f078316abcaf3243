#include "settings/effective.hpp"

#include <algorithm>
#include <set>

namespace noren::settings {
namespace {

std::vector<const Node*> listed_policies(const Node& root) {
    std::vector<const Node*> listed;
    if (const auto* policies = root.child("policies"); policies != nullptr && policies->is_list()) {
        for (const auto& item : policies->children()) {
            if (item->is_scalar()) listed.push_back(item.get());
        }
    }
    return listed;
}

template <class Map>
std::vector<std::string_view> names_of(const Map& map) {
    std::vector<std::string_view> names;
    for (const auto& [name, ignored] : map) names.push_back(name);
    return names;
}

// Where a plugin is not known its settings cannot be judged: that it is not known is told once.
SchemaPtr anything() {
    auto schema = std::make_shared<Schema>();
    schema->type = Type::anything;
    return schema;
}

/// Puts the files that stand in for lists and maps in their places.
class DataFiles {
public:
    DataFiles(Layers& layers, Effective& effective) : layers_(layers), effective_(effective) {}

    NodePtr fill(const NodePtr& node, const Schema& schema, const std::string& path) {
        if (!schema.holds_files) return node;
        if (schema.in_file && node->is_scalar()) return from_file(node, path);
        if (!node->is_map() || !schema.is_map_like()) return node;
        std::vector<NodePtr> entries;
        bool changed = false;
        for (const auto& entry : node->children()) {
            const auto* child = schema.child(entry->key());
            entries.push_back(child == nullptr ? entry : fill(entry, *child, join(path, entry->key())));
            changed = changed || entries.back() != entry;
        }
        return changed ? Node::map(node->place(), std::move(entries)) : node;
    }

private:
    NodePtr from_file(const NodePtr& node, const std::string& path) {
        const auto refuse_at = [&](std::string found, std::string expected) {
            effective_.faults.push_back(fault_at(node->origin(), path, std::move(found), std::move(expected)));
            return node;
        };
        const auto from = std::find_if(effective_.layers.begin(), effective_.layers.end(), [&](const FilePtr& layer) {
            return layer->tree && layer->tree->origin().file == node->origin().file;
        });
        if (from == effective_.layers.end()) return refuse_at("a path in a schema", "a path in a layer");
        const auto name = name_from((*from)->name, node->text());
        if (!name) return refuse_at(quoted(node->text()), "a relative path within the configuration");
        const auto file = layers_.files().load(*name, node->origin());
        effective_.data.push_back(file);
        effective_.faults.insert(effective_.faults.end(), file->faults.begin(), file->faults.end());
        if (!file->tree) return node;
        auto place = node->place();
        place.at = file->tree->origin();
        const std::vector<NodePtr> children(file->tree->children().begin(), file->tree->children().end());
        if (file->tree->is_map()) return Node::map(std::move(place), children);
        if (file->tree->is_list()) return Node::list(std::move(place), children);
        return refuse_at("the file " + layers_.files().shown(*name) + ", which holds one text",
                         "a file with a list or map");
    }

    Layers& layers_;
    Effective& effective_;
};

std::string revision_of(const Effective& effective) {
    std::string all;
    for (const auto& [name, text] : effective.contents()) all += name + '\n' + sha256(text) + '\n';
    return sha256(all);
}

}  // namespace

void Schemas::add_policy(const std::string& id, const std::string& section, SchemaPtr schema) {
    auto from_top = at_section(section, schema);
    policies_.insert_or_assign(id, Policy{section, std::move(schema), std::move(from_top)});
    composed_.clear();
}

void Schemas::add_instances(const std::string& of, const std::string& id, SchemaPtr schema) {
    instances_[of].insert_or_assign(id, std::move(schema));
    composed_.clear();
}

SchemaPtr Schemas::policy(const std::string& id) const {
    const auto at = policies_.find(id);
    return at == policies_.end() ? nullptr : at->second.schema;
}

const std::map<std::string, SchemaPtr>& Schemas::instances(const std::string& of) const {
    static const std::map<std::string, SchemaPtr> none;
    const auto kind = instances_.find(of);
    return kind == instances_.end() ? none : kind->second;
}

SchemaPtr Schemas::instance(const std::string& of, const std::string& id) const {
    const auto& known = instances(of);
    const auto at = known.find(id);
    return at == known.end() ? nullptr : at->second;
}

SchemaPtr Schemas::everything() const {
    auto schema = core_;
    for (const auto& [id, policy] : policies_) {
        auto merged = merge_schemas(schema, policy.from_top);
        if (merged) schema = std::move(*merged);
    }
    return schema;
}

std::pair<SchemaPtr, Faults> Schemas::for_tree(const Node& root) {
    Faults faults;
    std::string key;
    std::vector<Listed> listed;
    for (const auto* item : listed_policies(root)) {
        const auto at = policies_.find(item->text());
        if (at == policies_.end()) {
            faults.push_back(fault_at(item->origin(), "no policy plugin " + quoted(item->text()) + " is installed", {},
                                      {}, nearest(item->text(), names_of(policies_))));
        } else {
            listed.push_back({item, &at->second});
            key += item->text() + "\n";
        }
    }
    auto schema = core_;
    if (const auto at = composed_.find(key); at != composed_.end()) {
        schema = at->second;
    } else {
        schema = with_policies(listed, faults);
        if (faults.empty()) composed_.emplace(key, schema);
    }

    for (const auto& property : schema->properties) {
        const auto* map = property.schema->type == Type::instances ? root.child(property.name) : nullptr;
        if (map == nullptr || !map->is_map()) continue;
        key += property.name + ":\n";
        for (const auto& instance : map->children()) key += instance->key() + "=" + plugin_of(*instance) + "\n";
    }
    if (const auto at = composed_.find(key); at != composed_.end()) return {at->second, std::move(faults)};

    auto complete = std::make_shared<Schema>(*schema);
    for (auto& property : complete->properties) {
        const auto* map = property.schema->type == Type::instances ? root.child(property.name) : nullptr;
        if (map != nullptr && map->is_map())
            property.schema = instances_of(*map, *property.schema, property.name, faults);
    }
    if (faults.empty()) composed_.emplace(key, complete);
    return {std::move(complete), std::move(faults)};
}

SchemaPtr Schemas::with_policies(const std::vector<Listed>& listed, Faults& faults) const {
    auto schema = core_;
    for (const auto& [item, policy] : listed) {
        auto merged = merge_schemas(schema, policy->from_top);
        if (merged) {
            schema = std::move(*merged);
            continue;
        }
        for (const auto& fault : merged.error()) {
            faults.push_back(fault_at(item->origin(), "policy " + quoted(item->text()) +
                                                          " cannot stand here: " + fault.problem + " (" + fault.file +
                                                          ":" + std::to_string(fault.line) + ")"));
        }
    }
    return schema;
}

SchemaPtr Schemas::instances_of(const Node& map, const Schema& declared, const std::string& path,
                                Faults& faults) const {
    const auto& known = instances(declared.instances_of);
    auto filled = std::make_shared<Schema>(declared);
    filled->type = Type::map;
    filled->properties.clear();
    const auto common = std::make_shared<Schema>(declared);  // the keys that every instance has
    common->type = Type::map;
    for (const auto& instance : map.children()) {
        const auto plugin = plugin_of(*instance);
        const auto at = known.find(plugin);
        if (at == known.end()) {
            const auto* named = instance->child("plugin");
            faults.push_back(fault_at(named != nullptr ? named->origin() : instance->key_origin(),
                                      join(path, instance->key()) + ": no plugin " + quoted(plugin) + " for " +
                                          declared.instances_of + " is installed",
                                      {}, {}, nearest(plugin, names_of(known))));
            filled->properties.push_back({instance->key(), anything(), false});
            continue;
        }
        auto merged = merge_schemas(common, at->second);
        if (merged) {
            filled->properties.push_back({instance->key(), std::move(*merged), false});
        } else {
            for (auto& fault : merged.error()) faults.push_back(std::move(fault));
        }
    }
    finish(*filled);
    return filled;
}

std::string Schemas::unlisted_reader(const Node& root, std::string_view path) const {
    const auto steps = steps_of(path);
    if (!steps) return {};
    std::set<std::string_view> listed;
    for (const auto* item : listed_policies(root)) listed.insert(item->text());
    for (const auto& [id, policy] : policies_) {
        const Schema* schema = policy.from_top.get();
        for (const auto& step : *steps) {
            if (schema != nullptr) schema = step.index ? schema->items.get() : schema->child(step.key);
        }
        if (schema != nullptr && !listed.contains(id)) return "policy `" + id + "`";
    }
    return {};
}

std::string plugin_of(const Node& instance) {
    const auto* plugin = instance.child("plugin");
    return plugin != nullptr && plugin->is_scalar() ? plugin->text() : instance.key();
}

Value Effective::section(std::string_view path, const Schema& own) const {
    return Value(root->find(path), &own, std::string(path)).or_empty();
}

std::vector<Place> Effective::places(std::string_view path) const {
    std::vector<Place> all;
    if (!root || !schema) return all;
    const auto add = [&](const Node& node, bool by_default) {
        const bool told =
            std::any_of(all.begin(), all.end(), [&](const Place& p) { return p.origin == node.origin(); });
        if (!told) all.push_back({node.origin(), to_yaml(node), by_default});
    };
    const auto holds = value().at(path);
    if (!holds) return all;
    const bool written = root->find(path) != nullptr;
    add(*holds.node(), !written);
    for (auto layer = layers.rbegin(); layer != layers.rend() && written; ++layer) {
        const auto* node = (*layer)->tree ? (*layer)->tree->find(path) : nullptr;
        if (node != nullptr) add(*node, false);
    }
    if (holds.schema().default_value) add(*holds.schema().default_value, true);
    return all;
}

std::string Effective::locate(std::string_view path) const {
    const auto all = places(path);
    return all.empty() ? std::string{} : to_string(all.front().origin);
}

std::map<std::string, std::string> Effective::contents() const {
    std::map<std::string, std::string> texts;
    for (const auto& file : layers) texts.emplace(file->name, file->text);
    for (const auto& file : data) texts.emplace(file->name, file->text);
    return texts;
}

Effective check(Layers& layers, Schemas& schemas, const std::string& name) {
    Effective effective;
    effective.name = name;
    const auto stack = layers.load(name);
    effective.layers = stack->layers;
    effective.faults = stack->faults;
    if (stack->root) {
        auto [schema, faults] = schemas.for_tree(*stack->root);
        effective.schema = std::move(schema);
        effective.faults.insert(effective.faults.end(), faults.begin(), faults.end());
        effective.root = DataFiles(layers, effective).fill(stack->root, *effective.schema, {});

        Surroundings around;
        around.root = effective.root.get();
        if (const auto* currency = effective.root->child("currency"))
            around.currency = Currency::from_code(currency->text());
        around.unlisted_reader = [&](std::string_view path) { return schemas.unlisted_reader(*effective.root, path); };
        for (auto& fault : validate(*effective.root, *effective.schema, {}, around)) {
            effective.faults.push_back(std::move(fault));
        }
    }
    sort(effective.faults);
    effective.revision = revision_of(effective);
    return effective;
}

}  // namespace noren::settings
