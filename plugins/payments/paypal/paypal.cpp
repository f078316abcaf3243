// PayPal, Orders v2: an order is made, the customer approves it on PayPal's page, and the shop captures the money.
//
// Nothing but an order with a capture of our attempt, our amount and our currency is ever `done`.
#include <noren/gateway.hpp>

#include "issues.hpp"
#include "reading.hpp"

namespace noren::paypal {

namespace {

constexpr auto approval_window = std::chrono::hours{3};
constexpr auto webhook_tolerance = std::chrono::seconds{300};

/// A refusal as PayPal words it.
struct Refused {
    std::string name;
    std::string issue;
    std::string debug_id;
};

std::optional<Refused> read_refusal(const HttpReply& reply) {
    const auto body = read_object(reply.body());
    if (!body || text_at(*body, "name").empty()) return std::nullopt;
    const auto& details = array_at(*body, "details");
    return Refused{text_at(*body, "name"), details.empty() ? "" : text_at(details.front(), "issue"),
                   text_at(*body, "debug_id")};
}

ReasonT because(std::string_view code, const Refused& refused) {
    return reason(code, {}, {{"issue", refused.issue.substr(0, 64)}, {"debug_id", refused.debug_id.substr(0, 64)}});
}

ReasonT because(std::string_view code, const HttpReply& reply) {
    return reason(code, {}, {{"status", std::to_string(reply.status())}});
}

bool begins_with(std::string_view text, std::string_view start) {
    return text.substr(0, start.size()) == start;
}

std::string upper(std::string_view word) {
    std::string made(word);
    for (auto& c : made) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return made;
}

}  // namespace

class PayPal final : public Gateway {
public:
    explicit PayPal(const Settings& settings)
        : environment_(settings["environment"].text()),
          base_url_(settings["base_url"].text()),
          webhook_id_(optional_text(settings["webhook_id"])),
          brand_name_(optional_text(settings["brand_name"])),
          landing_page_(upper(settings["landing_page"].text())),
          at_once_(settings["echecks"].text() == "refuse") {
        if (!base_url_.empty() && base_url_.back() == '/') base_url_.pop_back();
        const auto wanted = environment_ == "live"      ? "https://api-m.paypal.com"
                            : environment_ == "sandbox" ? "https://api-m.sandbox.paypal.com"
                                                        : base_url_;
        if (base_url_ != wanted) {
            throw SettingError(settings["base_url"].path(),
                               "environment " + environment_ + " has the address " + wanted);
        }
    }

    OutcomeT begin(const BeginRequestT& request, const Call& call, Http& http) override {
        return create(*request.attempt, call, http);
    }

    OutcomeT capture(const CaptureRequestT& request, const Call& call, Http& http) override {
        const auto& attempt = *request.attempt;
        if (!is_id(attempt.provider_ref)) return outcome::not_sent(reason("no_order_at_provider"));
        const auto reply = http.post(url("/v2/checkout/orders/", attempt.provider_ref, "/capture"), "{}",
                                     with_key(std::string(call.idempotency_key()), "return=representation"));
        switch (reply.status()) {
            case 201:
            case 200: return outcome_of(attempt, reply);  // 200: our own repeat
            case 422:
                if (const auto refused = read_refusal(reply)) return refused_capture(attempt, *refused, call, http);
                return outcome::unknown(because("unreadable_reply", reply), attempt.provider_ref);
            default: return no_success(attempt, reply, call);
        }
    }

    OutcomeT status(const StatusRequestT& request, const Call& call, Http& http) override {
        const auto& attempt = *request.attempt;
        if (attempt.provider_ref.empty()) {
            // The reply to `begin` was lost, so the customer never got a link. The same request id finds the same
            // order.
            if (window_closed(attempt, call)) return outcome::refused(reason("approval_expired"));
            return create(attempt, call, http);
        }
        if (!is_id(attempt.provider_ref)) return outcome::unknown(reason("no_order_at_provider"));
        return is_id(attempt.capture_ref) ? ask_capture(attempt, call, http) : ask_order(attempt, call, http);
    }

