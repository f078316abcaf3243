// Requests: what the API reads, field by field, refusing what it does not know by name.
#pragma once

#include <nlohmann/json.hpp>

#include "customers/text_fields.hpp"
#include "http/message.hpp"
#include "storefront/storefront.hpp"

namespace noren::api {

/// An object's members, read by type. A member that is missing, of another type, or unknown is a 422 that names it.
class Members {
public:
    /// Throws http::BadRequest when the request's body is no JSON object.
    explicit Members(const http::Request& request);
    explicit Members(const nlohmann::json& object, std::string path = {});

    std::string text(const std::string& name);
    std::string text_or(const std::string& name, std::string otherwise);
    std::int64_t integer(const std::string& name);
    bool boolean_or(const std::string& name, bool otherwise);
    std::vector<std::string> texts(const std::string& name);
    /// Throws when a member was not read: it means nothing here.
    void end() const;

private:
    const nlohmann::json* find(const std::string& name);
    [[noreturn]] void refuse(const std::string& name, const std::string& expected) const;

    nlohmann::json object_;
    std::string path_;
    std::vector<std::string> read_;
};

/// 422 with every faulty field.
http::Response fields_problem(const std::vector<customers::FieldFault>& faults);

}  // namespace noren::api
