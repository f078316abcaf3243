#include "simulation/play.hpp"

#include <date/tz.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <stdexcept>

#include "catalog/feed.hpp"
#include "customers/standing.hpp"
#include "fulfilment/cancel_order.hpp"
#include "fulfilment/change_order.hpp"
#include "fulfilment/hold_order.hpp"
#include "fulfilment/receive_stock.hpp"
#include "fulfilment/refund_payment.hpp"
#include "fulfilment/ship_order.hpp"
#include "invoicing/invoicing.hpp"
#include "settings/literals.hpp"

namespace noren::simulation {
namespace {

using settings::Value;
using Codes = std::set<std::string>;

constexpr int most_jobs_a_step = 100'000;
constexpr std::string_view token_mark = "token=";

std::string listed(const auto& words) {
    std::string out;
    for (const auto& word : words) out += (out.empty() ? "" : ", ") + word;
    return out.empty() ? "nothing" : out;
}

std::string numbers_listed(const std::vector<std::int64_t>& numbers) {
    std::vector<std::string> words;
    for (const auto number : numbers) words.push_back(std::to_string(number));
    return listed(words);
}

Codes codes_of(const checkout::Refusal& refusal) {
    Codes codes;
    for (const auto& reason : refusal.reasons) {
        if (reason.severity == wire::Severity::Refusal) codes.insert(reason.code);
    }
    for (const auto& difference : refusal.differences) codes.insert(difference.code);
    if (codes.empty()) codes.insert(refusal.code);
    return codes;
}

Codes codes_of(const fulfilment::Refusal& refusal) {
    Codes codes{refusal.code};
    for (const auto& reason : refusal.reasons) {
        if (reason.severity == wire::Severity::Refusal) codes.insert(reason.code);
    }
    return codes;
}

Codes codes_of(const payments::Refusal& refusal) {
    return {refusal.code};
}

Codes codes_of(const customers::AccountRefusal& refusal) {
    Codes codes;
    if (const auto* wrong = std::get_if<customers::WrongFields>(&refusal)) {
        for (const auto& fault : wrong->faults) codes.insert(fault.code);
    }
    return codes;
}

/// A day, or the last one of a month.
struct Release {
    Date date;
    catalog::Precision precision;
};

Release release_from(const std::string& text) {
    constexpr std::size_t month_size = 7;
    if (text.size() > month_size) return {settings::date_from(text).value(), catalog::Precision::day};
    const auto first = settings::date_from(text + "-01").value();
    const std::chrono::year_month_day day{std::chrono::sys_days{std::chrono::days{first.days}}};
    const std::chrono::sys_days last{day.year() / day.month() / std::chrono::last};
    return {Date{static_cast<std::int32_t>(last.time_since_epoch().count())}, catalog::Precision::month};
}

class Player {
public:
    Player(const Scenario& scenario, storefront::Storefront& shop, Stage& stage)
        : scenario_(scenario), shop_(shop), stage_(stage) {}

    std::vector<Failure> run() {
        for (const auto& item : scenario_.value()["items"].items()) list(item);
        for (const auto& step : scenario_.value()["steps"].items()) {
            const auto what = step.entries().front();
            (this->*steps().at(what.key()))(what);
            run_until(shop_.clock.now());
            if (!failures_.empty()) return std::move(failures_);
        }
        for (const auto& wrong : shop_.verify()) {
            failures_.push_back(
                {scenario_.name(), "the books at its end (" + wrong.where + ")", "that they agree", wrong.what});
        }
        return std::move(failures_);
    }

private:
    struct Customer {
        orders::Contact contact;
        customers::Session session;
    };

