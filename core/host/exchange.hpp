// Exchange: calls of plugins that need a provider. The plugin answers NeedHttp; the host makes the exchange and calls
// again with it, until there is an answer. No provider is asked what the plugin's settings do not name, and no plugin
// sees a secret.
#pragma once

#include <noren/wire/message.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

#include "host/plugin.hpp"
#include "http/client.hpp"

namespace noren::host {

/// Makes exchanges. Any thread.
class HttpTransport {
public:
    virtual ~HttpTransport() = default;
    virtual Result<http::Exchange, http::FailedExchange> exchange(const http::OutgoingRequest& request) = 0;
};

/// By the outgoing client.
class ClientTransport final : public HttpTransport {
public:
    explicit ClientTransport(http::Client& client) : client_(client) {}
    Result<http::Exchange, http::FailedExchange> exchange(const http::OutgoingRequest& request) override {
        return client_.exchange(request);
    }

private:
    http::Client& client_;
};

/// Where exchanges are recorded, so that a crash resumes where it was. What it sees holds no secret: requests are the
/// plugin's own, before they are signed; fetching tokens is not told.
class ExchangeLog {
public:
    virtual ~ExchangeLog() = default;

    /// Before the exchange at `place` (from 0) is made. An exchange recorded earlier takes its place: then nothing is
    /// sent. For one that was begun earlier and has no end, and is not safe to repeat, record and give back NoReply.
    virtual std::optional<wire::HttpExchangeT> before(std::size_t place, const wire::HttpRequestT& request,
                                                      std::uint64_t digest) = 0;
    /// After it, whatever came of it.
    virtual void after(std::size_t place, const wire::HttpRequestT& request, const wire::HttpExchangeT& exchange) = 0;
};

/// Of one operation; a plugin that wants more is broken.
inline constexpr std::size_t most_exchanges = 8;
/// Of a provider's reply.
inline constexpr std::size_t most_exchange_bytes = 256UL * 1024;

struct ExchangeOptions {
    SteadyTime deadline;                              // of the whole
    std::chrono::milliseconds each_call{250};         // for the plugin
    std::chrono::milliseconds each_exchange{20'000};  // where the plugin names no time
    std::chrono::milliseconds pause{150};             // before an exchange is repeated; then twice that
};

/// Calls `method` with `request` and makes the exchanges that the plugin wants, after those that the request's context
/// holds already. The reply is an answer or an Error, never NeedHttp.
///
/// An exchange goes only to the addresses that the settings named by the manifest's `hosts` hold, and paths below them;
/// it carries the authorization that the plugin names, fetched where that is OAuth 2's and kept until it expires (once
/// more at a 401, which did nothing). It is repeated, twice at most, only where the plugin says that is safe, after
/// no_reply, not_sent, 502, 503 and 504. What a plugin may not ask is a fault of its (`garbage`). `timed_out` with the
/// words "for its exchanges" is the deadline's, not the plugin's: what was recorded stands, and the call may be
/// resumed.
Result<Reply, CallFault> call_with_http(Instance& instance, std::uint32_t method, wire::RequestT request,
                                        HttpTransport& transport, ExchangeLog& log, const ExchangeOptions& options);

}  // namespace noren::host
