// Display: what a storefront's section `pages` says about how its pages look, read once.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "calendar/calendar.hpp"
#include "catalog/catalog.hpp"
#include "settings/value.hpp"

namespace noren::pages {

/// A shelf of the front page.
struct ShelfSetting {
    std::string name;
    catalog::Selection selection;
};

struct Notice {
    std::set<std::string, std::less<>> pages;  // product, cart, shipping, payment, confirm
    std::string text;
};

struct GradeSetting {
    std::string grade;
    std::string meaning;
};

/// How items of one condition are shown.
struct ConditionDisplay {
    bool has_pictures = true;
    bool has_description = true;
    std::vector<GradeSetting> ranking;
};

struct PhoneHours {
    std::string number;
    std::vector<unsigned> days;  // 0: Sunday, ascending from Monday
    settings::TimeOfDay opens;
    settings::TimeOfDay closes;

    /// Never on a day on which the shop is closed.
    bool is_answered(Instant at, const calendar::BusinessCalendar& calendar) const;
};

struct Display {
    /// Of a storefront whose settings were found without fault.
    static Display of(const settings::Value& storefront);

    std::vector<std::string> notices_of(std::string_view page) const;
    /// As items of this condition are shown; of one that nothing is said about, in full.
    const ConditionDisplay& condition(std::string_view name) const;

    std::vector<ShelfSetting> shelves;
    std::vector<Notice> notices;
    std::map<std::string, ConditionDisplay, std::less<>> conditions;
    std::string email;
    std::optional<PhoneHours> phone;
};

}  // namespace noren::pages
