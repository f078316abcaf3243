// Channel: messages between the server and a helper process, over a SOCK_SEQPACKET socket. Neither end believes the
// other: a message that breaks the form or the cap of its kind ends the conversation.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <span>

#include "host/reply.hpp"

namespace noren::host {

using SteadyTime = std::chrono::steady_clock::time_point;

enum class Kind : std::uint32_t {
    // from the server
    open = 1,   // settings of `instance`
    call = 2,   // a request to `instance`, of method `number`
    close = 3,  // `instance` is not needed any more
    // from the helper
    ready = 11,     // the plugin is loaded: its manifest
    unfit = 12,     // it cannot be: why
    answered = 13,  // to open and call: `number` is the code, `breach` what the plugin did, the bytes what it put
    log = 14        // one line of level `number`
};

struct Head {
    Kind kind = Kind::call;
    std::uint32_t instance = 0;
    std::uint32_t number = 0;
    std::uint32_t breach = 0;
};

struct Message {
    Head head;
    Bytes bytes;
};

enum class ChannelEnd : std::uint8_t {
    closed,     // the other end is gone
    late,       // the deadline passed
    malformed,  // what came is no message
    too_large   // what came announces more bytes than its kind may have
};

class Channel {
public:
    /// Speaks over `descriptor`, which stays its caller's.
    explicit Channel(int descriptor) : descriptor_(descriptor) {}

    /// Sends a message in as many packets as it needs.
    Result<void, ChannelEnd> send(const Head& head, std::span<const std::uint8_t> bytes, SteadyTime deadline);
    /// The next message.
    Result<Message, ChannelEnd> receive(SteadyTime deadline);

private:
    static constexpr std::size_t packet_bytes = 64UL * 1024;
    struct Packet {
        Head head;
        std::uint32_t size = 0;    // of the whole message
        std::uint32_t offset = 0;  // of this part
    };

    Result<std::size_t, ChannelEnd> receive_packet(Packet& packet, std::span<std::uint8_t> into, SteadyTime deadline);
    Result<void, ChannelEnd> wait(short event, SteadyTime deadline) const;

    int descriptor_;
    Bytes scratch_{packet_bytes};
};

}  // namespace noren::host
