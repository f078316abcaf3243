// Request and Response: what a handler is given and what it gives back. No sockets, no parser: both can be made by hand
// in a test.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace noren::http {

enum class Method : std::uint8_t { get, head, post, put, patch, delete_, options };

/// "GET" and so on.
std::string_view text_of(Method method);
/// Nothing for any other token; methods are case-sensitive (RFC 9110 section 9.1).
std::optional<Method> method_named(std::string_view token);

/// Why a message is not taken, before any handler runs: an HTTP status, a stable snake_case code, and a sentence.
struct Refusal {
    int status = 400;
    std::string code;
    std::string detail;
};

/// Thrown where a request turns out to be malformed; the router answers with its status and code as problem+json.
class BadRequest : public std::runtime_error {
public:
    explicit BadRequest(Refusal refusal) : std::runtime_error(refusal.detail), refusal_(std::move(refusal)) {}
    const Refusal& refusal() const { return refusal_; }

private:
    Refusal refusal_;
};

bool same_ignoring_case(std::string_view a, std::string_view b);

/// Names and values in their order; a name may stand several times.
struct NamedValue {
    std::string name;
    std::string value;
    friend bool operator==(const NamedValue&, const NamedValue&) = default;
};

template <bool (*same)(std::string_view, std::string_view)>
class ValueList {
public:
    void add(std::string name, std::string value) { values_.push_back({std::move(name), std::move(value)}); }
    /// Takes every value of `name` out.
    void remove(std::string_view name) {
        std::erase_if(values_, [&](const NamedValue& v) { return same(v.name, name); });
    }
    /// The value of `name`; nothing when it is absent. Throws BadRequest when it stands more than once.
    std::optional<std::string_view> one(std::string_view name) const {
        const NamedValue* found = nullptr;
        for (const auto& v : values_) {
            if (!same(v.name, name)) continue;
            if (found) throw BadRequest({400, "doubled_value", "'" + std::string(name) + "' stands more than once"});
            found = &v;
        }
        return found ? std::optional<std::string_view>(found->value) : std::nullopt;
    }
    /// Every value of `name`, in order.
    std::vector<std::string_view> all(std::string_view name) const {
        std::vector<std::string_view> found;
        for (const auto& v : values_)
            if (same(v.name, name)) found.push_back(v.value);
        return found;
    }
    bool has(std::string_view name) const {
        for (const auto& v : values_)
            if (same(v.name, name)) return true;
        return false;
    }
    std::size_t size() const { return values_.size(); }
    bool empty() const { return values_.empty(); }
    auto begin() const { return values_.begin(); }
    auto end() const { return values_.end(); }

private:
    std::vector<NamedValue> values_;
};

inline bool same_exactly(std::string_view a, std::string_view b) {
    return a == b;
}

/// Header fields: names are compared ignoring case.
using Fields = ValueList<same_ignoring_case>;
/// Query, form, path and cookie values: names are compared exactly.
using Parameters = ValueList<same_exactly>;

/// A request's address, taken apart and decoded.
struct Target {
    std::string path;                   ///< As received: begins with '/', without the query.
    std::vector<std::string> segments;  ///< Decoded; "/" has none, "/a/" has "a" and "".
    Parameters query;                   ///< Decoded; '+' is a space.
};

/// Takes a request target in origin form apart. Refused with 400: anything else, a `%` without two hex digits, decoded
/// bytes that are not UTF-8, NUL, and in the path also controls, backslashes, encoded slashes and dot segments; more
/// than 100 query parameters.
Result<Target, Refusal> parse_target(std::string_view target);

/// Decodes application/x-www-form-urlencoded text under the rules of a query, up to `most` parameters.
Result<Parameters, Refusal> parse_form(std::string_view text, std::size_t most);

struct Request {
    Method method = Method::get;
    Target target;
    Fields fields;
    std::string body;
    std::string host;             ///< Of the Host field: lower case, without a port.
    std::string authority;        ///< Of the Host field as received: host, and port if one was given.
    std::string scheme = "http";  ///< "http" or "https"; a believed proxy says which.
    std::string peer;             ///< The client's IP address, behind believed proxies.
    std::string id;               ///< Of this request, for logs and answers.
    Parameters path_parameters;   ///< Of the route's pattern; set by the router.
    std::string route;            ///< The route's operation id or pattern: a label with few values; set by the router.
    std::string path_shown;  ///< The path as logs may show it: a pattern where it holds a token; set by the router.

