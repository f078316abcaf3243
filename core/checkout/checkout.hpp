// Checkout: from a cart to an order. What may be bought, sent and paid how is appraised for the offers page, signed as
// a quote, and appraised again inside the transaction that places the order.
#pragma once

#include <noren/wire/message.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "carriers/carriers.hpp"
#include "cart/cart.hpp"
#include "catalog/catalog.hpp"
#include "checkout/quote.hpp"
#include "customers/customers.hpp"
#include "orders/books.hpp"

namespace noren::checkout {

/// The storefront's parts that checkout works with.
struct Parts {
    store::Store& store;
    const orders::Books& books;
    const catalog::Catalog& catalog;
    customers::Customers& customers;
    const carriers::Carriers& carriers;
    std::vector<std::string> payment_methods;  // that have a gateway
    std::string country;                       // that goods leave from
    Currency currency;
    customers::Key key;
    /// Facts about the past that policies asked for, read inside the transaction.
    std::function<store::Later<std::vector<wire::HistoryT>>(store::Transaction&, const std::vector<policies::Need>&,
                                                            const std::string& household,
                                                            std::span<const std::string> skus)>
        ask_history;
};

struct AppraisedLine {
    catalog::Item item;
    std::int64_t quantity = 1;
    std::optional<std::int64_t> at_most;  // units that may be ordered now
    std::vector<policies::Reason> reasons;
};

struct ShippingOption {
    carriers::Service service;  // without a price when the carrier refused
    bool offered = false;
    std::vector<policies::Reason> reasons;
};

/// All that is decided about a cart at one instant.
struct Appraisal {
    std::vector<AppraisedLine> lines;
    std::vector<ShippingOption> shipping;
    std::vector<policies::MethodDecision> payment;
    /// What stands in the way of placing it, the whole cart's and its lines'; empty: it can be placed.
    std::vector<policies::Reason> refusals;
    orders::Order draft;                        // as it would be placed: sources, prices, fees, total
    std::optional<policies::Decision> invoice;  // to be issued at once
    std::vector<wire::GuardT> guards;           // that must hold when the order is placed
    wire::FactsT facts;
    std::vector<policies::Ballot> ballots;

    Quote quote(const std::string& session, const std::string& revision, Instant now) const;
};

/// Appraises `cart` inside `tx`. `quotes` are the carriers' answers, asked for before: a carrier is never waited for
/// while a transaction is open.
Appraisal appraise(store::Transaction& tx, const Parts& parts, const cart::Cart& cart, const carriers::Quotes& quotes);

/// What sending would cost, told before anything is ordered. The fee itself comes with the order.
struct Estimate {
    std::vector<ShippingOption> shipping;
    std::vector<policies::Reason> refusals;  // why nothing is estimated; empty: `shipping` holds
};

/// Estimates for the lines of a cart, to the country of its contact. Policies are asked `offer_shipping` with the event
/// `estimate`; nothing is kept.
Estimate estimate(const Parts& parts, const cart::Cart& cart);

/// What the carriers ask for this cart as the catalogue stands now.
carriers::Quotes shipping_quotes(const Parts& parts, const cart::Cart& cart);

/// Why an order was not placed. `code` is stable; differences come with quote_differs, reasons with refused.
struct Refusal {
    std::string code;
    std::string message;
    std::vector<Difference> differences;
    std::vector<policies::Reason> reasons;
    std::optional<DecisionId> decision;
};

struct PlaceRequest {
    std::string session;
    std::string quote;  // the signed token
    cart::Cart cart;
    std::string language;
    std::optional<CustomerId> customer;  // nobody: bought as a guest
    std::string idempotency_key;
    std::string request_hash;  // of the request that the key stands for
};

struct Placed {
    OrderId id;
    std::string number;
    bool repeated = false;  // the first answer to this key, given again
};

/// Places the order that the quote shows, or refuses and changes nothing. Codes: quote_invalid, quote_expired,
/// quote_differs (with what), refused (with reasons and the recorded decision), out_of_stock, key_reused (the
/// idempotency key was used for another request), cart_empty, contact_missing.
Result<Placed, Refusal> place_order(const Parts& parts, const PlaceRequest& request);

}  // namespace noren::checkout
