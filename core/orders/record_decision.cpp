#include "orders/books.hpp"

namespace noren::orders {

void record_decision(store::Transaction& tx, const Books& books, const Order& order, const std::string& occasion,
                     wire::Effect outcome, const wire::FactsT& facts, std::vector<policies::Ballot> ballots) {
    policies::Record record;
    record.id = books.ids.next<DecisionKind>();
    record.order = order.id;
    record.at = books.clock.now();
    record.occasion = occasion;
    record.outcome = policies::effect_word(outcome);
    record.revision = books.revision;
    record.facts = policies::facts_bytes(facts);
    record.ballots = std::move(ballots);
    policies::insert(tx, record);
}

}  // namespace noren::orders
