// Small questions about bytes that several files of this module ask.
#pragma once

#include <string>
#include <string_view>

namespace noren::http {

/// RFC 9110 token: at least one of letters, digits and !#$%&'*+-.^_`|~
bool is_token(std::string_view text);
/// Well-formed UTF-8: no overlong forms, no surrogates.
bool is_utf8(std::string_view text);
/// True when a byte below 0x20 other than a tab, or 0x7f, stands in it.
bool has_control(std::string_view text);
std::string lower_case(std::string_view text);
/// Without spaces and tabs at both ends.
std::string_view trimmed(std::string_view text);

/// Calls `each` with every trimmed, non-empty member of a comma-separated list.
template <class Each>
void for_each_member(std::string_view list, Each each) {
    while (!list.empty()) {
        const auto comma = list.find(',');
        if (const auto member = trimmed(list.substr(0, comma)); !member.empty()) each(member);
        list = comma == list.npos ? std::string_view() : list.substr(comma + 1);
    }
}

}  // namespace noren::http
