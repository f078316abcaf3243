#include "catalog/tokens.hpp"

#include <unicode/normalizer2.h>
#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>

#include <algorithm>
#include <memory>
#include <set>
#include <stdexcept>
#include <unordered_map>

namespace noren::catalog {
namespace {

using icu::UnicodeString;

constexpr std::size_t longest_token = 40;  // characters; of longer ones the beginning counts
constexpr int shortest_beginning = 4;
constexpr std::size_t most_words = 20;
constexpr std::size_t most_sought_bytes = 400;

const icu::Normalizer2& normalizer(const icu::Normalizer2* (*get)(UErrorCode&)) {
    UErrorCode status = U_ZERO_ERROR;
    const auto* found = get(status);
    if (U_FAILURE(status)) throw std::runtime_error("ICU has no normalisation data");
    return *found;
}

UnicodeString normalized(const icu::Normalizer2& by, const UnicodeString& text) {
    UErrorCode status = U_ZERO_ERROR;
    auto done = by.normalize(text, status);
    return U_FAILURE(status) ? UnicodeString() : done;
}

bool is_accent(UChar32 c) {
    return c >= 0x0300 && c <= 0x036F;  // of Latin, Greek and Cyrillic; kana keep their voicing marks
}

UnicodeString without_accents(const UnicodeString& text) {
    static const auto& apart = normalizer(icu::Normalizer2::getNFDInstance);
    static const auto& together = normalizer(icu::Normalizer2::getNFCInstance);
    UnicodeString kept;
    const auto decomposed = normalized(apart, text);
    for (int32_t i = 0; i < decomposed.length(); ++i) {
        if (!is_accent(decomposed[i])) kept += decomposed[i];
    }
    return normalized(together, kept);
}

UChar32 as_hiragana(UChar32 c) {
    return (c >= 0x30A1 && c <= 0x30F6) || c == 0x30FD || c == 0x30FE ? c - 0x60 : c;
}

UnicodeString folded(std::string_view text) {
    static const auto& casefold = normalizer(icu::Normalizer2::getNFKCCasefoldInstance);
    auto folded = without_accents(normalized(
        casefold, UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())))));
    for (int32_t i = 0; i < folded.length(); ++i) folded.setCharAt(i, static_cast<char16_t>(as_hiragana(folded[i])));
    return folded;
}

std::string utf8(const UnicodeString& text) {
    std::string out;
    text.toUTF8String(out);
    return out;
}

bool is_kana(UChar32 c) {
    return (c >= 0x3041 && c <= 0x3096) || c == 0x30FC || c == 0x309D || c == 0x309E;
}

enum class Kind { separator, joint, word, unspaced };

Kind kind_of(UChar32 c) {
    if (c < 0x80) {
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) return Kind::word;
        return c == '-' || c == '_' || c == '.' || c == '\'' ? Kind::joint : Kind::separator;
    }
    if (c == 0x2010 || c == 0x2011 || c == 0x2019) return Kind::joint;  // hyphens and the apostrophe as printed
    if (is_kana(c) || c == 0x3005) return Kind::unspaced;
    if (!u_isalnum(c)) return Kind::separator;
    UErrorCode status = U_ZERO_ERROR;
    const auto script = uscript_getScript(c, &status);
    const bool unspaced = script == USCRIPT_HAN || script == USCRIPT_HANGUL || script == USCRIPT_HIRAGANA ||
                          script == USCRIPT_KATAKANA || script == USCRIPT_BOPOMOFO;
    return unspaced ? Kind::unspaced : Kind::word;
}

