#include "api.hpp"

#include <stdexcept>

#include "approval_page.hpp"
#include "field_rules.hpp"
#include "problem.hpp"

namespace noren::simulators::paypal {

namespace {

constexpr std::int64_t token_life_s = 32'400;

Reply with(int status, const json& body) {
    Reply reply;
    reply.status = status;
    reply.body = body.dump();
    return reply;
}

Reply page(int status, std::string html) {
    Reply reply;
    reply.status = status;
    reply.content_type = "text/html; charset=utf-8";
    reply.body = std::move(html);
    return reply;
}

Reply see_other(std::string where) {
    Reply reply;
    reply.status = 303;
    reply.headers.emplace_back("Location", std::move(where));
    return reply;
}

const char* name_of(int status) {
    switch (status) {
        case 400: return "INVALID_REQUEST";
        case 401: return "AUTHENTICATION_FAILURE";
        case 404: return "RESOURCE_NOT_FOUND";
        case 415: return "UNSUPPORTED_MEDIA_TYPE";
        default: return "UNPROCESSABLE_ENTITY";
    }
}

Reply refusal(const Problem& problem) {
    json detail{{"issue", problem.issue}, {"description", "The simulator refuses this with " + problem.issue + "."}};
    if (!problem.field.empty()) detail["field"] = problem.field;
    if (!problem.value.empty()) detail["value"] = problem.value;
    if (problem.status == 400) detail["location"] = "body";
    return with(
        problem.status,
        {{"name", name_of(problem.status)},
         {"message", "The request was refused."},
         {"debug_id", "simulated"},
         {"details", json::array({detail})},
         {"links",
          json::array({{{"href", "https://developer.paypal.com/api/rest/reference/orders/v2/errors/#" + problem.issue},
                        {"rel", "information_link"},
                        {"method", "GET"}}})}});
}

std::string from_basic(std::string_view header) {
    if (header.substr(0, 6) != "Basic ") return {};
    std::string text;
    unsigned bits = 0;
    int held = 0;
    for (const char c : header.substr(6)) {
        constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        const auto digit = alphabet.find(c);
        if (digit == std::string_view::npos) break;
        bits = bits << 6 | static_cast<unsigned>(digit);
        if ((held += 6) < 8) continue;
        held -= 8;
        text += static_cast<char>(bits >> held & 0xff);
    }
    return text;
}

/// The text of a member of the JSON object `text`, byte for byte. `text` is known to be valid JSON.
std::string_view raw_member(std::string_view text, std::string_view name) {
    int depth = 0;
    std::size_t value = std::string_view::npos;
    std::string_view last;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '"') {
            const auto begin = ++at;
            while (text[at] != '"') at += text[at] == '\\' ? 2 : 1;
            if (depth == 1) last = text.substr(begin, at - begin);
        } else if (c == ':' && depth == 1 && value == std::string_view::npos && last == name) {
            value = text.find_first_not_of(" \t\r\n", at + 1);
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if (c == '}' || c == ']' || c == ',') {
            if (c != ',') --depth;
            const bool over = c == ',' ? depth == 1 : depth == 0;
            if (over && value != std::string_view::npos) {
                const auto end = text.find_last_not_of(" \t\r\n", at - 1);
                return text.substr(value, end + 1 - value);
            }
        }
    }
    return {};
}

std::string with_query(const std::string& url, const std::string& query) {
    return url + (url.find('?') == std::string::npos ? "?" : "&") + query;
}

std::string event_of(const Capture& capture) {
    if (capture.status == "PENDING") return "PAYMENT.CAPTURE.PENDING";
    return capture.status == "DECLINED" ? "PAYMENT.CAPTURE.DENIED" : "PAYMENT.CAPTURE.COMPLETED";
}

}  // namespace

Api::Api(Settings settings, Book& book, Orders& orders, Webhooks& webhooks, const Signer& signer, Faults& faults,
         std::atomic<std::int64_t>& clock_offset_s)
    : settings_(std::move(settings)),
      book_(book),
      orders_(orders),
      webhooks_(webhooks),
      signer_(signer),
      faults_(faults),
      clock_offset_s_(clock_offset_s) {
    webhooks_.configure(settings_.webhook_url, settings_.webhook_id, settings_.retry_ms);
    book_.replay([this](const json& line) {
        if (line.contains("token")) tokens_[line["token"]] = line["until_s"];
    });
}

