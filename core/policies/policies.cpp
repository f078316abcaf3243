#include "policies/policies.hpp"

#include <algorithm>
#include <array>

namespace noren::policies {
namespace {

int rank(wire::Effect effect) {
    switch (effect) {
        case wire::Effect::Deny: return 5;
        case wire::Effect::StaffOnly: return 4;
        case wire::Effect::Wait: return 3;
        case wire::Effect::Warn: return 2;
        case wire::Effect::Allow: return 1;
        case wire::Effect::Unknown: return 0;
    }
    return 5;  // an effect that this core does not know is not taken for consent
}

std::string text_of(const noren_fb::String* text) {
    return text ? text->str() : std::string();
}

int rank(std::string_view conduct_step) {
    static constexpr std::array<std::string_view, 5> mildest_first{"", "remind", "warn", "restrict", "close"};
    const auto found = std::find(mildest_first.begin(), mildest_first.end(), conduct_step);
    return static_cast<int>(found - mildest_first.begin());
}

/// Of two ends the earlier; 0 is none.
std::int64_t earlier(std::int64_t one, std::int64_t other) {
    return one == 0 || (other != 0 && other < one) ? other : one;
}

// Elapsed seconds are comparable with calendar days well enough to tell which of two deadlines is the stricter.
std::int64_t rough_seconds(const wire::DueT& due) {
    if (!due.within) return 0;
    return due.within->unit == "s" ? due.within->count : due.within->count * 86400;
}

/// Lines stay together only when `further` puts them into one group too. Groups count from 0 in the order of the lines.
void split(std::vector<int>& groups, const noren_fb::Vector<std::int32_t>& further) {
    std::vector<std::pair<int, std::int32_t>> known;
    for (std::size_t line = 0; line < groups.size(); ++line) {
        const std::pair<int, std::int32_t> both{groups[line], further.Get(static_cast<noren_fb::uoffset_t>(line))};
        const auto found = std::find(known.begin(), known.end(), both);
        groups[line] = static_cast<int>(found - known.begin());
        if (found == known.end()) known.push_back(both);
    }
}

template <class Table, class Native>
Native unpacked(const Table& table) {
    Native native;
    table.UnPackTo(&native);
    return native;
}

}  // namespace

void Policies::prepare(Decision& decision, const wire::FactsT& facts) {
    const auto lines = facts.order ? facts.order->lines.size() : 0;
    decision.limits.resize(lines);
    decision.lines.resize(lines);
    decision.groups.resize(lines, 0);
    for (const auto& method : facts.methods) decision.methods.push_back({method.name, false, {}});
}

Decision Policies::decide(wire::Point point, wire::FactsT& facts) const {
    facts.point = point;
    Decision decision;
    decision.point = point;
    prepare(decision, facts);

    const auto request = facts_bytes(facts);
    for (const auto& voter : voters_) {
        if (std::find(voter.decides.begin(), voter.decides.end(), point) != voter.decides.end()) {
            auto ballot = ask(voter, point, request);
            ballot.event = facts.event;
            count(std::move(ballot), decision);
        }
    }
    finish(decision);
    return decision;
}

Decision Policies::combine(wire::Point point, const wire::FactsT& facts, const std::vector<Ballot>& ballots) const {
    Decision decision;
    decision.point = point;
    prepare(decision, facts);
    for (const auto& ballot : ballots) {
        if (ballot.point != point || ballot.event != facts.event) continue;
        noren_fb::Verifier verifier(ballot.reply.data(), ballot.reply.size());
        if (!ballot.reply.empty() && !verifier.VerifyBuffer<wire::Reply>(nullptr)) {
            throw std::logic_error("a recorded verdict is damaged");
        }
        count(ballot, decision);
    }
    finish(decision);
    return decision;
}

Ballot Policies::ask(const Voter& voter, wire::Point point, std::span<const std::uint8_t> request) const {
    Ballot ballot{point, {}, voter.id, voter.version, {}, {}};
    auto reply = voter.ask(request);
    if (!reply) {
        ballot.fault = reply.error();
    } else if (noren_fb::GetRoot<wire::Reply>(reply->data())->answer_as_Verdict() == nullptr) {
        ballot.fault = "policy_failed";
    } else {
        ballot.reply = *std::move(reply);
    }
    return ballot;
}

void Policies::count(Ballot ballot, Decision& decision) const {
    const auto* verdict =
        ballot.reply.empty() ? nullptr : noren_fb::GetRoot<wire::Reply>(ballot.reply.data())->answer_as_Verdict();
    const auto voter =
        std::find_if(voters_.begin(), voters_.end(), [&](const Voter& one) { return one.id == ballot.policy; });
    if (verdict != nullptr) {
        add(*verdict, ballot, decision);
    } else if (voter == voters_.end() || voter->fallback == Fallback::deny) {
        decision.effect = wire::Effect::Deny;
        decision.reasons.push_back({ballot.policy,
                                    ballot.version,
                                    "policy_failed",
                                    wire::Severity::Refusal,
                                    {},
                                    {},
                                    {{"fault", ballot.fault}},
                                    -1});
    }
    decision.ballots.push_back(std::move(ballot));
}

Reason Policies::reason(const wire::Reason& from, const Ballot& ballot) const {
    Reason reason;
    reason.policy = ballot.policy;
    reason.version = ballot.version;
    reason.code = text_of(from.code());
    reason.severity = from.severity();
    reason.path = text_of(from.path());
    reason.line = from.line();
    if (from.parameters() != nullptr) {
        for (const auto* parameter : *from.parameters()) {
            reason.parameters.emplace_back(text_of(parameter->name()), text_of(parameter->value()));
        }
    }
    if (!reason.path.empty()) {
        if (auto location = locate_(reason.path)) {
            reason.location = *std::move(location);
        } else {
            reason.parameters.emplace_back("false_path", reason.path);
            reason.path.clear();
        }
    }
    return reason;
}

void Policies::add(const wire::Verdict& verdict, const Ballot& ballot, Decision& decision) const {
    if (rank(verdict.effect()) > rank(decision.effect)) decision.effect = verdict.effect();
    if (verdict.reasons() != nullptr) {
        for (const auto* from : *verdict.reasons()) decision.reasons.push_back(reason(*from, ballot));
    }
    if (verdict.limits() != nullptr) {
        for (const auto* limit : *verdict.limits()) {
            if (limit->line() < 0 || static_cast<std::size_t>(limit->line()) >= decision.limits.size()) continue;
            auto& held = decision.limits[static_cast<std::size_t>(limit->line())];
            if (!held || limit->at_most() < held->at_most) {
                auto source = text_of(limit->source());
                if (source.empty() && held) source = held->source;
                held = LineLimit{limit->at_most(), std::move(source)};
            } else if (held->source.empty()) {
                held->source = text_of(limit->source());
            }
        }
    }
    if (verdict.methods() != nullptr) {
        for (const auto* method : *verdict.methods()) {
            const auto name = text_of(method->name());
            const auto held = std::find_if(decision.methods.begin(), decision.methods.end(),
                                           [&](const MethodDecision& m) { return m.name == name; });
            if (held == decision.methods.end()) continue;
            const bool allows = method->effect() == wire::Effect::Allow || method->effect() == wire::Effect::Warn;
            const bool refused_before = !held->offered && !held->reasons.empty();
            held->offered = allows && !refused_before;
            if (method->reasons() != nullptr) {
                for (const auto* from : *method->reasons()) held->reasons.push_back(reason(*from, ballot));
            }
            if (!allows && held->reasons.empty()) {
                held->reasons.push_back(
                    {ballot.policy, ballot.version, "not_offered", wire::Severity::Refusal, {}, {}, {}, -1});
            }
        }
    }
    if (verdict.fees() != nullptr) {
        for (const auto* fee : *verdict.fees()) decision.fees.push_back(unpacked<wire::Fee, wire::FeeT>(*fee));
    }
    if (verdict.due() != nullptr) {
        auto due = unpacked<wire::Due, wire::DueT>(*verdict.due());
        const auto& held = decision.due;
        const bool rivals = held && held->final == due.final;
        if (!held || (rivals ? rough_seconds(due) < rough_seconds(*held) : due.final)) decision.due = std::move(due);
    }
    if (verdict.overdue() != nullptr && !decision.overdue) {
        decision.overdue = unpacked<wire::OverdueAction, wire::OverdueActionT>(*verdict.overdue());
    }
    if (verdict.lines() != nullptr) {
        for (const auto* line : *verdict.lines()) {
            if (line->line() < 0 || static_cast<std::size_t>(line->line()) >= decision.lines.size()) continue;
            auto& held = decision.lines[static_cast<std::size_t>(line->line())];
            if (rank(line->effect()) > rank(held.effect)) held.effect = line->effect();
            held.until_us = earlier(held.until_us, line->until_us());
            if (line->reasons() != nullptr) {
                for (const auto* from : *line->reasons()) held.reasons.push_back(reason(*from, ballot));
            }
        }
    }
    decision.until_us = earlier(decision.until_us, verdict.until_us());
    decision.offence_weight = std::max(decision.offence_weight, verdict.offence_weight());
    if (verdict.groups() != nullptr && verdict.groups()->size() == decision.groups.size()) {
        split(decision.groups, *verdict.groups());
    }
    if (const auto* conduct = verdict.conduct()) {
        if (!decision.conduct || rank(text_of(conduct->step())) > rank(decision.conduct->step)) {
            decision.conduct = unpacked<wire::ConductAction, wire::ConductActionT>(*conduct);
        }
    }
    if (verdict.mails() != nullptr) {
        for (const auto* mail : *verdict.mails()) decision.mails.push_back(unpacked<wire::Mail, wire::MailT>(*mail));
    }
    if (verdict.guards() != nullptr) {
        for (const auto* guard : *verdict.guards()) {
            decision.guards.push_back(unpacked<wire::Guard, wire::GuardT>(*guard));
        }
    }
}

void Policies::finish(Decision& decision) const {
    if (decision.point == wire::Point::Cancel && !decision.ballots.empty()) {
        for (auto& line : decision.lines) {
            // A line that no policy spoke of is as the whole is.
            if (rank(decision.effect) > rank(line.effect)) line.effect = decision.effect;
            line.until_us = earlier(line.until_us, decision.until_us);
        }
    }
    if (decision.ballots.empty()) {
        for (auto& line : decision.lines) line.effect = wire::Effect::Deny;
        decision.effect = wire::Effect::Deny;
        decision.reasons.push_back({{}, {}, "no_policy", wire::Severity::Refusal, {}, {}, {}, -1});
    }
    if (decision.denied()) {
        for (auto& method : decision.methods) {
            method.offered = false;
            method.reasons.insert(method.reasons.end(), decision.reasons.begin(), decision.reasons.end());
        }
    }
    // The other methods' policies were silent about this one: nobody allowed it.
    for (auto& method : decision.methods) {
        if (!method.offered && method.reasons.empty()) {
            method.reasons.push_back({{}, {}, "not_offered", wire::Severity::Refusal, {}, {}, {}, -1});
        }
    }
}

std::vector<Need> Policies::needs(std::span<const wire::Point> points) const {
    std::vector<Need> needs;
    for (const auto& voter : voters_) {
        const bool concerned = std::any_of(points.begin(), points.end(), [&](wire::Point point) {
            return std::find(voter.decides.begin(), voter.decides.end(), point) != voter.decides.end();
        });
        if (!concerned) continue;
        for (const auto& need : voter.needs) {
            if (std::find(needs.begin(), needs.end(), need) == needs.end()) needs.push_back(need);
        }
    }
    return needs;
}

bool Policies::decides(wire::Point point) const {
    return std::any_of(voters_.begin(), voters_.end(), [&](const Voter& voter) {
        return std::find(voter.decides.begin(), voter.decides.end(), point) != voter.decides.end();
    });
}

std::string_view effect_word(wire::Effect effect) {
    static constexpr std::array<std::string_view, 6> words{"unknown", "allow", "warn", "deny", "staff_only", "wait"};
    const auto place = static_cast<std::size_t>(effect);
    return place < words.size() ? words[place] : words[0];
}

std::string_view point_word(wire::Point point) {
    static constexpr std::array<std::string_view, 25> words{
        "unknown",   "register", "sell",  "offer_payment", "offer_shipping", "price",   "discount", "tax",  "charge",
        "partition", "combine",  "split", "change",        "cancel",         "invoice", "overdue",  "earn", "redeem",
        "expire",    "conduct",  "claim", "return",        "review",         "notify",  "hold"};
    const auto place = static_cast<std::size_t>(point);
    return place < words.size() ? words[place] : words[0];
}

}  // namespace noren::policies
