// Stock: what can still be promised of each item.
//
// A unit is free, reserved or sold, and it is either on hand or incoming (a pre-order slot). The database guards that
// none is promised twice; this module asks it in one round trip, mostly. Every change is also a movement: counters and
// movements must tell the same, which verify() checks.
//
// On PostgreSQL the units of an item lie in 16 bucket rows, so that buyers of one hot item do not queue behind one row:
// each takes from a bucket that nobody holds, or waits for one. Only when no single bucket has enough are all of them
// locked, in order, and units taken across them; so an item is neither oversold nor called sold out while units remain.
// SQLite has one writer, and needs one bucket.
#pragma once

#include <cstdint>
#include <noren/values/id.hpp>
#include <noren/values/time.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "store/store.hpp"

namespace noren::stock {

/// Where a unit comes from: the warehouse, or a delivery that the shop expects.
enum class Source { on_hand, incoming };

/// `on_hand`, `incoming`: as the database and verdicts write it.
std::string_view word(Source source);
/// Nothing for another word (`none` among them: what is procured after the order is not in stock).
std::optional<Source> source_from_word(std::string_view word);

/// What an order line asks for: 1 to 1,000,000 units.
struct LineDemand {
    std::string sku;
    Source source = Source::on_hand;
    std::int64_t quantity = 1;
};

/// Ends at `until` unless claimed before.
struct Reservation {
    ReservationId id;
    Instant until;
};
/// For a reservation that only release() ends.
inline constexpr Instant until_released = Instant::max();

/// The first line that cannot be had, by its place among the lines asked for; what all lines of its item want together,
/// and how many units are left of it.
struct Shortage {
    std::size_t line = 0;
    std::string sku;
    Source source = Source::on_hand;
    std::int64_t wanted = 0;
    std::int64_t left = 0;
};

/// The reservation has ended, or never was: its units may be somebody else's.
struct Lapsed {
    ReservationId id;
};

/// The units of one item from one source.
struct Level {
    std::string sku;
    Source source = Source::on_hand;
    std::int64_t free = 0;
    std::int64_t reserved = 0;
    std::int64_t sold = 0;
};

/// How many units of an item from one source are to be free.
struct FreeUnits {
    std::string sku;
    Source source = Source::on_hand;
    std::int64_t free = 0;  // 0 to 1,000,000
};

/// Where counters, movements and reservations disagree.
struct Discrepancy {
    std::string sku;
    std::string source;
    std::string what;
};

/// One storefront's stock. Any thread; keeps nothing between calls.
class Stock {
public:
    Stock(const Clock& clock, IdSource& ids) : clock_(clock), ids_(ids) {}

    /// Reserves every line or none at all; lines of one item are summed. At most 1,000 lines.
    /// Call it once in a transaction and late: its locks, taken in item order, are the last of all locks.
    Result<Reservation, Shortage> reserve(store::Transaction& tx, std::span<const LineDemand> lines, Instant until);
    /// The same for several orders at once, each with a reservation of its own, given in their order: all of them or
    /// none. The shortage's line is counted through all orders.
    Result<std::vector<Reservation>, Shortage> reserve(store::Transaction& tx,
                                                       std::span<const std::vector<LineDemand>> orders, Instant until);

    /// The reserved units are sold. A repeat changes nothing and succeeds; Lapsed when the reservation ended before.
    Result<void, Lapsed> claim(store::Transaction& tx, ReservationId id);

    /// Gives all units back, reserved or sold: the order is off. A repeat, or an id unknown, changes nothing.
    void release(store::Transaction& tx, ReservationId id);

    /// Gives back up to `quantity` units of one item and returns how many that were.
    std::int64_t release(store::Transaction& tx, ReservationId id, const std::string& sku, Source source,
                         std::int64_t quantity);

    /// Gives back what was reserved until `now` or before, at most 1,000 reservations a call (the earliest first).
    /// Returns which; call again until there are none.
    std::vector<ReservationId> expire(store::Transaction& tx, Instant now);

    /// `quantity` (>= 1) further units can be promised. `cause` is told in the movement: a delivery note, an import.
    void receive(store::Transaction& tx, const std::string& sku, Source source, std::int64_t quantity,
                 std::string_view cause);

    /// Units that a reservation waits for have arrived: up to `quantity` that it holds as incoming it holds on hand
    /// from now on. Returns how many those were.
    std::int64_t arrive(store::Transaction& tx, ReservationId id, const std::string& sku, std::int64_t quantity,
                        std::string_view cause);
    /// `quantity` units that nobody expected arrived for a live reservation, which holds them on hand. No id: for a new
    /// one. Returns it.
    ReservationId arrive_for(store::Transaction& tx, ReservationId id, const std::string& sku, std::int64_t quantity,
                             std::string_view cause);
    /// Locks all of an item's units, before several changes of it in one transaction.
    void lock(store::Transaction& tx, const std::string& sku) const;

    /// Free units that turned out not to exist. Shortage (and nothing changed) when fewer than `quantity` are free.
    Result<void, Shortage> withdraw(store::Transaction& tx, const std::string& sku, Source source,
                                    std::int64_t quantity, std::string_view cause);

    /// Makes the free units exactly `free` (>= 0) by receiving or withdrawing the difference, as after a stock-taking.
    void set_free(store::Transaction& tx, const std::string& sku, Source source, std::int64_t free,
                  std::string_view cause);
    /// The same for many items in a few statements, as when a feed is imported; each item and source once.
    void set_free(store::Transaction& tx, std::span<const FreeUnits> items, std::string_view cause);

    /// The levels of these items, by item and source; what was never received is not listed.
    std::vector<Level> levels(store::Transaction& tx, std::span<const std::string> skus) const;
    store::Later<std::vector<Level>> ask_levels(store::Transaction& tx, std::span<const std::string> skus) const;
    /// The levels of the next `limit` items after `after` (empty: from the first) whose SKU begins with `start`.
    std::vector<Level> page(store::Transaction& tx, const std::string& start, const std::string& after,
                            int limit) const;
    /// What happened to an item, the latest first, at most `limit`: an order's moves are told apart by their kind.
    struct Moved {
        Instant at{};
        std::string kind;  // receive, withdraw, reserve, claim, release, expire, return, ...
        std::string cause;
        Source source = Source::on_hand;
        std::int64_t free = 0;  // by how much each counter changed
        std::int64_t reserved = 0;
        std::int64_t sold = 0;
    };
    std::vector<Moved> movements(store::Transaction& tx, const std::string& sku, int limit) const;
    /// Free units of one item from one source, 0 when it is unknown.
    std::int64_t available(store::Transaction& tx, const std::string& sku, Source source) const;

    /// Recomputes all: counters against movements, reserved against live reservations, sold against claimed ones.
    /// Empty when the books agree. Reads every movement.
    std::vector<Discrepancy> verify(store::Transaction& tx) const;

private:
    const Clock& clock_;
    IdSource& ids_;
};

}  // namespace noren::stock
