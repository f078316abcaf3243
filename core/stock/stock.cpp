#include "stock/stock.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <tuple>

namespace noren::stock {
namespace {

using store::Database;
using store::Sql;
using store::Transaction;

constexpr std::int64_t most_units = 1'000'000;
constexpr std::int64_t units_worth_a_bucket = 4;  // fewer buyers than that seldom come at once
constexpr std::size_t most_lines = 1'000;

void open_bucket(Transaction& tx, const std::string& sku, Source source, std::int64_t bucket) {
    static const Sql open(
        "insert into stock_bucket (sku, source, bucket, free, reserved, sold) values ($1, $2, $3, 0, 0, 0) "
        "on conflict ({shop} sku, source, bucket) do nothing");
    tx.queue(open, sku, word(source), bucket);
}

/// Units of one item in one bucket.
struct Part {
    std::string sku;
    std::string source;
    std::int64_t bucket = 0;
    std::int64_t quantity = 0;

    auto place() const { return std::tie(sku, source, bucket); }
};

/// What happens to the counters for each unit of a part.
struct Movement {
    std::string_view kind;
    int free = 0;
    int reserved = 0;
    int sold = 0;
};
constexpr Movement received{"receive", +1, 0, 0};
constexpr Movement withdrawn{"withdraw", -1, 0, 0};
constexpr Movement reserved{"reserve", -1, +1, 0};
constexpr Movement claimed{"claim", 0, -1, +1};
constexpr Movement released{"release", +1, -1, 0};
constexpr Movement expired{"expire", +1, -1, 0};
constexpr Movement returned{"return", +1, 0, -1};
constexpr Movement departed{"arrive", 0, -1, 0};  // out of the incoming units
constexpr Movement departed_sold{"arrive", 0, 0, -1};
constexpr Movement arrived{"arrive", 0, +1, 0};
constexpr Movement arrived_sold{"arrive", 0, 0, +1};

/// An item from one source, in the order in which locks are taken.
using Item = std::pair<std::string, std::string>;

std::int64_t buckets_of(Database database) {
    return database == Database::postgresql ? 16 : 1;
}

std::string json_of(const std::map<Item, std::int64_t>& wanted) {
    auto json = nlohmann::json::array();
    for (const auto& [item, quantity] : wanted) {
        json.push_back({{"sku", item.first}, {"source", item.second}, {"quantity", quantity}});
    }
    return json.dump();
}

void move(Transaction& tx, IdSource& ids, Instant now, const Part& part, const Movement& movement,
          std::string_view cause) {
    static const Sql count(
        "update stock_bucket set free = free + $4, reserved = reserved + $5, sold = sold + $6 "
        "where sku = $1 and source = $2 and bucket = $3");
    static const Sql tell(
        "insert into stock_movement (id, at_us, kind, cause, sku, source, free, reserved, sold) "
        "values ($1, $2, $3, $4, $5, $6, $7, $8, $9)");
    const auto free = movement.free * part.quantity;
    const auto held = movement.reserved * part.quantity;
    const auto sold = movement.sold * part.quantity;
    tx.queue(count, part.sku, part.source, part.bucket, free, held, sold);
    tx.queue(tell, ids.next<struct MovementKind>(), now, movement.kind, cause, part.sku, part.source, free, held, sold);
}

/// Every bucket of the items with its free units, locked in order.
std::map<Item, std::vector<Part>> lock_buckets(Transaction& tx, const std::map<Item, std::int64_t>& wanted) {
    static const Sql lock(
        "select b.sku, b.source, b.bucket, b.free from json_each($1) d join stock_bucket b "
        "on b.sku = json_extract(d.value, '$.sku') and b.source = json_extract(d.value, '$.source') "
        "order by b.sku, b.source, b.bucket",
        "select b.sku, b.source, b.bucket, b.free from stock_bucket b "
        "join jsonb_to_recordset($1::jsonb) as d(sku text, source text) on b.sku = d.sku and b.source = d.source "
        "order by b.sku collate \"C\", b.source collate \"C\", b.bucket for update of b");
    const auto rows = tx.run(lock, json_of(wanted));
    std::map<Item, std::vector<Part>> free;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        free[{rows.text(row, 0), rows.text(row, 1)}].push_back(
            {rows.text(row, 0), rows.text(row, 1), rows.integer(row, 2), rows.integer(row, 3)});
    }
    return free;
}

std::int64_t sum(std::span<const Part> parts) {
    std::int64_t units = 0;
    for (const auto& part : parts) units += part.quantity;
    return units;
}

/// `quantity` units out of buckets that hold at least as many.
std::vector<Part> take_across(std::span<const Part> buckets, std::int64_t quantity) {
    std::vector<Part> taken;
    for (auto part : buckets) {
        part.quantity = std::min(part.quantity, quantity);
        if (part.quantity == 0) continue;
        quantity -= part.quantity;
        taken.push_back(std::move(part));
    }
    if (quantity != 0) throw std::logic_error("more units taken than the buckets hold");
    return taken;
}

/// What one order gets of the parts that were taken for all; leaves the rest in `parts`.
std::vector<Part> share_of(std::vector<Part>& parts, const std::map<Item, std::int64_t>& wanted) {
    std::vector<Part> share;
    auto open = wanted;
    for (auto& part : parts) {
        const auto item = open.find({part.sku, part.source});
        if (item == open.end() || item->second == 0 || part.quantity == 0) continue;
        auto mine = part;
        mine.quantity = std::min(part.quantity, item->second);
        part.quantity -= mine.quantity;
        item->second -= mine.quantity;
        share.push_back(std::move(mine));
    }
    return share;
}

/// What was found for each item: its parts, or that it is short with so many left.
struct Found {
    std::vector<Part> parts;
    std::map<Item, std::int64_t> left_of_short;
};

Found take_with_locks(Transaction& tx, const std::map<Item, std::int64_t>& wanted) {
    const auto buckets = lock_buckets(tx, wanted);
    Found found;
    for (const auto& [item, quantity] : wanted) {
        const auto at = buckets.find(item);
        const auto left = at == buckets.end() ? 0 : sum(at->second);
        if (left < quantity) {
            found.left_of_short[item] = left;
        } else {
            std::ranges::move(take_across(at->second, quantity), std::back_inserter(found.parts));
        }
    }
    return found;
}

/// Of each item one bucket that has enough. An item without such a bucket is short when too few units are committed as
/// free (those in flight are others'); else it is in neither list, and nothing is decided.
Found choose(Transaction& tx, const Sql& one_bucket_each, const std::map<Item, std::int64_t>& wanted) {
    const auto rows = tx.run(one_bucket_each, json_of(wanted));
    Found found;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const Item item{rows.text(row, 0), rows.text(row, 1)};
        const auto quantity = wanted.at(item);
        if (const auto bucket = rows.maybe_integer(row, 2)) {
            found.parts.push_back({item.first, item.second, *bucket, quantity});
        } else if (rows.integer(row, 3) < quantity) {
            found.left_of_short[item] = rows.integer(row, 3);
        }
    }
    return found;
}

