// ShownStates: what a customer is told of an order, projected from its fulfilment, payment and hold as the storefront's
// `order_states` say.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "orders/orders.hpp"
#include "settings/value.hpp"

namespace noren::orders {

class ShownStates {
public:
    /// Of a storefront's configuration without faults. Throws std::runtime_error, with file and line, when there is an
    /// order that no entry fits.
    static ShownStates of(const settings::Value& storefront);

    /// The word of the first entry that fits; the fulfilment's own without entries.
    std::string_view of(const Order& order) const;

    /// Every word that of() may give.
    std::vector<std::string> words() const;

private:
    struct Entry {
        std::string state;
        std::vector<std::string> fulfilment;  // empty: any
        std::vector<std::string> payment;
        std::vector<std::string> hold;
    };
    const Entry* find(std::string_view fulfilment, std::string_view payment, std::string_view hold) const;

    std::vector<Entry> entries_;
};

}  // namespace noren::orders
