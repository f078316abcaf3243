#include "pages/theme.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <thread>

namespace noren::pages {
namespace {

using ::testing::HasSubstr;

struct Entry {
    std::string name;
    Url link;
    static const Shape& shape() {
        static const Shape shape{"entry", {may<&Entry::name>("name"), may<&Entry::link>("link")}};
        return shape;
    }
};

struct TestPage {
    std::string title;
    std::string note;
    Url link;
    std::int64_t count = 0;
    bool is_new = false;
    Money price{1500, JPY};
    std::optional<Date> day;
    std::optional<Instant> at;
    Message reason;
    std::vector<Entry> entries;
    std::optional<Entry> best;
    static const Shape& shape() {
        static const Shape shape{
            "page",
            {may<&TestPage::title>("title"), may<&TestPage::note>("note"), may<&TestPage::link>("link"),
             may<&TestPage::count>("count"), may<&TestPage::is_new>("is_new"), may<&TestPage::price>("price"),
             may<&TestPage::day>("day"), may<&TestPage::at>("at"), may<&TestPage::reason>("reason"),
             may<&TestPage::entries>("entries"), may<&TestPage::best>("best")}};
        return shape;
    }
};

struct TestFrame {
    std::string csrf = "token-of-the-session";
    static const Shape& shape() {
        static const Shape shape{"frame", {may<&TestFrame::csrf>("csrf")}};
        return shape;
    }
};

struct StrictPage {
    std::string total;
    static const Shape& shape() {
        static const Shape shape{"page", {must<&StrictPage::total>("total")}};
        return shape;
    }
};

/// A theme in a temporary folder.
class ThemeFolder {
public:
    ThemeFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "noren-theme-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
        put("locale/en.po", "");
    }
    ~ThemeFolder() { std::filesystem::remove_all(path_); }
    ThemeFolder(const ThemeFolder&) = delete;
    ThemeFolder& operator=(const ThemeFolder&) = delete;

