#include "http/event_loop.hpp"

#include <Poco/Net/StreamSocketImpl.h>
#include <netinet/tcp.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <ctime>
#include <thread>

#include "http/address.hpp"

namespace noren::http {
namespace {

using namespace std::chrono_literals;
using Poco::Net::PollSet;
using Steady = std::chrono::steady_clock;
using State = Connection::State;

constexpr auto sweep_every = 250ms;
constexpr auto pause_when_full = 100ms;
constexpr auto drain_grace = 500ms;  // idle clients may be about to send: they are told to close by an answer
constexpr std::size_t most_read_ahead = 64 * 1024;
constexpr std::size_t read_size = 16 * 1024;
constexpr int most_accepts_at_once = 64;
constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";

bool would_block() {
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

/// RFC 9110's date, made once a second for each thread.
std::string_view date_line() {
    thread_local std::time_t made = 0;
    thread_local std::array<char, 48> line{};
    thread_local std::size_t size = 0;
    if (const auto now = std::time(nullptr); now != made) {
        made = now;
        std::tm parts{};
        gmtime_r(&now, &parts);
        size = std::strftime(line.data(), line.size(), "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
    }
    return {line.data(), size};
}

std::string text_of_peer(const sockaddr_storage& address) {
    const auto family = address.ss_family;
    const auto size = static_cast<poco_socklen_t>(family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in));
    const auto text = Poco::Net::SocketAddress(reinterpret_cast<const sockaddr*>(&address), size).host().toString();
    const auto plain = IpAddress::parse(text);  // ::ffff:a.b.c.d becomes a.b.c.d
    return plain ? plain->text() : text;
}

}  // namespace

Outgoing serialize(const Response& response, std::optional<Method> method, After after) {
    Outgoing out;
    out.head.reserve(512);
    const bool bodiless = response.status() == 204 || response.status() == 304;
    out.head.append("HTTP/1.1 ").append(std::to_string(response.status())).append(" ");
    out.head.append(reason_phrase(response.status())).append("\r\n").append(date_line());
    for (const auto& header : response.headers())
        out.head.append(header.name).append(": ").append(header.value).append("\r\n");
    if (!bodiless) out.head.append("Content-Length: ").append(std::to_string(response.body().size())).append("\r\n");
    if (after == After::close) out.head.append("Connection: close\r\n");
    out.head.append("\r\n");
    if (!bodiless && method != Method::head) out.body = response.shared_body();
    return out;
}

EventLoop::EventLoop(const Poco::Net::ServerSocket& listener, LoopPort port)
    : listener_(listener), port_(std::move(port)), buffer_(read_size, '\0') {}

void EventLoop::run() {
    poll_.add(listener_, PollSet::POLL_READ);
    listening_ = true;
    auto next_sweep = Steady::now() + sweep_every;
    for (;;) {
        if (!listening_ && connections_.empty()) std::this_thread::sleep_for(10ms);  // an empty PollSet does not wait
        for (const auto& [socket, mode] : poll_.poll(Poco::Timespan(0, 100'000))) {
            if (socket == listener_) {
                accept_waiting();
            } else if (const auto found = connections_.find(socket.impl()); found != connections_.end()) {
                on_event(ConnectionPtr(found->second), mode);
            }
        }
        const auto now = Steady::now();
        if (!listening_ && !drain_since_ && now >= listen_again_) {
            poll_.add(listener_, PollSet::POLL_READ);
            listening_ = true;
        }
        if (port_.draining->load() && !drain_since_) begin_drain();
        if (now >= next_sweep) {
            sweep();
            next_sweep = now + sweep_every;
        }
        if (drain_since_ && (connections_.empty() || now >= *drain_since_ + port_.settings->drain)) break;
    }
    close_all();
}

void EventLoop::unlisten(std::chrono::milliseconds pause) {
    if (listening_) poll_.remove(listener_);
    listening_ = false;
    listen_again_ = Steady::now() + pause;
}

/// True when more may be waiting.
bool EventLoop::accept_waiting() {
    for (int i = 0; i < most_accepts_at_once; ++i) {
        if (port_.open->load() >= port_.settings->connections) {
            unlisten(pause_when_full);
            return false;
        }
        sockaddr_storage address{};
        socklen_t size = sizeof address;
        const int fd = ::accept4(listener_.impl()->sockfd(), reinterpret_cast<sockaddr*>(&address), &size,
                                 SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
                spdlog::warn("no more connections can be accepted: {}", std::generic_category().message(errno));
                unlisten(pause_when_full);
            }
            return false;
        }
        const int on = 1;
        ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        Poco::Net::StreamSocket socket(new Poco::Net::StreamSocketImpl(fd));
        auto peer = text_of_peer(address);
        const bool trusted = port_.trusts(peer);
        auto connection =
            std::make_shared<Connection>(socket, *this, std::move(peer), trusted, port_.settings->framing);
        connection->deadline = Steady::now() + port_.settings->head;  // the first head may not be waited for so long
        poll_for(*connection, PollSet::POLL_READ);
        connections_.emplace(socket.impl(), std::move(connection));
        port_.open->fetch_add(1);
    }
    return true;
}

void EventLoop::on_event(const ConnectionPtr& connection, int mode) {
    std::lock_guard lock(connection->mutex);
    if ((mode & (PollSet::POLL_READ | PollSet::POLL_ERROR)) != 0 && connection->state != State::writing)
        receive(*connection);
    drive(connection);
    if (connection->dead) close(*connection);
}

void EventLoop::receive(Connection& connection) {
    const auto got = ::recv(connection.socket.impl()->sockfd(), buffer_.data(), buffer_.size(), 0);
    if (got < 0) {
        if (!would_block()) connection.dead = true;
        return;
    }
    if (got == 0) {
        connection.ended = true;
        if (connection.state == State::lingering) connection.dead = true;
        return;
    }
    if (connection.state == State::lingering) return;
    connection.framer.append(std::string_view(buffer_).substr(0, static_cast<std::size_t>(got)));
}

/// Takes a connection as far as it goes now. The lock is held.
void EventLoop::drive(const ConnectionPtr& connection) {
    auto& c = *connection;
    while (!c.dead) {
        if (c.state == State::writing) {
            flush(c);
            if (c.dead) return;
            if (!c.out.done()) return poll_for(c, PollSet::POLL_WRITE);
            wrote(c);
        } else if (c.state == State::reading) {
            if (read_request(connection)) continue;
            if (c.ended) c.dead = true;  // what was begun will never be complete
            return poll_for(c, c.dead ? 0 : PollSet::POLL_READ);
        } else if (c.state == State::handling) {
            // At its end a socket stays readable: while a worker has the request, the loop must not look at it.
            const bool deaf = c.ended || c.framer.buffered() > most_read_ahead;
            return poll_for(c, deaf ? 0 : PollSet::POLL_READ);
        } else {
            return;
        }
    }
}

/// True when a request went to a worker or an answer was begun.
bool EventLoop::read_request(const ConnectionPtr& connection) {
    auto& c = *connection;
    const auto step = c.framer.advance([&](Request& request) { return port_.admit(c, request); });
    if (step != c.phase) {
        const auto& settings = *port_.settings;
        if (step == Step::head) c.deadline = Steady::now() + settings.head;
        if (step == Step::body) c.deadline = Steady::now() + settings.body;
        c.phase = step;
    }
    if (step == Step::refused) {
        refuse_request(c, c.framer.refusal());
        return true;
    }
    if (step == Step::body && c.framer.owes_continue()) {
        const auto sent = ::send(c.socket.impl()->sockfd(), continue_line.data(), continue_line.size(), MSG_NOSIGNAL);
        if (sent != static_cast<ssize_t>(continue_line.size())) c.dead = true;
    }
    if (step != Step::complete) return false;

    Job job{connection, {}, c.framer.keeps_alive() ? After::keep : After::close, Steady::now()};
    job.request = c.framer.take();
    c.phase = Step::idle;
    c.state = State::handling;
    if (port_.dispatch(job)) return true;

    auto busy = problem(503, "overloaded", "Service Unavailable", "too many requests are waiting; try again soon");
    busy.set_header("Retry-After", "1");
    port_.complete(busy, &job.request);
    begin_answer(c, busy, job.request.method, job.after);
    port_.served({&job.request, c.peer, 503, busy.body().size(), "overloaded", {}});
    return true;
}

void EventLoop::refuse_request(Connection& connection, const Refusal& refusal) {
    const auto& request = connection.framer.request();
    const auto* known = request.id.empty() ? nullptr : &request;  // only an admitted head has an id
    auto response = problem(refusal);
    port_.complete(response, known);
    begin_answer(connection, response, known ? std::optional(known->method) : std::nullopt, After::close);
    port_.served({known, connection.peer, refusal.status, response.body().size(), refusal.code, {}});
}

void EventLoop::begin_answer(Connection& c, const Response& response, std::optional<Method> method, After after) {
    const bool last = after == After::close || port_.draining->load() || (c.ended && c.framer.buffered() == 0);
    c.after = last ? After::close : After::keep;
    c.out = serialize(response, method, c.after);
    c.state = State::writing;
    c.deadline =
        Steady::now() + port_.settings->write +
        std::chrono::seconds(c.out.size() / std::max<std::size_t>(1, port_.settings->slowest_bytes_per_second));
}

bool EventLoop::answer(Connection& c, const Response& response, Method method, After after) {
    std::lock_guard lock(c.mutex);
    if (c.dead) return false;
    begin_answer(c, response, method, after);
    flush(c);
    const bool nothing_left = !c.dead && c.out.done() && c.after == After::keep && c.framer.buffered() == 0 && !c.ended;
    if (nothing_left && c.polled == PollSet::POLL_READ) {
        wrote(c);
    } else {
        poll_for(c, PollSet::POLL_WRITE);  // wakes the loop, which finishes, reads on or closes
    }
    return !c.dead;
}

void EventLoop::flush(Connection& c) {
    while (!c.out.done()) {
        std::array<iovec, 2> parts{};
        std::size_t count = 0;
        auto skip = c.out.sent;
        const auto body = c.out.body ? std::string_view(*c.out.body) : std::string_view();
        for (const auto part : {std::string_view(c.out.head), body}) {
            const auto gone = std::min(skip, part.size());
            skip -= gone;
            if (gone < part.size()) parts[count++] = {const_cast<char*>(part.data()) + gone, part.size() - gone};
        }
        msghdr message{};
        message.msg_iov = parts.data();
        message.msg_iovlen = count;
        const auto sent = ::sendmsg(c.socket.impl()->sockfd(), &message, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0) {
            c.dead = !would_block();
            return;
        }
        c.out.sent += static_cast<std::size_t>(sent);
    }
}

void EventLoop::wrote(Connection& c) {
    c.out = Outgoing();
    if (c.after == After::keep) {
        c.state = State::reading;
        c.deadline = Steady::now() + port_.settings->idle;
        return;
    }
    if (c.ended) {
        c.dead = true;
        return;
    }
    ::shutdown(c.socket.impl()->sockfd(), SHUT_WR);
    c.state = State::lingering;
    c.deadline = Steady::now() + port_.settings->linger;
    poll_for(c, PollSet::POLL_READ);
}

void EventLoop::poll_for(Connection& c, int mode) {
    if (c.polled == mode) return;
    try {
        if (mode == 0) {
            poll_.remove(c.socket);
        } else if (c.polled == 0) {
            poll_.add(c.socket, mode);
        } else {
            poll_.update(c.socket, mode);
        }
        c.polled = mode;
    } catch (const Poco::Exception& error) {
        spdlog::error("a connection cannot be polled: {}", error.displayText());
        c.dead = true;  // the next sweep closes it
    }
}

void EventLoop::sweep() {
    const auto now = Steady::now();
    for (auto next = connections_.begin(); next != connections_.end();) {
        const auto connection = (next++)->second;
        std::lock_guard lock(connection->mutex);
        auto& c = *connection;
        const bool between_requests = c.state == State::reading && c.phase == Step::idle;
        const bool to_drain = drain_since_ && now >= *drain_since_ + drain_grace;
        const bool late = c.state != State::handling && now >= c.deadline;
        if (c.state == State::reading && !between_requests && late) {
            refuse_request(c, {408, "request_timeout", "the request did not arrive in time"});
            drive(connection);
        } else if (late || (between_requests && to_drain)) {
            c.dead = true;
        }
        if (c.dead) close(c);
    }
}

void EventLoop::begin_drain() {
    drain_since_ = Steady::now();
    while (listening_ && accept_waiting()) {
    }  // whoever is in the backlog was promised an answer
    unlisten(0ms);
    listener_.close();
}

void EventLoop::close(Connection& c) {
    c.dead = true;
    poll_for(c, 0);
    auto* key = c.socket.impl();
    c.socket.close();
    port_.open->fetch_sub(1);
    connections_.erase(key);
}

void EventLoop::close_all() {
    while (!connections_.empty()) {
        const auto connection = connections_.begin()->second;
        std::lock_guard lock(connection->mutex);
        close(*connection);
    }
    if (!drain_since_) listener_.close();
}

}  // namespace noren::http
