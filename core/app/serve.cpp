#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <csignal>
#include <cstdio>
#include <thread>

#include "api/api.hpp"
#include "app/commands.hpp"
#include "app/opened.hpp"
#include "app/staff_desk.hpp"
#include "app/themes.hpp"
#include "http/access_log.hpp"
#include "http/metrics.hpp"
#include "http/router.hpp"
#include "pages/console_routes.hpp"
#include "pages/pictures.hpp"
#include "pages/shop_routes.hpp"

namespace noren::app {
namespace {

void set_up_logging(const settings::Value& logging) {
    auto logger = spdlog::stderr_color_mt("noren");
    logger->set_level(spdlog::level::from_str(logging.text("level")));
    logger->set_pattern(logging.text("format") == "json"
                            ? R"({"at":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","thread":%t,"message":"%v"})"
                            : "%Y-%m-%dT%H:%M:%S.%eZ %l %v",
                        spdlog::pattern_time_type::utc);
    spdlog::set_default_logger(std::move(logger));
}

http::ServerSettings server_settings(const settings::Value& server, std::optional<std::uint16_t> port) {
    const auto listen = server["listen"];
    const auto limits = server["limits"];
    http::ServerSettings out;
    out.address = listen.text("address");
    out.port = port.value_or(static_cast<std::uint16_t>(listen.integer("port")));
    const auto threads = static_cast<unsigned>(listen.integer("threads"));
    out.workers = threads != 0 ? threads : 2 * std::max(1u, std::thread::hardware_concurrency());
    out.queue = static_cast<std::size_t>(limits.integer("waiting_requests"));
    out.connections = static_cast<std::size_t>(limits.integer("connections"));
    const auto arrive = std::chrono::seconds(limits.span("request_timeout").count);
    out.head = out.body = arrive;
    out.trusted_proxies = server.texts("trusted_proxies");
    return out;
}

void add_plain(http::Router& router, const std::string& pattern, http::Handler handler) {
    http::Route route;
    route.pattern = pattern;
    route.handler = std::move(handler);
    router.add(std::move(route));
}

/// Whether the process lives, and whether it can serve: its books answer.
void add_health(http::Router& router, const std::vector<std::unique_ptr<storefront::Storefront>>& shops) {
    static const store::Sql ping("select 1");
    add_plain(router, "/healthz", [](const http::Request&) { return http::text(200, "ok\n"); });
    add_plain(router, "/readyz", [&shops](const http::Request&) {
        try {
            for (const auto& shop : shops) shop->books.read([](store::Transaction& tx) { tx.run(ping); });
        } catch (const store::Failure& failure) {
            spdlog::warn("not ready: {}", failure.what());
            return http::text(503, "the books do not answer\n");
        }
        return http::text(200, "ready\n");
    });
}

std::shared_ptr<http::Router> shop_router(Opened& opened, storefront::Storefront& shop) {
    auto router = std::make_shared<http::Router>();
    api::add_routes(*router, shop);
    api::add_webhooks(*router, shop);
    auto document = std::make_shared<const std::string>(api::openapi(*router, shop.identity));
    add_plain(*router, "/openapi.json", [document](const http::Request& request) {
        http::Response response;
        response.set_body(document, "application/json");
        return http::with_etag(request, std::move(response));
    });
    add_health(*router, opened.storefronts);
    pages::add_shop_routes(*router, shop, *opened.process->theme(*shop.effective));
    const std::filesystem::path media = opened.installation.server().value()["media"].text("folder");
    pages::add_media(*router, media / shop.identity.id);
    return router;
}

}  // namespace

int serve(const ServeOptions& options) {
    // Threads inherit the mask, so that only the wait below takes these signals.
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ending, nullptr);

    Opened opened(options.whereabouts, Gateways::open);
    const auto configuration = opened.installation.server().value();
    set_up_logging(configuration["logging"]);

    http::HostTable::Sites sites;
    std::vector<storefront::Storefront*> shops;
    for (const auto& shop : opened.storefronts) {
        const std::shared_ptr<const http::Router> router = shop_router(opened, *shop);
        for (const auto& host : shop->identity.hosts) sites[host] = router;
        shops.push_back(shop.get());
    }
    http::Metrics metrics;
    StaffDesk desk(*opened.process);
    const pages::Theme console_theme_files(console_theme(opened.installation.folder()), {"en"}, pages::console::face());
    auto console = std::make_shared<http::Router>();
    add_health(*console, opened.storefronts);
    add_plain(*console, "/metrics", [&metrics](const http::Request&) { return metrics.page(); });
    pages::add_console_routes(*console,
                              {desk.staff, desk.sessions, opened.process->core(),
                               [&opened] { return opened.process->host().health(); }, shops,
                               [&opened](const auto& storefront, const auto& plugin, const auto& instance) {
                                   return opened.process->lift_quarantine(storefront, plugin, instance);
                               }},
                              console_theme_files);
    for (const auto& host : configuration["listen"].texts("console_hosts")) sites[host] = console;

    const http::HostTable hosts(std::move(sites));
    http::Server server(server_settings(configuration, options.port), hosts, [&metrics](const http::Served& served) {
        metrics.count(served);
        http::log_access(served);
    });
    metrics.watch(server);
    for (auto* shop : shops) shop->start();
    server.start();
    std::printf("listening on %s:%u\n", configuration["listen"].text("address").c_str(), server.port());
    for (const auto* shop : shops)
        std::printf("%s at %s/\n", shop->identity.name.c_str(), shop->identity.public_url.c_str());
    std::fflush(stdout);

    int signal = 0;
    sigwait(&ending, &signal);
    spdlog::info("stopping");
    server.stop();
    metrics.forget_server();
    for (auto* shop : shops) shop->stop();
    return 0;
}

}  // namespace noren::app
