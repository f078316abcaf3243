#include "catalog/sale_states.hpp"

namespace noren::catalog {

std::vector<std::string> orderable_states(const settings::Value& storefront) {
    std::vector<std::string> states;
    for (const auto& state : storefront.at("sale.states").entries()) {
        const auto orderable = state.at("orderable");
        if (orderable && orderable.boolean()) states.push_back(state.key());
    }
    return states;
}

}  // namespace noren::catalog
