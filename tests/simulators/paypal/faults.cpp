#include "faults.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace noren::simulators::paypal {

namespace {

constexpr std::array places{"token",        "create", "read",   "patch",   "capture",
                            "read_capture", "refund", "verify", "webhook", "any"};
constexpr std::array kinds{"delay",          "no_reply_before", "no_reply_after", "error_before",  "error_after",
                           "busy",           "garbage",         "html",           "truncate",      "cut",
                           "flood",          "redirect",        "float_amount",   "duplicate_key", "wrong_amount",
                           "wrong_currency", "decline",         "pending",        "lose",          "duplicate",
                           "reorder"};

template <class Words>
std::string one_of(const nlohmann::json& fault, const char* key, const Words& words) {
    const auto word = fault.value(key, "");
    if (std::find(words.begin(), words.end(), word) == words.end()) {
        throw std::invalid_argument(std::string("unknown ") + key + ": \"" + word + "\"");
    }
    return word;
}

void replace_all(std::string& text, std::string_view what, std::string_view by) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
        text.replace(at, what.size(), by);
    }
}

/// Rewrites every `"value":"..."` of the text.
void rewrite_values(std::string& text, std::string (*rewrite)(const std::string&)) {
    const std::string before = "\"value\":\"";
    for (auto at = text.find(before); at != std::string::npos; at = text.find(before, at + 1)) {
        const auto end = text.find('"', at + before.size());
        const auto value = text.substr(at + before.size(), end - at - before.size());
        text.replace(at, end + 1 - at, "\"value\":" + rewrite(value));
    }
}

void answer_with(Reply& reply, int status, std::string type, std::string body) {
    reply.status = status;
    reply.content_type = std::move(type);
    reply.body = std::move(body);
}

}  // namespace

void Faults::add(const nlohmann::json& fault) {
    faults_.push_back({one_of(fault, "on", places), one_of(fault, "what", kinds), fault.value("times", 1),
                       fault.value("skip", 0), std::max(1, fault.value("one_in", 1)), fault.value("delay_ms", 0)});
}

std::optional<Fault> Faults::strike(std::string_view on) {
    for (auto& fault : faults_) {
        if (fault.times == 0 || (fault.on != on && (fault.on != "any" || on == "webhook"))) continue;
        if (fault.skip > 0) {
            --fault.skip;
            continue;
        }
        if (fault.one_in > 1 && random_() % static_cast<unsigned>(fault.one_in) != 0) continue;
        if (fault.times > 0) --fault.times;
        return fault;
    }
    return std::nullopt;
}

bool strikes_before(const Fault& fault) {
    return fault.what == "no_reply_before" || fault.what == "error_before" || fault.what == "busy";
}

void spoil(Reply& reply, const Fault& fault) {
    const auto& what = fault.what;
    reply.delay = std::chrono::milliseconds(fault.delay_ms);
    if (what == "no_reply_before" || what == "no_reply_after") reply.wire = Reply::Wire::never;
    if (what == "error_before" || what == "error_after") {
        answer_with(reply, 500, "application/json", R"({"name":"INTERNAL_SERVER_ERROR","debug_id":"simulated"})");
    }
    if (what == "busy") answer_with(reply, 429, "application/json", R"({"name":"RATE_LIMIT_REACHED"})");
    if (what == "garbage") answer_with(reply, reply.status, "application/json", std::string("\0\xff{]\"", 6));
    if (what == "html") answer_with(reply, 200, "text/html", "<html><body>Scheduled maintenance</body></html>");
    if (what == "truncate") reply.body.resize(reply.body.size() / 2);
    if (what == "cut") reply.wire = Reply::Wire::cut;
    if (what == "flood") reply.body.insert(1, R"("padding":")" + std::string(10 << 20, 'x') + "\",");
    if (what == "redirect") {
        answer_with(reply, 302, "text/html", "");
        reply.headers.emplace_back("Location", "http://127.0.0.1:1/elsewhere");
    }
    if (what == "float_amount") rewrite_values(reply.body, [](const std::string& value) { return value + ".0"; });
    if (what == "wrong_amount") rewrite_values(reply.body, [](const std::string&) { return std::string("\"1\""); });
    if (what == "wrong_currency") replace_all(reply.body, R"("currency_code":"JPY")", R"("currency_code":"USD")");
    if (what == "duplicate_key") reply.body.insert(1, R"("status":"COMPLETED",)");
}

}  // namespace noren::simulators::paypal
