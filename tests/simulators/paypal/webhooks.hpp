// Webhooks: events signed as PayPal signs them, delivered to the shop until it says 2xx.
//
// The signature is SHA256withRSA over `transmission id | time | webhook id | CRC-32 of the body`.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "../book.hpp"
#include "faults.hpp"

struct evp_pkey_st;

namespace noren::simulators::paypal {

struct Transmission {
    std::string id;
    std::string time;
    std::string signature;  ///< base64
};

/// The key that signs and its self-made certificate, kept in `file` (made when absent; in memory when empty).
class Signer {
public:
    explicit Signer(std::filesystem::path file);
    ~Signer();
    Signer(const Signer&) = delete;
    Signer& operator=(const Signer&) = delete;

    Transmission sign(const std::string& webhook_id, std::string_view body, const std::string& time) const;
    bool verify(const Transmission& sent, const std::string& webhook_id, std::string_view body) const;
    const std::string& certificate() const { return certificate_; }  ///< PEM

private:
    evp_pkey_st* key_ = nullptr;
    std::string certificate_;
};

class Webhooks {
public:
    /// `certificate_url` is what the messages name. Undelivered events of the book are sent once configured.
    Webhooks(Book& book, const Signer& signer, std::function<std::int64_t()> clock, std::string certificate_url);
    ~Webhooks();

    /// Where to deliver, as http://host:port/path on loopback, and the id that the shop registered. The nth retry comes
    /// `retry_ms` * 2^n after, at most a minute; the 25th failure is the last. Throws std::invalid_argument.
    void configure(const std::string& url, const std::string& webhook_id, int retry_ms);
    std::string webhook_id() const;

    /// Queues an event; `fault` may lose, duplicate, delay or reorder it.
    void send(const nlohmann::json& event, const std::optional<Fault>& fault);
    /// Events neither delivered nor given up, and deliveries made so far.
    nlohmann::json state() const;

private:
    struct Delivery {
        std::string event_id;
        std::string body;
        int failures = 0;
        bool held = false;  ///< until another event has overtaken it
    };
    struct Target {
        std::string host, port, path;
    };

    void work();
    bool deliver(const Target& target, const std::string& webhook_id, const std::string& body) const;
    void queue(Delivery delivery, std::chrono::milliseconds after);
    void release_held();

    Book& book_;
    const Signer& signer_;
    std::function<std::int64_t()> clock_;
    std::string certificate_url_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::multimap<std::chrono::steady_clock::time_point, Delivery> waiting_;
    std::optional<Target> target_;
    std::string webhook_id_;
    int retry_ms_ = 1000;
    std::int64_t delivered_ = 0;
    std::int64_t refused_ = 0;
    bool ending_ = false;
    std::thread worker_;
};

}  // namespace noren::simulators::paypal
