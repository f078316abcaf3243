// ConsoleRoutes: what staff see and do. Every page wants a log-in, every route names the roles that may use it, and
// every action is recorded before it is done.
#pragma once

#include <functional>
#include <vector>

#include "customers/staff.hpp"
#include "host/plugin.hpp"
#include "http/router.hpp"
#include "pages/theme.hpp"
#include "storefront/storefront.hpp"

namespace noren::pages {

/// What the console shows; all must outlive the router.
struct ConsoleParts {
    customers::Staff& staff;
    customers::Sessions& sessions;
    store::Store& core;
    std::function<std::vector<host::PluginHealth>()> health;
    std::vector<storefront::Storefront*> storefronts;
    /// Ends the quarantine of a plugin's instance; whether there is such an instance.
    std::function<bool(const std::string& storefront, const std::string& plugin, const std::string& instance)> lift =
        [](const auto&, const auto&, const auto&) { return false; };
};

/// Adds the console's pages, below /<storefront>/. Throws std::invalid_argument without any storefront.
void add_console_routes(http::Router& router, ConsoleParts parts, const Theme& theme);

}  // namespace noren::pages
