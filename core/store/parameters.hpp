// What every parameter is held to before a database sees it, the same for both.
#pragma once

#include <span>
#include <string_view>

#include "store/store.hpp"

namespace noren::store {

/// Whether `text` is valid UTF-8 (no overlong forms, no surrogates) without NUL.
bool is_plain_utf8(std::string_view text);

/// Throws std::invalid_argument when a text is not plain UTF-8: SQLite would keep it, PostgreSQL refuse it or cut it.
void require_plain_texts(std::span<const Parameter> parameters);

}  // namespace noren::store
