#include "storefront/hosted.hpp"

#include <noren/abi.h>

#include "carriers/remembering.hpp"

namespace noren::storefront {
namespace {

std::string error_code(const wire::Reply& reply) {
    const auto* error = reply.answer_as_Error();
    return error != nullptr && error->code() != nullptr ? error->code()->str() : std::string("no_answer");
}

class HostedCarrier final : public carriers::Carrier {
public:
    HostedCarrier(std::shared_ptr<host::Instance> instance, const Clock& clock)
        : instance_(std::move(instance)), clock_(clock) {}

    Result<wire::QuotesT, std::string> quotes(const wire::QuotesRequestT& request) override {
        noren_fb::FlatBufferBuilder builder(2048);
        wire::ContextBuilder context(builder);
        context.add_now_us(us_of(clock_.now()));
        const auto context_at = context.Finish();
        const auto ask = wire::QuotesRequest::Pack(builder, &request);
        wire::RequestBuilder message(builder);
        message.add_context(context_at);
        message.add_ask_type(wire::Ask::QuotesRequest);
        message.add_ask(ask.Union());
        builder.Finish(message.Finish());

        const auto reply = instance_->call(NOREN_CARRIER_QUOTES, {builder.GetBufferPointer(), builder.GetSize()},
                                           host::CallOptions::within(carrier_time));
        if (!reply) return refuse(std::string(host::to_string(reply.error().kind)));
        const auto* answer = (*reply)->answer_as_Quotes();
        if (answer == nullptr) return refuse(error_code(**reply));
        wire::QuotesT quotes;
        answer->UnPackTo(&quotes);
        return quotes;
    }

private:
    std::shared_ptr<host::Instance> instance_;
    const Clock& clock_;
};

}  // namespace

policies::Voter voter_of(std::shared_ptr<host::Instance> instance) {
    const auto& manifest = instance->manifest();
    policies::Voter voter;
    voter.id = manifest.id;
    voter.version = manifest.version;
    voter.decides = manifest.decides;
    for (const auto& need : manifest.needs) voter.needs.push_back({need.need, need.of});
    voter.fallback = manifest.fallback == host::Fallback::skip ? policies::Fallback::skip : policies::Fallback::deny;
    voter.ask = [instance = std::move(instance)](
                    std::span<const std::uint8_t> request) -> Result<std::vector<std::uint8_t>, std::string> {
        const auto reply = instance->call(NOREN_POLICY_DECIDE, request, host::CallOptions::within(policy_time));
        if (!reply) return refuse(std::string(host::to_string(reply.error().kind)));
        if ((*reply)->answer_as_Verdict() == nullptr) return refuse(error_code(**reply));
        const auto bytes = reply->bytes();
        return std::vector<std::uint8_t>(bytes.begin(), bytes.end());
    };
    return voter;
}

std::unique_ptr<carriers::Carrier> carrier_of(std::shared_ptr<host::Instance> instance, const Clock& clock) {
    return std::make_unique<carriers::Remembering>(std::make_unique<HostedCarrier>(std::move(instance), clock), clock);
}

}  // namespace noren::storefront
