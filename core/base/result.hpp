// Result: what an expected refusal comes back in. Broken configuration throws at start; a broken invariant throws
// always.
#pragma once

#include <tl/expected.hpp>
#include <type_traits>
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

/// What TRY evaluates to: the value, or nothing for a Result<void, ...>.
template <class Value, class Error>
Value value_of(Result<Value, Error>&& result) {
    if constexpr (!std::is_void_v<Value>) return *std::move(result);
}

}  // namespace noren

/// TRY(expression): the value of a Result, or return its error from the enclosing function.
#define TRY(...)                                                                          \
    __extension__({                                                                       \
        auto noren_try_result = (__VA_ARGS__);                                            \
        if (!noren_try_result) return noren::refuse(std::move(noren_try_result).error()); \
        noren::value_of(std::move(noren_try_result));                                     \
    })
