#include "orders/notices.hpp"

namespace noren::orders {

Span span_of(const wire::SpanValueT& value) {
    if (value.unit == "s") return {value.count, Span::Unit::seconds};
    if (value.unit == "d") return {value.count, Span::Unit::days};
    if (value.unit == "bd") return {value.count, Span::Unit::business_days};
    throw std::logic_error("a verdict holds a span in '" + value.unit + "'");
}

Notice Notices::decide(const std::string& event, wire::FactsT& facts, Instant now, const Particulars& about) const {
    Notice notice{event, {}, {}};
    if (!policies_.decides(wire::Point::Notify)) return notice;
    facts.event = event;
    auto decision = policies_.decide(wire::Point::Notify, facts);
    for (const auto& mail : decision.mails) {
        const auto after = mail.after ? span_of(*mail.after) : Span{};
        notice.mails.push_back({mail.template_, calendar_.resolve(after, now), about});
    }
    notice.ballots = std::move(decision.ballots);
    return notice;
}

void Notices::post(store::Transaction& tx, const Order& order, const Notice& notice) const {
    for (const auto& mail : notice.mails) post_(tx, order, notice.event, mail);
}

}  // namespace noren::orders
