// MethodRules: which of the methods that a storefront names (to pay, to send) are offered to whom. What the policies
// payment_methods and shipping_methods share; a method that the storefront does not name is not offered.
#pragma once

#include <noren/policy.hpp>

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace noren::method_rules {

/// A word of a list in the configuration, and where it stands.
struct Entry {
    std::string word;
    std::string path;
};

/// Whom a method is for. An empty list restricts nothing.
struct Rules {
    std::string only_to_path;
    std::vector<Entry> only_to;
    std::vector<Entry> except_countries;
    std::vector<Entry> never_to;
};

class MethodRules {
public:
    /// From a map of methods, each a map of `only_to`, `except_countries` and `never_to`.
    explicit MethodRules(const Setting& methods) : path_(methods.path()) {
        for (const auto& method : methods.items()) {
            rules_.emplace(method.key(), Rules{method["only_to"].path(), entries(method["only_to"]),
                                               entries(method["except_countries"]), entries(method["never_to"])});
        }
    }

    /// A verdict on every candidate of the facts. `countries` are those that `except_countries` looks at.
    template <class Countries>
    VerdictT offer(const FactsT& facts, const Countries& countries) const {
        auto verdict = allow();
        verdict.methods.reserve(facts.methods.size());
        for (const auto& candidate : facts.methods) {
            auto& offered = verdict.methods.emplace_back();
            offered.name = candidate.name;
            offered.reasons = refusals(candidate.name, *facts.order->destination, countries);
            offered.effect = offered.reasons.empty() ? Effect::Allow : Effect::Deny;
        }
        return verdict;
    }

private:
    template <class Countries>
    std::vector<ReasonT> refusals(const std::string& name, const wire::DestinationT& to,
                                  const Countries& countries) const {
        std::vector<ReasonT> all;
        const auto found = rules_.find(name);
        if (found == rules_.end()) {
            all.push_back(reason("method_not_configured", path_));
            return all;
        }
        const auto& rules = found->second;
        if (!rules.only_to.empty() && !find(rules.only_to, to.country)) {
            all.push_back(
                reason("country_not_included", rules.only_to_path, {{"country", std::string{cut(to.country, 8)}}}));
        }
        for (const std::string_view country : countries) {
            const auto* excluded = find(rules.except_countries, country);
            if (!excluded) continue;
            all.push_back(reason("country_excluded", excluded->path, {{"country", excluded->word}}));
            break;
        }
        if (const auto* hotel = find(rules.never_to, "hotel"); hotel && to.is_hotel) {
            all.push_back(reason("hotel_excluded", hotel->path));
        }
        return all;
    }

    static std::vector<Entry> entries(const Setting& list) {
        std::vector<Entry> all;
        for (const auto& item : list.items()) all.push_back({std::string{item.text()}, item.path()});
        return all;
    }
    static const Entry* find(const std::vector<Entry>& entries, std::string_view word) {
        for (const auto& entry : entries) {
            if (entry.word == word) return &entry;
        }
        return nullptr;
    }

    std::string path_;
    std::map<std::string, Rules, std::less<>> rules_;
};

}  // namespace noren::method_rules
