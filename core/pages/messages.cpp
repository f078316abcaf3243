#include "pages/messages.hpp"

#include <unicode/messagepattern.h>
#include <unicode/msgfmt.h>

#include <charconv>
#include <stdexcept>
#include <unordered_map>

namespace noren::pages {
namespace {

std::string utf8(const icu::UnicodeString& text) {
    std::string out;
    text.toUTF8String(out);
    return out;
}

icu::UnicodeString unicode(std::string_view text) {
    return icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
}

/// ICU's formatter of a pattern, made once a thread: it is not for several.
const icu::MessageFormat& formatter(const std::string& language, const std::string& pattern) {
    thread_local std::unordered_map<std::string, std::unique_ptr<icu::MessageFormat>> all;
    auto name = language + '\n' + pattern;
    const auto found = all.find(name);
    if (found != all.end()) return *found->second;
    if (all.size() >= 1024) all.clear();
    UErrorCode status = U_ZERO_ERROR;
    const auto locale = icu::Locale::forLanguageTag(language, status);
    auto made = std::make_unique<icu::MessageFormat>(unicode(pattern), locale, status);
    if (U_FAILURE(status)) throw std::runtime_error("a message pattern that parsed does not format");
    return *all.emplace(std::move(name), std::move(made)).first->second;
}

}  // namespace

std::optional<std::int64_t> Argument::number() const {
    if (const auto* known = std::get_if<std::int64_t>(&value)) return *known;
    const auto digits = std::get<std::string_view>(value);
    std::int64_t parsed = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), parsed);
    if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return parsed;
}

std::string Argument::text() const {
    if (const auto* known = std::get_if<std::int64_t>(&value)) return std::to_string(*known);
    return std::string(std::get<std::string_view>(value));
}

std::string to_string(const Fault& fault) {
    return fault.file + ":" + std::to_string(fault.line) + ": " + fault.what;
}

Result<Pattern, std::string> Pattern::parse(std::string_view pattern, const std::string& language) {
    UErrorCode status = U_ZERO_ERROR;
    UParseError where;
    const auto source = unicode(pattern);
    const icu::MessagePattern parsed(source, &where, status);
    if (U_FAILURE(status)) {
        return refuse("no ICU message: near \"" + utf8(icu::UnicodeString(where.preContext)) + "\"");
    }

    Pattern made;
    made.language_ = language;
    bool is_plain = true;
    std::string literal;
    std::int32_t copied = 0;
    std::int32_t depth = 0;
    for (std::int32_t i = 0; i < parsed.countParts(); ++i) {
        const auto& part = parsed.getPart(i);
        switch (part.getType()) {
            case UMSGPAT_PART_TYPE_SKIP_SYNTAX:
                if (depth == 0) {
                    literal += utf8(source.tempSubStringBetween(copied, part.getIndex()));
                    copied = part.getLimit();
                }
                break;
            case UMSGPAT_PART_TYPE_ARG_START: {
                const auto type = part.getArgType();
                const auto& name_part = parsed.getPart(i + 1);
                if (name_part.getType() == UMSGPAT_PART_TYPE_ARG_NUMBER) {
                    return refuse(std::string("parameters have names, not numbers"));
                }
                const auto name = utf8(parsed.getSubstring(name_part));
                if (type == UMSGPAT_ARG_TYPE_SIMPLE || type == UMSGPAT_ARG_TYPE_CHOICE) {
                    return refuse("parameter " + name + " has a format: numbers, money and dates come written already");
                }
                const bool counts = type == UMSGPAT_ARG_TYPE_PLURAL || type == UMSGPAT_ARG_TYPE_SELECTORDINAL;
                auto& parameter = made.parameters_.emplace(name, Parameter::text).first->second;
                if (counts) parameter = Parameter::number;
                if (type != UMSGPAT_ARG_TYPE_NONE) is_plain = false;
                if (depth++ == 0) {
                    literal += utf8(source.tempSubStringBetween(copied, part.getIndex()));
                    if (!literal.empty()) made.pieces_.push_back({std::move(literal), false});
                    literal.clear();
                    made.pieces_.push_back({name, true});
                }
                break;
            }
            case UMSGPAT_PART_TYPE_ARG_LIMIT:
                if (--depth == 0) copied = part.getLimit();
                break;
            default: break;
        }
    }
    literal += utf8(source.tempSubStringBetween(copied, source.length()));
    if (!literal.empty()) made.pieces_.push_back({std::move(literal), false});
    if (!is_plain) {
        made.pieces_.clear();
        made.source_ = std::string(pattern);
    }
    return made;
}

