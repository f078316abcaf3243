#include "orders.hpp"

#include <array>
#include <ctime>
#include <random>

#include "field_rules.hpp"
#include "problem.hpp"

namespace noren::simulators::paypal {

namespace {

constexpr std::int64_t approval_window_s = 3 * 3600;
constexpr std::int64_t request_ids_kept_s = 6 * 3600;

json to_json(const Order& order) {
    json captures = json::array();
    for (const auto& capture : order.captures) {
        json refunds = json::array();
        for (const auto& refund : capture.refunds) {
            refunds.push_back({refund.id, refund.minor, refund.created, refund.invoice_id});
        }
        captures.push_back({{"id", capture.id},
                            {"status", capture.status},
                            {"reason", capture.reason},
                            {"minor", capture.minor},
                            {"created", capture.created},
                            {"refunds", refunds}});
    }
    return {{"id", order.id},           {"status", order.status},
            {"created", order.created}, {"created_s", order.created_s},
            {"funding", order.funding}, {"asked", order.asked},
            {"captures", captures}};
}

Order from_json(const json& line) {
    Order order{line["id"], line["status"], line["created"], line["created_s"], line["funding"], line["asked"], {}};
    for (const auto& capture : line["captures"]) {
        auto& taken = order.captures.emplace_back(
            Capture{capture["id"], capture["status"], capture["reason"], capture["minor"], capture["created"], {}});
        for (const auto& refund : capture["refunds"])
            taken.refunds.push_back({refund[0], refund[1], refund[2], refund.size() > 3 ? refund[3] : json("")});
    }
    return order;
}

std::int64_t refunded(const Capture& capture) {
    std::int64_t sum = 0;
    for (const auto& refund : capture.refunds) sum += refund.minor;
    return sum;
}

/// Splits "/purchase_units/@reference_id=='default'/amount" into the reference and "amount".
std::pair<std::string, std::string> unit_path(const std::string& path) {
    const std::string before = "/purchase_units/@reference_id=='";
    const auto quote = path.find("'/", before.size());
    if (path.compare(0, before.size(), before) != 0 || quote == std::string::npos) {
        throw unprocessable("INVALID_JSON_POINTER_FORMAT", path);
    }
    return {path.substr(before.size(), quote - before.size()), path.substr(quote + 2)};
}

}  // namespace

std::string timestamp(std::int64_t seconds) {
    const std::time_t time = seconds;
    std::tm utc{};
    ::gmtime_r(&time, &utc);
    std::array<char, 32> text{};
    return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc)};
}

std::string random_id() {
    static thread_local std::mt19937_64 random{std::random_device{}()};
    constexpr std::string_view letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    std::string id(17, ' ');
    for (auto& c : id) c = letters[random() % letters.size()];
    return id;
}

std::string Order::experience(const char* key) const {
    static const json::json_pointer now("/payment_source/paypal/experience_context");
    static const json::json_pointer of_old("/application_context");
    for (const auto& where : {now, of_old}) {
        if (asked.contains(where) && asked[where].is_object()) return asked[where].value(key, "");
    }
    return {};
}

Orders::Orders(Book& book, Clock clock, std::string address)
    : book_(book), clock_(std::move(clock)), address_(std::move(address)) {
    book_.replay([this](const json& line) {
        if (line.contains("order")) {
            auto order = from_json(line["order"]);
            const auto id = order.id;
            index(orders_.insert_or_assign(id, std::move(order)).first->second);
        } else if (line.contains("repeat")) {
            repeats_[line["repeat"]] = {line["resource"], line["at_s"]};
        }
    });
}

void Orders::index(Order& order) {
    for (std::size_t unit = 0; unit < order.captures.size(); ++unit) {
        const auto& capture = order.captures[unit];
        order_of_capture_[capture.id] = order.id;
        if (capture.status != "DECLINED") {
            paid_invoices_.insert(order.asked["purchase_units"][unit].value("invoice_id", ""));
        }
        for (const auto& refund : capture.refunds) capture_of_refund_[refund.id] = capture.id;
    }
}

