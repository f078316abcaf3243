// Text of strangers: checked and tamed.
#pragma once

#include <string>
#include <string_view>

namespace noren::host {

/// Whether it is well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF).
bool is_utf8(std::string_view text);

/// As one line for a log: control characters, broken UTF-8 and line ends become `?`, cut at `most` bytes.
std::string tamed(std::string_view text, std::size_t most);

}  // namespace noren::host