    OutcomeT refund(const RefundRequestT& request, const Call&, Http& http) override {
        const auto& attempt = *request.attempt;
        const auto wanted = *money_of(request.amount);
        const auto amount = write_amount(wanted);
        if (!amount) return outcome::refused(reason("amount_too_precise"), attempt.provider_ref);
        if (!is_id(attempt.capture_ref)) return outcome::refused(reason("nothing_to_refund"), attempt.provider_ref);
        if (is_id(request.refund_ref)) {
            const auto reply = http.get(url("/v2/payments/refunds/", request.refund_ref), authorized());
            return told_refund(attempt, reply, wanted);
        }
        // PayPal remembers a request id for a while only; a refund that was made before stands in the order.
        const auto order = http.get(url("/v2/checkout/orders/", attempt.provider_ref), authorized());
        const auto found = order.status() == 200 ? read_object(order.body()) : std::nullopt;
        if (!found) return outcome::unknown(because("no_reply", order), attempt.provider_ref);
        for (const auto& unit : array_at(*found, "purchase_units")) {
            for (const auto& made : array_at(object_at(unit, "payments"), "refunds")) {
                if (text_at(made, "invoice_id") == request.refund_id) return outcome_of_refund(attempt, made, wanted);
            }
        }
        const json body{{"amount", *amount}, {"custom_id", attempt.id}, {"invoice_id", request.refund_id}};
        const auto reply = http.post(url("/v2/payments/captures/", attempt.capture_ref, "/refund"), body.dump(),
                                     with_key(request.refund_id, "return=representation"));
        return told_refund(attempt, reply, wanted);
    }

    WebhookEventT webhook(const WebhookRequestT& request, const Call&, Http& http) override {
        const std::string_view body(reinterpret_cast<const char*>(request.body.data()), request.body.size());
        const auto event = read_object(body);
        const auto check = event ? verification(request, body) : std::nullopt;
        if (!check) return {};
        HttpOptions options = authorized();
        options.repeat_is_safe = true;
        const auto reply = http.post(url("/v1/notifications/verify-webhook-signature"), *check, std::move(options));
        const auto verdict = reply.status() == 200 ? read_object(reply.body()) : std::nullopt;
        if (!verdict) throw Failure::passing("cannot_verify", "PayPal did not say whether a webhook is its own");
        if (text_at(*verdict, "verification_status") != "SUCCESS") return {};

        WebhookEventT told;
        told.verified = true;
        told.event_id = text_at(*event, "id");
        told.event_type = text_at(*event, "event_type");
        const auto& resource = object_at(*event, "resource");
        const auto& units = array_at(resource, "purchase_units");
        told.attempt_id = text_at(units.empty() ? resource : units.front(), "custom_id");
        told.provider_ref = text_at(object_at(object_at(resource, "supplementary_data"), "related_ids"), "order_id");
        if (told.provider_ref.empty() && !units.empty()) told.provider_ref = text_at(resource, "id");
        return told;
    }

private:
    static std::string optional_text(const Setting& setting) { return setting ? std::string(setting.text()) : ""; }

    template <class... Parts>
    std::string url(const Parts&... parts) const {
        return (base_url_ + ... + std::string(parts));
    }

    static HttpOptions authorized() {
        HttpOptions options;
        options.authorization = "api";
        options.headers.emplace_back("Content-Type", "application/json");
        return options;
    }
    /// PayPal does the same request id once, and answers its repeat with what became of it.
    static HttpOptions with_key(std::string key, const char* prefer) {
        auto options = authorized();
        options.repeat_is_safe = !key.empty();
        options.headers.emplace_back("Prefer", prefer);
        if (!key.empty()) options.headers.emplace_back("PayPal-Request-Id", key.substr(0, 108));
        return options;
    }

    static bool window_closed(const AttemptT& attempt, const Call& call) {
        return attempt.begun_us != 0 && call.now() > instant_from_us(attempt.begun_us) + approval_window;
    }

