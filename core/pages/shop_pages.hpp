// What shoppers see: the models of a storefront's pages. Each is rendered by the template of its shape's name.
#pragma once

#include "pages/account_models.hpp"
#include "pages/catalogue_models.hpp"
#include "pages/checkout_models.hpp"
#include "pages/model.hpp"
#include "pages/order_models.hpp"
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
    std::vector<Link> menu;               // the uppermost categories
    std::string query;                    // in the search box

    static const Shape& shape() {
        static const Shape shape{
            "frame",
            {may<&Frame::shop>("shop"), may<&Frame::language>("language"), may<&Frame::title>("title"),
             may<&Frame::csrf>("csrf"), may<&Frame::customer>("customer"), may<&Frame::in_cart>("in_cart"),
             may<&Frame::notice>("notice"), may<&Frame::is_closed_today>("is_closed_today"), may<&Frame::menu>("menu"),
             may<&Frame::query>("query")}};
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

/// How the shop is reached.
struct Contact {
    std::string email;
    std::string phone;
    std::string phone_days;   // Mon to Fri
    std::string phone_opens;  // 12:00
    std::string phone_closes;
    std::string zone;
    bool is_answered_now = false;
    static const Shape& shape() {
        static const Shape shape{
            "contact",
            {must<&Contact::email>("email"), must<&Contact::phone>("phone"), must<&Contact::phone_days>("phone_days"),
             must<&Contact::phone_opens>("phone_opens"), must<&Contact::phone_closes>("phone_closes"),
             may<&Contact::zone>("zone"), may<&Contact::is_answered_now>("is_answered_now")}};
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
