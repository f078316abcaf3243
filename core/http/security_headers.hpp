// The headers that keep a browser from being turned against its user.
#pragma once

#include <string>
#include <vector>

#include "http/message.hpp"

namespace noren::http {

/// What a page may reach beside its own origin. Scripts and styles come from files of the own origin only; inline ones
/// are refused by the browser.
struct PageReach {
    std::vector<std::string> form_action = {};  ///< Origins that a form's answer may redirect to (a gateway's page).
    std::vector<std::string> images = {};       ///< Origins that images may come from.
};

/// The Content-Security-Policy of a page. Throws std::invalid_argument when an origin holds more than an origin does.
std::string page_policy(const PageReach& reach);

/// Adds what is not set yet: nosniff, Referrer-Policy, frame-ancestors 'none', Cross-Origin-Opener-Policy and
/// Cross-Origin-Resource-Policy, a Permissions-Policy without devices, Cache-Control: no-store, and a
/// Content-Security-Policy (`page_policy({})` for text/html, nothing at all for the rest). With `scheme` "https" also
/// Strict-Transport-Security of one year. The server does this to every answer.
void add_security_headers(Response& response, std::string_view scheme);

}  // namespace noren::http
