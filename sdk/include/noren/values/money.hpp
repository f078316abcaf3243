// Money: an integer of minor units and its currency. Nothing here is ever a floating-point number.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace noren {

/// A currency by its ISO 4217 letters, such as JPY.
class Currency {
public:
    constexpr Currency() = default;

    /// The currency with this code, or nothing when it is not one that Noren knows (exact, upper case).
    static constexpr std::optional<Currency> from_code(std::string_view code) {
        if (minor_digits_of(code) < 0) return std::nullopt;
        Currency currency;
        for (int i = 0; i < 3; ++i) currency.letters_[i] = code[static_cast<std::size_t>(i)];
        return currency;
    }

    std::string code() const { return {letters_, 3}; }

    /// Decimal digits of the minor unit: 0 for JPY, 2 for USD, 3 for KWD (ISO 4217).
    constexpr int minor_digits() const { return minor_digits_of({letters_, 3}); }

    friend constexpr bool operator==(Currency a, Currency b) {
        return a.letters_[0] == b.letters_[0] && a.letters_[1] == b.letters_[1] && a.letters_[2] == b.letters_[2];
    }
    friend constexpr bool operator!=(Currency a, Currency b) { return !(a == b); }

private:
    static constexpr int minor_digits_of(std::string_view code) {
        constexpr std::string_view none = "JPY KRW VND CLP ISK UGX XAF XOF XPF PYG RWF VUV DJF GNF KMF BIF";
        constexpr std::string_view two =
            "USD EUR GBP AUD CAD CHF CNY HKD SGD TWD THB MYR PHP IDR INR NZD SEK NOK DKK PLN CZK HUF RON BGN TRY ILS "
            "AED "
            "SAR QAR ZAR EGP MXN BRL ARS COP PEN UAH KZT MOP BDT PKR LKR NPR KES NGN MAD RUB GEL";
        constexpr std::string_view three = "KWD BHD OMR JOD TND IQD LYD";
        if (code.size() != 3 || code.find(' ') != std::string_view::npos) return -1;
        if (none.find(code) != std::string_view::npos) return 0;
        if (two.find(code) != std::string_view::npos) return 2;
        if (three.find(code) != std::string_view::npos) return 3;
        return -1;
    }

    char letters_[3] = {'X', 'X', 'X'};
};

inline constexpr Currency JPY = *Currency::from_code("JPY");
inline constexpr Currency USD = *Currency::from_code("USD");
inline constexpr Currency EUR = *Currency::from_code("EUR");

/// Two amounts of different currencies met.
struct CurrencyMismatch : std::logic_error {
    CurrencyMismatch(Currency a, Currency b) : std::logic_error("cannot reckon " + a.code() + " with " + b.code()) {}
};

/// An amount left the range of 64-bit minor units.
struct AmountOverflow : std::overflow_error {
    AmountOverflow() : std::overflow_error("an amount of money leaves the 64-bit range") {}
};

class Money {
public:
    constexpr Money() = default;
    /// `minor` minor units: Money{1500, JPY} is 1,500 yen, Money{1500, USD} is 15 dollars.
    constexpr Money(std::int64_t minor, Currency currency) : minor_(minor), currency_(currency) {}

    constexpr std::int64_t minor() const { return minor_; }
    constexpr Currency currency() const { return currency_; }
    constexpr bool is_zero() const { return minor_ == 0; }
    constexpr bool is_negative() const { return minor_ < 0; }

    /// Throw CurrencyMismatch or AmountOverflow rather than give a wrong amount.
    friend Money operator+(Money a, Money b) {
        same(a, b);
        std::int64_t sum = 0;
        if (__builtin_add_overflow(a.minor_, b.minor_, &sum)) throw AmountOverflow();
        return {sum, a.currency_};
    }
    friend Money operator-(Money a, Money b) {
        same(a, b);
        std::int64_t rest = 0;
        if (__builtin_sub_overflow(a.minor_, b.minor_, &rest)) throw AmountOverflow();
        return {rest, a.currency_};
    }
    friend Money operator*(Money a, std::int64_t times) {
        std::int64_t product = 0;
        if (__builtin_mul_overflow(a.minor_, times, &product)) throw AmountOverflow();
        return {product, a.currency_};
    }
    Money& operator+=(Money other) { return *this = *this + other; }
    Money& operator-=(Money other) { return *this = *this - other; }

    friend constexpr bool operator==(Money a, Money b) { return a.minor_ == b.minor_ && a.currency_ == b.currency_; }
    friend constexpr bool operator!=(Money a, Money b) { return !(a == b); }
    friend bool operator<(Money a, Money b) { return same(a, b), a.minor_ < b.minor_; }
    friend bool operator>(Money a, Money b) { return b < a; }
    friend bool operator<=(Money a, Money b) { return !(b < a); }
    friend bool operator>=(Money a, Money b) { return !(a < b); }

private:
    static void same(Money a, Money b) {
        if (a.currency_ != b.currency_) throw CurrencyMismatch(a.currency_, b.currency_);
    }

    std::int64_t minor_ = 0;
    Currency currency_;
};

/// Digits as people and gateways write them, without a symbol: "1500" (JPY), "15.00" (USD), "-0.05".
inline std::string decimal(Money money) {
    const int digits = money.currency().minor_digits();
    const auto magnitude =
        money.is_negative() ? 0 - static_cast<std::uint64_t>(money.minor()) : static_cast<std::uint64_t>(money.minor());
    std::string text = std::to_string(magnitude);
    if (digits > 0) {
        const auto needed = static_cast<std::size_t>(digits) + 1;
        if (text.size() < needed) text.insert(0, needed - text.size(), '0');
        text.insert(text.size() - static_cast<std::size_t>(digits), 1, '.');
    }
    return money.is_negative() ? "-" + text : text;
}

/// "1500 JPY", the form that configuration and logs use.
inline std::string to_string(Money money) {
    return decimal(money) + " " + money.currency().code();
}

/// Reads what decimal() writes. Nothing on signs alone, other characters, too many decimals, or more than 18 digits.
inline std::optional<Money> money_from_decimal(std::string_view text, Currency currency) {
    const bool negative = !text.empty() && text.front() == '-';
    if (negative) text.remove_prefix(1);
    const auto point = text.find('.');
    const auto whole = text.substr(0, point);
    const auto fraction = point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
    const auto digits = static_cast<std::size_t>(currency.minor_digits());
    if (whole.empty() || whole.size() + digits > 18 || fraction.size() > digits) return std::nullopt;
    if (point != std::string_view::npos && fraction.empty()) return std::nullopt;
    std::int64_t minor = 0;
    const auto take = [&minor](std::string_view run) {
        for (const char c : run) {
            if (c < '0' || c > '9') return false;
            minor = minor * 10 + (c - '0');
        }
        return true;
    };
    if (!take(whole) || !take(fraction)) return std::nullopt;
    for (std::size_t i = fraction.size(); i < digits; ++i) minor *= 10;
    return Money{negative ? -minor : minor, currency};
}

}  // namespace noren