void Orders::keep(const Order& order) {
    book_.write({{"order", to_json(order)}});
}

std::string Orders::now() const {
    return timestamp(clock_());
}

const std::string* Orders::repeated(const std::string& call, const std::string& request_id) const {
    if (request_id.empty()) return nullptr;
    const auto found = repeats_.find(call + " " + request_id);
    if (found == repeats_.end() || found->second.at_s + request_ids_kept_s < clock_()) return nullptr;
    return &found->second.resource;
}

void Orders::remember(const std::string& call, const std::string& request_id, const std::string& resource) {
    if (request_id.empty()) return;
    const auto key = call + " " + request_id;
    repeats_[key] = {resource, clock_()};
    book_.write({{"repeat", key}, {"resource", resource}, {"at_s", clock_()}});
}

Order& Orders::create(const json& request) {
    Order order;
    order.id = random_id();
    order.status = request.contains("payment_source") ? "PAYER_ACTION_REQUIRED" : "CREATED";
    order.created_s = clock_();
    order.created = timestamp(order.created_s);
    order.asked = request;
    for (auto& unit : order.asked["purchase_units"]) unit.emplace("reference_id", "default");
    keep(order);
    const auto id = order.id;
    return orders_.emplace(id, std::move(order)).first->second;
}

Order& Orders::find(const std::string& id) {
    const auto found = orders_.find(id);
    if (found == orders_.end()) throw not_found("order_id", id);
    auto& order = found->second;
    if (order.waits_for_payer() && order.created_s + approval_window_s < clock_()) throw not_found("order_id", id);
    return order;
}

CaptureOf Orders::find_capture(const std::string& id) {
    const auto found = order_of_capture_.find(id);
    if (found == order_of_capture_.end()) throw not_found("capture_id", id);
    auto& order = orders_.at(found->second);
    std::size_t unit = 0;
    while (order.captures[unit].id != id) ++unit;
    return {order, unit};
}

json Orders::find_refund(const std::string& id) {
    const auto found = capture_of_refund_.find(id);
    if (found == capture_of_refund_.end()) throw not_found("refund_id", id);
    const auto capture = find_capture(found->second);
    for (const auto& refund : capture.capture().refunds) {
        if (refund.id != id) continue;
        return shown_refund(refund, found->second, capture.currency());
    }
    throw not_found("refund_id", id);
}

json Orders::shown_refund(const Refund& refund, const std::string& capture, const std::string& currency) const {
    json links = json::array();
    links.push_back({{"href", address_ + "/v2/payments/refunds/" + refund.id}, {"rel", "self"}, {"method", "GET"}});
    links.push_back({{"href", address_ + "/v2/payments/captures/" + capture}, {"rel", "up"}, {"method", "GET"}});
    json shown{{"id", refund.id},
               {"status", "COMPLETED"},
               {"amount", amount_of(refund.minor, currency)},
               {"create_time", refund.created},
               {"update_time", refund.created},
               {"links", links}};
    if (!refund.invoice_id.empty()) shown["invoice_id"] = refund.invoice_id;
    return shown;
}

void Orders::patch(Order& order, const json& operations) {
    if (!operations.is_array() || operations.empty()) throw invalid("INVALID_PARAMETER_SYNTAX", "/");
    if (order.status == "COMPLETED") throw unprocessable("ORDER_ALREADY_COMPLETED");
    auto patched = order.asked;
    for (const auto& operation : operations) {
        const auto op = text_at(operation, "op", "", 10);
        if (!operation.contains("path")) throw unprocessable("PATCH_PATH_REQUIRED", "/path");
        const auto path = text_at(operation, "path", "", 400);
        const auto [reference, key] = unit_path(path);
        if (key != "amount" && key != "description" && key != "custom_id" && key != "invoice_id" &&
            key != "soft_descriptor") {
            throw unprocessable("NOT_PATCHABLE", path);
        }
        auto& units = patched["purchase_units"];
        std::size_t at = 0;
        while (at < units.size() && units[at]["reference_id"] != reference) ++at;
        if (at == units.size()) throw unprocessable("REFERENCE_ID_NOT_FOUND", path);
        if (op == "remove" && key != "amount") {
            units[at].erase(key);
        } else if (op == "add" || op == "replace") {
            if (!operation.contains("value")) throw unprocessable("PATCH_VALUE_REQUIRED", "/value");
            units[at][key] = operation["value"];
        } else {
            throw invalid("INVALID_PATCH_OPERATION", "/op", op);
        }
        check_unit(units[at], "/purchase_units/" + std::to_string(at));
    }
    order.asked = std::move(patched);
    keep(order);
}

