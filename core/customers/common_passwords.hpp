// The passwords that are guessed first.
#pragma once

#include <string_view>

namespace noren::customers {

/// Whether `folded` (lower-case letters and digits only) is among the most guessed, is one character repeated, or is a
/// run such as 12345678 or abcdefgh.
bool is_common_password(std::string_view folded);

}  // namespace noren::customers
