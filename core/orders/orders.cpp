#include "orders/orders.hpp"

#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "orders/contact_json.hpp"

namespace noren::orders {
namespace {

Currency stored_currency(const std::string& code) {
    const auto currency = Currency::from_code(code);
    if (!currency) throw std::logic_error("stored currency '" + code + "' is unknown");
    return *currency;
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

std::vector<std::string> words_in(const std::string& text) {
    std::istringstream in(text);
    return {std::istream_iterator<std::string>(in), std::istream_iterator<std::string>()};
}

std::vector<OrderId> ids_in(const store::Rows& rows) {
    std::vector<OrderId> ids;
    for (std::size_t row = 0; row < rows.size(); ++row) ids.push_back(rows.id<OrderKind>(row, 0));
    return ids;
}

constexpr const char* order_columns =
    "id, number, customer_id, household, placed_at, revision, language, fulfilment, payment, hold, payment_method, "
    "shipping_method, shipping_service, currency, goods_minor, shipping_minor, fees_minor, total_minor, contact, "
    "reservation_id, invoiced_at, due_at, version, session, paid_at, shipped_at, delivered_at, reply_by";

Order order_of(const store::Rows& rows, std::size_t row) {
    const auto currency = stored_currency(rows.text(row, 13));
    Order order;
    order.id = rows.id<OrderKind>(row, 0);
    order.number = rows.text(row, 1);
    order.customer = rows.id<CustomerKind>(row, 2);
    order.household = rows.text(row, 3);
    order.placed_at = rows.instant(row, 4);
    order.revision = rows.text(row, 5);
    order.language = rows.text(row, 6);
    order.fulfilment = from_word<Fulfilment>(fulfilment_words, rows.text(row, 7));
    order.payment = from_word<Payment>(payment_words, rows.text(row, 8));
    order.hold = from_word<Hold>(hold_words, rows.text(row, 9));
    order.payment_method = rows.text(row, 10);
    order.shipping_method = rows.text(row, 11);
    order.shipping_service = rows.text(row, 12);
    order.goods = {rows.integer(row, 14), currency};
    order.shipping = {rows.integer(row, 15), currency};
    order.fees = {rows.integer(row, 16), currency};
    order.total = {rows.integer(row, 17), currency};
    order.contact = nlohmann::json::parse(rows.text(row, 18)).get<Contact>();
    order.reservation = rows.id<ReservationKind>(row, 19);
    const auto instant = [&](std::size_t column) -> std::optional<Instant> {
        const auto at = rows.maybe_integer(row, column);
        return at ? std::optional(instant_from_us(*at)) : std::nullopt;
    };
    order.invoiced_at = instant(20);
    order.due_at = instant(21);
    order.paid_at = instant(24);
    order.shipped_at = instant(25);
    order.delivered_at = instant(26);
    order.reply_by = instant(27);
    order.version = rows.integer(row, 22);
    order.session = rows.text(row, 23);
    return order;
}

std::vector<Order> orders_of(const store::Rows& rows) {
    std::vector<Order> orders;
    orders.reserve(rows.size());
    for (std::size_t row = 0; row < rows.size(); ++row) orders.push_back(order_of(rows, row));
    return orders;
}

const std::string select_order = std::string("select ") + order_columns + " from orders where ";
const std::string select_lines =
    "select id, sku, title, quantity, unit_price_minor, sale_state, release_date, weight_g, source, cancelled, "
    "in_hand, release_month_only, length_mm, width_mm, height_mm, restrictions, condition, category, "
    "purchase_limit from order_line where order_id = ";

std::optional<Order> with_lines(const store::Rows& rows, const store::Rows& lines) {
    if (rows.empty()) return std::nullopt;
    auto order = order_of(rows, 0);
    for (std::size_t row = 0; row < lines.size(); ++row) {
        Line line;
        line.id = lines.id<LineKind>(row, 0);
        line.sku = lines.text(row, 1);
        line.title = lines.text(row, 2);
        line.quantity = lines.integer(row, 3);
        line.unit_price = {lines.integer(row, 4), order.total.currency()};
        line.sale_state = lines.text(row, 5);
        line.release_date = Date{static_cast<std::int32_t>(lines.integer(row, 6))};
        line.weight = Grams{lines.integer(row, 7)};
        line.source = lines.text(row, 8);
        line.cancelled = lines.integer(row, 9);
        line.quantity -= line.cancelled;
        line.in_hand = lines.integer(row, 10);
        line.release_month_only = lines.integer(row, 11) != 0;
        line.length = Millimetres{lines.integer(row, 12)};
        line.width = Millimetres{lines.integer(row, 13)};
        line.height = Millimetres{lines.integer(row, 14)};
        line.restrictions = words_in(lines.text(row, 15));
        line.condition = lines.text(row, 16);
        line.category = lines.text(row, 17);
        line.purchase_limit = lines.integer(row, 18);
        (line.quantity > 0 ? order.lines : order.cancelled).push_back(std::move(line));
    }
    return order;
}

using AskedOrder = store::Later<std::optional<Order>>;

/// The order first, which may be locked: on PostgreSQL each statement sees what was committed when it began, so the
/// lines are as they are once the lock is held.
template <class Key>
AskedOrder ask_with_lines(store::Transaction& tx, const store::Sql& order, const store::Sql& lines, const Key& key) {
    const auto asked_order = tx.ask(order, key);
    const auto asked_lines = tx.ask(lines, key);
    return AskedOrder([=] {
        const auto rows = asked_order.get();
        return with_lines(rows, asked_lines.get());
    });
}

template <class Steps, class Words, class EventWords, class State, class Enum>
Result<void, IllegalStep> take(const Steps& steps, const Words& words, const EventWords& events, State& state,
                               Enum event) {
    const auto to = next(steps, state, event);
    if (!to) return refuse(IllegalStep{std::string(word_of(words, state)), std::string(word_of(events, event))});
    state = *to;
    return {};
}

}  // namespace

void Orders::insert(store::Transaction& tx, const Order& order) {
    static const store::Sql insert_order(
        "insert into orders (id, number, customer_id, household, placed_at, revision, language, fulfilment, payment, "
        "hold, payment_method, shipping_method, shipping_service, country, currency, goods_minor, shipping_minor, "
        "fees_minor, total_minor, contact, reservation_id, invoiced_at, due_at, version, session, reply_by) values "
        "($1, "
        "$2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, "
        "$25, $26)");
    static const store::Sql insert_line(
        "insert into order_line (id, order_id, position, sku, title, quantity, unit_price_minor, sale_state, "
        "release_date, weight_g, source, in_hand, release_month_only, length_mm, width_mm, height_mm, restrictions, "
        "condition, category, purchase_limit) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, "
        "$15, $16, $17, $18, $19, $20)");
    tx.queue(insert_order, order.id, order.number, order.customer, order.household, order.placed_at, order.revision,
             order.language, word_of(fulfilment_words, order.fulfilment), word_of(payment_words, order.payment),
             word_of(hold_words, order.hold), order.payment_method, order.shipping_method, order.shipping_service,
             order.contact.country, order.total.currency().code(), order.goods.minor(), order.shipping.minor(),
             order.fees.minor(), order.total.minor(), nlohmann::json(order.contact).dump(), order.reservation,
             order.invoiced_at, order.due_at, order.version, order.session, order.reply_by);
    std::int64_t position = 0;
    for (const auto& line : order.lines) {
        tx.queue(insert_line, line.id, order.id, position++, line.sku, line.title, line.quantity,
                 line.unit_price.minor(), line.sale_state, line.release_date, line.weight.count(), line.source,
                 line.in_hand, line.release_month_only, line.length.count(), line.width.count(), line.height.count(),
                 joined(line.restrictions), line.condition, line.category, line.purchase_limit);
    }
    note(tx, order.id, {order.placed_at, "customer", "placed", "{}"});
}

std::optional<Order> Orders::find(store::Transaction& tx, OrderId id) const {
    return ask(tx, id).get();
}

std::optional<Order> Orders::find(store::Transaction& tx, std::string_view number) const {
    return ask(tx, number).get();
}

AskedOrder Orders::ask(store::Transaction& tx, OrderId id) const {
    static const store::Sql order(select_order + "id = $1");
    static const store::Sql lines(select_lines + "$1 order by position");
    return ask_with_lines(tx, order, lines, id);
}

AskedOrder Orders::ask(store::Transaction& tx, std::string_view number) const {
    static const store::Sql order(select_order + "number = $1");
    static const store::Sql lines(select_lines + "(select id from orders where number = $1) order by position");
    return ask_with_lines(tx, order, lines, number);
}

std::optional<Order> Orders::find_for_change(store::Transaction& tx, OrderId id) const {
    return ask_for_change(tx, id).get();
}

AskedOrder Orders::ask_for_change(store::Transaction& tx, OrderId id) const {
    static const store::Sql order(select_order + "id = $1", select_order + "id = $1 for update");
    static const store::Sql lines(select_lines + "$1 order by position");
    return ask_with_lines(tx, order, lines, id);
}

void Orders::lock(store::Transaction& tx, OrderId id) const {
    static const store::Sql lock("select 1 from orders where id = $1 for update");
    if (tx.database() == store::Database::postgresql) tx.queue(lock, id);  // SQLite has one writer
}

std::vector<Order> Orders::page(store::Transaction& tx, OrderId before, int limit) const {
    static const store::Sql select(std::string("select ") + order_columns +
                                   " from orders where $1 = 0 or id < $1 order by id desc limit $2");
    return orders_of(tx.run(select, before, limit));
}

std::vector<Order> Orders::page_of(store::Transaction& tx, CustomerId customer, OrderId before, int limit,
                                   Which which) const {
    static const std::string start =
        std::string("select ") + order_columns + " from orders where customer_id = $3 and ($1 = 0 or id < $1)";
    static const std::string newest_first = " order by id desc limit $2";
    static const store::Sql every(start + newest_first);
    static const store::Sql awaiting(start + " and payment in ('due', 'pending')" + newest_first);
    static const store::Sql unshipped(start + " and fulfilment not in ('shipped', 'delivered', 'cancelled')" +
                                      newest_first);
    const auto& select = which == Which::all ? every : which == Which::awaiting_payment ? awaiting : unshipped;
    return orders_of(tx.run(select, before, limit, customer));
}

void Orders::hand_over(store::Transaction& tx, CustomerId guest, CustomerId account) {
    static const store::Sql update("update orders set customer_id = $2 where customer_id = $1");
    tx.queue(update, guest, account);
}

Result<void, IllegalStep> Orders::step(store::Transaction& tx, Order& order, FulfilmentEvent event) {
    TRY(take(fulfilment_steps, fulfilment_words, fulfilment_event_words, order.fulfilment, event));
    save(tx, order);
    return {};
}

Result<void, IllegalStep> Orders::step(store::Transaction& tx, Order& order, PaymentEvent event) {
    TRY(take(payment_steps, payment_words, payment_event_words, order.payment, event));
    save(tx, order);
    return {};
}

Result<void, IllegalStep> Orders::step(store::Transaction& tx, Order& order, HoldEvent event) {
    TRY(take(hold_steps, hold_words, hold_event_words, order.hold, event));
    save(tx, order);
    return {};
}

void Orders::save(store::Transaction& tx, Order& order) {
    static const auto update = store::Sql::of_known_row(
        "update orders set fulfilment = $3, payment = $4, hold = $5, invoiced_at = $6, due_at = $7, paid_at = $8, "
        "shipped_at = $9, delivered_at = $10, reply_by = $11, reservation_id = $12, version = version + 1 "
        "where id = $1 and version = $2");
    tx.queue(update, order.id, order.version, word_of(fulfilment_words, order.fulfilment),
             word_of(payment_words, order.payment), word_of(hold_words, order.hold), order.invoiced_at, order.due_at,
             order.paid_at, order.shipped_at, order.delivered_at, order.reply_by, order.reservation);
    ++order.version;
}

void Orders::save_terms(store::Transaction& tx, Order& order) {
    static const auto update = store::Sql::of_known_row(
        "update orders set household = $3, payment_method = $4, shipping_method = $5, shipping_service = $6, "
        "country = $7, contact = $8, goods_minor = $9, shipping_minor = $10, fees_minor = $11, total_minor = $12, "
        "version = version + 1 where id = $1 and version = $2");
    tx.queue(update, order.id, order.version, order.household, order.payment_method, order.shipping_method,
             order.shipping_service, order.contact.country, nlohmann::json(order.contact).dump(), order.goods.minor(),
             order.shipping.minor(), order.fees.minor(), order.total.minor());
    ++order.version;
}

void Orders::save_line(store::Transaction& tx, const Order& order, const Line& line) {
    static const store::Sql update(
        "update order_line set cancelled = $3, in_hand = $4, unit_price_minor = $5, release_date = $6, "
        "release_month_only = $7 where id = $1 and order_id = $2");
    tx.queue(update, line.id, order.id, line.cancelled, line.in_hand, line.unit_price.minor(), line.release_date,
             line.release_month_only);
}

std::vector<OrderId> Orders::waiting(store::Transaction& tx, std::string_view sku, Waiting what) const {
    static const std::string of_item =
        "select distinct o.id from orders o join order_line l on l.order_id = o.id where l.sku = $1 and "
        "l.cancelled < l.quantity and ";
    static const store::Sql for_units(
        of_item + "o.fulfilment = 'waiting' and l.in_hand < l.quantity - l.cancelled order by o.id");
    static const store::Sql for_invoice(of_item +
                                        "o.fulfilment in ('waiting', 'ready') and o.payment = 'not_due' order by o.id");
    return ids_in(tx.run(what == Waiting::for_units ? for_units : for_invoice, sku));
}

std::set<std::string> Orders::waited_for(store::Transaction& tx, std::span<const std::string> skus) const {
    static const std::string start =
        "select distinct l.sku from order_line l join orders o on o.id = l.order_id where o.fulfilment = 'waiting' and "
        "l.in_hand < l.quantity - l.cancelled and l.sku ";
    // An array of its own: see Stock::levels().
    static const store::Sql select(start + "in (select value from json_each($1))",
                                   start + "= any (array(select jsonb_array_elements_text($1::jsonb)))");
    const auto rows = tx.run(select, nlohmann::json(std::vector<std::string>(skus.begin(), skus.end())).dump());
    std::set<std::string> found;
    for (std::size_t row = 0; row < rows.size(); ++row) found.insert(rows.text(row, 0));
    return found;
}

std::vector<OrderId> Orders::unpaid_of(store::Transaction& tx, CustomerId customer, std::string_view household) const {
    static const store::Sql select(
        "select id from orders where (customer_id = $1 or (household = $2 and $2 <> '')) and fulfilment in "
        "('waiting', 'ready') and payment in ('not_due', 'due') order by id");
    return ids_in(tx.run(select, customer, household));
}

void Orders::insert_shipment(store::Transaction& tx, OrderId order, const Shipment& shipment) {
    static const store::Sql insert(
        "insert into shipment (id, order_id, method, service, tracking, shipped_at) values ($1, $2, $3, $4, $5, $6)");
    tx.queue(insert, ids_.next<struct ShipmentKind>(), order, shipment.method, shipment.service, shipment.tracking,
             shipment.shipped_at);
}

void Orders::save_delivery(store::Transaction& tx, OrderId order, Instant at) {
    static const store::Sql update(
        "update shipment set delivered_at = $2 where order_id = $1 and delivered_at is null");
    tx.queue(update, order, at);
}

std::vector<Shipment> Orders::shipments(store::Transaction& tx, OrderId order) const {
    static const store::Sql select(
        "select method, service, tracking, shipped_at, delivered_at from shipment where order_id = $1 order by id");
    const auto rows = tx.run(select, order);
    std::vector<Shipment> shipments;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        Shipment shipment{rows.text(row, 0), rows.text(row, 1), rows.text(row, 2), rows.instant(row, 3), {}};
        if (const auto at = rows.maybe_integer(row, 4)) shipment.delivered_at = instant_from_us(*at);
        shipments.push_back(std::move(shipment));
    }
    return shipments;
}

void Orders::open_case(store::Transaction& tx, const Order& order, std::string_view kind, std::string_view who,
                       Whose whose) {
    static const store::Sql insert(
        "insert into order_case (id, order_id, household, kind, opened_at, opened_by) select $1, $2, $3, $4, $5, $6 "
        "where not exists (select 1 from order_case where order_id = $2 and kind = $4 and settled_at is null)");
    const auto now = clock_.now();
    const auto opened = tx.run(insert, ids_.next<CaseKind>(), order.id,
                               whose == Whose::customers ? order.household : std::string(), kind, now, who);
    if (opened.affected() == 1) {
        note(tx, order.id, {now, std::string(who), "case_opened", nlohmann::json{{"kind", kind}}.dump()});
    }
}

bool Orders::settle_case(store::Transaction& tx, Id<CaseKind> id, std::string_view who) {
    static const store::Sql update(
        "update order_case set settled_at = $2, settled_by = $3 where id = $1 and settled_at is null "
        "returning order_id, kind");
    const auto now = clock_.now();
    const auto rows = tx.run(update, id, now, who);
    if (rows.empty()) return false;
    note(tx, rows.id<OrderKind>(0, 0),
         {now, std::string(who), "case_settled", nlohmann::json{{"kind", rows.text(0, 1)}}.dump()});
    return true;
}

std::vector<Case> Orders::cases(store::Transaction& tx, OrderId order, int limit) const {
    static const store::Sql select(
        "select id, order_id, kind, opened_at, opened_by, settled_at, settled_by from order_case "
        "where (order_id = $1) or ($1 = 0 and settled_at is null) order by id limit $2");
    const auto rows = tx.run(select, order, limit);
    std::vector<Case> cases;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        Case one{rows.id<CaseKind>(row, 0),
                 rows.id<OrderKind>(row, 1),
                 rows.text(row, 2),
                 rows.instant(row, 3),
                 rows.text(row, 4),
                 {},
                 rows.maybe_text(row, 6).value_or("")};
        if (const auto at = rows.maybe_integer(row, 5)) one.settled_at = instant_from_us(*at);
        cases.push_back(std::move(one));
    }
    return cases;
}

