// ShopRoutes: a storefront's pages as a browser asks for them. Works without scripts: every step is a link or a form.
//
// Forms are believed only with their session's CSRF token (403 otherwise); what is typed is stored as text or refused
// with its field named (422); an order is shown to the session or customer that placed it, and behind its signed link.
#pragma once

#include <string>
#include <string_view>

#include "http/router.hpp"
#include "pages/theme.hpp"
#include "storefront/storefront.hpp"

namespace noren::pages {

/// Adds the pages. The router's refusals become pages too, except below /api/ and /webhooks/. All three must outlive
/// the router.
void add_shop_routes(http::Router& router, storefront::Storefront& shop, const Theme& theme);

/// What shows an order to whoever has it: `?key=` of /orders/<number>, for the link in a mail. 64 hexadecimal digits.
std::string order_key(const customers::Key& key, std::string_view number);

}  // namespace noren::pages
