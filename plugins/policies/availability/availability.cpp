#include <noren/policy.hpp>

#include <algorithm>
#include <map>

namespace noren::availability {
namespace {

class Availability final : public Policy {
public:
    explicit Availability(const Settings& settings)
        : states_path_(settings["states"].path()),
          per_line_(settings["at_most_per_line"].integer()),
          per_line_path_(settings["at_most_per_line"].path()) {
        for (const auto& state : settings["states"].items()) {
            states_.emplace(state.key(), State{state["orderable"].boolean(), std::string{state["take_from"].text()},
                                               state["orderable"].path(), state["take_from"].path()});
        }
    }

    VerdictT decide(const FactsT& facts, const Call&) override {
        auto verdict = allow();
        const auto& lines = facts.order->lines;
        for (std::size_t i = 0; i < lines.size(); ++i) judge(lines[i], static_cast<std::int32_t>(i), verdict);
        return verdict;
    }

private:
    struct State {
        bool orderable;
        std::string take_from;
        std::string orderable_path;
        std::string take_from_path;
    };

    void judge(const LineT& line, std::int32_t place, VerdictT& verdict) const {
        auto& limit = verdict.limits.emplace_back();
        limit.line = place;
        const auto refuse = [&](ReasonT why) {
            why.line = place;
            verdict.effect = Effect::Deny;
            verdict.reasons.push_back(std::move(why));
        };

        const auto known = states_.find(line.sale_state);
        if (known == states_.end()) {
            return refuse(
                reason("unknown_sale_state", states_path_, {{"state", std::string{cut(line.sale_state, 64)}}}));
        }
        const auto& state = known->second;
        if (!state.orderable)
            return refuse(reason("not_orderable", state.orderable_path, {{"state", line.sale_state}}));

        const auto stock = stock_of(line, state);
        limit.source = state.take_from;
        limit.at_most = static_cast<std::int32_t>(std::min(stock, per_line_));
        if (stock == 0) return refuse(reason("sold_out", state.take_from_path, {{"state", line.sale_state}}));
        if (line.quantity > limit.at_most) {
            refuse(reason("too_many", stock < per_line_ ? state.take_from_path : per_line_path_,
                          {{"at_most", std::to_string(limit.at_most)}}));
        } else if (line.quantity < 1) {
            refuse(reason("too_few", {}, {{"at_least", "1"}}));
        }
    }

    std::int64_t stock_of(const LineT& line, const State& state) const {
        if (state.take_from == "on_hand") return std::max(line.on_hand, std::int64_t{0});
        if (state.take_from == "incoming") return std::max(line.incoming, std::int64_t{0});
        return per_line_;
    }

    std::string states_path_;
    std::map<std::string, State, std::less<>> states_;
    std::int64_t per_line_;
    std::string per_line_path_;
};

}  // namespace
}  // namespace noren::availability

NOREN_POLICY(noren::availability::Availability)
