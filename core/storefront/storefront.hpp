// Storefront: one shop, opened: its books, its policies, its plugins, its calendar. The faces (API, pages, command
// line) and the simulation work on its parts; what is more than one part's work is a use case of checkout, orders or
// invoicing.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "calendar/calendar.hpp"
#include "carriers/carriers.hpp"
#include "cart/cart.hpp"
#include "catalog/catalog.hpp"
#include "checkout/checkout.hpp"
#include "customers/accounts.hpp"
#include "customers/bars.hpp"
#include "customers/customers.hpp"
#include "customers/log_in_limit.hpp"
#include "customers/passwords.hpp"
#include "customers/sessions.hpp"
#include "fulfilment/fulfilment.hpp"
#include "invoicing/invoicing.hpp"
#include "jobs/jobs.hpp"
#include "ledger/ledger.hpp"
#include "orders/books.hpp"
#include "orders/shown_states.hpp"
#include "outbox/outbox.hpp"
#include "payments/payments.hpp"
#include "policies/policies.hpp"
#include "settings/effective.hpp"
#include "stock/stock.hpp"

namespace noren::storefront {

/// What a shop says of itself.
struct Identity {
    std::string id;  // the file's name without its ending
    std::string name;
    std::vector<std::string> hosts;
    std::string public_url;  // without a slash at the end
    std::string country;
    std::string time_zone;
    Currency currency;
    std::vector<std::string> languages;  // the first is the default
};

/// A key that is kept in a store and made when it is first asked for. `insert` takes the bytes and leaves a kept key
/// alone; `select` gives what is kept.
customers::Key kept_key(store::Store& store, Entropy& entropy, const store::Sql& insert, const store::Sql& select);

/// The identity that a faultless configuration gives.
Identity identity_of(const settings::Effective& effective);

/// What a mail says, made from its template.
struct Letter {
    std::string subject;
    std::string text;
    std::optional<std::string> html;
};

/// What the process lends a storefront. Everything referred to must outlive it.
struct Surroundings {
    const Clock& clock;
    Entropy& entropy;
    IdSource& ids;
    std::unique_ptr<store::Store> books;
    std::unique_ptr<store::Store> visits;
    std::vector<policies::Voter> voters;
    std::map<std::string, std::unique_ptr<carriers::Carrier>> carriers;
    std::map<std::string, std::unique_ptr<payments::Gateway>> gateways;
    outbox::Transport& transport;
    customers::Passwords& passwords;
    /// Writes a mail about an order, and one about an account.
    std::function<Letter(const Identity&, const std::string& template_name, const orders::Order&,
                         const orders::Particulars&)>
        compose;
    std::function<Letter(const Identity&, const customers::MailWish&)> compose_account;
};

class Storefront {
public:
    /// Opens a storefront on a configuration without faults. Throws std::runtime_error when a required decision point
    /// (sell, offer_payment, offer_shipping, invoice) is decided by nobody.
    Storefront(std::shared_ptr<const settings::Effective> effective, Surroundings surroundings);
    ~Storefront();
    Storefront(const Storefront&) = delete;
    Storefront& operator=(const Storefront&) = delete;

    /// Runs jobs on an own thread until stop(): deadlines, checks of payments, mails. A simulation calls
    /// worker.run_due() instead.
    void start();
    void stop();

    /// Places an order from this session's cart; the cart's lines are gone when it was placed.
    Result<checkout::Placed, checkout::Refusal> place(const checkout::PlaceRequest& request);
    /// An order cancelled by staff, whatever its policies say of customers.
    Result<void, orders::IllegalStep> cancel(OrderId order, const std::string& reason, const std::string& who);

    /// An account closed for good because its holder asks for it: every session ends, what is unpaid is cancelled, what
    /// is paid is still sent, and nobody of the household orders again. They are told by mail. False: no such account,
    /// or it is closed already.
    bool close_account(CustomerId account);

    /// Whether a session may see an order: its customer is logged in, or the session placed it.
    bool may_see(const orders::Order& order, const customers::Session& session) const;

    /// The same money, stock and reservations from every side; empty when all agree.
    struct Discrepancy {
        std::string where;  // ledger, stock, orders, payments
        std::string what;
    };
    std::vector<Discrepancy> verify();

    const std::shared_ptr<const settings::Effective> effective;
    const Identity identity;
    const calendar::BusinessCalendar calendar;

private:
    Surroundings around_;
    customers::Key key_;
    customers::LogInLimit log_in_limit_;
    std::vector<std::string> payment_methods_;

public:
    const Clock& clock;
    store::Store& books;
    store::Store& visits;
    catalog::Catalog catalog;
    stock::Stock stock;
    ledger::Ledger ledger;
    jobs::Jobs jobs;
    outbox::Outbox outbox;
    customers::Customers customers;
    customers::Accounts accounts;
    customers::Sessions sessions;
    cart::Carts carts;
    orders::Orders orders;
    policies::Policies policies;
    carriers::Carriers carriers;
    orders::Notices notices;
    payments::Attempts attempts;
    orders::ShownStates order_states;
    orders::Books order_books;
    payments::Payments payments;
    checkout::Parts checkout;
    fulfilment::Parts fulfilment;  // what happens to placed orders: the use cases of fulfilment/
    jobs::Worker worker;           // deadlines and checks of payments
    jobs::Worker postman;          // mails: a slow server delays nothing else

private:
    payments::Parts payment_parts();
    void send_account_mail(store::Transaction& tx, const customers::MailWish& wish);
    std::vector<std::string> judge_registration(std::string_view email, std::string_view password) const;
    void handle_jobs();
};

}  // namespace noren::storefront
