#include <algorithm>

#include "pages/console_desk.hpp"
#include "policies/outcomes.hpp"
#include "policies/record.hpp"

namespace noren::pages {
namespace {

constexpr std::size_t longest_value = 200;

/// A value's YAML on one line, cut between two characters when it is long.
std::string on_one_line(std::string text) {
    while (!text.empty() && text.back() == '\n') text.pop_back();
    std::replace(text.begin(), text.end(), '\n', ' ');
    if (text.size() <= longest_value) return text;
    auto end = longest_value;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    return text.substr(0, end) + " …";
}

/// Reasons of a configuration that is not today's point to files as they were: their place now would be a wrong one.
console::TraceReason shown(const ConsoleDesk& desk, const policies::Reason& reason, bool is_todays) {
    static const std::map<wire::Severity, std::string> severities{
        {wire::Severity::Info, "info"}, {wire::Severity::Warning, "warning"}, {wire::Severity::Refusal, "refusal"}};
    console::TraceReason shown;
    shown.code = reason.code;
    shown.words = {"reason." + reason.code, reason.parameters};
    if (const auto found = severities.find(reason.severity); found != severities.end()) shown.severity = found->second;
    shown.path = reason.path;
    for (const auto& [name, value] : reason.parameters) shown.parameters.push_back({name, value});
    if (reason.line >= 0) shown.parameters.push_back({"line", std::to_string(reason.line + 1)});
    if (!is_todays || reason.path.empty()) return shown;
    shown.origin = desk.shop.effective->locate(reason.path);
    for (const auto& place : desk.shop.effective->places(reason.path)) {
        shown.places.push_back({on_one_line(place.text), settings::to_string(place.origin)});
    }
    return shown;
}

console::TraceAnswer answer_of(const ConsoleDesk& desk, const policies::Record& record, const wire::FactsT& facts,
                               const policies::Ballot& ballot) {
    console::TraceAnswer answer{ballot.policy, ballot.version, {}, {}};
    if (!ballot.fault.empty()) {
        answer.effect = ballot.fault;
        return answer;
    }
    const bool is_todays = record.revision == desk.shop.effective->revision;
    const auto decision = desk.shop.policies.combine(ballot.point, facts, {ballot});
    answer.effect = policies::effect_word(decision.effect);
    const auto add = [&](const policies::Reason& reason) { answer.reasons.push_back(shown(desk, reason, is_todays)); };
    for (const auto& reason : decision.reasons) add(reason);
    for (const auto& line : decision.lines) {
        for (const auto& reason : line.reasons) add(reason);
    }
    for (const auto& method : decision.methods) {
        for (const auto& reason : method.reasons) {
            if (reason.policy.empty()) continue;  // not this policy's: it is silent about the method
            add(reason);
            answer.reasons.back().parameters.push_back({"method", method.name});
        }
    }
    for (const auto& reason : policies::outcome_reasons(decision)) add(reason);
    return answer;
}

}  // namespace

std::vector<console::Decision> trace_of(const ConsoleDesk& desk, const policies::Record& record) {
    auto facts = policies::facts_of(record);
    std::vector<std::pair<wire::Point, std::string>> asked;
    for (const auto& ballot : record.ballots) {
        const std::pair question{ballot.point, ballot.event};
        if (std::find(asked.begin(), asked.end(), question) == asked.end()) asked.push_back(question);
    }
    std::vector<console::Decision> decisions;
    for (const auto& [point, event] : asked) {
        facts.event = event;
        std::vector<policies::Ballot> ballots;
        for (const auto& ballot : record.ballots) {
            if (ballot.point == point && ballot.event == event) ballots.push_back(ballot);
        }
        console::Decision decision;
        decision.id = id_text(record.id.value);
        decision.at = record.at;
        decision.occasion = record.occasion;
        decision.point = std::string(policies::point_word(point)) + (event.empty() ? "" : " " + event);
        decision.effect = policies::effect_word(desk.shop.policies.combine(point, facts, ballots).effect);
        decision.revision = record.revision.substr(0, 12);
        for (const auto& ballot : ballots) decision.answers.push_back(answer_of(desk, record, facts, ballot));
        decisions.push_back(std::move(decision));
    }
    return decisions;
}

console::DecisionRow row_of(const ConsoleDesk& desk, const policies::Record& record,
                            const std::optional<std::string>& order) {
    const auto id = id_text(record.id.value);
    return {id, desk.at("decisions", id), record.at, record.occasion, record.outcome, order};
}

}  // namespace noren::pages