std::string one_bucket_each(const std::string& of_item) {
    return "select d.sku, d.source, chosen.bucket, coalesce((select sum(b.free) from stock_bucket b "
           "where b.sku = d.sku and b.source = d.source), 0)::bigint "
           "from jsonb_to_recordset($1::jsonb) as d(sku text, source text, quantity bigint) left join lateral (" +
           of_item + ") chosen on true";
}

/// PostgreSQL: first a bucket that nobody holds; then, a few times, one whose holder is waited for; at last all
/// buckets, in order. Whoever waits for a bucket holds at most buckets of earlier items, so that none wait for one
/// another in a ring: what the last step took is let go before the next.
Found take(Transaction& tx, const std::map<Item, std::int64_t>& wanted) {
    if (tx.database() == Database::sqlite) return take_with_locks(tx, wanted);
    static const std::string enough =
        "select b.bucket from stock_bucket b where b.sku = d.sku and b.source = d.source and b.free >= d.quantity ";
    static const std::string any = "order by random() limit 1";
    static const Sql unheld("select 1", one_bucket_each(enough + any + " for update skip locked"));
    static const Sql awaited("select 1",
                             one_bucket_each(enough + "and b.bucket = (" + enough + any + ") for update of b"));
    static const Sql begin_taking("savepoint taking");
    static const Sql undo_taking("rollback to savepoint taking");
    constexpr int most_waits = 3;

    bool begun = false;
    const auto hold_nothing = [&] {
        tx.queue(begun ? undo_taking : begin_taking);
        begun = true;
    };
    const auto decided = [&](const Found& found) {
        return found.parts.size() == wanted.size() || !found.left_of_short.empty();
    };
    if (wanted.size() > 1) hold_nothing();
    auto found = choose(tx, unheld, wanted);
    for (int wait = 0; wait < most_waits && !decided(found); ++wait) {
        hold_nothing();
        found = choose(tx, awaited, wanted);
    }
    if (found.parts.size() == wanted.size()) return found;
    if (begun || !decided(found)) hold_nothing();
    return decided(found) ? found : take_with_locks(tx, wanted);
}

