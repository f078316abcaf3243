// Client: outgoing HTTP exchanges, for gateways and carriers.
//
// What matters is what is known when an exchange fails: `not_sent` is said only when no byte of the request was handed
// to the kernel, so that it may be made again; everything later is `no_reply`, and whether it took effect must be
// asked. Names are resolved once and the connection goes to an address that was checked; redirects are answers, not
// orders.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/address.hpp"
#include "http/message.hpp"

namespace noren::http {

/// An absolute http or https address, taken apart strictly: no user information, no odd spellings of IP addresses, no
/// fragment, no characters outside RFC 3986's.
struct Url {
    std::string scheme;  ///< "http" or "https".
    std::string host;    ///< Lower case; an IPv6 address without brackets.
    std::uint16_t port = 0;
    std::string target;  ///< Path and query; begins with '/'.

    /// The error says what is wrong.
    static Result<Url, std::string> parse(std::string_view text);
    /// "https://api.example:8443", the port left out where it is the scheme's own: what allow-lists hold.
    std::string origin() const;
    /// For the Host field.
    std::string authority() const;
};

struct OutgoingRequest {
    std::string method = "GET";
    std::string url;
    Fields fields = {};  ///< Host, Content-Length, Connection and Transfer-Encoding are the client's to write.
    std::string body = {};
    /// Origins that may be asked, as Url::origin() writes them. One that names an IP address or localhost permits just
    /// that though it is not public.
    std::vector<std::string> allowed_origins = {};
    /// True when making it twice has the effect of making it once: then a kept-alive connection that turns out to be
    /// stale is replaced and the request sent again, once.
    bool repeat_is_safe = false;
    std::chrono::milliseconds timeout{0};  ///< For the whole exchange; 0: the client's.
};

enum class ExchangeFailure : std::uint8_t {
    not_sent,   ///< Nothing of the request left this machine.
    no_reply,   ///< It may have arrived; there is no whole, well-formed reply.
    too_large,  ///< It arrived; the reply is larger than is taken.
};

std::string_view text_of(ExchangeFailure failure);

struct Exchange {
    int status = 0;
    Fields fields;
    std::string body;
};

struct FailedExchange {
    ExchangeFailure kind = ExchangeFailure::not_sent;
    std::string detail;  ///< For logs; holds no header, no body and no query.
};

struct ClientSettings {
    std::size_t reply_body_bytes = 1024 * 1024;
    std::size_t reply_head_bytes = 32 * 1024;
    std::size_t reply_fields = 100;
    std::chrono::milliseconds connect{5'000};
    std::chrono::milliseconds timeout{30'000};
    std::chrono::milliseconds idle{4'000};  ///< A kept-alive connection older than this is not used again.
    std::size_t idle_per_origin = 8;
    /// Origins whose names may lead to addresses that are not public (an intranet's gateway).
    std::vector<std::string> private_origins = {};
    /// A file of PEM certificates to trust in place of the system's.
    std::string trust_file = {};
    /// The addresses of a host name; empty: the system's resolver.
    std::function<std::vector<IpAddress>(const std::string& host)> resolve = {};
    std::string user_agent = "Noren";
};

/// Any thread. Blocks its caller until the reply is there or the time is over.
class Client {
public:
    /// Throws std::runtime_error when `trust_file` cannot be read.
    explicit Client(ClientSettings settings = {});
    ~Client();

    /// Makes an exchange. Never throws for what the other side does; a request that is malformed, not allowed or leads
    /// to an address that is not public comes back as not_sent, too. Plain http goes only to addresses that are not
    /// public.
    Result<Exchange, FailedExchange> exchange(const OutgoingRequest& request);
    /// Closes the kept-alive connections.
    void forget_connections();

private:
    struct Core;
    std::unique_ptr<Core> core_;
};

}  // namespace noren::http
