#include "connection.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace noren::bench {

namespace http = boost::beast::http;

bool Connection::open() {
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    const timeval patience{60, 0};
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    ::inet_pton(AF_INET, host_.c_str(), &address.sin_addr);
    received_.clear();
    if (::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return true;
    drop();
    return false;
}

void Connection::drop() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
}

Answer Connection::exchange(const std::string& request) {
    const bool kept = fd_ >= 0;
    if (!kept && !open()) return {};
    auto answer = try_exchange(request);
    if (answer.status != 0 || !kept || !received_.empty()) return answer;
    ++reconnects_;
    return open() ? try_exchange(request) : Answer{};
}

Answer Connection::try_exchange(const std::string& request) {
    for (std::size_t sent = 0; sent < request.size();) {
        const auto size = ::send(fd_, request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
        if (size <= 0) return drop(), Answer{};
        sent += static_cast<std::size_t>(size);
    }
    http::response_parser<http::string_body> parser;
    parser.eager(true);
    parser.body_limit(64 << 20);
    std::array<char, 65536> chunk{};
    for (;;) {
        if (!received_.empty()) {
            boost::system::error_code error;
            received_.erase(0, parser.put(boost::asio::buffer(received_), error));
            if (error && error != http::error::need_more) return drop(), Answer{};
            if (parser.is_done()) break;
        }
        const auto size = ::recv(fd_, chunk.data(), chunk.size(), 0);
        if (size <= 0) return drop(), Answer{};
        received_.append(chunk.data(), static_cast<std::size_t>(size));
    }
    if (!parser.keep_alive()) drop();
    const auto status = static_cast<int>(parser.get().result_int());
    return {status, std::move(parser.release().body())};
}

}  // namespace noren::bench
