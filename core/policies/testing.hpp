// Test support: policies as lambdas.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "policies/policies.hpp"

namespace noren::policies::testing {

/// The bytes of a Reply that holds `verdict`.
inline std::vector<std::uint8_t> reply_with(const wire::VerdictT& verdict) {
    noren_fb::FlatBufferBuilder builder;
    const auto packed = wire::Verdict::Pack(builder, &verdict);
    wire::ReplyBuilder reply(builder);
    reply.add_answer_type(wire::Answer::Verdict);
    reply.add_answer(packed.Union());
    builder.Finish(reply.Finish());
    return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

/// A policy that says of the facts what `decide` says.
inline Voter voter(std::string id, std::vector<wire::Point> points,
                   std::function<wire::VerdictT(const wire::FactsT&)> decide, Fallback fallback = Fallback::deny) {
    Voter made;
    made.id = std::move(id);
    made.version = "1.0";
    made.decides = std::move(points);
    made.fallback = fallback;
    made.ask = [decide = std::move(decide)](
                   std::span<const std::uint8_t> request) -> Result<std::vector<std::uint8_t>, std::string> {
        wire::FactsT facts;
        noren_fb::GetRoot<wire::Request>(request.data())->ask_as_Facts()->UnPackTo(&facts);
        return reply_with(decide(facts));
    };
    return made;
}

/// A policy that fails with `fault`.
inline Voter failing(std::string id, std::vector<wire::Point> points, std::string fault, Fallback fallback) {
    Voter made;
    made.id = std::move(id);
    made.version = "1.0";
    made.decides = std::move(points);
    made.fallback = fallback;
    made.ask = [fault =
                    std::move(fault)](std::span<const std::uint8_t>) -> Result<std::vector<std::uint8_t>, std::string> {
        return refuse(fault);
    };
    return made;
}

inline wire::VerdictT verdict(wire::Effect effect) {
    wire::VerdictT made;
    made.effect = effect;
    return made;
}

inline wire::ReasonT reason(std::string code, wire::Severity severity = wire::Severity::Refusal, int line = -1,
                            std::string path = {}) {
    wire::ReasonT made;
    made.code = std::move(code);
    made.severity = severity;
    made.line = line;
    made.path = std::move(path);
    return made;
}

inline wire::LineLimitT limit(int line, int at_most, std::string source) {
    wire::LineLimitT made;
    made.line = line;
    made.at_most = at_most;
    made.source = std::move(source);
    return made;
}

inline wire::MethodVerdictT method(std::string name, wire::Effect effect) {
    wire::MethodVerdictT made;
    made.name = std::move(name);
    made.effect = effect;
    if (effect == wire::Effect::Deny) made.reasons.push_back(reason("method_refused"));
    return made;
}

inline std::unique_ptr<wire::SpanValueT> span(std::int64_t count, const char* unit) {
    auto made = std::make_unique<wire::SpanValueT>();
    made->count = count;
    made->unit = unit;
    return made;
}

inline std::unique_ptr<wire::DueT> due(std::int64_t count, const char* unit, bool final = false) {
    auto made = std::make_unique<wire::DueT>();
    made->within = span(count, unit);
    made->final = final;
    return made;
}

inline std::unique_ptr<wire::OverdueActionT> overdue(bool cancel, std::string bar_whom) {
    auto made = std::make_unique<wire::OverdueActionT>();
    made->cancel = cancel;
    made->bar_whom = std::move(bar_whom);
    return made;
}

inline wire::MailT mail(std::string template_name, std::int64_t count = 0, const char* unit = "s") {
    wire::MailT made;
    made.template_ = std::move(template_name);
    made.after = span(count, unit);
    return made;
}

inline wire::LineVerdictT line(int line, wire::Effect effect, std::string reason_code = {}, std::int64_t until_us = 0) {
    wire::LineVerdictT made;
    made.line = line;
    made.effect = effect;
    made.until_us = until_us;
    if (!reason_code.empty()) made.reasons.push_back(reason(std::move(reason_code), wire::Severity::Refusal, line));
    return made;
}

inline std::unique_ptr<wire::ConductActionT> conduct(std::string step) {
    auto made = std::make_unique<wire::ConductActionT>();
    made->step = std::move(step);
    return made;
}

inline wire::GuardT guard(std::string counter, std::string key, std::int64_t at_most) {
    wire::GuardT made;
    made.counter = std::move(counter);
    made.key = std::move(key);
    made.at_most = at_most;
    return made;
}

}  // namespace noren::policies::testing
