// Text that people type: taken as given or refused with its field named, never cut, never repaired in silence.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace noren::customers {

/// What is wrong with one field. `code` is stable: required, too_long, too_short, not_text (broken UTF-8 or control or
/// bidirectional override characters), not_an_email, not_a_country, not_a_phone, card_number, too_common.
struct FieldFault {
    std::string field;
    std::string code;
    friend bool operator==(const FieldFault&, const FieldFault&) = default;
};

/// Reads the fields of one form and gathers every fault rather than the first.
class FieldReader {
public:
    /// One line of text of at most `max_characters` (code points), outer blanks removed, runs of digits that pass for
    /// card numbers masked. Empty when faulty.
    std::string line(std::string_view field, std::string_view value, std::size_t max_characters);
    /// As line(), but must not be empty.
    std::string required_line(std::string_view field, std::string_view value, std::size_t max_characters);
    /// Several lines: also takes line feeds (CR LF becomes LF) and tabs.
    std::string paragraphs(std::string_view field, std::string_view value, std::size_t max_characters);
    /// An ASCII e-mail address (RFC 5321 dot-string and domain, 254 characters at most), as given but trimmed. One that
    /// holds the number of a card as issuers give them out is refused; other long numbers are welcome.
    std::string email(std::string_view field, std::string_view value);
    /// ISO 3166-1 alpha-2: two capital letters that ICU knows as a country.
    std::string country(std::string_view field, std::string_view value);
    /// Digits, blanks and +-().: 5 to 15 digits; without a plus before it, no number of a card.
    std::string phone(std::string_view field, std::string_view value);
    /// 8 to 256 characters, none of the most guessed. Returned in normal form C, so that every keyboard spells it
    /// alike.
    std::string password(std::string_view field, std::string_view value);

    void fault(std::string_view field, std::string_view code);
    bool is_clean() const { return faults_.empty(); }
    const std::vector<FieldFault>& faults() const { return faults_; }

private:
    std::vector<FieldFault> faults_;
};

/// The address under which an account is found: trimmed, ASCII lower case.
std::string normalised_email(std::string_view email);

/// `text` with every run of 13 to 19 digits (single blanks or dashes between groups of them allowed) that passes the
/// Luhn check reduced to its last four digits.
std::string without_card_numbers(std::string_view text);

/// Normal form C of valid UTF-8.
std::string normal_form_c(std::string_view text);

/// What remains the same when an address is written another way: NFKC case-folded letters and digits only.
std::string letters_and_digits_folded(std::string_view text);

}  // namespace noren::customers
