// Ids that cannot be taken for one another.
#pragma once

#include <cstdint>
#include <functional>

namespace noren {

/// A 63-bit id of one kind of thing, made by Noren and never reused. Zero is no id.
template <class Kind>
struct Id {
    std::int64_t value = 0;
    constexpr explicit operator bool() const { return value != 0; }
    friend constexpr bool operator==(Id a, Id b) { return a.value == b.value; }
    friend constexpr bool operator!=(Id a, Id b) { return a.value != b.value; }
    friend constexpr bool operator<(Id a, Id b) { return a.value < b.value; }
};

using CustomerId = Id<struct CustomerKind>;
using OrderId = Id<struct OrderKind>;
using LineId = Id<struct LineKind>;
using AttemptId = Id<struct AttemptKind>;
using JobId = Id<struct JobKind>;
using DecisionId = Id<struct DecisionKind>;
using ReservationId = Id<struct ReservationKind>;
using TransferId = Id<struct TransferKind>;
using MailId = Id<struct MailKind>;

}  // namespace noren

template <class Kind>
struct std::hash<noren::Id<Kind>> {
    std::size_t operator()(noren::Id<Kind> id) const noexcept { return std::hash<std::int64_t>{}(id.value); }
};
