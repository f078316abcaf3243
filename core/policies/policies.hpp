// Policies: what a storefront decides, asked of its policy plugins and combined by a fixed rule.
//
// A decision is a pure function of its facts, so that it can be replayed. Deny wins over wait, wait over warn, warn
// over allow; a method is offered when every policy that speaks of it allows it and at least one does; the smallest
// line limit holds; fees and mails add; the strictest deadline wins unless one is final; of a line too the strictest
// effect holds, and the earliest end; lines share an order number where all policies put them together; the strictest
// step of conduct wins. Every reason names the policy,
// its version and the configuration that caused it; a reason whose path does not exist is a fault of the policy.
#pragma once

#include <noren/wire/message.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "policies/record.hpp"

namespace noren::policies {

/// A fact about the past that a policy wants computed, such as `barred_items` of the `household`.
struct Need {
    std::string name;
    std::string of;
    friend bool operator==(const Need&, const Need&) = default;
};

/// What a failing policy stands for: its manifest's `fallback`.
enum class Fallback { deny, skip };

/// A policy of this storefront, as the host offers it.
struct Voter {
    std::string id;
    std::string version;
    std::vector<wire::Point> decides;
    std::vector<Need> needs;
    Fallback fallback = Fallback::deny;
    /// Asks it: a Request with Facts in, a Reply with a verified Verdict out, or a stable code of what went wrong.
    std::function<Result<std::vector<std::uint8_t>, std::string>(std::span<const std::uint8_t> request)> ask;
};

struct Reason {
    std::string policy;
    std::string version;
    std::string code;  // stable, snake_case
    wire::Severity severity = wire::Severity::Unknown;
    std::string path;      // configuration path, may be empty
    std::string location;  // file:line:column of the path
    std::vector<std::pair<std::string, std::string>> parameters;
    int line = -1;  // order line, -1: the whole
};

struct LineLimit {
    std::int64_t at_most = 0;
    std::string source;
};

struct MethodDecision {
    std::string name;
    bool offered = false;
    std::vector<Reason> reasons;
};

/// What is decided of one line, for Cancel.
struct LineDecision {
    wire::Effect effect = wire::Effect::Unknown;
    std::vector<Reason> reasons;
    std::int64_t until_us = 0;  // 0: no end is known
};

struct Decision {
    wire::Point point = wire::Point::Unknown;
    wire::Effect effect = wire::Effect::Unknown;
    std::vector<Reason> reasons;
    std::vector<std::optional<LineLimit>> limits;  // by line; nothing: no policy limits it
    std::vector<MethodDecision> methods;           // by the facts' methods
    std::vector<wire::FeeT> fees;
    std::optional<wire::DueT> due;
    std::optional<wire::OverdueActionT> overdue;
    std::vector<wire::MailT> mails;
    std::vector<wire::GuardT> guards;
    std::vector<LineDecision> lines;  // by line
    std::vector<int> groups;          // by line: who shares an order number, from 0 on
    std::int64_t until_us = 0;        // 0: no end is known
    int offence_weight = 0;
    std::optional<wire::ConductActionT> conduct;
    std::vector<Ballot> ballots;  // what each policy said, for the record

    bool denied() const { return effect == wire::Effect::Deny || effect == wire::Effect::StaffOnly; }
    /// Whether `actor` (customer, staff, system) may, as far as it is the whole's to say.
    bool allows(std::string_view actor) const { return permits(effect, actor); }
    /// Whether an effect lets `actor` do it. StaffOnly keeps customers from it; silence nobody.
    static bool permits(wire::Effect effect, std::string_view actor) {
        return effect == wire::Effect::Allow || effect == wire::Effect::Warn ||
               (effect == wire::Effect::StaffOnly && actor != "customer");
    }
};

class Policies {
public:
    /// Where a configuration path stands (`file:line:column`), or nothing when it does not exist.
    using Locate = std::function<std::optional<std::string>(std::string_view path)>;

    Policies(std::vector<Voter> voters, Locate locate) : voters_(std::move(voters)), locate_(std::move(locate)) {}

    /// Asks every policy that decides `point`. Any thread. Sets point and event of `facts`; where nobody decides the
    /// point the answer is Deny with code `no_policy`.
    Decision decide(wire::Point point, wire::FactsT& facts) const;

    /// The history that policies of these points want in their facts.
    std::vector<Need> needs(std::span<const wire::Point> points) const;

    bool decides(wire::Point point) const;

    /// What recorded ballots decided: the same combination, nobody asked again. A ballot of a policy that failed and is
    /// no longer asked is a Deny. Throws std::logic_error when a ballot is damaged.
    Decision combine(wire::Point point, const wire::FactsT& facts, const std::vector<Ballot>& ballots) const;

private:
    static void prepare(Decision& decision, const wire::FactsT& facts);
    Ballot ask(const Voter& voter, wire::Point point, std::span<const std::uint8_t> request) const;
    void count(Ballot ballot, Decision& decision) const;
    void add(const wire::Verdict& verdict, const Ballot& ballot, Decision& decision) const;
    Reason reason(const wire::Reason& from, const Ballot& ballot) const;
    void finish(Decision& decision) const;

    std::vector<Voter> voters_;
    Locate locate_;
};

/// "deny", "allow", ... as logs, the API and the console say it.
std::string_view effect_word(wire::Effect effect);
std::string_view point_word(wire::Point point);

}  // namespace noren::policies
