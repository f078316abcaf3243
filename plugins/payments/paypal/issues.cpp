#include "issues.hpp"

#include <string>

#include "paypal_data.hpp"

namespace noren::paypal {

Meaning meaning_of(std::string_view issue) {
    const std::string_view rows = data::issues_csv;
    const auto row = "\n" + std::string(issue) + ",";
    const auto found = issue.empty() ? std::string_view::npos : rows.find(row);
    if (found == std::string_view::npos) return Meaning::unclear;
    const auto begin = found + row.size();
    const auto word = rows.substr(begin, rows.find('\n', begin) - begin);
    if (word == "approve") return Meaning::approve;
    if (word == "ask") return Meaning::ask;
    if (word == "expired") return Meaning::expired;
    if (word == "payer") return Meaning::payer;
    if (word == "shop") return Meaning::shop;
    if (word == "request") return Meaning::request;
    return Meaning::unclear;
}

}  // namespace noren::paypal
