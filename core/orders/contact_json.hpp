// How a contact is written as JSON, in an order's row and in a cart's.
#pragma once

#include <nlohmann/json.hpp>

#include "orders/orders.hpp"

namespace noren::orders {

inline void to_json(nlohmann::json& out, const Contact& contact) {
    out = {{"email", contact.email},      {"name", contact.name},     {"street", contact.street},
           {"city", contact.city},        {"region", contact.region}, {"postal_code", contact.postal_code},
           {"country", contact.country},  {"phone", contact.phone},   {"billing_country", contact.billing_country},
           {"is_hotel", contact.is_hotel}};
}

inline void from_json(const nlohmann::json& in, Contact& contact) {
    in.at("email").get_to(contact.email);
    in.at("name").get_to(contact.name);
    in.at("street").get_to(contact.street);
    in.at("city").get_to(contact.city);
    in.at("region").get_to(contact.region);
    in.at("postal_code").get_to(contact.postal_code);
    in.at("country").get_to(contact.country);
    in.at("phone").get_to(contact.phone);
    in.at("billing_country").get_to(contact.billing_country);
    in.at("is_hotel").get_to(contact.is_hotel);
}

}  // namespace noren::orders
