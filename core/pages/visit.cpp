#include "pages/visit.hpp"

#include <algorithm>

namespace noren::pages {

Visits::Visits(customers::Sessions& sessions, std::string name, bool is_secure,
               std::optional<std::chrono::seconds> kept_for)
    : sessions_(sessions),
      cookie_(is_secure ? "__Host-" + name : std::move(name)),
      is_secure_(is_secure),
      kept_for_(kept_for) {}

customers::Session Visits::session_of(const http::Request& request) {
    return sessions_.resume(request.cookie(cookie_));
}

void Visits::remember(http::Response& response, const customers::Session& session) const {
    if (!session.is_new) return;
    http::Cookie cookie;
    cookie.name = cookie_;
    cookie.value = session.token;
    cookie.max_age = kept_for_;
    cookie.secure = is_secure_;
    response.add_cookie(cookie);
}

bool Visits::is_ours(const http::Request& request, const http::Parameters& form,
                     const customers::Session& session) const {
    const auto site = request.field("Sec-Fetch-Site");
    if (site && *site != "same-origin" && *site != "none") return false;
    const auto origin = request.field("Origin");
    if (origin && *origin != request.origin()) return false;
    return sessions_.accepts(session, form.one("csrf").value_or(""));
}

std::string local_path(std::string_view wanted) {
    const bool is_local =
        wanted.size() <= 512 && wanted.substr(0, 1) == "/" && wanted.substr(0, 2) != "//" &&
        std::all_of(wanted.begin(), wanted.end(), [](char c) { return c > ' ' && c < 0x7f && c != '\\'; });
    return is_local ? std::string(wanted) : "/";
}

}  // namespace noren::pages
