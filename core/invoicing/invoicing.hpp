// Invoicing: when an order is to be paid, until when, and what follows when it is not.
//
// An invoice is an immutable numbered document. Its deadline counts from the payment request, the instant at which the
// mail with the request may go out.
#pragma once

#include "orders/books.hpp"

namespace noren::invoicing {

/// An invoice and the request that goes with it, drawn up and not yet stored.
struct Draft {
    orders::Invoice invoice;
    orders::Notice request;
};

/// Draws up the invoice of an order that is not due yet: in `order` the payment step, issue and due instants are set.
/// `decision` is the answer to `invoice` and must name a deadline, else policy faults throw std::logic_error.
Draft draw_invoice(const orders::Books& books, orders::Order& order, const policies::Decision& decision,
                   wire::FactsT& facts);

/// Stores a draft: the document, the receivable, the deadline's job and the request to pay. The order itself is the
/// caller's to store.
void post_invoice(store::Transaction& tx, const orders::Books& books, const orders::Order& order, const Draft& draft);

/// Replaces the invoice that is out by one of the order as it is now: what `before` owed is credited. The first
/// deadline holds on. Both are stored orders, the one that `after` is saved by the caller. `facts` are those of
/// `after`.
void reissue_invoice(store::Transaction& tx, const orders::Books& books, const orders::Order& before,
                     const orders::Order& after, wire::FactsT& facts);

/// Invoices a stored order whose goods are ready and that is not held, if its policies say so. Returns whether they
/// did.
bool invoice_if_ready(store::Transaction& tx, const orders::Books& books, OrderId id);

/// Whose further orders of the same items are refused after an order was not paid.
using Bar = std::function<void(store::Transaction&, const orders::Order&, const std::string& whom)>;

/// The deadline's job: what the `overdue` policies say of an order that is still unpaid. An attempt whose outcome is
/// not known, or money under way, puts it off by an hour. An order that is paid or cancelled meanwhile is left alone.
void pass_deadline(store::Transaction& tx, const orders::Books& books, OrderId id, const Bar& bar);

}  // namespace noren::invoicing
