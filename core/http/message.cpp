#include "http/message.hpp"

#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "http/text.hpp"

namespace noren::http {
namespace {

constexpr std::array<std::pair<Method, std::string_view>, 7> methods{{{Method::get, "GET"},
                                                                      {Method::head, "HEAD"},
                                                                      {Method::post, "POST"},
                                                                      {Method::put, "PUT"},
                                                                      {Method::patch, "PATCH"},
                                                                      {Method::delete_, "DELETE"},
                                                                      {Method::options, "OPTIONS"}}};
constexpr std::size_t most_query_parameters = 100;
constexpr std::size_t most_form_parameters = 200;
constexpr int deepest_json = 64;

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// `space`: what stands for a space beside %20 ('+' in queries and forms, '\0' in paths).
std::optional<std::string> percent_decoded(std::string_view text, char space) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '%') {
            if (text.size() - i < 3) return std::nullopt;
            const int high = hex_digit(text[i + 1]);
            const int low = hex_digit(text[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            c = static_cast<char>(high * 16 + low);
            i += 2;
        } else if (space != '\0' && c == space) {
            c = ' ';
        }
        if (c == '\0') return std::nullopt;
        decoded += c;
    }
    if (!is_utf8(decoded)) return std::nullopt;
    return decoded;
}

bool is_media_type(std::string_view content_type, std::string_view wanted) {
    return same_ignoring_case(trimmed(content_type.substr(0, content_type.find(';'))), wanted);
}

void refuse_encoded_body(const Request& request) {
    if (const auto encoding = request.field("Content-Encoding"); encoding && !same_ignoring_case(*encoding, "identity"))
        throw BadRequest({415, "unsupported_content_encoding", "the body must not be compressed"});
}

class DuplicateKeys {
public:
    using json = nlohmann::json;
    bool operator()(int depth, json::parse_event_t event, json& parsed) {
        const bool opens = event == json::parse_event_t::object_start || event == json::parse_event_t::array_start;
        if (opens && depth >= deepest_json) throw std::length_error("nested more than 64 deep");
        if (event == json::parse_event_t::object_start) open_.emplace_back();
        if (event == json::parse_event_t::object_end) open_.pop_back();
        if (event == json::parse_event_t::key && !open_.back().insert(parsed.get_ref<const std::string&>()).second)
            throw std::length_error("the same key stands twice in one object");
        return true;
    }

private:
    std::vector<std::set<std::string>> open_;
};

bool is_cookie_text(std::string_view text, std::string_view except) {
    return std::all_of(text.begin(), text.end(),
                       [&](char c) { return c > 0x20 && c < 0x7f && except.find(c) == except.npos; });
}

std::string_view strong_part(std::string_view tag) {
    return tag.substr(0, 2) == "W/" ? tag.substr(2) : tag;
}

}  // namespace

std::string_view text_of(Method method) {
    return methods[static_cast<std::size_t>(method)].second;
}

std::optional<Method> method_named(std::string_view token) {
    for (const auto& [method, name] : methods)
        if (name == token) return method;
    return std::nullopt;
}

bool same_ignoring_case(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [&](char x, char y) { return lower(x) == lower(y); });
}

Result<Parameters, Refusal> parse_form(std::string_view text, std::size_t most) {
    Parameters parameters;
    while (!text.empty()) {
        const auto pair = text.substr(0, text.find('&'));
        text.remove_prefix(std::min(pair.size() + 1, text.size()));
        if (pair.empty()) continue;
        const auto equals = pair.find('=');
        auto name = percent_decoded(pair.substr(0, equals), '+');
        auto value = percent_decoded(equals == pair.npos ? std::string_view() : pair.substr(equals + 1), '+');
        if (!name || !value)
            return refuse(Refusal{400, "malformed_parameter", "a parameter is not percent-encoded UTF-8"});
        if (parameters.size() == most) return refuse(Refusal{400, "too_many_parameters", "too many parameters"});
        parameters.add(std::move(*name), std::move(*value));
    }
    return parameters;
}

