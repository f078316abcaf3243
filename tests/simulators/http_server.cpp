#include "http_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cerrno>
#include <charconv>
#include <map>
#include <memory>
#include <optional>
#include <system_error>

namespace noren::simulators {

namespace {

namespace beast_http = boost::beast::http;
using Steady = std::chrono::steady_clock;

constexpr std::size_t largest_body = 16 << 20;

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

int checked(int result, const char* what) {
    return result < 0 ? (fail(what), result) : result;
}

sigset_t signals_that_end() {
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    return ends;
}

struct Connection {
    explicit Connection(int socket) : fd(socket) { renew(); }
    ~Connection() { ::close(fd); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    void renew() {
        parser.emplace();
        parser->eager(true);
        parser->body_limit(largest_body);
        parser->header_limit(64 << 10);
    }

    int fd;
    std::string in;
    std::optional<beast_http::request_parser<beast_http::string_body>> parser;
    std::string out;
    bool answering = false;  // a request has been taken and its reply is not out yet
    bool close_after = false;
};

Request taken_from(Connection& connection) {
    auto message = connection.parser->release();
    Request request;
    request.method = std::string(message.method_string());
    const std::string target(message.target());
    const auto mark = target.find('?');
    request.path = target.substr(0, mark);
    if (mark != std::string::npos) request.query = target.substr(mark + 1);
    for (const auto& field : message) request.headers.emplace_back(field.name_string(), field.value());
    request.body = std::move(message.body());
    connection.close_after = !message.keep_alive();
    connection.renew();
    return request;
}

std::string on_the_wire(const Reply& reply, bool close) {
    std::string text = "HTTP/1.1 " + std::to_string(reply.status) + " " +
                       std::string(beast_http::obsolete_reason(static_cast<beast_http::status>(reply.status))) + "\r\n";
    for (const auto& [name, value] : reply.headers) text += name + ": " + value + "\r\n";
    if (reply.status != 204) {
        text +=
            "Content-Type: " + reply.content_type + "\r\nContent-Length: " + std::to_string(reply.body.size()) + "\r\n";
    }
    text += close ? "Connection: close\r\n\r\n" : "\r\n";
    const auto size = reply.wire == Reply::Wire::cut ? reply.body.size() / 2 : reply.body.size();
    return text.append(reply.body, 0, size);
}

class Loop {
public:
    Loop(int listener, const HttpServer::Handler& handler, const std::function<void()>& before_sending)
        : listener_(listener), handler_(handler), before_sending_(before_sending) {
        poll_ = checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
        const auto ends = signals_that_end();
        signals_ = checked(::signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK), "signalfd");
        watch(listener_, of_listener, EPOLLIN);
        watch(signals_, of_signals, EPOLLIN);
    }
    ~Loop() {
        ::close(signals_);
        ::close(poll_);
    }
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    void run() {
        std::array<epoll_event, 256> events{};
        for (;;) {
            const int count = ::epoll_wait(poll_, events.data(), events.size(), wait_ms());
            if (count < 0 && errno != EINTR) fail("epoll_wait");
            for (int i = 0; i < count; ++i) {
                const auto& event = events[static_cast<std::size_t>(i)];
                if (event.data.u64 == of_signals) return;
                if (event.data.u64 == of_listener) {
                    accept_all();
                } else if (const auto found = connections_.find(event.data.u64); found != connections_.end()) {
                    if (event.events & EPOLLOUT) ready_.push_back(event.data.u64);
                    if (event.events & (EPOLLIN | EPOLLHUP | EPOLLERR)) read_from(found->first, *found->second);
                }
            }
            while (!due_.empty() && due_.begin()->first <= Steady::now()) {
                ready_.push_back(due_.begin()->second);
                due_.erase(due_.begin());
            }
            send_ready();
        }
    }

private:
    static constexpr std::uint64_t of_listener = 0;
    static constexpr std::uint64_t of_signals = 1;

    void watch(int fd, std::uint64_t id, std::uint32_t what) {
        epoll_event event{};
        event.events = what;
        event.data.u64 = id;
        checked(::epoll_ctl(poll_, EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
    }

    int wait_ms() const {
        if (!ready_.empty()) return 0;
        if (due_.empty()) return -1;
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(due_.begin()->first - Steady::now());
        return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000));
    }

    void accept_all() {
        for (;;) {
            const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (fd < 0) return;
            const int on = 1;
            ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            const auto id = next_++;
            connections_.emplace(id, std::make_unique<Connection>(fd));
            watch(fd, id, EPOLLIN);
        }
    }

