// Notices: what a customer is told, when, as the `notify` policies say.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "calendar/calendar.hpp"
#include "orders/orders.hpp"
#include "policies/policies.hpp"

namespace noren::orders {

/// What a notice tells beside the order itself.
struct Particulars {
    std::string occasion;  // names it where one event may befall an order more than once; each is told once
    std::string reason;    // a code
    std::string tracking;
    std::optional<Money> amount;
    std::optional<Instant> by;
    std::vector<Line> lines;  // that it is about
};

/// One event's mails, decided and not yet stored.
struct Notice {
    struct Mail {
        std::string template_name;
        Instant send_after{};
        Particulars about;
    };
    std::string event;
    std::vector<Mail> mails;
    std::vector<policies::Ballot> ballots;
};

class Notices {
public:
    /// Writes a mail from its template and puts it into the outbox, in the transaction that it tells of.
    using Post = std::function<void(store::Transaction&, const Order&, const std::string& event, const Notice::Mail&)>;

    Notices(const policies::Policies& policies, const calendar::BusinessCalendar& calendar, Post post)
        : policies_(policies), calendar_(calendar), post_(std::move(post)) {}

    /// Which mails `event` calls for. Sets point and event of `facts`. No policy on notices: no mails.
    Notice decide(const std::string& event, wire::FactsT& facts, Instant now, const Particulars& about = {}) const;

    void post(store::Transaction& tx, const Order& order, const Notice& notice) const;

private:
    const policies::Policies& policies_;
    const calendar::BusinessCalendar& calendar_;
    Post post_;
};

/// The span that a verdict holds. Throws std::logic_error on an unknown unit: verdicts are verified before.
Span span_of(const wire::SpanValueT& value);

}  // namespace noren::orders