void Orders::approve(Order& order, Funding funding) {
    if (!order.waits_for_payer()) throw unprocessable("ORDER_CANNOT_BE_CONFIRMED");
    order.status = "APPROVED";
    order.funding = funding;
    keep(order);
}

void Orders::capture(Order& order) {
    if (order.status == "COMPLETED") throw unprocessable("ORDER_ALREADY_CAPTURED");
    if (order.status != "APPROVED") throw unprocessable("ORDER_NOT_APPROVED");
    for (const auto& unit : order.asked["purchase_units"]) {
        const auto invoice = unit.value("invoice_id", "");
        if (!invoice.empty() && paid_invoices_.count(invoice)) throw unprocessable("DUPLICATE_INVOICE_ID");
    }
    if (order.funding == Funding::declined_card) {
        order.status = "PAYER_ACTION_REQUIRED";
        keep(order);
        throw unprocessable("INSTRUMENT_DECLINED");
    }
    const bool later = order.funding == Funding::echeck;
    for (const auto& unit : order.asked["purchase_units"]) {
        order.captures.push_back({random_id(),
                                  later ? "PENDING" : "COMPLETED",
                                  later ? "ECHECK" : "",
                                  minor_units(unit["amount"], "", "DECIMAL_PRECISION"),
                                  now(),
                                  {}});
    }
    order.status = "COMPLETED";
    index(order);
    keep(order);
}

void Orders::settle(const CaptureOf& capture, bool cleared) {
    auto& taken = capture.capture();
    if (taken.status != "PENDING") throw unprocessable("CAPTURE_STATUS_NOT_VALID", "status", taken.status);
    taken.status = cleared ? "COMPLETED" : "DECLINED";
    taken.reason.clear();
    keep(capture.order);
}

std::string Orders::refund(const CaptureOf& capture, std::int64_t minor, const std::string& invoice_id) {
    auto& taken = capture.capture();
    if (taken.status == "PENDING") throw unprocessable("PENDING_CAPTURE");
    if (taken.status == "DECLINED") throw unprocessable("REFUND_NOT_ALLOWED");
    const auto left = taken.minor - refunded(taken);
    if (left == 0) throw unprocessable("CAPTURE_FULLY_REFUNDED");
    if (minor == 0) minor = left;
    if (minor > left) throw unprocessable("REFUND_AMOUNT_EXCEEDED", "/amount/value");
    taken.refunds.push_back({random_id(), minor, now(), invoice_id});
    taken.status = minor == left ? "REFUNDED" : "PARTIALLY_REFUNDED";
    capture_of_refund_[taken.refunds.back().id] = taken.id;
    keep(capture.order);
    return taken.refunds.back().id;
}

json Orders::links(const Order& order) const {
    const auto self = address_ + "/v2/checkout/orders/" + order.id;
    json list = json::array();
    const auto add = [&list](const std::string& href, const char* rel, const char* method) {
        list.push_back({{"href", href}, {"rel", rel}, {"method", method}});
    };
    add(self, "self", "GET");
    if (order.waits_for_payer()) {
        add(address_ + "/checkoutnow?token=" + order.id, order.status == "CREATED" ? "approve" : "payer-action", "GET");
    }
    if (order.status != "COMPLETED") add(self, "update", "PATCH");
    if (order.status == "CREATED" || order.status == "APPROVED") add(self + "/capture", "capture", "POST");
    return list;
}

