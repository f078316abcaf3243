// Messages: the words of a language, ICU MessageFormat patterns in a PO file that translators' tools read.
//
// msgctxt is the key, msgid the pattern in the source language, msgstr the pattern in this language (empty in the
// source language's own file: the msgid holds).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace noren::pages {

/// Something wrong in a theme: where, and what.
struct Fault {
    std::string file;
    int line = 0;
    std::string what;
};

/// file:line: what
std::string to_string(const Fault& fault);

/// A parameter's value. Texts that are whole numbers serve as numbers too.
struct Argument {
    std::string_view name;
    std::variant<std::int64_t, std::string_view> value;

    std::optional<std::int64_t> number() const;
    std::string text() const;
};

/// One pattern, parsed. Any thread.
class Pattern {
public:
    enum class Parameter { text, number };

    /// The reason when it is no MessageFormat pattern, or uses other arguments than {name}, plural, selectordinal and
    /// select (numbers, money and dates come written already).
    static Result<Pattern, std::string> parse(std::string_view pattern, const std::string& language);

    /// What it takes; a plural takes a number.
    const std::map<std::string, Parameter, std::less<>>& parameters() const { return parameters_; }

    /// Throws std::logic_error when an argument is missing or should be a number.
    std::string format(std::span<const Argument> arguments) const;

private:
    struct Piece {
        std::string text;
        bool is_parameter = false;
    };
    std::vector<Piece> pieces_;  // of a pattern without plural or select: put together without ICU
    std::string source_;         // of one with
    std::string language_;
    std::map<std::string, Parameter, std::less<>> parameters_;
};

class Catalogue {
public:
    struct Entry {
        Pattern pattern;
        std::string file;
        int line = 0;
    };

    /// Adds what a PO file says; keys that are there already stay (a theme's own words come before its base's).
    void add(std::string_view po, const std::string& file, const std::string& language, std::vector<Fault>& faults);

    const Entry* find(std::string_view key) const;
    const std::map<std::string, Entry, std::less<>>& entries() const { return entries_; }

private:
    std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace noren::pages
