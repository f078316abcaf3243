#include "host/channel.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace noren::host {
namespace {

/// The most bytes a message of this kind may have; nothing for no kind.
std::optional<std::size_t> cap_of(Kind kind) {
    switch (kind) {
        case Kind::open:
        case Kind::call: return most_request_bytes;
        case Kind::close: return 0;
        case Kind::ready: return 64 * 1024;
        case Kind::unfit:
        case Kind::log: return 4 * 1024;
        case Kind::answered: return most_reply_bytes;
    }
    return std::nullopt;
}

}  // namespace

Result<void, ChannelEnd> Channel::wait(short event, SteadyTime deadline) const {
    pollfd polled{descriptor_, event, 0};
    for (;;) {
        const auto left =
            std::chrono::duration_cast<std::chrono::nanoseconds>(deadline - std::chrono::steady_clock::now());
        if (left.count() <= 0) return refuse(ChannelEnd::late);
        const timespec time{left.count() / 1'000'000'000, left.count() % 1'000'000'000};
        const int ready = ::ppoll(&polled, 1, deadline == SteadyTime::max() ? nullptr : &time, nullptr);
        if (ready > 0) return {};
        if (ready == 0) return refuse(ChannelEnd::late);
        if (errno != EINTR) return refuse(ChannelEnd::closed);
    }
}

Result<void, ChannelEnd> Channel::send(const Head& head, std::span<const std::uint8_t> bytes, SteadyTime deadline) {
    Packet packet{head, static_cast<std::uint32_t>(bytes.size()), 0};
    do {
        const auto part = bytes.subspan(packet.offset, std::min(packet_bytes, bytes.size() - packet.offset));
        std::array<iovec, 2> pieces{iovec{&packet, sizeof packet},
                                    iovec{const_cast<std::uint8_t*>(part.data()), part.size()}};
        msghdr message{};
        message.msg_iov = pieces.data();
        message.msg_iovlen = pieces.size();
        if (::sendmsg(descriptor_, &message, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0) {
            packet.offset += static_cast<std::uint32_t>(part.size());
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            TRY(wait(POLLOUT, deadline));
        } else if (errno != EINTR) {
            return refuse(ChannelEnd::closed);
        }
    } while (packet.offset < packet.size);
    return {};
}

Result<std::size_t, ChannelEnd> Channel::receive_packet(Packet& packet, std::span<std::uint8_t> into,
                                                        SteadyTime deadline) {
    std::array<iovec, 2> pieces{iovec{&packet, sizeof packet}, iovec{into.data(), into.size()}};
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = pieces.size();
    for (;;) {
        if (deadline != SteadyTime::max()) TRY(wait(POLLIN, deadline));
        const auto got = ::recvmsg(descriptor_, &message, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return refuse(ChannelEnd::closed);
        if ((message.msg_flags & MSG_TRUNC) != 0 || static_cast<std::size_t>(got) < sizeof packet) {
            return refuse(ChannelEnd::malformed);
        }
        return static_cast<std::size_t>(got) - sizeof packet;
    }
}

Result<Message, ChannelEnd> Channel::receive(SteadyTime deadline) {
    Packet first;
    const auto got = TRY(receive_packet(first, {scratch_.data(), scratch_.size()}, deadline));
    const auto cap = cap_of(first.head.kind);
    if (!cap || first.offset != 0) return refuse(ChannelEnd::malformed);
    if (first.size > *cap) return refuse(ChannelEnd::too_large);
    if (got != std::min<std::size_t>(packet_bytes, first.size)) return refuse(ChannelEnd::malformed);

    Message message{first.head, Bytes(first.size)};
    if (got > 0) std::memcpy(message.bytes.data(), scratch_.data(), got);
    for (std::size_t offset = got; offset < first.size;) {
        const auto part = std::min<std::size_t>(packet_bytes, first.size - offset);
        Packet next;
        if (TRY(receive_packet(next, {message.bytes.data() + offset, part}, deadline)) != part) {
            return refuse(ChannelEnd::malformed);
        }
        if (next.head.kind != first.head.kind || next.size != first.size || next.offset != offset) {
            return refuse(ChannelEnd::malformed);
        }
        offset += part;
    }
    return message;
}

}  // namespace noren::host
