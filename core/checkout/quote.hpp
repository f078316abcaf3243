// Quote: what the customer was shown and will be charged, signed by us.
//
// Placing an order decides everything again; where the outcome differs from the quote the customer is told what differs
// and decides anew. So a quote may be shown to anybody and kept by nobody: the token itself holds it.
#pragma once

#include <noren/values/money.hpp>
#include <noren/values/time.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "customers/keyed_hash.hpp"

namespace noren::checkout {

struct QuotedLine {
    std::string sku;
    std::int64_t quantity = 1;
    Money unit_price;
    std::size_t order = 0;  // which of the quote's orders it will be part of
    friend bool operator==(const QuotedLine&, const QuotedLine&) = default;
};

/// What an order costs: `total` is the sum of the others.
struct Amounts {
    Money goods;
    Money shipping;
    Money fees;
    Money total;

    Amounts& operator+=(const Amounts& further);
};

/// One of the orders that the checkout becomes.
struct QuotedOrder {
    std::string shipping_service;
    Amounts amounts;
};

struct Quote {
    std::string session;   // whose it is
    std::string revision;  // of the configuration
    std::vector<QuotedLine> lines;
    std::string country;
    std::string shipping_method;
    std::string payment_method;
    std::vector<QuotedOrder> orders;  // at least one, in the order of their first lines
    Instant expires_at{};

    /// Of all orders together.
    Amounts amounts() const;
};

/// One thing that is no longer as it was shown. Codes: unit_price, quantity, lines, orders (which lines share an order
/// number), destination, shipping, shipping_price, payment, fees, total.
struct Difference {
    std::string code;
    std::string shown;
    std::string now;
    std::optional<std::size_t> order = {};  // that it is about, where there are several; nothing: the whole
};

/// How long a quote holds.
inline constexpr std::chrono::minutes quote_lifetime{30};

/// What differs between what was shown and what holds now, the most specific first; empty: nothing. Where the lines do
/// not become the same orders any more, amounts are not compared.
std::vector<Difference> differences(const Quote& shown, const Quote& now);

/// The quote as a token: the HMAC-SHA256 of its JSON under the storefront's key in 64 hexadecimal digits, a dot, the
/// JSON.
std::string sign(const Quote& quote, const customers::Key& key);

/// Why a token is not taken: quote_invalid (not ours, damaged, another session's) or quote_expired.
struct QuoteRefused {
    std::string code;
};
Result<Quote, QuoteRefused> open(std::string_view token, std::string_view session, Instant now,
                                 const customers::Key& key);

}  // namespace noren::checkout
