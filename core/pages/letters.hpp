// Letters: mails as a theme words them: `letter.<name>.subject` and `letter.<name>.text` of its catalogue.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pages/theme.hpp"

namespace noren::pages {

/// What a letter may tell; its words take what they need of it, as {shop}, {name}, {link}, {number}, {lines}, {goods},
/// {charges}, {total}, {placed_at}, {due_at}, {reason} (as `reason.CODE` words it), {tracking}, {amount}, {by} and
/// {part}, the lines that it is about.
struct LetterContent {
    struct Line {
        std::string title;
        std::int64_t quantity = 1;
        Money total;
    };
    struct Charge {
        Message label;
        Money amount;
    };

    std::string shop;
    std::string name;  // of whom it goes to
    std::string link;  // an absolute address
    std::string number;
    std::vector<Line> lines;
    std::optional<Money> goods;
    std::vector<Charge> charges;
    std::optional<Money> total;
    std::optional<Instant> placed_at;
    std::optional<Instant> due_at;
    std::string reason;  // a code
    std::string tracking;
    std::optional<Money> amount;
    std::optional<Instant> by;
    std::vector<Line> part;
};

struct Letter {
    std::string subject;  // one line
    std::string text;
};

/// Whether the theme words a letter of this name, so that a wrong name in a configuration is found before it is sent.
bool has_letter(const Theme& theme, std::string_view name);

/// Throws std::out_of_range when the theme does not word it. Control characters in values become blanks.
Letter write_letter(const Theme& theme, std::string_view name, const LetterContent& content, const Reading& reading);

}  // namespace noren::pages