    /// True for addresses of PayPal's own: what a reply names is followed by customers.
    bool trusted(std::string_view address) const {
        if (environment_ == "simulator") return begins_with(address, base_url_ + "/");
        constexpr std::string_view scheme = "https://";
        if (!begins_with(address, scheme)) return false;
        const auto host = address.substr(scheme.size(), address.find_first_of("/?#", scheme.size()) - scheme.size());
        constexpr std::string_view ours = ".paypal.com";
        return host.size() > ours.size() && host.substr(host.size() - ours.size()) == ours &&
               host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-") == std::string_view::npos;
    }

    json order_for(const AttemptT& attempt, const json& amount, const Call& call) const {
        json experience{{"return_url", attempt.return_url},
                        {"cancel_url", attempt.cancel_url},
                        {"user_action", "PAY_NOW"},
                        {"shipping_preference", "NO_SHIPPING"},
                        {"landing_page", landing_page_},
                        {"payment_method_preference", at_once_ ? "IMMEDIATE_PAYMENT_REQUIRED" : "UNRESTRICTED"}};
        if (!brand_name_.empty()) experience["brand_name"] = brand_name_;
        if (call.locale().size() == 2 || call.locale().size() == 5) experience["locale"] = std::string(call.locale());
        json unit{{"amount", amount},
                  {"custom_id", attempt.id},
                  {"invoice_id", std::string(cut(attempt.order_number, 60)) + "-" + attempt.id}};
        if (!attempt.description.empty()) unit["description"] = std::string(cut(attempt.description, 127));
        return {{"intent", "CAPTURE"},
                {"purchase_units", json::array({unit})},
                {"payment_source", {{"paypal", {{"experience_context", experience}}}}}};
    }

    /// Makes the order, or finds it when it was made before: the request id is the attempt's own.
    OutcomeT create(const AttemptT& attempt, const Call& call, Http& http) const {
        const auto amount = write_amount(*money_of(attempt.amount));
        if (!amount) return outcome::refused(reason("amount_too_precise"));
        const auto body = order_for(attempt, *amount, call).dump(-1, ' ', false, json::error_handler_t::replace);
        const auto reply = http.post(url("/v2/checkout/orders"), body, with_key(attempt.id, "return=minimal"));
        if (reply.status() != 201 && reply.status() != 200) return no_success(attempt, reply, call);
        const auto order = read_object(reply.body());
        if (!order || !is_id(text_at(*order, "id"))) return outcome::unknown(because("unreadable_reply", reply));
        if (text_at(*order, "status") == "COMPLETED") {
            AttemptT known = attempt_with(attempt, text_at(*order, "id"));
            return ask_order(known, call, http);
        }
        return uncaptured(*order);
    }

    static AttemptT attempt_with(const AttemptT& attempt, std::string provider_ref) {
        AttemptT known = attempt;
        known.provider_ref = std::move(provider_ref);
        return known;
    }

    OutcomeT ask_order(const AttemptT& attempt, const Call& call, Http& http) const {
        const auto reply = http.get(url("/v2/checkout/orders/", attempt.provider_ref), authorized());
        return reply.status() == 200 ? outcome_of(attempt, reply) : no_success(attempt, reply, call);
    }

    OutcomeT ask_capture(const AttemptT& attempt, const Call& call, Http& http) const {
        const auto reply = http.get(url("/v2/payments/captures/", attempt.capture_ref), authorized());
        if (reply.status() != 200) return no_success(attempt, reply, call);
        const auto capture = read_object(reply.body());
        if (!capture) return outcome::unknown(because("unreadable_reply", reply), attempt.provider_ref);
        return outcome_of_capture(attempt, *capture);
    }

    /// What an order says, of which nobody has been charged.
    OutcomeT uncaptured(const json& order) const {
        const auto id = text_at(order, "id");
        const auto state = text_at(order, "status");
        if (state == "APPROVED") return outcome::pending(Awaiting::Capture, id);
        if (state == "VOIDED") return outcome::refused(reason("order_voided"), id);
        if (state != "CREATED" && state != "PAYER_ACTION_REQUIRED" && state != "SAVED") {
            return outcome::unknown(reason("unknown_order_status"), id);
        }
        for (const auto& link : array_at(order, "links")) {
            const auto rel = text_at(link, "rel");
            if (rel != "payer-action" && rel != "approve") continue;
            auto address = text_at(link, "href");
            if (!trusted(address)) return outcome::unknown(reason("foreign_approval_link"), id);
            return outcome::pending(Awaiting::CustomerApproval, id, std::move(address));
        }
        return outcome::unknown(reason("no_approval_link"), id);
    }

