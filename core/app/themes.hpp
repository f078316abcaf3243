// Themes: where a storefront's templates lie.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "pages/console_pages.hpp"
#include "pages/shop_pages.hpp"
#include "pages/theme.hpp"
#include "settings/effective.hpp"

namespace noren::app {

/// The folders of a storefront's theme, the most specific first: its `theme`, then `base`.
std::vector<std::filesystem::path> shop_theme(const std::filesystem::path& configuration,
                                              const settings::Effective& shop);
std::vector<std::filesystem::path> console_theme(const std::filesystem::path& configuration);

}  // namespace noren::app
