// Hostile files: each is refused with its place, quickly, and never read as something else.
#include <gtest/gtest.h>

#include "settings/yaml.hpp"

namespace noren::settings {
namespace {

struct Hostile {
    const char* name;
    std::string text;
    const char* refusal;  // how the first line begins
};

std::string times(std::size_t count, std::string_view text) {
    std::string all;
    all.reserve(count * text.size());
    for (std::size_t i = 0; i < count; ++i) all += text;
    return all;
}

std::string bomb() {
    std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 9; ++i) {
        const auto below = "*a" + std::to_string(i - 1);
        text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + times(9, below + ", ") + below + "]\n";
    }
    return text;
}

std::string keys(std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += "k" + std::to_string(i) + ": 1\n";
    return text;
}

using namespace std::string_literals;

class HostileYaml : public testing::TestWithParam<Hostile> {};

TEST_P(HostileYaml, IsRefusedWithItsPlace) {
    const auto& [name, text, refusal] = GetParam();
    const auto tree = parse(text, "f.yaml");
    ASSERT_FALSE(tree) << "read as:\n" << to_yaml(**tree).substr(0, 300);
    ASSERT_FALSE(tree.error().empty());
    EXPECT_EQ(to_string(tree.error().front()).substr(0, std::string_view(refusal).size()), refusal);
    for (const auto& fault : tree.error()) {
        EXPECT_GT(fault.line, 0U) << to_string(fault);
        EXPECT_GT(fault.column, 0U) << to_string(fault);
        EXPECT_LT(to_string(fault).size(), 500U);
    }
}

INSTANTIATE_TEST_SUITE_P(
    All, HostileYaml,
    testing::ValuesIn(std::vector<Hostile>{
        Hostile{"AliasBomb", bomb(), "f.yaml:1:5: an anchor"},
        Hostile{"Cycle", "&x [*x]", "f.yaml:1:1: an anchor"},
        Hostile{"Alias", "a: &b 1\nc: *b\n", "f.yaml:1:4: an anchor"},
        Hostile{"MergeKey", "a: {b: 1}\n<<: {c: 2}\n", "f.yaml:2:1: a merge key"},
        Hostile{"Tag", "a: !!python/object:os.system x\n", "f.yaml:1:4: a tag"},
        Hostile{"LocalTag", "a: ! 'x'\n", "f.yaml:1:4: a tag"},
        Hostile{"TaggedMap", "!!set {a: 1}\n", "f.yaml:1:1: a tag"},
        Hostile{"Directive", "%YAML 1.2\n---\na: 1\n", "f.yaml:1:1: a YAML directive"},
        Hostile{"SecondDocument", "a: 1\n---\na: 2\n", "f.yaml:2:1: a second document"},
        Hostile{"DocumentEnd", "a: 1\n...\nb: 2\n", "f.yaml:2:1: the end of a document"},
        Hostile{"DuplicateKey", "a: 1\nb: 2\na: 3\n",
                "f.yaml:3:1: key `a` is written twice; first at line 1, column 1"},
        Hostile{"DuplicateAmongMany", keys(40) + "k7: 2\n", "f.yaml:41:1: key `k7` is written twice; first at line 8"},
        Hostile{"QuotedDuplicate", "a: 1\n\"a\": 2\n", "f.yaml:2:1: key `a` is written twice"},
        Hostile{"DeepLists", times(100'000, "["), "f.yaml:1:65: lists and maps are nested too deeply"},
        Hostile{"DeepMaps", times(100'000, "{a: "), "f.yaml:1:257: lists and maps are nested too deeply"},
        Hostile{"DeepBlocks", times(30'000, "- "), "f.yaml:1:129: lists and maps are nested too deeply"},
        Hostile{"DeepBehindComments", times(20'000, "[ # ]\n"), "f.yaml:"},
        Hostile{"DeepKeys", times(10'000, "? "), "f.yaml:1:"},
        Hostile{"MegabyteOfBrackets", times(1'000'000, "["), "f.yaml:1:65: lists and maps are nested too deeply"},
        Hostile{"TooLarge", "a: " + std::string(2'000'000, 'x'), "f.yaml:1:1: the file is too large"},
        Hostile{"GiantScalar", "a: " + std::string(1'000'000, 'x'), "f.yaml:1:4095: the line is too long"},
        Hostile{"GiantBlock", "a: |\n" + times(20'000, "  xxxxxxxxxxxxxxxx\n"), "f.yaml:1:4: a text is too long"},
        Hostile{"TooManyValues", "a: [" + times(60'000, "1,") + "]", "f.yaml:1:4095: the line is too long"},
        Hostile{"TooManyKeys", keys(60'000), "f.yaml:50001:1: the file holds too much"},
        Hostile{"TooManyLines", times(200'000, "- 1\n"), "f.yaml:50001:1: the file holds too much"},
        Hostile{"ByteOrderMark",
                "\xEF\xBB\xBF"
                "a: 1\n",
                "f.yaml:1:1: a byte order mark"},
        Hostile{"Utf16",
                "\xFF\xFE"
                "a\0:\0"s,
                "f.yaml:1:1: the file is not UTF-8"},
        Hostile{"BrokenUtf8", "a: caf\xE9\n", "f.yaml:1:7: the file is not UTF-8"},
        Hostile{"OverlongUtf8", "a: \xC0\xAF\n", "f.yaml:1:4: the file is not UTF-8"},
        Hostile{"Surrogate", "a: \xED\xA0\x80\n", "f.yaml:1:4: the file is not UTF-8"},
        Hostile{"Nul", "a: b\0c\n"s, "f.yaml:1:5: a control character"},
        Hostile{"Escape", "a: \x1B[31mred\n", "f.yaml:1:4: a control character"},
        Hostile{"EscapedNul", "a: \"b\\u0000c\"\n", "f.yaml:1:4: an escaped control character"},
        Hostile{"EscapedSurrogate", "a: \"\\ud800\"\n", "f.yaml:1:"},
        Hostile{"EscapedBidi", "a: \"\\u202ex\"\n", "f.yaml:1:4: an escaped invisible character"},
        Hostile{"Bidi", "a: \u202Elanigiro\n", "f.yaml:1:4: a invisible character"},
        Hostile{"LineSeparator", "a: x\u2028b: y\n", "f.yaml:1:5: a line separator"},
        Hostile{"BareCarriageReturn", "a: 1\rb: 2\n", "f.yaml:1:5: a carriage return"},
        Hostile{"Tab", "a:\n\tb: 1\n", "f.yaml:2:1: a tab as indentation"},
        Hostile{"OpenQuote", "a: \"x\nb: y\n", "f.yaml:1:"},
        Hostile{"OpenSingleQuote", "a: 'x\nb: y\n", "f.yaml:1:"},
        Hostile{"QuoteOverLines", "a: \"x\n  y\"\n", "f.yaml:1:4: a quote is not closed on its line"},
        Hostile{"FoldedPlain", "a: x\n  y\n", "f.yaml:1:4: a text goes on over several lines"},
        Hostile{"OpenBracket", "a: [1, 2\nb: 3\n", "f.yaml:"},
        Hostile{"ListAsKey", "? [a, b]\n: 1\n", "f.yaml:1:3: a key that is a list or map"},
        Hostile{"EmptyKey", ": 1\n", "f.yaml:1:1: a key is missing"},
        Hostile{"LongKey", std::string(300, 'k') + ": 1\n", "f.yaml:1:1: a key is too long"},
        Hostile{"Empty", "", "f.yaml:1:1: the file is empty"},
        Hostile{"OnlyComments", "# nothing\n\n", "f.yaml:1:1: the file is empty"},
        Hostile{"Nonsense", "a: b: c: d\n", "f.yaml:1:"},
        Hostile{"Unbalanced", "a: ]\n", "f.yaml:1:"},
        Hostile{"Reserved", "a: @x\nb: `y\n", "f.yaml:1:4:"}}),
    [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace noren::settings
