// The server's inside: connections and the loop that reads, frames and finishes writing. Only server.cpp and
// event_loop.cpp include this.
#pragma once

#include <Poco/Net/PollSet.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "http/framing.hpp"
#include "http/server.hpp"

namespace noren::http {

using SteadyTime = std::chrono::steady_clock::time_point;

/// An answer on its way: its bytes, and how many of them the kernel has taken.
struct Outgoing {
    std::string head;
    std::shared_ptr<const std::string> body;
    std::size_t sent = 0;

    std::size_t size() const { return head.size() + (body ? body->size() : 0); }
    bool done() const { return sent == size(); }
};

enum class After : std::uint8_t { keep, close };

/// The bytes of `response`. A HEAD's answer names its length but has no body; 204 and 304 have neither.
Outgoing serialize(const Response& response, std::optional<Method> method, After after);

class EventLoop;

struct Connection {
    enum class State : std::uint8_t { reading, handling, writing, lingering };

    Connection(const Poco::Net::StreamSocket& accepted, EventLoop& its_loop, std::string peer_address, bool believed,
               const FramingLimits& limits)
        : socket(accepted), loop(its_loop), peer(std::move(peer_address)), trusted(believed), framer(limits) {}

    Poco::Net::StreamSocket socket;
    EventLoop& loop;
    const std::string peer;
    const bool trusted;

    std::mutex mutex;  // guards all below; taken before the PollSet's own
    State state = State::reading;
    RequestFramer framer;
    RequestFramer::Step phase = RequestFramer::Step::idle;
    Outgoing out;
    SteadyTime deadline;
    int polled = 0;      // the PollSet mode it is registered with; 0: not registered
    bool ended = false;  // the client sends no more
    bool dead = false;   // nothing more can be done; the loop closes it
    After after = After::keep;
};

using ConnectionPtr = std::shared_ptr<Connection>;

struct Job {
    ConnectionPtr connection;
    Request request;
    After after = After::close;
    SteadyTime arrived;
};

/// What a loop needs of its server.
struct LoopPort {
    const ServerSettings* settings = nullptr;
    std::function<bool(std::string_view peer)> trusts;
    std::function<Result<std::size_t, Refusal>(const Connection&, Request&)> admit;
    std::function<bool(Job&)> dispatch;
    /// Adds the headers that every answer has.
    std::function<void(Response&, const Request*)> complete;
    std::function<void(const Served&)> served;
    std::atomic<std::size_t>* open = nullptr;
    std::atomic<bool>* draining = nullptr;
};

class EventLoop {
public:
    EventLoop(const Poco::Net::ServerSocket& listener, LoopPort port);
    /// Runs until the server drains and every connection is done or the drain's time is over.
    void run();
    /// Hands a worker's answer to its client. Any thread. False: the client has gone.
    bool answer(Connection& connection, const Response& response, Method method, After after);

private:
    using Step = RequestFramer::Step;

    bool accept_waiting();
    void unlisten(std::chrono::milliseconds pause);
    void on_event(const ConnectionPtr& connection, int mode);
    void receive(Connection& connection);
    void drive(const ConnectionPtr& connection);
    bool read_request(const ConnectionPtr& connection);
    void begin_answer(Connection& connection, const Response& response, std::optional<Method> method, After after);
    void refuse_request(Connection& connection, const Refusal& refusal);
    void flush(Connection& connection);
    void wrote(Connection& connection);
    void poll_for(Connection& connection, int mode);
    void sweep();
    void begin_drain();
    void close(Connection& connection);
    void close_all();

    Poco::Net::ServerSocket listener_;
    LoopPort port_;
    Poco::Net::PollSet poll_;
    std::unordered_map<Poco::Net::SocketImpl*, ConnectionPtr> connections_;
    std::string buffer_;
    bool listening_ = false;
    SteadyTime listen_again_;
    std::optional<SteadyTime> drain_since_;
};

}  // namespace noren::http
