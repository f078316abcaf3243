// API: a storefront's JSON interface under /api/v1, as one table of routes from which OpenAPI is made.
//
// A session is a bearer token that POST /api/v1/sessions gives. Amounts are integers of minor units. Refusals are
// problem+json with a stable `code`; those that a policy caused carry its reasons with the configuration's place.
#pragma once

#include "http/router.hpp"
#include "storefront/storefront.hpp"

namespace noren::api {

/// Adds the routes of the storefront's API. `shop` must outlive the router.
void add_routes(http::Router& router, storefront::Storefront& shop);

/// Adds the routes that providers call: POST /webhooks/{gateway}.
void add_webhooks(http::Router& router, storefront::Storefront& shop);

/// The OpenAPI 3.1 document of a router's routes.
std::string openapi(const http::Router& router, const storefront::Identity& identity);

}  // namespace noren::api
