#include "settings/layers.hpp"

#include <gtest/gtest.h>

#include <random>

#include "settings/yaml.hpp"

namespace noren::settings {
namespace {

NodePtr tree(std::string_view text) {
    return parse(text, "f.yaml").value();
}

std::string merged(std::string_view base, std::string_view over, const Schema* schema = nullptr) {
    return to_yaml(*merge(tree(base), tree(over), schema));
}

TEST(Merge, JoinsMapsAndReplacesTheRest) {
    EXPECT_EQ(merged("{a: 1, b: {c: 2, d: [1, 2]}}", "{b: {d: [3], e: 4}, f: 5}"),
              to_yaml(*tree("{a: 1, b: {c: 2, d: [3], e: 4}, f: 5}")));
    EXPECT_EQ(merged("{a: {b: 1}}", "{a: x}"), to_yaml(*tree("{a: x}")));
}

TEST(Merge, RemovesByNullAndKeepsANullThatRemovesNothing) {
    EXPECT_EQ(merged("{a: 1, b: {c: 2, d: 3}}", "{b: {c: null}}"), to_yaml(*tree("{a: 1, b: {d: 3}}")));
    EXPECT_EQ(merged("{a: 1}", "{b: }"), to_yaml(*tree("{a: 1, b: }")));
}

TEST(Merge, ReplacesReferencesToSecretsWhole) {
    EXPECT_EQ(merged("{key: {file: /a}}", "{key: {env: B}}"), to_yaml(*tree("{key: {env: B}}")));
}

TEST(Merge, ReplacesWhatIsOneOfSeveralWhole) {
    const auto schema = parse_schema(
                            "{type: map, description: d, properties: {mail: {type: one_of, description: d, properties: "
                            "{maildir: {type: text, description: d}, smtp: {type: text, description: d}}}}}",
                            "s.yaml")
                            .value();
    EXPECT_EQ(merged("{mail: {maildir: x}}", "{mail: {smtp: y}}", schema.get()), to_yaml(*tree("{mail: {smtp: y}}")));
}

/// Trees of a few keys, so that they meet often: `a` and `b` hold no maps, `c` and `d` nothing else. Without nulls.
NodePtr any_tree(std::mt19937& random, int depth) {
    std::vector<NodePtr> entries;
    const auto digit = [&random] { return std::to_string(random() % 10); };
    for (const auto* key : {"a", "b", "c", "d"}) {
        const Node::Place place{key, {}, {}};
        if (random() % 3 == 0) continue;
        if (key[0] < 'c') {
            entries.push_back(random() % 2 == 0 ? Node::plain(place, digit())
                                                : Node::list(place, {Node::plain({}, digit())}));
        } else if (depth > 0) {
            const auto inner = any_tree(random, depth - 1);
            entries.push_back(Node::map(place, {inner->children().begin(), inner->children().end()}));
        }
    }
    return Node::map({}, std::move(entries));
}

/// The same in the order of keys: merging keeps the order of whoever wrote a key first.
std::string sorted(const Node& node) {
    if (!node.is_map()) return to_yaml(node);
    std::map<std::string, std::string> entries;
    for (const auto& entry : node.children()) entries[entry->key()] = sorted(*entry);
    std::string text = "{";
    for (const auto& [key, value] : entries) text += key + ": " + value + ", ";
    return text + "}";
}

TEST(Merge, KeepsItsLawsForAnyTrees) {
    std::mt19937 random(20170703);
    const auto nothing = Node::map({}, {});
    for (int i = 0; i < 2000; ++i) {
        const auto a = any_tree(random, 3);
        const auto b = any_tree(random, 3);
        const auto c = any_tree(random, 3);
        ASSERT_EQ(sorted(*merge(merge(a, b), c)), sorted(*merge(a, merge(b, c))));
        EXPECT_EQ(sorted(*merge(a, a)), sorted(*a));
        EXPECT_EQ(sorted(*merge(a, nothing)), sorted(*a));
        EXPECT_EQ(sorted(*merge(nothing, a)), sorted(*a));
        for (const auto& entry : b->children()) {
            if (entry->is_map()) continue;
            EXPECT_EQ(to_yaml(*merge(a, b)->child(entry->key())), to_yaml(*entry));
        }
    }
}

TEST(Layers, SeeAChangedBaseOnlyAfterRefresh) {
    class Changing final : public Source {
    public:
        Result<std::string, std::string> read(const std::string& name) const override {
            if (name == "shop.yaml") return std::string("extends: base.yaml\n");
            return base;
        }
        std::string base = "a: 1\n";
    };
    Changing source;
    Layers layers(source, nullptr);
    const auto before = layers.load("shop.yaml");
    source.base = "a: 2\n";
    EXPECT_EQ(layers.load("shop.yaml")->root->find("a")->text(), "1");
    EXPECT_EQ(layers.refresh(), (std::vector<std::string>{"base.yaml"}));
    EXPECT_EQ(layers.load("shop.yaml")->root->find("a")->text(), "2");
    EXPECT_EQ(before->root->find("a")->text(), "1");
    EXPECT_TRUE(layers.refresh().empty());
}

TEST(Files, AreNamedFromTheFileThatNamesThemAndNeverLeaveTheRoot) {
    EXPECT_EQ(name_from("storefronts/a.yaml", "../base/x.yaml"), "base/x.yaml");
    EXPECT_EQ(name_from("a.yaml", "./b//c.yaml"), "b/c.yaml");
    for (const auto* path : {"/etc/passwd", "../../x", "..", "", "a\\b"})
        EXPECT_FALSE(name_from("storefronts/a.yaml", path)) << path;
}

}  // namespace
}  // namespace noren::settings
