// The simulator's HTTP face: PayPal's endpoints, the approval page, and the two that PayPal does not have, /_control
// and /_book.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "../http_server.hpp"
#include "faults.hpp"
#include "orders.hpp"
#include "webhooks.hpp"

namespace noren::simulators::paypal {

struct Settings {
    std::string client;         ///< "id:secret" that may have tokens; empty: any pair
    bool auto_approve = false;  ///< every order is approved as soon as it is made
    int delay_ms = 0;           ///< before every reply of PayPal's own endpoints
    std::string webhook_url;
    std::string webhook_id = "SIMULATED-WEBHOOK";
    int retry_ms = 1000;
};

class Api {
public:
    /// `clock_offset_s` is what /_control moves. Throws std::invalid_argument when the settings cannot be.
    Api(Settings settings, Book& book, Orders& orders, Webhooks& webhooks, const Signer& signer, Faults& faults,
        std::atomic<std::int64_t>& clock_offset_s);

    Reply answer(const Request& request);

private:
    struct Call {
        const char* operation;
        std::string id;
    };

    static std::optional<Call> route(const Request& request);
    Reply perform(const Call& call, const Request& request, const std::optional<Fault>& fault);
    Reply token(const Request& request);
    Reply create(const Request& request);
    Reply capture(const std::string& id, const Request& request, const std::optional<Fault>& fault);
    Reply refund(const std::string& id, const Request& request);
    Reply verify(const Request& request) const;
    Reply approval(const Request& request);
    Reply control(const Request& request);

    bool authorized(const Request& request) const;
    json shown(const Order& order, const Request& request) const;
    void approve(Order& order, Funding funding);
    void tell(const std::string& type, const std::string& resource_type, const json& resource);

    Settings settings_;
    Book& book_;
    Orders& orders_;
    Webhooks& webhooks_;
    const Signer& signer_;
    Faults& faults_;
    std::atomic<std::int64_t>& clock_offset_s_;
    std::unordered_map<std::string, std::int64_t> tokens_;  ///< and when they end
    std::unordered_map<std::string, std::int64_t> calls_;   ///< how often each operation was asked for
};

}  // namespace noren::simulators::paypal
