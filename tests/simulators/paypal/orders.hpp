// PayPal's orders and what became of their money, kept in the book.
//
// An order is CREATED (or PAYER_ACTION_REQUIRED when it names PayPal as its source), APPROVED once its payer agreed,
// COMPLETED once captured: whether money moved is told only by the status of its captures.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "../book.hpp"

namespace noren::simulators::paypal {

using nlohmann::json;

struct Refund {
    std::string id;
    std::int64_t minor = 0;
    std::string created;
    std::string invoice_id;  ///< the shop's own, or ""
};

struct Capture {
    std::string id;
    std::string status;  ///< COMPLETED, PENDING, DECLINED, PARTIALLY_REFUNDED, REFUNDED
    std::string reason;  ///< of status_details, or ""
    std::int64_t minor = 0;
    std::string created;
    std::vector<Refund> refunds;
};

/// How the payer pays: at once, by a bank transfer that clears later, or with a card that its bank refuses.
enum class Funding { balance, echeck, declined_card };

struct Order {
    std::string id;
    std::string status;
    std::string created;
    std::int64_t created_s = 0;
    Funding funding = Funding::balance;
    json asked;                     ///< the create request, as patched since
    std::vector<Capture> captures;  ///< one of each purchase unit, once captured

    bool waits_for_payer() const { return status == "CREATED" || status == "PAYER_ACTION_REQUIRED"; }
    /// A value of payment_source.paypal.experience_context, or "".
    std::string experience(const char* key) const;
};

/// Where a capture stands: its order and purchase unit.
struct CaptureOf {
    Order& order;
    std::size_t unit;
    Capture& capture() const { return order.captures[unit]; }
    std::string currency() const { return order.asked["purchase_units"][unit]["amount"]["currency_code"]; }
};

class Orders {
public:
    using Clock = std::function<std::int64_t()>;  ///< seconds since 1970

    /// Takes up what the book holds. `address` is where this simulator is reached, for links.
    Orders(Book& book, Clock clock, std::string address);

    /// The same request id for the same call within 6 hours finds the first one's order (or refund).
    const std::string* repeated(const std::string& call, const std::string& request_id) const;
    void remember(const std::string& call, const std::string& request_id, const std::string& resource);

    Order& create(const json& request);
    /// Throw Problem when there is none, or when its approval window of 3 hours has closed.
    Order& find(const std::string& id);
    CaptureOf find_capture(const std::string& id);
    json find_refund(const std::string& id);

    void patch(Order& order, const json& operations);
    void approve(Order& order, Funding funding);
    /// Takes the money. Throws Problem when it cannot; a declined instrument sends the payer back to choose another.
    void capture(Order& order);
    /// An eCheck clears or bounces.
    void settle(const CaptureOf& capture, bool cleared);
    /// Gives back `minor` units, or all that is left when 0. Returns the refund's id.
    std::string refund(const CaptureOf& capture, std::int64_t minor, const std::string& invoice_id);

    json minimal(const Order& order) const;
    json representation(const Order& order) const;
    json representation(const CaptureOf& capture) const;
    /// What a test compares with the shop's records; `attempt` keeps only orders with this custom_id.
    json audit(const std::string& attempt) const;

    std::int64_t now_s() const { return clock_(); }
    std::string now() const;

private:
    struct Repeat {
        std::string resource;
        std::int64_t at_s = 0;
    };

    void keep(const Order& order);
    void index(Order& order);
    json links(const Order& order) const;
    json shown_refund(const Refund& refund, const std::string& capture, const std::string& currency) const;
    json shown_capture(const Order& order, std::size_t unit) const;

    Book& book_;
    Clock clock_;
    std::string address_;
    std::unordered_map<std::string, Order> orders_;
    std::unordered_map<std::string, std::string> order_of_capture_;
    std::unordered_map<std::string, std::string> capture_of_refund_;
    std::unordered_set<std::string> paid_invoices_;
    std::unordered_map<std::string, Repeat> repeats_;
};

/// "2026-11-22T10:00:00Z"
std::string timestamp(std::int64_t seconds);

/// 17 letters and digits, as PayPal's ids look.
std::string random_id();

}  // namespace noren::simulators::paypal