    using Do = void (Player::*)(const Value&);
    static const std::map<std::string, Do>& steps() {
        static const std::map<std::string, Do> all{{"customer", &Player::customer},
                                                   {"item", &Player::item},
                                                   {"feed", &Player::feed},
                                                   {"order", &Player::order},
                                                   {"pay", &Player::pay},
                                                   {"provider", &Player::provider},
                                                   {"cancel", &Player::cancel},
                                                   {"change", &Player::change},
                                                   {"confirm", &Player::confirm},
                                                   {"staff", &Player::staff},
                                                   {"advance", &Player::advance},
                                                   {"expect", &Player::expect},
                                                   {"expect_refused", &Player::expect_refused},
                                                   {"expect_offers", &Player::expect_offers},
                                                   {"expect_estimate", &Player::expect_estimate},
                                                   {"expect_cancellable", &Player::expect_cancellable},
                                                   {"expect_cases", &Player::expect_cases},
                                                   {"expect_standing", &Player::expect_standing},
                                                   {"expect_mails", &Player::expect_mails},
                                                   {"expect_stock", &Player::expect_stock},
                                                   {"expect_mail", &Player::expect_mail},
                                                   {"expect_no_mail", &Player::expect_no_mail},
                                                   {"expect_history", &Player::expect_history},
                                                   {"expect_calendar", &Player::expect_calendar}};
        return all;
    }

    // What happens

    void list(const Value& item) {
        catalog::Item listed_item;
        listed_item.sku = item.text("sku");
        listed_item.title = item.text("sku");
        listed_item.price = item.money("price");
        listed_item.weight = item.weight("weight");
        listed_item.sale_state = item.text("sale_state");
        listed_item.condition = item.text("condition");
        listed_item.restrictions = item.texts("restrictions");
        if (const auto limit = item["purchase_limit"]) listed_item.purchase_limit = limit.integer();
        if (const auto release = item["release"]) {
            const auto [date, precision] = release_from(release.text());
            listed_item.release_date = date;
            listed_item.release_precision = precision;
        }
        shop_.books.transact([&](store::Transaction& tx) {
            shop_.catalog.put(tx, listed_item);
            for (const auto source : {stock::Source::on_hand, stock::Source::incoming}) {
                const auto units = item.integer(stock::word(source));
                if (units > 0) shop_.stock.receive(tx, listed_item.sku, source, units, "scenario");
            }
        });
    }

    void item(const Value& step) {
        const auto& sku = step.text("sku");
        auto listed_item =
            shop_.books.read([&](store::Transaction& tx) { return shop_.catalog.find(tx, sku).value(); });
        if (const auto state = step["sale_state"]) listed_item.sale_state = state.text();
        if (const auto price = step["price"]) listed_item.price = price.money();
        std::optional<Release> release;
        if (const auto moved = step["release"]) {
            release = release_from(moved.text());
            listed_item.release_date = release->date;
            listed_item.release_precision = release->precision;
        }
        shop_.books.transact([&](store::Transaction& tx) {
            shop_.catalog.put(tx, listed_item);
            if (!release) return;
            const bool month_only = release->precision == catalog::Precision::month;
            fulfilment::move_release(tx, shop_.order_books, sku, release->date, month_only, "staff:1");
        });
        if (step["price"]) fulfilment::move_price(shop_.fulfilment, sku, listed_item.price, "staff:1");
    }

    void feed(const Value& step) {
        const auto rows = step["rows"].items();
        std::set<std::string> columns;
        for (const auto& row : rows) {
            for (const auto& cell : row.entries()) columns.insert(cell.key());
        }
        std::stringstream table;
        for (const auto& column : columns) table << column << '\t';
        for (const auto& row : rows) {
            table << '\n';
            for (const auto& column : columns) table << (row[column] ? row.text(column) : "") << '\t';
        }
        catalog::ImportOptions options{catalog::feed_rules(shop_.effective->value()), false, {}, {}, {}};
        options.today = shop_.calendar.local_date(shop_.clock.now());
        const auto report = catalog::import_feed(shop_.books, shop_.catalog, table, options);
        std::map<std::size_t, std::set<std::string>> faults;
        for (const auto& fault : report.faults) faults[fault.line].insert(fault.field);
        std::vector<std::string> refused;
        for (const auto& [line, fields] : faults) {
            const auto id = line >= 2 ? rows.at(line - 2).text("id") : "the feed";
            refused.push_back(id + " (" + listed(fields) + ")");
        }
        std::vector<std::string> wanted;
        for (const auto& one : step["refused"].items()) {
            const auto fields = one.texts("columns");
            wanted.push_back(one.text("id") + " (" + listed(std::set(fields.begin(), fields.end())) + ")");
        }
        if (wanted != refused) fail(step["refused"], listed(wanted), listed(refused));
    }

