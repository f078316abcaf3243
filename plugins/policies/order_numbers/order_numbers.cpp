#include <noren/policy.hpp>

#include <algorithm>
#include <chrono>

namespace noren::order_numbers {
namespace {

/// A number for the month of a day, the same for days of one month alone. Never 0.
std::int64_t month_of(std::int32_t days) {
    const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
    return int{date.year()} * std::int64_t{100} + unsigned{date.month()};
}

class OrderNumbers final : public Policy {
public:
    explicit OrderNumbers(const Settings& settings) : share_(settings["share_number"].text()) {
        for (const auto& state : settings["pre_order_states"].items()) pre_order_states_.emplace_back(state.text());
    }

    VerdictT decide(const FactsT& facts, const Call&) override {
        auto verdict = allow();
        constexpr std::int64_t together = -1;
        std::vector<std::int64_t> keys;  // lines of one key share a number
        for (const auto& line : facts.order->lines) {
            const auto place = static_cast<std::int64_t>(keys.size());
            if (share_ == "line" || (share_ == "pre_order_apart" && is_pre_order(line))) {
                keys.push_back(place);
            } else if (share_ == "release_month" && is_pre_order(line) && !is_of_this_month(line, *facts.calendar)) {
                keys.push_back(line.release_date == 0 ? 0 : month_of(line.release_date));
            } else {
                keys.push_back(together);
            }
        }
        for (const auto key : keys) {
            const auto first = std::find(keys.begin(), keys.end(), key);
            verdict.groups.push_back(static_cast<std::int32_t>(first - keys.begin()));
        }
        return verdict;
    }

private:
    bool is_pre_order(const LineT& line) const {
        return std::find(pre_order_states_.begin(), pre_order_states_.end(), line.sale_state) !=
               pre_order_states_.end();
    }
    static bool is_of_this_month(const LineT& line, const wire::CalendarT& calendar) {
        return line.release_date != 0 && month_of(line.release_date) == month_of(calendar.today);
    }

    std::string share_;
    std::vector<std::string> pre_order_states_;
};

}  // namespace
}  // namespace noren::order_numbers

NOREN_POLICY(noren::order_numbers::OrderNumbers)
