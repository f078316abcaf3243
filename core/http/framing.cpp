#include "http/framing.hpp"

#include <algorithm>
#include <array>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <limits>

#include "http/text.hpp"

namespace noren::http {
namespace {

namespace beast = boost::beast;
namespace bhttp = boost::beast::http;

Refusal malformed(std::string detail) {
    return Refusal{400, "malformed_request", std::move(detail)};
}

std::string_view view(beast::string_view text) {
    return {text.data(), text.size()};
}

/// Fields of which two lines would contradict each other.
constexpr std::array<std::string_view, 17> single_fields{"Authorization",   "Content-Encoding",
                                                         "Content-Length",  "Content-Location",
                                                         "Content-Type",    "Cookie",
                                                         "Expect",          "Host",
                                                         "If-None-Match",   "If-Match",
                                                         "Idempotency-Key", "Origin",
                                                         "Referer",         "Transfer-Encoding",
                                                         "User-Agent",      "X-Forwarded-Proto",
                                                         "X-Request-Id"};

/// reg-name, IPv4 or [IPv6], and a port if there is one; the host in lower case.
std::optional<std::string> host_of(std::string_view authority) {
    const auto colon = authority.find(':', authority.front() == '[' ? authority.find(']') : 0);
    const auto host = authority.substr(0, colon);
    if (colon != authority.npos) {
        const auto port = authority.substr(colon + 1);
        if (port.empty() || port.size() > 5 || port.find_first_not_of("0123456789") != port.npos) return std::nullopt;
    }
    if (host.empty() || host.size() > 255) return std::nullopt;
    auto lower = lower_case(host);
    const bool literal = host.front() == '[';
    if (literal && (host.back() != ']' || host.size() < 4)) return std::nullopt;
    const auto name = literal ? std::string_view(lower).substr(1, lower.size() - 2) : std::string_view(lower);
    const auto* allowed = literal ? "0123456789abcdef:." : "abcdefghijklmnopqrstuvwxyz0123456789-._";
    if (name.find_first_not_of(allowed) != name.npos) return std::nullopt;
    return lower;
}

}  // namespace

struct RequestFramer::Parser {
    bhttp::request_parser<bhttp::string_body> beast;
    std::function<void(std::uint64_t, beast::string_view, beast::error_code&)> on_chunk =
        [](std::uint64_t, beast::string_view extensions, beast::error_code& error) {
            if (!extensions.empty()) error = bhttp::error::bad_chunk_extension;
        };
};

RequestFramer::RequestFramer(const FramingLimits& limits) : limits_(&limits) {}
RequestFramer::~RequestFramer() = default;
RequestFramer::RequestFramer(RequestFramer&&) noexcept = default;

void RequestFramer::append(std::string_view bytes) {
    in_.append(bytes);
}

bool RequestFramer::owes_continue() {
    return std::exchange(owes_continue_, false);
}

RequestFramer::Step RequestFramer::refuse_with(Refusal refusal) {
    refusal_ = std::move(refusal);
    std::string().swap(in_);
    return step_ = Step::refused;
}

RequestFramer::Step RequestFramer::advance(const Admission& admit) {
    if (step_ == Step::idle || step_ == Step::head) return read_head(admit);
    if (step_ == Step::body) return read_body();
    return step_;
}

Request RequestFramer::take() {
    auto request = std::move(request_);
    request.body = std::move(parser_->beast.get().body());
    request_ = Request();
    parser_.reset();
    scanned_ = line_start_ = head_end_ = body_wire_bytes_ = 0;
    if (in_.empty()) std::string().swap(in_);  // an idle connection holds no buffer
    step_ = Step::idle;
    return request;
}

RequestFramer::Step RequestFramer::read_head(const Admission& admit) {
    if (step_ == Step::idle && in_.compare(0, 2, "\r\n") == 0) in_.erase(0, 2);  // RFC 9112 section 2.2
    if (in_.empty() || (step_ == Step::idle && in_ == "\r")) return step_;
    step_ = Step::head;
    if (auto fault = scan()) return refuse_with(*std::move(fault));
    if (head_end_ == 0) return step_;

    const auto head = std::string_view(in_).substr(0, head_end_);
    if (auto fault = check_head(head)) return refuse_with(*std::move(fault));

    parser_ = std::make_unique<Parser>();
    auto& parser = parser_->beast;
    parser.eager(false);
    parser.header_limit(static_cast<std::uint32_t>(limits_->head_bytes + 1));
    parser.body_limit(std::numeric_limits<std::uint64_t>::max());  // ours is not known yet
    beast::error_code error;
    try {
        const auto used = parser.put(boost::asio::buffer(head.data(), head.size()), error);
        if (error || used != head.size() || !parser.is_header_done())
            return refuse_with(malformed(error ? error.message() : "the head is malformed"));
    } catch (const std::exception&) {
        return refuse_with(malformed("the head is malformed"));
    }
    for (const auto& field : parser.get())  // now: trailers would be merged into them later
        request_.fields.add(std::string(view(field.name_string())), std::string(view(field.value())));
    if (auto fault = check_fields()) return refuse_with(*std::move(fault));

    auto admitted = admit(request_);
    if (!admitted) return refuse_with(std::move(admitted).error());
    body_limit_ = *admitted;
    if (const auto length = parser.content_length(); length && *length > body_limit_)
        return refuse_with(
            {413, "body_too_large", "at most " + std::to_string(body_limit_) + " bytes of body are taken"});
    parser.body_limit(body_limit_);
    parser.eager(true);
    if (parser.chunked()) parser.on_chunk_header(parser_->on_chunk);
    in_.erase(0, head_end_);
    owes_continue_ = request_.fields.has("Expect") && parser.get().version() == 11 && in_.empty() && !parser.is_done();
    step_ = Step::body;
    return read_body();
}

RequestFramer::Step RequestFramer::read_body() {
    auto& parser = parser_->beast;
    beast::error_code error;
    std::size_t at = 0;
    // A window of a chunk head's size: a longer one is never whole in it, however it arrives.
    const auto window = parser.chunked() ? limits_->chunk_head_bytes : in_.size();
    while (!parser.is_done() && at < in_.size() && !error) {
        try {
            const auto used =
                parser.put(boost::asio::buffer(in_.data() + at, std::min(window, in_.size() - at)), error);
            at += used;
            if (error == bhttp::error::need_more && used > 0) error = {};
        } catch (const std::exception&) {
            return refuse_with(malformed("the trailers are malformed or too long"));
        }
    }
    in_.erase(0, at);
    body_wire_bytes_ += at;
    if (error == bhttp::error::body_limit)
        return refuse_with(
            {413, "body_too_large", "at most " + std::to_string(body_limit_) + " bytes of body are taken"});
    if (error && error != bhttp::error::need_more) return refuse_with(malformed(error.message()));
    if (parser.is_done()) return step_ = Step::complete;
    if (in_.size() > limits_->chunk_head_bytes)
        return refuse_with(malformed("a chunk's head or the trailers are too long"));
    if (body_wire_bytes_ > 8 * body_limit_ + 65536)
        return refuse_with({413, "body_too_large", "the body's framing outweighs its content"});
    return step_;
}

std::optional<Refusal> RequestFramer::scan() {
    for (; scanned_ < in_.size(); ++scanned_) {
        if (scanned_ >= limits_->head_bytes)
            return line_start_ == 0 ? Refusal{414, "target_too_long", "the request target is too long"}
                                    : Refusal{431, "head_too_large", "the header fields are too large"};
        const auto byte = static_cast<unsigned char>(in_[scanned_]);
        const bool after_return = scanned_ > 0 && in_[scanned_ - 1] == '\r';
        if (after_return != (byte == '\n')) return malformed("lines must end in CR LF");
        if (byte == '\n') {
            const bool empty_line = scanned_ - line_start_ == 1;
            line_start_ = scanned_ + 1;
            if (!empty_line) continue;
            head_end_ = ++scanned_;
            return std::nullopt;
        }
        if ((byte < 0x20 && byte != '\t' && byte != '\r') || byte == 0x7f)
            return malformed("the head holds a control character");
        if (scanned_ == line_start_ && (byte == ' ' || byte == '\t'))
            return malformed("a line must not begin with a space: folded fields are not taken");
    }
    return std::nullopt;
}

std::optional<Refusal> RequestFramer::check_head(std::string_view head) {
    const auto line = head.substr(0, head.find('\r'));
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == line.npos || first == last || line.find('\t') != line.npos)
        return malformed("the request line must be: method, one space, target, one space, version");
    const auto method_token = line.substr(0, first);
    const auto target = line.substr(first + 1, last - first - 1);
    const auto version = line.substr(last + 1);
    if (!is_token(method_token)) return malformed("the method is malformed");
    if (version != "HTTP/1.1" && version != "HTTP/1.0") return malformed("the version must be HTTP/1.1 or HTTP/1.0");
    const auto method = method_named(method_token);
    if (!method) return Refusal{501, "method_not_implemented", "this method is not implemented"};
    if (target.size() > limits_->target_bytes) return Refusal{414, "target_too_long", "the request target is too long"};
    auto parsed = parse_target(target);
    if (!parsed) return parsed.error();
    request_.method = *method;
    request_.target = *std::move(parsed);
    request_.path_shown = request_.target.path;

