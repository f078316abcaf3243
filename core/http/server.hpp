// Server: accepts, frames, hands to worker threads, answers. No thread waits on a connection.
//
// Event loops (Poco's PollSet) read and frame; workers run the application and send. A slow, silent, greedy or broken
// client meets a deadline or a cap; a full queue answers 503 with Retry-After; a stop lets what was begun finish.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/framing.hpp"
#include "http/message.hpp"

namespace noren::http {

/// What a server serves. Both functions are called from several threads at once.
class Application {
public:
    virtual ~Application() = default;
    /// Asked when a head was read, before its body: the bytes of body that are taken, or a refusal. Quick: it runs on
    /// an event loop.
    virtual Result<std::size_t, Refusal> admit(const Request& head) const = 0;
    /// Answers. What it throws becomes a 500 (a BadRequest its own status) and is logged.
    virtual Response handle(Request& request) const = 0;
};

struct ServerSettings {
    std::string address = "127.0.0.1";  ///< An IP address to listen on.
    std::uint16_t port = 0;             ///< 0: one that is free; see Server::port().
    unsigned loops = 1;                 ///< Event loops, each with a listener of its own (SO_REUSEPORT).
    unsigned workers = 4;
    std::size_t queue = 512;         ///< Requests that may wait for a worker; more get 503.
    std::size_t connections = 8192;  ///< Open at once; more wait in the kernel's backlog.
    FramingLimits framing;
    std::chrono::milliseconds head{10'000};   ///< From a head's first byte to its end; later is 408.
    std::chrono::milliseconds body{30'000};   ///< From a head's end to the body's; later is 408.
    std::chrono::milliseconds idle{60'000};   ///< Between two requests.
    std::chrono::milliseconds write{30'000};  ///< For an answer, plus the time that it takes at the slowest rate,
    std::size_t slowest_bytes_per_second = 64 * 1024;  ///< which is this.
    std::chrono::milliseconds linger{
        1'000};                              ///< Reading on after an error's answer, so that it is not lost in a reset.
    std::chrono::milliseconds drain{8'000};  ///< For requests under way, when the server stops.
    std::vector<std::string> trusted_proxies;  ///< Addresses or blocks whose X-Forwarded-For, X-Forwarded-Proto and
                                               ///< X-Request-Id are believed. Host is always the one of the message.
};

/// A request that was answered, for logs and metrics. The views live as long as the call.
struct Served {
    const Request* request = nullptr;  ///< Null when its head was not understood.
    std::string_view peer;             ///< The client's address.
    int status = 0;
    std::size_t bytes = 0;                ///< Of the body sent.
    std::string_view refusal;             ///< The code of a refusal by the server itself; empty otherwise.
    std::chrono::microseconds elapsed{};  ///< From the last byte received to the answer handed to the kernel; queueing
                                          ///< included.
};

class Server {
public:
    /// Binds and listens, but accepts nothing yet. Throws std::runtime_error when the address cannot be had.
    /// `served` is called once for each answer, from several threads.
    Server(ServerSettings settings, const Application& application, std::function<void(const Served&)> served = {});
    /// Stops.
    ~Server();

    void start();
    /// Accepts no more, answers what was begun with `Connection: close`, at the latest after `drain`. Returns when all
    /// threads ended. A second call does nothing.
    void stop();
    std::uint16_t port() const;
    /// Connections open and requests waiting for a worker, now.
    std::size_t connections() const;
    std::size_t queued() const;

private:
    struct Core;
    std::unique_ptr<Core> core_;
};

}  // namespace noren::http
