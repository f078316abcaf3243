#include "http/openapi.hpp"

#include <algorithm>

#include "http/text.hpp"

namespace noren::http {
namespace {

using Json = nlohmann::json;

const Json& problem_schema() {
    static const Json schema = {
        {"type", "object"},
        {"description", "Problem details (RFC 9457). `code` is stable; further members depend on it."},
        {"properties",
         {{"type", {{"type", "string"}, {"format", "uri"}}},
          {"title", {{"type", "string"}}},
          {"status", {{"type", "integer"}, {"minimum", 400}, {"maximum", 599}}},
          {"code", {{"type", "string"}}},
          {"detail", {{"type", "string"}}}}},
        {"required", {"type", "title", "status", "code"}}};
    return schema;
}

Json content(const std::string& media_type, const Json& schema) {
    return {{media_type, {{"schema", schema}}}};
}

/// The pattern as OpenAPI writes it: `{name...}` is `{name}`.
std::string path_of(std::string pattern) {
    if (const auto dots = pattern.find("...}"); dots != pattern.npos) pattern.erase(dots, 3);
    return pattern;
}

Json parameter_of(const ParameterDocument& parameter) {
    Json shown = {{"name", parameter.name},
                  {"in", parameter.in},
                  {"required", parameter.required || parameter.in == "path"},
                  {"schema", parameter.schema}};
    if (!parameter.description.empty()) shown["description"] = parameter.description;
    return shown;
}

class Writer {
public:
    explicit Writer(const DocumentInfo& info) : info_(info) {}

    Json operation_of(const Route& route) {
        const auto& operation = route.operation;
        const auto wrong = [&](const std::string& why) { return std::invalid_argument(operation.id + ": " + why); };
        if (operation.answers.empty()) throw wrong("an operation needs an answer");

        Json shown = {{"operationId", operation.id}, {"summary", operation.summary}, {"responses", Json::object()}};
        if (!operation.description.empty()) shown["description"] = operation.description;
        if (!operation.tags.empty()) shown["tags"] = operation.tags;

        const auto names = Router::parameters_of(route.pattern);
        for (const auto& parameter : operation.parameters) {
            const bool in_pattern = std::find(names.begin(), names.end(), parameter.name) != names.end();
            if (parameter.in == "path" && !in_pattern) throw wrong("the pattern has no parameter " + parameter.name);
            shown["parameters"].push_back(parameter_of(parameter));
        }
        for (const auto& name : names) {
            const bool described = std::any_of(operation.parameters.begin(), operation.parameters.end(),
                                               [&](const auto& p) { return p.in == "path" && p.name == name; });
            if (!described) shown["parameters"].push_back(parameter_of({.name = name, .in = "path"}));
        }
        if (!operation.request_schema.is_null())
            shown["requestBody"] = {{"required", true},
                                    {"content", content(operation.request_media_type, operation.request_schema)}};

        for (const auto& [status, answer] : operation.answers) {
            Json response = {{"description", answer.description}};
            if (!answer.schema.is_null()) response["content"] = content(answer.media_type, answer.schema);
            shown["responses"][std::to_string(status)] = std::move(response);
        }
        shown["responses"]["default"] = {{"$ref", "#/components/responses/Problem"}};

        shown["security"] = Json::array();
        for (const auto& scheme : operation.security) {
            if (!info_.security_schemes.contains(scheme)) throw wrong("no security scheme is called " + scheme);
            shown["security"].push_back({{scheme, Json::array()}});
        }
        return shown;
    }

private:
    const DocumentInfo& info_;
};

void check_references(const Json& document, const Json& part) {
    if (part.is_object() && part.contains("$ref") && part["$ref"].is_string()) {
        const auto reference = part["$ref"].get<std::string>();
        if (reference.compare(0, 2, "#/") != 0 || !document.contains(Json::json_pointer(reference.substr(1))))
            throw std::invalid_argument("nothing is declared at " + reference);
    }
    for (const auto& inner : part)
        if (inner.is_structured()) check_references(document, inner);
}

}  // namespace

Json openapi_document(const DocumentInfo& info, const Router& router) {
    Json document = {{"openapi", "3.1.0"},
                     {"info", {{"title", info.title}, {"version", info.version}}},
                     {"paths", Json::object()},
                     {"components", {{"schemas", info.schemas}}}};
    if (!info.description.empty()) document["info"]["description"] = info.description;
    auto& components = document["components"];
    components["schemas"]["Problem"] = problem_schema();
    components["responses"]["Problem"] = {
        {"description", "Refused or failed: the status says which, `code` why."},
        {"content", content("application/problem+json", {{"$ref", "#/components/schemas/Problem"}})}};
    if (!info.security_schemes.empty()) components["securitySchemes"] = info.security_schemes;

    Writer writer(info);
    for (const auto& route : router.routes())
        if (!route.operation.id.empty())
            document["paths"][path_of(route.pattern)][lower_case(text_of(route.method))] = writer.operation_of(route);
    check_references(document, document);
    return document;
}

}  // namespace noren::http
