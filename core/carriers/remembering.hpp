// A carrier that is not asked twice for the same parcel while a customer goes from the offers to the order.
#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/clock.hpp"
#include "carriers/carriers.hpp"

namespace noren::carriers {

/// How long an answer holds: a changed tariff has reached everybody after this time.
inline constexpr std::chrono::minutes remembered_for{5};

/// Gives the answer to an equal request again for `remembered_for`. Refused services are part of an answer; that a
/// carrier could not answer at all is never remembered.
class Remembering final : public Carrier {
public:
    Remembering(std::unique_ptr<Carrier> carrier, const Clock& clock) : carrier_(std::move(carrier)), clock_(clock) {}

    Result<wire::QuotesT, std::string> quotes(const wire::QuotesRequestT& request) override;

private:
    struct Answer {
        wire::QuotesT quotes;
        Instant until;
    };
    void remember(std::string request, const wire::QuotesT& quotes);

    const std::unique_ptr<Carrier> carrier_;
    const Clock& clock_;
    std::mutex mutex_;
    std::unordered_map<std::string, Answer> answers_;  // by the request's bytes
};

}  // namespace noren::carriers