    void customer(const Value& step) {
        const auto& name = step.text("as");
        orders::Contact contact;
        if (const auto household = step["household"]) contact = customers_.at(household.text()).contact;
        if (contact.street.empty()) {
            contact.street = {std::to_string(customers_.size() + 1) + " Main Street"};
            contact.city = "Newtown";
            contact.postal_code = "10001";
        }
        contact.email = name + "@example.com";
        contact.name = step["name"] ? step.text("name") : name;
        contact.country = step.text("country");
        contact.billing_country = step["billing_country"] ? step.text("billing_country") : contact.country;
        contact.is_hotel = step.boolean("hotel");
        auto session = shop_.sessions.resume(std::nullopt);
        if (step.boolean("account")) {
            auto registered = register_account(session, contact);
            if (!registered) return fail(step, "that the account is made", "refused");
            session = *std::move(registered);
        }
        customers_[name] = {std::move(contact), std::move(session)};
    }

    /// By the link in the mail, as people do it.
    Result<customers::Session, customers::AccountRefusal> register_account(const customers::Session& session,
                                                                           const orders::Contact& contact) {
        TRY(shop_.accounts.begin_registration({contact.email, contact.name, contact.country}, ""));
        const auto mail = find_mail([&](const outbox::Mail& any) {
            return any.to == contact.email && any.template_name == "finish_registration";
        });
        const auto at = mail ? mail->text.find(token_mark) : std::string::npos;
        if (at == std::string::npos) return refuse(customers::AccountRefusal{customers::LinkNotValid{}});
        const auto begin = at + token_mark.size();
        const auto token = mail->text.substr(begin, mail->text.find_first_of(" \r\n", begin) - begin);
        return shop_.accounts.finish_registration(session, token, "a lantern hung beside the gate");
    }

    void order(const Value& step) {
        const auto placed = place(step);
        if (!placed) return fail(step, "that the order is placed", "refused: " + listed(codes_of(placed.error())));
        std::vector<std::string> names{step.text("as")};
        std::ranges::copy(texts_of(step["further"]), std::back_inserter(names));
        if (names.size() != placed->orders.size()) {
            return fail(step, "as many orders as it names: " + listed(names), std::to_string(placed->orders.size()));
        }
        for (std::size_t i = 0; i < names.size(); ++i) orders_[names[i]] = placed->orders[i].id;
    }

    void pay(const Value& step) {
        static const std::map<std::string, std::pair<SimulatedProvider::Outcome, payments::AttemptState>> outcomes{
            {"captured", {SimulatedProvider::Outcome::captured, payments::AttemptState::captured}},
            {"refused", {SimulatedProvider::Outcome::refused, payments::AttemptState::refused}},
            {"pending", {SimulatedProvider::Outcome::pending, payments::AttemptState::pending}},
            {"unknown", {SimulatedProvider::Outcome::lost, payments::AttemptState::capturing}}};
        const auto& [outcome, state] = outcomes.at(step.text("outcome"));
        const auto attempt = pay_at_provider(orders_.at(step.text("order")), outcome);
        if (!attempt) return fail(step, "a payment", "refused: " + attempt.error().code);
        expect_text(step, word_of(payments::attempt_words, state), word_of(payments::attempt_words, attempt->state));
    }

    void provider(const Value& step) {
        const auto id = orders_.at(step.text("order"));
        const auto attempts = shop_.books.read([&](store::Transaction& tx) { return shop_.attempts.of_order(tx, id); });
        const auto pending = std::find_if(attempts.begin(), attempts.end(), [](const payments::Attempt& attempt) {
            return attempt.state == payments::AttemptState::pending;
        });
        if (pending == attempts.end()) return fail(step, "a payment that is pending", "none");
        stage_.provider.decide(pending->id, step.text("outcome") == "captured" ? SimulatedProvider::State::captured
                                                                               : SimulatedProvider::State::refused);
        if (!shop_.payments.receive(pending->method, {{}, id_text(pending->id.value), shop_.clock.now()})) {
            fail(step, "that the provider's message is taken", "it is not");
        }
    }

    void cancel(const Value& step) {
        done(step, fulfilment::cancel(shop_.fulfilment, cancellation(step, fulfilment::Actor::customer())));
    }

    void change(const Value& step) {
        done(step, fulfilment::change(shop_.fulfilment, change_of(step, fulfilment::Actor::customer())));
    }

    void confirm(const Value& step) { release_hold(step, fulfilment::Actor::customer()); }

