// How often a log-in may fail, and a mail be asked for: five times for one name in a quarter of an hour, whether the
// name exists or not, and thirty times from one network, whatever the names.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "store/store.hpp"

namespace noren::customers {

class LogInLimit {
public:
    static constexpr int failures = 5;
    static constexpr int failures_of_network = 30;
    static constexpr std::chrono::minutes window{15};

    enum class Of { customers, staff };

    /// Customers' attempts are counted in a storefront's visits, staff's in the core store.
    LogInLimit(store::Store& store, Of of, const Clock& clock);

    /// Counts an attempt before it is made, so that a hundred at once get no further than five one by one. Returns when
    /// the next may be made if this one may not. `peer`: the IP address it comes from (IPv6: its /64 counts); empty:
    /// not known, not counted.
    std::optional<Instant> take(std::string_view email, std::string_view peer = {});

    /// Forgets the attempts after one that succeeded. Those of the network stay: who owns one account may not try
    /// others without end.
    void forgive(std::string_view email);

    /// The same for a mail that somebody wants sent to this address; log-ins and mails are counted apart.
    std::optional<Instant> take_mail(std::string_view email, std::string_view peer);

    /// Removes at most `limit` counts whose window is over; returns how many.
    std::int64_t sweep(int limit);

private:
    struct Statements;
    static const Statements& statements_of(Of of);
    std::optional<Instant> take_named(const std::string& what, std::string_view email, std::string_view peer);

    store::Store& store_;
    const Statements& statements_;
    const Clock& clock_;
};

}  // namespace noren::customers