    std::size_t fields = 0;
    for (auto rest = head.substr(line.size() + 2); rest.size() > 2; ++fields) {
        const auto field = rest.substr(0, rest.find('\r'));
        rest.remove_prefix(field.size() + 2);
        if (!is_token(field.substr(0, field.find(':'))) || field.find(':') == field.npos)
            return malformed("a field must be: name, colon, value");
    }
    if (fields > limits_->fields) return Refusal{431, "too_many_fields", "too many header fields"};
    return std::nullopt;
}

std::optional<Refusal> RequestFramer::check_fields() {
    const auto& message = parser_->beast.get();
    const bool old_version = message.version() == 10;
    for (const auto name : single_fields)
        if (request_.fields.all(name).size() > 1) return malformed(std::string(name) + " stands more than once");

    const auto authority = request_.fields.one("Host");
    if (!authority || authority->empty()) return malformed("there must be a Host");
    auto host = host_of(*authority);
    if (!host) return malformed("the Host is malformed");
    request_.host = *std::move(host);
    request_.authority = *authority;

    const auto coding = request_.fields.one("Transfer-Encoding");
    const auto length = request_.fields.one("Content-Length");
    if (coding && length) return malformed("Content-Length and Transfer-Encoding exclude each other");
    if (coding && old_version) return malformed("HTTP/1.0 has no Transfer-Encoding");
    if (coding && !same_ignoring_case(*coding, "chunked"))
        return Refusal{501, "transfer_coding_not_implemented", "the only transfer coding taken is 'chunked'"};
    if (length && (length->empty() || length->size() > 18 || length->find_first_not_of("0123456789") != length->npos))
        return malformed("Content-Length must be one decimal number");
    const bool brings_body =
        request_.method == Method::post || request_.method == Method::put || request_.method == Method::patch;
    if (old_version && brings_body && !length)
        return Refusal{411, "length_required", "HTTP/1.0 bodies need a Content-Length"};
    if (const auto expected = request_.fields.one("Expect"); expected && !same_ignoring_case(*expected, "100-continue"))
        return Refusal{417, "expectation_failed", "the only expectation met is 100-continue"};
    keeps_alive_ = !old_version && parser_->beast.keep_alive();
    return std::nullopt;
}

}  // namespace noren::http
