// Bars: which items somebody may not order any more, such as those of an order that was never paid.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "store/store.hpp"

namespace noren::customers {

struct Bar {
    std::string whom;  // a household's pseudonym
    std::string sku;
    std::string reason;  // the code of the decision that barred it
    OrderId order;       // the order that it follows from
    Instant since{};
};

/// Queues the bar; barring again keeps the first unless it was lifted.
void bar(store::Transaction& tx, const Bar& bar);

/// What `whom` may not order, in the order of SKUs; lifted bars do not count.
store::Later<std::vector<std::string>> ask_barred_skus(store::Transaction& tx, std::string_view whom);

/// The same with everything about them, the latest first, lifted ones too.
struct KnownBar {
    Bar bar;
    std::optional<Instant> lifted;
};
std::vector<KnownBar> bars_of(store::Transaction& tx, std::string_view whom);

/// Lifts a bar. Returns whether there was one.
bool lift_bar(store::Transaction& tx, std::string_view whom, std::string_view sku, Instant now);

}  // namespace noren::customers
