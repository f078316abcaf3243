// Tokens: what an item is found by, made the same way of its texts and of what a shopper types.
//
// A text is case-folded in NFKC, Latin accents are taken off, katakana become hiragana. Words of letters and digits are
// tokens; a code such as `AB-12` is one token whole (`ab12`) and one for each part. Runs of Han, kana and Hangul, which
// write no blanks, become every two neighbours and the last one alone, so that any part of them is found. Kana become
// romaji besides, so that `nendo` finds ねんど.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace noren::catalog {

/// The tokens of a text, each once, at most `most` of them; each is letters, digits and nothing else. Bytes that are no
/// UTF-8 separate words.
std::vector<std::string> tokens_of(std::string_view text, std::size_t most = 2000);

/// What a shopper looks for.
class Sought {
public:
    /// Reads at most 20 words of `text`.
    explicit Sought(std::string_view text);

    /// Nothing in it can be found: no letter, no digit.
    bool empty() const { return words_.empty(); }

    /// True when every word is among `tokens` (sorted).
    bool all_in(const std::vector<std::string_view>& tokens) const;

    /// The whole text as one code: `ab12` for ` AB-12 `; empty when it is several words.
    const std::string& code() const { return code_; }

    /// As SQLite's FTS5 reads it, and as a PostgreSQL tsquery.
    std::string for_sqlite() const;
    std::string for_postgresql() const;

private:
    struct Atom {
        std::string token;
        bool begins = false;  // any token that begins so
    };
    using Spelling = std::vector<Atom>;  // all of them
    using Word = std::vector<Spelling>;  // any of them
    std::vector<Word> words_;
    std::string code_;

    struct Syntax;
    std::string written(const Syntax& syntax) const;
};

}  // namespace noren::catalog
