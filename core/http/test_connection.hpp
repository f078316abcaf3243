// For this module's tests: bytes to and from a local port, and a server that remembers what it was asked.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "http/server.hpp"

namespace noren::http::testing {

using namespace std::chrono_literals;

class TestConnection {
public:
    explicit TestConnection(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const int on = 1;
        ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        connected_ = ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }
    ~TestConnection() { close(); }
    TestConnection(TestConnection&& other) noexcept
        : fd_(std::exchange(other.fd_, -1)), connected_(other.connected_), in_(std::move(other.in_)) {}
    TestConnection& operator=(TestConnection&&) = delete;

    bool connected() const { return connected_; }
    int fd() const { return fd_; }
    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }
    void end_sending() { ::shutdown(fd_, SHUT_WR); }
    void close() {
        if (fd_ >= 0) ::close(fd_);
        fd_ = -1;
    }
    /// Closes with a reset.
    void reset() {
        const linger at_once{1, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        close();
    }
    /// All bytes until the other side closes, or what came within `wait`.
    std::string read_to_end(std::chrono::milliseconds wait = 5s) {
        const auto until = std::chrono::steady_clock::now() + wait;
        while (receive(until)) {
        }
        return std::exchange(in_, {});
    }
    /// True when the other side has closed (nothing more will come).
    bool closed() const { return closed_; }
    /// One response: its head and the body that its Content-Length names. Empty when none came.
    std::string read_response(bool with_body = true, std::chrono::milliseconds wait = 5s) {
        const auto until = std::chrono::steady_clock::now() + wait;
        std::size_t head = 0;
        while ((head = in_.find("\r\n\r\n")) == std::string::npos)
            if (!receive(until)) return std::exchange(in_, {});
        std::size_t size = head + 4;
        if (const auto at = in_.find("Content-Length: "); with_body && at < head)
            size += std::stoul(in_.substr(at + 16));
        while (in_.size() < size)
            if (!receive(until)) break;
        auto response = in_.substr(0, size);
        in_.erase(0, size);
        return response;
    }

private:
    bool receive(std::chrono::steady_clock::time_point until) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
        pollfd wanted{fd_, POLLIN, 0};
        if (left.count() <= 0 || ::poll(&wanted, 1, static_cast<int>(left.count())) <= 0) return false;
        char bytes[16384];
        const auto got = ::recv(fd_, bytes, sizeof bytes, 0);
        if (got <= 0) {
            closed_ = true;
            return false;
        }
        in_.append(bytes, static_cast<std::size_t>(got));
        return true;
    }

    int fd_;
    bool connected_ = false;
    bool closed_ = false;
    std::string in_;
};

inline int status_of(std::string_view response) {
    return response.substr(0, 9) == "HTTP/1.1 " ? std::stoi(std::string(response.substr(9, 3))) : 0;
}

inline std::size_t count_of(std::string_view text, std::string_view part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != text.npos; at = text.find(part, at + part.size())) ++count;
    return count;
}

/// Answers "METHOD path body" and remembers it; knows the hosts shop.test and 127.0.0.1.
class Remembering final : public Application {
public:
    Result<std::size_t, Refusal> admit(const Request& head) const override {
        if (head.host != "shop.test" && head.host != "127.0.0.1")
            return refuse(Refusal{421, "unknown_host", "this server has no site of that name"});
        return 64 * 1024;
    }
    Response handle(Request& request) const override {
        auto line = std::string(text_of(request.method)) + " " + request.target.path + " " + request.body;
        {
            std::lock_guard lock(mutex_);
            seen_.push_back(line);
        }
        return text(200, std::move(line));
    }
    std::vector<std::string> take_seen() const {
        std::lock_guard lock(mutex_);
        return std::exchange(seen_, {});
    }

private:
    mutable std::mutex mutex_;
    mutable std::vector<std::string> seen_;
};

}  // namespace noren::http::testing