Result<Target, Refusal> parse_target(std::string_view target) {
    const auto malformed = [](const char* detail) { return refuse(Refusal{400, "malformed_target", detail}); };
    if (target.empty() || target.front() != '/') return malformed("the request target must begin with '/'");
    for (const unsigned char c : target)
        if (c <= 0x20 || c >= 0x7f || c == '#' || c == '\\')
            return malformed("the request target holds a forbidden character");

    const auto question = target.find('?');
    Target parsed;
    parsed.path = target.substr(0, question);
    std::string_view rest = parsed.path;
    while (parsed.path != "/" && !rest.empty()) {
        rest.remove_prefix(1);  // the slash before the segment
        const auto raw = rest.substr(0, rest.find('/'));
        rest.remove_prefix(raw.size());
        auto segment = percent_decoded(raw, '\0');
        if (!segment) return malformed("the path is not percent-encoded UTF-8");
        if (*segment == "." || *segment == "..") return malformed("the path holds a dot segment");
        if (has_control(*segment) || segment->find_first_of("/\\\t") != segment->npos)
            return malformed("the path holds an encoded slash, backslash or control character");
        parsed.segments.push_back(std::move(*segment));
    }
    if (question != target.npos) parsed.query = TRY(parse_form(target.substr(question + 1), most_query_parameters));
    return parsed;
}

const std::string& Request::parameter(std::string_view name) const {
    for (const auto& parameter : path_parameters)
        if (parameter.name == name) return parameter.value;
    throw std::logic_error("the route has no path parameter '" + std::string(name) + "'");
}

std::optional<std::string> Request::cookie(std::string_view name) const {
    std::optional<std::string> found;
    for (const auto line : fields.all("Cookie")) {
        for (auto rest = line; !rest.empty();) {
            const auto semicolon = rest.find(';');
            const auto pair = trimmed(rest.substr(0, semicolon));
            rest = semicolon == rest.npos ? std::string_view() : rest.substr(semicolon + 1);
            const auto equals = pair.find('=');
            if (equals == pair.npos || pair.substr(0, equals) != name) continue;
            if (found) return std::nullopt;
            found = std::string(pair.substr(equals + 1));
        }
    }
    return found;
}

Result<nlohmann::json, std::string> parse_json(std::string_view text) {
    try {
        return nlohmann::json::parse(text.begin(), text.end(), DuplicateKeys());
    } catch (const nlohmann::json::parse_error& error) {
        return refuse("malformed JSON at byte " + std::to_string(error.byte));
    } catch (const nlohmann::json::exception&) {
        return refuse(std::string("a number is out of range"));
    } catch (const std::length_error& error) {
        return refuse(std::string(error.what()));
    }
}

nlohmann::json json_body(const Request& request) {
    const auto type = request.field("Content-Type").value_or("");
    const auto name = trimmed(type.substr(0, type.find(';')));
    if (!is_media_type(type, "application/json") && !(name.size() > 5 && name.substr(name.size() - 5) == "+json"))
        throw BadRequest({415, "unsupported_media_type", "the body must be application/json"});
    refuse_encoded_body(request);
    auto value = parse_json(request.body);
    if (!value) throw BadRequest({400, "malformed_json", value.error()});
    return *std::move(value);
}

Parameters form_body(const Request& request) {
    if (!is_media_type(request.field("Content-Type").value_or(""), "application/x-www-form-urlencoded"))
        throw BadRequest({415, "unsupported_media_type", "the body must be application/x-www-form-urlencoded"});
    refuse_encoded_body(request);
    auto form = parse_form(request.body, most_form_parameters);
    if (!form) throw BadRequest(form.error());
    return *std::move(form);
}

Response& Response::set_header(std::string_view name, std::string_view value) {
    if (!is_token(name) || has_control(value) || value.find('\t') != value.npos)
        throw std::invalid_argument("a response header may hold no control character");
    for (const auto* own : {"Content-Length", "Connection", "Transfer-Encoding", "Date", "Set-Cookie"})
        if (same_ignoring_case(name, own))
            throw std::invalid_argument(std::string(own) + " is not for handlers to set");
    headers_.remove(name);
    headers_.add(std::string(name), std::string(trimmed(value)));
    return *this;
}

Response& Response::set_default_header(std::string_view name, std::string_view value) {
    return headers_.has(name) ? *this : set_header(name, value);
}

