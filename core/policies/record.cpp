#include "policies/record.hpp"

#include <cstring>
#include <stdexcept>

namespace noren::policies {
namespace {

// Ballots, one after another: point, then five strings, each with its length in 32 bits, little-endian.
void put(std::vector<std::uint8_t>& out, const void* data, std::size_t size) {
    const auto length = static_cast<std::uint32_t>(size);
    for (int shift = 0; shift < 32; shift += 8) out.push_back(static_cast<std::uint8_t>(length >> shift));
    const auto* bytes = static_cast<const std::uint8_t*>(data);
    out.insert(out.end(), bytes, bytes + size);
}

std::vector<std::uint8_t> encode(const std::vector<Ballot>& ballots) {
    std::vector<std::uint8_t> out;
    for (const auto& ballot : ballots) {
        out.push_back(static_cast<std::uint8_t>(ballot.point));
        for (const auto* text : {&ballot.event, &ballot.policy, &ballot.version, &ballot.fault}) {
            put(out, text->data(), text->size());
        }
        put(out, ballot.reply.data(), ballot.reply.size());
    }
    return out;
}

std::vector<Ballot> decode(std::string_view bytes) {
    const auto take = [&bytes](std::size_t size) {
        if (bytes.size() < size) throw std::logic_error("a recorded decision is damaged");
        const auto piece = bytes.substr(0, size);
        bytes.remove_prefix(size);
        return piece;
    };
    const auto take_string = [&take] {
        std::size_t length = 0;
        int shift = 0;
        for (const char c : take(4))
            length |= static_cast<std::size_t>(static_cast<std::uint8_t>(c)) << shift, shift += 8;
        return take(length);
    };
    std::vector<Ballot> ballots;
    while (!bytes.empty()) {
        Ballot ballot;
        ballot.point = static_cast<wire::Point>(take(1).front());
        for (auto* text : {&ballot.event, &ballot.policy, &ballot.version, &ballot.fault}) *text = take_string();
        const auto reply = take_string();
        ballot.reply.assign(reply.begin(), reply.end());
        ballots.push_back(std::move(ballot));
    }
    return ballots;
}

constexpr const char* columns = "id, order_id, at, occasion, outcome, revision, facts, verdicts";

std::vector<Record> records_of(const store::Rows& rows) {
    std::vector<Record> records;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        Record record;
        record.id = rows.id<DecisionKind>(row, 0);
        if (const auto order = rows.maybe_integer(row, 1)) record.order = OrderId{*order};
        record.at = rows.instant(row, 2);
        record.occasion = rows.text(row, 3);
        record.outcome = rows.text(row, 4);
        record.revision = rows.text(row, 5);
        const auto& facts = rows.text(row, 6);
        record.facts.assign(facts.begin(), facts.end());
        record.ballots = decode(rows.text(row, 7));
        records.push_back(std::move(record));
    }
    return records;
}

}  // namespace

void insert(store::Transaction& tx, const Record& record) {
    static const store::Sql insert(
        "insert into decision (id, order_id, at, occasion, outcome, revision, facts, verdicts) "
        "values ($1, $2, $3, $4, $5, $6, $7, $8)");
    const auto ballots = encode(record.ballots);
    tx.queue(insert, record.id, record.order, record.at, record.occasion, record.outcome, record.revision,
             store::Blob{record.facts}, store::Blob{ballots});
}

std::optional<Record> find(store::Transaction& tx, DecisionId id) {
    static const store::Sql select(std::string("select ") + columns + " from decision where id = $1");
    auto records = records_of(tx.run(select, id));
    if (records.empty()) return std::nullopt;
    return std::move(records.front());
}

std::vector<Record> of_order(store::Transaction& tx, OrderId order) {
    static const store::Sql select(std::string("select ") + columns + " from decision where order_id = $1 order by id");
    return records_of(tx.run(select, order));
}

int refused_since(store::Transaction& tx, Instant since, int limit) {
    static const store::Sql count(
        "select count(*) from (select 1 from decision where order_id is null and at > $1 limit $2) recent");
    return static_cast<int>(tx.run(count, since, limit).integer(0, 0));
}

void forget_refused(store::Transaction& tx, Instant before) {
    static const store::Sql forget("delete from decision where order_id is null and at < $1");
    tx.queue(forget, before);
}

std::vector<Record> refused(store::Transaction& tx, int limit) {
    static const store::Sql select(std::string("select ") + columns +
                                   " from decision where order_id is null order by id desc limit $1");
    return records_of(tx.run(select, limit));
}

std::vector<Record> newest(store::Transaction& tx, DecisionId before, int limit, Outcome outcome) {
    static const std::string start = std::string("select ") + columns + " from decision where ($1 = 0 or id < $1)";
    static const std::string order = " order by id desc limit $2";
    static const store::Sql any(start + order);
    static const store::Sql refusals(start + " and outcome = 'deny'" + order);
    return records_of(tx.run(outcome == Outcome::refused ? refusals : any, before, limit));
}

std::vector<std::uint8_t> facts_bytes(const wire::FactsT& facts) {
    noren_fb::FlatBufferBuilder builder(2048);
    const auto offset = wire::Facts::Pack(builder, &facts);
    wire::RequestBuilder request(builder);
    request.add_ask_type(wire::Ask::Facts);
    request.add_ask(offset.Union());
    builder.Finish(request.Finish());
    return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

wire::FactsT facts_of(const Record& record) {
    noren_fb::Verifier verifier(record.facts.data(), record.facts.size());
    if (!verifier.VerifyBuffer<wire::Request>(nullptr)) throw std::logic_error("a recorded decision is damaged");
    const auto* facts = noren_fb::GetRoot<wire::Request>(record.facts.data())->ask_as_Facts();
    if (facts == nullptr) throw std::logic_error("a recorded decision holds no facts");
    wire::FactsT unpacked;
    facts->UnPackTo(&unpacked);
    return unpacked;
}

}  // namespace noren::policies
