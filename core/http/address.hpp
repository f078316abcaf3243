// IP addresses as numbers: ranges of proxies that are believed, and which addresses the public internet has.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace noren::http {

/// An IPv4 or IPv6 address; IPv4 is held as ::ffff:a.b.c.d.
class IpAddress {
public:
    /// Reads the strict forms only: four decimal numbers without leading zeros, or RFC 4291 without a zone.
    static std::optional<IpAddress> parse(std::string_view text);

    bool is_ipv4() const;
    /// True for addresses of the public unicast internet. False for unspecified, loopback, private, shared (100.64/10),
    /// link-local, multicast, documentation, benchmarking, reserved, and for IPv6 forms that wrap an IPv4 address
    /// (IANA special-purpose address registries).
    bool is_public() const;
    std::string text() const;

    const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
    friend bool operator==(const IpAddress& a, const IpAddress& b) { return a.bytes_ == b.bytes_; }

private:
    std::array<std::uint8_t, 16> bytes_{};
};

/// A block of addresses such as `10.0.0.0/8`, `fd00::/8` or `127.0.0.1`.
class AddressRange {
public:
    /// Throws std::invalid_argument when `text` is none.
    static AddressRange parse(std::string_view text);
    bool contains(const IpAddress& address) const;

private:
    IpAddress first_;
    unsigned bits_ = 128;
};

}  // namespace noren::http
