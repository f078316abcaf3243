#include "http/router.hpp"

#include <array>
#include <optional>
#include <set>

#include "http/text.hpp"

namespace noren::http {
namespace {

constexpr std::size_t body_without_route = 64 * 1024;
using Allowed = std::array<std::optional<std::size_t>, 7>;  // by Method: an index into the routes

const Refusal unknown_host{421, "unknown_host", "this server has no site of that name"};

std::vector<std::string_view> segments_of(std::string_view pattern) {
    std::vector<std::string_view> segments;
    while (!pattern.empty() && pattern != "/") {
        pattern.remove_prefix(1);
        segments.push_back(pattern.substr(0, pattern.find('/')));
        pattern.remove_prefix(segments.back().size());
        if (pattern == "/") {
            segments.emplace_back();
            break;
        }
    }
    return segments;
}

bool is_parameter(std::string_view segment) {
    return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

std::string_view name_of(std::string_view segment) {
    return segment.substr(1, segment.size() - 2);
}

bool is_rest(std::string_view name) {
    return name.size() > 3 && name.substr(name.size() - 3) == "...";
}

bool any(const Allowed& allowed) {
    return std::any_of(allowed.begin(), allowed.end(), [](const auto& index) { return index.has_value(); });
}

std::string allow_line(const Allowed& allowed) {
    std::string line = "OPTIONS";
    for (std::size_t i = 0; i < allowed.size(); ++i) {
        const auto method = static_cast<Method>(i);
        const bool by_get = method == Method::head && allowed[static_cast<std::size_t>(Method::get)];
        if ((allowed[i] || by_get) && method != Method::options) line.append(", ").append(text_of(method));
    }
    return line;
}

}  // namespace

struct Router::Node {
    std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
    std::unique_ptr<Node> parameter;
    Allowed here;
    Allowed rest;

    const Allowed* find(std::span<const std::string> segments) const {
        if (segments.empty()) return any(here) ? &here : nullptr;
        if (const auto literal = literals.find(segments.front()); literal != literals.end())
            if (const auto* found = literal->second->find(segments.subspan(1))) return found;
        if (segments.front().empty()) return nullptr;
        if (parameter)
            if (const auto* found = parameter->find(segments.subspan(1))) return found;
        return any(rest) ? &rest : nullptr;
    }
};

/// Where in the path a route's parameters stand.
struct Router::Shape {
    struct Parameter {
        std::string name;
        std::size_t at;
        bool rest;
    };
    std::vector<Parameter> parameters;
    bool holds_token = false;
};

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

std::vector<std::string> Router::parameters_of(std::string_view pattern) {
    std::vector<std::string> names;
    for (const auto segment : segments_of(pattern)) {
        if (!is_parameter(segment)) continue;
        const auto name = name_of(segment);
        names.emplace_back(is_rest(name) ? name.substr(0, name.size() - 3) : name);
    }
    return names;
}

void Router::add(Route route) {
    const auto wrong = [&](const char* why) {
        return std::invalid_argument(std::string(text_of(route.method)) + " " + route.pattern + ": " + why);
    };
    if (!route.handler) throw wrong("a route needs a handler");
    if (route.pattern.empty() || route.pattern.front() != '/') throw wrong("a pattern begins with '/'");
    for (const auto& other : routes_)
        if (!route.operation.id.empty() && other.operation.id == route.operation.id)
            throw wrong("another operation has the same id");

    Shape shape;
    auto* node = root_.get();
    Allowed* allowed = nullptr;
    std::set<std::string_view> names;
    const auto segments = segments_of(route.pattern);
    for (std::size_t at = 0; at < segments.size(); ++at) {
        const auto segment = segments[at];
        if (!is_parameter(segment)) {
            if (segment.find_first_of("{}") != segment.npos) throw wrong("a parameter fills its whole segment");
            auto& next = node->literals[std::string(segment)];
            if (!next) next = std::make_unique<Node>();
            node = next.get();
            continue;
        }
        auto name = name_of(segment);
        const bool rest = is_rest(name);
        if (rest) name.remove_suffix(3);
        if (rest && at + 1 != segments.size()) throw wrong("{name...} must be the last segment");
        if (!is_token(name) || !names.insert(name).second)
            throw wrong("a parameter's name is malformed or stands twice");
        shape.parameters.push_back({std::string(name), at, rest});
        shape.holds_token = shape.holds_token || name == "token";
        if (rest) {
            allowed = &node->rest;
        } else {
            if (!node->parameter) node->parameter = std::make_unique<Node>();
            node = node->parameter.get();
        }
    }
    if (!allowed) allowed = &node->here;
    auto& index = (*allowed)[static_cast<std::size_t>(route.method)];
    if (index) throw wrong("there is such a route already");
    index = routes_.size();
    routes_.push_back(std::move(route));
    shapes_.push_back(std::move(shape));
}

void Router::present_refusals(std::function<Response(const Request&, Response)> present) {
    present_ = std::move(present);
}

std::size_t Router::body_limit(const Request& request) const {
    const auto* allowed = root_->find(request.target.segments);
    if (!allowed) return body_without_route;
    const auto index = (*allowed)[static_cast<std::size_t>(request.method)];
    return index ? routes_[*index].max_body : body_without_route;
}

Response Router::handle(Request& request) const {
    const auto* allowed = root_->find(request.target.segments);
    const auto refuse = [&](Response response) { return present_ ? present_(request, std::move(response)) : response; };
    if (!allowed) return refuse(problem(404, "not_found", "Not Found", "there is nothing at this address"));

    auto index = (*allowed)[static_cast<std::size_t>(request.method)];
    if (!index && request.method == Method::head) index = (*allowed)[static_cast<std::size_t>(Method::get)];
    if (!index && request.method == Method::options) return Response(204).set_header("Allow", allow_line(*allowed));
    if (!index) {
        auto response = problem(405, "method_not_allowed", "Method Not Allowed", "this address knows other methods");
        return refuse(response.set_header("Allow", allow_line(*allowed)));
    }

    const auto& route = routes_[*index];
    const auto& shape = shapes_[*index];
    const auto& segments = request.target.segments;
    for (const auto& parameter : shape.parameters) {
        auto value = segments[parameter.at];
        for (auto at = parameter.at + 1; parameter.rest && at < segments.size(); ++at)
            value.append("/").append(segments[at]);
        request.path_parameters.add(parameter.name, std::move(value));
    }
    request.route = route.operation.id.empty() ? route.pattern : route.operation.id;
    if (shape.holds_token) request.path_shown = route.pattern;
    try {
        return route.handler(request);
    } catch (const BadRequest& bad) {
        return refuse(problem(bad.refusal()));
    }
}

HostTable::HostTable(Sites sites) : sites_(std::move(sites)) {}

void HostTable::replace(Sites sites) {
    std::lock_guard lock(mutex_);
    sites_.swap(sites);
}

std::shared_ptr<const Router> HostTable::site_of(const Request& request) const {
    std::lock_guard lock(mutex_);
    const auto found = sites_.find(request.host);
    return found == sites_.end() ? nullptr : found->second;
}

Result<std::size_t, Refusal> HostTable::admit(const Request& head) const {
    const auto site = site_of(head);
    if (!site) return refuse(unknown_host);
    return site->body_limit(head);
}

Response HostTable::handle(Request& request) const {
    const auto site = site_of(request);
    return site ? site->handle(request) : problem(unknown_host);
}

}  // namespace noren::http