void Orders::insert_invoice(store::Transaction& tx, const Invoice& invoice) {
    static const store::Sql insert(
        "insert into invoice (id, order_id, number, issued_at, due_at, currency, total_minor) "
        "values ($1, $2, $3, $4, $5, $6, $7)");
    tx.queue(insert, ids_.next<struct InvoiceKind>(), invoice.order, invoice.number, invoice.issued_at, invoice.due_at,
             invoice.total.currency().code(), invoice.total.minor());
}

void Orders::credit_invoices(store::Transaction& tx, OrderId order) {
    static const store::Sql update("update invoice set credited_at = $2 where order_id = $1 and credited_at is null");
    tx.queue(update, order, clock_.now());
}

std::vector<Invoice> Orders::invoices(store::Transaction& tx, OrderId order) const {
    return ask_invoices(tx, order).get();
}

store::Later<std::vector<Invoice>> Orders::ask_invoices(store::Transaction& tx, OrderId order) const {
    static const store::Sql select(
        "select number, issued_at, due_at, currency, total_minor, credited_at from invoice where order_id = $1 "
        "order by id");
    return tx.ask(select, order).then([order](const store::Rows& rows) {
        std::vector<Invoice> invoices;
        for (std::size_t row = 0; row < rows.size(); ++row) {
            Invoice invoice;
            invoice.number = rows.text(row, 0);
            invoice.order = order;
            invoice.issued_at = rows.instant(row, 1);
            invoice.due_at = rows.instant(row, 2);
            invoice.total = {rows.integer(row, 4), stored_currency(rows.text(row, 3))};
            if (const auto at = rows.maybe_integer(row, 5)) invoice.credited_at = instant_from_us(*at);
            invoices.push_back(std::move(invoice));
        }
        return invoices;
    });
}

void Orders::note(store::Transaction& tx, OrderId order, const Event& event) {
    static const store::Sql insert(
        "insert into order_event (id, order_id, at, who, what, details) values ($1, $2, $3, $4, $5, $6)");
    tx.queue(insert, ids_.next<struct EventKind>(), order, event.at, event.who, event.what, event.details);
}

std::vector<Event> Orders::timeline(store::Transaction& tx, OrderId order) const {
    return ask_timeline(tx, order).get();
}

store::Later<std::vector<Event>> Orders::ask_timeline(store::Transaction& tx, OrderId order) const {
    static const store::Sql select(
        "select at, who, what, details from order_event where order_id = $1 order by at, id");
    return tx.ask(select, order).then([](const store::Rows& rows) {
        std::vector<Event> events;
        for (std::size_t row = 0; row < rows.size(); ++row) {
            events.push_back({rows.instant(row, 0), rows.text(row, 1), rows.text(row, 2), rows.text(row, 3)});
        }
        return events;
    });
}

}  // namespace noren::orders
