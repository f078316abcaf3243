// Carrier: says what it would cost to send something somewhere, and by which service.
//
//     class FlatRate final : public noren::Carrier { ... };
//     NOREN_CARRIER(FlatRate)
//
// Override one of the two methods: `quotes` is plain C++, `write_quotes` reads and writes messages in place and is
// about twice as fast. Neither may depend on anything but settings, request, call and http.
#pragma once

#include <noren/plugin.hpp>

#include <optional>

namespace noren {

using wire::LimitsT;
using wire::LineT;
using wire::QuotesRequestT;
using wire::QuotesT;
using wire::QuoteT;
using wire::ReasonT;
using wire::RefusedServiceT;

class Carrier {
public:
    Carrier() = default;
    Carrier(const Carrier&) = delete;
    Carrier& operator=(const Carrier&) = delete;
    virtual ~Carrier() = default;

    /// Every service that can take these lines with its price, and every service that cannot with its reasons.
    /// `destination` and each line's `unit_price` are always there (empty when the core does not know); weights and
    /// lengths are 0 when unknown, and nothing else about the numbers is promised: the SDK has not checked their sense.
    virtual QuotesT quotes(const QuotesRequestT& request, const Call& call, Http& http) {
        (void)request, (void)call, (void)http;
        throw detail::NoSuchMethod{};
    }

    /// The same on the messages themselves.
    virtual noren_fb::Offset<wire::Quotes> write_quotes(const wire::QuotesRequest& request, Builder& builder,
                                                        const Call& call, Http& http) {
        QuotesRequestT unpacked;
        request.UnPackTo(&unpacked);
        detail::ensure(unpacked.destination);
        for (auto& line : unpacked.lines) detail::ensure(line.unit_price);
        const QuotesT found = quotes(unpacked, call, http);
        return wire::CreateQuotes(builder, &found);
    }

    /// For the boundary.
    static Answered answer(Carrier& carrier, std::uint32_t method, const wire::Request& request, Builder& builder,
                           const Call& call, Http& http) {
        if (method != NOREN_CARRIER_QUOTES) throw detail::NoSuchMethod{};
        const auto& ask = detail::ask_of<wire::QuotesRequest>(request);
        return {wire::Answer::Quotes, carrier.write_quotes(ask, builder, call, http).Union()};
    }
};

/// A quote of a service by its stable code.
inline QuoteT quote(std::string service, std::string name, Money price, std::int32_t min_days, std::int32_t max_days) {
    QuoteT made;
    made.service = std::move(service);
    made.name = std::move(name);
    made.price = wire_money(price);
    made.min_days = min_days;
    made.max_days = max_days;
    return made;
}

/// A service that cannot take the lines, and why.
inline RefusedServiceT refused_service(std::string service, ReasonT why) {
    RefusedServiceT made;
    made.service = std::move(service);
    made.reasons.push_back(std::move(why));
    return made;
}

/// The answer of a carrier with one service.
inline QuotesT only(QuoteT offered) {
    QuotesT made;
    made.quotes.push_back(std::move(offered));
    return made;
}
inline QuotesT only(RefusedServiceT refused) {
    QuotesT made;
    made.refused.push_back(std::move(refused));
    return made;
}

/// What the lines weigh with their packing. Nothing when a weight is unknown, a quantity is not positive, or the sum
/// leaves the 64-bit range.
inline std::optional<Grams> weight_of(const QuotesRequestT& request) {
    std::int64_t sum = request.packing_g;
    for (const auto& line : request.lines) {
        std::int64_t part = 0;
        if (line.weight_g <= 0 || line.quantity <= 0) return std::nullopt;
        if (__builtin_mul_overflow(line.weight_g, std::int64_t{line.quantity}, &part)) return std::nullopt;
        if (__builtin_add_overflow(sum, part, &sum)) return std::nullopt;
    }
    if (sum < 0) return std::nullopt;
    return Grams{sum};
}

}  // namespace noren

#define NOREN_CARRIER(Class) NOREN_PLUGIN(Class, ::noren::Carrier)
