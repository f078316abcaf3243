#include "app/themes.hpp"

namespace noren::app {

std::vector<std::filesystem::path> shop_theme(const std::filesystem::path& configuration,
                                              const settings::Effective& shop) {
    const auto themes = configuration / "themes";
    const auto& name = shop.value().text("theme");
    if (name == "base") return {themes / "base"};
    return {themes / name, themes / "base"};
}

std::vector<std::filesystem::path> console_theme(const std::filesystem::path& configuration) {
    return {configuration / "themes" / "console"};
}

}  // namespace noren::app
