// Test support: a shop's books with policies of the test's choice, and orders to put into them.
#pragma once

#include <mutex>

#include "orders/books.hpp"
#include "orders/postings.hpp"
#include "policies/testing.hpp"
#include "store/testing.hpp"

namespace noren::orders::testing {

/// Monday, 2017-07-03, 09:00 in Tokyo.
inline constexpr Instant monday = instant_from_us(1'499'040'000'000'000);

inline calendar::BusinessCalendar tokyo() {
    calendar::Days days;
    days.zone = "Asia/Tokyo";
    days.weekend = {false, false, false, false, false, true, true};
    return calendar::BusinessCalendar(days);
}

/// Everything is sold from the warehouse, invoiced at once and due in a week; an unpaid order is cancelled and its
/// household barred; every event is told by a mail of its name.
inline std::vector<policies::Voter> usual_voters() {
    namespace made = policies::testing;
    using wire::Effect;
    using wire::FactsT;
    using wire::Point;
    return {
        made::voter("availability", {Point::Sell},
                    [](const FactsT& facts) {
                        auto verdict = made::verdict(Effect::Allow);
                        for (std::size_t i = 0; i < facts.order->lines.size(); ++i) {
                            const auto& line = facts.order->lines[i];
                            const auto place = static_cast<int>(i);
                            if (line.sale_state == "back_order") {
                                verdict.limits.push_back(made::limit(place, 99, "none"));
                                continue;
                            }
                            verdict.limits.push_back(made::limit(place, static_cast<int>(line.on_hand), "on_hand"));
                        }
                        return verdict;
                    }),
        made::voter("methods", {Point::OfferPayment, Point::OfferShipping},
                    [](const FactsT& facts) {
                        auto verdict = made::verdict(Effect::Allow);
                        for (const auto& method : facts.methods) {
                            verdict.methods.push_back(made::method(method.name, Effect::Allow));
                        }
                        return verdict;
                    }),
        made::voter("terms", {Point::Invoice},
                    [](const FactsT&) {
                        auto verdict = made::verdict(Effect::Allow);
                        verdict.due = made::due(7, "d");
                        return verdict;
                    }),
        made::voter("overdue", {Point::Overdue},
                    [](const FactsT&) {
                        auto verdict = made::verdict(Effect::Allow);
                        verdict.overdue = made::overdue(true, "household");
                        return verdict;
                    }),
        made::voter("mails", {Point::Notify},
                    [](const FactsT& facts) {
                        auto verdict = made::verdict(Effect::Allow);
                        verdict.mails.push_back(made::mail(facts.event));
                        return verdict;
                    }),
    };
}

inline Contact somebody() {
    Contact contact;
    contact.email = "ann@example.org";
    contact.name = "Ann Onymous";
    contact.street = {"1 Privet Lane", "Flat 2"};
    contact.city = "Springfield";
    contact.region = "IL";
    contact.postal_code = "62701";
    contact.country = "US";
    contact.phone = "+1 555 0100";
    contact.billing_country = "US";
    return contact;
}

/// The books of one shop in `store`, at a standing time.
class Desk {
public:
    explicit Desk(store::Store& store, std::vector<policies::Voter> voters = usual_voters())
        : store_(store), policies_(std::move(voters), [](std::string_view) { return std::nullopt; }) {}

    /// The mails told of, by name, in order.
    std::vector<std::string> mails() const {
        const std::lock_guard lock(mutex_);
        return mails_;
    }
    template <class Body>
    auto in_transaction(Body&& body) {
        return store_.transact(std::forward<Body>(body));
    }

    void receive(const std::string& sku, std::int64_t units, stock::Source source = stock::Source::on_hand) {
        store_.transact([&](store::Transaction& tx) { stock.receive(tx, sku, source, units, "test"); });
    }
    std::int64_t free_units(const std::string& sku, stock::Source source = stock::Source::on_hand) {
        return store_.read([&](store::Transaction& tx) { return stock.available(tx, sku, source); });
    }
    std::optional<Order> find(OrderId id) {
        return store_.read([&](store::Transaction& tx) { return orders.find(tx, id); });
    }
    std::vector<std::string> timeline(OrderId id) {
        const auto events = store_.read([&](store::Transaction& tx) { return orders.timeline(tx, id); });
        std::vector<std::string> names;
        for (const auto& event : events) names.push_back(event.what);
        return names;
    }
    /// What the order's customer owes, and is owed.
    std::pair<std::int64_t, std::int64_t> owed(OrderId id) {
        std::pair<std::int64_t, std::int64_t> owed{0, 0};
        for (const auto& balance : store_.read([&](store::Transaction& tx) { return ledger.balances_of(tx, id); })) {
            if (balance.account.role() == ledger::Account::Role::receivable) owed.first = balance.amount.minor();
            if (balance.account.role() == ledger::Account::Role::owed_back) owed.second = -balance.amount.minor();
        }
        return owed;
    }
    std::size_t discrepancies() {
        return store_.read([&](store::Transaction& tx) { return ledger.verify(tx).size() + stock.verify(tx).size(); });
    }
    std::optional<Instant> next_job() {
        return store_.read([&](store::Transaction& tx) { return jobs.next_due(tx); });
    }

    /// An order of two units of "A" at 1500 yen with 900 yen shipping, reserved and not stored.
    Order drawn_up(store::Transaction& tx) {
        Order order;
        order.id = ids.next<OrderKind>();
        order.number = id_text(order.id.value);
        order.customer = CustomerId{5};
        order.household = "household-1";
        order.session = "session-1";
        order.placed_at = clock.now();
        order.revision = "r1";
        order.language = "en";
        order.fulfilment = Fulfilment::ready;
        order.payment_method = "paypal";
        order.shipping_method = "post";
        order.shipping_service = "air";
        order.goods = {3000, JPY};
        order.shipping = {900, JPY};
        order.fees = {0, JPY};
        order.total = {3900, JPY};
        order.contact = somebody();
        Line line;
        line.id = ids.next<LineKind>();
        line.sku = "A";
        line.title = "A thing";
        line.quantity = 2;
        line.unit_price = {1500, JPY};
        line.sale_state = "in_stock";
        line.release_date = Date{17000};
        line.weight = Grams{400};
        line.source = "on_hand";
        line.in_hand = 2;
        order.lines = {line};
        const std::vector<stock::LineDemand> demand{{"A", stock::Source::on_hand, 2}};
        order.reservation = stock.reserve(tx, demand, stock::until_released).value().id;
        return order;
    }
    /// The same, stored.
    Order placed() {
        return store_.transact([&](store::Transaction& tx) {
            auto order = drawn_up(tx);
            orders.insert(tx, order);
            return order;
        });
    }

    VirtualClock clock{monday};

private:
    store::Store& store_;
    SystemEntropy entropy_;
    mutable std::mutex mutex_;
    std::vector<std::string> mails_;
    policies::Policies policies_;
    calendar::BusinessCalendar calendar_ = tokyo();

public:
    IdSource ids{clock, entropy_};
    Orders orders{clock, ids};
    stock::Stock stock{clock, ids};
    ledger::Ledger ledger;
    jobs::Jobs jobs{ids};
    payments::Attempts attempts{clock, ids};
    Notices notices{policies_, calendar_,
                    [this](store::Transaction&, const Order&, const std::string&, const Notice::Mail& mail) {
                        const std::lock_guard lock(mutex_);
                        mails_.push_back(mail.template_name);
                    }};
    Books books{"shop", "r1", orders, stock, ledger, jobs, attempts, policies_, notices, calendar_, clock, ids};
};

}  // namespace noren::orders::testing
