#include "orders/shown_states.hpp"

#include <algorithm>
#include <stdexcept>

namespace noren::orders {
namespace {

bool fits(const std::vector<std::string>& wanted, std::string_view word) {
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), word) != wanted.end();
}

}  // namespace

ShownStates ShownStates::of(const settings::Value& storefront) {
    ShownStates states;
    const auto list = storefront["order_states"];
    for (const auto& item : list.items()) {
        states.entries_.push_back(
            {item.text("state"), item.texts("fulfilment"), item.texts("payment"), item.texts("hold")});
    }
    if (states.entries_.empty()) return states;
    for (const auto fulfilment : fulfilment_words) {
        for (const auto payment : payment_words) {
            for (const auto hold : hold_words) {
                if (states.find(fulfilment, payment, hold) != nullptr) continue;
                throw std::runtime_error(settings::to_string(
                    settings::fault_at(list.origin(), "no state of `order_states` fits an order",
                                       std::string(fulfilment) + ", " + std::string(payment) + ", " + std::string(hold),
                                       "a last entry that fits any order")));
            }
        }
    }
    return states;
}

const ShownStates::Entry* ShownStates::find(std::string_view fulfilment, std::string_view payment,
                                            std::string_view hold) const {
    const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
        return fits(entry.fulfilment, fulfilment) && fits(entry.payment, payment) && fits(entry.hold, hold);
    });
    return found == entries_.end() ? nullptr : &*found;
}

std::string_view ShownStates::of(const Order& order) const {
    const auto fulfilment = word_of(fulfilment_words, order.fulfilment);
    const auto* entry = find(fulfilment, word_of(payment_words, order.payment), word_of(hold_words, order.hold));
    return entry == nullptr ? fulfilment : std::string_view(entry->state);
}

std::vector<std::string> ShownStates::words() const {
    std::vector<std::string> words;
    words.reserve(entries_.size());
    for (const auto& entry : entries_) words.push_back(entry.state);
    if (words.empty()) words.assign(fulfilment_words.begin(), fulfilment_words.end());
    return words;
}

}  // namespace noren::orders
