// Framing: where a request ends and the next begins, decided strictly and in one way (RFC 9112).
//
// The raw bytes of a head are checked before any parser may be lenient about them (line ends, controls, folding,
// sizes); Boost.Beast parses; then come the rules that it does not hold: exactly one Host, one decimal Content-Length
// or one `Transfer-Encoding: chunked` and never both, no chunk extensions, origin-form targets, known methods and
// expectations. No sockets: bytes in, requests out.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace noren::http {

struct FramingLimits {
    std::size_t head_bytes = 16 * 1024;   ///< Request line and fields; more is 431.
    std::size_t target_bytes = 8 * 1024;  ///< More is 414.
    std::size_t fields = 100;             ///< More is 431.
    std::size_t chunk_head_bytes = 4096;  ///< A chunk's size line, or all trailers; more is 400.
};

/// Decides over a head that is well framed: how many bytes of body are taken (more is 413), or a refusal.
/// It may complete the request (peer, scheme, id).
using Admission = std::function<Result<std::size_t, Refusal>(Request&)>;

class RequestFramer {
public:
    enum class Step {
        idle,      ///< Between messages, nothing read of the next.
        head,      ///< Part of a head was read.
        body,      ///< The head was admitted; the body is incomplete.
        complete,  ///< take() gives the request.
        refused,   ///< refusal() says why. Nothing more will be read from this connection.
    };

    explicit RequestFramer(const FramingLimits& limits);
    ~RequestFramer();
    RequestFramer(RequestFramer&&) noexcept;

    /// Adds received bytes behind those not used yet.
    void append(std::string_view bytes);
    /// Bytes received and not used yet.
    std::size_t buffered() const { return in_.size(); }
    /// Reads as far as the bytes go. `admit` is asked once for each message.
    Step advance(const Admission& admit);
    /// True once for each message whose client waits for "100 Continue" and has sent no body yet. After `body` only.
    bool owes_continue();
    /// True when the client allows the connection to be used again.
    bool keeps_alive() const { return keeps_alive_; }
    /// The complete request; the framer then stands at the next message.
    Request take();
    const Refusal& refusal() const { return refusal_; }
    /// What is known of the refused or unfinished request: complete once its head was admitted.
    const Request& request() const { return request_; }

private:
    struct Parser;
    Step refuse_with(Refusal refusal);
    Step read_head(const Admission& admit);
    Step read_body();
    /// The first fault of the raw bytes so far. Finds the head's end.
    std::optional<Refusal> scan();
    std::optional<Refusal> check_head(std::string_view head);
    std::optional<Refusal> check_fields();

    const FramingLimits* limits_;
    std::string in_;
    std::size_t scanned_ = 0;
    std::size_t line_start_ = 0;
    std::size_t head_end_ = 0;
    std::size_t body_wire_bytes_ = 0;
    std::size_t body_limit_ = 0;
    std::unique_ptr<Parser> parser_;
    Request request_;
    Refusal refusal_;
    Step step_ = Step::idle;
    bool keeps_alive_ = false;
    bool owes_continue_ = false;
};

}  // namespace noren::http
