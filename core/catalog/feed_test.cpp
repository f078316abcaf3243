#include "catalog/feed.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "settings/literals.hpp"
#include "store/testing.hpp"

namespace noren::catalog {
namespace {

using store::Transaction;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string header = "id\ttitle\tprice\tsale_state\n";

struct Read {
    std::vector<FeedRow> rows;
    std::vector<std::string> faults;
};

Read read(const std::string& feed, FeedRules rules = {JPY}) {
    std::istringstream stream(feed);
    Read read;
    auto reader = FeedReader::open(stream, std::move(rules));
    const auto complain = [&](const std::vector<FeedFault>& faults) {
        for (const auto& fault : faults) read.faults.push_back(to_string(fault));
    };
    if (!reader) return complain(reader.error()), read;
    while (auto row = reader->next()) {
        if (*row) {
            read.rows.push_back(**row);
        } else {
            complain(row->error());
        }
    }
    return read;
}

TEST(Feed, IsReadColumnByColumn) {
    const auto found = read(
        "id\ttitle\tdescription\tlink\timage_link\tavailability\tavailability_date\tprice\tcondition\tshipping_weight\t"
        "shipping_length\tshipping_width\tshipping_height\tbrand\tgtin\tproduct_type\tsale_state\trelease_month\t"
        "stock_on_hand\tstock_incoming\trestrictions\tcustom_label_0\n"
        "A-1\tKnight\t\"He said \"\"hi\"\"\"\thttps://maker.example/a\t/media/a.jpg\tpreorder\t2017-10-25T13:00-0800\t"
        "1500 JPY\tused\t1.2 kg\t30 cm\t205 mm\t10 cm\tBrand\t4006381333931\tFigures > "
        "Scale\tprovisional_pre_order\t\t3\t"
        "40\tlithium, fragile\tx\r\n");
    ASSERT_THAT(found.faults, IsEmpty());
    ASSERT_EQ(found.rows.size(), 1u);
    Item item;
    item.sku = "A-1";
    item.title = "Knight";
    item.description = "He said \"hi\"";
    item.price = {1500, JPY};
    item.sale_state = "provisional_pre_order";
    item.release_date = settings::date_from("2017-10-25");
    item.weight = Grams{1200};
    item.length = Millimetres{300};
    item.width = Millimetres{205};
    item.height = Millimetres{100};
    item.restrictions = {"lithium", "fragile"};
    item.condition = "used";
    item.category = "Figures > Scale";
    item.brand = "Brand";
    item.gtin = "4006381333931";
    item.link = "https://maker.example/a";
    item.image_link = "/media/a.jpg";
    EXPECT_EQ(found.rows[0].item, item);
    EXPECT_EQ(found.rows[0].line, 2u);
    EXPECT_EQ(found.rows[0].on_hand, 3);
    EXPECT_EQ(found.rows[0].incoming, 40);
}

TEST(Feed, TakesGooglesAvailabilityWhereThereIsNoSaleState) {
    const auto found = read(
        "id\ttitle\tprice\tavailability\nA\tA\t1 JPY\tin_stock\nB\tB\t1 JPY\tpreorder\nC\tC\t1 JPY\tbackorder\n"
        "D\tD\t1 JPY\tout of stock\n");
    std::vector<std::string> states;
    for (const auto& row : found.rows) states.push_back(row.item.sale_state);
    EXPECT_THAT(states, ElementsAre("in_stock", "pre_order", "back_order", "unavailable"));
    EXPECT_FALSE(found.rows[0].on_hand);
}

TEST(Feed, KnowsAMonthByItsLastDay) {
    const auto found =
        read("id\ttitle\tprice\tsale_state\trelease_month\nA\tA\t1 JPY\tx\t2024-02\nB\tB\t1 JPY\tx\t2023-02\n");
    ASSERT_EQ(found.rows.size(), 2u);
    EXPECT_EQ(found.rows[0].item.release_date, settings::date_from("2024-02-29"));
    EXPECT_EQ(found.rows[0].item.release_precision, Precision::month);
    EXPECT_EQ(found.rows[1].item.release_date, settings::date_from("2023-02-28"));
}

TEST(Feed, NamesEveryFaultByLineAndColumn) {
    const auto found = read(
        "id\ttitle\tprice\tsale_state\tshipping_weight\tgtin\tcondition\tstock_on_hand\trestrictions\timage_link\n"
        "\n"
        "A 1\t\t15 yen\tIn stock\theavy\t4006381333932\tworn\t-1\tno blank\tjavascript:alert(1)\n"
        "B\tナイト\t5 USD\tin_stock\n"
        "C\tC\t5 JPY\tin_stock\n");
    EXPECT_THAT(
        found.faults,
        ElementsAre(R"(3:1: id: found "A 1", expected 1 to 50 letters, digits, dots, hyphens and underscores)",
                    R"(3:5: title: found "", expected a text)",
                    R"(3:6: price: found "15 yen", expected an amount in JPY such as 150000 JPY)",
                    R"(3:13: sale_state: found "In stock", expected a word such as in_stock)",
                    R"(3:22: shipping_weight: found "heavy", expected a weight such as 500 g or 1.2 kg)",
                    R"(3:42: condition: found "worn", expected new, refurbished or used)",
                    R"(3:28: gtin: found "4006381333932", expected 8, 12, 13 or 14 digits with a right check digit)",
                    R"x(3:59: image_link: found "javascript:alert(1)", expected an http(s) address or a path from /)x",
                    R"(3:50: restrictions: found "no blank", expected at most 20 words such as lithium, by comma)",
                    R"(3:47: stock_on_hand: found "-1", expected a number of units, 0 to 1000000)",
                    R"(4:7: price: found "5 USD", expected an amount in JPY such as 150000 JPY)"));
    ASSERT_EQ(found.rows.size(), 1u);
    EXPECT_EQ(found.rows[0].item.sku, "C");
}

TEST(Feed, ReadsWhatTheShopAdds) {
    const auto found = read(
        "id\ttitle\tprice\tsale_state\tadditional_image_link\tcondition_rating\titem_group_id\tcolor\tsize\t"
        "purchase_limit\tpoints_rate\tlisted_on\n"
        "A\tA\t1500.00 JPY\tx\t/a.svg, https://maker.example/b.png\tA-/B\tshirt\tred\tM\t2\t1.5 %\t2026-01-31\n"
        "B\tB\t1 JPY\tx\ta.svg\t\t\t\t\t0\t101 %\t31.1.2026\n"
        "C\tC\t1.50 JPY\tx\n");
    ASSERT_EQ(found.rows.size(), 1u);
    const auto& item = found.rows[0].item;
    EXPECT_EQ(item.price, (Money{1500, JPY}));
    EXPECT_THAT(item.more_images, ElementsAre("/a.svg", "https://maker.example/b.png"));
    EXPECT_EQ(item.condition_rating, "A-/B");
    EXPECT_EQ(item.group, "shirt");
    EXPECT_EQ(item.color, "red");
    EXPECT_EQ(item.size, "M");
    EXPECT_EQ(item.purchase_limit, 2);
    EXPECT_EQ(item.points_rate, 150);
    EXPECT_EQ(item.listed_on, settings::date_from("2026-01-31"));
    EXPECT_THAT(found.faults, ElementsAre(HasSubstr("additional_image_link"), HasSubstr("purchase_limit"),
                                          HasSubstr("points_rate"), HasSubstr("listed_on"), HasSubstr("price")));
}

TEST(Feed, TakesThePointsRateExactly) {
    const auto rate = [](const std::string& text) {
        const auto found = read("id\ttitle\tprice\tsale_state\tpoints_rate\nA\tA\t1 JPY\tx\t" + text + "\n");
        return found.rows.empty() ? std::nullopt : found.rows[0].item.points_rate;
    };
    EXPECT_EQ(rate("0%"), 0);
    EXPECT_EQ(rate("0.05 %"), 5);
    EXPECT_EQ(rate("2.5%"), 250);
    EXPECT_EQ(rate("100 %"), 10'000);
    for (const auto* wrong : {"1", "-1 %", "1. %", "1.005 %", "100.01 %", "% 1", "1.-5 %", "+1 %"}) {
        EXPECT_EQ(rate(wrong), std::nullopt) << wrong;
    }
}

TEST(Feed, HoldsSaleStatesToThoseThatTheStorefrontKnows) {
    const auto found = read(header + "A\tA\t1 JPY\tin_stok\n", {JPY, {"in_stock", "pre_order"}});
    EXPECT_THAT(found.faults, ElementsAre(R"(2:11: sale_state: found "in_stok", expected one of in_stock, pre_order)"));
}

TEST(Feed, KnowsTheShopsMeaningOfAvailability) {
    FeedRules rules{JPY};
    rules.availability = {{"preorder", {"reserve", "reserve_later"}}};
    const auto found = read("id\ttitle\tprice\tavailability\nA\tA\t1 JPY\tpreorder\nB\tB\t1 JPY\tin_stock\n", rules);
    ASSERT_EQ(found.rows.size(), 1u);
    EXPECT_EQ(found.rows[0].item.sale_state, "reserve");
    EXPECT_THAT(found.faults, ElementsAre(HasSubstr("3:11: availability")));
}

TEST(Feed, IsHeldToTheShopsChecks) {
    FeedRules rules{JPY};
    std::vector<FeedCheck> checks;
    checks.emplace_back(std::map<std::string, std::string>{{"condition", "used"}},
                        std::map<std::string, std::string>{{"title", ".*\\([A-C]\\)"}, {"id", ".*-U[0-9]+"}},
                        "a rating and a number");
    rules.checks = std::make_shared<const std::vector<FeedCheck>>(std::move(checks));
    const auto found = read(
        "id\ttitle\tprice\tsale_state\tcondition\n"
        "A\tKnight\t1 JPY\tx\tnew\n"
        "A-U1\tKnight (B)\t1 JPY\tx\tused\n"
        "A-U\tKnight (B)\t1 JPY\tx\tused\n"
        "A-U2\tKnight (D)\t1 JPY\tx\tused\n",
        rules);
    EXPECT_EQ(found.rows.size(), 2u);
    EXPECT_THAT(found.faults, ElementsAre(R"(4:1: id: found "A-U", expected a rating and a number)",
                                          R"x(5:6: title: found "Knight (D)", expected a rating and a number)x"));
}

TEST(Feed, ChecksHavePatternsAndEndInTime) {
    EXPECT_THROW(FeedCheck({}, {{"title", "(["}}, ""), std::invalid_argument);
    const FeedCheck slow({}, {{"title", "(a+)+b"}}, "");
    EXPECT_THAT(slow.failing([](const auto&) { return std::string(500, 'a'); }), ElementsAre("title"));
}

TEST(Feed, RefusesAnIdTwice) {
    const auto found = read(header + "A\tA\t1 JPY\tx\nA\tB\t1 JPY\tx\n");
    EXPECT_THAT(found.faults, ElementsAre(R"(3:1: id: found "A", expected an id that no row above has)"));
    EXPECT_EQ(found.rows.size(), 1u);
}

TEST(Feed, MustBeUtf8) {
    EXPECT_THAT(read(std::string("\xff\xfei\0d\0", 6)).faults, ElementsAre(HasSubstr("expected text in UTF-8")));
    EXPECT_THAT(read(header + "A\tcaf\xe9\t1 JPY\tx\n").faults, ElementsAre(HasSubstr("2:1: found")));
    EXPECT_THAT(read(header + std::string("A\ta\0b\t1 JPY\tx\n", 14)).faults,
                ElementsAre(HasSubstr("UTF-8 without NUL")));
    EXPECT_THAT(read(header + "A\ta\x1b[31m\t1 JPY\tx\n").faults, ElementsAre(HasSubstr("control characters")));
    EXPECT_EQ(read("\xef\xbb\xbf" + header + "A\tcafé\t1 JPY\tx\n").rows.size(), 1u);
}

TEST(Feed, HasLimits) {
    std::string wide;
    for (int i = 0; i < 201; ++i) wide += "c" + std::to_string(i) + "\t";
    EXPECT_THAT(read(wide + "\n").faults, ElementsAre(HasSubstr("at most 200 columns")));
    EXPECT_THAT(read(header + "A\t" + std::string(65 * 1024, 'x') + "\t1 JPY\tx\n").faults,
                ElementsAre(HasSubstr("2:3: title")));
    EXPECT_THAT(read(header + std::string(10 * 1024 * 1024, 'x') + "\nB\tB\t1 JPY\tx\n").faults,
                ElementsAre(HasSubstr("at most 1 MiB")));
    EXPECT_THAT(read(header + "A\tA\t1 JPY\tx\ty\n").faults,
                ElementsAre(HasSubstr("found \"5 cells\", expected at most 4")));
}

TEST(Feed, MayHaveLineEndsInAQuotedCellOnly) {
    const auto found = read(
        "id\ttitle\tdescription\tprice\tsale_state\n"
        "A\tA\t\"One\n\"\"two\"\"\nthree\"\t1 JPY\tx\n"
        "B\t\"Mio\" the knight\t\"never closed\t1 JPY\tx\n"
        "C\t\"one\nline\"\t\"\"\t2 USD\tx\n"
        "D\tD\t\"open\n"
        "E\tE\t\t1 JPY\tx\n");
    ASSERT_EQ(found.rows.size(), 3u);
    EXPECT_EQ(found.rows[0].item.description, "One\n\"two\"\nthree");
    EXPECT_EQ(found.rows[1].item.title, "\"Mio\" the knight");
    EXPECT_EQ(found.rows[1].item.description, "\"never closed");
    EXPECT_EQ(found.rows[2].item.sku, "E");
    EXPECT_THAT(found.faults, ElementsAre(HasSubstr("7:10: price: found \"2 USD\""), HasSubstr("8:1: price"),
                                          HasSubstr("8:1: availability")));
}

TEST(Feed, KeepsHostileTextAsText) {
    const std::string hostile = "<script>alert('1')</script> ${7*7} {{x}} ' OR 1=1 -- %00 =cmd|' ]]> &amp; \u202e";
    const auto found = read(header + "A\t" + hostile + "\t1 JPY\tx\n");
    ASSERT_EQ(found.rows.size(), 1u);
    EXPECT_EQ(found.rows[0].item.title, hostile);
}

TEST(Feed, ThatIsShippedIsReadWithoutFault) {
    std::ifstream file(NOREN_SHIPPED_FEED);
    const std::string feed{std::istreambuf_iterator<char>(file), {}};
    const auto found = read(feed);
    EXPECT_THAT(found.faults, IsEmpty());
    EXPECT_GE(found.rows.size(), 300u);
}

TEST(Feed, NeedsItsColumnsOnceEach) {
    EXPECT_THAT(read("").faults, ElementsAre(HasSubstr("a line of column names")));
    EXPECT_THAT(read("id\ttitle\n").faults, ElementsAre(HasSubstr("price"), HasSubstr("availability")));
    EXPECT_THAT(read("id\tid\ttitle\tprice\tsale_state\n").faults, ElementsAre(HasSubstr("each column once")));
}

// --- XML

std::string rss(const std::string& items) {
    return "<?xml version=\"1.0\"?>\n<rss version=\"2.0\" xmlns:g=\"http://base.google.com/ns/1.0\" "
           "xmlns:c=\"http://base.google.com/cns/1.0\"><channel><title>Shop</title>\n" +
           items + "</channel></rss>";
}

const std::string good = "<g:price>1 JPY</g:price><c:sale_state>x</c:sale_state>";

TEST(AnXmlFeed, IsReadElementByElement) {
    const auto found =
        read(rss("<item>\n<g:id>A</g:id><title>Kn&#105;ght &amp; <![CDATA[<Mio>]]></title>"
                 "<description>One\nTwo</description><link>https://maker.example/a</link>"
                 "<g:additional_image_link>/1.svg</g:additional_image_link>"
                 "<g:additional_image_link>/2.svg</g:additional_image_link>"
                 "<g:shipping><g:country>JP</g:country><g:price>5 USD</g:price></g:shipping>"
                 "<g:availability>preorder</g:availability><g:price>1500 JPY</g:price>"
                 "<c:purchase_limit type=\"integer\"> 2 </c:purchase_limit></item>"));
    ASSERT_THAT(found.faults, IsEmpty());
    ASSERT_EQ(found.rows.size(), 1u);
    const auto& item = found.rows[0].item;
    EXPECT_EQ(item.title, "Knight & <Mio>");
    EXPECT_EQ(item.description, "One\nTwo");
    EXPECT_EQ(item.link, "https://maker.example/a");
    EXPECT_THAT(item.more_images, ElementsAre("/1.svg", "/2.svg"));
    EXPECT_EQ(item.sale_state, "pre_order");
    EXPECT_EQ(item.price, (Money{1500, JPY}));
    EXPECT_EQ(item.purchase_limit, 2);
}

TEST(AnXmlFeed, MayBeAtom) {
    const auto found = read(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\" xmlns:g=\"http://base.google.com/ns/1.0\"><title>Shop</title>"
        "<entry><g:id>A</g:id><title>Knight</title><summary>Stands.</summary><link href=\"https://maker.example/a\"/>"
        "<g:availability>in stock</g:availability><g:price>1 JPY</g:price></entry></feed>");
    ASSERT_THAT(found.faults, IsEmpty());
    ASSERT_EQ(found.rows.size(), 1u);
    EXPECT_EQ(found.rows[0].item.link, "https://maker.example/a");
    EXPECT_EQ(found.rows[0].item.description, "Stands.");
}

TEST(AnXmlFeed, NamesFaultsByLineAndColumnAndGoesOn) {
    const auto found =
        read(rss("<item><g:id>A</g:id><title>A</title>\n  <g:price>1500</g:price></item>\n"
                 "<item><g:id>B</g:id><title>B</title><title>C</title>" +
                 good +
                 "</item>\n"
                 "<item><g:id>D</g:id><title>D</title>" +
                 good + "</item>"));
    EXPECT_THAT(found.faults,
                ElementsAre(R"(4:3: price: found "1500", expected an amount in JPY such as 150000 JPY)",
                            R"(3:1: availability: found "", expected in_stock, out_of_stock, preorder or backorder)",
                            R"(5:37: title: found "C", expected each element once)"));
    ASSERT_EQ(found.rows.size(), 1u);
    EXPECT_EQ(found.rows[0].item.sku, "D");
}

TEST(AnXmlFeed, EndsWhereItIsBroken) {
    const auto found =
        read(rss("<item><g:id>A</g:id><title>A</title>" + good + "</item><item><g:id>B</g:id></title></item>"));
    EXPECT_EQ(found.rows.size(), 1u);
    EXPECT_THAT(found.faults, ElementsAre(HasSubstr("expected well-formed XML")));
    EXPECT_THAT(read("<rss><channel>").faults, ElementsAre(HasSubstr("expected well-formed XML")));
    EXPECT_THAT(read("<html></html>").faults, ElementsAre(HasSubstr("found \"html\"")));
    EXPECT_THAT(read(rss("<item><title>caf\xe9</title></item>")).faults, ElementsAre(HasSubstr("well-formed")));
}

TEST(AnXmlFeed, HasNoDocumentTypeAndNoEntitiesOfItsOwn) {
    const std::string laughs =
        "<!DOCTYPE rss [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]><rss><channel>"
        "<item><title>&b;</title></item></channel></rss>";
    EXPECT_THAT(read(laughs).faults, ElementsAre(HasSubstr("without a document type")));
    EXPECT_THAT(read("<!DOCTYPE rss SYSTEM \"file:///etc/passwd\"><rss/>").faults,
                ElementsAre(HasSubstr("without a document type")));
}

TEST(AnXmlFeed, HasLimits) {
    std::string deep;
    for (int i = 0; i < 40; ++i) deep += "<a>";
    EXPECT_THAT(read(rss("<item>" + deep)).faults, ElementsAre(HasSubstr("at most 32 elements")));
    const std::string long_text(10 * 1024 * 1024, 'x');
    const auto found = read(rss("<item><g:id>A</g:id><title>" + long_text + "</title>" + good +
                                "</item><item><g:id>B</g:id><title>B</title>" + good + "</item>"));
    EXPECT_THAT(found.faults, ElementsAre(HasSubstr("expected a text of at most 64 KiB"), HasSubstr("at most 1 MiB")));
    EXPECT_EQ(found.rows.size(), 1u);
    EXPECT_THAT(read(rss("<item a=\"" + long_text + "\"/>")).faults, ElementsAre(HasSubstr("tags of at most 1 MiB")));
}

TEST(AnXmlFeed, MayBeInAnEncodingThatItNames) {
    const auto found = read(
        "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><rss "
        "xmlns:g=\"http://base.google.com/ns/1.0\"><channel><item><g:id>A</g:id><title>caf\xe9</title><g:price>1 "
        "JPY</g:price><g:sale_state>x</g:sale_state></item></channel></rss>");
    ASSERT_EQ(found.rows.size(), 1u);
    EXPECT_EQ(found.rows[0].item.title, "café");
    EXPECT_THAT(read("<?xml version=\"1.0\" encoding=\"EBCDIC-9\"?><rss/>").faults,
                ElementsAre(HasSubstr("unknown encoding")));
}

class AFeed : public store::testing::EachDatabase {
protected:
    ImportReport import(const std::string& feed, bool strict) {
        std::istringstream stream(feed);
        ImportOptions options{{JPY}, strict, Date{17'000}, {}, {}};
        options.also = [](Transaction& tx, std::span<const FeedRow> rows) {
            static const store::Sql count("select count(*) from item where sku = $1");
            for (const auto& row : rows) EXPECT_EQ(tx.run(count, row.item.sku).integer(0, 0), 1);
        };
        options.progress = [&](std::uint64_t bytes, std::uint64_t of) { progress_ = {bytes, of}; };
        return import_feed(store(), catalog_, stream, options);
    }
    std::string exported(FeedFormat format) {
        std::ostringstream out;
        ExportOptions options{format, {JPY}, "Shop <1> & co", "https://shop.example", {}};
        options.also = [](Transaction&, std::span<FeedRow> rows) {
            for (auto& row : rows) row.on_hand = static_cast<std::int64_t>(row.item.title.size());
        };
        export_feed(store(), catalog_, out, options);
        return out.str();
    }
    std::int64_t count() {
        return store().read([&](Transaction& tx) { return catalog_.count(tx); });
    }
    const Catalog catalog_{};
    std::pair<std::uint64_t, std::uint64_t> progress_;
};
NOREN_ON_EACH_DATABASE(AFeed);

std::string feed_of(int rows) {
    std::string feed = header;
    for (int i = 0; i < rows; ++i) feed += "A" + std::to_string(i) + "\tThing\t1 JPY\tin_stock\n";
    return feed;
}

TEST_P(AFeed, IsImportedWhole) {
    const auto feed = feed_of(1'200);
    const auto report = import(feed, true);
    EXPECT_EQ(report.rows, 1'200u);
    EXPECT_EQ(report.imported, 1'200u);
    EXPECT_EQ(count(), 1'200);
    EXPECT_EQ(progress_.first, 2 * feed.size());
    EXPECT_EQ(progress_.second, 2 * feed.size());
}

TEST_P(AFeed, ThatIsShippedHoldsWhatAVisitorTypesFirst) {
    std::ifstream file(NOREN_SHIPPED_FEED);
    ASSERT_GE(import({std::istreambuf_iterator<char>(file), {}}, true).imported, 300u);
    const auto found = [&](const std::string& text) {
        return store().read([&](Transaction& tx) { return catalog_.page(tx, {.text = text}).items; });
    };
    for (const std::string text : {"初音", "nendoroid"}) {
        const auto items = found(text);
        ASSERT_THAT(items, ::testing::SizeIs(::testing::Ge(2u))) << text;
        for (const auto& item : items) EXPECT_THAT(item.title, HasSubstr(text));
        const auto& sku = items.front().sku;
        ASSERT_THAT(found(sku), ::testing::Not(IsEmpty())) << sku;
        EXPECT_EQ(found(sku).front().sku, sku);
        EXPECT_THAT(found(sku), ::testing::SizeIs(1)) << "a code is one item's";
        ASSERT_THAT(found(items.front().gtin), ::testing::SizeIs(1));
    }
}

TEST_P(AFeed, WithAFaultIsNotImportedWhenStrict) {
    const auto report = import(feed_of(600) + "B\tB\tfree\tin_stock\n", true);
    EXPECT_EQ(report.imported, 0u);
    EXPECT_EQ(report.faulty, 1u);
    EXPECT_THAT(report.faults.at(0).line, 602u);
    EXPECT_EQ(count(), 0);
}

TEST_P(AFeed, WithAFaultGivesItsGoodRowsWhenNotStrict) {
    const auto report = import(feed_of(600) + "B\tB\tfree\tin_stock\n", false);
    EXPECT_EQ(report.imported, 600u);
    EXPECT_EQ(report.faulty, 1u);
    EXPECT_EQ(count(), 600);
}

TEST_P(AFeed, TellsNoMoreFaultsThanAnyoneReads) {
    std::string feed = header;
    for (int i = 0; i < 1'500; ++i) feed += "A" + std::to_string(i) + "\t\tfree\tin_stock\n";
    const auto report = import(feed, false);
    EXPECT_EQ(report.faulty, 1'500u);
    EXPECT_EQ(report.faults.size(), 1'000u);
}

TEST_P(AFeed, ListsItemsOnTheirDayOrToday) {
    import("id\ttitle\tprice\tsale_state\tlisted_on\nA\tA\t1 JPY\tx\t2026-01-31\nB\tB\t1 JPY\tx\t\n", true);
    const auto day = [&](const char* sku) {
        return store().read([&](Transaction& tx) { return catalog_.find(tx, sku)->listed_on; });
    };
    EXPECT_EQ(day("A"), settings::date_from("2026-01-31"));
    EXPECT_EQ(day("B"), Date{17'000});
}

TEST_P(AFeed, IsGivenBackAsItWas) {
    Item whole;
    whole.sku = "A-1";
    whole.title = "\"Mio\" <script>&amp; 暖簾 ]]>";
    whole.description = "\"Two\"\nlines, 'quoted' & more\n\n.";
    whole.price = {1500, JPY};
    whole.sale_state = "pre_order";
    whole.release_date = settings::date_from("2027-02-28");
    whole.release_precision = Precision::month;
    whole.weight = Grams{1250};
    whole.length = Millimetres{305};
    whole.width = Millimetres{20};
    whole.height = Millimetres{1};
    whole.restrictions = {"lithium", "furniture"};
    whole.condition = "used";
    whole.condition_rating = "A-/B";
    whole.category = "Figures > Scale";
    whole.brand = "Maker & Sons";
    whole.gtin = "4006381333931";
    whole.link = "https://maker.example/a?b=1&c=2";
    whole.image_link = "/media/a.svg";
    whole.more_images = {"/media/b.svg", "/media/c.svg"};
    whole.group = "g";
    whole.color = "red";
    whole.size = "M";
    whole.purchase_limit = 3;
    whole.points_rate = 125;
    whole.listed_on = {20'000};
    Item plain;
    plain.sku = "B";
    plain.title = "B";
    plain.price = {0, JPY};
    plain.sale_state = "a_state_of_our_own";
    plain.release_date = settings::date_from("2027-02-27");
    plain.listed_on = {1};
    store().transact([&](Transaction& tx) {
        catalog_.put(tx, whole);
        catalog_.put(tx, plain);
    });
    for (const auto format : {FeedFormat::tsv, FeedFormat::xml}) {
        const auto found = read(exported(format));
        EXPECT_THAT(found.faults, IsEmpty());
        ASSERT_EQ(found.rows.size(), 2u);
        EXPECT_EQ(found.rows[0].item, whole);
        EXPECT_EQ(found.rows[1].item, plain);
        EXPECT_EQ(found.rows[0].on_hand, whole.title.size());
    }
    const auto before = exported(FeedFormat::xml);
    import(exported(FeedFormat::tsv), true);
    EXPECT_EQ(exported(FeedFormat::xml), before);
}

TEST_P(AFeed, IsExportedWholeHoweverLong) {
    import(feed_of(1'050), true);
    EXPECT_EQ(read(exported(FeedFormat::tsv)).rows.size(), 1'050u);
}

}  // namespace
}  // namespace noren::catalog
