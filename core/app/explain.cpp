#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/one_line.hpp"
#include "app/opened.hpp"
#include "policies/outcomes.hpp"

namespace noren::app {
namespace {

using nlohmann::json;

/// Each point that a record decided, in the order in which it was asked.
std::vector<std::pair<wire::Point, std::string>> points_of(const policies::Record& record) {
    std::vector<std::pair<wire::Point, std::string>> points;
    for (const auto& ballot : record.ballots) {
        const std::pair point{ballot.point, ballot.event};
        if (points.empty() || points.back() != point) points.push_back(point);
    }
    return points;
}

void show(const settings::Effective& effective, const policies::Reason& reason) {
    std::printf("      %s", reason.code.c_str());
    for (const auto& [name, value] : reason.parameters) std::printf(" %s=%s", name.c_str(), value.c_str());
    if (reason.line >= 0) std::printf(" (line %d)", reason.line + 1);
    std::printf("\n");
    const auto places = reason.path.empty() ? std::vector<settings::Place>{} : effective.places(reason.path);
    for (std::size_t i = 0; i < places.size(); ++i) {
        std::printf("        %s%s: %s  # %s%s\n", i == 0 ? "" : "overrides ", reason.path.c_str(),
                    one_line(places[i].text).c_str(), settings::to_string(places[i].origin).c_str(),
                    places[i].by_default ? " (default)" : "");
    }
}

json shown(const policies::Reason& reason) {
    json out{{"code", reason.code}, {"policy", reason.policy},     {"version", reason.version},
             {"path", reason.path}, {"location", reason.location}, {"line", reason.line}};
    for (const auto& [name, value] : reason.parameters) out["parameters"][name] = value;
    return out;
}

}  // namespace

int explain(const Whereabouts& whereabouts, const std::string& storefront, const std::string& number, bool as_json) {
    Opened opened(whereabouts, Gateways::closed, storefront);
    auto& shop = *opened.storefronts.front();
    const auto records = shop.books.read([&](store::Transaction& tx) -> std::optional<std::vector<policies::Record>> {
        const auto order = shop.orders.find(tx, number);
        if (order) return policies::of_order(tx, order->id);
        const auto refused = id_from_text(number);
        const auto record = refused ? policies::find(tx, DecisionId{*refused}) : std::nullopt;
        if (record) return std::vector{*record};
        return std::nullopt;
    });
    if (!records) {
        std::fprintf(stderr, "noren: there is no order and no refused placement '%s'\n", number.c_str());
        return 1;
    }
    auto all = json::array();
    for (const auto& record : *records) {
        auto facts = policies::facts_of(record);
        if (!as_json) {
            std::printf("%s: %s (decision %s, configuration %s)\n", record.occasion.c_str(), record.outcome.c_str(),
                        id_text(record.id.value).c_str(), record.revision.substr(0, 12).c_str());
        }
        auto points = json::array();
        for (const auto& [point, event] : points_of(record)) {
            facts.event = event;
            const auto decision = shop.policies.combine(point, facts, record.ballots);
            auto reasons = json::array();
            if (!as_json) {
                std::printf("  %s%s%s: %s\n", std::string(policies::point_word(point)).c_str(),
                            event.empty() ? "" : " ", event.c_str(),
                            std::string(policies::effect_word(decision.effect)).c_str());
                for (const auto& ballot : decision.ballots)
                    std::printf("    %s %s\n", ballot.policy.c_str(), ballot.version.c_str());
            }
            const auto tell = [&](const policies::Reason& reason) {
                if (as_json)
                    reasons.push_back(shown(reason));
                else
                    show(*shop.effective, reason);
            };
            for (const auto& reason : decision.reasons) tell(reason);
            for (const auto& method : decision.methods) {
                for (const auto& reason : method.reasons) {
                    if (!reason.policy.empty()) tell(reason);
                }
            }
            for (const auto& reason : policies::outcome_reasons(decision)) tell(reason);
            points.push_back({{"point", policies::point_word(point)},
                              {"event", event},
                              {"effect", policies::effect_word(decision.effect)},
                              {"reasons", std::move(reasons)}});
        }
        all.push_back({{"decision", id_text(record.id.value)},
                       {"occasion", record.occasion},
                       {"outcome", record.outcome},
                       {"revision", record.revision},
                       {"points", std::move(points)}});
    }
    if (as_json) std::printf("%s\n", all.dump().c_str());
    return 0;
}

}  // namespace noren::app