std::string Pattern::format(std::span<const Argument> arguments) const {
    const auto argument_of = [&](std::string_view name) -> const Argument& {
        for (const auto& argument : arguments) {
            if (argument.name == name) return argument;
        }
        throw std::logic_error("a message lacks its parameter " + std::string(name));
    };
    if (source_.empty()) {
        std::string out;
        for (const auto& piece : pieces_) out += piece.is_parameter ? argument_of(piece.text).text() : piece.text;
        return out;
    }
    std::vector<icu::UnicodeString> names;
    std::vector<icu::Formattable> values;
    for (const auto& [name, type] : parameters_) {
        const auto& argument = argument_of(name);
        names.push_back(unicode(name));
        if (type == Parameter::text) {
            values.emplace_back(unicode(argument.text()));
        } else if (const auto number = argument.number()) {
            values.emplace_back(static_cast<int64_t>(*number));
        } else {
            throw std::logic_error("a message's parameter " + name + " must be a number");
        }
    }
    icu::UnicodeString out;
    UErrorCode status = U_ZERO_ERROR;
    formatter(language_, source_)
        .format(names.data(), values.data(), static_cast<std::int32_t>(names.size()), out, status);
    if (U_FAILURE(status))
        throw std::runtime_error(std::string("a message could not be written: ") + u_errorName(status));
    return utf8(out);
}

const Catalogue::Entry* Catalogue::find(std::string_view key) const {
    const auto found = entries_.find(key);
    return found == entries_.end() ? nullptr : &found->second;
}

namespace {

/// The text between the quotes of a PO line, its escapes undone; nothing when it is not quoted rightly.
std::optional<std::string> unquoted(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    const auto last = text.find_last_not_of(" \t\r");
    if (first == std::string_view::npos || last <= first || text[first] != '"' || text[last] != '"')
        return std::nullopt;
    std::string out;
    for (auto at = first + 1; at < last; ++at) {
        if (text[at] == '"') return std::nullopt;
        if (text[at] != '\\') {
            out += text[at];
            continue;
        }
        if (++at >= last) return std::nullopt;
        switch (text[at]) {
            case 'n': out += '\n'; break;
            case 't': out += '\t'; break;
            case '"': out += '"'; break;
            case '\\': out += '\\'; break;
            default: return std::nullopt;
        }
    }
    return out;
}

struct PoEntry {
    std::optional<std::string> context, id, text;
    int line = 0;
};

}  // namespace

void Catalogue::add(std::string_view po, const std::string& file, const std::string& language,
                    std::vector<Fault>& faults) {
    PoEntry entry;
    std::optional<std::string>* last = nullptr;
    std::map<std::string, int> seen;

    const auto finish = [&] {
        const auto done = std::exchange(entry, {});
        last = nullptr;
        if (!done.id && !done.context && !done.text) return;
        if (done.id && done.id->empty() && !done.context) return;  // the header
        if (!done.context || !done.id || !done.text || done.context->empty()) {
            faults.push_back({file, done.line, "an entry needs msgctxt (its key), msgid and msgstr"});
            return;
        }
        if (const auto [earlier, is_new] = seen.emplace(*done.context, done.line); !is_new) {
            faults.push_back(
                {file, done.line,
                 "the key " + *done.context + " is in line " + std::to_string(earlier->second) + " already"});
            return;
        }
        auto pattern = Pattern::parse(done.text->empty() ? *done.id : *done.text, language);
        if (!pattern) {
            faults.push_back({file, done.line, *done.context + ": " + pattern.error()});
        } else {
            entries_.emplace(*done.context, Entry{std::move(*pattern), file, done.line});
        }
    };

    int number = 0;
    for (std::size_t from = 0; from < po.size();) {
        const auto end = std::min(po.find('\n', from), po.size());
        const auto line = po.substr(from, end - from);
        from = end + 1;
        ++number;
        if (line.find_first_not_of(" \t\r") == std::string_view::npos) {
            finish();
            continue;
        }
        if (line.front() == '#') continue;
        auto rest = line;
        if (line.front() != '"') {
            const auto blank = std::min(line.find(' '), line.size());
            const auto keyword = line.substr(0, blank);
            rest = line.substr(blank);
            if (keyword == "msgctxt") {
                finish();
                last = &entry.context;
            } else if (keyword == "msgid") {
                if (entry.id) finish();
                last = &entry.id;
            } else if (keyword == "msgstr") {
                last = &entry.text;
            } else {
                last = nullptr;
            }
            if (entry.line == 0) entry.line = number;
        }
        const auto text = unquoted(rest);
        if (!last || !text) {
            faults.push_back({file, number, "not a line of a PO file (plural forms go into the ICU message)"});
            continue;
        }
        *last = last->value_or("") + *text;
    }
    finish();
}

}  // namespace noren::pages
