#include "pages/shop_pages.hpp"

#include <unicode/coll.h>
#include <unicode/uloc.h>

#include <algorithm>
#include <chrono>
#include <memory>

namespace noren::pages::shop {
namespace {

std::chrono::sys_days day_of(Date date) {
    return std::chrono::sys_days(std::chrono::days(date.days));
}
Date date_of(std::chrono::sys_days day) {
    return {static_cast<std::int32_t>(day.time_since_epoch().count())};
}

CalendarMonth month_of(std::chrono::year_month month, Date today, const std::vector<Date>& closed,
                       const Reading& reading) {
    CalendarMonth made;
    made.name = month_name(static_cast<int>(month.year()), static_cast<unsigned>(month.month()), reading);
    const std::chrono::sys_days first = month / std::chrono::day(1);
    const std::chrono::sys_days after = (month + std::chrono::months(1)) / std::chrono::day(1);
    std::vector<CalendarDay> week(std::chrono::weekday(first).c_encoding());
    for (auto day = first; day < after; day += std::chrono::days(1)) {
        CalendarDay cell;
        cell.day = static_cast<std::int64_t>((day - first).count()) + 1;
        append_date(cell.name, date_of(day), reading);
        cell.is_closed = std::find(closed.begin(), closed.end(), date_of(day)) != closed.end();
        cell.is_today = date_of(day) == today;
        week.push_back(std::move(cell));
        if (week.size() == 7) made.weeks.push_back({std::exchange(week, {})});
    }
    if (!week.empty()) {
        week.resize(7);
        made.weeks.push_back({std::move(week)});
    }
    return made;
}

}  // namespace

const Face& face() {
    static const Face face{&Frame::shape(),
                           {&Home::shape(),
                            &Catalogue::shape(),
                            &Product::shape(),
                            &WatchList::shape(),
                            &Cart::shape(),
                            &CheckoutAddress::shape(),
                            &CheckoutMethods::shape(),
                            &CheckoutConfirm::shape(),
                            &Order::shape(),
                            &Orders::shape(),
                            &CancelOrder::shape(),
                            &ChangeOrder::shape(),
                            &PaymentReturn::shape(),
                            &Calendar::shape(),
                            &Contact::shape(),
                            &LogIn::shape(),
                            &Register::shape(),
                            &ForgottenPassword::shape(),
                            &NewPassword::shape(),
                            &Account::shape(),
                            &AddressBook::shape(),
                            &AddressEntry::shape(),
                            &Statement::shape()}};
    return face;
}

Calendar calendar_of(Date today, const std::vector<Date>& closed, const Reading& reading) {
    const std::chrono::year_month_day now(day_of(today));
    Calendar made;
    for (unsigned weekday = 0; weekday < 7; ++weekday) made.weekdays.push_back({weekday_name(weekday, reading)});
    const std::chrono::year_month month(now.year(), now.month());
    made.months.push_back(month_of(month, today, closed, reading));
    made.months.push_back(month_of(month + std::chrono::months(1), today, closed, reading));
    made.zone = reading.time_zone;
    return made;
}

CountryInput countries(std::string_view chosen, const Reading& reading) {
    CountryInput made;
    for (auto* code = uloc_getISOCountries(); *code; ++code) {
        made.choices.push_back({*code, country_name(*code, reading), chosen == *code});
    }
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<icu::Collator> collator(
        icu::Collator::createInstance(icu::Locale::forLanguageTag(reading.language, status), status));
    std::sort(made.choices.begin(), made.choices.end(), [&](const Choice& a, const Choice& b) {
        if (!collator) return a.label < b.label;
        UErrorCode ignored = U_ZERO_ERROR;
        return collator->compareUTF8(a.label, b.label, ignored) == UCOL_LESS;
    });
    return made;
}

}  // namespace noren::pages::shop
