// Orders: what was promised to whom, at what price, and where each promise stands.
//
// An order never changes its lines' prices or its total once placed. Its three states change only along the tables of
// states.hpp, each change under the order's version, so that two who change it at once cannot both succeed.
#pragma once

#include <noren/values/money.hpp>
#include <noren/values/units.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "orders/states.hpp"
#include "store/store.hpp"

namespace noren::orders {

struct Line {
    LineId id;
    std::string sku;
    std::string title;
    std::int64_t quantity = 1;
    Money unit_price;
    std::string sale_state;
    Date release_date;  // days == 0: none announced
    Grams weight;
    std::string source;  // where its units are reserved: on_hand, incoming, or none (procured after the order)
};

/// Who ordered and where it goes, as of the order: later changes in the address book do not touch it. Personal data:
/// never part of facts, logs or decisions.
struct Contact {
    std::string email;
    std::string name;
    std::vector<std::string> street;
    std::string city;
    std::string region;
    std::string postal_code;
    std::string country;  // ISO 3166-1 alpha-2
    std::string phone;
    std::string billing_country;
    bool is_hotel = false;
};

struct Order {
    OrderId id;
    std::string number;
    CustomerId customer;
    std::string household;
    std::string session;  // that placed it; a guest sees it by this alone
    Instant placed_at{};
    std::string revision;  // of the configuration it was placed under
    std::string language;
    Fulfilment fulfilment = Fulfilment::waiting;
    Payment payment = Payment::not_due;
    Hold hold = Hold::free;
    std::string payment_method;
    std::string shipping_method;
    std::string shipping_service;
    Money goods;
    Money shipping;
    Money fees;
    Money total;
    Contact contact;
    ReservationId reservation;
    std::optional<Instant> invoiced_at;
    std::optional<Instant> due_at;
    std::int64_t version = 1;
    std::vector<Line> lines;
};

/// One entry of an order's timeline. `details` is JSON without personal data.
struct Event {
    Instant at{};
    std::string who;   // customer, staff:<id>, system, provider:<name>
    std::string what;  // placed, invoiced, paid, cancelled, ...
    std::string details = "{}";
};

struct Invoice {
    std::string number;
    OrderId order;
    Instant issued_at{};
    Instant due_at{};
    Money total;
    std::optional<Instant> credited_at;
};

/// A step that the table does not have, or a version that is no longer the order's.
struct IllegalStep {
    std::string state;
    std::string event;
};

class Orders {
public:
    Orders(const Clock& clock, IdSource& ids) : clock_(clock), ids_(ids) {}

    /// Queues the order, its lines and its first event. Ids must be set.
    void insert(store::Transaction& tx, const Order& order);

    /// The order with its lines, or nothing. `find_for_change` locks it until the transaction ends.
    std::optional<Order> find(store::Transaction& tx, OrderId id) const;
    std::optional<Order> find(store::Transaction& tx, std::string_view number) const;
    std::optional<Order> find_for_change(store::Transaction& tx, OrderId id) const;

    /// Newest first, at most `limit`, older than `before` (no id: from the newest). Without lines.
    std::vector<Order> page(store::Transaction& tx, OrderId before, int limit) const;
    enum class Which { all, awaiting_payment, unshipped };
    std::vector<Order> page_of(store::Transaction& tx, CustomerId customer, OrderId before, int limit,
                               Which which = Which::all) const;

    /// From now on the orders of a guest are those of an account.
    void hand_over(store::Transaction& tx, CustomerId guest, CustomerId account);

    /// Takes one step of a table, in `order` and in the database. Refused when the table has no such step. Throws
    /// store::Failure::conflict when somebody else changed the order meanwhile.
    Result<void, IllegalStep> step(store::Transaction& tx, Order& order, FulfilmentEvent event);
    Result<void, IllegalStep> step(store::Transaction& tx, Order& order, PaymentEvent event);
    Result<void, IllegalStep> step(store::Transaction& tx, Order& order, HoldEvent event);

    /// Stores states and instants as `order` holds them, under its version. Throws store::Failure::conflict.
    void save(store::Transaction& tx, Order& order);

    void insert_invoice(store::Transaction& tx, const Invoice& invoice);
    void credit_invoices(store::Transaction& tx, OrderId order);
    std::vector<Invoice> invoices(store::Transaction& tx, OrderId order) const;

    void note(store::Transaction& tx, OrderId order, const Event& event);
    std::vector<Event> timeline(store::Transaction& tx, OrderId order) const;

private:
    const Clock& clock_;
    IdSource& ids_;
};

}  // namespace noren::orders
