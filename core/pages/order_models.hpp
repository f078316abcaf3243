// What shoppers see of their orders.
#pragma once

#include "pages/checkout_models.hpp"

namespace noren::pages::shop {

/// One line of an order.
struct OrderLine {
    std::string sku;
    std::string name;
    Url link;
    std::int64_t quantity = 1;
    Money unit_price;
    Money total;
    std::optional<Date> release_date;
    static const Shape& shape() {
        static const Shape shape{
            "order_line",
            {may<&OrderLine::sku>("sku"), must<&OrderLine::name>("name"), may<&OrderLine::link>("link"),
             must<&OrderLine::quantity>("quantity"), may<&OrderLine::unit_price>("unit_price"),
             must<&OrderLine::total>("total"), may<&OrderLine::release_date>("release_date")}};
        return shape;
    }
};

/// What happened to an order (event.<what>).
struct Event {
    Instant at{};
    Message what;
    static const Shape& shape() {
        static const Shape shape{"event", {must<&Event::at>("at"), must<&Event::what>("what")}};
        return shape;
    }
};

/// An order among others: in the list of one's own, or of those that one checkout became.
struct OrderCard {
    std::string number;
    Url link;
    Message state;
    std::string state_code;
    Instant placed_at{};
    std::optional<Instant> due_at;
    Money total;
    std::optional<Url> pay = {};  // where its pay button posts to
    static const Shape& shape() {
        static const Shape shape{
            "order_card",
            {must<&OrderCard::number>("number"), must<&OrderCard::link>("link"), must<&OrderCard::state>("state"),
             may<&OrderCard::state_code>("state_code"), must<&OrderCard::placed_at>("placed_at"),
             must<&OrderCard::due_at>("due_at"), must<&OrderCard::total>("total"), may<&OrderCard::pay>("pay")}};
        return shape;
    }
};

/// An order as its customer sees it; also the thank-you page.
struct Order {
    std::string number;
    bool is_just_placed = false;
    bool is_account_begun = false;  // a mail with a link to choose a password is on its way
    Message state;                  // order_state.<state>
    std::string state_code;         // for the style
    Instant placed_at{};
    std::optional<Instant> due_at;  // while payment is awaited
    std::optional<Url> pay;         // where the pay button posts to
    std::optional<Url> cancel;      // while something of it may be cancelled
    std::optional<Url> change;      // while something of it may be changed
    Message payment_method;
    Message shipping_method;
    std::vector<OrderLine> lines;
    Money goods;
    std::vector<Charge> charges;
    Money total;
    std::vector<Line> address;
    std::vector<Event> timeline;
    std::vector<OrderCard> together;  // just placed: the other orders of the same checkout
    static const Shape& shape() {
        static const Shape shape{
            "order",
            {must<&Order::number>("number"), must<&Order::is_just_placed>("is_just_placed"),
             may<&Order::is_account_begun>("is_account_begun"), must<&Order::state>("state"),
             may<&Order::state_code>("state_code"), must<&Order::placed_at>("placed_at"),
             must<&Order::due_at>("due_at"), must<&Order::pay>("pay"), must<&Order::cancel>("cancel"),
             must<&Order::change>("change"), may<&Order::payment_method>("payment_method"),
             may<&Order::shipping_method>("shipping_method"), must<&Order::lines>("lines"),
             must<&Order::goods>("goods"), must<&Order::charges>("charges"), must<&Order::total>("total"),
             may<&Order::address>("address"), must<&Order::timeline>("timeline"), must<&Order::together>("together")}};
        return shape;
    }
};

/// A line that may be cancelled, or why not.
struct CancelLine {
    std::string id;
    std::string name;
    std::int64_t quantity = 1;
    bool is_allowed = false;
    std::optional<Instant> until;
    std::vector<Reason> reasons;
    static const Shape& shape() {
        static const Shape shape{"cancel_line",
                                 {must<&CancelLine::id>("id"), must<&CancelLine::name>("name"),
                                  must<&CancelLine::quantity>("quantity"), must<&CancelLine::is_allowed>("is_allowed"),
                                  may<&CancelLine::until>("until"), must<&CancelLine::reasons>("reasons")}};
        return shape;
    }
};

/// Asks what of an order is to be cancelled, and why.
struct CancelOrder {
    std::string number;
    Url order;
    Url action;
    std::vector<CancelLine> lines;
    bool is_whole_allowed = false;
    std::vector<Reason> reasons;  // about the whole, or why what was asked for did not happen
    std::vector<FormFault> faults;
    Input reason;
    static const Shape& shape() {
        static const Shape shape{
            "cancel_order",
            {must<&CancelOrder::number>("number"), must<&CancelOrder::order>("order"),
             must<&CancelOrder::action>("action"), must<&CancelOrder::lines>("lines"),
             must<&CancelOrder::is_whole_allowed>("is_whole_allowed"), must<&CancelOrder::reasons>("reasons"),
             must<&CancelOrder::faults>("faults"), must<&CancelOrder::reason>("reason")}};
        return shape;
    }
};

/// Asks what of an order is to be another; with the total that it would then have, once it was asked for.
struct ChangeOrder {
    std::string number;
    Url order;
    Url action;
    std::vector<FormFault> faults;
    std::vector<Reason> reasons;
    std::optional<AddressForm> form;
    std::vector<Choice> shipping;
    std::vector<Choice> payment;
    std::optional<Money> new_total;
    std::string expected;  // that total, in minor units
    static const Shape& shape() {
        static const Shape shape{
            "change_order",
            {must<&ChangeOrder::number>("number"), must<&ChangeOrder::order>("order"),
             must<&ChangeOrder::action>("action"), must<&ChangeOrder::faults>("faults"),
             must<&ChangeOrder::reasons>("reasons"), must<&ChangeOrder::form>("form"),
             must<&ChangeOrder::shipping>("shipping"), must<&ChangeOrder::payment>("payment"),
             must<&ChangeOrder::new_total>("new_total"), must<&ChangeOrder::expected>("expected")}};
        return shape;
    }
};

struct Orders {
    std::vector<Link> lists;  // awaiting payment, unshipped, all
    std::vector<OrderCard> orders;
    std::optional<Url> next;
    static const Shape& shape() {
        static const Shape shape{
            "orders", {must<&Orders::lists>("lists"), must<&Orders::orders>("orders"), must<&Orders::next>("next")}};
        return shape;
    }
};

/// Back from the payment provider: paid, still awaited, refused, or cancelled by the customer.
struct PaymentReturn {
    Message outcome;  // payment_outcome.<outcome>
    std::string outcome_code;
    std::string number;
    Url order;
    std::optional<Url> pay;  // to try again
    static const Shape& shape() {
        static const Shape shape{
            "payment_return",
            {must<&PaymentReturn::outcome>("outcome"), may<&PaymentReturn::outcome_code>("outcome_code"),
             may<&PaymentReturn::number>("number"), must<&PaymentReturn::order>("order"),
             must<&PaymentReturn::pay>("pay")}};
        return shape;
    }
};

}  // namespace noren::pages::shop
