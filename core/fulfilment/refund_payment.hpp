// Giving captured money back.
#pragma once

#include "fulfilment/fulfilment.hpp"
#include "payments/payments.hpp"

namespace noren::fulfilment {

/// What of an order's captured money can still be given back, by attempt.
struct Refundable {
    AttemptId attempt;
    std::string method;
    Money captured;
    Money left;               // captured, less what was refunded or is being
    bool by_gateway = false;  // else it is returned by other means and settled by hand
};
std::vector<Refundable> refundable(store::Transaction& tx, const orders::Books& books,
                                   const payments::Payments& payments, OrderId order);

/// The books' share of a refund that is asked for: locks the order and, as far as the money is not owed back already,
/// credits it. Codes: order_not_found, attempt_not_found, nothing_captured, too_much.
Result<void, payments::Refusal> reserve_refund(store::Transaction& tx, const orders::Books& books,
                                               const payments::Refund& refund);
/// The books' share of what became of it: a transfer out, and the customer is told; or a note that it failed.
void book_refund(store::Transaction& tx, const orders::Books& books, const payments::Refund& refund,
                 payments::RefundEvent event);

}  // namespace noren::fulfilment
