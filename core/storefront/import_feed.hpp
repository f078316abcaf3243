// Feeds taken into a shop: its catalogue, its stock, and the orders that wait for what has come.
#pragma once

#include <istream>

#include "catalog/feed.hpp"
#include "storefront/storefront.hpp"

namespace noren::storefront {

/// catalog::import_feed() into this shop, with the rows' stock. Units on hand beyond those that the books have for an
/// item are a delivery where orders wait for it: those come first, in their own order, and are invoiced and told of it
/// by the shop's worker. Each such item is a transaction of its own after the feed was read.
/// `options.also` is this function's.
catalog::ImportReport import_feed(Storefront& shop, std::istream& stream, catalog::ImportOptions options);

}  // namespace noren::storefront