    ThemeFolder& put(const std::string& name, const std::string& content) {
        std::filesystem::create_directories((path_ / name).parent_path());
        std::ofstream(path_ / name, std::ios::binary) << content;
        return *this;
    }
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

const Face test_face{&TestFrame::shape(), {&TestPage::shape()}};

std::string render(const std::string& body, const TestPage& page, const Reading& reading = {},
                   const std::string& words = "") {
    ThemeFolder folder;
    folder.put("page.tpl", body).put("locale/en.po", words);
    return Theme({folder.path()}, {"en"}, test_face).render(TestFrame{}, page, reading);
}

std::string faults_of(const std::string& body) {
    ThemeFolder folder;
    folder.put("page.tpl", body);
    std::string all;
    for (const auto& fault : check({folder.path()}, {"en"}, test_face)) {
        all += std::filesystem::path(fault.file).filename().string() + ":" + std::to_string(fault.line) + ": " +
               fault.what + "\n";
    }
    return all;
}

// ---------------------------------------------------------------- what a template shows

TEST(Theme, ShowsValuesSectionsAndTheirAbsence) {
    TestPage page;
    page.title = "暖簾";
    page.entries = {{"one", Url::path({"a b"})}, {"two", Url()}};
    EXPECT_EQ(render("<h1>{{title}}</h1>{{?entries}}<ul>{{#entries}}<li><a href=\"{{link}}\">{{name}}</a></li>"
                     "{{/entries}}</ul>{{/entries}}{{^best}}<p>none</p>{{/best}}{{#best}}<b>{{name}}</b>{{/best}}",
                     page),
              "<h1>暖簾</h1><ul><li><a href=\"/a%20b\">one</a></li><li><a href=\"/\">two</a></li></ul><p>none</p>");
    page.entries.clear();
    page.best = Entry{"best", {}};
    EXPECT_EQ(
        render("{{?entries}}<ul></ul>{{/entries}}{{^entries}}<p>-</p>{{/entries}}{{#best}}<b>{{name}} of {{title}}"
               "</b>{{/best}}",
               page),
        "<p>-</p><b>best of 暖簾</b>");
}

TEST(Theme, TakesWholeLinesOfSectionMarksAway) {
    TestPage page;
    page.entries = {{"one", {}}, {"two", {}}};
    EXPECT_EQ(render("<ul>\n  {{#entries}}\n  <li>{{name}}</li>\n  {{/entries}}\n</ul>\n{{! a remark }}\n", page),
              "<ul>\n  <li>one</li>\n  <li>two</li>\n</ul>\n");
}

TEST(Theme, WritesMoneyDatesAndNumbersForTheReader) {
    TestPage page;
    page.price = Money{12800, JPY};
    page.count = 12345;
    page.day = Date{17350};
    page.at = instant_from_us(1'499'043'600'000'000);
    EXPECT_EQ(render("{{price}} {{count}} {{day}}", page), "¥12,800 12,345 Mon, Jul 3, 2017");
    EXPECT_THAT(render("{{at}}", page, {"en", "Asia/Tokyo"}), HasSubstr("10:00"));
    EXPECT_THAT(render("{{at}}", page, {"en", "UTC"}), HasSubstr("1:00"));
    EXPECT_EQ(render("<time datetime=\"{{at}}\">x</time><time datetime=\"{{day}}\">x</time>"
                     "<input value=\"{{price}}\" max=\"{{count}}\">",
                     page),
              "<time datetime=\"2017-07-03T01:00:00Z\">x</time><time datetime=\"2017-07-03\">x</time>"
              "<input value=\"12800\" max=\"12345\">");
    page.price = Money{12999, USD};
    EXPECT_EQ(render("{{price}}", page), "$129.99");
}

TEST(Theme, PutsValuesIntoWords) {
    const std::string words =
        "msgctxt \"left\"\nmsgid \"{count, plural, one {# piece} other {# pieces}} of {title}\"\nmsgstr \"\"\n\n"
        "msgctxt \"reason.too_many\"\nmsgid \"At most {at_most}, please; it's fair\"\nmsgstr \"\"\n";
    TestPage page;
    page.title = "<Rin>";
    page.count = 1;
    page.reason = {"reason.too_many", {{"at_most", "3"}}};
    EXPECT_EQ(render("<p>{{text left}}</p><p>{{reason}}</p>", page, {}, words),
              "<p>1 piece of &lt;Rin&gt;</p><p>At most 3, please; it&#39;s fair</p>");
    page.count = 4000;
    page.reason = {"reason.no_such_words", {}};
    EXPECT_EQ(render("<p>{{text left}}</p><p>{{reason}}</p>", page, {}, words),
              "<p>4,000 pieces of &lt;Rin&gt;</p><p>No such words</p>");
    page.reason = {"reason.too_many", {}};
    EXPECT_EQ(render("{{reason}}{{! too few parameters }}", page, {}, words), "Too many");
}

TEST(Theme, ReadsInTheReadersLanguage) {
    ThemeFolder folder;
    folder.put("page.tpl", "{{text hello}} {{price}}")
        .put("locale/en.po", "msgctxt \"hello\"\nmsgid \"Hello\"\nmsgstr \"\"\n")
        .put("locale/ja.po", "msgctxt \"hello\"\nmsgid \"Hello\"\nmsgstr \"こんにちは\"\n");
    const Theme theme({folder.path()}, {"en", "ja"}, test_face);
    EXPECT_EQ(theme.render(TestFrame{}, TestPage{}, {"ja", "UTC"}), "こんにちは ￥1,500");
    EXPECT_EQ(theme.render(TestFrame{}, TestPage{}, {"fr", "UTC"}), "Hello ¥1,500");
    EXPECT_EQ(theme.words({"hello", {}}, {"ja", "UTC"}), "こんにちは");
}

TEST(Theme, TakesWhatItLacksFromItsBase) {
    ThemeFolder base;
    base.put("page.tpl", "{{> top}}base")
        .put("top.tpl", "<link rel=\"stylesheet\" href=\"{{asset styles.css}}\">{{text hello}} ")
        .put("static/styles.css", "body {}")
        .put("locale/en.po", "msgctxt \"hello\"\nmsgid \"Hello\"\nmsgstr \"\"\n");
    ThemeFolder own;
    own.put("page.tpl", "{{> top}}own").put("locale/en.po", "msgctxt \"hello\"\nmsgid \"Welcome\"\nmsgstr \"\"\n");
    const Theme theme({own.path(), base.path()}, {"en"}, test_face);
    ASSERT_EQ(theme.assets().size(), 1u);
    const auto& asset = theme.assets().begin()->second;
    EXPECT_EQ(asset.content_type, "text/css; charset=utf-8");
    EXPECT_EQ(asset.bytes, "body {}");
    EXPECT_EQ(theme.render(TestFrame{}, TestPage{}, {}),
              "<link rel=\"stylesheet\" href=\"" + asset.path + "\">Welcome own");
    EXPECT_THAT(asset.path, ::testing::MatchesRegex("/static/styles\\.[0-9a-f]+\\.css"));
}

// ---------------------------------------------------------------- hostile values

TEST(Theme, LeavesHostileTextInertInEveryPlaceThatTakesText) {
    const std::vector<std::string> hostile{"<script>alert(1)</script>",
                                           "\"><img src=x onerror=alert(1)>",
                                           "'><svg onload=alert(1)>",
                                           "</title><script>",
                                           "</textarea><script>alert(1)</script>",
                                           "\" autofocus onfocus=\"alert(1)",
                                           "' onmouseover='alert(1)",
                                           "javascript:alert(1)",
                                           "&lt;script&gt;",
                                           "{{title}}",
                                           "{{> page}}",
                                           "-->",
                                           "]]>",
                                           ("\xe2\x80\xae"
                                            "evil"),
                                           "<!--",
                                           "`${alert(1)}`",
                                           "\n\"x\"\n"};
    const std::vector<std::pair<std::string, std::string>> places{
        {"<p>", "</p>"},
        {"<title>", "</title>"},
        {"<textarea>", "</textarea>"},
        {"<b title=\"", "\">x</b>"},
        {"<b title='", "'>x</b>"},
        {"<input value=\"", "\">"},
        {"<i data-x=\"", "\">x</i>"},
        {"<i aria-label=\"", "\">x</i>"},
        {"<i class=\"", "\">x</i>"},
        {"<meta name=\"description\" content=\"", "\">"},
        {"<img src=\"/x.svg\" alt=\"", "\">"},
        {"<option value='", "'>x</option>"},
    };
    for (const auto& [before, after] : places) {
        for (const auto& text : hostile) {
            TestPage page;
            page.title = text;
            page.best = Entry{text, {}};
            const auto html = render(before + "{{title}}{{#best}}{{name}}{{/best}}" + after, page);
            ASSERT_GE(html.size(), before.size() + after.size());
            EXPECT_EQ(html.substr(0, before.size()), before);
            EXPECT_EQ(html.substr(html.size() - after.size()), after);
            const auto inner = html.substr(before.size(), html.size() - before.size() - after.size());
            EXPECT_EQ(inner.find_first_of("<>\"'"), std::string::npos) << html;
        }
    }
}

TEST(Theme, WritesWordsWithHostileParametersInertly) {
    const std::string words = "msgctxt \"hello\"\nmsgid \"Hello {title} <b>\"\nmsgstr \"\"\n";
    TestPage page;
    page.title = "\"'><script>{count}";
    EXPECT_EQ(render("<p title=\"{{text hello}}\">{{text hello}}</p>", page, {}, words),
              "<p title=\"Hello &quot;&#39;&gt;&lt;script&gt;{count} &lt;b&gt;\">"
              "Hello &quot;&#39;&gt;&lt;script&gt;{count} &lt;b&gt;</p>");
}

TEST(Url, IsAlwaysSafeToFollow) {
    EXPECT_EQ(Url::path({"orders", "a/../b?c#d\"><script>"}).text(), "/orders/a%2F..%2Fb%3Fc%23d%22%3E%3Cscript%3E");
    EXPECT_EQ(Url::path({"..", ".", "x"}).text(), "///x");
    EXPECT_EQ(Url::path({"search"}).with("q", "初 &=").with("after", "1").text(),
              "/search?q=%E5%88%9D%20%26%3D&after=1");
    EXPECT_EQ(Url::path({}).text(), "/");
    EXPECT_TRUE(Url::elsewhere("https://pay.example/approve?token=1"));
    for (const auto* bad : {"javascript:alert(1)", "data:text/html,x", "//evil.example", "/local", "https://",
                            "ftp://x", "HTTPS://x\"y", "https://a b", "https:///x", "https://x\nSet-Cookie: a", ""}) {
        EXPECT_FALSE(Url::elsewhere(bad)) << bad;
    }
}

// ---------------------------------------------------------------- what the check refuses

struct Forbidden {
    const char* name;
    const char* body;
    const char* fault;
};

class ThemeCheck : public ::testing::TestWithParam<Forbidden> {};

TEST_P(ThemeCheck, Refuses) {
    EXPECT_THAT(faults_of(GetParam().body), HasSubstr(GetParam().fault)) << GetParam().body;
}

INSTANTIATE_TEST_SUITE_P(
    On, ThemeCheck,
    ::testing::Values(
        Forbidden{"AValueInAScript", "<script>{{title}}</script>", "page.tpl:1: a value in a script"},
        Forbidden{"AnInlineScript", "<script>go()</script>", "page.tpl:1: a script written into the page"},
        Forbidden{"AScriptFromElsewhere", "<script src=\"https://x.example/a.js\"></script>",
                  "a script comes from the theme"},
        Forbidden{"AScriptFromAValue", "<script src=\"{{link}}\"></script>", "a value as what script loads"},
        Forbidden{"AStyleElement", "<style>p{}</style>", "the element style is not for templates"},
        Forbidden{"AStyleAttribute", "<p style=\"color:{{title}}\">x</p>", "a value in the attribute style"},
        Forbidden{"ALiteralStyleAttribute", "<p style=\"color:red\">x</p>", "the attribute style is not"},
        Forbidden{"AnEventHandler", "<b onclick=\"f('{{title}}')\">x</b>", "onclick is a script in an attribute"},
        Forbidden{"AnUpperCaseHandler", "<b ONCLICK='x'>x</b>", "onclick is a script"},
        Forbidden{"Srcdoc", "<iframe srcdoc=\"{{title}}\"></iframe>", "the element iframe is not"},
        Forbidden{"Formaction", "<button formaction=\"{{link}}\">x</button>", "the attribute formaction is not"},
        Forbidden{"Poster", "<video poster=\"{{link}}\"></video>", "a value in the attribute poster"},
        Forbidden{"XlinkHref", "<svg><use xlink:href=\"{{link}}\"/></svg>", "the attribute xlink:href is not"},
        Forbidden{"AValueAsAttributeName", "<b {{title}}>x</b>", "a value as part of a tag"},
        Forbidden{"AValueAsTagName", "<{{title}}>x", "a value as part of a tag"},
        Forbidden{"AValueInAComment", "<!-- {{title}} -->", "a value in a comment"},
        Forbidden{"AnUnquotedValue", "<b title={{title}}>x</b>", "a value in title without quotes"},
        Forbidden{"AnUnquotedLiteral", "<b title=x>x</b>", "the value of title is not quoted"},
        Forbidden{"ATextAsAnAddress", "<a href=\"{{title}}\">x</a>", "a value in href that is no address"},
        Forbidden{"AnAddressWithinAnother", "<a href=\"/x?y={{link}}\">x</a>", "an address must be the whole value"},
        Forbidden{"AnAddressWithATail", "<a href=\"{{link}}#x\">x</a>", "an address must be the whole value"},
        Forbidden{"TwoAddresses", "<a href=\"{{link}}{{link}}\">x</a>", "an address must be the whole value"},
        Forbidden{"AConditionalAddress", "<a href=\"{{#is_new}}{{link}}{{/is_new}}\">x</a>",
                  "a section within an address"},
        Forbidden{"AJavascriptAddress", "<a href=\" JavaScript:x\">x</a>", "an address that runs or carries code"},
        Forbidden{"ADataAddress", "<img alt=\"\" src=\"data:image/svg+xml,x\">",
                  "an address that runs or carries code"},
        Forbidden{"AFrameFromAValue", "<iframe src=\"{{link}}\"></iframe>", "a value as what iframe loads"},
        Forbidden{"AnObject", "<object data=\"{{link}}\"></object>", "a value in the attribute data"},
        Forbidden{"ABase", "<base href=\"{{link}}\">", "the element base is not"},
        Forbidden{"ARefresh", "<meta http-equiv=\"refresh\" content=\"0;url={{title}}\">",
                  "the attribute http-equiv is not"},
        Forbidden{"AnAnimation", "<svg><animate attributeName=\"href\" values=\"x\"/></svg>",
                  "the element animate is not"},
        Forbidden{"Srcset", "<img alt=\"\" srcset=\"{{title}} 2x\">", "a value in the attribute srcset"},
        Forbidden{"AType", "<input type=\"{{title}}\">", "a value in the attribute type"},
        Forbidden{"AMethod", "<form method=\"{{title}}\"></form>", "a value in the attribute method"},
        Forbidden{"AnUnknownName", "<p>\n{{titel}}</p>",
                  "page.tpl:2: the page has no titel here (did you mean title?)"},
        Forbidden{"AnUnknownSection", "{{#missing}}x{{/missing}}", "the page has no missing here"},
        Forbidden{"AListAsAValue", "{{entries}}", "entries is no value: open it as a section"},
        Forbidden{"AFlagAsAValue", "{{is_new}}", "is_new is no value"},
        Forbidden{"AMissingPart", "{{> nowhere}}", "the theme has no nowhere.tpl"},
        Forbidden{"APartOfItself", "{{> page}}", "parts include each other without end"},
        Forbidden{"AMissingFile", "<link rel=\"stylesheet\" href=\"{{asset no.css}}\">",
                  "the theme has no static/no.css"},
        Forbidden{"AFileInText", "<p>{{asset no.css}}</p>", "is named in src or href alone"},
        Forbidden{"MissingWords", "{{text nobody.said}}", "the catalogue has no words for nobody.said"},
        Forbidden{"AnUnclosedSection", "<p>\n{{#is_new}}x</p>", "the section is_new is never closed"},
        Forbidden{"CrossedSections", "{{#is_new}}{{#title}}{{/is_new}}{{/title}}",
                  "{{/is_new}} closes the section title"},
        Forbidden{"ASectionThatOpensAnElement", "{{#is_new}}<p>{{/is_new}}</p>", "leaves something open"},
        Forbidden{"ASectionThatReopensAnElement", "<p>{{#is_new}}</p><p>{{/is_new}}</p>", "leaves something open"},
        Forbidden{"ASectionAcrossAQuote", "<b title=\"{{#is_new}}\" id=\"{{/is_new}}\">x</b>", "leaves something open"},
        Forbidden{"ASectionGluedToAnAttribute", "<input checked{{#is_new}}x{{/is_new}}>", "stands between blanks"},
        Forbidden{"AnUnclosedElement", "<div>\n<p>x</div>", "page.tpl:2: </div> while p of line 2 is open"},
        Forbidden{"AnElementNeverClosed", "<div>", "div of line 1 is never closed"},
        Forbidden{"AClosingTagTooMany", "</div>", "</div> closes nothing"},
        Forbidden{"ALoneBracket", "<p>1 < 2</p>", "a lone '<'"},
        Forbidden{"AnUnfinishedTag", "<p", "ends within a tag"},
        Forbidden{"AnUnfinishedMarker", "<p>{{title</p>", "{{ without }}"},
        Forbidden{"ATripleBrace", "{{{title}}}", "no marker that a template knows"},
        Forbidden{"AnAmpersandMarker", "{{&title}}", "no marker that a template knows"},
        Forbidden{"ATwiceGivenAttribute", "<b id=\"a\" id=\"b\">x</b>", "id stands twice"},
        Forbidden{"APostWithoutCsrf", "<form method=\"post\" action=\"/x\"></form>", "a form that posts needs"},
        Forbidden{"APostWithAMadeUpCsrf",
                  "<form method=\"post\"><input type=\"hidden\" name=\"csrf\" value=\"{{title}}\"></form>",
                  "a form that posts needs"},
        Forbidden{"AFormWithinAForm", "<form><form></form></form>", "a form within a form"},
        Forbidden{"AnImageWithoutAlt", "<img src=\"/x.png\">", "img without alt"},
        Forbidden{"HtmlWithoutLang", "<html></html>", "html without lang"}),
    [](const auto& one) { return std::string(one.param.name); });

TEST(Theme, LetsAPostWithTheCsrfTokenPass) {
    EXPECT_EQ(
        faults_of("<form method=\"post\" action=\"{{link}}\"><input type=\"hidden\" name=\"csrf\" value=\"{{csrf}}\">"
                  "<input type=\"checkbox\" {{#is_new}}checked {{/is_new}}></form>"),
        "");
}

TEST(Theme, MustShowWhatItsPageDemands) {
    ThemeFolder folder;
    folder.put("page.tpl", "<p>nothing</p>");
    const auto faults = check({folder.path()}, {"en"}, {&TestFrame::shape(), {&StrictPage::shape()}});
    ASSERT_EQ(faults.size(), 1u);
    EXPECT_EQ(faults[0].what, "the template never shows total of page");
}

TEST(Theme, TellsOfMissingAndStrayFiles) {
    ThemeFolder folder;
    folder.put("stray.tpl", "x").put("static/evil.php", "x");
    std::string all;
    for (const auto& fault : check({folder.path(), folder.path() / "nowhere"}, {"en", "ja"}, test_face)) {
        all += to_string(fault) + "\n";
    }
    EXPECT_THAT(all, HasSubstr("page.tpl:1: the theme lacks this template"));
    EXPECT_THAT(all, HasSubstr("stray.tpl:1: no page shows this template"));
    EXPECT_THAT(all, HasSubstr("evil.php:1: a kind of file that is not served"));
    EXPECT_THAT(all, HasSubstr("nowhere:1: no such theme folder"));
    EXPECT_THAT(all, HasSubstr("ja.po:1: the theme has no words in this language"));
    EXPECT_THROW(Theme({folder.path()}, {"en"}, test_face), ThemeBroken);
}

TEST(Theme, IsRenderedByManyThreadsAtOnce) {
    ThemeFolder folder;
    folder.put("page.tpl", "{{price}} {{at}} {{text left}}")
        .put("locale/en.po", "msgctxt \"left\"\nmsgid \"{count, plural, one {#} other {#s}}\"\nmsgstr \"\"\n");
    const Theme theme({folder.path()}, {"en"}, test_face);
    TestPage page;
    page.at = instant_from_us(1'499'043'600'000'000);
    page.count = 2;
    const auto expected = theme.render(TestFrame{}, page, {});
    std::vector<std::thread> threads;
    std::atomic<int> wrong = 0;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int n = 0; n < 500; ++n) wrong += theme.render(TestFrame{}, page, {}) == expected ? 0 : 1;
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace noren::pages
