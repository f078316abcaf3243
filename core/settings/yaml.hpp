// Reads YAML, strictly: what a person could misread is refused, with file, line and column.
//
// Refused: anchors, aliases, tags, `<<`, directives, further documents, duplicate keys, keys that are no plain words,
// texts in one line that do not end there, a byte order mark, other encodings than UTF-8, control characters (also
// escaped ones), lone carriage returns, invisible characters that turn the direction of text, tabs as indentation.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.hpp"
#include "settings/node.hpp"

namespace noren::settings {

/// No file may be larger, deeper, fuller, or hold a longer text.
inline constexpr std::size_t most_bytes = 1024 * 1024;
inline constexpr std::size_t most_depth = 64;
inline constexpr std::size_t most_nodes = 50'000;
inline constexpr std::size_t most_scalar_bytes = 64 * 1024;
inline constexpr std::size_t most_key_bytes = 256;

/// The tree of a file's text, or everything that is wrong with it (a fault of syntax ends the reading: what follows it
/// is not judged). `name` is what faults and origins call the file. Bounded for whatever text: 64 MiB, and
/// milliseconds until it is refused; a file as full as may be takes a quarter of a second. Any thread.
Result<NodePtr, Faults> parse(std::string_view text, std::string_view name);

}  // namespace noren::settings