    void staff(const Value& step) {
        static const auto us = fulfilment::Actor::staff(1);
        const auto act = step.entries().front();
        const auto& what = act.key();
        if (what == "cancel") {
            done(act, fulfilment::cancel(shop_.fulfilment, {orders_.at(act.text()), {}, "by_staff", us}));
        } else if (what == "take_out") {
            done(act, fulfilment::cancel(shop_.fulfilment, cancellation(act, us)));
        } else if (what == "change") {
            done(act, fulfilment::change(shop_.fulfilment, change_of(act, us)));
        } else if (what == "receive") {
            shop_.books.transact([&](store::Transaction& tx) {
                fulfilment::receive_stock(tx, shop_.order_books, act.text("sku"), act.integer("units"), "scenario");
            });
        } else if (what == "give_up") {
            shop_.books.transact(
                [&](store::Transaction& tx) { fulfilment::fail_supply(tx, shop_.order_books, act.text(), us.who); });
        } else if (what == "ship") {
            done(act, fulfilment::ship(shop_.fulfilment, {orders_.at(act.text("order")), act.text("tracking"), us}));
        } else if (what == "deliver") {
            done(act, fulfilment::deliver(shop_.fulfilment, orders_.at(act.text()), us));
        } else if (what == "settle") {
            release_hold(act, us);
        } else if (what == "refund") {
            refund(act, us);
        } else {
            invoice(act);
        }
    }

    /// Nothing more happens to an order whose payment is asked for already.
    void invoice(const Value& act) {
        const auto id = orders_.at(act.text());
        if (stored(id).due_at) return;
        const bool invoiced = shop_.books.transact(
            [&](store::Transaction& tx) { return invoicing::invoice_if_ready(tx, shop_.order_books, id); });
        if (!invoiced) fail(act, "that payment is asked for", "the shop waits");
    }

    void refund(const Value& act, const fulfilment::Actor& actor) {
        const auto found = shop_.books.read([&](store::Transaction& tx) {
            return fulfilment::refundable(tx, shop_.order_books, shop_.payments, orders_.at(act.text("order")));
        });
        if (found.empty()) return fail(act, "a payment to give back", "none");
        const auto& last = found.back();
        const auto amount = act["amount"] ? act.money("amount") : last.left;
        done(act, shop_.payments.refund(
                      {last.attempt, amount, "scenario", actor.who, "scenario-" + std::to_string(++requests_)}));
    }

    void release_hold(const Value& act, const fulfilment::Actor& actor) {
        done(act, shop_.books.transact([&](store::Transaction& tx) {
            return fulfilment::release_hold(tx, shop_.order_books, orders_.at(act.text()), actor);
        }));
    }

    void done(const Value& act, const auto& result) {
        if (!result) fail(act, "that it is done", "refused: " + listed(codes_of(result.error())));
    }

    fulfilment::CancelRequest cancellation(const Value& step, const fulfilment::Actor& actor) {
        const auto id = orders_.at(step.text("order"));
        fulfilment::CancelRequest request{id, {}, step.text("reason"), actor};
        const auto units = step["units"] ? step.integer("units") : 0;
        const auto lines = stored(id).lines;
        for (const auto& sku : texts_of(step["items"])) {
            const auto line = std::find_if(lines.begin(), lines.end(), [&](const auto& one) { return one.sku == sku; });
            request.lines.push_back({line == lines.end() ? LineId{} : line->id, units});
        }
        return request;
    }

    fulfilment::ChangeRequest change_of(const Value& step, const fulfilment::Actor& actor) {
        fulfilment::ChangeRequest request;
        request.order = orders_.at(step.text("order"));
        request.actor = actor;
        if (const auto to = step["to"]) {
            auto contact = stored(request.order).contact;
            contact.street = {"7 Another Road"};
            contact.country = to.text();
            contact.is_hotel = step.boolean("hotel");
            request.household =
                shop_.customers.household({contact.name, contact.street, contact.city, contact.region,
                                           contact.postal_code, contact.country, contact.phone, contact.is_hotel});
            request.contact = std::move(contact);
        }
        if (const auto shipping = step["shipping"]) request.shipping_method = shipping.text();
        if (const auto payment = step["payment"]) request.payment_method = payment.text();
        return request;
    }

