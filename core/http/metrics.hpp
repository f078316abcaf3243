// Metrics in Prometheus's text format.
#pragma once

#include <memory>
#include <string>

#include "http/message.hpp"
#include "http/server.hpp"

namespace prometheus {
class Registry;
}

namespace noren::http {

/// The process's metrics. Any thread. Labels hold route names, methods and codes only: their number is bounded, and no
/// customer can add one.
class Metrics {
public:
    Metrics();
    ~Metrics();

    /// Where other modules build families of their own (include <prometheus/...> there).
    prometheus::Registry& registry() { return *registry_; }
    /// Counts noren_http_requests_total{method,route,status}, noren_http_refusals_total{code} and observes
    /// noren_http_request_seconds{route}.
    void count(const Served& served);
    /// Shows a server's connections and waiting requests from now on, until it is forgotten: `server` must be by then.
    void watch(const Server& server);
    void forget_server();
    /// All metrics as text/plain; version=0.0.4.
    Response page() const;

private:
    struct Families;
    std::shared_ptr<prometheus::Registry> registry_;
    std::unique_ptr<Families> families_;
};

}  // namespace noren::http
