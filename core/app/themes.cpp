#include "app/themes.hpp"

namespace noren::app {

std::vector<std::filesystem::path> shop_theme(const std::filesystem::path& configuration, const std::string& storefront) {
    const auto themes = configuration / "themes";
    std::vector<std::filesystem::path> folders;
    if (std::filesystem::is_directory(themes / storefront)) folders.push_back(themes / storefront);
    folders.push_back(themes / "base");
    return folders;
}

std::vector<std::filesystem::path> console_theme(const std::filesystem::path& configuration) {
    return {configuration / "themes" / "console", configuration / "themes" / "base"};
}

}  // namespace noren::app