std::optional<Api::Call> Api::route(const Request& request) {
    const auto& method = request.method;
    const auto& path = request.path;
    if (path == "/v1/oauth2/token" && method == "POST") return Call{"token", ""};
    if (path == "/v1/notifications/verify-webhook-signature" && method == "POST") return Call{"verify", ""};
    if (path == "/v2/checkout/orders" && method == "POST") return Call{"create", ""};
    const auto below = [&path](std::string_view folder) -> std::optional<std::string> {
        if (path.compare(0, folder.size(), folder) != 0) return std::nullopt;
        return path.substr(folder.size());
    };
    const auto ends = [](std::string& id, std::string_view action) {
        if (id.size() <= action.size() || id.compare(id.size() - action.size(), action.size(), action) != 0)
            return false;
        id.resize(id.size() - action.size());
        return true;
    };
    if (auto id = below("/v2/checkout/orders/")) {
        if (method == "POST" && ends(*id, "/capture")) return Call{"capture", *id};
        if (method == "GET") return Call{"read", *id};
        if (method == "PATCH") return Call{"patch", *id};
    }
    if (auto id = below("/v2/payments/captures/")) {
        if (method == "POST" && ends(*id, "/refund")) return Call{"refund", *id};
        if (method == "GET") return Call{"read_capture", *id};
    }
    if (auto id = below("/v2/payments/refunds/"); id && method == "GET") return Call{"read_refund", *id};
    return std::nullopt;
}

Reply Api::answer(const Request& request) {
    if (request.path == "/checkoutnow") return approval(request);
    if (request.path.compare(0, 2, "/_") == 0) return control(request);
    if (request.path == "/v1/notifications/certs/CERT-SIMULATED") {
        auto reply = page(200, signer_.certificate());
        reply.content_type = "application/x-pem-file";
        return reply;
    }
    const auto call = route(request);
    if (!call) return refusal(not_found("path", request.path));
    ++calls_[call->operation];

    const auto fault = faults_.strike(call->operation);
    Reply reply;
    if (!fault || !strikes_before(*fault)) {
        try {
            reply = perform(*call, request, fault);
        } catch (const Problem& problem) {
            reply = refusal(problem);
        } catch (const json::exception&) {
            reply = refusal(invalid("INVALID_PARAMETER_SYNTAX", "/"));
        }
    }
    if (fault) spoil(reply, *fault);
    reply.delay += std::chrono::milliseconds(settings_.delay_ms);
    return reply;
}

Reply Api::perform(const Call& call, const Request& request, const std::optional<Fault>& fault) {
    const std::string_view operation = call.operation;
    if (operation == "token") return token(request);
    if (!authorized(request)) throw Problem{401, "INVALID_TOKEN", "", ""};
    if (request.method != "GET" && request.header("Content-Type").substr(0, 16) != "application/json" &&
        request.header("Content-Type").substr(0, 27) != "application/json-patch+json") {
        throw Problem{415, "INVALID_CONTENT_TYPE", "Content-Type", std::string(request.header("Content-Type"))};
    }
    if (operation == "create") return create(request);
    if (operation == "capture") return capture(call.id, request, fault);
    if (operation == "refund") return refund(call.id, request);
    if (operation == "verify") return verify(request);
    if (operation == "read_capture") return with(200, orders_.representation(orders_.find_capture(call.id)));
    if (operation == "read_refund") return with(200, orders_.find_refund(call.id));
    auto& order = orders_.find(call.id);
    if (operation == "read") return with(200, orders_.representation(order));
    orders_.patch(order, parsed(request.body));
    Reply done;
    done.status = 204;
    return done;
}

