#include <noren/policy.hpp>

#include <optional>

namespace noren::order_holds {
namespace {

constexpr std::int64_t us_a_second = 1000000;
constexpr std::int64_t seconds_a_day = 86400;

/// Seconds since midnight, of `HH:MM` as the host hands it over.
std::int64_t seconds_of(std::string_view time) {
    const auto digit = [time](std::size_t place) { return std::int64_t{time.at(place) - '0'}; };
    return ((digit(0) * 10 + digit(1)) * 60 + digit(3) * 10 + digit(4)) * 60;
}

/// The time of day in which orders alike are taken for double ones; over midnight when it ends before it begins.
class Night {
public:
    Night(std::int64_t from_s, std::int64_t to_s) : from_s_(from_s), length_s_(to_s - from_s) {
        if (length_s_ <= 0) length_s_ += seconds_a_day;
    }

    /// Which night an instant lies in, by local time; nothing by day.
    std::optional<std::int64_t> of(std::int64_t instant_us, std::int64_t utc_offset_s) const {
        const auto since_begin = instant_us / us_a_second + utc_offset_s - from_s_;
        const auto into = ((since_begin % seconds_a_day) + seconds_a_day) % seconds_a_day;
        if (into >= length_s_) return std::nullopt;
        return (since_begin - into) / seconds_a_day;
    }

private:
    std::int64_t from_s_;
    std::int64_t length_s_;
};

class OrderHolds final : public Policy {
public:
    explicit OrderHolds(const Settings& settings)
        : garbled_(settings["garbled"].boolean()),
          garbled_path_(settings["garbled"].path()),
          double_path_(settings["double_orders"].path()),
          reply_within_(settings["reply_within"].span()),
          reply_path_(settings["reply_within"].path()),
          blocks_(settings["block_new_orders"].boolean()),
          blocks_path_(settings["block_new_orders"].path()) {
        if (const auto night = settings["double_orders"]) {
            night_.emplace(seconds_of(night["from"].text()), seconds_of(night["to"].text()));
        }
    }

    VerdictT decide(const FactsT& facts, const Call&) override {
        return facts.point == Point::Sell ? sell(facts) : hold(facts);
    }

private:
    VerdictT hold(const FactsT& facts) const {
        auto verdict = allow();
        if (garbled_) {
            for (const auto& part : facts.order->garbled) {
                verdict.reasons.push_back(reason("garbled", garbled_path_, {{"part", part}}));
            }
        }
        if (const auto other = double_of(facts)) {
            verdict.reasons.push_back(reason("double_order", double_path_, {{"other", *other}}));
        }
        if (verdict.reasons.empty()) return verdict;
        verdict.effect = Effect::Wait;
        verdict.due = std::make_unique<DueT>();
        verdict.due->within = wire_span(reply_within_);
        verdict.due->reason = std::make_unique<ReasonT>(note("reply_awaited", reply_path_));
        return verdict;
    }

    /// The number of an order alike of the same night.
    std::optional<std::string> double_of(const FactsT& facts) const {
        if (!night_) return std::nullopt;
        const auto offset = facts.calendar->utc_offset_s;
        const auto placed = night_->of(facts.order->placed_us, offset);
        if (!placed) return std::nullopt;
        for (const auto& past : facts.history) {
            if (past.need == "identical_orders" && night_->of(past.value, offset) == placed) return past.key;
        }
        return std::nullopt;
    }

    VerdictT sell(const FactsT& facts) const {
        auto verdict = allow();
        if (!blocks_) return verdict;
        for (const auto& past : facts.history) {
            if (past.need != "unsettled_orders") continue;
            verdict.effect = Effect::Deny;
            verdict.reasons.push_back(reason("earlier_order_unsettled", blocks_path_, {{"problem", past.key}}));
            break;
        }
        return verdict;
    }

    bool garbled_;
    std::string garbled_path_;
    std::optional<Night> night_;
    std::string double_path_;
    Span reply_within_;
    std::string reply_path_;
    bool blocks_;
    std::string blocks_path_;
};

}  // namespace
}  // namespace noren::order_holds

NOREN_POLICY(noren::order_holds::OrderHolds)
