// One shopper's connection: HTTP/1.1, kept alive, blocking.
#pragma once

#include <cstdint>
#include <string>

namespace noren::bench {

struct Answer {
    int status = 0;  ///< 0: the connection failed
    std::string body;
};

class Connection {
public:
    /// `host` is an IPv4 address.
    Connection(std::string host, std::uint16_t port) : host_(std::move(host)), port_(port) {}
    ~Connection() { drop(); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Sends a whole request and waits up to a minute. A kept connection that turns out to be closed before a byte came
    /// back is made anew once.
    Answer exchange(const std::string& request);

    int reconnects() const { return reconnects_; }

private:
    bool open();
    void drop();
    Answer try_exchange(const std::string& request);

    std::string host_;
    std::uint16_t port_;
    int fd_ = -1;
    int reconnects_ = 0;
    std::string received_;
};

}  // namespace noren::bench