void set_state(Transaction& tx, ReservationId id, std::string_view state) {
    static const Sql set("update stock_reservation set state = $2 where id = $1");
    tx.queue(set, id, state);
}

store::Later<std::vector<Part>> ask_parts(Transaction& tx, ReservationId id) {
    static const Sql find(
        "select sku, source, bucket, quantity from stock_part where reservation_id = $1 and quantity > 0");
    return tx.ask(find, id).then([](const store::Rows& rows) {
        std::vector<Part> parts;
        for (std::size_t row = 0; row < rows.size(); ++row) {
            parts.push_back({rows.text(row, 0), rows.text(row, 1), rows.integer(row, 2), rows.integer(row, 3)});
        }
        std::ranges::sort(parts, [](const Part& a, const Part& b) { return a.place() < b.place(); });
        return parts;
    });
}

/// A reservation that nobody else changes until the transaction ends.
struct Held {
    std::string state;  // empty: there is none
    std::vector<Part> parts;

    bool has_ended() const { return state.empty() || state == "released"; }
};

Held hold(Transaction& tx, ReservationId id) {
    static const Sql lock("select state from stock_reservation where id = $1",
                          "select state from stock_reservation where id = $1 for update");
    const auto state = tx.ask(lock, id);
    const auto parts = ask_parts(tx, id);
    const auto rows = state.get();
    return {rows.empty() ? std::string() : rows.text(0, 0), parts.get()};
}

void check_units(std::int64_t quantity) {
    if (quantity < 1 || quantity > most_units) {
        throw std::invalid_argument("a number of units is outside 1 to 1,000,000: " + std::to_string(quantity));
    }
}

std::vector<Level> levels_in(const store::Rows& rows) {
    std::vector<Level> levels;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        levels.push_back({rows.text(row, 0), source_from_word(rows.text(row, 1)).value(), rows.integer(row, 2),
                          rows.integer(row, 3), rows.integer(row, 4)});
    }
    return levels;
}

}  // namespace

std::string_view word(Source source) {
    return source == Source::on_hand ? "on_hand" : "incoming";
}

std::optional<Source> source_from_word(std::string_view text) {
    if (text == word(Source::on_hand)) return Source::on_hand;
    if (text == word(Source::incoming)) return Source::incoming;
    return std::nullopt;
}

Result<Reservation, Shortage> Stock::reserve(Transaction& tx, std::span<const LineDemand> lines, Instant until) {
    const std::vector<LineDemand> order(lines.begin(), lines.end());
    return TRY(reserve(tx, std::span(&order, 1), until)).front();
}