    static std::vector<std::string> texts_of(const Value& list) {
        return list ? list.texts() : std::vector<std::string>{};
    }

    void advance(const Value& step) { run_until(shop_.calendar.resolve(step.span(), shop_.clock.now())); }

    /// Jumps from one due job to the next.
    void run_until(Instant until) {
        for (int runs = 0; runs < most_jobs_a_step; ++runs) {
            const auto due = shop_.books.read([&](store::Transaction& tx) { return shop_.jobs.next_due(tx); });
            if (!due || *due > until) return stage_.clock.move_to(until);
            stage_.clock.move_to(*due);
            if (shop_.worker.run_due() + shop_.postman.run_due() == 0)
                throw std::logic_error("a job is due that nobody runs");
        }
        throw std::logic_error("jobs follow one another without end");
    }

    // What customers do, as the API does it for them

    /// The cart as it was stored.
    cart::Cart fill_cart(const Value& step, const std::string& shipping = {}, const std::string& payment = {}) {
        const auto& [contact, session] = customers_.at(step.text("by"));
        cart::Cart cart;
        cart.contact = contact;
        cart.shipping_method = shipping;
        cart.payment_method = payment;
        for (const auto& line : step["lines"].items()) {
            if (!cart::set_quantity(cart, line.text("sku"), line.integer("quantity")))
                throw std::logic_error("a cart too full");
        }
        shop_.carts.save(session.id, cart);
        return shop_.carts.load(session.id);
    }

    /// The first way to send and to pay that is offered, where none is chosen.
    void choose_offered(cart::Cart& cart) {
        const auto appraisal = checkout::appraise(shop_.checkout, cart);
        for (const auto& option : appraisal.shipping) {
            if (option.offered && cart.shipping_method.empty()) cart.shipping_method = option.service.method;
        }
        for (const auto& method : appraisal.payment) {
            if (method.offered && cart.payment_method.empty()) cart.payment_method = method.name;
        }
    }

    /// The quote is signed whatever it says, so that it is the placing that refuses.
    Result<checkout::Placed, checkout::Refusal> place(const Value& step) {
        const auto chosen = [&](const char* key) { return step[key] ? step.text(key) : std::string(); };
        auto cart = fill_cart(step, chosen("shipping"), chosen("payment"));
        if (cart.shipping_method.empty() || cart.payment_method.empty()) choose_offered(cart);
        const auto& session = customers_.at(step.text("by")).session;
        checkout::PlaceRequest request;
        request.session = session.id;
        if (session.subject) request.customer = CustomerId{*session.subject};
        request.quote = checkout::sign(checkout::appraise(shop_.checkout, cart)
                                           .quote(request.session, shop_.order_books.revision, shop_.clock.now()),
                                       shop_.checkout.key);
        request.cart = cart;
        request.language = shop_.identity.languages.front();
        request.idempotency_key = request.request_hash = std::to_string(++requests_);
        return shop_.place(request);
    }

    Result<payments::Attempt, payments::Refusal> pay_at_provider(OrderId id, SimulatedProvider::Outcome outcome) {
        const auto method = stored(id).payment_method;
        const auto attempt = TRY(shop_.payments.begin(id, method));
        stage_.provider.approve(attempt.id, outcome);
        return shop_.payments.capture(attempt.id);
    }

    // What must follow

    void expect(const Value& step) {
        const auto found = stored(orders_.at(step.text("order")));
        const auto text = [&](const char* key, std::string_view is) {
            if (const auto wanted = step[key]) expect_text(wanted, wanted.text(), is);
        };
        const auto money = [&](const char* key, Money is) {
            if (const auto wanted = step[key])
                expect_text(wanted, noren::to_string(wanted.money()), noren::to_string(is));
        };
        text("fulfilment", word_of(orders::fulfilment_words, found.fulfilment));
        text("payment", word_of(orders::payment_words, found.payment));
        text("hold", word_of(orders::hold_words, found.hold));
        if (const auto told = step["state"]) {
            const auto known = shop_.order_states.words();
            const bool is_known = std::ranges::find(known, told.text()) != known.end();
            expect_text(told, is_known ? told.text() : "one of " + listed(known), shop_.order_states.of(found));
        }
        if (const auto deadline = step["deadline"]) {
            const bool none = deadline.text() == "none";
            expect_text(deadline, none ? "none" : shown(*instant_from(deadline.text())),
                        found.due_at ? shown(*found.due_at) : "none");
        }
        if (step["reason"]) text("reason", reason_of_cancellation(found.id));
        money("goods", found.goods);
        money("shipping", found.shipping);
        money("fees", found.fees);
        money("total", found.total);
        text("shipping_method", found.shipping_method);
        text("payment_method", found.payment_method);
        text("to", found.contact.country);
        if (const auto wanted = step["items"]) {
            expect_text(wanted,
                        listed(units_of(
                            wanted.entries(), [](const Value& item) { return item.key(); },
                            [](const Value& item) { return item.integer(); })),
                        listed(units_of(
                            found.lines, [](const orders::Line& line) { return line.sku; },
                            [](const orders::Line& line) { return line.quantity; })));
        }
    }

