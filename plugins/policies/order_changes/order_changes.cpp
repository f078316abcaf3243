#include <noren/policy.hpp>

#include <algorithm>

namespace noren::order_changes {
namespace {

/// Words of a list, and where it stands.
struct Listed {
    std::vector<std::string> what;
    std::string path;

    explicit Listed(const Setting& list) : path(list.path()) {
        for (const auto& item : list.items()) what.emplace_back(item.text());
    }
    bool covers(const std::string& wanted) const { return std::find(what.begin(), what.end(), wanted) != what.end(); }
};

class OrderChanges final : public Policy {
public:
    explicit OrderChanges(const Settings& settings)
        : customer_(settings["customer"]),
          staff_(settings["staff"]),
          paid_is_for_staff_(settings["once_paid"].text() == "staff"),
          once_paid_path_(settings["once_paid"].path()),
          price_follows_(settings["price_follows"]) {}

    VerdictT decide(const FactsT& facts, const Call&) override {
        const auto& order = *facts.order;
        const auto& what = facts.change->what;
        const std::string shown{cut(what, 64)};
        auto verdict = allow();
        if (order.fulfilment == "shipped" || order.fulfilment == "delivered") {
            deny(verdict, Effect::Deny, reason("already_shipped"));
        } else if (order.fulfilment == "cancelled") {
            deny(verdict, Effect::Deny, reason("already_cancelled"));
        }
        if (order.payment == "paid" || order.payment == "pending") {
            deny(verdict, paid_is_for_staff_ ? Effect::StaffOnly : Effect::Deny,
                 reason("already_paid", once_paid_path_));
        }
        if (what == "price") {
            if (!price_follows(facts)) deny(verdict, Effect::Deny, reason("price_is_final", price_follows_.path));
            return verdict;
        }
        if (customer_.covers(what)) return verdict;
        if (staff_.covers(what)) {
            deny(verdict, Effect::StaffOnly, reason("changed_by_staff_only", customer_.path, {{"what", shown}}));
        } else {
            deny(verdict, Effect::Deny, reason("not_changeable", staff_.path, {{"what", shown}}));
        }
        return verdict;
    }

private:
    /// Whether all lines that are meant are in a state whose price moves.
    bool price_follows(const FactsT& facts) const {
        const auto& lines = facts.order->lines;
        for (std::size_t i = 0; i < lines.size(); ++i) {
            if (is_selected(facts, static_cast<int>(i)) && !price_follows_.covers(lines[i].sale_state)) return false;
        }
        return true;
    }

    static void deny(VerdictT& verdict, Effect effect, ReasonT why) {
        if (verdict.effect != Effect::Deny) verdict.effect = effect;
        verdict.reasons.push_back(std::move(why));
    }

    Listed customer_;
    Listed staff_;
    bool paid_is_for_staff_;
    std::string once_paid_path_;
    Listed price_follows_;  // sale states
};

}  // namespace
}  // namespace noren::order_changes

NOREN_POLICY(noren::order_changes::OrderChanges)
