#include <noren/policy.hpp>

#include <algorithm>

namespace noren::shipping_estimates {
namespace {

class ShippingEstimates final : public Policy {
public:
    explicit ShippingEstimates(const Settings& settings)
        : states_path_(settings["estimates"]["states"].path()),
          at_most_(settings["estimates"]["at_most"].integer()),
          at_most_path_(settings["estimates"]["at_most"].path()) {
        for (const auto& state : settings["estimates"]["states"].items()) states_.emplace_back(state.text());
    }

    VerdictT decide(const FactsT& facts, const Call&) override {
        auto verdict = allow();
        if (facts.event != "estimate") return verdict;
        const auto refuse = [&verdict](ReasonT why) {
            verdict.effect = Effect::Deny;
            verdict.reasons.push_back(std::move(why));
        };
        const auto& lines = facts.order->lines;
        std::int64_t units = 0;
        for (std::size_t i = 0; i < lines.size(); ++i) {
            units += std::max(lines[i].quantity, 0);
            if (std::find(states_.begin(), states_.end(), lines[i].sale_state) != states_.end()) continue;
            auto why =
                reason("no_estimate_for_state", states_path_, {{"state", std::string{cut(lines[i].sale_state, 64)}}});
            why.line = static_cast<std::int32_t>(i);
            refuse(std::move(why));
        }
        if (units > at_most_) {
            refuse(reason("too_many_to_estimate", at_most_path_, {{"at_most", std::to_string(at_most_)}}));
        }
        return verdict;
    }

private:
    std::vector<std::string> states_;
    std::string states_path_;
    std::int64_t at_most_;
    std::string at_most_path_;
};

}  // namespace
}  // namespace noren::shipping_estimates

NOREN_POLICY(noren::shipping_estimates::ShippingEstimates)