Result<std::vector<Reservation>, Shortage> Stock::reserve(Transaction& tx,
                                                          std::span<const std::vector<LineDemand>> orders,
                                                          Instant until) {
    std::vector<std::map<Item, std::int64_t>> wanted_by_order;
    std::map<Item, std::int64_t> wanted;
    for (const auto& lines : orders) {
        if (lines.empty() || lines.size() > most_lines) {
            throw std::invalid_argument("a reservation has 1 to 1,000 lines");
        }
        auto& by_order = wanted_by_order.emplace_back();
        for (const auto& line : lines) {
            check_units(line.quantity);
            const Item item{line.sku, word(line.source)};
            by_order[item] += line.quantity;
            wanted[item] += line.quantity;
        }
    }

    const auto found = take(tx, wanted);
    std::size_t place = 0;
    for (const auto& lines : orders) {
        for (const auto& line : lines) {
            const Item item{line.sku, word(line.source)};
            if (const auto at = found.left_of_short.find(item); at != found.left_of_short.end()) {
                return refuse(Shortage{place, line.sku, line.source, wanted.at(item), at->second});
            }
            ++place;
        }
    }

    static const Sql insert_reservation("insert into stock_reservation (id, state, until_us) values ($1, 'live', $2)");
    static const Sql insert_part(
        "insert into stock_part (reservation_id, sku, source, bucket, quantity) values ($1, $2, $3, $4, $5)");
    const auto now = clock_.now();
    auto left = found.parts;
    std::vector<Reservation> reservations;
    for (const auto& by_order : wanted_by_order) {
        const auto& reservation = reservations.emplace_back(Reservation{ids_.next<ReservationKind>(), until});
        const auto cause = id_text(reservation.id.value);
        tx.queue(insert_reservation, reservation.id, until);
        for (const auto& part : share_of(left, by_order)) {
            move(tx, ids_, now, part, reserved, cause);
            tx.queue(insert_part, reservation.id, part.sku, part.source, part.bucket, part.quantity);
        }
    }
    return reservations;
}

Result<void, Lapsed> Stock::claim(Transaction& tx, ReservationId id) {
    const auto held = hold(tx, id);
    if (held.state == "claimed") return {};
    if (held.state != "live") return refuse(Lapsed{id});
    set_state(tx, id, "claimed");
    for (const auto& part : held.parts) move(tx, ids_, clock_.now(), part, claimed, id_text(id.value));
    return {};
}

void Stock::release(Transaction& tx, ReservationId id) {
    const auto held = hold(tx, id);
    if (held.has_ended()) return;
    set_state(tx, id, "released");
    const auto& movement = held.state == "live" ? released : returned;
    for (const auto& part : held.parts) move(tx, ids_, clock_.now(), part, movement, id_text(id.value));
}

std::int64_t Stock::release(Transaction& tx, ReservationId id, const std::string& sku, Source source,
                            std::int64_t quantity) {
    check_units(quantity);
    auto held = hold(tx, id);
    if (held.has_ended()) return 0;
    auto& parts = held.parts;
    std::erase_if(parts, [&](const Part& part) { return part.sku != sku || part.source != word(source); });

    static const Sql shrink(
        "update stock_part set quantity = quantity - $5 "
        "where reservation_id = $1 and sku = $2 and source = $3 and bucket = $4");
    const auto given_back = std::min(quantity, sum(parts));
    for (const auto& part : take_across(parts, given_back)) {
        move(tx, ids_, clock_.now(), part, held.state == "live" ? released : returned, id_text(id.value));
        tx.queue(shrink, id, part.sku, part.source, part.bucket, part.quantity);
    }
    return given_back;
}

std::vector<ReservationId> Stock::expire(Transaction& tx, Instant now) {
    static const std::string ended =
        "select id from stock_reservation where state = 'live' and until_us <= $1 order by until_us, id limit 1000";
    static const Sql find(ended, ended + " for update skip locked");  // one being claimed now is not ours to end
    const auto rows = tx.run(find, now);
    std::vector<ReservationId> ids;
    std::vector<std::pair<Part, ReservationId>> freed;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const auto id = rows.id<ReservationKind>(row, 0);
        ids.push_back(id);
        set_state(tx, id, "released");
        for (auto& part : ask_parts(tx, id).get()) freed.emplace_back(std::move(part), id);
    }
    std::ranges::stable_sort(freed, [](const auto& a, const auto& b) { return a.first.place() < b.first.place(); });
    for (const auto& [part, id] : freed) move(tx, ids_, clock_.now(), part, expired, id_text(id.value));
    return ids;
}

void Stock::receive(Transaction& tx, const std::string& sku, Source source, std::int64_t quantity,
                    std::string_view cause) {
    check_units(quantity);
    const auto buckets = buckets_of(tx.database());
    const auto first = ids_.next<struct MovementKind>().value % buckets;  // a unit at a time still spreads
    for (std::int64_t bucket = 0; bucket < buckets; ++bucket) {
        const bool one_more = (bucket + buckets - first) % buckets < quantity % buckets;
        const auto share = quantity / buckets + (one_more ? 1 : 0);
        if (share == 0) continue;
        open_bucket(tx, sku, source, bucket);
        move(tx, ids_, clock_.now(), {sku, std::string(word(source)), bucket, share}, received, cause);
    }
}