Reply Api::token(const Request& request) {
    const auto client = from_basic(request.header("Authorization"));
    const auto colon = client.find(':');
    const bool complete = colon != std::string::npos && colon > 0 && colon + 1 < client.size();
    if (!complete || (!settings_.client.empty() && client != settings_.client)) {
        return with(401, {{"error", "invalid_client"}, {"error_description", "Client Authentication failed"}});
    }
    if (form_value(request.body, "grant_type") != "client_credentials") {
        return with(400, {{"error", "unsupported_grant_type"}, {"error_description", "Use client_credentials"}});
    }
    const auto made = "A21AA" + random_id() + random_id() + random_id();
    tokens_[made] = orders_.now_s() + token_life_s;
    book_.write({{"token", made}, {"until_s", tokens_[made]}});
    return with(200, {{"scope", "https://uri.paypal.com/services/checkout"},
                      {"access_token", made},
                      {"token_type", "Bearer"},
                      {"app_id", "APP-SIMULATED"},
                      {"expires_in", token_life_s},
                      {"nonce", orders_.now() + random_id()}});
}

bool Api::authorized(const Request& request) const {
    const auto header = request.header("Authorization");
    if (header.substr(0, 7) != "Bearer ") return false;
    const auto found = tokens_.find(std::string(header.substr(7)));
    return found != tokens_.end() && found->second > orders_.now_s();
}

json Api::shown(const Order& order, const Request& request) const {
    return request.header("Prefer") == "return=representation" ? orders_.representation(order) : orders_.minimal(order);
}

Reply Api::create(const Request& request) {
    const std::string request_id(request.header("PayPal-Request-Id"));
    if (request_id.size() > 108) throw invalid("INVALID_STRING_LENGTH", "PayPal-Request-Id");
    if (const auto* earlier = orders_.repeated("create", request_id))
        return with(200, shown(orders_.find(*earlier), request));
    const auto asked = parsed(request.body);
    check_create(asked, !request_id.empty());
    auto& order = orders_.create(asked);
    orders_.remember("create", request_id, order.id);
    const auto reply = with(201, shown(order, request));
    if (settings_.auto_approve) approve(order, Funding::balance);
    return reply;
}

void Api::approve(Order& order, Funding funding) {
    orders_.approve(order, funding);
    tell("CHECKOUT.ORDER.APPROVED", "checkout-order", orders_.representation(order));
}

Reply Api::capture(const std::string& id, const Request& request, const std::optional<Fault>& fault) {
    const std::string request_id(request.header("PayPal-Request-Id"));
    auto& order = orders_.find(id);
    if (!request.body.empty()) parsed(request.body);
    if (orders_.repeated("capture " + id, request_id)) return with(200, shown(order, request));
    if (fault && fault->what == "decline" && order.status == "APPROVED") order.funding = Funding::declined_card;
    if (fault && fault->what == "pending" && order.status == "APPROVED") order.funding = Funding::echeck;
    orders_.capture(order);
    orders_.remember("capture " + id, request_id, id);
    for (std::size_t unit = 0; unit < order.captures.size(); ++unit) {
        tell(event_of(order.captures[unit]), "capture", orders_.representation(CaptureOf{order, unit}));
    }
    return with(201, shown(order, request));
}

Reply Api::refund(const std::string& id, const Request& request) {
    const std::string request_id(request.header("PayPal-Request-Id"));
    if (const auto* earlier = orders_.repeated("refund " + id, request_id))
        return with(200, orders_.find_refund(*earlier));
    const auto capture = orders_.find_capture(id);
    const auto asked = request.body.empty() ? json::object() : parsed(request.body);
    std::int64_t minor = 0;
    if (asked.contains("amount")) {
        minor = minor_units(asked["amount"], "/amount", "DECIMALS_NOT_SUPPORTED");
        if (asked["amount"]["currency_code"] != capture.currency())
            throw unprocessable("REFUND_CAPTURE_CURRENCY_MISMATCH");
        if (minor <= 0) throw unprocessable("CANNOT_BE_ZERO_OR_NEGATIVE", "/amount/value");
    }
    const auto made = orders_.refund(capture, minor, asked.value("invoice_id", ""));
    orders_.remember("refund " + id, request_id, made);
    tell("PAYMENT.CAPTURE.REFUNDED", "refund", orders_.find_refund(made));
    return with(201, orders_.find_refund(made));
}

