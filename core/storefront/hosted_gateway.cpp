#include "storefront/hosted_gateway.hpp"

#include <noren/abi.h>

#include "orders/facts.hpp"

namespace noren::storefront {
namespace {

using payments::Attempt;
using payments::Details;

std::string failure_word(wire::HttpFailure failure) {
    switch (failure) {
        case wire::HttpFailure::None: return "none";
        case wire::HttpFailure::NotSent: return "not_sent";
        case wire::HttpFailure::NoReply: return "no_reply";
        case wire::HttpFailure::TooLarge: return "too_large";
        case wire::HttpFailure::Unknown: break;
    }
    return "unknown";
}

/// Gathers what was exchanged. Nothing is resumed from it: an operation that was cut off is settled by asking.
class Gathering final : public host::ExchangeLog {
public:
    std::optional<wire::HttpExchangeT> before(std::size_t, const wire::HttpRequestT&, std::uint64_t) override {
        return std::nullopt;
    }
    void after(std::size_t, const wire::HttpRequestT& request, const wire::HttpExchangeT& exchange) override {
        exchanges.push_back({{},
                             request.method,
                             request.url,
                             failure_word(exchange.failure),
                             exchange.status,
                             std::string(exchange.body.begin(), exchange.body.end())});
    }

    std::vector<payments::Exchange> exchanges;
};

std::unique_ptr<wire::AttemptT> wire_attempt(const Attempt& attempt, const Details& details) {
    auto out = std::make_unique<wire::AttemptT>();
    out->id = id_text(attempt.id.value);
    out->amount = orders::wire_money(attempt.amount);
    out->provider_ref = attempt.provider_ref;
    out->capture_ref = attempt.capture_ref;
    out->order_number = attempt.order_number;
    out->description = details.description;
    out->return_url = details.return_url;
    out->cancel_url = details.cancel_url;
    out->begun_us = us_of(attempt.begun_at);
    return out;
}

wire::OutcomeT unknown(const std::string& code) {
    wire::OutcomeT outcome;
    outcome.reasons.emplace_back();
    outcome.reasons.back().code = code;
    return outcome;
}

class HostedGateway final : public payments::Gateway {
public:
    HostedGateway(std::shared_ptr<host::Instance> instance, http::Client& client, const Clock& clock)
        : instance_(std::move(instance)), transport_(client), clock_(clock) {}

    Answer begin(const Attempt& attempt, const Details& details) override {
        wire::BeginRequestT ask;
        ask.attempt = wire_attempt(attempt, details);
        return operate(NOREN_GATEWAY_BEGIN, std::move(ask), attempt, details.locale, "begin");
    }

    Answer capture(const Attempt& attempt) override {
        wire::CaptureRequestT ask;
        ask.attempt = wire_attempt(attempt, {});
        return operate(NOREN_GATEWAY_CAPTURE, std::move(ask), attempt, {}, "capture");
    }

    Answer status(const Attempt& attempt, const Details& details) override {
        wire::StatusRequestT ask;
        ask.attempt = wire_attempt(attempt, details);
        return operate(NOREN_GATEWAY_STATUS, std::move(ask), attempt, details.locale, "status");
    }

    Answer refund(const Attempt& attempt, const payments::Refund& refund) override {
        wire::RefundRequestT ask;
        ask.attempt = wire_attempt(attempt, {});
        ask.amount = orders::wire_money(refund.amount);
        ask.refund_id = id_text(refund.id.value);
        ask.refund_ref = refund.refund_ref;
        const auto operation = "refund-" + ask.refund_id;
        return operate(NOREN_GATEWAY_REFUND, std::move(ask), attempt, {}, operation);
    }

    bool refunds() const override { return instance_->manifest().answers(NOREN_GATEWAY_REFUND); }
    bool collects_at_delivery() const override { return instance_->manifest().collects_at_delivery; }

    std::optional<wire::WebhookEventT> webhook(const payments::WebhookMessage& message) override {
        wire::WebhookRequestT ask;
        for (const auto& [name, value] : message.headers) {
            ask.headers.emplace_back();
            ask.headers.back().name = name;
            ask.headers.back().value = value;
        }
        ask.body.assign(message.body.begin(), message.body.end());
        ask.received_us = us_of(message.received_at);
        wire::RequestT request;
        request.context = context("webhook", {});
        request.ask.Set(std::move(ask));
        Gathering log;
        const auto reply = call(NOREN_GATEWAY_WEBHOOK, std::move(request), log);
        if (!reply || (*reply)->answer_as_WebhookEvent() == nullptr) return std::nullopt;
        wire::WebhookEventT event;
        (*reply)->answer_as_WebhookEvent()->UnPackTo(&event);
        return event;
    }

private:
    std::unique_ptr<wire::ContextT> context(const std::string& operation, const std::string& locale) const {
        auto out = std::make_unique<wire::ContextT>();
        const auto now = clock_.now();
        out->now_us = us_of(now);
        out->deadline_us = us_of(now + gateway_time);
        out->idempotency_key = operation;
        out->locale = locale;
        return out;
    }

    Result<host::Reply, host::CallFault> call(std::uint32_t method, wire::RequestT request, Gathering& log) {
        host::ExchangeOptions options;
        options.deadline = std::chrono::steady_clock::now() + gateway_time;
        return host::call_with_http(*instance_, method, std::move(request), transport_, log, options);
    }

    template <class Ask>
    Answer operate(std::uint32_t method, Ask ask, const Attempt& attempt, const std::string& locale,
                   const std::string& name) {
        wire::RequestT request;
        // The same for every repeat of this operation on this attempt, and for no other.
        request.context = context(id_text(attempt.id.value) + "-" + name, locale);
        request.ask.Set(std::move(ask));
        Gathering log;
        const auto reply = call(method, std::move(request), log);
        Answer answer;
        if (!reply) {
            answer.outcome = unknown(std::string(host::to_string(reply.error().kind)));
        } else if (const auto* outcome = (*reply)->answer_as_Outcome()) {
            outcome->UnPackTo(&answer.outcome);
        } else {
            const auto* error = (*reply)->answer_as_Error();
            answer.outcome = unknown(error != nullptr && error->code() != nullptr ? error->code()->str() : "no_answer");
        }
        answer.exchanges = std::move(log.exchanges);
        return answer;
    }

    std::shared_ptr<host::Instance> instance_;
    host::ClientTransport transport_;
    const Clock& clock_;
};

}  // namespace

std::unique_ptr<payments::Gateway> gateway_of(std::shared_ptr<host::Instance> instance, http::Client& client,
                                              const Clock& clock) {
    return std::make_unique<HostedGateway>(std::move(instance), client, clock);
}

}  // namespace noren::storefront