    /// A header field that may stand once. Throws BadRequest when it is doubled.
    std::optional<std::string_view> field(std::string_view name) const { return fields.one(name); }
    /// A parameter of the route's pattern; throws std::logic_error when the pattern has none of that name.
    const std::string& parameter(std::string_view name) const;
    /// A cookie's value; nothing when it is absent, or doubled (one of the two was not set by us).
    std::optional<std::string> cookie(std::string_view name) const;
    /// "https://shop.example:8443": what the browser asked.
    std::string origin() const { return scheme + "://" + authority; }
};

/// The body as JSON: Content-Type must be application/json (or end in +json; else 415), the text strict (400).
/// Throws BadRequest.
nlohmann::json json_body(const Request& request);
/// The body as a form of up to 200 parameters: Content-Type must be application/x-www-form-urlencoded. Throws
/// BadRequest.
Parameters form_body(const Request& request);
/// Strict JSON: UTF-8, no duplicate keys, at most 64 levels. The error is a sentence that quotes nothing secret.
Result<nlohmann::json, std::string> parse_json(std::string_view text);

enum class SameSite : std::uint8_t { strict, lax, none };

struct Cookie {
    std::string name;
    std::string value;
    std::optional<std::chrono::seconds> max_age = {};  ///< Absent: until the browser closes. Zero: delete it.
    std::string path = "/";
    SameSite same_site = SameSite::lax;
    bool secure = true;
    bool http_only = true;
};

/// An answer. Whatever would let a value escape its header line is refused by an exception, so a handler that passes on
/// what it was sent can fail but not split a response.
class Response {
public:
    explicit Response(int status = 200) : status_(status) {}

    int status() const { return status_; }
    const Fields& headers() const { return headers_; }
    std::string_view body() const { return body_ ? std::string_view(*body_) : std::string_view(); }
    std::shared_ptr<const std::string> shared_body() const { return body_; }

    /// Sets a header, in place of earlier ones of that name. Throws std::invalid_argument when `name` is no token, when
    /// `value` holds a control character, or for the headers that the server itself writes (Content-Length, Connection,
    /// Transfer-Encoding, Date) and Set-Cookie.
    Response& set_header(std::string_view name, std::string_view value);
    /// Sets it only where it is not set yet.
    Response& set_default_header(std::string_view name, std::string_view value);
    /// Adds a Set-Cookie line. Throws std::invalid_argument for a name that is no token, a value or path outside RFC
    /// 6265's characters, SameSite=None without Secure, and `__Host-` or `__Secure-` names that break their promise.
    Response& add_cookie(const Cookie& cookie);
    Response& set_body(std::string body, std::string_view content_type);
    /// The same bytes for many answers, without a copy.
    Response& set_body(std::shared_ptr<const std::string> body, std::string_view content_type);
    Response& drop_body();

private:
    int status_;
    Fields headers_;
    std::shared_ptr<const std::string> body_;
};

Response json(int status, const nlohmann::json& value);
/// text/html in UTF-8, with `page_policy({})` as its Content-Security-Policy.
Response html(int status, std::string page);
Response text(int status, std::string plain);
/// 303 for `see_other`, 307, 308, ... `location` is an absolute address or begins with a single '/'; anything else
/// throws std::invalid_argument, so that a handler cannot be talked into sending people elsewhere by `//elsewhere`.
Response redirect(int status, std::string_view location);

/// RFC 9457 problem details: {type: "urn:noren:problem:<code>", title, status, code, detail}, and `more`'s members.
Response problem(int status, std::string_view code, std::string_view title, std::string_view detail = {});
Response problem(int status, std::string_view code, std::string_view title, std::string_view detail,
                 const nlohmann::json& more);
Response problem(const Refusal& refusal);

/// "Not Found" for 404.
std::string_view reason_phrase(int status);

/// A strong entity tag of these bytes, quoted.
std::string etag_of(std::string_view bytes);
/// True when an If-None-Match or If-Match list holds `etag` or is `*` (weak tags match by their strong part).
bool etag_listed(std::string_view list, std::string_view etag);
/// Gives `response` its ETag, and turns it into a 304 without a body when the request's If-None-Match already has it.
Response with_etag(const Request& request, Response response);

}  // namespace noren::http
