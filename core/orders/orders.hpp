// Orders: what was promised to whom, at what price, and where each promise stands.
//
// An order's lines are never added to; their prices and its total change only as its use cases say, before it is paid.
// Its three states change only along the tables of
// states.hpp, each change under the order's version, so that two who change it at once cannot both succeed.
#pragma once

#include <noren/values/money.hpp>
#include <noren/values/units.hpp>
#include <optional>
#include <set>
#include <span>
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
    std::string source;          // where its units were reserved: on_hand, incoming, or none (procured after the order)
    std::int64_t cancelled = 0;  // units taken out since; `quantity` is what is left
    std::int64_t in_hand = 0;    // of `quantity`, those that lie in the warehouse for it

    // The item as it was when it was ordered.
    bool release_month_only = false;  // release_date is the last day of a month without a day
    Millimetres length;
    Millimetres width;
    Millimetres height;
    std::vector<std::string> restrictions;
    std::string condition;
    std::string category;
    std::int64_t purchase_limit = 0;  // 0: none
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
    std::optional<Instant> paid_at;
    std::optional<Instant> shipped_at;
    std::optional<Instant> delivered_at;
    std::optional<Instant> reply_by;  // of a held order: until when the customer's answer is awaited
    std::int64_t version = 1;
    std::vector<Line> lines;      // with at least one unit left; of a cancelled order those it ended with
    std::vector<Line> cancelled;  // lines of which nothing is left

    bool all_in_hand() const {
        for (const auto& line : lines) {
            if (line.in_hand < line.quantity) return false;
        }
        return true;
    }
};

/// A parcel that left.
struct Shipment {
    std::string method;
    std::string service;
    std::string tracking;  // empty: not tracked
    Instant shipped_at{};
    std::optional<Instant> delivered_at;
};

/// A matter about an order that waits to be settled.
struct Case {
    Id<struct CaseKind> id;
    OrderId order;
    std::string kind;  // a code: claim, returned_parcel, procurement_late, ...
    Instant opened_at{};
    std::string opened_by;
    std::optional<Instant> settled_at;
    std::string settled_by;
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

    /// The order with its lines, or nothing. `find_for_change` and `lock` hold it until the transaction ends.
    std::optional<Order> find(store::Transaction& tx, OrderId id) const;
    std::optional<Order> find(store::Transaction& tx, std::string_view number) const;
    store::Later<std::optional<Order>> ask(store::Transaction& tx, OrderId id) const;
    store::Later<std::optional<Order>> ask(store::Transaction& tx, std::string_view number) const;
    std::optional<Order> find_for_change(store::Transaction& tx, OrderId id) const;
    store::Later<std::optional<Order>> ask_for_change(store::Transaction& tx, OrderId id) const;
    void lock(store::Transaction& tx, OrderId id) const;

    /// Newest first, at most `limit`, older than `before` (no id: from the newest). Without lines.
    std::vector<Order> page(store::Transaction& tx, OrderId before, int limit) const;
    enum class Which { all, awaiting_payment, unshipped };
    std::vector<Order> page_of(store::Transaction& tx, CustomerId customer, OrderId before, int limit,
                               Which which = Which::all) const;

    /// From now on the orders of a guest are those of an account.
    void hand_over(store::Transaction& tx, CustomerId guest, CustomerId account);

    /// Takes one step of a table, in `order` and in the database. Refused when the table has no such step. When
    /// somebody else changed the order meanwhile, the transaction fails as a conflict.
    Result<void, IllegalStep> step(store::Transaction& tx, Order& order, FulfilmentEvent event);
    Result<void, IllegalStep> step(store::Transaction& tx, Order& order, PaymentEvent event);
    Result<void, IllegalStep> step(store::Transaction& tx, Order& order, HoldEvent event);

    /// Stores states, instants and reservation as `order` holds them, under its version, as a step does.
    void save(store::Transaction& tx, Order& order);
    /// Stores where it goes, how it is sent and paid, and its amounts, likewise.
    void save_terms(store::Transaction& tx, Order& order);
    /// Stores what of a line is left and in hand, its price and release. The order is locked.
    void save_line(store::Transaction& tx, const Order& order, const Line& line);

    /// Live orders of an item whose line fits, the oldest first: the order in which they are locked, too.
    enum class Waiting { for_units, for_invoice };
    std::vector<OrderId> waiting(store::Transaction& tx, std::string_view sku, Waiting what) const;
    /// Those of these items that a live order waits for units of.
    std::set<std::string> waited_for(store::Transaction& tx, std::span<const std::string> skus) const;
    /// Orders of a customer or household (either may be empty) that are neither paid nor cancelled, the oldest first.
    std::vector<OrderId> unpaid_of(store::Transaction& tx, CustomerId customer, std::string_view household) const;

    void insert_shipment(store::Transaction& tx, OrderId order, const Shipment& shipment);
    void save_delivery(store::Transaction& tx, OrderId order, Instant at);
    /// Oldest first.
    std::vector<Shipment> shipments(store::Transaction& tx, OrderId order) const;

    /// Opens a case; one of this kind that is open already stays as it is. A customer's case is one of the unsettled
    /// matters that policies may hold against further orders; the shop's own is not.
    enum class Whose { customers, shops };
    void open_case(store::Transaction& tx, const Order& order, std::string_view kind, std::string_view who,
                   Whose whose = Whose::customers);
    /// Whether there was one to settle.
    bool settle_case(store::Transaction& tx, Id<struct CaseKind> id, std::string_view who);
    /// Of an order, or open ones of every order (no id), oldest first.
    std::vector<Case> cases(store::Transaction& tx, OrderId order, int limit = 100) const;

    void insert_invoice(store::Transaction& tx, const Invoice& invoice);
    void credit_invoices(store::Transaction& tx, OrderId order);
    std::vector<Invoice> invoices(store::Transaction& tx, OrderId order) const;
    store::Later<std::vector<Invoice>> ask_invoices(store::Transaction& tx, OrderId order) const;

    void note(store::Transaction& tx, OrderId order, const Event& event);
    std::vector<Event> timeline(store::Transaction& tx, OrderId order) const;
    store::Later<std::vector<Event>> ask_timeline(store::Transaction& tx, OrderId order) const;

private:
    const Clock& clock_;
    IdSource& ids_;
};

}  // namespace noren::orders
