#include <algorithm>
#include <map>
#include <sstream>

#include "checkout/checkout.hpp"
#include "customers/standing.hpp"
#include "fulfilment/hold_order.hpp"
#include "fulfilment/receive_stock.hpp"
#include "invoicing/invoicing.hpp"
#include "orders/facts.hpp"

namespace noren::checkout {
namespace {

constexpr const char* scope = "place_order";
constexpr int refusals_a_minute = 120;

const store::Sql& earlier_request() {
    static const store::Sql select(
        "select request_hash, answer from idempotency where scope = $1 and idempotency_key = $2");
    return select;
}

std::string key_of(const PlaceRequest& request) {
    return request.session + ":" + request.idempotency_key;
}

/// The numbers of an answer as they are kept, with blanks between them.
std::string kept(const Placed& placed) {
    std::string numbers;
    for (const auto& order : placed.orders) numbers += (numbers.empty() ? "" : " ") + order.number;
    return numbers;
}

Placed given_again(const std::string& kept) {
    Placed placed;
    placed.repeated = true;
    std::istringstream numbers(kept);
    for (std::string number; numbers >> number;)
        placed.orders.push_back({OrderId{id_from_text(number).value()}, number});
    return placed;
}

/// What an earlier request with the same key was answered with, if there was one.
Result<std::optional<Placed>, Refusal> earlier_answer(const store::Rows& rows, const PlaceRequest& request) {
    if (rows.empty()) return std::optional<Placed>{};
    if (rows.text(0, 0) != request.request_hash) {
        return refuse(Refusal{"key_reused", "This Idempotency-Key was used for another request.", {}, {}, {}});
    }
    return std::optional<Placed>(given_again(rows.text(0, 1)));
}

/// Takes the key for this answer, which holds if the transaction commits. Who comes second waits for the first, and
/// gets false when that one placed its orders.
store::Later<bool> take_key(store::Transaction& tx, const PlaceRequest& request, const Placed& placed, Instant now) {
    static const store::Sql insert(
        "insert into idempotency (scope, idempotency_key, request_hash, answer, made_at) values ($1, $2, $3, $4, $5) "
        "on conflict ({shop} scope, idempotency_key) do nothing");
    return tx.ask(insert, scope, key_of(request), request.request_hash, kept(placed), now)
        .then([](const store::Rows& taken) { return taken.affected() == 1; });
}

std::optional<Refusal> missing(const PlaceRequest& request) {
    if (request.cart.lines.empty()) return Refusal{"cart_empty", "There is nothing in the cart.", {}, {}, {}};
    const auto& contact = request.cart.contact;
    if (contact.email.empty() || contact.name.empty() || contact.street.empty() || contact.country.empty()) {
        return Refusal{"contact_missing", "An e-mail address, a name and an address are needed.", {}, {}, {}};
    }
    return std::nullopt;
}

std::vector<stock::LineDemand> demand_of(const orders::Order& order) {
    std::vector<stock::LineDemand> demand;
    for (const auto& line : order.lines) {
        if (const auto source = stock::source_from_word(line.source))
            demand.push_back({line.sku, *source, line.quantity});
    }
    return demand;
}

/// Counts what is ordered, in all orders together, and holds the guards of the decisions against the counts: two
/// checkouts at once never both pass a limit that one exhausts, since each waits for the other's counter row.
bool count_within_guards(store::Transaction& tx, const Appraisal& appraisal) {
    static const store::Sql count(
        "insert into counter (name, subject, value) values ($1, $2, $3) on conflict ({shop} name, subject) "
        "do update set value = counter.value + excluded.value returning value");
    constexpr const char* ordered = "units_ordered";
    const auto& guards = appraisal.guards;
    const auto& household = appraisal.orders.front().draft.household;
    for (const auto& guard : guards) {
        if (guard.counter != ordered) return false;  // a counter that nobody keeps can never be kept within
    }
    if (household.empty()) return guards.empty();
    std::vector<std::pair<std::string, std::int64_t>> lines;
    for (const auto& line : appraisal.lines) lines.emplace_back(line.item.sku, line.quantity);
    std::sort(lines.begin(), lines.end());
    for (const auto& [sku, quantity] : lines) {
        if (guards.empty()) {
            tx.queue(count, ordered, household + "|" + sku, quantity);
            continue;
        }
        const auto now = tx.run(count, ordered, household + "|" + sku, quantity).integer(0, 0);
        for (const auto& guard : guards) {
            if (guard.key == sku && now > guard.at_most) return false;
        }
    }
    return true;
}

/// What is told of a refusal: of several orders the first that was refused, but the whole where that was.
const Hearing& told_of(const Appraisal& appraisal) {
    if (!appraisal.of_the_whole) return appraisal.orders.front().hearing;
    std::size_t of_orders = 0;
    for (const auto& order : appraisal.orders) of_orders += order.refusals.size();
    if (of_orders == appraisal.refusals.size()) {
        for (const auto& order : appraisal.orders) {
            if (!order.refusals.empty()) return order.hearing;
        }
    }
    return *appraisal.of_the_whole;
}

/// A refused placement changes nothing but leaves a record of why, unless so many came within a minute that the rest
/// would tell nothing new.
Refusal recorded(const Parts& parts, Refusal refusal, const Appraisal& appraisal) {
    const auto& hearing = told_of(appraisal);
    policies::Record record;
    record.id = parts.books.ids.next<DecisionKind>();
    record.at = parts.books.clock.now();
    record.occasion = "place_refused";
    record.outcome = "deny";
    record.revision = parts.books.revision;
    record.facts = policies::facts_bytes(hearing.facts);
    record.ballots = hearing.ballots;
    const bool kept = parts.store.transact([&](store::Transaction& tx) {
        if (policies::refused_since(tx, record.at - std::chrono::minutes(1), refusals_a_minute) == refusals_a_minute)
            return false;
        policies::insert(tx, record);
        return true;
    });
    if (kept) refusal.decision = record.id;
    return refusal;
}

/// What is known of a request before its transaction.
struct Known {
    store::Rows earlier;  // the answer to an earlier one with the same key
    std::map<std::string, catalog::Item> items;
};

Known look_up(const Parts& parts, const PlaceRequest& request) {
    const auto skus = cart::skus_of(request.cart);
    return parts.store.look_up([&](store::Transaction& tx) {
        const auto earlier = tx.ask(earlier_request(), scope, key_of(request));
        const auto items = parts.catalog.ask_all(tx, skus);
        return store::Later<Known>([earlier, items] {
            auto rows = earlier.get();
            return Known{std::move(rows), items.get()};
        });
    });
}

/// The cart as the catalogue has it now, in the orders that were shown: so the carriers are asked before the
/// transaction decides whether these are still the orders.
std::vector<AppraisedLine> lines_as_shown(const Parts& parts, const cart::Cart& cart,
                                          const std::map<std::string, catalog::Item>& items, const Quote& shown) {
    std::vector<AppraisedLine> lines;
    for (const auto& line : cart.lines) {
        const auto found = items.find(line.sku);
        if (found == items.end() || found->second.price.currency() != parts.currency) continue;
        auto& known = lines.emplace_back(AppraisedLine{found->second, line.quantity, {}, {}});
        if (lines.size() <= shown.lines.size()) known.order = shown.lines[lines.size() - 1].order;
    }
    return lines;
}

bool share_orders(const std::vector<AppraisedLine>& some, const std::vector<AppraisedLine>& others) {
    return std::equal(some.begin(), some.end(), others.begin(), others.end(),
                      [](const auto& one, const auto& other) { return one.order == other.order; });
}

/// What follows from placing an order, decided and not yet stored.
struct Consequences {
    std::optional<policies::Decision> hold;
    std::optional<invoicing::Draft> invoice;
    orders::Notice notice;
};

/// The order as it will be stored, and what follows from it.
Consequences draw_up(store::Transaction& tx, const Parts& parts, const PlaceRequest& request, const PlacedOrder& answer,
                     CustomerId customer, AppraisedOrder& appraised) {
    auto& order = appraised.draft;
    auto& facts = appraised.hearing.facts;
    order.id = answer.id;
    order.number = answer.number;
    order.customer = customer;
    order.revision = parts.books.revision;
    order.session = request.session;
    order.language = request.language;
    for (auto& line : order.lines) line.id = parts.books.ids.next<LineKind>();
    facts.order->number = order.number;

    Consequences consequences;
    consequences.hold = fulfilment::hold_if_doubtful(tx, parts.books, order, facts);
    if (appraised.invoice && !consequences.hold)
        consequences.invoice = invoicing::draw_invoice(parts.books, order, *appraised.invoice, facts);
    consequences.notice = parts.books.notices.decide("order_placed", facts, parts.books.clock.now());
    return consequences;
}

/// Reserves what all orders want, or nothing.
Result<void, stock::Shortage> reserve(store::Transaction& tx, const Parts& parts, std::vector<AppraisedOrder>& orders) {
    std::vector<std::vector<stock::LineDemand>> demands;
    std::vector<orders::Order*> demanding;
    for (auto& order : orders) {
        auto demand = demand_of(order.draft);
        if (demand.empty()) continue;
        demands.push_back(std::move(demand));
        demanding.push_back(&order.draft);
    }
    if (demands.empty()) return {};
    const auto reserved = TRY(parts.books.stock.reserve(tx, demands, stock::until_released));
    for (std::size_t i = 0; i < reserved.size(); ++i) demanding[i]->reservation = reserved[i].id;
    return {};
}

/// Stores an order, what follows from it, and why.
void post(store::Transaction& tx, const Parts& parts, AppraisedOrder& appraised, Consequences& consequences) {
    const auto& order = appraised.draft;
    auto& [hold, invoice, notice] = consequences;
    parts.books.orders.insert(tx, order);
    parts.books.notices.post(tx, order, notice);
    if (invoice) invoicing::post_invoice(tx, parts.books, order, *invoice);
    if (hold) fulfilment::post_hold(tx, parts.books, order, *hold, appraised.hearing.facts);
    fulfilment::watch_procurement(tx, parts.books, order);

    auto& ballots = appraised.hearing.ballots;
    if (hold) ballots.insert(ballots.end(), hold->ballots.begin(), hold->ballots.end());
    std::move(notice.ballots.begin(), notice.ballots.end(), std::back_inserter(ballots));
    if (invoice)
        std::move(invoice->request.ballots.begin(), invoice->request.ballots.end(), std::back_inserter(ballots));
    orders::record_decision(tx, parts.books, order, "placed", wire::Effect::Allow, appraised.hearing.facts,
                            std::move(ballots));
}

bool is_closed(store::Transaction& tx, const PlaceRequest& request, const AppraisedOrder& order) {
    return order.hearing.facts.customer->standing == customers::word(customers::Standing::closed) ||
           (request.customer && customers::standing_of(tx, *request.customer, {}) == customers::Standing::closed);
}

}  // namespace

Result<Placed, Refusal> place_order(const Parts& parts, const PlaceRequest& request) {
    const auto now = parts.books.clock.now();
    const auto known = look_up(parts, request);
    const auto earlier = earlier_answer(known.earlier, request);
    if (!earlier) return refuse(earlier.error());
    if (*earlier) return **earlier;
    // Only now: the cart is empty after the first answer.
    if (auto refusal = missing(request)) return refuse(*std::move(refusal));

    const auto shown = open(request.quote, request.session, now, parts.key);
    if (!shown) return refuse(Refusal{shown.error().code, "The quote is not valid any more.", {}, {}, {}});
    const auto asked = lines_as_shown(parts, request.cart, known.items, *shown);
    const auto quotes = shipping_quotes(parts, request.cart.contact, asked);

    Placed answer;
    for (std::size_t i = 0; i < shown->orders.size(); ++i) {
        const auto id = parts.books.ids.next<OrderKind>();
        answer.orders.push_back({id, id_text(id.value)});
    }
    std::optional<Appraisal> appraised;
    auto placed = parts.store.transact([&](store::Transaction& tx) -> Result<Placed, Refusal> {
        appraised.reset();
        const auto key_taken = take_key(tx, request, answer, now);
        const auto asked_sale = ask_sale(tx, parts, request.cart);
        if (!key_taken.get())
            return TRY(earlier_answer(tx.run(earlier_request(), scope, key_of(request)), request)).value();
        auto sale = asked_sale.get();
        const bool is_quoted = share_orders(sale.lines, asked);  // else it differs from what was shown
        appraised = appraise(parts, request.cart, std::move(sale),
                             is_quoted ? std::span(quotes) : std::span<const carriers::Quotes>());
        auto& appraisal = *appraised;
        if (auto differs = differences(*shown, appraisal.quote(request.session, parts.books.revision, now));
            !differs.empty()) {
            return refuse(Refusal{"quote_differs",
                                  "Something changed since the quote was shown.",
                                  std::move(differs),
                                  appraisal.refusals,
                                  {}});
        }
        if (!appraisal.refusals.empty()) {
            return refuse(Refusal{"refused", "The shop does not take this order.", {}, appraisal.refusals, {}});
        }

        const auto& contact = request.cart.contact;
        const auto customer = request.customer
                                  ? *request.customer
                                  : parts.customers.insert_guest(tx, contact.email, contact.name, contact.country).id;
        if (is_closed(tx, request, appraisal.orders.front())) {
            return refuse(Refusal{"account_closed", "A closed account orders nothing.", {}, {}, {}});
        }
        std::vector<Consequences> consequences;
        for (std::size_t i = 0; i < answer.orders.size(); ++i)
            consequences.push_back(draw_up(tx, parts, request, answer.orders[i], customer, appraisal.orders[i]));

        if (!count_within_guards(tx, appraisal)) {
            return refuse(Refusal{"refused", "A purchase limit is reached.", {}, {}, {}});
        }
        // Stock last of all locks: nobody waits for a hot item longer than the rest of this transaction takes.
        if (const auto reserved = reserve(tx, parts, appraisal.orders); !reserved) {
            policies::Reason reason{{}, {}, "sold_out", wire::Severity::Refusal, {}, {}, {}, -1};
            reason.parameters = {{"sku", reserved.error().sku}, {"at_most", std::to_string(reserved.error().left)}};
            return refuse(Refusal{"out_of_stock", "An item is not available in this quantity.", {}, {reason}, {}});
        }
        for (std::size_t i = 0; i < consequences.size(); ++i) {
            if (const auto& whole = appraisal.of_the_whole) {
                orders::record_decision(tx, parts.books, appraisal.orders[i].draft, "sold", wire::Effect::Allow,
                                        whole->facts, whole->ballots);
            }
            post(tx, parts, appraisal.orders[i], consequences[i]);
        }
        return answer;
    });
    if (!placed && appraised) return refuse(recorded(parts, placed.error(), *appraised));
    return placed;
}

}  // namespace noren::checkout
