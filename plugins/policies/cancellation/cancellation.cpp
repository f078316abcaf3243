#include <noren/policy.hpp>

#include <map>

namespace noren::cancellation {
namespace {

constexpr std::int64_t us_a_second = 1000000;
constexpr std::int64_t seconds_a_day = 86400;

struct Rule {
    std::string until;
    std::string path;
};

class Cancellation final : public Policy {
public:
    explicit Cancellation(const Settings& settings)
        : lines_path_(settings["lines"].path()),
          paid_is_for_staff_(settings["once_paid"].text() == "staff"),
          once_paid_path_(settings["once_paid"].path()),
          counts_(static_cast<std::int32_t>(settings["counts"].integer())) {
        for (const auto& line : settings["lines"].items()) {
            rules_.emplace(line.key(), Rule{std::string{line.text()}, line.path()});
        }
    }

    VerdictT decide(const FactsT& facts, const Call&) override {
        auto verdict = allow();
        const auto& order = *facts.order;
        if (facts.actor != "customer") {
            for (std::size_t i = 0; i < order.lines.size(); ++i) verdict.lines.push_back(line(i, Effect::Allow));
            return verdict;
        }
        verdict.offence_weight = counts_;
        if (order.payment == "pending") {
            leave_to_staff(verdict, reason("payment_under_way", once_paid_path_));
        } else if (paid_is_for_staff_ && order.payment == "paid") {
            leave_to_staff(verdict, reason("already_paid", once_paid_path_));
        }
        for (std::size_t i = 0; i < order.lines.size(); ++i) {
            verdict.lines.push_back(judge(facts, i));
        }
        return verdict;
    }

private:
    LineVerdictT judge(const FactsT& facts, std::size_t place) const {
        const auto& ordered = facts.order->lines[place];
        const auto found = rules_.find(ordered.sale_state);
        if (found == rules_.end()) return staff_only(place, "state_not_cancellable", lines_path_);
        const auto& [until, path] = found->second;
        if (until == "never") return staff_only(place, "not_by_customer", path);
        if (until == "shipping") return line(place, Effect::Allow);
        if (until == "payment_deadline") return line(place, Effect::Allow, facts.order->due_us);
        if (facts.order->invoiced_us != 0) return staff_only(place, "already_invoiced", path);
        if (ordered.release_date == 0) return line(place, Effect::Allow);  // no date is announced yet
        if (facts.calendar->today >= ordered.release_date) return staff_only(place, "released", path);
        const auto release_us =
            (std::int64_t{ordered.release_date} * seconds_a_day - facts.calendar->utc_offset_s) * us_a_second;
        return line(place, Effect::Allow, release_us);
    }

    static LineVerdictT line(std::size_t place, Effect effect, std::int64_t until_us = 0) {
        LineVerdictT made;
        made.line = static_cast<std::int32_t>(place);
        made.effect = effect;
        made.until_us = until_us;
        return made;
    }

    static LineVerdictT staff_only(std::size_t place, std::string_view code, const std::string& path) {
        auto made = line(place, Effect::StaffOnly);
        made.reasons.push_back(reason(code, path));
        made.reasons.back().line = made.line;
        return made;
    }

    static void leave_to_staff(VerdictT& verdict, ReasonT why) {
        verdict.effect = Effect::StaffOnly;
        verdict.reasons.push_back(std::move(why));
    }

    std::string lines_path_;
    std::map<std::string, Rule, std::less<>> rules_;
    bool paid_is_for_staff_;
    std::string once_paid_path_;
    std::int32_t counts_;
};

}  // namespace
}  // namespace noren::cancellation

NOREN_POLICY(noren::cancellation::Cancellation)
