// Pictures: something to look at where an item has no photograph yet.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "http/router.hpp"

namespace noren::pages {

/// An SVG of 320 by 320, always the same for a SKU: a dyed cloth with a crest. Holds nothing of the SKU's text.
std::string picture_of(std::string_view sku);

/// Serves the folder's files, as they are now, at /media/; what is missing but named as `<sku>.svg` is drawn. A folder
/// that is not there is empty. Throws as http::StaticFiles does.
void add_media(http::Router& router, const std::filesystem::path& folder);

}  // namespace noren::pages
