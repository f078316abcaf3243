#include "settings/layers.hpp"

#include <algorithm>

namespace noren::settings {
namespace {

constexpr std::size_t most_layers = 16;

// References to secrets, as far as their form tells: the schema of a plugin's settings is not known yet.
bool is_reference(const Node& node) {
    if (!node.is_map() || node.size() != 1) return false;
    const auto& only = *node.children().front();
    return only.is_scalar() && (only.key() == "env" || only.key() == "file");
}

NodePtr without(const NodePtr& map, std::string_view key) {
    if (map->child(key) == nullptr) return map;
    std::vector<NodePtr> entries;
    for (const auto& entry : map->children()) {
        if (entry->key() != key) entries.push_back(entry);
    }
    return Node::map(map->place(), std::move(entries));
}

}  // namespace

NodePtr merge(const NodePtr& base, const NodePtr& over, const Schema* schema) {
    if (!base->is_map() || !over->is_map()) return over;
    if (over->size() == 0) return base;
    const bool whole = schema != nullptr ? schema->type == Type::one_of || schema->type == Type::secret
                                         : is_reference(*base) && is_reference(*over);
    if (whole) return over;

    std::vector<NodePtr> entries;
    entries.reserve(base->size() + over->size());
    bool changed = false;
    for (const auto& below : base->children()) {
        const auto* above = over->child(below->key());
        if (above == nullptr) {
            entries.push_back(below);
            continue;
        }
        changed = true;
        const bool takes_away = above->is_null() && !below->is_null();
        if (takes_away) continue;
        entries.push_back(merge(below, NodePtr(above), schema != nullptr ? schema->child(below->key()) : nullptr));
    }
    for (const auto& above : over->children()) {
        if (base->child(above->key()) == nullptr) {
            changed = true;
            entries.push_back(above);
        }
    }
    return changed ? Node::map(over->place(), std::move(entries)) : base;
}

std::shared_ptr<const Stack> Layers::load(const std::string& name) {
    std::vector<std::string> above;
    return stack(name, {}, above);
}

std::shared_ptr<const Stack> Layers::stack(const std::string& name, Origin wanted_at, std::vector<std::string>& above) {
    auto stack = std::make_shared<Stack>();
    const auto file = files_.load(name, wanted_at);
    stack->layers.push_back(file);
    stack->faults = file->faults;
    if (!file->tree) return stack;
    if (!file->tree->is_map()) {
        stack->faults.push_back(fault_at(file->tree->origin(), "the file", "no map", "a map of keys"));
        return stack;
    }
    const auto* extends = file->tree->child("extends");
    if (extends == nullptr) {
        stack->root = file->tree;
        return stack;
    }
    const auto refuse_at = [&](std::string found, std::string expected) {
        stack->faults.push_back(fault_at(extends->origin(), "extends", std::move(found), std::move(expected)));
        return stack;
    };
    if (!extends->is_scalar()) return refuse_at("no path", "the path of a file, from this one");
    const auto base_name = name_from(name, extends->text());
    if (!base_name) return refuse_at(quoted(extends->text()), "a relative path within the configuration");
    above.push_back(name);
    if (std::find(above.begin(), above.end(), *base_name) != above.end()) {
        std::string circle;
        for (const auto& step : above) circle += step + " -> ";
        return refuse_at("a circle: " + circle + *base_name, "a base that does not extend this file");
    }
    if (above.size() >= most_layers) return refuse_at("more than 16 layers", "at most 16");

    auto cached = bases_.find(*base_name);
    if (cached == bases_.end()) {
        auto loaded = this->stack(*base_name, extends->origin(), above);
        if (!loaded->root) {  // a broken base is looked at again at each place that extends it
            stack->layers.insert(stack->layers.begin(), loaded->layers.begin(), loaded->layers.end());
            stack->faults.insert(stack->faults.end(), loaded->faults.begin(), loaded->faults.end());
            return stack;
        }
        cached = bases_.emplace(*base_name, std::move(loaded)).first;
    }
    const auto& base = *cached->second;
    stack->layers.insert(stack->layers.begin(), base.layers.begin(), base.layers.end());
    stack->root = merge(base.root, without(file->tree, "extends"), schema_.get());
    return stack;
}

std::vector<std::string> Layers::refresh() {
    auto changed = files_.refresh();
    if (!changed.empty()) bases_.clear();
    return changed;
}

}  // namespace noren::settings
