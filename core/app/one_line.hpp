// One line: YAML of several lines as a terminal shows it beside its place.
#pragma once

#include <string>

namespace noren::app {

/// `text` with every run of blanks and line ends as one blank, none at its ends.
inline std::string one_line(const std::string& text) {
    std::string line;
    for (const char c : text) {
        const bool blank = c == ' ' || c == '\n' || c == '\t';
        if (!blank)
            line += c;
        else if (!line.empty() && line.back() != ' ')
            line += ' ';
    }
    while (!line.empty() && line.back() == ' ') line.pop_back();
    return line;
}

}  // namespace noren::app
