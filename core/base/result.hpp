// Result: what an expected refusal comes back in. Broken configuration throws at start; a broken invariant throws always.
#pragma once

#include <tl/expected.hpp>
#include <utility>

namespace noren {

/// A value or an expected error, with the interface of C++23's std::expected.
template <class Value, class Error>
using Result = tl::expected<Value, Error>;

/// `return refuse(error)` from a function that returns a Result.
template <class Error>
constexpr auto refuse(Error&& error) {
    return tl::make_unexpected(std::forward<Error>(error));
}

}  // namespace noren

/// TRY(expression): the value of a Result, or return its error from the enclosing function.
#define TRY(...)                                                                   \
    __extension__({                                                                \
        auto noren_try_result = (__VA_ARGS__);                                     \
        if (!noren_try_result) return noren::refuse(std::move(noren_try_result).error()); \
        std::move(noren_try_result).value();                                       \
    })
