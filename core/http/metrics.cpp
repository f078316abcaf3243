#include "http/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <mutex>

namespace noren::http {
namespace {

// From a cached page to a provider that is waited for, in seconds.
const prometheus::Histogram::BucketBoundaries seconds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                      0.1,    0.25,  0.5,    1,     2.5,  10};

}  // namespace

struct Metrics::Families {
    explicit Families(prometheus::Registry& registry)
        : requests(prometheus::BuildCounter()
                       .Name("noren_http_requests_total")
                       .Help("Requests answered, by method, route and status.")
                       .Register(registry)),
          refusals(prometheus::BuildCounter()
                       .Name("noren_http_refusals_total")
                       .Help("Messages that the server refused before any handler ran, by code.")
                       .Register(registry)),
          durations(prometheus::BuildHistogram()
                        .Name("noren_http_request_seconds")
                        .Help("From a request's last byte to its answer, queueing included.")
                        .Register(registry)),
          connections(prometheus::BuildGauge()
                          .Name("noren_http_connections")
                          .Help("Connections open now.")
                          .Register(registry)
                          .Add({})),
          queued(prometheus::BuildGauge()
                     .Name("noren_http_queued_requests")
                     .Help("Requests that wait for a worker now.")
                     .Register(registry)
                     .Add({})) {}

    prometheus::Family<prometheus::Counter>& requests;
    prometheus::Family<prometheus::Counter>& refusals;
    prometheus::Family<prometheus::Histogram>& durations;
    prometheus::Gauge& connections;
    prometheus::Gauge& queued;
    std::mutex mutex;
    const Server* server = nullptr;
};

Metrics::Metrics()
    : registry_(std::make_shared<prometheus::Registry>()), families_(std::make_unique<Families>(*registry_)) {}
Metrics::~Metrics() = default;

void Metrics::count(const Served& served) {
    if (!served.refusal.empty()) families_->refusals.Add({{"code", std::string(served.refusal)}}).Increment();
    const auto* request = served.request;
    const auto route = !request || request->route.empty() ? std::string("none") : request->route;
    const auto method = request ? std::string(text_of(request->method)) : std::string("none");
    families_->requests.Add({{"method", method}, {"route", route}, {"status", std::to_string(served.status)}})
        .Increment();
    if (served.refusal.empty())
        families_->durations.Add({{"route", route}}, seconds)
            .Observe(static_cast<double>(served.elapsed.count()) / 1e6);
}

void Metrics::watch(const Server& server) {
    std::lock_guard lock(families_->mutex);
    families_->server = &server;
}

void Metrics::forget_server() {
    std::lock_guard lock(families_->mutex);
    families_->server = nullptr;
}

Response Metrics::page() const {
    {
        std::lock_guard lock(families_->mutex);
        if (const auto* server = families_->server) {
            families_->connections.Set(static_cast<double>(server->connections()));
            families_->queued.Set(static_cast<double>(server->queued()));
        }
    }
    return Response(200).set_body(prometheus::TextSerializer().Serialize(registry_->Collect()),
                                  "text/plain; version=0.0.4");
}

}  // namespace noren::http
