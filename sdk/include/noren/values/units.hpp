// Weights and lengths: integers that cannot be taken for one another.
#pragma once

#include <cstdint>
#include <stdexcept>

namespace noren {

/// A whole number of one unit. Sums are checked: an overflow throws std::overflow_error.
template <class Unit>
class Measure {
public:
    constexpr Measure() = default;
    constexpr explicit Measure(std::int64_t count) : count_(count) {}
    constexpr std::int64_t count() const { return count_; }

    friend Measure operator+(Measure a, Measure b) {
        std::int64_t sum = 0;
        if (__builtin_add_overflow(a.count_, b.count_, &sum))
            throw std::overflow_error("a measure leaves the 64-bit range");
        return Measure{sum};
    }
    friend Measure operator*(Measure a, std::int64_t times) {
        std::int64_t product = 0;
        if (__builtin_mul_overflow(a.count_, times, &product)) {
            throw std::overflow_error("a measure leaves the 64-bit range");
        }
        return Measure{product};
    }
    Measure& operator+=(Measure other) { return *this = *this + other; }
    friend constexpr bool operator==(Measure a, Measure b) { return a.count_ == b.count_; }
    friend constexpr bool operator!=(Measure a, Measure b) { return a.count_ != b.count_; }
    friend constexpr bool operator<(Measure a, Measure b) { return a.count_ < b.count_; }
    friend constexpr bool operator<=(Measure a, Measure b) { return a.count_ <= b.count_; }
    friend constexpr bool operator>(Measure a, Measure b) { return a.count_ > b.count_; }
    friend constexpr bool operator>=(Measure a, Measure b) { return a.count_ >= b.count_; }

private:
    std::int64_t count_ = 0;
};

using Grams = Measure<struct GramUnit>;
using Millimetres = Measure<struct MillimetreUnit>;

}  // namespace noren
