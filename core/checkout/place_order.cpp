#include <algorithm>

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

/// What an earlier request with the same key was answered with, if there was one.
Result<std::optional<Placed>, Refusal> earlier_answer(const store::Rows& rows, const PlaceRequest& request) {
    if (rows.empty()) return std::optional<Placed>{};
    if (rows.text(0, 0) != request.request_hash) {
        return refuse(Refusal{"key_reused", "This Idempotency-Key was used for another request.", {}, {}, {}});
    }
    const auto& number = rows.text(0, 1);
    return std::optional<Placed>(Placed{OrderId{id_from_text(number).value()}, number, true});
}

/// Takes the key for this answer, which holds if the transaction commits. Who comes second waits for the first, and
/// gets false when that one placed its order.
bool take_key(store::Transaction& tx, const PlaceRequest& request, const Placed& placed, Instant now) {
    static const store::Sql insert(
        "insert into idempotency (scope, idempotency_key, request_hash, answer, made_at) values ($1, $2, $3, $4, $5) "
        "on conflict ({shop} scope, idempotency_key) do nothing");
    const auto taken = tx.run(insert, scope, key_of(request), request.request_hash, placed.number, now);
    return taken.affected() == 1;
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

/// Counts what is ordered and holds the guards of the decisions against the counts: two orders at once never both pass
/// a limit that one exhausts, since each waits for the other's counter row.
bool count_within_guards(store::Transaction& tx, const orders::Order& order, const std::vector<wire::GuardT>& guards) {
    static const store::Sql count(
        "insert into counter (name, subject, value) values ($1, $2, $3) on conflict ({shop} name, subject) "
        "do update set value = counter.value + excluded.value returning value");
    constexpr const char* ordered = "units_ordered";
    for (const auto& guard : guards) {
        if (guard.counter != ordered) return false;  // a counter that nobody keeps can never be kept within
    }
    if (order.household.empty()) return guards.empty();
    auto lines = order.lines;
    std::sort(lines.begin(), lines.end(), [](const auto& a, const auto& b) { return a.sku < b.sku; });
    for (const auto& line : lines) {
        if (guards.empty()) {
            tx.queue(count, ordered, order.household + "|" + line.sku, line.quantity);
            continue;
        }
        const auto now = tx.run(count, ordered, order.household + "|" + line.sku, line.quantity).integer(0, 0);
        for (const auto& guard : guards) {
            if (guard.key == line.sku && now > guard.at_most) return false;
        }
    }
    return true;
}

/// A refused placement changes nothing but leaves a record of why, unless so many came within a minute that the rest
/// would tell nothing new.
Refusal recorded(const Parts& parts, Refusal refusal, const Appraisal& appraisal) {
    policies::Record record;
    record.id = parts.books.ids.next<DecisionKind>();
    record.at = parts.books.clock.now();
    record.occasion = "place_refused";
    record.outcome = "deny";
    record.revision = parts.books.revision;
    record.facts = policies::facts_bytes(appraisal.facts);
    record.ballots = appraisal.ballots;
    const bool kept = parts.store.transact([&](store::Transaction& tx) {
        if (policies::refused_since(tx, record.at - std::chrono::minutes(1), refusals_a_minute) == refusals_a_minute)
            return false;
        policies::insert(tx, record);
        return true;
    });
    if (kept) refusal.decision = record.id;
    return refusal;
}

}  // namespace

Result<Placed, Refusal> place_order(const Parts& parts, const PlaceRequest& request) {
    const auto now = parts.books.clock.now();
    const auto earlier = earlier_answer(parts.store.look_up(earlier_request(), scope, key_of(request)), request);
    if (!earlier) return refuse(earlier.error());
    if (*earlier) return **earlier;
    // Only now: the cart is empty after the first answer.
    if (auto refusal = missing(request)) return refuse(*std::move(refusal));

    const auto shown = open(request.quote, request.session, now, parts.key);
    if (!shown) return refuse(Refusal{shown.error().code, "The quote is not valid any more.", {}, {}, {}});
    const auto quotes = shipping_quotes(parts, request.cart);

    const auto id = parts.books.ids.next<OrderKind>();
    const Placed answer{id, id_text(id.value), false};
    std::optional<Appraisal> appraised;
    auto placed = parts.store.transact([&](store::Transaction& tx) -> Result<Placed, Refusal> {
        appraised.reset();
        if (!take_key(tx, request, answer, now))
            return TRY(earlier_answer(tx.run(earlier_request(), scope, key_of(request)), request)).value();
        appraised = appraise(tx, parts, request.cart, quotes);
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

        auto& order = appraisal.draft;
        order.id = answer.id;
        order.number = answer.number;
        order.customer =
            request.customer
                ? *request.customer
                : parts.customers.insert_guest(tx, order.contact.email, order.contact.name, order.contact.country).id;
        order.revision = parts.books.revision;
        order.session = request.session;
        order.language = request.language;
        for (auto& line : order.lines) line.id = parts.books.ids.next<LineKind>();
        appraisal.facts.order->number = order.number;

        const bool closed =
            appraisal.facts.customer->standing == customers::word(customers::Standing::closed) ||
            (request.customer && customers::standing_of(tx, order.customer, {}) == customers::Standing::closed);
        if (closed) {
            return refuse(Refusal{"account_closed", "A closed account orders nothing.", {}, {}, {}});
        }
        const auto hold = fulfilment::hold_if_doubtful(tx, parts.books, order, appraisal.facts);
        std::optional<invoicing::Draft> invoice;
        if (appraisal.invoice && !hold)
            invoice = invoicing::draw_invoice(parts.books, order, *appraisal.invoice, appraisal.facts);
        auto notice = parts.books.notices.decide("order_placed", appraisal.facts, now);

        if (!count_within_guards(tx, order, appraisal.guards)) {
            return refuse(Refusal{"refused", "A purchase limit is reached.", {}, {}, {}});
        }
        // Stock last of all locks: nobody waits for a hot item longer than the rest of this transaction takes.
        const auto demand = demand_of(order);
        if (!demand.empty()) {
            auto reserved = parts.books.stock.reserve(tx, demand, stock::until_released);
            if (!reserved) {
                policies::Reason reason{{}, {}, "sold_out", wire::Severity::Refusal, {}, {}, {}, -1};
                reason.parameters = {{"sku", reserved.error().sku}, {"at_most", std::to_string(reserved.error().left)}};
                return refuse(Refusal{"out_of_stock", "An item is not available in this quantity.", {}, {reason}, {}});
            }
            order.reservation = reserved->id;
        }
        parts.books.orders.insert(tx, order);
        parts.books.notices.post(tx, order, notice);
        if (invoice) invoicing::post_invoice(tx, parts.books, order, *invoice);
        if (hold) fulfilment::post_hold(tx, parts.books, order, *hold, appraisal.facts);
        fulfilment::watch_procurement(tx, parts.books, order);

        auto ballots = appraisal.ballots;
        if (hold) ballots.insert(ballots.end(), hold->ballots.begin(), hold->ballots.end());
        std::move(notice.ballots.begin(), notice.ballots.end(), std::back_inserter(ballots));
        if (invoice)
            std::move(invoice->request.ballots.begin(), invoice->request.ballots.end(), std::back_inserter(ballots));
        orders::record_decision(tx, parts.books, order, "placed", wire::Effect::Allow, appraisal.facts,
                                std::move(ballots));
        return answer;
    });
    if (!placed && appraised) return refuse(recorded(parts, placed.error(), *appraised));
    return placed;
}

}  // namespace noren::checkout
