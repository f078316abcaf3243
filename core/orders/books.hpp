// Books: what the use cases of an order write to, each in one transaction of the storefront's store.
#pragma once

#include <functional>
#include <optional>

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
    /// Whether the carrier takes the money of this payment method at the door.
    std::function<bool(const std::string& method)> collects_at_delivery = [](const std::string&) { return false; };
    /// After how long goods that are procured after the order and have not come are a case for staff.
    std::optional<Span> procurement_alert = std::nullopt;
};

/// The job that looks at an invoiced order when its deadline passes; its subject is the order's id_text().
inline constexpr const char* deadline_job = "payment_deadline";
/// The job that asks a provider what became of an attempt; its subject is the attempt's id_text().
inline constexpr const char* payment_check_job = "payment_check";

/// The job that asks what became of a refund; its subject is the refund's id_text().
inline constexpr const char* refund_check_job = "refund_check";
/// The job that begins a payment which the customer has no part in; its subject is the order's id_text().
inline constexpr const char* begin_payment_job = "begin_payment";
/// The job that looks whether the customer of a held order has answered; its subject is the order's id_text().
inline constexpr const char* reply_deadline_job = "reply_deadline";
/// The job that tells of arrived goods and has complete orders invoiced; its subject is the order's id_text().
inline constexpr const char* goods_arrived_job = "goods_arrived";
/// The job that cancels what cannot be procured; its subject is the order's id_text() and the SKU, with a blank.
inline constexpr const char* supply_failed_job = "supply_failed";
/// The job that looks whether goods procured after the order have come; its subject is the order's id_text().
inline constexpr const char* procurement_job = "procurement_late";
/// The job that cancels the unpaid orders of a closed account; its subject is the customer's id_text(), and the
/// household with a blank where that is closed too.
inline constexpr const char* close_account_job = "close_account";

/// Stores what was decided about an order on one occasion.
void record_decision(store::Transaction& tx, const Books& books, const Order& order, const std::string& occasion,
                     wire::Effect outcome, const wire::FactsT& facts, std::vector<policies::Ballot> ballots);

}  // namespace noren::orders
