// Router: one table of routes, from which requests are answered and the OpenAPI document is made.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.hpp"
#include "http/server.hpp"

namespace noren::http {

using Handler = std::function<Response(const Request&)>;

/// A parameter as the document shows it. Those of the pattern are there by themselves; name one here to say more.
struct ParameterDocument {
    std::string name = {};
    std::string in = "query";  ///< "query", "header" or "path".
    std::string description = {};
    bool required = false;
    nlohmann::json schema = {{"type", "string"}};
};

struct AnswerDocument {
    std::string description = {};
    nlohmann::json schema = nullptr;  ///< JSON Schema; null: no body.
    std::string media_type = "application/json";
};

/// What the OpenAPI document says of a route.
struct Operation {
    std::string id = {};  ///< camelCase, unique; empty: the route is not part of the document.
    std::string summary = {};
    std::string description = {};
    std::vector<std::string> tags = {};
    std::vector<std::string> security = {};  ///< Names of security schemes, each sufficient; none: open to everyone.
    std::vector<ParameterDocument> parameters = {};
    nlohmann::json request_schema = nullptr;  ///< JSON Schema of the body; null: the route takes none.
    std::string request_media_type = "application/json";
    std::map<int, AnswerDocument> answers = {};  ///< By status. Refusals (problem+json) need not be listed.
};

struct Route {
    Method method = Method::get;
    /// Segments that are text, `{name}` (one segment, not empty) or, last, `{name...}` (one or more). A text segment
    /// wins over a parameter. Where a parameter is called `token`, logs show the pattern in place of the path.
    std::string pattern = {};
    Handler handler = {};
    std::size_t max_body = 0;  ///< Bytes; more is 413.
    Operation operation = {};
};

/// Routes of one site. HEAD is answered by GET's handler (the server leaves the body out), OPTIONS by 204 with Allow,
/// another method by 405 with Allow, no route by 404; a BadRequest by its own status.
class Router {
public:
    Router();
    ~Router();
    Router(Router&&) noexcept;
    Router& operator=(Router&&) noexcept;

    /// Throws std::invalid_argument for a malformed pattern, a second route of the same method and shape, a second
    /// operation of the same id, or a route without a handler.
    void add(Route route);
    /// How the router's own refusals (problem+json) are shown: a site with pages may make them pages.
    void present_refusals(std::function<Response(const Request&, Response)> present);

    Response handle(Request& request) const;
    /// Bytes of body that the request's route takes; where there is no such route, enough to say so kindly.
    std::size_t body_limit(const Request& request) const;
    const std::vector<Route>& routes() const { return routes_; }

    /// The names of a pattern's parameters, in order.
    static std::vector<std::string> parameters_of(std::string_view pattern);

private:
    struct Node;
    struct Shape;

    std::vector<Route> routes_;
    std::vector<Shape> shapes_;
    std::unique_ptr<Node> root_;
    std::function<Response(const Request&, Response)> present_;
};

/// Sites by host name. A request for a name that is not in the table is refused with 421: there is no default.
class HostTable final : public Application {
public:
    /// Names in lower case, without ports; several may share a router.
    using Sites = std::map<std::string, std::shared_ptr<const Router>, std::less<>>;

    explicit HostTable(Sites sites);
    /// From now on these. Requests under way finish on the router that they began with. Any thread.
    void replace(Sites sites);

    Result<std::size_t, Refusal> admit(const Request& head) const override;
    Response handle(Request& request) const override;

private:
    std::shared_ptr<const Router> site_of(const Request& request) const;
    mutable std::mutex mutex_;
    Sites sites_;
};

}  // namespace noren::http
