// How often a log-in may fail: five times for one name in a quarter of an hour, whether the name exists or not.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/clock.hpp"
#include "store/store.hpp"

namespace noren::customers {

class LogInLimit {
public:
    static constexpr int failures = 5;
    static constexpr std::chrono::minutes window{15};

    enum class Of { customers, staff };

    /// Customers' attempts are counted in a storefront's visits, staff's in the core store.
    LogInLimit(store::Store& store, Of of, const Clock& clock);

    /// Counts an attempt before it is made, so that a hundred at once get no further than five one by one. Returns when
    /// the next may be made if this one may not.
    std::optional<Instant> take(std::string_view email);

    /// Forgets the attempts after one that succeeded.
    void forgive(std::string_view email);

    /// Removes at most `limit` counts whose window is over; returns how many.
    std::int64_t sweep(int limit);

private:
    struct Statements;
    static const Statements& statements_of(Of of);

    store::Store& store_;
    const Statements& statements_;
    const Clock& clock_;
};

}  // namespace noren::customers
