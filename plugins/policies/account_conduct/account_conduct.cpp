#include <noren/policy.hpp>

#include <algorithm>
#include <array>
#include <map>

namespace noren::account_conduct {
namespace {

constexpr std::int64_t us_a_second = 1000000;
constexpr std::int64_t seconds_a_day = 86400;

struct Threshold {
    std::int64_t sum;
    std::string step;
    std::string path;
};

class AccountConduct final : public Policy {
public:
    explicit AccountConduct(const Settings& settings)
        : within_days_(days_of(settings["within"])),
          steps_path_(settings["steps"].path()),
          restricted_path_(settings["restricted_may_order"].path()) {
        for (const auto& kind : settings["counts"].items()) counts_.emplace(kind.key(), kind.integer());
        // The mildest first: the last that is reached is the strictest.
        for (const auto* step : {"remind", "warn", "restrict", "close"}) {
            if (const auto at = settings["steps"][step]) thresholds_.push_back({at.integer(), step, at.path()});
        }
        for (std::size_t i = 1; i < thresholds_.size(); ++i) {
            if (thresholds_[i].sum > thresholds_[i - 1].sum) continue;
            throw SettingError(thresholds_[i].path, "must be more than " + thresholds_[i - 1].step + "'s");
        }
        for (const auto& state : settings["restricted_may_order"].items()) may_order_.emplace_back(state.text());
    }

    VerdictT decide(const FactsT& facts, const Call&) override {
        return facts.point == Point::Sell ? sell(facts) : judge(facts);
    }

private:
    VerdictT judge(const FactsT& facts) const {
        const auto& calendar = *facts.calendar;
        const auto first_day = calendar.today - within_days_;
        const auto since_us = (first_day * seconds_a_day - calendar.utc_offset_s) * us_a_second;
        std::int64_t sum = 0;
        for (const auto& [kind, weight] : counts_) {
            sum += weight * count_since(facts, "offences", kind, since_us);
        }
        auto verdict = allow();
        verdict.conduct = std::make_unique<ConductActionT>();
        for (const auto& threshold : thresholds_) {
            if (sum < threshold.sum) break;
            verdict.conduct->step = threshold.step;
            verdict.conduct->reason =
                std::make_unique<ReasonT>(note("conduct", threshold.path, {{"sum", std::to_string(sum)}}));
        }
        return verdict;
    }

    VerdictT sell(const FactsT& facts) const {
        auto verdict = allow();
        const auto refuse = [&verdict](ReasonT why) {
            verdict.effect = Effect::Deny;
            verdict.reasons.push_back(std::move(why));
        };
        const auto& standing = facts.customer->standing;
        if (standing == "closed") refuse(reason("account_closed", steps_path_));
        if (standing != "restricted") return verdict;
        const auto& lines = facts.order->lines;
        for (std::size_t i = 0; i < lines.size(); ++i) {
            if (std::find(may_order_.begin(), may_order_.end(), lines[i].sale_state) != may_order_.end()) continue;
            auto why = reason("account_restricted", restricted_path_);
            why.line = static_cast<std::int32_t>(i);
            refuse(std::move(why));
        }
        return verdict;
    }

    static std::int64_t days_of(const Setting& within) {
        const auto span = within.span();
        if (span.unit != Span::Unit::days) throw SettingError(within.path(), "is told in days, such as 365d");
        return span.count;
    }

    std::int64_t within_days_;
    std::map<std::string, std::int64_t, std::less<>> counts_;
    std::vector<Threshold> thresholds_;
    std::string steps_path_;
    std::vector<std::string> may_order_;
    std::string restricted_path_;
};

}  // namespace
}  // namespace noren::account_conduct

NOREN_POLICY(noren::account_conduct::AccountConduct)
