// Cancelling an order or some of its lines, as far as its policies let the asker.
#pragma once

#include "fulfilment/fulfilment.hpp"

namespace noren::fulfilment {

/// What may be cancelled now.
struct Cancellable {
    struct Line {
        LineId id;
        bool allowed = false;
        std::optional<Instant> until;  // nothing: no end is known
        std::vector<policies::Reason> reasons;
    };
    bool whole = false;                     // the order with all its lines
    std::vector<Line> lines;                // as the order's
    std::vector<policies::Reason> reasons;  // about the whole
};

/// Nothing is kept. An order that is shipped, cancelled, or whose payment is under way can be cancelled by nobody
/// (not_in_this_state, payment_in_progress).
Result<Cancellable, Refusal> cancellable(store::Transaction& tx, const Parts& parts, const orders::Order& order,
                                         const Actor& actor);

struct CancelRequest {
    struct Part {
        LineId line;
        std::int64_t quantity = 0;  // 0: all of it; fewer units than the line has are for staff only
    };
    OrderId order;
    std::vector<Part> lines;  // empty: the whole order
    std::string reason;       // a code or words of the asker's, 1 to 200 bytes
    Actor actor;
};

/// Cancels and tells the customer. Lines that are taken out give their units back; the rest is priced anew (goods,
/// shipping, fees), and an invoice that was out is replaced by one of the same deadline. When no line is left the whole
/// order is cancelled. An act that policies weigh as an offence is counted, and conduct is decided.
/// Codes: as above, reason_missing, no_such_line, paid (a part of a paid order).
Result<orders::Order, Refusal> cancel(const Parts& parts, const CancelRequest& request);

}  // namespace noren::fulfilment
