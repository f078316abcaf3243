#include <unicode/regex.h>

#include <algorithm>
#include <stdexcept>

#include "catalog/feed.hpp"
#include "settings/fault.hpp"

namespace noren::catalog {
namespace {

constexpr int32_t most_steps = 1000;  // about a millisecond each; a text that takes longer does not match

icu::UnicodeString wide(const std::string& text) {
    return icu::UnicodeString::fromUTF8(text);
}

}  // namespace

struct FeedCheck::State {
    std::map<std::string, std::string> where;
    std::map<std::string, std::unique_ptr<icu::RegexPattern>> matches;
    std::string expected;
};

FeedCheck::FeedCheck(std::map<std::string, std::string> where, const std::map<std::string, std::string>& matches,
                     std::string expected)
    : state_(std::make_unique<State>(State{std::move(where), {}, std::move(expected)})) {
    for (const auto& [column, pattern] : matches) {
        UErrorCode status = U_ZERO_ERROR;
        std::unique_ptr<icu::RegexPattern> compiled(icu::RegexPattern::compile(wide(pattern), 0, status));
        if (U_FAILURE(status)) {
            throw std::invalid_argument(column + ": \"" + pattern + "\" is no regular expression");
        }
        state_->matches.emplace(column, std::move(compiled));
    }
}
FeedCheck::~FeedCheck() = default;
FeedCheck::FeedCheck(FeedCheck&&) noexcept = default;
FeedCheck& FeedCheck::operator=(FeedCheck&&) noexcept = default;

std::vector<std::string> FeedCheck::failing(const std::function<std::string(const std::string&)>& text) const {
    const bool concerned = std::ranges::all_of(
        state_->where, [&](const auto& condition) { return text(condition.first) == condition.second; });
    std::vector<std::string> failing;
    if (!concerned) return failing;
    for (const auto& [column, pattern] : state_->matches) {
        const auto cell = wide(text(column));
        UErrorCode status = U_ZERO_ERROR;
        const std::unique_ptr<icu::RegexMatcher> matcher(pattern->matcher(cell, status));
        if (U_FAILURE(status)) throw std::bad_alloc();
        matcher->setTimeLimit(most_steps, status);
        const bool matched = matcher->matches(status) != 0;
        if (!matched || U_FAILURE(status)) failing.push_back(column);
    }
    return failing;
}

const std::string& FeedCheck::expected() const {
    return state_->expected;
}

FeedRules feed_rules(const settings::Value& storefront) {
    FeedRules rules{storefront["currency"].currency()};
    for (const auto& state : storefront.at("sale.states").entries()) rules.sale_states.insert(state.key());
    const auto feed = storefront["feed"].or_empty();
    const auto words = feed["availability"].entries();
    if (!words.empty()) rules.availability.clear();
    for (const auto& word : words) rules.availability[word.key()] = word.texts();
    std::vector<FeedCheck> checks;
    for (const auto& check : feed["checks"].items()) {
        const auto texts = [](const settings::Value& map) {
            std::map<std::string, std::string> found;
            for (const auto& entry : map.entries()) found.emplace(entry.key(), entry.text());
            return found;
        };
        try {
            checks.emplace_back(texts(check["where"]), texts(check["matches"]), check.text("expected"));
        } catch (const std::invalid_argument& wrong) {
            throw std::runtime_error(settings::to_string(check.origin()) + ": " + check.path() + ".matches." +
                                     wrong.what());
        }
    }
    rules.checks = std::make_shared<const std::vector<FeedCheck>>(std::move(checks));
    return rules;
}

}  // namespace noren::catalog
