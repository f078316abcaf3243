#include "customers/common_passwords.hpp"

#include <algorithm>
#include <array>

namespace noren::customers {
namespace {

// Only those of eight characters and more: shorter ones are refused already. Sorted, for the binary search.
constexpr std::array<std::string_view, 106> most_guessed{
    "11112222",      "11223344",     "1122334455", "112233445566", "12121212",    "12312312",     "123123123",
    "1234512345",    "123456789a",   "12345678a",  "12345678q",    "1234qwer",    "123654789",    "123qweasd",
    "123qweasdzxc",  "14725836",     "147258369",  "1g2w3e4r",     "1q2w3e4r",    "1q2w3e4r5t",   "1q2w3e4r5t6y",
    "1qaz2wsx",      "1qaz2wsx3edc", "1qazxsw2",   "25802580",     "741852963",   "789456123",    "87654321",
    "987654321",     "9876543210",   "a1234567",   "a12345678",    "a123456789",  "aa123456",     "aa12345678",
    "abc12345",      "abc123456",    "abcd1234",   "abcd12345",    "access14",    "admin123",     "admin1234",
    "administrator", "alexander",    "anime123",   "asdf1234",     "asdfasdf",    "asdfghjk",     "asdfghjkl",
    "babygirl",      "barcelona",    "baseball",   "basketball",   "blink182",    "butterfly",    "changeme",
    "charlie1",      "chocolate",    "christian",  "computer",     "corvette",    "danielle",     "dragon123",
    "elizabeth",     "estrella",     "facebook",   "fastpass",     "football",    "google123",    "hello123",
    "iloveyou",      "iloveyou1",    "internet",   "jennifer",     "jonathan",    "letmein1",     "letmein123",
    "liverpool",     "maverick",     "mercedes",   "michelle",     "midnight",    "mustang1",     "nintendo",
    "passw0rd",      "password",     "password1",  "password12",   "password123", "password1234", "pokemon123",
    "princess",      "princess1",    "q1w2e3r4",   "qwer1234",     "qwert123",    "qwerty12",     "qwerty123",
    "qwertyui",      "qwertyuiop",   "starwars",   "sunshine",     "superman",    "trustno1",     "welcome1",
    "zxcvbnm1",
};
static_assert(std::is_sorted(most_guessed.begin(), most_guessed.end()));

bool is_run(std::string_view text, int step) {
    return text.size() >= 8 &&
           std::adjacent_find(text.begin(), text.end(), [step](char a, char b) { return b - a != step; }) == text.end();
}

}  // namespace

bool is_common_password(std::string_view folded) {
    return is_run(folded, 0) || is_run(folded, 1) || is_run(folded, -1) || folded == "1234567890" ||
           std::binary_search(most_guessed.begin(), most_guessed.end(), folded);
}

}  // namespace noren::customers
