#include "calendar/calendar.hpp"

#include <date/tz.h>

#include <algorithm>
#include <stdexcept>

namespace noren::calendar {
namespace {

using std::chrono::microseconds;

constexpr std::int64_t most_days = 36'525;  // 100 years

void in_order(std::vector<Date>& dates) {
    std::sort(dates.begin(), dates.end());
    dates.erase(std::unique(dates.begin(), dates.end()), dates.end());
}

bool holds(const std::vector<Date>& dates, Date date) {
    return std::binary_search(dates.begin(), dates.end(), date);
}

int weekday_of(Date date) {
    const int from_thursday = date.days % 7;  // 1970-01-01 was a Thursday, the fourth day from Monday
    return (from_thursday + 7 + 3) % 7;
}

const date::time_zone* zone_named(const std::string& name) {
    const auto& zones = date::get_tzdb().zones;
    const auto at =
        std::lower_bound(zones.begin(), zones.end(), name,
                         [](const date::time_zone& zone, const std::string& wanted) { return zone.name() < wanted; });
    return at != zones.end() && at->name() == name ? &*at : nullptr;
}

std::vector<std::string> zone_names() {
    std::vector<std::string> names;
    for (const auto& zone : date::get_tzdb().zones) names.push_back(zone.name());
    return names;
}

std::vector<Date> dates_of(const settings::Value& list) {
    std::vector<Date> dates;
    for (const auto& item : list.items()) dates.push_back(item.date());
    return dates;
}

date::year_month_day ymd_of(Date date) {
    return date::year_month_day{date::sys_days{date::days{date.days}}};
}

Date date_of(date::year_month_day ymd) {
    return Date{static_cast<std::int32_t>(date::sys_days{ymd}.time_since_epoch().count())};
}

}  // namespace

/// A date and the time since its local midnight.
struct BusinessCalendar::Local {
    Date date;
    microseconds time{};
};

BusinessCalendar::BusinessCalendar(Days days) : days_(std::move(days)), zone_(zone_named(days_.zone)) {
    if (zone_ == nullptr) throw std::invalid_argument("unknown time zone " + days_.zone);
    if (std::all_of(days_.weekend.begin(), days_.weekend.end(), [](bool closed) { return closed; })) {
        throw std::invalid_argument("a calendar needs a day of the week that is no weekend");
    }
    in_order(days_.holidays);
    in_order(days_.closed);
    in_order(days_.open);
}

Result<BusinessCalendar, settings::Faults> BusinessCalendar::of(const settings::Value& storefront) {
    constexpr std::array<std::string_view, 7> weekdays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    const auto section = storefront["calendar"];
    const auto zone = storefront["time_zone"];
    Days days;
    days.zone = zone.text();
    for (const auto& day : section.texts("weekend")) {
        days.weekend[static_cast<std::size_t>(std::find(weekdays.begin(), weekdays.end(), day) - weekdays.begin())] =
            true;
    }
    days.holidays = dates_of(section["holidays"]);
    days.closed = dates_of(section["closed"]);
    days.open = dates_of(section["open"]);
    days.opens = section.time_of_day("opens");
    days.closes = section.time_of_day("closes");

    settings::Faults faults;
    if (zone_named(days.zone) == nullptr) {
        faults.push_back(settings::fault_at(zone.origin(), zone.path(), settings::quoted(days.zone),
                                            "a time zone such as Asia/Tokyo",
                                            settings::nearest(days.zone, zone_names())));
    }
    if (!(days.opens < days.closes)) {
        const auto closes = section["closes"];
        faults.push_back(settings::fault_at(closes.origin(), closes.path(), settings::quoted(to_string(days.closes)),
                                            "a time after `opens`, " + to_string(days.opens)));
    }
    if (!faults.empty()) return refuse(std::move(faults));
    return BusinessCalendar(std::move(days));
}

Day::Kind BusinessCalendar::kind_of(Date date) const {
    if (holds(days_.open, date)) return Day::Kind::business;
    if (holds(days_.closed, date)) return Day::Kind::closed;
    if (holds(days_.holidays, date)) return Day::Kind::holiday;
    return days_.weekend[static_cast<std::size_t>(weekday_of(date))] ? Day::Kind::weekend : Day::Kind::business;
}

Date BusinessCalendar::business_day_from(Date date) const {
    for (const auto last = date.days + most_days; date.days <= last; ++date.days) {
        if (is_business_day(date)) return date;
    }
    throw std::out_of_range("no business day within 100 years");
}

BusinessCalendar::Local BusinessCalendar::local(Instant instant) const {
    const auto since = zone_->to_local(instant).time_since_epoch();
    const auto day = std::chrono::floor<date::days>(since);
    return {Date{static_cast<std::int32_t>(day.count())}, std::chrono::duration_cast<microseconds>(since - day)};
}

std::chrono::seconds BusinessCalendar::utc_offset(Instant instant) const {
    return zone_->get_info(instant).offset;
}

Instant BusinessCalendar::instant_of(const Local& local) const {
    const date::local_time<microseconds> wanted{date::days{local.date.days} + local.time};
    // Both for a time that the clocks skip and for one that comes twice, `first` is how the clocks stood before: with
    // it a skipped time comes out later, and a doubled one earlier.
    const auto info = zone_->get_info(wanted);
    return Instant{wanted.time_since_epoch() - info.first.offset};
}

Date BusinessCalendar::local_date(Instant instant) const {
    return local(instant).date;
}

Instant BusinessCalendar::at(Date date, settings::TimeOfDay time) const {
    return instant_of({date, std::chrono::minutes(time.minutes)});
}

Instant BusinessCalendar::resolve(Span span, Instant from) const {
    const auto most =
        span.unit == Span::Unit::seconds ? most_days * std::chrono::seconds(std::chrono::hours(24)).count() : most_days;
    if (span.count < 0 || span.count > most) throw std::out_of_range("a span that is negative or beyond 100 years");
    if (span.unit == Span::Unit::seconds) return from + std::chrono::seconds(span.count);

    auto end = local(from);
    if (span.unit == Span::Unit::days) {
        if (span.count == 0) return from;  // not read back from local time, which may come twice
        end.date.days += static_cast<std::int32_t>(span.count);
        return instant_of(end);
    }
    if (!is_business_day(end.date)) {
        end = {business_day_from(end.date), std::chrono::minutes(days_.opens.minutes)};
    } else if (span.count == 0) {
        return from;
    }
    for (auto left = span.count; left > 0; --left) end.date = business_day_from(Date{end.date.days + 1});
    return instant_of(end);
}

Month BusinessCalendar::month_of(Date date) const {
    const auto ymd = ymd_of(date);
    const auto first = date_of(ymd.year() / ymd.month() / 1);
    const auto last = date_of(date::year_month_day{ymd.year() / ymd.month() / date::last});
    Month month{
        static_cast<int>(ymd.year()), static_cast<int>(static_cast<unsigned>(ymd.month())), weekday_of(first), {}};
    for (auto day = first; day <= last; ++day.days) month.days.push_back({day, kind_of(day)});
    return month;
}

std::array<Month, 2> BusinessCalendar::shown_at(Instant now) const {
    auto this_month = month_of(local_date(now));
    auto next_month = month_of(Date{this_month.days.back().date.days + 1});
    return {std::move(this_month), std::move(next_month)};
}

}  // namespace noren::calendar