    /// What a whole order says. COMPLETED alone does not mean paid: its capture tells.
    OutcomeT outcome_of(const AttemptT& attempt, const HttpReply& reply) const {
        const auto order = read_object(reply.body());
        if (!order) return outcome::unknown(because("unreadable_reply", reply), attempt.provider_ref);
        const auto& units = array_at(*order, "purchase_units");
        if (text_at(*order, "id") != attempt.provider_ref || units.size() != 1 ||
            text_at(units.front(), "custom_id") != attempt.id) {
            return outcome::unknown(reason("another_order"), attempt.provider_ref);
        }
        if (text_at(*order, "status") != "COMPLETED") return uncaptured(*order);
        const auto& captures = array_at(object_at(units.front(), "payments"), "captures");
        if (captures.size() != 1) return outcome::unknown(reason("not_one_capture"), attempt.provider_ref);
        return outcome_of_capture(attempt, captures.front());
    }

    static OutcomeT outcome_of_capture(const AttemptT& attempt, const json& capture) {
        const auto& order = attempt.provider_ref;
        const auto id = text_at(capture, "id");
        const auto amount = read_amount(object_at(capture, "amount"));
        const auto owner = text_at(capture, "custom_id");
        if (!is_id(id) || (!owner.empty() && owner != attempt.id))
            return outcome::unknown(reason("another_capture"), order);
        if (!amount || *amount != *money_of(attempt.amount)) return outcome::unknown(reason("amount_differs"), order);
        const auto state = text_at(capture, "status");
        // What was returned since had been paid first; returning is booked where it is asked for.
        if (state == "COMPLETED" || state == "PARTIALLY_REFUNDED" || state == "REFUNDED") {
            return outcome::done(order, id, *amount);
        }
        if (state == "DECLINED" || state == "FAILED") return outcome::refused(reason("payment_declined"), order);
        if (state != "PENDING") return outcome::unknown(reason("unknown_capture_status"), order);
        const auto why = text_at(object_at(capture, "status_details"), "reason");
        auto waits = outcome::pending(why == "ECHECK" ? Awaiting::Clearing : Awaiting::Review, order);
        waits.capture_ref = id;
        return waits;
    }

    OutcomeT refused_capture(const AttemptT& attempt, const Refused& refused, const Call& call, Http& http) const {
        switch (meaning_of(refused.issue)) {
            case Meaning::ask: return ask_order(attempt, call, http);
            case Meaning::approve: {
                auto waits = ask_order(attempt, call, http);  // it knows the link
                waits.reasons.push_back(because("approval_needed", refused));
                return waits;
            }
            default: return no(attempt, refused);
        }
    }

    static OutcomeT no(const AttemptT& attempt, const Refused& refused) {
        const auto& order = attempt.provider_ref;
        switch (meaning_of(refused.issue)) {
            case Meaning::payer: return outcome::refused(because("payment_declined", refused), order);
            case Meaning::shop: return outcome::refused(because("shop_account_refused", refused), order);
            case Meaning::request: return outcome::refused(because("request_refused", refused), order);
            case Meaning::expired: return outcome::refused(because("approval_expired", refused), order);
            default: return outcome::unknown(because("unclear_refusal", refused), order);
        }
    }