Response& Response::add_cookie(const Cookie& cookie) {
    const auto begins = [&](std::string_view prefix) { return cookie.name.compare(0, prefix.size(), prefix) == 0; };
    if (!is_token(cookie.name) || !is_cookie_text(cookie.value, "\",;\\") || cookie.path.empty() ||
        cookie.path.front() != '/' || !is_cookie_text(cookie.path, ";"))
        throw std::invalid_argument("a cookie's name, value or path holds a forbidden character");
    if (!cookie.secure && (cookie.same_site == SameSite::none || begins("__Host-") || begins("__Secure-")))
        throw std::invalid_argument("this cookie must be Secure");
    if (begins("__Host-") && cookie.path != "/") throw std::invalid_argument("a __Host- cookie has the path /");

    std::string line = cookie.name + "=" + cookie.value + "; Path=" + cookie.path;
    if (cookie.max_age) line += "; Max-Age=" + std::to_string(cookie.max_age->count());
    if (cookie.secure) line += "; Secure";
    if (cookie.http_only) line += "; HttpOnly";
    constexpr std::array<std::string_view, 3> same_site{"Strict", "Lax", "None"};
    line.append("; SameSite=").append(same_site[static_cast<std::size_t>(cookie.same_site)]);
    headers_.add("Set-Cookie", std::move(line));
    return *this;
}

Response& Response::set_body(std::string body, std::string_view content_type) {
    return set_body(std::make_shared<const std::string>(std::move(body)), content_type);
}

Response& Response::set_body(std::shared_ptr<const std::string> body, std::string_view content_type) {
    set_header("Content-Type", content_type);
    body_ = std::move(body);
    return *this;
}

Response& Response::drop_body() {
    body_.reset();
    return *this;
}

Response json(int status, const nlohmann::json& value) {
    return Response(status).set_body(value.dump(), "application/json");
}

Response html(int status, std::string page) {
    return Response(status).set_body(std::move(page), "text/html; charset=utf-8");
}

Response text(int status, std::string plain) {
    return Response(status).set_body(std::move(plain), "text/plain; charset=utf-8");
}

Response redirect(int status, std::string_view location) {
    const auto begins = [&](std::string_view prefix) { return location.substr(0, prefix.size()) == prefix; };
    const bool here = begins("/") && !begins("//");
    const bool visible = std::all_of(location.begin(), location.end(), [](char c) { return c > 0x20 && c < 0x7f; });
    if (!visible || location.find('\\') != location.npos || !(here || begins("https://") || begins("http://")))
        throw std::invalid_argument("not an address to redirect to");
    return Response(status).set_header("Location", location);
}

Response problem(int status, std::string_view code, std::string_view title, std::string_view detail,
                 const nlohmann::json& more) {
    nlohmann::json body = more.is_object() ? more : nlohmann::json::object();
    body["type"] = "urn:noren:problem:" + std::string(code);
    body["title"] = title;
    body["status"] = status;
    body["code"] = code;
    if (!detail.empty()) body["detail"] = detail;
    // What a client sent may be quoted in a detail: bytes that are not UTF-8 are replaced, not thrown over.
    return Response(status).set_body(body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace),
                                     "application/problem+json");
}

Response problem(int status, std::string_view code, std::string_view title, std::string_view detail) {
    return problem(status, code, title, detail, nlohmann::json::object());
}

Response problem(const Refusal& refusal) {
    return problem(refusal.status, refusal.code, reason_phrase(refusal.status), refusal.detail);
}

std::string etag_of(std::string_view bytes) {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
    std::string tag = "\"";
    for (std::size_t i = 0; i < 16; ++i) {
        tag += "0123456789abcdef"[digest[i] >> 4];
        tag += "0123456789abcdef"[digest[i] & 15];
    }
    return tag + "\"";
}

bool etag_listed(std::string_view list, std::string_view etag) {
    bool listed = trimmed(list) == "*";
    for_each_member(list, [&](std::string_view tag) { listed = listed || strong_part(tag) == strong_part(etag); });
    return listed;
}

Response with_etag(const Request& request, Response response) {
    const auto etag = etag_of(response.body());
    response.set_header("ETag", etag);
    const auto known = request.field("If-None-Match");
    const bool reads = request.method == Method::get || request.method == Method::head;
    if (response.status() != 200 || !reads || !known || !etag_listed(*known, etag)) return response;
    Response unchanged(304);
    for (const auto& header : response.headers())
        if (header.name != "Content-Type" && header.name != "Set-Cookie")
            unchanged.set_header(header.name, header.value);
    return unchanged;
}

}  // namespace noren::http
