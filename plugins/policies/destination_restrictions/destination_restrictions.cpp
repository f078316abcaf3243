#include <noren/policy.hpp>

#include <map>

namespace noren::destination_restrictions {
namespace {

struct Country {
    std::string code;
    std::string path;
};

struct Rule {
    std::vector<Country> only_to;
    std::string only_to_path;
    std::vector<Country> except;
};

std::vector<Country> countries(const Setting& list) {
    std::vector<Country> all;
    for (const auto& item : list.items()) all.push_back({std::string{item.text()}, item.path()});
    return all;
}

const Country* find(const std::vector<Country>& list, std::string_view code) {
    for (const auto& country : list) {
        if (country.code == code) return &country;
    }
    return nullptr;
}

class DestinationRestrictions final : public Policy {
public:
    explicit DestinationRestrictions(const Settings& settings) {
        for (const auto& word : settings["restrictions"].items()) {
            rules_.emplace(word.key(), Rule{countries(word["only_to"]), word["only_to"].path(),
                                            countries(word["except_countries"])});
        }
    }

    VerdictT decide(const FactsT& facts, const Call&) override {
        auto verdict = allow();
        const bool moves = facts.point == Point::Change;
        if (moves && facts.change->what != "address") return verdict;
        const auto& country = moves ? facts.change->destination->country : facts.order->destination->country;
        if (country.empty()) return verdict;
        const auto& lines = facts.order->lines;
        for (std::size_t i = 0; i < lines.size(); ++i) {
            for (const auto& word : lines[i].restrictions) {
                const auto path = forbidden(word, country);
                if (!path) continue;
                auto why = reason("not_to_destination", *path, {{"restriction", word}, {"country", country}});
                why.line = static_cast<std::int32_t>(i);
                verdict.effect = Effect::Deny;
                verdict.reasons.push_back(std::move(why));
            }
        }
        return verdict;
    }

private:
    /// Where it says that items of this word do not go there.
    std::optional<std::string> forbidden(const std::string& word, const std::string& country) const {
        const auto found = rules_.find(word);
        if (found == rules_.end()) return std::nullopt;
        const auto& rule = found->second;
        if (!rule.only_to.empty() && !find(rule.only_to, country)) return rule.only_to_path;
        const auto* excepted = find(rule.except, country);
        return excepted ? std::optional{excepted->path} : std::nullopt;
    }

    std::map<std::string, Rule, std::less<>> rules_;
};

}  // namespace
}  // namespace noren::destination_restrictions

NOREN_POLICY(noren::destination_restrictions::DestinationRestrictions)