/// Latin spellings of kana: as Hepburn writes them and, where a loan word's last consonant got a vowel, without it.
std::vector<std::string> romaji(const UnicodeString& kana) {
    thread_local const auto transliterator = [] {
        UErrorCode status = U_ZERO_ERROR;
        std::unique_ptr<icu::Transliterator> made(
            icu::Transliterator::createInstance("Hiragana-Latin", UTRANS_FORWARD, status));
        if (U_FAILURE(status)) throw std::runtime_error("ICU cannot write kana in Latin letters");
        return made;
    }();
    thread_local std::unordered_map<std::string, std::vector<std::string>> remembered;
    if (remembered.size() > 20'000) remembered.clear();
    const auto [at, is_new] = remembered.try_emplace(utf8(kana));
    if (!is_new) return at->second;

    auto latin = kana;
    transliterator->transliterate(latin);
    std::string letters;
    for (const char c : utf8(without_accents(latin))) {
        if (c >= 'a' && c <= 'z') letters += c;  // what is left of kana is no Latin word
    }
    letters = letters.substr(0, longest_token);
    if (letters.size() >= 2) at->second.push_back(letters);
    if (letters.size() > 3 && (letters.ends_with("do") || letters.ends_with("to"))) {
        at->second.push_back(letters.substr(0, letters.size() - 1));
    }
    return at->second;
}

/// A word between separators, as it is written.
struct Piece {
    bool unspaced = false;
    UnicodeString whole;               // of a code: its parts without what joins them
    std::vector<UnicodeString> parts;  // of a code: two or more
};

std::vector<Piece> pieces_of(const UnicodeString& text) {
    std::vector<Piece> pieces;
    Piece open;
    UnicodeString part;
    const auto end_part = [&] {
        if (part.isEmpty()) return;
        open.whole += part;
        open.parts.push_back(part);
        part.remove();
    };
    const auto end_piece = [&] {
        end_part();
        if (!open.whole.isEmpty()) pieces.push_back(std::move(open));
        open = {};
    };
    for (int32_t i = 0; i < text.length();) {
        const auto c = text.char32At(i);
        i += U16_LENGTH(c);
        const auto kind = kind_of(c);
        if (kind == Kind::separator) {
            end_piece();
        } else if (kind == Kind::joint) {
            if (open.unspaced) end_piece();
            end_part();
        } else {
            const bool unspaced = kind == Kind::unspaced;
            if (open.unspaced != unspaced) end_piece();
            open.unspaced = unspaced;
            part += c;
        }
    }
    end_piece();
    return pieces;
}

std::vector<UnicodeString> characters_of(const UnicodeString& text) {
    std::vector<UnicodeString> characters;
    for (int32_t i = 0; i < text.length(); i += U16_LENGTH(text.char32At(i))) {
        characters.emplace_back(text.char32At(i));
    }
    return characters;
}

std::string token_of(const UnicodeString& word) {
    const auto most = word.moveIndex32(0, static_cast<int32_t>(longest_token));
    return utf8(word.tempSubString(0, most));
}

/// Kana in a row, two or more.
std::vector<UnicodeString> kana_of(const UnicodeString& text) {
    std::vector<UnicodeString> found;
    UnicodeString run;
    for (int32_t i = 0; i <= text.length(); ++i) {
        if (i < text.length() && is_kana(text[i])) {
            run += text[i];
            continue;
        }
        if (run.length() >= 2) found.push_back(run);
        run.remove();
    }
    return found;
}

std::vector<std::string> neighbours_of(const UnicodeString& text) {
    const auto characters = characters_of(text);
    std::vector<std::string> pairs;
    for (std::size_t i = 0; i + 1 < characters.size(); ++i) pairs.push_back(utf8(characters[i] + characters[i + 1]));
    return pairs;
}

}  // namespace

std::vector<std::string> tokens_of(std::string_view text, std::size_t most) {
    std::set<std::string> tokens;
    for (const auto& piece : pieces_of(folded(text))) {
        if (tokens.size() >= most) break;
        if (!piece.unspaced) {
            tokens.insert(token_of(piece.whole));
            for (const auto& part : piece.parts) tokens.insert(token_of(part));
            continue;
        }
        for (auto& pair : neighbours_of(piece.whole)) tokens.insert(std::move(pair));
        tokens.insert(utf8(characters_of(piece.whole).back()));
        for (const auto& kana : kana_of(piece.whole)) {
            for (const auto& spelling : romaji(kana)) tokens.insert(spelling);
        }
    }
    return {tokens.begin(), tokens.end()};
}

Sought::Sought(std::string_view text) {
    const auto pieces = pieces_of(folded(text.substr(0, most_sought_bytes)));
    for (const auto& piece : pieces) {
        if (words_.size() == most_words) break;
        Word word;
        if (piece.unspaced) {
            auto pairs = neighbours_of(piece.whole);
            if (pairs.empty()) {
                word.push_back({{utf8(piece.whole), true}});
            } else {
                Spelling& spelling = word.emplace_back();
                for (auto& pair : pairs) spelling.push_back({std::move(pair), false});
            }
            const auto kana = kana_of(piece.whole);
            if (kana.size() == 1 && kana.front() == piece.whole) {
                for (auto& latin : romaji(piece.whole)) word.push_back({{std::move(latin), false}});
            }
        } else {
            const bool begins = piece.whole.countChar32() >= shortest_beginning;
            word.push_back({{token_of(piece.whole), begins}});
            if (piece.parts.size() > 1) {
                Spelling& parts = word.emplace_back();
                for (const auto& part : piece.parts) parts.push_back({token_of(part), false});
            }
        }
        words_.push_back(std::move(word));
    }
    if (pieces.size() == 1 && !pieces.front().unspaced) code_ = token_of(pieces.front().whole);
}

bool Sought::all_in(const std::vector<std::string_view>& tokens) const {
    const auto is_in = [&](const Atom& atom) {
        const auto at = std::lower_bound(tokens.begin(), tokens.end(), std::string_view(atom.token));
        return at != tokens.end() && (atom.begins ? at->starts_with(atom.token) : *at == atom.token);
    };
    return std::ranges::all_of(words_, [&](const Word& word) {
        return std::ranges::any_of(word,
                                   [&](const Spelling& spelling) { return std::ranges::all_of(spelling, is_in); });
    });
}

struct Sought::Syntax {
    const char* quote;
    const char* both;
    const char* either;
    const char* begins;
};

std::string Sought::written(const Syntax& syntax) const {
    std::string text;
    for (const auto& word : words_) {
        text += text.empty() ? "(" : std::string(syntax.both) + "(";
        for (const auto& spelling : word) {
            text += &spelling == &word.front() ? "(" : std::string(syntax.either) + "(";
            for (const auto& atom : spelling) {
                if (&atom != &spelling.front()) text += syntax.both;
                text += syntax.quote + atom.token + syntax.quote;
                if (atom.begins) text += syntax.begins;
            }
            text += ")";
        }
        text += ")";
    }
    return text;
}

std::string Sought::for_sqlite() const {
    return written({"\"", " AND ", " OR ", "*"});
}

std::string Sought::for_postgresql() const {
    return written({"'", " & ", " | ", ":*"});
}

}  // namespace noren::catalog
