// What shoppers see of the catalogue.
#pragma once

#include "pages/form_models.hpp"

namespace noren::pages::shop {

/// An item in a list.
struct ItemCard {
    std::string sku;
    std::string name;
    Url link;
    Url picture;
    Money price;
    Message sale_state;                // sale_state.<state>
    std::string sale_state_code;       // for the style: in_stock, pre_order, ...
    std::optional<Message> condition;  // condition.<condition>, where it is not new
    std::optional<std::int64_t> left;  // shown when few are
    std::string release;               // July 2027, or a day; empty: not announced, or past
    static const Shape& shape() {
        static const Shape shape{
            "item_card",
            {may<&ItemCard::sku>("sku"), must<&ItemCard::name>("name"), must<&ItemCard::link>("link"),
             may<&ItemCard::picture>("picture"), must<&ItemCard::price>("price"),
             must<&ItemCard::sale_state>("sale_state"), may<&ItemCard::sale_state_code>("sale_state_code"),
             may<&ItemCard::condition>("condition"), may<&ItemCard::left>("left"), may<&ItemCard::release>("release")}};
        return shape;
    }
};

/// A shelf of the front page: some items, and where the rest of them is.
struct Shelf {
    std::string id;   // to be found by
    Message heading;  // home.<name>
    std::vector<ItemCard> items;
    Url all;
    static const Shape& shape() {
        static const Shape shape{"shelf",
                                 {may<&Shelf::id>("id"), must<&Shelf::heading>("heading"), must<&Shelf::items>("items"),
                                  must<&Shelf::all>("all")}};
        return shape;
    }
};

struct Home {
    std::vector<Shelf> shelves;
    static const Shape& shape() {
        static const Shape shape{"home", {must<&Home::shelves>("shelves")}};
        return shape;
    }
};

/// A category or what was searched for.
struct Catalogue {
    std::string query;             // as searched for; empty: everything
    std::vector<Link> trail;       // the categories above, then this one
    std::vector<Link> categories;  // below this one
    std::vector<Link> states;      // what to narrow it down to
    std::vector<ItemCard> items;
    std::optional<Url> next;  // more of the same
    static const Shape& shape() {
        static const Shape shape{"catalogue",
                                 {must<&Catalogue::query>("query"), may<&Catalogue::trail>("trail"),
                                  may<&Catalogue::categories>("categories"), may<&Catalogue::states>("states"),
                                  must<&Catalogue::items>("items"), must<&Catalogue::next>("next")}};
        return shape;
    }
};

/// A named fact of an item: scale, maker, weight.
struct Attribute {
    std::string name;
    std::string value;
    static const Shape& shape() {
        static const Shape shape{"attribute", {must<&Attribute::name>("name"), must<&Attribute::value>("value")}};
        return shape;
    }
};

struct Picture {
    Url url;
    static const Shape& shape() {
        static const Shape shape{"picture", {must<&Picture::url>("url")}};
        return shape;
    }
};

/// Another item that differs in size or edition only.
struct Variant {
    std::string label;
    Url link;
    bool is_this = false;
    static const Shape& shape() {
        static const Shape shape{
            "variant",
            {must<&Variant::label>("label"), must<&Variant::link>("link"), must<&Variant::is_this>("is_this")}};
        return shape;
    }
};

/// A step of the scale by which the shop rates the condition of an item.
struct Grade {
    std::string grade;
    std::string meaning;
    static const Shape& shape() {
        static const Shape shape{"grade", {must<&Grade::grade>("grade"), must<&Grade::meaning>("meaning")}};
        return shape;
    }
};

struct Product {
    std::string sku;
    std::string name;
    std::string description;
    std::vector<Picture> pictures;
    std::vector<Link> trail;
    Money price;
    Message sale_state;
    std::string sale_state_code;
    std::optional<Message> condition;
    std::optional<std::int64_t> left;
    std::string release;
    std::int64_t at_most = 0;  // units this customer may order; 0: none, for the reasons given
    std::vector<Reason> reasons;
    std::vector<Variant> variants;
    std::vector<Attribute> attributes;
    std::vector<Line> notices;  // of the shop
    std::vector<Grade> ranking;
    bool is_watched = false;
    static const Shape& shape() {
        static const Shape shape{
            "product",
            {must<&Product::sku>("sku"), must<&Product::name>("name"), may<&Product::description>("description"),
             must<&Product::pictures>("pictures"), may<&Product::trail>("trail"), must<&Product::price>("price"),
             must<&Product::sale_state>("sale_state"), may<&Product::sale_state_code>("sale_state_code"),
             may<&Product::condition>("condition"), may<&Product::left>("left"), must<&Product::release>("release"),
             must<&Product::at_most>("at_most"), must<&Product::reasons>("reasons"),
             may<&Product::variants>("variants"), may<&Product::attributes>("attributes"),
             must<&Product::notices>("notices"), must<&Product::ranking>("ranking"),
             may<&Product::is_watched>("is_watched")}};
        return shape;
    }
};

/// What a customer watches.
struct WatchList {
    std::vector<ItemCard> items;
    static const Shape& shape() {
        static const Shape shape{"watch_list", {must<&WatchList::items>("items")}};
        return shape;
    }
};

}  // namespace noren::pages::shop
