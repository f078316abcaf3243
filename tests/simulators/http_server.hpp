// HTTP/1.1 for simulators: one thread, loopback only, fast enough to be left out of a benchmark's reckoning.
//
// A simulator has to misbehave on demand, so a Reply says not only what is answered but also when, and whether the
// answer arrives whole. Everything that one round of the loop changed can be made durable at once before any of its
// replies leaves (group commit).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace noren::simulators {

struct Request {
    std::string method;
    std::string path;   ///< as sent, without the query, at least "/"
    std::string query;  ///< without the question mark
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;

    /// The first header of this name (letter case ignored), or "".
    std::string_view header(std::string_view name) const;
};

/// The values of a form body or query, percent-decoded; "" when absent.
std::string form_value(std::string_view form, std::string_view name);

struct Reply {
    /// How the reply reaches the client: as it should, cut off in the middle with the connection closed, or never.
    enum class Wire { whole, cut, never };

    int status = 200;
    std::string body;
    std::string content_type = "application/json";
    std::vector<std::pair<std::string, std::string>> headers;
    std::chrono::milliseconds delay{0};
    Wire wire = Wire::whole;
};

class HttpServer {
public:
    using Handler = std::function<Reply(const Request&)>;

    /// Listens on 127.0.0.1:`port` (0: any free one). Throws std::system_error when it cannot. To be made before any
    /// thread: it blocks SIGTERM and SIGINT, which serve() waits for.
    explicit HttpServer(std::uint16_t port);
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    std::uint16_t port() const { return port_; }

    /// Answers requests, one after the other, until SIGTERM or SIGINT. `before_sending` runs once for all the replies
    /// of a round, before the first of them is sent. Bodies over 16 MiB and malformed requests get 400.
    void serve(const Handler& handler, const std::function<void()>& before_sending);

private:
    int listener_ = -1;
    std::uint16_t port_ = 0;
};

}  // namespace noren::simulators
