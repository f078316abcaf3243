// Instants, dates, and spans as configuration writes them.
#pragma once

#include <chrono>
#include <cstdint>

namespace noren {

/// A point in time, UTC, to the microsecond: what is stored. Zones are applied at the edge.
using Instant = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;

constexpr Instant instant_from_us(std::int64_t us) {
    return Instant{std::chrono::microseconds{us}};
}
constexpr std::int64_t us_of(Instant instant) {
    return instant.time_since_epoch().count();
}

/// A calendar date without a zone, as days since 1970-01-01.
struct Date {
    std::int32_t days = 0;
    friend constexpr bool operator==(Date a, Date b) { return a.days == b.days; }
    friend constexpr bool operator!=(Date a, Date b) { return a.days != b.days; }
    friend constexpr bool operator<(Date a, Date b) { return a.days < b.days; }
    friend constexpr bool operator<=(Date a, Date b) { return a.days <= b.days; }
    friend constexpr bool operator>(Date a, Date b) { return a.days > b.days; }
    friend constexpr bool operator>=(Date a, Date b) { return a.days >= b.days; }
};

/// A length of time as people set it. What instant it ends at is for a storefront's calendar to say:
/// `7d` ends at the same local time 7 days on, `168h` after that much elapsed time, `7bd` after 7 business days.
struct Span {
    enum class Unit : std::uint8_t { seconds, days, business_days };
    std::int64_t count = 0;
    Unit unit = Unit::seconds;
    friend constexpr bool operator==(Span a, Span b) { return a.count == b.count && a.unit == b.unit; }
};

}  // namespace noren
