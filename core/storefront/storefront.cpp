#include "storefront/storefront.hpp"

#include <algorithm>
#include <cstring>
#include <set>
#include <stdexcept>

#include "fulfilment/hold_order.hpp"
#include "fulfilment/receive_stock.hpp"
#include "fulfilment/refund_payment.hpp"
#include "orders/cancel_order.hpp"
#include "orders/conduct.hpp"
#include "orders/facts.hpp"
#include "orders/history.hpp"
#include "orders/receive_payment.hpp"

namespace noren::storefront {
namespace {

/// The job that throws away what nobody needs any more.
constexpr const char* housekeeping_job = "housekeeping";
constexpr std::chrono::hours cart_lifetime{24 * 60};
constexpr std::chrono::hours idempotency_lifetime{72};
constexpr std::chrono::hours refusal_lifetime{24 * 30};
constexpr int sweep_limit = 10000;

/// Signs quotes and makes pseudonyms.
customers::Key shop_key(store::Store& books, Entropy& entropy) {
    static const store::Sql insert("insert into shop_key (name, bytes) values ('shop', $1) on conflict do nothing");
    static const store::Sql select("select bytes from shop_key where name = 'shop'");
    return kept_key(books, entropy, insert, select);
}

calendar::BusinessCalendar calendar_of(const settings::Effective& effective) {
    auto calendar = calendar::BusinessCalendar::of(effective.value());
    if (!calendar) throw std::runtime_error(settings::to_string(calendar.error()));
    return *std::move(calendar);
}

std::optional<Span> procurement_alert_of(const settings::Effective& effective) {
    const auto after = effective.value().at("procurement.alert_after");
    return after ? std::optional(after.span()) : std::nullopt;
}

/// What a job is about.
template <class Id>
Id subject_of(const jobs::Job& job) {
    const auto id = id_from_text(job.subject.substr(0, job.subject.find(' ')));
    if (!id) throw jobs::Hopeless("a job about nothing: " + job.kind);
    return Id{*id};
}

/// What follows the first blank, or nothing.
std::string after_blank(const std::string& text) {
    const auto blank = text.find(' ');
    return blank == std::string::npos ? std::string() : text.substr(blank + 1);
}

void require_decided(const policies::Policies& policies) {
    for (const auto point :
         {wire::Point::Sell, wire::Point::OfferPayment, wire::Point::OfferShipping, wire::Point::Invoice}) {
        if (!policies.decides(point)) {
            throw std::runtime_error("no policy of `policies` decides `" + std::string(policies::point_word(point)) +
                                     "`");
        }
    }
}

template <class Value>
std::vector<std::string> names_of(const std::map<std::string, Value>& by_name) {
    std::vector<std::string> names;
    for (const auto& [name, value] : by_name) names.push_back(name);
    return names;
}

bool is_continuation(char byte) {
    return (static_cast<unsigned char>(byte) & 0xc0) == 0x80;
}

/// Of UTF-8.
std::int32_t characters_in(std::string_view text) {
    return static_cast<std::int32_t>(
        std::count_if(text.begin(), text.end(), [](char byte) { return !is_continuation(byte); }));
}

/// Which classes of characters occur, as policies know them.
std::vector<std::string> classes_in(std::string_view text) {
    std::set<std::string> classes;
    for (const char c : text) {
        if (c >= 'a' && c <= 'z') {
            classes.insert("lower");
        } else if (c >= 'A' && c <= 'Z') {
            classes.insert("upper");
        } else if (c >= '0' && c <= '9') {
            classes.insert("digit");
        } else {
            classes.insert(c > ' ' && c < 0x7f ? "symbol" : "other");
        }
    }
    return {classes.begin(), classes.end()};
}

}  // namespace

customers::Key kept_key(store::Store& store, Entropy& entropy, const store::Sql& insert, const store::Sql& select) {
    const auto fresh = entropy.bytes<32>();
    const auto kept = store.transact([&](store::Transaction& tx) {
        tx.queue(insert, store::Blob{fresh});
        return tx.run(select).text(0, 0);
    });
    std::array<std::uint8_t, 32> bytes{};
    if (kept.size() != bytes.size()) throw std::runtime_error("a kept key is damaged");
    std::memcpy(bytes.data(), kept.data(), bytes.size());
    return customers::Key(bytes);
}

Identity identity_of(const settings::Effective& effective) {
    const auto top = effective.value();
    Identity identity;
    identity.id = effective.name.substr(effective.name.rfind('/') + 1);
    identity.id = identity.id.substr(0, identity.id.rfind('.'));
    identity.name = top.text("name");
    identity.hosts = top.texts("hosts");
    identity.public_url = top.text("public_url");
    while (!identity.public_url.empty() && identity.public_url.back() == '/') identity.public_url.pop_back();
    identity.country = top.text("country");
    identity.time_zone = top.text("time_zone");
    identity.currency = top["currency"].currency();
    identity.languages = top.texts("languages");
    return identity;
}

Storefront::Storefront(std::shared_ptr<const settings::Effective> configuration, Surroundings surroundings)
    : effective(std::move(configuration)),
      identity(identity_of(*effective)),
      calendar(calendar_of(*effective)),
      around_(std::move(surroundings)),
      key_(shop_key(*around_.books, around_.entropy)),
      log_in_limit_(*around_.visits, customers::LogInLimit::Of::customers, around_.clock),
      payment_methods_(names_of(around_.gateways)),
      clock(around_.clock),
      books(*around_.books),
      visits(*around_.visits),
      stock(clock, around_.ids),
      jobs(around_.ids),
      outbox(clock, around_.ids, jobs, {identity.name, "shop@" + identity.hosts.front(), identity.hosts.front()}),
      customers(key_, clock, around_.ids),
      accounts(
          {books, sessions, around_.passwords, log_in_limit_, clock, around_.entropy, around_.ids,
           [this](store::Transaction& tx, const customers::MailWish& wish) { send_account_mail(tx, wish); },
           [this](store::Transaction& tx, CustomerId account, std::string_view email) {
               for (const auto guest : customers.guests(tx, email)) orders.hand_over(tx, guest, account);
           },
           [this](std::string_view email, std::string_view password) { return judge_registration(email, password); }}),
      sessions(visits, customers::Sessions::Of::customers, customers::shopper_lifetime, key_, clock, around_.entropy),
      carts(visits, clock),
      orders(clock, around_.ids),
      policies(std::move(around_.voters),
               [configured = effective](std::string_view path) -> std::optional<std::string> {
                   auto place = configured->locate(path);
                   if (place.empty()) return std::nullopt;
                   return place;
               }),
      carriers(std::move(around_.carriers)),
      notices(policies, calendar,
              [this](store::Transaction& tx, const orders::Order& order, const std::string& event,
                     const orders::Notice::Mail& mail) {
                  auto letter = around_.compose(identity, mail.template_name, order, mail.about);
                  const auto& occasion = mail.about.occasion;
                  outbox.tell(tx, {{event, id_text(order.id.value) + (occasion.empty() ? "" : ":" + occasion)},
                                   mail.template_name,
                                   order.contact.email,
                                   std::move(letter.subject),
                                   std::move(letter.text),
                                   std::move(letter.html),
                                   mail.send_after});
              }),
      attempts(clock, around_.ids),
      order_states(orders::ShownStates::of(effective->value())),
      order_books{identity.id,
                  effective->revision,
                  orders,
                  stock,
                  ledger,
                  jobs,
                  attempts,
                  policies,
                  notices,
                  calendar,
                  clock,
                  around_.ids,
                  [this](const std::string& method) { return payments.collects_at_delivery(method); },
                  procurement_alert_of(*effective)},
      payments(books, clock, around_.ids, std::move(around_.gateways), payment_parts()),
      checkout{books,
               order_books,
               catalog,
               customers,
               carriers,
               payment_methods_,
               identity.country,
               identity.currency,
               key_,
               [this](store::Transaction& tx, const std::vector<policies::Need>& needs, const std::string& household,
                      std::span<const std::string> skus) {
                   return orders::ask_history(tx, needs, {{}, household, {skus.begin(), skus.end()}, clock.now()});
               }},
      fulfilment{books, order_books, carriers, payment_methods_, identity.country},
      worker(books, clock, around_.entropy),
      postman(books, clock, around_.entropy) {
    require_decided(policies);
    handle_jobs();
}

Storefront::~Storefront() {
    stop();
}

void Storefront::start() {
    books.transact([&](store::Transaction& tx) {
        jobs.schedule(tx, {housekeeping_job, "daily", "", clock.now()}, jobs::Existing::keep);
    });
    worker.start();
    postman.start();
}

void Storefront::stop() {
    worker.stop();
    postman.stop();
}

payments::Parts Storefront::payment_parts() {
    payments::Parts parts;
    parts.ask_payable = [this](store::Transaction& tx, OrderId id) {
        using Answer = Result<payments::Payable, payments::Refusal>;
        return orders.ask_for_change(tx, id).then([](const std::optional<orders::Order>& order) -> Answer {
            if (!order) return refuse(payments::Refusal{"order_not_found", "There is no such order."});
            if (order->payment != orders::Payment::due) {
                return refuse(payments::Refusal{"not_due", "There is nothing to pay for this order now."});
            }
            return payments::Payable{order->id, order->number, order->total, order->payment_method};
        });
    };
    parts.on_settled = [this](store::Transaction& tx, const payments::Attempt& attempt, payments::AttemptEvent event) {
        orders::receive_payment(tx, order_books, attempt, event);
    };
    parts.check_at = [this](store::Transaction& tx, AttemptId id, Instant due) {
        jobs.schedule(tx, {orders::payment_check_job, id_text(id.value), "", due});
    };
    parts.no_check = [this](store::Transaction& tx, AttemptId id) {
        jobs.cancel(tx, orders::payment_check_job, id_text(id.value));
    };
    parts.lock_order = [this](store::Transaction& tx, OrderId id) { orders.lock(tx, id); };
    parts.reserve_refund = [this](store::Transaction& tx, const payments::Refund& refund) {
        return fulfilment::reserve_refund(tx, order_books, refund);
    };
    parts.on_refunded = [this](store::Transaction& tx, const payments::Refund& refund, payments::RefundEvent event) {
        fulfilment::book_refund(tx, order_books, refund, event);
    };
    parts.check_refund_at = [this](store::Transaction& tx, payments::RefundId id, Instant due) {
        jobs.schedule(tx, {orders::refund_check_job, id_text(id.value), "", due});
    };
    parts.no_refund_check = [this](store::Transaction& tx, payments::RefundId id) {
        jobs.cancel(tx, orders::refund_check_job, id_text(id.value));
    };
    parts.details = [this](const payments::Attempt& attempt) {
        const auto place = identity.public_url + "/payments/" + id_text(attempt.id.value);
        return payments::Details{identity.name + " " + attempt.order_number, place + "/return", place + "/cancelled",
                                 identity.languages.front()};
    };
    return parts;
}

std::vector<std::string> Storefront::judge_registration(std::string_view email, std::string_view password) const {
    if (!policies.decides(wire::Point::Register)) return {};
    wire::FactsT facts;
    facts.storefront = identity.id;
    facts.registration = std::make_unique<wire::RegistrationT>();
    facts.registration->email = email;
    facts.registration->email_domain = customers::normalised_email(email.substr(email.rfind('@') + 1));
    facts.registration->password_length = characters_in(password);
    facts.registration->password_classes = classes_in(password);
    std::vector<std::string> codes;
    for (const auto& reason : policies.decide(wire::Point::Register, facts).reasons) {
        if (reason.severity == wire::Severity::Refusal) codes.push_back(reason.code);
    }
    return codes;
}

void Storefront::send_account_mail(store::Transaction& tx, const customers::MailWish& wish) {
    auto letter = around_.compose_account(identity, wish);
    outbox.tell(tx, {{wish.letter, random_token(around_.entropy, 12)},
                     wish.letter,
                     wish.to,
                     std::move(letter.subject),
                     std::move(letter.text),
                     std::move(letter.html),
                     clock.now()});
}

void Storefront::handle_jobs() {
    worker.on(orders::deadline_job, [this](store::Transaction& tx, const jobs::Job& job) {
        invoicing::pass_deadline(
            tx, order_books, subject_of<OrderId>(job),
            [this](store::Transaction& in, const orders::Order& order, const std::string&) {
                if (order.household.empty()) return;
                for (const auto& line : order.lines) {
                    customers::bar(in, {order.household, line.sku, "barred_after_nonpayment", order.id, clock.now()});
                }
            });
    });
    worker.on_call(orders::payment_check_job, [this](const jobs::Job& job) -> jobs::Effects {
        payments.settle(subject_of<AttemptId>(job));
        return [](store::Transaction&) {};
    });
    worker.on_call(orders::refund_check_job, [this](const jobs::Job& job) -> jobs::Effects {
        payments.settle_refund(subject_of<payments::RefundId>(job));
        return [](store::Transaction&) {};
    });
    worker.on_call(orders::begin_payment_job, [this](const jobs::Job& job) -> jobs::Effects {
        const auto id = subject_of<OrderId>(job);
        const auto order = books.read([&](store::Transaction& tx) { return orders.find(tx, id); });
        // Refused when it is not due any more.
        if (order) (void)payments.begin(id, order->payment_method);
        return [](store::Transaction&) {};
    });
    worker.on_call(orders::supply_failed_job, [this](const jobs::Job& job) -> jobs::Effects {
        const auto done = fulfilment::supply_failed(fulfilment, subject_of<OrderId>(job), after_blank(job.subject));
        if (!done) throw std::runtime_error(done.error().code);
        return [](store::Transaction&) {};
    });
    worker.on(orders::goods_arrived_job, [this](store::Transaction& tx, const jobs::Job& job) {
        fulfilment::goods_arrived(tx, order_books, subject_of<OrderId>(job));
    });
    worker.on(orders::reply_deadline_job, [this](store::Transaction& tx, const jobs::Job& job) {
        fulfilment::reply_is_late(tx, order_books, subject_of<OrderId>(job));
    });
    worker.on(orders::procurement_job, [this](store::Transaction& tx, const jobs::Job& job) {
        fulfilment::procurement_is_late(tx, order_books, subject_of<OrderId>(job));
    });
    worker.on_call(orders::close_account_job, [this](const jobs::Job& job) -> jobs::Effects {
        orders::cancel_unpaid(books, order_books, subject_of<CustomerId>(job), after_blank(job.subject));
        return [](store::Transaction&) {};
    });
    worker.on_call(housekeeping_job, [this](const jobs::Job&) -> jobs::Effects {
        carts.forget(clock.now() - cart_lifetime);
        sessions.sweep(sweep_limit);
        accounts.sweep(sweep_limit);
        log_in_limit_.sweep(sweep_limit);
        return [this](store::Transaction& tx) {
            static const store::Sql forget("delete from idempotency where made_at < $1");
            tx.queue(forget, clock.now() - idempotency_lifetime);
            policies::forget_refused(tx, clock.now() - refusal_lifetime);
            jobs.schedule(tx, {housekeeping_job, "daily", "", clock.now() + std::chrono::hours(24)});
        };
    });
    outbox.deliver_with(postman, books, around_.transport);
}

Result<checkout::Placed, checkout::Refusal> Storefront::place(const checkout::PlaceRequest& request) {
    auto placed = checkout::place_order(checkout, request);
    if (placed && !placed->repeated) carts.clear_lines(request.session);
    return placed;
}

bool Storefront::close_account(CustomerId account) {
    const bool closed = books.transact([&](store::Transaction& tx) {
        const auto holder = customers.find(tx, account);
        if (!holder || holder->is_guest || holder->standing == customers::Standing::closed) return false;
        orders::close_at_request(tx, order_books, account);
        send_account_mail(tx, {holder->email, "account_closed_by_holder", {}});
        return true;
    });
    if (closed) sessions.end_all(account.value);
    return closed;
}

bool Storefront::may_see(const orders::Order& order, const customers::Session& session) const {
    if (session.subject) return order.customer.value == *session.subject;
    return !order.session.empty() && customers::equal_secrets(order.session, session.id);
}

Result<void, orders::IllegalStep> Storefront::cancel(OrderId id, const std::string& reason, const std::string& who) {
    return books.transact([&](store::Transaction& tx) -> Result<void, orders::IllegalStep> {
        auto order = orders.find_for_change(tx, id);
        if (!order) return refuse(orders::IllegalStep{"none", "cancel"});
        return orders::cancel_order(tx, order_books, *order, {reason, who});
    });
}

}  // namespace noren::storefront
