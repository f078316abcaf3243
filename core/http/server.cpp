#include "http/server.hpp"

#include <Poco/Net/NetException.h>
#include <spdlog/spdlog.h>

#include <csignal>
#include <thread>

#include "base/ids.hpp"
#include "http/address.hpp"
#include "http/compression.hpp"
#include "http/event_loop.hpp"
#include "http/security_headers.hpp"
#include "http/text.hpp"
#include "http/work_queue.hpp"

namespace noren::http {
namespace {

using Steady = std::chrono::steady_clock;

/// Unique in this process and, by its random start, between processes for all that logs care.
std::string next_request_id() {
    static std::atomic<std::uint64_t> counter = [] {
        SystemEntropy entropy;
        std::uint64_t start = 0;
        for (const auto byte : entropy.bytes<8>()) start = start << 8 | byte;
        return start;
    }();
    constexpr std::uint64_t odd = 0x9e3779b97f4a7c15;  // multiplying by an odd number repeats nothing
    return id_text(static_cast<std::int64_t>((counter.fetch_add(1) * odd) >> 1));
}

bool is_request_id(std::string_view text) {
    return text.size() >= 8 && text.size() <= 64 && is_token(text) && text.find_first_of("'`|^*!#$%&") == text.npos;
}

}  // namespace

struct Server::Core {
    Core(ServerSettings its_settings, const Application& its_application, std::function<void(const Served&)> hook)
        : settings(std::move(its_settings)),
          application(its_application),
          served(hook ? std::move(hook) : [](const Served&) {}),
          queue(settings.queue) {
        std::signal(SIGPIPE, SIG_IGN);  // Poco's own sends raise it
        for (const auto& proxy : settings.trusted_proxies) proxies.push_back(AddressRange::parse(proxy));
        listen();
    }

    void listen() {
        try {
            for (unsigned i = 0; i < std::max(1u, settings.loops); ++i) {
                Poco::Net::ServerSocket listener;
                listener.bind(Poco::Net::SocketAddress(settings.address, port), true, settings.loops > 1);
                listener.listen(1024);
                listener.setBlocking(false);
                port = listener.address().port();
                loops.push_back(std::make_unique<EventLoop>(listener, loop_port()));
            }
        } catch (const Poco::Exception& error) {
            throw std::runtime_error("cannot listen on " + settings.address + ":" + std::to_string(port) + ": " +
                                     error.displayText());
        }
    }

    LoopPort loop_port() {
        LoopPort to;
        to.settings = &settings;
        to.trusts = [this](std::string_view peer) { return trusts(peer); };
        to.admit = [this](const Connection& connection, Request& request) { return admit(connection, request); };
        to.dispatch = [this](Job& job) { return queue.try_push(job); };
        to.complete = [](Response& response, const Request* request) { complete(response, request); };
        to.served = served;
        to.open = &open;
        to.draining = &draining;
        return to;
    }

    bool trusts(std::string_view peer) const {
        const auto address = IpAddress::parse(peer);
        return address && std::any_of(proxies.begin(), proxies.end(),
                                      [&](const AddressRange& range) { return range.contains(*address); });
    }

    Result<std::size_t, Refusal> admit(const Connection& connection, Request& request) const {
        request.peer = connection.peer;
        if (connection.trusted) believe_proxy(request);
        if (request.id.empty()) request.id = next_request_id();
        return application.admit(request);
    }

    void believe_proxy(Request& request) const {
        std::vector<std::string_view> hops;
        for (const auto line : request.fields.all("X-Forwarded-For"))
            for_each_member(line, [&](std::string_view hop) { hops.push_back(hop); });
        // The last hop was written by the proxy that we believe; each before it by whoever the next one believed.
        for (auto hop = hops.rbegin(); hop != hops.rend() && IpAddress::parse(*hop); ++hop) {
            request.peer = *hop;
            if (!trusts(*hop)) break;
        }
        const auto scheme = request.fields.one("X-Forwarded-Proto");
        if (scheme && (*scheme == "http" || *scheme == "https")) request.scheme = *scheme;
        const auto id = request.fields.one("X-Request-Id");
        if (id && is_request_id(*id)) request.id = *id;
    }

    static void complete(Response& response, const Request* request) {
        add_security_headers(response, request ? std::string_view(request->scheme) : "http");
        if (request) response.set_header("X-Request-Id", request->id);
        if (request) compress(*request, response);
    }

    Response respond(Request& request) const {
        try {
            return application.handle(request);
        } catch (const BadRequest& bad) {
            return problem(bad.refusal());
        } catch (const std::exception& error) {
            spdlog::error("request {} failed: {}", request.id, error.what());
        } catch (...) {
            spdlog::error("request {} failed", request.id);
        }
        return problem(500, "internal_error", "Internal Server Error", "the request could not be answered");
    }

    void work() {
        while (auto job = queue.pop()) {
            auto& request = job->request;
            auto response = respond(request);
            complete(response, &request);
            job->connection->loop.answer(*job->connection, response, request.method, job->after);
            const auto elapsed = std::chrono::duration_cast<std::chrono::microseconds>(Steady::now() - job->arrived);
            served({&request, request.peer, response.status(), response.body().size(), {}, elapsed});
        }
    }

    void start() {
        if (!threads.empty()) return;
        for (auto& loop : loops) threads.emplace_back([&loop] { loop->run(); });
        for (unsigned i = 0; i < std::max(1u, settings.workers); ++i) workers.emplace_back([this] { work(); });
    }

    void stop() {
        draining = true;
        for (auto& thread : threads) thread.join();
        threads.clear();
        queue.close();
        for (auto& worker : workers) worker.join();
        workers.clear();
    }

    const ServerSettings settings;
    const Application& application;
    const std::function<void(const Served&)> served;
    std::vector<AddressRange> proxies;
    WorkQueue<Job> queue;
    std::atomic<std::size_t> open = 0;
    std::atomic<bool> draining = false;
    std::uint16_t port = settings.port;
    std::vector<std::unique_ptr<EventLoop>> loops;  // outlive the workers, whose connections refer to them
    std::vector<std::thread> threads;
    std::vector<std::thread> workers;
};

Server::Server(ServerSettings settings, const Application& application, std::function<void(const Served&)> served)
    : core_(std::make_unique<Core>(std::move(settings), application, std::move(served))) {}

Server::~Server() {
    stop();
}

void Server::start() {
    core_->start();
}
void Server::stop() {
    core_->stop();
}
std::uint16_t Server::port() const {
    return core_->port;
}
std::size_t Server::connections() const {
    return core_->open;
}
std::size_t Server::queued() const {
    return core_->queue.size();
}

}  // namespace noren::http
