#include "app/opened.hpp"

#include <stdexcept>

namespace noren::app {

Opened::Opened(const Whereabouts& whereabouts, Gateways gateways, const std::string& wanted)
    : installation(whereabouts) {
    std::string faults;
    for (const auto& fault : installation.faults()) faults += "\n" + fault;
    if (!faults.empty()) throw std::runtime_error("the configuration has faults:" + faults);
    if (!wanted.empty() && !installation.storefront(wanted))
        throw std::runtime_error("there is no storefront '" + wanted + "'");
    process = std::make_unique<Process>(installation);
    for (const auto& effective : installation.storefronts()) {
        if (wanted.empty() || effective == installation.storefront(wanted))
            storefronts.push_back(process->open(effective, gateways));
    }
}

}  // namespace noren::app