    /// Every reply that is not the one asked for.
    static OutcomeT no_success(const AttemptT& attempt, const HttpReply& reply, const Call& call) {
        if (reply.never_sent()) return outcome::not_sent(reason("not_sent"));
        const auto refused = read_refusal(reply);
        if (!refused)
            return outcome::unknown(because(reply.failed() ? "no_reply" : "unreadable_reply", reply),
                                    attempt.provider_ref);
        switch (reply.status()) {
            case 400:
            case 403:
            case 422: return no(attempt, *refused);
            case 404:
                if (refused->name == "RESOURCE_NOT_FOUND" && window_closed(attempt, call)) {
                    return outcome::refused(because("approval_expired", *refused), attempt.provider_ref);
                }
                return outcome::unknown(because("order_not_found", *refused), attempt.provider_ref);
            default: return outcome::unknown(because("provider_failed", reply), attempt.provider_ref);
        }
    }

    static OutcomeT told_refund(const AttemptT& attempt, const HttpReply& reply, Money wanted) {
        const auto made = reply.ok() ? read_object(reply.body()) : std::nullopt;
        return made ? outcome_of_refund(attempt, *made, wanted) : no_refund(attempt, reply);
    }

    static OutcomeT outcome_of_refund(const AttemptT& attempt, const json& made, Money wanted) {
        const auto id = text_at(made, "id");
        if (!is_id(id)) return outcome::unknown(reason("unreadable_reply"), attempt.provider_ref);
        auto told = judge_refund(attempt, made, wanted);
        told.refund_ref = id;
        return told;
    }

    static OutcomeT judge_refund(const AttemptT& attempt, const json& made, Money wanted) {
        const auto state = text_at(made, "status");
        if (state == "FAILED" || state == "CANCELLED")
            return outcome::refused(reason("refund_failed"), attempt.provider_ref);
        if (read_amount(object_at(made, "amount")) != wanted)
            return outcome::unknown(reason("refund_differs"), attempt.provider_ref);
        if (state == "PENDING") return outcome::pending(Awaiting::Clearing, attempt.provider_ref);
        if (state != "COMPLETED") return outcome::unknown(reason("unknown_refund_status"), attempt.provider_ref);
        return outcome::done(attempt.provider_ref, attempt.capture_ref, wanted);
    }

    static OutcomeT no_refund(const AttemptT& attempt, const HttpReply& reply) {
        if (reply.never_sent()) return outcome::not_sent(reason("not_sent"));
        const auto refused = read_refusal(reply);
        const bool said_no = refused && (reply.status() == 400 || reply.status() == 403 || reply.status() == 422);
        return said_no ? no(attempt, *refused) : outcome::unknown(because("no_reply", reply), attempt.provider_ref);
    }

    /// The question whether a message is PayPal's, with its body as it came; nothing when it cannot be.
    std::optional<std::string> verification(const WebhookRequestT& request, std::string_view body) const {
        json question{{"webhook_id", webhook_id_}};
        for (const char* name : {"auth_algo", "cert_url", "transmission_id", "transmission_sig", "transmission_time"}) {
            auto value = header(request, name);
            if (value.empty() || value.size() > 2048) return std::nullopt;
            question[name] = std::move(value);
        }
        const auto sent = read_instant(question["transmission_time"].get_ref<const std::string&>());
        const auto received = instant_from_us(request.received_us);
        if (webhook_id_.empty() || question["auth_algo"] != "SHA256withRSA" || !sent ||
            !trusted(question["cert_url"].get_ref<const std::string&>()) || *sent < received - webhook_tolerance ||
            *sent > received + webhook_tolerance) {
            return std::nullopt;
        }
        auto text = question.dump(-1, ' ', false, json::error_handler_t::replace);
        text.pop_back();
        return text.append(",\"webhook_event\":").append(body).append("}");
    }

    /// PayPal's header for a field of the question: transmission_id is PAYPAL-TRANSMISSION-ID.
    static std::string header(const WebhookRequestT& request, std::string_view field) {
        auto name = "PAYPAL-" + upper(field);
        for (auto& c : name) c = c == '_' ? '-' : c;
        for (const auto& sent : request.headers) {
            if (upper(sent.name) == name) return sent.value;
        }
        return {};
    }

    std::string environment_;
    std::string base_url_;
    std::string webhook_id_;
    std::string brand_name_;
    std::string landing_page_;
    bool at_once_;
};

}  // namespace noren::paypal

NOREN_GATEWAY(noren::paypal::PayPal)
