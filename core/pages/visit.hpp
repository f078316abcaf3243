// Visit: which session a browser's request belongs to, and whether a form that it posts was ours.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "customers/sessions.hpp"
#include "http/message.hpp"

namespace noren::pages {

/// One face's cookie. Any thread.
class Visits {
public:
    /// `is_secure`: the face is reached by https, so the cookie is called __Host-<name> and only ever sent there.
    /// `kept_for`: how long a browser keeps it; nothing: until it is closed.
    Visits(customers::Sessions& sessions, std::string name, bool is_secure,
           std::optional<std::chrono::seconds> kept_for);

    /// The session that the request's cookie names, or a new one.
    customers::Session session_of(const http::Request& request);

    /// Sets the cookie when the browser does not have it yet.
    void remember(http::Response& response, const customers::Session& session) const;

    /// Whether a posted form may be acted on: it carries this session's CSRF token, and the browser does not say that
    /// another site sent it (Origin, Sec-Fetch-Site).
    bool is_ours(const http::Request& request, const http::Parameters& form, const customers::Session& session) const;

private:
    customers::Sessions& sessions_;
    const std::string cookie_;
    const bool is_secure_;
    const std::optional<std::chrono::seconds> kept_for_;
};

/// Where to go after a log-in: `wanted` when it is a path of this site, else "/".
std::string local_path(std::string_view wanted);

}  // namespace noren::pages
