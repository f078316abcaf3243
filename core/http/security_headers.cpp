#include "http/security_headers.hpp"

#include <algorithm>

namespace noren::http {
namespace {

void append_origins(std::string& policy, const std::vector<std::string>& origins) {
    for (const auto& origin : origins) {
        const bool plain = std::all_of(origin.begin(), origin.end(), [](char c) {
            return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                   std::string_view(":/.-[]*").find(c) != std::string_view::npos;
        });
        if (origin.empty() || !plain) throw std::invalid_argument("not an origin: " + origin);
        policy.append(" ").append(origin);
    }
}

}  // namespace

std::string page_policy(const PageReach& reach) {
    std::string policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; manifest-src "
        "'self'; "
        "base-uri 'none'; object-src 'none'; frame-ancestors 'none'; img-src 'self' data:";
    append_origins(policy, reach.images);
    policy += "; form-action 'self'";
    append_origins(policy, reach.form_action);
    return policy;
}

void add_security_headers(Response& response, std::string_view scheme) {
    const auto type = response.headers().one("Content-Type").value_or("");
    static const std::string no_reach = page_policy({});
    const bool page = type.substr(0, 9) == "text/html";
    response.set_default_header("Content-Security-Policy",
                                page ? std::string_view(no_reach) : "default-src 'none'; frame-ancestors 'none'");
    response.set_default_header("X-Content-Type-Options", "nosniff");
    response.set_default_header("X-Frame-Options", "DENY");
    response.set_default_header("Referrer-Policy", "same-origin");
    response.set_default_header("Cross-Origin-Opener-Policy", "same-origin");
    response.set_default_header("Cross-Origin-Resource-Policy", "same-origin");
    response.set_default_header("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
    response.set_default_header("Cache-Control", "no-store");
    if (scheme == "https")
        response.set_default_header("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
}

}  // namespace noren::http
