#include "pages/messages.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace noren::pages {
namespace {

using ::testing::HasSubstr;

std::string format(std::string_view pattern, const std::vector<Argument>& arguments,
                   const std::string& language = "en") {
    const auto parsed = Pattern::parse(pattern, language);
    return parsed ? parsed->format(arguments) : "refused: " + parsed.error();
}

TEST(Pattern, PutsParametersIntoText) {
    EXPECT_EQ(format("Quantity of {name}", {{"name", "Rin"}}), "Quantity of Rin");
    EXPECT_EQ(format("{a}{b} {a}", {{"a", "x"}, {"b", std::int64_t{2}}}), "x2 x");
    EXPECT_EQ(format("it's '{not a name}' 10 o''clock", {}), "it's {not a name} 10 o'clock");
    EXPECT_EQ(format("{name}", {{"name", "{other} '{'"}}), "{other} '{'");
    EXPECT_EQ(format("", {}), "");
}

TEST(Pattern, CountsByTheRulesOfItsLanguage) {
    const auto* russian = "{n, plural, one {# день} few {# дня} many {# дней} other {# дня}}";
    EXPECT_EQ(format(russian, {{"n", std::int64_t{1}}}, "ru"), "1 день");
    EXPECT_EQ(format(russian, {{"n", std::int64_t{3}}}, "ru"), "3 дня");
    EXPECT_EQ(format(russian, {{"n", std::string_view("5")}}, "ru"), "5 дней");
    EXPECT_EQ(format("{who, select, staff {we} other {you {name}}}", {{"who", "customer"}, {"name", "Ann"}}),
              "you Ann");
}

TEST(Pattern, ThrowsRatherThanShowAHole) {
    const auto parsed = Pattern::parse("{name}", "en");
    ASSERT_TRUE(parsed);
    EXPECT_THROW(parsed->format({}), std::logic_error);
    const auto plural = Pattern::parse("{n, plural, other {#}}", "en");
    ASSERT_TRUE(plural);
    const std::vector<Argument> text{{"n", "many"}};
    EXPECT_THROW(plural->format(text), std::logic_error);
}

TEST(Pattern, RefusesWhatItDoesNotTake) {
    for (const auto* bad : {"{", "{n, plural, one {x}}", "{0}", "{d, date}", "{n, number, currency}", "{n, plural}"}) {
        EXPECT_FALSE(Pattern::parse(bad, "en")) << bad;
    }
}

std::string faults_of(std::string_view po) {
    Catalogue catalogue;
    std::vector<Fault> faults;
    catalogue.add(po, "en.po", "en", faults);
    std::string all;
    for (const auto& fault : faults) all += to_string(fault) + "\n";
    return all;
}

TEST(Catalogue, ReadsPoFiles) {
    Catalogue catalogue;
    std::vector<Fault> faults;
    catalogue.add(
        "# words\nmsgid \"\"\nmsgstr \"Language: en\\n\"\n\n#: cart.tpl:3\nmsgctxt \"cart.say\"\nmsgid \"\"\n\"one "
        "\\\"two\\\"\\n\"\n"
        "\"three\"\nmsgstr \"\"\n\nmsgctxt \"other\"\nmsgid \"Other\"\nmsgstr \"Another\"\r\n",
        "en.po", "en", faults);
    ASSERT_TRUE(faults.empty()) << to_string(faults[0]);
    ASSERT_NE(catalogue.find("cart.say"), nullptr);
    EXPECT_EQ(catalogue.find("cart.say")->pattern.format({}), "one \"two\"\nthree");
    EXPECT_EQ(catalogue.find("cart.say")->line, 6);
    EXPECT_EQ(catalogue.find("other")->pattern.format({}), "Another");
    EXPECT_EQ(catalogue.find("nobody"), nullptr);
}

TEST(Catalogue, NamesTheLineOfEveryFault) {
    EXPECT_THAT(faults_of("msgid \"x\"\nmsgstr \"\"\n"), HasSubstr("en.po:1: an entry needs msgctxt"));
    EXPECT_THAT(faults_of("\nmsgctxt \"a\"\nmsgid \"{\"\nmsgstr \"\"\n"), HasSubstr("en.po:2: a: no ICU message"));
    EXPECT_THAT(faults_of("msgctxt \"a\"\nmsgid \"x\"\nmsgstr \"\"\n\nmsgctxt \"a\"\nmsgid \"y\"\nmsgstr \"\"\n"),
                HasSubstr("en.po:5: the key a is in line 1 already"));
    EXPECT_THAT(faults_of("msgctxt a\nmsgid \"x\"\nmsgstr \"\"\n"), HasSubstr("en.po:1: not a line of a PO file"));
    EXPECT_THAT(faults_of("msgctxt \"a\"\nmsgid \"x\"\nmsgid_plural \"xs\"\nmsgstr[0] \"\"\n"),
                HasSubstr("en.po:3: not a line of a PO file"));
    EXPECT_THAT(faults_of("hello\n"), HasSubstr("en.po:1: not a line"));
    EXPECT_THAT(faults_of("msgctxt \"a\\q\"\n"), HasSubstr("en.po:1: not a line"));
}

}  // namespace
}  // namespace noren::pages
