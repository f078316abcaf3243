#include <noren/policy.hpp>

#include <algorithm>

namespace noren::purchase_limits {
namespace {

class PurchaseLimits final : public Policy {
public:
    explicit PurchaseLimits(const Settings& settings) {
        const auto limits = settings["limits"];
        if (!limits) return;
        applies_ = true;
        path_ = limits.path();
        cumulative_ = limits["counting"].text() == "all_orders";
        for (const auto& word : limits["not_counting"].items()) not_counting_.emplace_back(word.text());
        if (const auto otherwise = limits["otherwise"]) otherwise_ = otherwise.integer();
    }

    VerdictT decide(const FactsT& facts, const Call&) override {
        auto verdict = allow();
        if (!applies_) return verdict;
        const auto& lines = facts.order->lines;
        for (std::size_t i = 0; i < lines.size(); ++i) judge(facts, lines[i], static_cast<std::int32_t>(i), verdict);
        return verdict;
    }

private:
    void judge(const FactsT& facts, const LineT& line, std::int32_t place, VerdictT& verdict) const {
        const std::int64_t limit = line.purchase_limit > 0 ? line.purchase_limit : otherwise_;
        if (limit <= 0) return;
        const bool counts = cumulative_ && !is_excepted(line);
        const auto ordered = counts ? std::max(history_of(facts, "units_ordered", line.sku), std::int64_t{0}) : 0;
        const auto left = std::max(limit - ordered, std::int64_t{0});
        auto& bound = verdict.limits.emplace_back();
        bound.line = place;
        bound.at_most = static_cast<std::int32_t>(left);
        if (counts) {
            auto& guard = verdict.guards.emplace_back();
            guard.counter = "units_ordered";
            guard.key = line.sku;
            guard.at_most = limit;
        }
        if (line.quantity <= left) return;
        auto why =
            reason("purchase_limit", path_, {{"limit", std::to_string(limit)}, {"at_most", std::to_string(left)}});
        why.line = place;
        verdict.effect = Effect::Deny;
        verdict.reasons.push_back(std::move(why));
    }

    bool is_excepted(const LineT& line) const {
        return std::any_of(line.restrictions.begin(), line.restrictions.end(), [this](const std::string& word) {
            return std::find(not_counting_.begin(), not_counting_.end(), word) != not_counting_.end();
        });
    }

    bool applies_ = false;
    bool cumulative_ = true;
    std::vector<std::string> not_counting_;
    std::int64_t otherwise_ = 0;  // none
    std::string path_;
};

}  // namespace
}  // namespace noren::purchase_limits

NOREN_POLICY(noren::purchase_limits::PurchaseLimits)
