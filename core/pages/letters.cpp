#include "pages/letters.hpp"

#include <stdexcept>

namespace noren::pages {
namespace {

/// A value that cannot begin a line of its own in a mail.
std::string one_line(std::string_view text) {
    std::string line(text);
    for (auto& c : line) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    }
    return line;
}

std::string key_of(std::string_view name, std::string_view part) {
    return "letter." + std::string(name) + "." + std::string(part);
}

}  // namespace

bool has_letter(const Theme& theme, std::string_view name) {
    return theme.has_words(key_of(name, "subject")) && theme.has_words(key_of(name, "text"));
}

Letter write_letter(const Theme& theme, std::string_view name, const LetterContent& content, const Reading& reading) {
    if (!has_letter(theme, name)) throw std::out_of_range("the theme has no letter " + std::string(name));
    const auto money = [&](const Money& amount) {
        std::string text;
        append_money(text, amount, reading);
        return text;
    };
    const auto instant = [&](const std::optional<Instant>& at) {
        std::string text;
        if (at) append_instant(text, *at, reading);
        return text;
    };
    const auto listed = [&](const std::vector<LetterContent::Line>& all) {
        std::string lines;
        for (const auto& line : all) {
            lines +=
                "  " + std::to_string(line.quantity) + " x " + one_line(line.title) + "  " + money(line.total) + "\n";
        }
        return lines;
    };
    const auto reason = [&] {
        const auto key = "reason." + content.reason;
        return content.reason.empty() || !theme.has_words(key) ? content.reason : theme.words({key, {}}, reading);
    };
    std::string charges;
    for (const auto& charge : content.charges) {
        charges += "  " + one_line(theme.words(charge.label, reading)) + "  " + money(charge.amount) + "\n";
    }
    const std::vector<std::pair<std::string, std::string>> values{
        {"shop", one_line(content.shop)},
        {"name", one_line(content.name)},
        {"link", one_line(content.link)},
        {"number", one_line(content.number)},
        {"lines", listed(content.lines)},
        {"goods", content.goods ? money(*content.goods) : ""},
        {"charges", charges},
        {"total", content.total ? money(*content.total) : ""},
        {"placed_at", instant(content.placed_at)},
        {"due_at", instant(content.due_at)},
        {"reason", one_line(reason())},
        {"tracking", one_line(content.tracking)},
        {"amount", content.amount ? money(*content.amount) : ""},
        {"by", instant(content.by)},
        {"part", listed(content.part)}};
    return {one_line(theme.words({key_of(name, "subject"), values}, reading)),
            theme.words({key_of(name, "text"), values}, reading)};
}

}  // namespace noren::pages