    void read_from(std::uint64_t id, Connection& connection) {
        std::array<char, 65536> chunk{};
        for (;;) {
            const auto size = ::recv(connection.fd, chunk.data(), chunk.size(), 0);
            if (size < 0 && errno == EAGAIN) break;
            if (size <= 0 || connection.in.size() > 2 * largest_body) {
                connections_.erase(id);
                return;
            }
            connection.in.append(chunk.data(), static_cast<std::size_t>(size));
            if (static_cast<std::size_t>(size) < chunk.size()) break;
        }
        take_request(id, connection);
    }

    void take_request(std::uint64_t id, Connection& connection) {
        if (connection.answering || connection.in.empty()) return;
        boost::system::error_code error;
        const auto used = connection.parser->put(boost::asio::buffer(connection.in), error);
        connection.in.erase(0, used);
        if (error == beast_http::error::need_more || (!error && !connection.parser->is_done())) return;

        connection.answering = true;
        Reply reply;
        if (error) {
            reply.status = 400;
            reply.content_type = "text/plain";
            connection.close_after = true;
        } else {
            reply = handler_(taken_from(connection));
        }
        if (reply.wire == Reply::Wire::never) return;
        if (reply.wire == Reply::Wire::cut) connection.close_after = true;
        connection.out = on_the_wire(reply, connection.close_after);
        if (reply.delay.count() > 0) {
            due_.emplace(Steady::now() + reply.delay, id);
        } else {
            ready_.push_back(id);
        }
    }

    void send_ready() {
        while (!ready_.empty()) {
            before_sending_();
            const auto round = std::exchange(ready_, {});
            for (const auto id : round) {
                const auto found = connections_.find(id);
                if (found != connections_.end()) send_to(id, *found->second);
            }
        }
    }

    void send_to(std::uint64_t id, Connection& connection) {
        while (!connection.out.empty()) {
            const auto size = ::send(connection.fd, connection.out.data(), connection.out.size(), MSG_NOSIGNAL);
            if (size < 0 && errno == EAGAIN) return want(id, connection, EPOLLIN | EPOLLOUT);
            if (size < 0) {
                connections_.erase(id);
                return;
            }
            connection.out.erase(0, static_cast<std::size_t>(size));
        }
        if (connection.close_after) {
            connections_.erase(id);
            return;
        }
        want(id, connection, EPOLLIN);
        connection.answering = false;
        take_request(id, connection);  // the next one may have come already
    }

    void want(std::uint64_t id, const Connection& connection, std::uint32_t what) {
        epoll_event event{};
        event.events = what;
        event.data.u64 = id;
        checked(::epoll_ctl(poll_, EPOLL_CTL_MOD, connection.fd, &event), "epoll_ctl");
    }

    int listener_;
    int poll_ = -1;
    int signals_ = -1;
    const HttpServer::Handler& handler_;
    const std::function<void()>& before_sending_;
    std::map<std::uint64_t, std::unique_ptr<Connection>> connections_;
    std::uint64_t next_ = 2;
    std::vector<std::uint64_t> ready_;
    std::multimap<Steady::time_point, std::uint64_t> due_;
};

}  // namespace

std::string_view Request::header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
        if (boost::beast::iequals({key.data(), key.size()}, {name.data(), name.size()})) return value;
    }
    return {};
}

std::string form_value(std::string_view form, std::string_view name) {
    while (!form.empty()) {
        auto pair = form.substr(0, form.find('&'));
        form.remove_prefix(std::min(form.size(), pair.size() + 1));
        const auto equals = pair.find('=');
        if (pair.substr(0, equals) != name || equals == std::string_view::npos) continue;
        std::string value;
        for (std::size_t i = equals + 1; i < pair.size(); ++i) {
            unsigned byte = 0;
            if (pair[i] == '%' && i + 2 < pair.size() &&
                std::from_chars(&pair[i + 1], &pair[i + 1] + 2, byte, 16).ptr == &pair[i + 1] + 2) {
                value += static_cast<char>(byte);
                i += 2;
            } else {
                value += pair[i] == '+' ? ' ' : pair[i];
            }
        }
        return value;
    }
    return {};
}

HttpServer::HttpServer(std::uint16_t port) {
    const auto ends = signals_that_end();  // before any thread is made, so that all of them leave these to serve()
    checked(::sigprocmask(SIG_BLOCK, &ends, nullptr), "sigprocmask");
    listener_ = checked(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket");
    const int on = 1;
    ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    checked(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size), "bind");
    checked(::listen(listener_, 1024), "listen");
    checked(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
    port_ = ntohs(address.sin_port);
}

HttpServer::~HttpServer() {
    ::close(listener_);
}

void HttpServer::serve(const Handler& handler, const std::function<void()>& before_sending) {
    Loop(listener_, handler, before_sending).run();
}

}  // namespace noren::simulators
