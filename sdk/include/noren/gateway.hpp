// Gateway: takes and returns money through a payment provider.
//
//     class PayPal final : public noren::Gateway { ... };
//     NOREN_GATEWAY(PayPal)
//
// The core stores an intent before each call and its outcome after, and repeats a call whose reply was lost with the
// same `call.idempotency_key()`. What nobody vouches for is `outcome::unknown()`: never repeated blindly, `status`
// settles it.
#pragma once

#include <noren/plugin.hpp>

namespace noren {

using wire::AttemptT;
using wire::Awaiting;
using wire::BeginRequestT;
using wire::CaptureRequestT;
using wire::OutcomeKind;
using wire::OutcomeT;
using wire::ReasonT;
using wire::RefundRequestT;
using wire::StatusRequestT;
using wire::WebhookEventT;
using wire::WebhookRequestT;

class Gateway {
public:
    Gateway() = default;
    Gateway(const Gateway&) = delete;
    Gateway& operator=(const Gateway&) = delete;
    virtual ~Gateway() = default;

    // In each request `attempt` is there, with an id and an amount of a known currency; a refund's `amount` too.

    /// Starts an attempt to pay. Must be safe to repeat with the same idempotency key.
    virtual OutcomeT begin(const BeginRequestT& request, const Call& call, Http& http) = 0;
    /// What became of the attempt? Has no effects; may be asked at any time, also before `begin` reached the provider.
    virtual OutcomeT status(const StatusRequestT& request, const Call& call, Http& http) = 0;

    // The rest only as far as the manifest's `methods` say.

    /// Takes the money that the customer approved.
    virtual OutcomeT capture(const CaptureRequestT& request, const Call& call, Http& http) {
        (void)request, (void)call, (void)http;
        throw detail::NoSuchMethod{};
    }
    /// Returns captured money, in whole or in part.
    virtual OutcomeT refund(const RefundRequestT& request, const Call& call, Http& http) {
        (void)request, (void)call, (void)http;
        throw detail::NoSuchMethod{};
    }
    /// Is this message the provider's, and which attempt does it speak of? Its content settles nothing: the core asks
    /// `status` afterwards.
    virtual WebhookEventT webhook(const WebhookRequestT& request, const Call& call, Http& http) {
        (void)request, (void)call, (void)http;
        throw detail::NoSuchMethod{};
    }

    /// For the boundary.
    static Answered answer(Gateway& gateway, std::uint32_t method, const wire::Request& request, Builder& builder,
                           const Call& call, Http& http) {
        switch (method) {
            case NOREN_GATEWAY_BEGIN:
                return outcome(builder, gateway.begin(attempted<BeginRequestT>(request), call, http));
            case NOREN_GATEWAY_STATUS:
                return outcome(builder, gateway.status(attempted<StatusRequestT>(request), call, http));
            case NOREN_GATEWAY_CAPTURE:
                return outcome(builder, gateway.capture(attempted<CaptureRequestT>(request), call, http));
            case NOREN_GATEWAY_REFUND: {
                const auto refund = attempted<RefundRequestT>(request);
                if (!money_of(refund.amount)) throw detail::BadRequest{};
                return outcome(builder, gateway.refund(refund, call, http));
            }
            case NOREN_GATEWAY_WEBHOOK: {
                WebhookRequestT message;
                detail::ask_of<wire::WebhookRequest>(request).UnPackTo(&message);
                const WebhookEventT event = gateway.webhook(message, call, http);
                return {wire::Answer::WebhookEvent, wire::CreateWebhookEvent(builder, &event).Union()};
            }
            default: throw detail::NoSuchMethod{};
        }
    }

private:
    template <class Ask>
    static Ask attempted(const wire::Request& request) {
        Ask ask;
        detail::ask_of<typename Ask::TableType>(request).UnPackTo(&ask);
        if (!ask.attempt || ask.attempt->id.empty() || !money_of(ask.attempt->amount)) throw detail::BadRequest{};
        return ask;
    }
    static Answered outcome(Builder& builder, const OutcomeT& found) {
        return {wire::Answer::Outcome, wire::CreateOutcome(builder, &found).Union()};
    }
};

/// The five things that can become of a payment.
namespace outcome {

/// The money moved. `amount` is what the provider says it was.
inline OutcomeT done(std::string provider_ref, std::string capture_ref, Money amount) {
    OutcomeT made;
    made.kind = OutcomeKind::Done;
    made.provider_ref = std::move(provider_ref);
    made.capture_ref = std::move(capture_ref);
    made.amount = wire_money(amount);
    return made;
}
/// Something is awaited: the customer's approval at `redirect_url`, a capture, clearing, or a review.
inline OutcomeT pending(Awaiting awaited, std::string provider_ref, std::string redirect_url = {}) {
    OutcomeT made;
    made.kind = OutcomeKind::Pending;
    made.awaiting = awaited;
    made.provider_ref = std::move(provider_ref);
    made.redirect_url = std::move(redirect_url);
    return made;
}
/// The provider said no for good.
inline OutcomeT refused(ReasonT why, std::string provider_ref = {}) {
    OutcomeT made;
    made.kind = OutcomeKind::Refused;
    made.provider_ref = std::move(provider_ref);
    made.reasons.push_back(std::move(why));
    return made;
}
/// Certain that the provider knows nothing of it: it may be tried anew.
inline OutcomeT not_sent(ReasonT why) {
    OutcomeT made;
    made.kind = OutcomeKind::NotSent;
    made.reasons.push_back(std::move(why));
    return made;
}
/// Nobody vouches for anything.
inline OutcomeT unknown(ReasonT why, std::string provider_ref = {}) {
    OutcomeT made;
    made.kind = OutcomeKind::Unknown;
    made.provider_ref = std::move(provider_ref);
    made.reasons.push_back(std::move(why));
    return made;
}

}  // namespace outcome
}  // namespace noren

#define NOREN_GATEWAY(Class) NOREN_PLUGIN(Class, ::noren::Gateway)
