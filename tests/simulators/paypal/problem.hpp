// A request that PayPal refuses, in the shape that it refuses with.
#pragma once

#include <string>

namespace noren::simulators::paypal {

struct Problem {
    int status;         ///< HTTP's
    std::string issue;  ///< one of PayPal's issue codes
    std::string field;  ///< JSON pointer of what is wrong, or ""
    std::string value;  ///< what was found there
};

inline Problem invalid(std::string issue, std::string field, std::string value = {}) {
    return {400, std::move(issue), std::move(field), std::move(value)};
}
inline Problem unprocessable(std::string issue, std::string field = {}, std::string value = {}) {
    return {422, std::move(issue), std::move(field), std::move(value)};
}
inline Problem not_found(std::string field, std::string value) {
    return {404, "INVALID_RESOURCE_ID", std::move(field), std::move(value)};
}

}  // namespace noren::simulators::paypal
