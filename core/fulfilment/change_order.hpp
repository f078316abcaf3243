// Changing where an order goes, how it is sent and how it is paid. Lines are never added.
#pragma once

#include "fulfilment/fulfilment.hpp"

namespace noren::fulfilment {

/// What may be changed now, each with why not and until when.
struct Changeable {
    struct Part {
        std::string what;  // address, shipping_method, payment_method
        bool allowed = false;
        std::optional<Instant> until;
        std::vector<policies::Reason> reasons;
    };
    std::vector<Part> parts;
    bool any() const {
        for (const auto& part : parts) {
            if (part.allowed) return true;
        }
        return false;
    }
};

Changeable changeable(store::Transaction& tx, const Parts& parts, const orders::Order& order, const Actor& actor);

struct ChangeRequest {
    OrderId order;
    std::optional<orders::Contact> contact;  // the whole new one, with a checked address
    std::string household;                   // of that address
    std::optional<std::string> shipping_method;
    std::optional<std::string> payment_method;
    /// What the customer was shown (preview): another total is refused as total_differs.
    std::optional<Money> expected_total;
    Actor actor;
};

/// The order as it would be, with its new total; nothing is kept. Refuses as change().
Result<orders::Order, Refusal> preview_change(const Parts& parts, const ChangeRequest& request);

/// Changes the order and tells the customer. Fees and shipping are decided again; an invoice that was out is replaced
/// by one of the same deadline; approvals still open at providers are given up. Codes: order_not_found, refused,
/// not_in_this_state, payment_in_progress, changed_meanwhile, nothing_to_change, shipping_not_offered,
/// payment_not_offered, total_differs, deadline_passed (another way to pay would come too late).
Result<orders::Order, Refusal> change(const Parts& parts, const ChangeRequest& request);

}  // namespace noren::fulfilment
