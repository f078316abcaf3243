// Books: what the use cases of an order write to, each in one transaction of the storefront's store.
#pragma once

#include <functional>

#include "calendar/calendar.hpp"
#include "jobs/jobs.hpp"
#include "ledger/ledger.hpp"
#include "orders/notices.hpp"
#include "orders/orders.hpp"
#include "payments/attempts.hpp"
#include "policies/policies.hpp"
#include "stock/stock.hpp"

namespace noren::orders {

struct Books {
    std::string storefront;
    std::string revision;
    Orders& orders;
    stock::Stock& stock;
    ledger::Ledger& ledger;
    jobs::Jobs& jobs;
    payments::Attempts& attempts;
    const policies::Policies& policies;
    const Notices& notices;
    const calendar::BusinessCalendar& calendar;
    const Clock& clock;
    IdSource& ids;
};

/// The job that looks at an invoiced order when its deadline passes; its subject is the order's id_text().
inline constexpr const char* deadline_job = "payment_deadline";
/// The job that asks a provider what became of an attempt; its subject is the attempt's id_text().
inline constexpr const char* payment_check_job = "payment_check";

/// Stores what was decided about an order on one occasion.
void record_decision(store::Transaction& tx, const Books& books, const Order& order, const std::string& occasion,
                     wire::Effect outcome, const wire::FactsT& facts, std::vector<policies::Ballot> ballots);

}  // namespace noren::orders
