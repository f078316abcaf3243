// Pictures: something to look at where an item has no photograph yet.
#pragma once

#include <string>
#include <string_view>

namespace noren::pages {

/// An SVG of 320 by 320, always the same for a SKU: a dyed cloth with a crest. Holds nothing of the SKU's text.
std::string picture_of(std::string_view sku);

}  // namespace noren::pages