namespace {

void put_on_hand(Transaction& tx, IdSource& ids, Instant now, ReservationId id, const std::string& sku,
                 std::int64_t quantity, const Movement& movement, std::string_view cause) {
    static const Sql grow(
        "insert into stock_part (reservation_id, sku, source, bucket, quantity) values ($1, $2, $3, $4, $5) "
        "on conflict ({shop} reservation_id, sku, source, bucket) do update "
        "set quantity = stock_part.quantity + excluded.quantity");
    const auto bucket = id.value % buckets_of(tx.database());
    const Part part{sku, std::string(word(Source::on_hand)), bucket, quantity};
    open_bucket(tx, sku, Source::on_hand, bucket);
    move(tx, ids, now, part, movement, cause);
    tx.queue(grow, id, part.sku, part.source, part.bucket, part.quantity);
}

}  // namespace

std::int64_t Stock::arrive(Transaction& tx, ReservationId id, const std::string& sku, std::int64_t quantity,
                           std::string_view cause) {
    static const Sql shrink(
        "update stock_part set quantity = quantity - $5 "
        "where reservation_id = $1 and sku = $2 and source = $3 and bucket = $4");
    check_units(quantity);
    auto held = hold(tx, id);
    if (held.has_ended()) return 0;
    auto& parts = held.parts;
    std::erase_if(parts, [&](const Part& part) { return part.sku != sku || part.source != word(Source::incoming); });
    const auto come = std::min(quantity, sum(parts));
    if (come == 0) return 0;
    for (const auto& part : take_across(parts, come)) {
        move(tx, ids_, clock_.now(), part, held.state == "live" ? departed : departed_sold, cause);
        tx.queue(shrink, id, part.sku, part.source, part.bucket, part.quantity);
    }
    put_on_hand(tx, ids_, clock_.now(), id, sku, come, held.state == "live" ? arrived : arrived_sold, cause);
    return come;
}

ReservationId Stock::arrive_for(Transaction& tx, ReservationId id, const std::string& sku, std::int64_t quantity,
                                std::string_view cause) {
    static const Sql insert("insert into stock_reservation (id, state, until_us) values ($1, 'live', $2)");
    check_units(quantity);
    if (id.value == 0) {
        id = ids_.next<ReservationKind>();
        tx.queue(insert, id, until_released);
    }
    const auto held = hold(tx, id);
    if (held.has_ended()) throw std::logic_error("units arrived for a reservation that has ended");
    put_on_hand(tx, ids_, clock_.now(), id, sku, quantity, held.state == "live" ? arrived : arrived_sold, cause);
    return id;
}

void Stock::lock(Transaction& tx, const std::string& sku) const {
    lock_buckets(tx, {{{sku, std::string(word(Source::on_hand))}, 0}, {{sku, std::string(word(Source::incoming))}, 0}});
}

Result<void, Shortage> Stock::withdraw(Transaction& tx, const std::string& sku, Source source, std::int64_t quantity,
                                       std::string_view cause) {
    check_units(quantity);
    const Item item{sku, word(source)};
    const auto found = take_with_locks(tx, {{item, quantity}});
    if (!found.left_of_short.empty()) {
        return refuse(Shortage{0, sku, source, quantity, found.left_of_short.at(item)});
    }
    for (const auto& part : found.parts) move(tx, ids_, clock_.now(), part, withdrawn, cause);
    return {};
}