    /// "2 FIG-1001", by code.
    static Codes units_of(const auto& lines, const auto& sku, const auto& units) {
        Codes all;
        for (const auto& line : lines) all.insert(sku(line) + " x " + std::to_string(units(line)));
        return all;
    }

    void expect_refused(const Value& step) {
        const auto wanted = step["reason"];
        Codes codes;
        if (const auto order = step["order"]) {
            codes = codes_unless(place(order));
        } else if (const auto cancelled = step["cancel"]) {
            codes = codes_unless(
                fulfilment::cancel(shop_.fulfilment, cancellation(cancelled, fulfilment::Actor::customer())));
        } else if (const auto changed = step["change"]) {
            codes =
                codes_unless(fulfilment::change(shop_.fulfilment, change_of(changed, fulfilment::Actor::customer())));
        } else if (const auto by_staff = step["staff_change"]) {
            codes =
                codes_unless(fulfilment::change(shop_.fulfilment, change_of(by_staff, fulfilment::Actor::staff(1))));
        } else if (const auto registered = step["register"]) {
            codes = codes_unless(shop_.accounts.begin_registration({registered.text("email"), "Somebody", "US"}, ""));
        } else {
            const auto attempt = pay_at_provider(orders_.at(step.text("pay")), SimulatedProvider::Outcome::captured);
            if (!attempt) codes = {attempt.error().code};
        }
        if (!codes.contains(wanted.text())) fail(wanted, wanted.text(), codes.empty() ? "not refused" : listed(codes));
    }

    static Codes codes_unless(const auto& result) { return result ? Codes{} : codes_of(result.error()); }

    void expect_estimate(const Value& step) {
        cart::Cart cart;
        cart.contact.country = step.text("to");
        for (const auto& line : step["lines"].items()) {
            if (!cart::set_quantity(cart, line.text("sku"), line.integer("quantity")))
                throw std::logic_error("a cart too full");
        }
        const auto estimate = checkout::estimate(shop_.checkout, cart);
        Codes why;
        for (const auto& reason : estimate.refusals) why.insert(reason.code);
        if (const auto refused = step["refused"]) {
            if (!why.contains(refused.text())) fail(refused, refused.text(), listed(why));
            return;
        }
        if (!why.empty()) return fail(step, "an estimate", "none: " + listed(why));
        Codes is;
        for (const auto& option : estimate.shipping) {
            if (option.offered) is.insert(option.service.method + " " + noren::to_string(option.service.price));
        }
        Codes wanted;
        for (const auto& carrier : step["shipping"].entries())
            wanted.insert(carrier.key() + " " + noren::to_string(carrier.money()));
        expect_text(step["shipping"], listed(wanted), listed(is));
    }

    void expect_cancellable(const Value& step) {
        const auto order = stored(orders_.at(step.text("order")));
        const auto found = shop_.books.read([&](store::Transaction& tx) {
            return fulfilment::cancellable(tx, shop_.fulfilment, order, fulfilment::Actor::customer());
        });
        if (const auto whole = step["whole"]) {
            const auto said = [](bool may) { return may ? "that it may be" : "that it may not be"; };
            expect_text(whole, said(whole.boolean()), said(found && found->whole));
        }
        for (const auto& item : step["items"].entries()) {
            Codes codes = found ? Codes{} : codes_of(found.error());
            for (std::size_t i = 0; found && i < order.lines.size(); ++i) {
                if (order.lines[i].sku != item.key()) continue;
                if (found->lines[i].allowed) codes.insert("yes");
                for (const auto& reason : found->lines[i].reasons) codes.insert(reason.code);
                for (const auto& reason : found->reasons) codes.insert(reason.code);
            }
            if (!codes.contains(item.text())) fail(item, item.text(), listed(codes));
        }
        for (const auto& item : step["until"].entries()) {
            std::string until = "none";
            for (std::size_t i = 0; found && i < order.lines.size(); ++i) {
                if (order.lines[i].sku == item.key() && found->lines[i].until) until = shown(*found->lines[i].until);
            }
            expect_text(item, item.text() == "none" ? "none" : shown(*instant_from(item.text())), until);
        }
    }

