#include "http/address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <stdexcept>
#include <vector>

namespace noren::http {
namespace {

constexpr std::array<std::uint8_t, 12> ipv4_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

const std::vector<AddressRange>& special_ranges() {
    static const std::vector<AddressRange> ranges = [] {
        std::vector<AddressRange> found;
        for (auto text :
             {"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
              "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
              "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"})
            found.push_back(AddressRange::parse(text));
        return found;
    }();
    return ranges;
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
    std::array<char, INET6_ADDRSTRLEN> terminated{};
    if (text.empty() || text.size() >= terminated.size() || text.find('\0') != text.npos) return std::nullopt;
    std::copy(text.begin(), text.end(), terminated.begin());
    IpAddress address;
    if (text.find(':') != text.npos)
        return inet_pton(AF_INET6, terminated.data(), address.bytes_.data()) == 1 ? std::optional(address)
                                                                                  : std::nullopt;
    std::copy(ipv4_prefix.begin(), ipv4_prefix.end(), address.bytes_.begin());
    return inet_pton(AF_INET, terminated.data(), address.bytes_.data() + 12) == 1 ? std::optional(address)
                                                                                  : std::nullopt;
}

bool IpAddress::is_ipv4() const {
    return std::equal(ipv4_prefix.begin(), ipv4_prefix.end(), bytes_.begin());
}

bool IpAddress::is_public() const {
    const bool global_unicast = (bytes_[0] & 0xe0) == 0x20;  // 2000::/3, all that is given out of IPv6
    if (!is_ipv4() && !global_unicast) return false;
    return std::none_of(special_ranges().begin(), special_ranges().end(),
                        [&](const AddressRange& range) { return range.contains(*this); });
}

std::string IpAddress::text() const {
    std::array<char, INET6_ADDRSTRLEN> out{};
    const auto* written = is_ipv4() ? inet_ntop(AF_INET, bytes_.data() + 12, out.data(), out.size())
                                    : inet_ntop(AF_INET6, bytes_.data(), out.data(), out.size());
    return written ? written : "";
}

AddressRange AddressRange::parse(std::string_view text) {
    const auto bad = [&] { return std::invalid_argument("not a block of IP addresses: " + std::string(text)); };
    const auto slash = text.find('/');
    const auto address = IpAddress::parse(text.substr(0, slash));
    if (!address) throw bad();
    AddressRange range;
    range.first_ = *address;
    if (slash == text.npos) return range;

    const auto digits = text.substr(slash + 1);
    const unsigned most = address->is_ipv4() ? 32 : 128;
    unsigned bits = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    if (error != std::errc{} || end != digits.data() + digits.size() || bits > most) throw bad();
    range.bits_ = bits + (128 - most);
    return range;
}

bool AddressRange::contains(const IpAddress& address) const {
    const auto whole = bits_ / 8;
    if (!std::equal(first_.bytes().begin(), first_.bytes().begin() + whole, address.bytes().begin())) return false;
    const auto rest = bits_ % 8;
    if (rest == 0) return true;
    const auto mask = static_cast<std::uint8_t>(0xff << (8 - rest));
    return (first_.bytes()[whole] & mask) == (address.bytes()[whole] & mask);
}

}  // namespace noren::http