namespace {

/// The parts, come in: counters and movements, each in one statement.
void receive_parts(Transaction& tx, IdSource& ids, Instant now, std::span<const Part> parts, std::string_view cause) {
    static const std::string upsert =
        " on conflict ({shop} sku, source, bucket) do update set free = stock_bucket.free + excluded.free";
    static const Sql count(
        "insert into stock_bucket (sku, source, bucket, free, reserved, sold) select json_extract(value, '$.sku'), "
        "json_extract(value, '$.source'), json_extract(value, '$.bucket'), json_extract(value, '$.free'), 0, 0 "
        "from json_each($1) where true" +
            upsert,
        "insert into stock_bucket (sku, source, bucket, free, reserved, sold) select sku, source, bucket, free, 0, 0 "
        "from jsonb_to_recordset($1::jsonb) as d(sku text, source text, bucket bigint, free bigint) "
        "order by sku collate \"C\", source collate \"C\", bucket" +
            upsert);
    static const Sql tell(
        "insert into stock_movement (id, at_us, kind, cause, sku, source, free, reserved, sold) "
        "select json_extract(value, '$.id'), $2, $3, $4, json_extract(value, '$.sku'), json_extract(value, "
        "'$.source'), "
        "json_extract(value, '$.free'), 0, 0 from json_each($1)",
        "insert into stock_movement (id, at_us, kind, cause, sku, source, free, reserved, sold) "
        "select id, $2, $3, $4, sku, source, free, 0, 0 "
        "from jsonb_to_recordset($1::jsonb) as d(id bigint, sku text, source text, free bigint)");
    if (parts.empty()) return;
    auto counted = nlohmann::json::array();
    std::map<Item, std::int64_t> sums;
    for (const auto& part : parts) {
        counted.push_back(
            {{"sku", part.sku}, {"source", part.source}, {"bucket", part.bucket}, {"free", part.quantity}});
        if (part.quantity > 0) sums[{part.sku, part.source}] += part.quantity;
    }
    tx.queue(count, counted.dump());
    auto told = nlohmann::json::array();
    for (const auto& [item, units] : sums) {
        told.push_back({{"id", ids.next<struct MovementKind>().value},
                        {"sku", item.first},
                        {"source", item.second},
                        {"free", units}});
    }
    if (!told.empty()) tx.queue(tell, told.dump(), now, received.kind, cause);
}

}  // namespace

void Stock::set_free(Transaction& tx, const std::string& sku, Source source, std::int64_t free,
                     std::string_view cause) {
    const FreeUnits units{sku, source, free};
    set_free(tx, std::span(&units, 1), cause);
}

void Stock::set_free(Transaction& tx, std::span<const FreeUnits> items, std::string_view cause) {
    std::map<Item, std::int64_t> wanted;
    std::vector<Part> first_buckets;  // something to lock, lest two count a new item at once
    for (const auto& [sku, source, free] : items) {
        if (free < 0 || free > most_units) throw std::invalid_argument("free units are outside 0 to 1,000,000");
        if (!wanted.emplace(Item{sku, word(source)}, free).second) throw std::invalid_argument(sku + " twice");
        first_buckets.push_back({sku, std::string(word(source)), 0, 0});
    }
    if (wanted.empty()) return;
    receive_parts(tx, ids_, clock_.now(), first_buckets, cause);
    const auto locked = lock_buckets(tx, wanted);
    std::vector<Part> come;
    for (const auto& [item, free] : wanted) {
        const auto& buckets = locked.at(item);
        const auto now_free = sum(buckets);
        const auto more = std::max<std::int64_t>(free - now_free, 0);
        const auto count = std::clamp<std::int64_t>(more / units_worth_a_bucket, 1, buckets_of(tx.database()));
        for (std::int64_t bucket = 0; bucket < count; ++bucket) {
            const auto share = more / count + (bucket < more % count ? 1 : 0);
            if (share > 0) come.push_back({item.first, item.second, bucket, share});
        }
        if (free >= now_free) continue;
        for (const auto& part : take_across(buckets, now_free - free)) {
            move(tx, ids_, clock_.now(), part, withdrawn, cause);
        }
    }
    receive_parts(tx, ids_, clock_.now(), come, cause);
}

store::Later<std::vector<Level>> Stock::ask_levels(Transaction& tx, std::span<const std::string> skus) const {
    static const std::string sums =
        "select sku, source, cast(sum(free) as bigint), cast(sum(reserved) as bigint), cast(sum(sold) as bigint) "
        "from stock_bucket where sku ";
    static const std::string by_item = " group by sku, source order by sku, source";
    // An array of its own, for PostgreSQL to look up by index: it would scan the table to join it with a function's
    // rows.
    static const Sql find(sums + "in (select value from json_each($1))" + by_item,
                          sums + "= any (array(select jsonb_array_elements_text($1::jsonb)))" + by_item);
    return tx.ask(find, nlohmann::json(std::vector<std::string>(skus.begin(), skus.end())).dump()).then(levels_in);
}

