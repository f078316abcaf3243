// Faults: what is wrong with a configuration, where, and what was meant. All of them at once, never only the first.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace noren::settings {

/// Where a key or value is written. 8 bytes. Lines and columns count from 1, columns in characters; a place beyond
/// column 4095 or line 1048575 is told as that. `file` is a number given by file_id().
struct Origin {
    std::uint32_t file = 0;
    std::uint32_t line : 20 = 0;
    std::uint32_t column : 12 = 0;
    friend bool operator==(Origin a, Origin b) { return a.file == b.file && a.line == b.line && a.column == b.column; }
};

/// The number of a file's name, the same for the same name as long as the process lives. Any thread.
std::uint32_t file_id(std::string_view name);
/// The name behind a number that file_id() gave. Any thread.
std::string file_name(std::uint32_t id);
/// "config/storefronts/shop.yaml:12:3".
std::string to_string(Origin origin);

/// One thing that is wrong. `found` and `expected` may be empty; `nearest` is the valid word that was probably meant.
/// No fault ever holds a secret's text.
struct Fault {
    std::string file;
    std::uint32_t line = 0;  // 0: the file as a whole
    std::uint32_t column = 0;
    std::string problem;
    std::string found;
    std::string expected;
    std::string nearest;
};
using Faults = std::vector<Fault>;

/// A fault at a place.
Fault fault_at(Origin origin, std::string problem, std::string found = {}, std::string expected = {},
               std::string nearest = {});

/// "file:line:column: problem: found `x`, expected y; did you mean `z`?", in one line.
std::string to_string(const Fault& fault);
/// One line a fault.
std::string to_string(const Faults& faults);

/// In the order of files, lines and columns, each once.
void sort(Faults& faults);

/// Text from a file as it may stand in a message: at most 60 characters, control characters escaped.
std::string quoted(std::string_view text);

/// The candidate that differs least from `word` by inserted, missing, changed or swapped letters (Damerau-Levenshtein),
/// or nothing ("") when none is near: at most a third of the letters, and at most 3, may differ. Case does not count.
template <class Candidates>
std::string nearest(std::string_view word, const Candidates& candidates);

namespace detail {
/// Edits from `a` to `b`, or `limit + 1` when there are more.
std::size_t edits(std::string_view a, std::string_view b, std::size_t limit);
}  // namespace detail

template <class Candidates>
std::string nearest(std::string_view word, const Candidates& candidates) {
    if (word.empty() || word.size() > 64) return {};
    std::size_t least = std::min<std::size_t>(3, std::max<std::size_t>(1, word.size() / 3)) + 1;
    std::string found;
    for (const auto& candidate : candidates) {
        const auto distance = detail::edits(word, candidate, least - 1);
        if (distance < least) {
            least = distance;
            found = std::string(candidate);
        }
    }
    return found;
}

}  // namespace noren::settings
