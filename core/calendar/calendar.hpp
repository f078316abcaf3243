// BusinessCalendar: a shop's days, in its time zone.
//
// A day is a business day when the shop works on it: no weekend, no public holiday, not closed by the shop; a day that
// the shop names as open is one in any case. Zones are those of the installed tzdata.
#pragma once

#include <array>
#include <noren/values/time.hpp>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "settings/value.hpp"

namespace date {
class time_zone;
}

namespace noren::calendar {

/// What a calendar is made of.
struct Days {
    std::string zone = "UTC";       // IANA, such as Asia/Tokyo
    std::array<bool, 7> weekend{};  // from Monday; not all of them
    std::vector<Date> holidays;
    std::vector<Date> closed;
    std::vector<Date> open;
    settings::TimeOfDay opens{9 * 60};
    settings::TimeOfDay closes{18 * 60};
};

/// A day as shoppers see it.
struct Day {
    enum class Kind { business, weekend, holiday, closed };
    Date date;
    Kind kind = Kind::business;
};
struct Month {
    int year = 0;
    int month = 0;          // 1 to 12
    int first_weekday = 0;  // of its first day: 0 is Monday
    std::vector<Day> days;
};

/// Never changes; any thread. Clocks are known to the end of 2037; later ones stay as they are then.
class BusinessCalendar {
public:
    /// Throws std::invalid_argument when the zone is unknown or every day is weekend.
    explicit BusinessCalendar(Days days);

    /// The calendar of a storefront whose settings were found without fault: its `time_zone` and its section
    /// `calendar`. Refuses an unknown zone (with the nearest name) and closing before opening.
    static Result<BusinessCalendar, settings::Faults> of(const settings::Value& storefront);

    bool is_business_day(Date date) const { return kind_of(date) == Day::Kind::business; }
    Day::Kind kind_of(Date date) const;
    /// The first business day on or after `date`. Throws std::out_of_range when there is none within 100 years.
    Date business_day_from(Date date) const;

    /// The date in the shop at an instant.
    Date local_date(Instant instant) const;
    /// Local time less UTC at an instant.
    std::chrono::seconds utc_offset(Instant instant) const;
    /// The first instant of a date in the shop.
    Instant start_of(Date date) const { return at(date, settings::TimeOfDay{0}); }
    /// When work begins and ends on a date, whether or not it is a business day.
    Instant opening_of(Date date) const { return at(date, days_.opens); }
    Instant closing_of(Date date) const { return at(date, days_.closes); }
    /// The instant of a local time. One that the clocks skip is as much later as they skip; of one that comes twice it
    /// is the earlier.
    Instant at(Date date, settings::TimeOfDay time) const;

    /// When a span from `from` ends:
    /// `168h` (seconds) after that much time; `7d` at the same local time 7 days on; `7bd` at the same local time of
    /// the 7th business day after it. What comes on a day that is no business day counts, for business days, as come at
    /// the opening of the next: `0bd` is `from` itself on a business day, else that opening. Throws std::out_of_range
    /// for a negative span or one of more than 100 years.
    Instant resolve(Span span, Instant from) const;

    /// The month that a date is in, day by day.
    Month month_of(Date date) const;
    /// What shoppers are shown: this month and the next.
    std::array<Month, 2> shown_at(Instant now) const;

    const std::string& zone() const { return days_.zone; }

private:
    struct Local;
    Local local(Instant instant) const;
    Instant instant_of(const Local& local) const;

    Days days_;
    const date::time_zone* zone_;
};

}  // namespace noren::calendar
