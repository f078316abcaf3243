// Cart: what a visit has chosen so far. Every change sets an absolute value, so that a repeat is harmless; a cart may
// lose its last seconds in a power failure, an order never.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "orders/orders.hpp"
#include "store/store.hpp"

namespace noren::cart {

inline constexpr std::size_t most_lines = 100;
inline constexpr std::int64_t most_units = 9999;

struct CartLine {
    std::string sku;
    std::int64_t quantity = 1;
};

struct Cart {
    std::vector<CartLine> lines;
    orders::Contact contact;
    std::string shipping_method;
    std::string payment_method;
    bool wants_account = false;  // a guest who wants to be asked for a password once the order is placed
};

/// The codes of what is in it, line by line.
std::vector<std::string> skus_of(const Cart& cart);

/// Why a change was refused: too_many_lines, quantity_out_of_range.
struct Refusal {
    std::string code;
};

class Carts {
public:
    Carts(store::Store& visits, const Clock& clock) : visits_(visits), clock_(clock) {}

    /// The session's cart, empty when it has none. `session` is the session's stored key, never its token.
    Cart load(const std::string& session) const;
    void save(const std::string& session, const Cart& cart);
    /// Changes the cart in one transaction, so that of two changes at once none is lost; gives it as it is then. When
    /// `change` refuses nothing is kept. It may run more than once.
    Result<Cart, Refusal> change(const std::string& session, const std::function<Result<void, Refusal>(Cart&)>& change);
    /// After an order: the lines are gone, contact and methods stay.
    void clear_lines(const std::string& session);
    /// Removes carts not touched since `before`; returns how many.
    std::int64_t forget(Instant before);

private:
    store::Store& visits_;
    const Clock& clock_;
};

/// Sets the quantity of a SKU, 0 removes it. Lines keep the order in which they came.
Result<void, Refusal> set_quantity(Cart& cart, const std::string& sku, std::int64_t quantity);

}  // namespace noren::cart
