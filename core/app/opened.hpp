// Opened: a checked installation with its process and storefronts, as most commands need it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/process.hpp"

namespace noren::app {

/// Throws std::runtime_error with every fault, one a line, when the configuration has any, or when one of `wanted` is
/// not there. `wanted` empty: every storefront.
struct Opened {
    Opened(const Whereabouts& whereabouts, Gateways gateways, const std::string& wanted = {});

    Installation installation;
    std::unique_ptr<Process> process;
    std::vector<std::unique_ptr<storefront::Storefront>> storefronts;
};

}  // namespace noren::app