std::vector<Level> Stock::levels(Transaction& tx, std::span<const std::string> skus) const {
    return ask_levels(tx, skus).get();
}

std::vector<Level> Stock::page(Transaction& tx, const std::string& start, const std::string& after, int limit) const {
    // A prefix as a range: characters of a SKU all sort below '~'. PostgreSQL's order is that of bytes here too.
    static const Sql find(
        "select sku, source, cast(sum(free) as bigint), cast(sum(reserved) as bigint), cast(sum(sold) as bigint) "
        "from stock_bucket where sku in (select distinct sku from stock_bucket where sku > $1 and sku >= $2 and sku < "
        "$3 "
        "order by sku limit $4) group by sku, source order by sku, source",
        "select sku, source, cast(sum(free) as bigint), cast(sum(reserved) as bigint), cast(sum(sold) as bigint) "
        "from stock_bucket where sku in (select distinct sku collate \"C\" from stock_bucket where sku collate \"C\" > "
        "$1 "
        "and sku collate \"C\" >= $2 and sku collate \"C\" < $3 order by 1 limit $4) group by sku, source "
        "order by sku collate \"C\", source");
    return levels_in(tx.run(find, after, start, start + "~", limit));
}

std::vector<Stock::Moved> Stock::movements(Transaction& tx, const std::string& sku, int limit) const {
    static const Sql find(
        "select at_us, kind, cause, source, free, reserved, sold from stock_movement where sku = $1 "
        "order by id desc limit $2");
    const auto rows = tx.run(find, sku, limit);
    std::vector<Moved> moves;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        moves.push_back({rows.instant(row, 0), rows.text(row, 1), rows.text(row, 2),
                         source_from_word(rows.text(row, 3)).value(), rows.integer(row, 4), rows.integer(row, 5),
                         rows.integer(row, 6)});
    }
    return moves;
}

std::int64_t Stock::available(Transaction& tx, const std::string& sku, Source source) const {
    static const Sql find(
        "select cast(coalesce(sum(free), 0) as bigint) from stock_bucket where sku = $1 and source = $2");
    return tx.run(find, sku, word(source)).integer(0, 0);
}

std::vector<Discrepancy> Stock::verify(Transaction& tx) const {
    static const Sql against_movements(
        "select sku, source, cast(sum(free) as bigint), cast(sum(reserved) as bigint), cast(sum(sold) as bigint) from "
        "(select sku, source, free, reserved, sold from stock_bucket union all "
        "select sku, source, -free, -reserved, -sold from stock_movement) x "
        "group by sku, source having sum(free) <> 0 or sum(reserved) <> 0 or sum(sold) <> 0 order by sku, source");
    static const Sql against_reservations(
        "select sku, source, cast(0 as bigint), cast(sum(reserved) as bigint), cast(sum(sold) as bigint) from "
        "(select sku, source, reserved, sold from stock_bucket union all "
        "select p.sku, p.source, case r.state when 'live' then -p.quantity else 0 end, "
        "case r.state when 'claimed' then -p.quantity else 0 end "
        "from stock_part p join stock_reservation r on r.id = p.reservation_id) x "
        "group by sku, source having sum(reserved) <> 0 or sum(sold) <> 0 order by sku, source");
    std::vector<Discrepancy> found;
    const auto compare = [&](const Sql& sql, const std::string& than) {
        const auto rows = tx.run(sql);
        for (std::size_t row = 0; row < rows.size(); ++row) {
            found.push_back({rows.text(row, 0), rows.text(row, 1),
                             "counters differ from " + than + " by free " + std::to_string(rows.integer(row, 2)) +
                                 ", reserved " + std::to_string(rows.integer(row, 3)) + ", sold " +
                                 std::to_string(rows.integer(row, 4))});
        }
    };
    compare(against_movements, "the movements");
    compare(against_reservations, "the reservations");
    return found;
}

}  // namespace noren::stock