    void expect_cases(const Value& step) {
        const auto cases = shop_.books.read(
            [&](store::Transaction& tx) { return shop_.orders.cases(tx, orders_.at(step.text("order"))); });
        std::vector<std::string> open;
        for (const auto& one : cases) {
            if (!one.settled_at) open.push_back(one.kind);
        }
        expect_text(step["open"], listed(step.texts("open")), listed(open));
    }

    void expect_standing(const Value& step) {
        const auto& contact = customers_.at(step.text("of")).contact;
        const CustomerId account{customers_.at(step.text("of")).session.subject.value_or(0)};
        const auto household =
            shop_.customers.household({contact.name, contact.street, contact.city, contact.region, contact.postal_code,
                                       contact.country, contact.phone, contact.is_hotel});
        const auto standing =
            shop_.books.read([&](store::Transaction& tx) { return customers::standing_of(tx, account, household); });
        expect_text(step["is"], step.text("is"), customers::word(standing));
    }

    void expect_mails(const Value& step) {
        const auto& email = customers_.at(step.text("to")).contact.email;
        std::set<std::string> ours;
        for (const auto& [name, id] : orders_) ours.insert(id_text(id.value));
        std::vector<std::string> templates;
        find_mail([&](const outbox::Mail& mail) {
            if (mail.to == email && ours.contains(order_told_of(mail))) templates.push_back(mail.template_name);
            return false;
        });
        expect_text(step["templates"], listed(step.texts("templates")), listed(templates));
    }

    void expect_offers(const Value& step) {
        const auto appraisal = checkout::appraise(shop_.checkout, fill_cart(step));
        std::map<std::string, Codes> refused;
        Codes payment;
        Codes shipping;
        for (const auto& method : appraisal.payment) {
            if (method.offered)
                payment.insert(method.name);
            else
                for (const auto& reason : method.reasons) refused[method.name].insert(reason.code);
        }
        for (const auto& option : appraisal.shipping) {
            if (option.offered)
                shipping.insert(option.service.method);
            else
                for (const auto& reason : option.reasons) refused[option.service.method].insert(reason.code);
        }
        const auto all = [&](const char* key, const Codes& is) {
            const auto wanted = step[key];
            if (!wanted) return;
            const auto texts = wanted.texts();
            expect_text(wanted, listed(Codes(texts.begin(), texts.end())), listed(is));
        };
        all("payment", payment);
        all("shipping", shipping);
        for (const auto& wanted : step["refused"].entries()) {
            const auto& codes = refused[wanted.key()];
            if (!codes.contains(wanted.text()))
                fail(wanted, wanted.text(), codes.empty() ? "not refused" : listed(codes));
        }
    }

    void expect_stock(const Value& step) {
        for (const auto source : {stock::Source::on_hand, stock::Source::incoming}) {
            const auto wanted = step[stock::word(source)];
            if (!wanted) continue;
            const auto is = shop_.books.read(
                [&](store::Transaction& tx) { return shop_.stock.available(tx, step.text("sku"), source); });
            expect_text(wanted, std::to_string(wanted.integer()), std::to_string(is));
        }
    }

    void expect_mail(const Value& step) {
        const auto mail = mail_about(step);
        if (!mail) return fail(step["template"], step.text("template"), "no such mail");
        if (const auto at = step["at"]) expect_text(at, shown(*instant_from(at.text())), shown(mail->send_after));
        if (const auto words = step["says"]; words && mail->text.find(words.text()) == std::string::npos) {
            fail(words, words.text(), mail->text);
        }
        const bool is_time = mail->send_after <= shop_.clock.now();
        if (is_time && mail->sent != mail->send_after) {
            fail(step, "that it left at " + shown(mail->send_after),
                 mail->sent ? "it left at " + shown(*mail->sent) : "it has not left");
        }
        if (!is_time && mail->sent) fail(step, "that it has not left yet", "it left at " + shown(*mail->sent));
    }