json Orders::minimal(const Order& order) const {
    return {{"id", order.id}, {"status", order.status}, {"links", links(order)}};
}

json Orders::representation(const CaptureOf& capture) const {
    return shown_capture(capture.order, capture.unit);
}

json Orders::shown_capture(const Order& order, std::size_t unit) const {
    const auto& capture = order.captures[unit];
    const auto& asked = order.asked["purchase_units"][unit];
    const auto self = address_ + "/v2/payments/captures/" + capture.id;
    json shown{
        {"id", capture.id},
        {"status", capture.status},
        {"amount", amount_of(capture.minor, asked["amount"]["currency_code"])},
        {"final_capture", true},
        {"seller_protection", {{"status", "ELIGIBLE"}}},
        {"create_time", capture.created},
        {"update_time", capture.created},
        {"supplementary_data", {{"related_ids", {{"order_id", order.id}}}}},
        {"links",
         json::array({{{"href", self}, {"rel", "self"}, {"method", "GET"}},
                      {{"href", self + "/refund"}, {"rel", "refund"}, {"method", "POST"}},
                      {{"href", address_ + "/v2/checkout/orders/" + order.id}, {"rel", "up"}, {"method", "GET"}}})}};
    if (!capture.reason.empty()) shown["status_details"] = {{"reason", capture.reason}};
    for (const char* key : {"custom_id", "invoice_id"}) {
        if (asked.contains(key)) shown[key] = asked[key];
    }
    return shown;
}

json Orders::representation(const Order& order) const {
    auto shown = minimal(order);
    shown["intent"] = order.asked["intent"];
    shown["create_time"] = order.created;
    shown["purchase_units"] = order.asked["purchase_units"];
    for (std::size_t unit = 0; unit < order.captures.size(); ++unit) {
        auto& payments = shown["purchase_units"][unit]["payments"];
        payments["captures"] = json::array({shown_capture(order, unit)});
        for (const auto& refund : order.captures[unit].refunds) {
            payments["refunds"].push_back(shown_refund(refund, order.captures[unit].id,
                                                       order.asked["purchase_units"][unit]["amount"]["currency_code"]));
        }
    }
    const json payer{{"email_address", "buyer@example.com"}, {"account_id", "SIMULATEDPAYR"}};
    if (order.asked.contains("payment_source")) shown["payment_source"]["paypal"] = json::object();
    if (!order.waits_for_payer()) {
        shown["payer"] = {{"email_address", "buyer@example.com"}, {"payer_id", "SIMULATEDPAYR"}};
        shown["payment_source"]["paypal"] = payer;
    }
    return shown;
}

json Orders::audit(const std::string& attempt) const {
    json list = json::array();
    for (const auto& [id, order] : orders_) {
        json units = json::array();
        bool wanted = attempt.empty();
        for (std::size_t at = 0; at < order.asked["purchase_units"].size(); ++at) {
            const auto& unit = order.asked["purchase_units"][at];
            wanted = wanted || unit.value("custom_id", "") == attempt;
            json line{{"custom_id", unit.value("custom_id", "")},
                      {"invoice_id", unit.value("invoice_id", "")},
                      {"amount", unit["amount"]["value"]},
                      {"currency", unit["amount"]["currency_code"]}};
            if (at < order.captures.size()) {
                const auto& capture = order.captures[at];
                line["capture"] = {{"id", capture.id},
                                   {"status", capture.status},
                                   {"minor", capture.minor},
                                   {"refunded_minor", refunded(capture)}};
            }
            units.push_back(line);
        }
        if (wanted)
            list.push_back({{"id", id}, {"status", order.status}, {"created", order.created}, {"units", units}});
    }
    return {{"orders", list}};
}

}  // namespace noren::simulators::paypal