Reply Api::verify(const Request& request) const {
    const auto asked = parsed(request.body);
    const auto text = [&asked](const char* key) {
        auto value = text_at(asked, key, "", 2048);
        if (value.empty()) throw invalid("MISSING_REQUIRED_PARAMETER", std::string("/") + key);
        return value;
    };
    const Transmission sent{text("transmission_id"), text("transmission_time"), text("transmission_sig")};
    const bool true_sender = text("auth_algo") == "SHA256withRSA" && text("webhook_id") == webhooks_.webhook_id() &&
                             text("cert_url").find("/v1/notifications/certs/CERT-SIMULATED") != std::string::npos;
    const bool good =
        true_sender && signer_.verify(sent, webhooks_.webhook_id(), raw_member(request.body, "webhook_event"));
    return with(200, {{"verification_status", good ? "SUCCESS" : "FAILURE"}});
}

void Api::tell(const std::string& type, const std::string& resource_type, const json& resource) {
    const auto id = "WH-" + random_id();
    const json event{{"id", id},
                     {"event_version", "1.0"},
                     {"create_time", orders_.now()},
                     {"resource_type", resource_type},
                     {"resource_version", "2.0"},
                     {"event_type", type},
                     {"summary", "Simulated " + type},
                     {"resource", resource},
                     {"links", json::array()}};
    webhooks_.send(event, faults_.strike("webhook"));
}

Reply Api::approval(const Request& request) {
    try {
        auto& order = orders_.find(form_value(request.query, "token"));
        if (request.method != "POST") return page(200, approval_page(order));
        const auto token = "token=" + order.id;
        if (form_value(request.body, "decision") != "approve") {
            return see_other(with_query(order.experience("cancel_url"), token));
        }
        const auto funding = form_value(request.body, "funding");
        if (order.waits_for_payer()) {
            approve(order, funding == "echeck"          ? Funding::echeck
                           : funding == "declined_card" ? Funding::declined_card
                                                        : Funding::balance);
        }
        return see_other(with_query(order.experience("return_url"), token + "&PayerID=SIMULATEDPAYR"));
    } catch (const Problem&) {
        return page(404, gone_page());
    }
}

Reply Api::control(const Request& request) {
    try {
        if (request.path == "/_book") {
            auto audit = orders_.audit(form_value(request.query, "attempt"));
            audit["calls"] = calls_;
            return with(200, audit);
        }
        const std::string captures = "/_control/captures/";
        if (request.path.compare(0, captures.size(), captures) == 0 && request.method == "POST") {
            const auto capture = orders_.find_capture(request.path.substr(captures.size()));
            orders_.settle(capture, parsed(request.body).at("cleared"));
            tell(event_of(capture.capture()), "capture", orders_.representation(capture));
            return with(200, orders_.representation(capture));
        }
        if (request.path != "/_control") return refusal(not_found("path", request.path));
        if (request.method == "POST") {
            const auto asked = parsed(request.body);
            if (asked.value("clear_faults", false)) faults_.clear();
            if (asked.contains("seed")) faults_.seed(asked["seed"]);
            if (asked.value("revoke_tokens", false)) tokens_.clear();
            for (const auto& fault : asked.value("faults", json::array())) faults_.add(fault);
            settings_.auto_approve = asked.value("auto_approve", settings_.auto_approve);
            settings_.delay_ms = asked.value("delay_ms", settings_.delay_ms);
            clock_offset_s_ = asked.value("clock_offset_s", clock_offset_s_.load());
            settings_.webhook_url = asked.value("webhook_url", settings_.webhook_url);
            settings_.webhook_id = asked.value("webhook_id", settings_.webhook_id);
            settings_.retry_ms = asked.value("retry_ms", settings_.retry_ms);
            webhooks_.configure(settings_.webhook_url, settings_.webhook_id, settings_.retry_ms);
        }
        return with(200, {{"auto_approve", settings_.auto_approve},
                          {"delay_ms", settings_.delay_ms},
                          {"clock_offset_s", clock_offset_s_.load()},
                          {"webhook_url", settings_.webhook_url},
                          {"webhook_id", settings_.webhook_id},
                          {"retry_ms", settings_.retry_ms},
                          {"webhooks", webhooks_.state()}});
    } catch (const Problem& problem) {
        return refusal(problem);
    } catch (const std::exception& wrong) {
        return with(400, {{"error", wrong.what()}});
    }
}

}  // namespace noren::simulators::paypal
