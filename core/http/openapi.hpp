// The OpenAPI 3.1 document of a router: what is routed is documented, because both are one table.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "http/router.hpp"

namespace noren::http {

struct DocumentInfo {
    std::string title = {};
    std::string version = {};
    std::string description = {};
    nlohmann::json schemas = nlohmann::json::object();  ///< components.schemas, for "$ref" in the routes' schemas.
    nlohmann::json security_schemes = nlohmann::json::object();  ///< components.securitySchemes.
};

/// Every route that has an operation id, with its parameters, body, answers and the problem+json of its refusals.
/// Throws std::invalid_argument where the document would be wrong: a security scheme or "$ref" that is not declared, a
/// path parameter described that the pattern lacks, an operation without an answer.
nlohmann::json openapi_document(const DocumentInfo& info, const Router& router);

}  // namespace noren::http
