// What is kept of a decision: its facts and what each policy said, without personal data, to explain and replay it.
#pragma once

#include <noren/wire/message.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "store/store.hpp"

namespace noren::policies {

/// One policy's answer: the bytes of its Verdict reply, or empty with the fault's code when it failed.
struct Ballot {
    wire::Point point = wire::Point::Unknown;
    std::string event;
    std::string policy;
    std::string version;
    std::string fault;
    std::vector<std::uint8_t> reply;
};

/// All that was decided on one occasion, such as a placed order.
struct Record {
    DecisionId id;
    std::optional<OrderId> order;  // none for a refused placement
    Instant at{};
    std::string occasion;             // placed, invoiced, overdue, cancelled, ...
    std::string outcome;              // allow, deny, wait
    std::string revision;             // of the configuration
    std::vector<std::uint8_t> facts;  // a wire.Request with Facts
    std::vector<Ballot> ballots;
};

/// The most that one record may take, facts and ballots together, bytes.
inline constexpr std::size_t record_budget = 4096;

void insert(store::Transaction& tx, const Record& record);
std::optional<Record> find(store::Transaction& tx, DecisionId id);
/// Oldest first.
std::vector<Record> of_order(store::Transaction& tx, OrderId order);
/// Refused placements, newest first.
std::vector<Record> refused(store::Transaction& tx, int limit);
/// How many refused placements were recorded after `since`, counted up to `limit`.
int refused_since(store::Transaction& tx, Instant since, int limit);
/// Deletes the refused placements of before.
void forget_refused(store::Transaction& tx, Instant before);

/// Everything that was decided before `before` (no id: from the newest), newest first; all of it, or what was refused.
enum class Outcome { any, refused };
std::vector<Record> newest(store::Transaction& tx, DecisionId before, int limit, Outcome outcome = Outcome::any);

/// `facts` as the bytes that a record keeps.
std::vector<std::uint8_t> facts_bytes(const wire::FactsT& facts);
/// The facts of a record. Throws std::logic_error when they are damaged.
wire::FactsT facts_of(const Record& record);

}  // namespace noren::policies
