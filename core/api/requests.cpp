#include "api/requests.hpp"

#include <algorithm>

namespace noren::api {

using nlohmann::json;

Members::Members(const http::Request& request) : Members(http::json_body(request)) {}

Members::Members(const json& object, std::string path) : object_(object), path_(std::move(path)) {
    if (!object_.is_object()) throw http::BadRequest({422, "not_an_object", "A JSON object is expected."});
}

const json* Members::find(const std::string& name) {
    read_.push_back(name);
    const auto found = object_.find(name);
    return found == object_.end() ? nullptr : &*found;
}

void Members::refuse(const std::string& name, const std::string& expected) const {
    throw http::BadRequest({422, "invalid_member", "`" + path_ + name + "`: expected " + expected + "."});
}

std::string Members::text(const std::string& name) {
    const auto* value = find(name);
    if (value == nullptr || !value->is_string()) refuse(name, "a text");
    return value->get<std::string>();
}

std::string Members::text_or(const std::string& name, std::string otherwise) {
    const auto* value = find(name);
    if (value == nullptr || value->is_null()) return otherwise;
    if (!value->is_string()) refuse(name, "a text");
    return value->get<std::string>();
}

std::int64_t Members::integer(const std::string& name) {
    const auto* value = find(name);
    if (value == nullptr || !value->is_number_integer()) refuse(name, "an integer");
    if (value->is_number_unsigned() && value->get<std::uint64_t>() > INT64_MAX) refuse(name, "a smaller integer");
    return value->get<std::int64_t>();
}

bool Members::boolean_or(const std::string& name, bool otherwise) {
    const auto* value = find(name);
    if (value == nullptr) return otherwise;
    if (!value->is_boolean()) refuse(name, "true or false");
    return value->get<bool>();
}

std::vector<std::string> Members::texts(const std::string& name) {
    const auto* value = find(name);
    if (value == nullptr || !value->is_array()) refuse(name, "a list of texts");
    std::vector<std::string> out;
    for (const auto& item : *value) {
        if (!item.is_string()) refuse(name, "a list of texts");
        out.push_back(item.get<std::string>());
    }
    return out;
}

void Members::end() const {
    for (const auto& [name, value] : object_.items()) {
        if (std::find(read_.begin(), read_.end(), name) == read_.end()) refuse(name, "no such member");
    }
}

http::Response fields_problem(const std::vector<customers::FieldFault>& faults) {
    auto fields = json::array();
    for (const auto& fault : faults) fields.push_back({{"field", fault.field}, {"code", fault.code}});
    return http::problem(422, "invalid_fields", "Some fields cannot be taken", "See `fields`.",
                         {{"fields", std::move(fields)}});
}

}  // namespace noren::api
