// Checkout: from a cart to its orders. What may be bought, sent and paid how is appraised for the offers page, signed
// as a quote, and appraised again inside the transaction that places the orders.
//
// A cart becomes one order, or several where a policy answers `partition`: each with its own shipping, terms, number
// and invoice. What may be sold, and how much of it, is decided of the whole cart; all that follows, of each order.
#pragma once

#include <noren/wire/message.hpp>

#include <functional>
#include <optional>
#include <span>
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

/// The most orders that one checkout may become.
inline constexpr std::size_t most_orders = 20;

struct AppraisedLine {
    catalog::Item item;
    std::int64_t quantity = 1;
    std::optional<std::int64_t> at_most;  // units that may be ordered now
    std::vector<policies::Reason> reasons;
    std::size_t order = 0;  // which of the orders it is part of
};

struct ShippingOption {
    carriers::Service service;  // without a price when the carrier refused
    bool offered = false;
    std::vector<policies::Reason> reasons;
};

/// What policies were asked about, and what each of them said.
struct Hearing {
    wire::FactsT facts;
    std::vector<policies::Ballot> ballots;
};

/// What of a cart may be sold at one instant, and which lines share an order number. Reasons name lines by their place
/// in `lines`.
struct Sale {
    std::vector<AppraisedLine> lines;        // of known items
    std::size_t orders = 1;                  // that the lines become
    std::vector<policies::Reason> refusals;  // why it cannot be sold so
    orders::Order draft;                     // of all lines: sources and prices
    std::vector<wire::GuardT> guards;        // that must hold when it is placed
    Hearing hearing;                         // `sell` and `partition`
};

/// One of the orders that a cart becomes.
struct AppraisedOrder {
    orders::Order draft;                        // as it would be placed: sources, prices, fees, total
    std::optional<policies::Decision> invoice;  // to be issued at once
    std::vector<policies::Reason> refusals;     // what stands in the way of this order
    Hearing hearing;                            // of the only order: `sell` and `partition` too
};

/// All that is decided about a cart at one instant. Reasons name lines by their place in `lines`.
struct Appraisal {
    std::vector<AppraisedLine> lines;
    std::vector<AppraisedOrder> orders;  // at least one, in the order of their first lines
    /// What is offered for every order; a price is that of all orders together, where they are several a service is
    /// the one that the first would go by.
    std::vector<ShippingOption> shipping;
    std::vector<policies::MethodDecision> payment;
    /// What stands in the way of placing it: the whole cart's, its lines' and its orders'; empty: it can be placed.
    std::vector<policies::Reason> refusals;
    std::vector<wire::GuardT> guards;     // that must hold when it is placed
    std::optional<Hearing> of_the_whole;  // `sell` and `partition`, where it becomes several orders

    /// Of all orders together.
    Amounts amounts() const;
    Quote quote(const std::string& session, const std::string& revision, Instant now) const;
};

/// What may be sold of `cart`, and as which orders, by the books as `tx` sees them. `cart` outlives the answer.
store::Later<Sale> ask_sale(store::Transaction& tx, const Parts& parts, const cart::Cart& cart);

/// What the carriers ask for sending each of the orders that `lines` become. A carrier is never waited for while a
/// transaction is open.
std::vector<carriers::Quotes> shipping_quotes(const Parts& parts, const orders::Contact& contact,
                                              std::span<const AppraisedLine> lines);

/// Appraises a cart of which `sale` was decided. `quotes` are the carriers' answers by order; an order without one
/// cannot be sent.
Appraisal appraise(const Parts& parts, const cart::Cart& cart, Sale sale, std::span<const carriers::Quotes> quotes);

/// Reads, asks the carriers and appraises: what is shown before anything is placed.
Appraisal appraise(const Parts& parts, const cart::Cart& cart);

/// What sending would cost, told before anything is ordered. The fee itself comes with the order.
struct Estimate {
    std::vector<ShippingOption> shipping;
    std::vector<policies::Reason> refusals;  // why nothing is estimated; empty: `shipping` holds
};

/// Estimates for the lines of a cart in one parcel, to the country of its contact. Policies are asked `offer_shipping`
/// with the event `estimate`; nothing is kept.
Estimate estimate(const Parts& parts, const cart::Cart& cart);

/// Why nothing was placed. `code` is stable; differences come with quote_differs, reasons with refused.
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

struct PlacedOrder {
    OrderId id;
    std::string number;
};

struct Placed {
    std::vector<PlacedOrder> orders;  // at least one, in the order of their first lines
    bool repeated = false;            // the first answer to this key, given again
};

/// Places the orders that the quote shows, all of them, or refuses and changes nothing. Codes: quote_invalid,
/// quote_expired, quote_differs (with what), refused (with reasons and the recorded decision), out_of_stock, key_reused
/// (the idempotency key was used for another request), cart_empty, contact_missing, account_closed.
Result<Placed, Refusal> place_order(const Parts& parts, const PlaceRequest& request);

}  // namespace noren::checkout
