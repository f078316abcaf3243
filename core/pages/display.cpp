#include "pages/display.hpp"

#include <algorithm>
#include <array>

namespace noren::pages {
namespace {

using settings::Value;

constexpr std::array<std::string_view, 7> weekdays{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

unsigned weekday_named(std::string_view word) {
    return static_cast<unsigned>(std::find(weekdays.begin(), weekdays.end(), word) - weekdays.begin());
}

/// 0: Sunday. 1970-01-01 was a Thursday.
unsigned weekday_of(Date date) {
    return static_cast<unsigned>(((date.days + 4) % 7 + 7) % 7);
}

ShelfSetting shelf_of(const Value& value) {
    ShelfSetting shelf;
    shelf.name = value.key();
    shelf.selection.sale_states = value.texts("sale_states");
    if (value["condition"]) shelf.selection.condition = value.text("condition");
    shelf.selection.order = value.text("order") == "release" ? catalog::Order::release : catalog::Order::newest;
    shelf.selection.limit = static_cast<int>(value.integer("at_most"));
    return shelf;
}

ConditionDisplay condition_of(const Value& value) {
    const auto hidden = value.texts("hide");
    const auto is_hidden = [&hidden](const char* part) {
        return std::find(hidden.begin(), hidden.end(), part) != hidden.end();
    };
    ConditionDisplay display;
    display.has_pictures = !is_hidden("pictures");
    display.has_description = !is_hidden("description");
    for (const auto& grade : value["ranking"].items()) {
        display.ranking.push_back({grade.text("grade"), grade.text("meaning")});
    }
    return display;
}

PhoneHours hours_of(const Value& value) {
    PhoneHours hours;
    hours.number = value.text("number");
    for (const auto& day : value.texts("days")) hours.days.push_back(weekday_named(day));
    std::sort(hours.days.begin(), hours.days.end(), [](unsigned a, unsigned b) { return (a + 6) % 7 < (b + 6) % 7; });
    hours.opens = value.time_of_day("opens");
    hours.closes = value.time_of_day("closes");
    return hours;
}

}  // namespace

bool PhoneHours::is_answered(Instant at, const calendar::BusinessCalendar& calendar) const {
    const auto today = calendar.local_date(at);
    const bool is_their_day = std::find(days.begin(), days.end(), weekday_of(today)) != days.end();
    return is_their_day && calendar.is_business_day(today) && calendar.at(today, opens) <= at &&
           at < calendar.at(today, closes);
}

Display Display::of(const Value& storefront) {
    const auto pages = storefront["pages"].or_empty();
    Display display;
    for (const auto& shelf : pages["shelves"].entries()) display.shelves.push_back(shelf_of(shelf));
    for (const auto& notice : pages["notices"].entries()) {
        const auto where = notice.texts("pages");
        display.notices.push_back({{where.begin(), where.end()}, notice.text("text")});
    }
    for (const auto& condition : pages["conditions"].entries()) {
        display.conditions.emplace(condition.key(), condition_of(condition));
    }
    const auto contact = pages["contact"].or_empty();
    if (contact["email"]) display.email = contact.text("email");
    if (contact["phone"]) display.phone = hours_of(contact["phone"]);
    return display;
}

std::vector<std::string> Display::notices_of(std::string_view page) const {
    std::vector<std::string> texts;
    for (const auto& notice : notices) {
        if (notice.pages.contains(page)) texts.push_back(notice.text);
    }
    return texts;
}

const ConditionDisplay& Display::condition(std::string_view name) const {
    static const ConditionDisplay in_full;
    const auto found = conditions.find(name);
    return found == conditions.end() ? in_full : found->second;
}

}  // namespace noren::pages
