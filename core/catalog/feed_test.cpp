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

Read read(const std::string& feed, FeedRules rules = {JPY, {}}) {
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
        "B\tB\t5 USD\tin_stock\n"
        "C\tC\t5 JPY\tin_stock\n");
    EXPECT_THAT(
        found.faults,
        ElementsAre(
            R"(line 3, title: found "", expected a text)",
            R"(line 3, price: found "15 yen", expected an amount in JPY such as 150000 JPY)",
            R"(line 3, sale_state: found "In stock", expected a word such as in_stock)",
            R"(line 3, shipping_weight: found "heavy", expected a weight such as 500 g or 1.2 kg)",
            R"(line 3, restrictions: found "no blank", expected at most 20 words such as lithium, by comma)",
            R"(line 3, condition: found "worn", expected new, refurbished or used)",
            R"(line 3, gtin: found "4006381333932", expected 8, 12, 13 or 14 digits with a right check digit)",
            R"x(line 3, image_link: found "javascript:alert(1)", expected an http(s) address or a path from /)x",
            R"(line 3, stock_on_hand: found "-1", expected a number of units, 0 to 1000000)",
            R"(line 3, id: found "A 1", expected 1 to 50 letters, digits, dots, hyphens and underscores)",
            R"(line 4, price: found "5 USD", expected an amount in JPY such as 150000 JPY)"));
    ASSERT_EQ(found.rows.size(), 1u);
    EXPECT_EQ(found.rows[0].item.sku, "C");
}

TEST(Feed, HoldsSaleStatesToThoseThatTheStorefrontKnows) {
    const auto found = read(header + "A\tA\t1 JPY\tin_stok\n", {JPY, {"in_stock", "pre_order"}});
    EXPECT_THAT(found.faults,
                ElementsAre(R"(line 2, sale_state: found "in_stok", expected one of in_stock, pre_order)"));
}

TEST(Feed, RefusesAnIdTwice) {
    const auto found = read(header + "A\tA\t1 JPY\tx\nA\tB\t1 JPY\tx\n");
    EXPECT_THAT(found.faults, ElementsAre(R"(line 3, id: found "A", expected an id that no line above has)"));
    EXPECT_EQ(found.rows.size(), 1u);
}

TEST(Feed, MustBeUtf8) {
    EXPECT_THAT(read("\xff\xfei\0d\0").faults, ElementsAre(HasSubstr("expected text in UTF-8")));
    EXPECT_THAT(read(header + "A\tcaf\xe9\t1 JPY\tx\n").faults, ElementsAre(HasSubstr("line 2: found")));
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
                ElementsAre(HasSubstr("line 2, title")));
    EXPECT_THAT(read(header + std::string(2 * 1024 * 1024, 'x') + "\nB\tB\t1 JPY\tx\n").faults,
                ElementsAre(HasSubstr("at most 1 MiB")));
    EXPECT_THAT(read(header + "A\tA\t1 JPY\tx\ty\n").faults,
                ElementsAre(HasSubstr("found \"5 cells\", expected at most 4")));
}

TEST(Feed, ThatIsShippedIsReadWithoutFault) {
    std::ifstream file(NOREN_SHIPPED_FEED);
    const std::string feed{std::istreambuf_iterator<char>(file), {}};
    const auto found = read(feed);
    EXPECT_THAT(found.faults, IsEmpty());
    EXPECT_GE(found.rows.size(), 30u);
}

TEST(Feed, NeedsItsColumnsOnceEach) {
    EXPECT_THAT(read("").faults, ElementsAre(HasSubstr("a line of column names")));
    EXPECT_THAT(read("id\ttitle\n").faults, ElementsAre(HasSubstr("price"), HasSubstr("availability")));
    EXPECT_THAT(read("id\tid\ttitle\tprice\tsale_state\n").faults, ElementsAre(HasSubstr("each column once")));
}

class AFeed : public store::testing::EachDatabase {
protected:
    ImportReport import(const std::string& feed, bool strict) {
        std::istringstream stream(feed);
        ImportOptions options{{JPY, {}}, strict, {}, {}};
        options.also = [](Transaction& tx, const FeedRow& row) {
            static const store::Sql count("select count(*) from item where sku = $1");
            EXPECT_EQ(tx.run(count, row.item.sku).integer(0, 0), 1);
        };
        options.progress = [&](std::uint64_t bytes, std::uint64_t of) { progress_ = {bytes, of}; };
        return import_feed(store(), catalog_, stream, options);
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
    EXPECT_EQ(progress_.first, feed.size());
    EXPECT_EQ(progress_.second, feed.size());
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

}  // namespace
}  // namespace noren::catalog
