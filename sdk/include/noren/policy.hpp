// Policy: decides what a shop decides, at the points that its manifest lists. Pure: the same facts give the same
// verdict, today and when the decision is replayed years later. There is no Http here, and no clock but
// `facts.calendar`.
//
//     class Availability final : public noren::Policy { ... };
//     NOREN_POLICY(Availability)
//
// Override one of the two methods: `decide` is plain C++, `write_verdict` reads and writes messages in place.
#pragma once

#include <noren/plugin.hpp>

namespace noren {

using wire::ChangeT;
using wire::ConductActionT;
using wire::DueT;
using wire::Effect;
using wire::FactsT;
using wire::LineLimitT;
using wire::LineT;
using wire::LineVerdictT;
using wire::MailT;
using wire::MethodVerdictT;
using wire::Point;
using wire::ReasonT;
using wire::RegistrationT;
using wire::VerdictT;

class Policy {
public:
    Policy() = default;
    Policy(const Policy&) = delete;
    Policy& operator=(const Policy&) = delete;
    virtual ~Policy() = default;

    /// The verdict on the facts; `facts.point` says what is asked, sdk/schema/policy.fbs which parts are read at each
    /// point. `customer`, `order`, `order->destination` and `calendar` are always there (empty when they do not apply),
    /// `change` with its `destination` at Change, `registration` at Register.
    virtual VerdictT decide(const FactsT& facts, const Call& call) {
        (void)facts, (void)call;
        throw detail::NoSuchMethod{};
    }

    /// The same on the messages themselves.
    virtual noren_fb::Offset<wire::Verdict> write_verdict(const wire::Facts& facts, Builder& builder,
                                                          const Call& call) {
        FactsT unpacked;
        facts.UnPackTo(&unpacked);
        detail::ensure(unpacked.customer);
        detail::ensure(unpacked.order);
        detail::ensure(unpacked.order->destination);
        detail::ensure(unpacked.calendar);
        if (unpacked.point == Point::Change) {
            detail::ensure(unpacked.change);
            detail::ensure(unpacked.change->destination);
        }
        if (unpacked.point == Point::Register) detail::ensure(unpacked.registration);
        const VerdictT verdict = decide(unpacked, call);
        return wire::CreateVerdict(builder, &verdict);
    }

    /// For the boundary.
    static Answered answer(Policy& policy, std::uint32_t method, const wire::Request& request, Builder& builder,
                           const Call& call, Http&) {
        if (method != NOREN_POLICY_DECIDE) throw detail::NoSuchMethod{};
        const auto& facts = detail::ask_of<wire::Facts>(request);
        return {wire::Answer::Verdict, policy.write_verdict(facts, builder, call).Union()};
    }
};

/// A verdict that allows, refusing nothing.
inline VerdictT allow() {
    VerdictT made;
    made.effect = Effect::Allow;
    return made;
}

/// The past as the core reckoned it for a need of the manifest; 0 when it told nothing.
inline std::int64_t history_of(const FactsT& facts, std::string_view need, std::string_view key = {}) {
    for (const auto& past : facts.history) {
        if (past.need == need && past.key == key) return past.value;
    }
    return 0;
}

/// Whether the request is about the line at this place: it is named, or the whole order is meant.
inline bool is_selected(const FactsT& facts, int line) {
    if (facts.selected.empty()) return true;
    for (const auto place : facts.selected) {
        if (place == line) return true;
    }
    return false;
}

/// How often something was told of the past since `since_us`, such as offences of a kind; of every kind when `key` is
/// empty.
inline int count_since(const FactsT& facts, std::string_view need, std::string_view key, std::int64_t since_us) {
    int count = 0;
    for (const auto& past : facts.history) {
        if (past.need == need && (key.empty() || past.key == key) && past.value >= since_us) ++count;
    }
    return count;
}

}  // namespace noren

#define NOREN_POLICY(Class) NOREN_PLUGIN(Class, ::noren::Policy)
