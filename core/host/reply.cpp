#include "host/reply.hpp"

#include "host/fault.hpp"

namespace noren::host {

std::string_view to_string(FaultKind kind) {
    switch (kind) {
        case FaultKind::crashed: return "crashed";
        case FaultKind::timed_out: return "timed_out";
        case FaultKind::garbage: return "garbage";
        case FaultKind::flooded: return "flooded";
        case FaultKind::refused_by_queue: return "refused_by_queue";
        case FaultKind::quarantined: return "quarantined";
        case FaultKind::transport: return "transport";
        case FaultKind::unavailable: return "unavailable";
    }
    return "unknown";
}

Result<Reply, std::string> Reply::read(Bytes bytes) {
    if (bytes.empty()) return refuse(std::string("the reply is empty"));
    if (bytes.size() > most_reply_bytes) return refuse(std::string("the reply is larger than may be"));
    noren_fb::Verifier verifier(bytes.data(), bytes.size(), most_depth, most_tables);
    if (!verifier.VerifyBuffer<wire::Reply>(nullptr)) {
        return refuse("the reply of " + std::to_string(bytes.size()) + " bytes is no well-formed noren.wire.Reply");
    }
    return Reply(std::move(bytes));
}

std::vector<std::uint8_t> encode(const wire::RequestT& request) {
    noren_fb::FlatBufferBuilder builder(2048);
    builder.Finish(wire::Request::Pack(builder, &request));
    return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

}  // namespace noren::host
