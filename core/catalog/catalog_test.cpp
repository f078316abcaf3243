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

TEST_P(Items, AreChosenByCategoryAndText) {
    auto scale = item("A", "Girl with 100% Umbrella");
    scale.category = "Figures > Scale";
    auto figure = item("B", "Knight");
    figure.category = "Figures";
    auto other = item("C", "Umbrella stand");
    other.category = "Figures_x";
    for (const auto& one : {scale, figure, other}) put(one);
    EXPECT_THAT(skus(page({.category = "Figures"})), ElementsAre("A", "B"));
    EXPECT_THAT(skus(page({.category = "Figures > Scale"})), ElementsAre("A"));
    EXPECT_THAT(skus(page({.text = "umbrella"})), ElementsAre("A", "C"));
    EXPECT_THAT(skus(page({.category = "Figures", .text = "100% u"})), ElementsAre("A"));
    EXPECT_THAT(skus(page({.text = "%"})), ElementsAre("A"));
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
