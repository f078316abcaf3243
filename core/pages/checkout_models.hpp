// What shoppers see between the cart and the order.
#pragma once

#include "pages/form_models.hpp"

namespace noren::pages::shop {

struct CartLine {
    std::string sku;
    std::string name;
    Url link;
    Url picture;
    std::int64_t quantity = 1;
    std::int64_t at_most = 99;
    Money unit_price;
    Money total;
    Message sale_state;
    std::string release;
    std::optional<Message> order;  // which of several orders it becomes part of: checkout.order_of
    std::vector<Reason> reasons;   // why it cannot be ordered so
    static const Shape& shape() {
        static const Shape shape{
            "cart_line",
            {may<&CartLine::sku>("sku"), must<&CartLine::name>("name"), may<&CartLine::link>("link"),
             may<&CartLine::picture>("picture"), must<&CartLine::quantity>("quantity"),
             may<&CartLine::at_most>("at_most"), may<&CartLine::unit_price>("unit_price"),
             must<&CartLine::total>("total"), may<&CartLine::sale_state>("sale_state"),
             may<&CartLine::release>("release"), may<&CartLine::order>("order"), must<&CartLine::reasons>("reasons")}};
        return shape;
    }
};

struct Cart {
    std::vector<CartLine> lines;
    std::optional<Message> apart;  // that they become several orders
    Money goods;
    std::vector<Reason> reasons;  // of the whole
    std::vector<Line> notices;    // of the shop
    static const Shape& shape() {
        static const Shape shape{"cart",
                                 {must<&Cart::lines>("lines"), must<&Cart::apart>("apart"), must<&Cart::goods>("goods"),
                                  must<&Cart::reasons>("reasons"), must<&Cart::notices>("notices")}};
        return shape;
    }
};

/// A step of the checkout, in the order in which they are taken.
struct Step {
    Message label;            // step.<name>
    std::optional<Url> link;  // once it was taken
    bool is_current = false;
    static const Shape& shape() {
        static const Shape shape{
            "step", {must<&Step::label>("label"), must<&Step::link>("link"), must<&Step::is_current>("is_current")}};
        return shape;
    }
};

/// A line below the goods: shipping, a fee (fee.<code>).
struct Charge {
    Message label;
    Money amount;
    static const Shape& shape() {
        static const Shape shape{"charge", {must<&Charge::label>("label"), must<&Charge::amount>("amount")}};
        return shape;
    }
};

/// What is being bought, beside each step.
struct Summary {
    std::vector<CartLine> lines;
    Money goods;
    std::vector<Charge> charges;
    static const Shape& shape() {
        static const Shape shape{
            "summary",
            {must<&Summary::lines>("lines"), must<&Summary::goods>("goods"), must<&Summary::charges>("charges")}};
        return shape;
    }
};

/// An address of the customer's book.
struct KeptAddress {
    std::string id;
    Url edit;
    std::vector<Line> lines;
    static const Shape& shape() {
        static const Shape shape{
            "kept_address",
            {may<&KeptAddress::id>("id"), may<&KeptAddress::edit>("edit"), must<&KeptAddress::lines>("lines")}};
        return shape;
    }
};

/// Where it goes, and who orders.
struct CheckoutAddress {
    std::vector<Step> steps;
    Summary summary;
    std::vector<FormFault> faults;
    std::vector<KeptAddress> kept;
    std::optional<Input> email;  // of who has no account, or is not logged in
    AddressForm form;
    bool wants_account = false;
    static const Shape& shape() {
        static const Shape shape{"checkout_address",
                                 {must<&CheckoutAddress::steps>("steps"), must<&CheckoutAddress::summary>("summary"),
                                  must<&CheckoutAddress::faults>("faults"), must<&CheckoutAddress::kept>("kept"),
                                  must<&CheckoutAddress::email>("email"), must<&CheckoutAddress::form>("form"),
                                  must<&CheckoutAddress::wants_account>("wants_account")}};
        return shape;
    }
};

/// A way to pay or to send. One that is refused is shown with its reasons, and cannot be chosen.
struct Method {
    std::string name;  // the key in the storefront's configuration
    Message label;     // payment_method.<name>, shipping_method.<name>
    std::optional<Money> fee;
    std::optional<Message> delivery;  // when it arrives
    bool is_offered = true;
    bool is_chosen = false;
    std::vector<Reason> reasons;
    static const Shape& shape() {
        static const Shape shape{"method",
                                 {must<&Method::name>("name"), must<&Method::label>("label"), must<&Method::fee>("fee"),
                                  may<&Method::delivery>("delivery"), must<&Method::is_offered>("is_offered"),
                                  must<&Method::is_chosen>("is_chosen"), must<&Method::reasons>("reasons")}};
        return shape;
    }
};

/// How it is sent, or how it is paid.
struct CheckoutMethods {
    std::vector<Step> steps;
    Summary summary;
    Message heading;    // step.shipping, step.payment
    std::string field;  // the name of the choice
    Url action;
    std::vector<Method> methods;
    std::vector<Reason> reasons;
    std::vector<Line> notices;  // of the shop
    static const Shape& shape() {
        static const Shape shape{
            "checkout_methods",
            {must<&CheckoutMethods::steps>("steps"), must<&CheckoutMethods::summary>("summary"),
             must<&CheckoutMethods::heading>("heading"), must<&CheckoutMethods::field>("field"),
             must<&CheckoutMethods::action>("action"), must<&CheckoutMethods::methods>("methods"),
             must<&CheckoutMethods::reasons>("reasons"), must<&CheckoutMethods::notices>("notices")}};
        return shape;
    }
};

/// What was quoted: the order placed with it costs this, or is refused with the difference.
struct Quote {
    std::string token;
    Money goods;
    std::vector<Charge> charges;
    Money total;
    std::optional<Instant> valid_until;
    static const Shape& shape() {
        static const Shape shape{
            "quote",
            {must<&Quote::token>("token"), must<&Quote::goods>("goods"), must<&Quote::charges>("charges"),
             must<&Quote::total>("total"), may<&Quote::valid_until>("valid_until")}};
        return shape;
    }
};

/// One of several orders that the lines become, with what it costs once that is known.
struct OrderPart {
    Message heading;  // checkout.order_of
    std::vector<CartLine> lines;
    Money goods;
    std::vector<Charge> charges;
    std::optional<Money> total;
    std::optional<Message> terms;  // when its payment is due, in words
    static const Shape& shape() {
        static const Shape shape{
            "order_part",
            {must<&OrderPart::heading>("heading"), must<&OrderPart::lines>("lines"), must<&OrderPart::goods>("goods"),
             must<&OrderPart::charges>("charges"), must<&OrderPart::total>("total"), may<&OrderPart::terms>("terms")}};
        return shape;
    }
};

/// The last step. Without a quote there is no button, and the reasons say why.
struct CheckoutConfirm {
    std::vector<Step> steps;
    std::vector<CartLine> lines;   // of the only order
    std::optional<Message> apart;  // that they become several orders
    std::vector<OrderPart> parts;  // these, then
    std::string email;
    std::vector<Line> address;
    std::optional<Message> shipping;
    std::optional<Message> payment;
    std::vector<Reason> reasons;  // of the whole
    std::optional<Quote> quote;
    std::string idempotency_key;   // the same for every press of the button
    std::optional<Message> terms;  // when payment of the only order is due, in words
    std::vector<Line> notices;     // of the shop
    bool wants_account = false;
    static const Shape& shape() {
        static const Shape shape{
            "checkout_confirm",
            {must<&CheckoutConfirm::steps>("steps"), must<&CheckoutConfirm::lines>("lines"),
             must<&CheckoutConfirm::apart>("apart"), must<&CheckoutConfirm::parts>("parts"),
             must<&CheckoutConfirm::email>("email"), must<&CheckoutConfirm::address>("address"),
             must<&CheckoutConfirm::shipping>("shipping"), must<&CheckoutConfirm::payment>("payment"),
             must<&CheckoutConfirm::reasons>("reasons"), must<&CheckoutConfirm::quote>("quote"),
             must<&CheckoutConfirm::idempotency_key>("idempotency_key"), may<&CheckoutConfirm::terms>("terms"),
             must<&CheckoutConfirm::notices>("notices"), may<&CheckoutConfirm::wants_account>("wants_account")}};
        return shape;
    }
};

}  // namespace noren::pages::shop