    void expect_no_mail(const Value& step) {
        if (const auto mail = mail_about(step))
            fail(step["template"], "no such mail", "one for " + shown(mail->send_after));
    }

    void expect_history(const Value& step) {
        const auto& session = customers_.at(step.text("by")).session;
        if (!session.subject) return fail(step["by"], "a customer with an account", "a guest");
        const auto found = shop_.books.read(
            [&](store::Transaction& tx) { return shop_.orders.page_of(tx, CustomerId{*session.subject}, {}, 100); });
        std::vector<std::string> names;
        for (const auto& order : found) {
            for (const auto& [name, id] : orders_) {
                if (id == order.id) names.push_back(name);
            }
        }
        expect_text(step["orders"], listed(step["orders"].texts()), listed(names));
    }

    void expect_calendar(const Value& step) {
        const auto wanted = step["closed"];
        std::vector<std::int64_t> days;
        for (const auto& day : wanted.items()) days.push_back(day.integer());
        const auto first = settings::date_from(step.text("month") + "-01").value();
        std::vector<std::int64_t> closed;
        for (const auto& day : shop_.calendar.month_of(first).days) {
            if (day.kind != calendar::Day::Kind::business) closed.push_back(day.date.days - first.days + 1);
        }
        expect_text(wanted, numbers_listed(days), numbers_listed(closed));
    }

    // Looking

    orders::Order stored(OrderId id) {
        return shop_.books.read([&](store::Transaction& tx) { return shop_.orders.find(tx, id).value(); });
    }

    std::string reason_of_cancellation(OrderId id) {
        const auto timeline = shop_.books.read([&](store::Transaction& tx) { return shop_.orders.timeline(tx, id); });
        for (const auto& event : timeline) {
            if (event.what == "cancelled") return nlohmann::json::parse(event.details).at("reason").get<std::string>();
        }
        return "none";
    }

    std::optional<outbox::Mail> mail_about(const Value& step) {
        const auto about = id_text(orders_.at(step.text("order")).value);
        return find_mail([&](const outbox::Mail& mail) {
            return order_told_of(mail) == about && mail.template_name == step.text("template");
        });
    }

    /// Several mails of a kind about one order are told apart by what follows the order's id.
    static std::string order_told_of(const outbox::Mail& mail) {
        return mail.promise.about.substr(0, mail.promise.about.find(':'));
    }

    /// The first that fits.
    std::optional<outbox::Mail> find_mail(const auto& fits) {
        MailId after{};
        for (;;) {
            const auto mails = shop_.books.read([&](store::Transaction& tx) { return shop_.outbox.page(tx, after); });
            if (mails.empty()) return std::nullopt;
            const auto found = std::find_if(mails.begin(), mails.end(), fits);
            if (found != mails.end()) return *found;
            after = mails.back().id;
        }
    }

    /// In the shop's time.
    std::string shown(Instant instant) const {
        const auto to_the_second = std::chrono::floor<std::chrono::seconds>(instant);
        return date::format("%FT%T%Ez", date::make_zoned(shop_.calendar.zone(), to_the_second));
    }

    void expect_text(const Value& at, std::string_view expected, std::string_view found) {
        if (expected != found) fail(at, std::string(expected), std::string(found));
    }

    void fail(const Value& at, std::string expected, std::string found) {
        failures_.push_back({settings::to_string(at.origin()), at.key(), std::move(expected), std::move(found)});
    }

    const Scenario& scenario_;
    storefront::Storefront& shop_;
    Stage& stage_;
    std::map<std::string, Customer> customers_;
    std::map<std::string, OrderId> orders_;
    int requests_ = 0;
    std::vector<Failure> failures_;
};

}  // namespace

std::string to_string(const Failure& failure) {
    return failure.at + ": " + failure.what + ": expected " + failure.expected + ", found " + failure.found;
}

std::vector<Failure> play(const Scenario& scenario, storefront::Storefront& shop, Stage& stage) {
    return Player(scenario, shop, stage).run();
}

}  // namespace noren::simulation
