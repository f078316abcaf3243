// Http: a provider is asked in straight-line code, though no thread ever waits for it.
//
// A method is a pure function of its request and the exchanges made so far. `http.post(...)` gives the recorded reply
// when there is one; otherwise it leaves the method, the host makes the exchange, and calls again with it. So a method
// runs from its start at each step: it must ask the same things in the same order, and keep nothing between calls.
#pragma once

#include <noren/views.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace noren {

/// What tells an HTTP request from another: FNV-1a, 64 bits, over each field's length (8 bytes, little-endian) and
/// bytes: method, url, every header's name and value, body, authorization. Host and plugin reckon it alike.
inline std::uint64_t digest_of(const wire::HttpRequest& request) {
    std::uint64_t hash = 0xcbf29ce484222325u;
    const auto byte = [&hash](std::uint8_t value) { hash = (hash ^ value) * 0x100000001b3u; };
    const auto field = [&byte](std::string_view value) {
        for (std::uint64_t size = value.size(), i = 0; i < 8; ++i, size >>= 8) byte(static_cast<std::uint8_t>(size));
        for (const char c : value) byte(static_cast<std::uint8_t>(c));
    };
    field(text(request.method()));
    field(text(request.url()));
    for (const auto* header : each(request.headers())) {
        field(text(header->name()));
        field(text(header->value()));
    }
    field(text(request.body()));
    field(text(request.authorization()));
    return hash;
}
/// The same of a request not yet packed.
inline std::uint64_t digest_of(const wire::HttpRequestT& request) {
    noren_fb::FlatBufferBuilder builder;
    builder.Finish(wire::CreateHttpRequest(builder, &request));
    return digest_of(*noren_fb::GetRoot<wire::HttpRequest>(builder.GetBufferPointer()));
}

/// A provider's reply, or why there is none. Views are valid until the method returns.
class HttpReply {
public:
    explicit HttpReply(const wire::HttpExchange& exchange) : exchange_(&exchange) {}

    /// The HTTP status; 0 when there was no reply.
    int status() const { return failed() ? 0 : exchange_->status(); }
    bool ok() const { return status() >= 200 && status() < 300; }
    bool failed() const { return exchange_->failure() != wire::HttpFailure::None; }
    /// Certain that the provider never saw the request. Otherwise a failed exchange may have had its effect.
    bool never_sent() const { return exchange_->failure() == wire::HttpFailure::NotSent; }
    std::string_view body() const { return text(exchange_->body()); }
    /// The first header of that name (case does not matter), or empty.
    std::string_view header(std::string_view name) const {
        for (const auto* header : each(exchange_->headers())) {
            if (same_name(text(header->name()), name)) return text(header->value());
        }
        return {};
    }

private:
    static bool same_name(std::string_view a, std::string_view b) {
        const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
        if (a.size() != b.size()) return false;
        for (std::size_t i = 0; i < a.size(); ++i) {
            if (lower(a[i]) != lower(b[i])) return false;
        }
        return true;
    }

    const wire::HttpExchange* exchange_;
};

/// What a request carries beside its address and body.
struct HttpOptions {
    std::vector<std::pair<std::string, std::string>> headers = {};
    /// One of the manifest's `authorizations`: the host adds the credentials, a plugin never holds them.
    std::string authorization = {};
    /// True when making the request twice has the effect of making it once (because it carries an idempotency key, for
    /// one): only then may the host repeat it by itself.
    bool repeat_is_safe = false;
    /// 0: the host's default.
    std::uint32_t timeout_ms = 0;
};

namespace detail {
/// Leaves a method for the exchange that it needs. No std::exception, so that a plugin's own handlers do not catch it.
struct Unwound {};
/// The method asked something else than it asked when it was called before.
struct Diverged {};
}  // namespace detail

class Http {
public:
    explicit Http(const wire::Context* context) : exchanges_(context ? context->exchanges() : nullptr) {}
    Http(const Http&) = delete;
    Http& operator=(const Http&) = delete;

    HttpReply get(std::string url, HttpOptions options = {}) {
        options.repeat_is_safe = true;
        return send("GET", std::move(url), {}, std::move(options));
    }
    HttpReply post(std::string url, std::string_view body, HttpOptions options = {}) {
        return send("POST", std::move(url), body, std::move(options));
    }
    HttpReply put(std::string url, std::string_view body, HttpOptions options = {}) {
        return send("PUT", std::move(url), body, std::move(options));
    }
    HttpReply patch(std::string url, std::string_view body, HttpOptions options = {}) {
        return send("PATCH", std::move(url), body, std::move(options));
    }
    HttpReply del(std::string url, HttpOptions options = {}) {
        return send("DELETE", std::move(url), {}, std::move(options));
    }

    /// The recorded reply to this request. Does not return when there is none yet: code after it runs at a later call.
    HttpReply send(std::string method, std::string url, std::string_view body, HttpOptions options) {
        needed_.method = std::move(method);
        needed_.url = std::move(url);
        needed_.headers.clear();
        for (auto& [name, value] : options.headers) {
            auto& header = needed_.headers.emplace_back();
            header.name = std::move(name);
            header.value = std::move(value);
        }
        needed_.body.assign(body.begin(), body.end());
        needed_.authorization = std::move(options.authorization);
        needed_.repeat_is_safe = options.repeat_is_safe;
        needed_.timeout_ms = options.timeout_ms;
        if (next_ == each(exchanges_).size()) {
            unwound_ = true;
            throw detail::Unwound{};
        }
        const auto* exchange = exchanges_->Get(next_++);
        if (exchange->request_digest() != digest_of(needed_)) throw detail::Diverged{};
        return HttpReply{*exchange};
    }

    /// For the boundary: the request that the method was left for.
    bool unwound() const { return unwound_; }
    const wire::HttpRequestT& needed() const { return needed_; }

private:
    const noren_fb::Vector<noren_fb::Offset<wire::HttpExchange>>* exchanges_;
    noren_fb::uoffset_t next_ = 0;
    bool unwound_ = false;
    wire::HttpRequestT needed_;
};

}  // namespace noren
