#include "http/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <map>
#include <mutex>
#include <string_view>
#include <tuple>

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

    /// Compares labels that own their texts with labels that only show them.
    struct ByLabels {
        using is_transparent = void;
        bool operator()(const auto& one, const auto& other) const { return shown(one) < shown(other); }
        static std::tuple<std::string_view, std::string_view, int> shown(const auto& labels) { return labels; }
    };
    struct Series {
        prometheus::Counter* requests;
        prometheus::Histogram* durations;
    };

    /// Kept: to find a series by its labels costs the registry more than to count.
    Series of(std::string_view method, std::string_view route, int status) {
        const std::tuple key(method, route, status);
        const std::lock_guard lock(mutex);
        if (const auto found = series.find(key); found != series.end()) return found->second;
        const std::string its_method(method);
        const std::string its_route(route);
        const Series made{
            &requests.Add({{"method", its_method}, {"route", its_route}, {"status", std::to_string(status)}}),
            &durations.Add({{"route", its_route}}, seconds)};
        return series.emplace(std::tuple(its_method, its_route, status), made).first->second;
    }

    std::map<std::tuple<std::string, std::string, int>, Series, ByLabels> series;
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
    const std::string_view route = !request || request->route.empty() ? "none" : std::string_view(request->route);
    const std::string_view method = request ? text_of(request->method) : "none";
    const auto series = families_->of(method, route, served.status);
    series.requests->Increment();
    if (served.refusal.empty()) series.durations->Observe(static_cast<double>(served.elapsed.count()) / 1e6);
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
