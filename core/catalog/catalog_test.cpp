#include "catalog/catalog.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/testing.hpp"

namespace noren::catalog {
namespace {

using store::Transaction;
using ::testing::ElementsAre;

Item item(const std::string& sku, const std::string& title = "A thing") {
    Item made;
    made.sku = sku;
    made.title = title;
    made.price = {1500, JPY};
    made.sale_state = "in_stock";
    return made;
}

class Items : public store::testing::EachDatabase {
protected:
    void put(const Item& item) {
        store().transact([&](Transaction& tx) { catalog_.put(tx, item); });
    }
    std::optional<Item> find(const std::string& sku) {
        return store().read([&](Transaction& tx) { return catalog_.find(tx, sku); });
    }
    Page page(const Selection& selection) {
        return store().read([&](Transaction& tx) { return catalog_.page(tx, selection); });
    }
    static std::vector<std::string> skus(const Page& page) {
        std::vector<std::string> skus;
        for (const auto& item : page.items) skus.push_back(item.sku);
        return skus;
    }
    const Catalog catalog_{};
};
NOREN_ON_EACH_DATABASE(Items);

TEST_P(Items, AreRememberedWhole) {
    auto whole = item("A-1", "暖簾 \"shop curtain\"");
    whole.description = "Two lines?\nNo: one item.";
    whole.price = {4980, USD};
    whole.release_date = Date{17'470};
    whole.release_precision = Precision::month;
    whole.weight = Grams{750};
    whole.length = Millimetres{300};
    whole.width = Millimetres{0};
    whole.restrictions = {"lithium", "fragile"};
    whole.condition = "used";
    whole.category = "Figures > Scale figures";
    whole.brand = "Brand";
    whole.gtin = "4006381333931";
    whole.link = "https://maker.example/a-1";
    whole.image_link = "/media/a-1.jpg";
    whole.condition_rating = "A-/B";
    whole.group = "curtain";
    whole.color = "indigo";
    whole.size = "M";
    whole.more_images = {"/media/a-1b.jpg", "https://maker.example/c.jpg"};
    whole.purchase_limit = 2;
    whole.points_rate = 150;
    whole.listed_on = {17'000};
    put(whole);
    put(item("A-2"));
    EXPECT_EQ(find("A-1"), whole);
    EXPECT_EQ(find("A-2"), item("A-2"));
}

TEST_P(Items, ReplaceWhatHadTheirSku) {
    put(item("A-1", "Old"));
    put(item("A-1", "New"));
    EXPECT_EQ(find("A-1")->title, "New");
    EXPECT_EQ(store().read([&](Transaction& tx) { return catalog_.count(tx); }), 1);
}

TEST_P(Items, UnknownAreNone) {
    EXPECT_EQ(find("A-1"), std::nullopt);
    EXPECT_EQ(find(std::string("A\0", 2)), std::nullopt);
}

TEST_P(Items, AreFoundTogetherBySku) {
    put(item("A-1", "First"));
    put(item("B-1", "Second"));
    const std::vector<std::string> asked{"B-1", "UNKNOWN", "A-1", "not a sku", "A-1"};
    const auto found = store().read([&](Transaction& tx) { return catalog_.find_all(tx, asked); });
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found.at("A-1").title, "First");
    EXPECT_EQ(found.at("B-1").title, "Second");
    EXPECT_TRUE(store().read([&](Transaction& tx) { return catalog_.find_all(tx, {}); }).empty());
}

TEST_P(Items, AreListedPageByPageEachOnce) {
    for (const auto* sku : {"C", "A", "E", "B", "D"}) put(item(sku));
    const auto first = page({.limit = 2});
    EXPECT_THAT(skus(first), ElementsAre("A", "B"));
    const auto second = page({.after = first.next, .limit = 2});
    EXPECT_THAT(skus(second), ElementsAre("C", "D"));
    const auto last = page({.after = second.next, .limit = 2});
    EXPECT_THAT(skus(last), ElementsAre("E"));
    EXPECT_EQ(last.next, "");
}

TEST_P(Items, AreListedInEveryOrderPageByPage) {
    const std::int64_t prices[] = {300, 100, 200, 100};
    const std::int32_t days[] = {10, 30, 30, 20};
    for (int i = 0; i < 4; ++i) {
        auto one = item(std::string(1, static_cast<char>('A' + i)));
        one.price = {prices[i], JPY};
        one.listed_on = {days[i]};
        if (i != 1) one.release_date = Date{100 - i};
        put(one);
    }
    const auto all = [&](Order order) {
        std::vector<std::string> found;
        Selection selection{.order = order, .limit = 1};
        do {
            const auto next = page(selection);
            for (const auto& one : next.items) found.push_back(one.sku);
            selection.after = next.next;
        } while (!selection.after.empty());
        return found;
    };
    EXPECT_THAT(all(Order::sku), ElementsAre("A", "B", "C", "D"));
    EXPECT_THAT(all(Order::newest), ElementsAre("B", "C", "D", "A"));
    EXPECT_THAT(all(Order::price), ElementsAre("B", "D", "C", "A"));
    EXPECT_THAT(all(Order::highest_price), ElementsAre("A", "C", "B", "D"));
    EXPECT_THAT(all(Order::release), ElementsAre("D", "C", "A", "B"));
}

TEST_P(Items, BeginTheListWhereNoPlaceIsNamed) {
    put(item("A"));
    for (const auto* after : {"x", "0", "0 ", "9223372036854775808 A", "0 '; --", " "}) {
        EXPECT_THAT(skus(page({.after = after})), ElementsAre("A")) << after;
        EXPECT_THAT(skus(page({.text = "thing", .after = after})), ElementsAre("A")) << after;
    }
}

TEST_P(Items, AreChosenByWhatTheyAre) {
    auto scale = item("A");
    scale.category = "Figures > Scale";
    scale.brand = "Maker";
    auto figure = item("B");
    figure.category = "Figures";
    figure.sale_state = "pre_order";
    auto other = item("C");
    other.category = "Figures_x";
    other.condition = "used";
    auto neighbour = item("D");
    neighbour.category = "Figures !";
    for (const auto& one : {scale, figure, other, neighbour}) put(one);
    EXPECT_THAT(skus(page({.category = "Figures"})), ElementsAre("A", "B"));
    EXPECT_THAT(skus(page({.category = "Figures > Scale"})), ElementsAre("A"));
    EXPECT_THAT(skus(page({.category = "%"})), ElementsAre());
    EXPECT_THAT(skus(page({.sale_states = {"pre_order"}})), ElementsAre("B"));
    EXPECT_THAT(skus(page({.sale_states = {"pre_order", "in_stock"}})), ElementsAre("A", "B", "C", "D"));
    EXPECT_THAT(skus(page({.condition = "used"})), ElementsAre("C"));
    EXPECT_THAT(skus(page({.category = "Figures", .sale_states = {"in_stock"}, .brand = "Maker"})), ElementsAre("A"));
    EXPECT_THAT(skus(page({.category = "Figures", .text = "thing", .brand = "Maker"})), ElementsAre("A"));
}

TEST_P(Items, AreCountedByCategoryWithThoseBelow) {
    for (const auto* category : {"Figures > Scale", "Figures > Scale", "Figures", "Books", ""}) {
        auto one = item("A" + std::to_string(store().read([&](Transaction& tx) { return catalog_.count(tx); })));
        one.category = category;
        put(one);
    }
    std::vector<std::pair<std::string, std::int64_t>> found;
    for (const auto& [name, items] : store().read([&](Transaction& tx) { return catalog_.categories(tx); })) {
        found.emplace_back(name, items);
    }
    EXPECT_THAT(found, ElementsAre(std::pair("Books", 1), std::pair("Figures", 3), std::pair("Figures > Scale", 2)));
    EXPECT_EQ(store().read([&](Transaction& tx) { return catalog_.sale_states(tx); }).at(0).items, 5);
}

TEST_P(Items, OfAGroupAreItsVariants) {
    for (const auto* sku : {"B", "A"}) {
        auto one = item(sku);
        one.group = "shirt";
        put(one);
    }
    put(item("C"));
    const auto of = [&](const std::string& group) {
        return skus({store().read([&](Transaction& tx) { return catalog_.variants(tx, group); }), "", 0});
    };
    EXPECT_THAT(of("shirt"), ElementsAre("A", "B"));
    EXPECT_THAT(of(""), ElementsAre());
}

TEST_P(Items, AreFoundByTitleCodeAndWhatIsToldOfThem) {
    auto miku = item("QX-0001", "初音ミク ねんどろいど");
    miku.gtin = "4006381333931";
    auto knight = item("QX-0002-R001", "Knight");
    knight.description = "Stands beside a nendoroid.";
    auto other = item("TOY-0001", "Crème lantern");
    other.brand = "Tsubame Works";
    for (const auto& one : {knight, miku, other}) put(one);
    const auto found = [&](const std::string& text) { return skus(page({.text = text})); };
    EXPECT_THAT(found("初音"), ElementsAre("QX-0001"));
    EXPECT_THAT(found("nendoroid"), ElementsAre("QX-0001", "QX-0002-R001"));  // the title counts more
    EXPECT_THAT(found("qx-0002-r001"), ElementsAre("QX-0002-R001"));
    EXPECT_THAT(found("qx0001"), ElementsAre("QX-0001"));
    EXPECT_THAT(found("4006381333931"), ElementsAre("QX-0001"));
    EXPECT_THAT(found("creme TSUBAME"), ElementsAre("TOY-0001"));
    EXPECT_THAT(found("creme knight"), ElementsAre());
    EXPECT_THAT(found("\"; drop table item --"), ElementsAre());
    EXPECT_THAT(found("?!"), ElementsAre());
}

TEST_P(Items, AreFoundAsTheyAreNowAndNotWhenRemoved) {
    put(item("A", "Lantern"));
    put(item("A", "Knight"));
    EXPECT_THAT(skus(page({.text = "lantern"})), ElementsAre());
    EXPECT_THAT(skus(page({.text = "knight"})), ElementsAre("A"));
    store().transact([&](Transaction& tx) { catalog_.remove(tx, "A"); });
    EXPECT_THAT(skus(page({.text = "knight"})), ElementsAre());
    EXPECT_EQ(find("A"), std::nullopt);
}

TEST_P(Items, ThatAreFoundComeBestFirstPageByPage) {
    for (const auto* sku : {"A", "B", "C", "KNIGHT", "E"}) {
        auto one = item(sku, "Knight");
        one.listed_on = {sku[0]};
        if (sku == std::string("B")) one.sale_state = "unavailable";
        put(one);
    }
    Selection selection{.text = "knight", .limit = 2};
    std::vector<std::string> found;
    do {
        const auto next = store().read([&](Transaction& tx) { return catalog_.page(tx, selection, {"in_stock"}); });
        EXPECT_EQ(next.found, 5);
        for (const auto& one : next.items) found.push_back(one.sku);
        selection.after = next.next;
    } while (!selection.after.empty());
    EXPECT_THAT(found, ElementsAre("KNIGHT", "E", "C", "A", "B"));
}

TEST_P(Items, OfAnotherShopAreNotFoundAndNotTouched) {
    store::testing::Place elsewhere(GetParam());
    const auto other = elsewhere.open(store::Content::books);
    put(item("A", "Knight"));
    other->transact([&](Transaction& tx) {
        catalog_.put(tx, item("A", "Lantern knight"));
        catalog_.put(tx, item("B", "Knight"));
    });
    EXPECT_THAT(skus(page({.text = "knight"})), ElementsAre("A"));
    EXPECT_THAT(skus(page({.text = "lantern"})), ElementsAre());
    store().transact([&](Transaction& tx) { catalog_.remove(tx, "A"); });
    const auto theirs = other->read([&](Transaction& tx) { return catalog_.page(tx, {.text = "knight"}); });
    EXPECT_THAT(skus(theirs), ElementsAre("A", "B"));
}

TEST_P(Items, KeepTheDayOfTheirListing) {
    auto one = item("A");
    one.listed_on = {5};
    put(one);
    one.listed_on = {9};
    put(one);
    EXPECT_EQ(find("A")->listed_on, Date{5});
}

TEST_P(Items, ThatAreNoneAreRefused) {
    EXPECT_THROW(put(item("A 1")), std::invalid_argument);
    EXPECT_THROW(put(item("A", "")), std::invalid_argument);
    auto cheap = item("A");
    cheap.price = {-1, JPY};
    EXPECT_THROW(put(cheap), std::invalid_argument);
}

}  // namespace
}  // namespace noren::catalog
