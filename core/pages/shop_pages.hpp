// What shoppers see: the models of a storefront's pages. Each is rendered by the template of its shape's name.
#pragma once

#include "pages/model.hpp"
#include "pages/theme.hpp"

namespace noren::pages::shop {

/// Around every page.
struct Frame {
    std::string shop;                     // the storefront's name
    std::string language;                 // BCP 47
    std::string title;                    // of the page
    std::string csrf;                     // of the session: in every form that posts
    std::optional<std::string> customer;  // the name of who is logged in
    std::int64_t in_cart = 0;             // units
    std::optional<Message> notice;        // once, after something was done
    bool is_closed_today = false;         // by the storefront's calendar

    static const Shape& shape() {
        static const Shape shape{
            "frame",
            {may<&Frame::shop>("shop"), may<&Frame::language>("language"), may<&Frame::title>("title"),
             may<&Frame::csrf>("csrf"), may<&Frame::customer>("customer"), may<&Frame::in_cart>("in_cart"),
             may<&Frame::notice>("notice"), may<&Frame::is_closed_today>("is_closed_today")}};
        return shape;
    }
};

/// Why something cannot be had, in words (code `reason.<code>`).
struct Reason {
    Message words;
    static const Shape& shape() {
        static const Shape shape{"reason", {must<&Reason::words>("words")}};
        return shape;
    }
};

/// An item in a list.
struct ItemCard {
    std::string sku;
    std::string name;
    Url link;
    Url picture;
    Money price;
    Message sale_state;                // sale_state.<state>
    std::string sale_state_code;       // for the style: in_stock, pre_order, ...
    std::optional<std::int64_t> left;  // shown when few are
    std::optional<Date> release_date;
    static const Shape& shape() {
        static const Shape shape{
            "item_card",
            {may<&ItemCard::sku>("sku"), must<&ItemCard::name>("name"), must<&ItemCard::link>("link"),
             may<&ItemCard::picture>("picture"), must<&ItemCard::price>("price"),
             must<&ItemCard::sale_state>("sale_state"), may<&ItemCard::sale_state_code>("sale_state_code"),
             may<&ItemCard::left>("left"), may<&ItemCard::release_date>("release_date")}};
        return shape;
    }
};

/// The front page and search results.
struct Catalogue {
    std::string query;  // as searched for; empty: everything
    std::vector<ItemCard> items;
    std::optional<Url> next;  // more of the same
    static const Shape& shape() {
        static const Shape shape{
            "catalogue",
            {must<&Catalogue::query>("query"), must<&Catalogue::items>("items"), must<&Catalogue::next>("next")}};
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

struct Product {
    std::string sku;
    std::string name;
    std::string description;
    Url picture;
    Url link;
    Money price;
    Message sale_state;
    std::string sale_state_code;
    std::optional<std::int64_t> left;
    std::optional<Date> release_date;
    std::int64_t at_most = 0;  // units this customer may order; 0: none, for the reasons given
    std::vector<Reason> reasons;
    std::vector<Attribute> attributes;
    static const Shape& shape() {
        static const Shape shape{
            "product",
            {must<&Product::sku>("sku"), must<&Product::name>("name"), may<&Product::description>("description"),
             may<&Product::picture>("picture"), may<&Product::link>("link"), must<&Product::price>("price"),
             must<&Product::sale_state>("sale_state"), may<&Product::sale_state_code>("sale_state_code"),
             may<&Product::left>("left"), must<&Product::release_date>("release_date"),
             must<&Product::at_most>("at_most"), must<&Product::reasons>("reasons"),
             may<&Product::attributes>("attributes")}};
        return shape;
    }
};

/// A field of a form: what was typed, and what is wrong with it (field.<code>).
struct Input {
    std::string value;
    std::optional<Message> error;
    static const Shape& shape() {
        static const Shape shape{"input", {must<&Input::value>("value"), must<&Input::error>("error")}};
        return shape;
    }
};

/// One of several to choose from: a country.
struct Choice {
    std::string value;
    std::string label;
    bool is_chosen = false;
    static const Shape& shape() {
        static const Shape shape{
            "choice",
            {must<&Choice::value>("value"), must<&Choice::label>("label"), must<&Choice::is_chosen>("is_chosen")}};
        return shape;
    }
};

struct CountryInput {
    std::vector<Choice> choices;
    std::optional<Message> error;
    static const Shape& shape() {
        static const Shape shape{"country",
                                 {must<&CountryInput::choices>("choices"), must<&CountryInput::error>("error")}};
        return shape;
    }
};

struct CartLine {
    std::string sku;
    std::string name;
    Url link;
    Url picture;
    std::int64_t quantity = 1;
    std::int64_t at_most = 99;
    Money unit_price;
    Money total;
    Message sale_state;
    std::vector<Reason> reasons;  // why it cannot be ordered so
    static const Shape& shape() {
        static const Shape shape{"cart_line",
                                 {must<&CartLine::sku>("sku"), must<&CartLine::name>("name"),
                                  may<&CartLine::link>("link"), may<&CartLine::picture>("picture"),
                                  must<&CartLine::quantity>("quantity"), may<&CartLine::at_most>("at_most"),
                                  may<&CartLine::unit_price>("unit_price"), must<&CartLine::total>("total"),
                                  may<&CartLine::sale_state>("sale_state"), must<&CartLine::reasons>("reasons")}};
        return shape;
    }
};

/// A way to pay or to send. One that is refused is shown with its reasons, and cannot be chosen.
struct Method {
    std::string name;  // the key in the storefront's configuration
    Message label;     // payment_method.<name>, shipping_method.<name>
    std::optional<Money> fee;
    std::optional<Message> delivery;  // when it arrives
    bool is_offered = true;
    bool is_chosen = false;
    std::vector<Reason> reasons;
    static const Shape& shape() {
        static const Shape shape{"method",
                                 {must<&Method::name>("name"), must<&Method::label>("label"), must<&Method::fee>("fee"),
                                  may<&Method::delivery>("delivery"), must<&Method::is_offered>("is_offered"),
                                  must<&Method::is_chosen>("is_chosen"), must<&Method::reasons>("reasons")}};
        return shape;
    }
};

/// A line below the goods: shipping, a fee (fee.<code>).
struct Charge {
    Message label;
    Money amount;
    static const Shape& shape() {
        static const Shape shape{"charge", {must<&Charge::label>("label"), must<&Charge::amount>("amount")}};
        return shape;
    }
};

/// What was quoted: the order placed with it costs this, or is refused with the difference.
struct Quote {
    std::string token;
    Money goods;
    std::vector<Charge> charges;
    Money total;
    std::optional<Instant> valid_until;
    static const Shape& shape() {
        static const Shape shape{
            "quote",
            {must<&Quote::token>("token"), must<&Quote::goods>("goods"), must<&Quote::charges>("charges"),
             must<&Quote::total>("total"), may<&Quote::valid_until>("valid_until")}};
        return shape;
    }
};

/// Cart and checkout as one page. Without a quote the place-order button gives way to "show the total".
struct Checkout {
    std::vector<CartLine> lines;
    Money goods;
    Input email, name, street_1, street_2, city, region, postal_code, phone;
    CountryInput country;
    bool is_hotel = false;
    std::vector<Method> shipping;
    std::vector<Method> payment;
    std::vector<Reason> reasons;  // of the whole
    std::optional<Quote> quote;
    std::string idempotency_key;   // the same for every press of the button
    std::optional<Message> terms;  // when payment is due, in words
    static const Shape& shape() {
        static const Shape shape{
            "checkout",
            {must<&Checkout::lines>("lines"), must<&Checkout::goods>("goods"), must<&Checkout::email>("email"),
             must<&Checkout::name>("name"), must<&Checkout::street_1>("street_1"),
             must<&Checkout::street_2>("street_2"), must<&Checkout::city>("city"), must<&Checkout::region>("region"),
             must<&Checkout::postal_code>("postal_code"), must<&Checkout::phone>("phone"),
             must<&Checkout::country>("country"), must<&Checkout::is_hotel>("is_hotel"),
             must<&Checkout::shipping>("shipping"), must<&Checkout::payment>("payment"),
             must<&Checkout::reasons>("reasons"), must<&Checkout::quote>("quote"),
             must<&Checkout::idempotency_key>("idempotency_key"), may<&Checkout::terms>("terms")}};
        return shape;
    }
};

/// One line of an order.
struct OrderLine {
    std::string sku;
    std::string name;
    std::int64_t quantity = 1;
    Money unit_price;
    Money total;
    std::optional<Date> release_date;
    static const Shape& shape() {
        static const Shape shape{"order_line",
                                 {may<&OrderLine::sku>("sku"), must<&OrderLine::name>("name"),
                                  must<&OrderLine::quantity>("quantity"), may<&OrderLine::unit_price>("unit_price"),
                                  must<&OrderLine::total>("total"), may<&OrderLine::release_date>("release_date")}};
        return shape;
    }
};

/// What happened to an order (event.<what>).
struct Event {
    Instant at{};
    Message what;
    static const Shape& shape() {
        static const Shape shape{"event", {must<&Event::at>("at"), must<&Event::what>("what")}};
        return shape;
    }
};

/// A line of text, such as of an address.
struct Line {
    std::string text;
    static const Shape& shape() {
        static const Shape shape{"line", {must<&Line::text>("text")}};
        return shape;
    }
};

/// An order as its customer sees it; also the thank-you page.
struct Order {
    std::string number;
    bool is_just_placed = false;
    Message state;           // order_state.<state>
    std::string state_code;  // for the style
    Instant placed_at{};
    std::optional<Instant> due_at;  // while payment is awaited
    std::optional<Url> pay;         // where the pay button posts to
    Message payment_method;
    Message shipping_method;
    std::vector<OrderLine> lines;
    Money goods;
    std::vector<Charge> charges;
    Money total;
    std::vector<Line> address;
    std::vector<Event> timeline;
    static const Shape& shape() {
        static const Shape shape{
            "order",
            {must<&Order::number>("number"), must<&Order::is_just_placed>("is_just_placed"),
             must<&Order::state>("state"), may<&Order::state_code>("state_code"), must<&Order::placed_at>("placed_at"),
             must<&Order::due_at>("due_at"), must<&Order::pay>("pay"), may<&Order::payment_method>("payment_method"),
             may<&Order::shipping_method>("shipping_method"), must<&Order::lines>("lines"),
             must<&Order::goods>("goods"), must<&Order::charges>("charges"), must<&Order::total>("total"),
             may<&Order::address>("address"), must<&Order::timeline>("timeline")}};
        return shape;
    }
};

/// An order in the list of one's own.
struct OrderCard {
    std::string number;
    Url link;
    Message state;
    std::string state_code;
    Instant placed_at{};
    std::optional<Instant> due_at;
    Money total;
    static const Shape& shape() {
        static const Shape shape{
            "order_card",
            {must<&OrderCard::number>("number"), must<&OrderCard::link>("link"), must<&OrderCard::state>("state"),
             may<&OrderCard::state_code>("state_code"), must<&OrderCard::placed_at>("placed_at"),
             may<&OrderCard::due_at>("due_at"), must<&OrderCard::total>("total")}};
        return shape;
    }
};

struct Orders {
    std::vector<OrderCard> orders;
    std::optional<Url> next;
    static const Shape& shape() {
        static const Shape shape{"orders", {must<&Orders::orders>("orders"), must<&Orders::next>("next")}};
        return shape;
    }
};

/// Back from the payment provider: paid, still awaited, refused, or cancelled by the customer.
struct PaymentReturn {
    Message outcome;  // payment_outcome.<outcome>
    std::string outcome_code;
    std::string number;
    Url order;
    std::optional<Url> pay;  // to try again
    static const Shape& shape() {
        static const Shape shape{
            "payment_return",
            {must<&PaymentReturn::outcome>("outcome"), may<&PaymentReturn::outcome_code>("outcome_code"),
             may<&PaymentReturn::number>("number"), must<&PaymentReturn::order>("order"),
             must<&PaymentReturn::pay>("pay")}};
        return shape;
    }
};

struct CalendarDay {
    std::int64_t day = 0;  // 0: a gap before the first or after the last
    std::string name;      // in words, for those who do not see the colour
    bool is_closed = false;
    bool is_today = false;
    static const Shape& shape() {
        static const Shape shape{"calendar_day",
                                 {must<&CalendarDay::day>("day"), may<&CalendarDay::name>("name"),
                                  must<&CalendarDay::is_closed>("is_closed"), may<&CalendarDay::is_today>("is_today")}};
        return shape;
    }
};

struct CalendarWeek {
    std::vector<CalendarDay> days;
    static const Shape& shape() {
        static const Shape shape{"calendar_week", {must<&CalendarWeek::days>("days")}};
        return shape;
    }
};

struct CalendarMonth {
    std::string name;
    std::vector<CalendarWeek> weeks;
    static const Shape& shape() {
        static const Shape shape{"calendar_month",
                                 {must<&CalendarMonth::name>("name"), must<&CalendarMonth::weeks>("weeks")}};
        return shape;
    }
};

/// The days on which nothing is processed.
struct Calendar {
    std::vector<Line> weekdays;  // short names, Sunday first
    std::vector<CalendarMonth> months;
    std::string opens;   // 10:00
    std::string closes;  // 18:00
    std::string zone;
    static const Shape& shape() {
        static const Shape shape{
            "calendar",
            {must<&Calendar::weekdays>("weekdays"), must<&Calendar::months>("months"), may<&Calendar::opens>("opens"),
             may<&Calendar::closes>("closes"), may<&Calendar::zone>("zone")}};
        return shape;
    }
};

struct LogIn {
    Input email;
    std::optional<Message> error;  // log_in.<code>
    std::string return_to;         // a path of this site
    static const Shape& shape() {
        static const Shape shape{
            "log_in",
            {must<&LogIn::email>("email"), must<&LogIn::error>("error"), must<&LogIn::return_to>("return_to")}};
        return shape;
    }
};

struct Register {
    Input email, name;
    CountryInput country;
    std::vector<Reason> reasons;
    static const Shape& shape() {
        static const Shape shape{"register",
                                 {must<&Register::email>("email"), must<&Register::name>("name"),
                                  must<&Register::country>("country"), must<&Register::reasons>("reasons")}};
        return shape;
    }
};

/// Asks where to send the link for a new password.
struct ForgottenPassword {
    Input email;
    static const Shape& shape() {
        static const Shape shape{"forgotten_password", {must<&ForgottenPassword::email>("email")}};
        return shape;
    }
};

/// Behind the link of a mail: the first password of an account, or another one.
struct NewPassword {
    bool is_first = false;
    std::string token;
    Url action;
    std::optional<Message> error;  // field.<code>, log_in.<code>
    static const Shape& shape() {
        static const Shape shape{"new_password",
                                 {must<&NewPassword::is_first>("is_first"), must<&NewPassword::token>("token"),
                                  must<&NewPassword::action>("action"), must<&NewPassword::error>("error")}};
        return shape;
    }
};

/// Says one thing: that a mail is on its way, or what went wrong (error.<code>).
struct Statement {
    Message heading;
    std::optional<Message> explanation;
    std::string request_id;  // of an error, for the support
    static const Shape& shape() {
        static const Shape shape{"statement",
                                 {must<&Statement::heading>("heading"), must<&Statement::explanation>("explanation"),
                                  must<&Statement::request_id>("request_id")}};
        return shape;
    }
};

/// Every page of a shop.
const Face& face();

/// The closed days of this month and the next, Sunday first. `closed` in any order.
Calendar calendar_of(Date today, const std::vector<Date>& closed, const Reading& reading);

/// Every country by its name in the reader's language, `chosen` chosen.
CountryInput countries(std::string_view chosen, const Reading& reading);

}  // namespace noren::pages::shop
