#include <noren/policy.hpp>

#include <optional>

#include "../common/method_rules.hpp"

namespace noren {
namespace {

struct Amount {
    Money money;
    std::string path;
};

struct Count {
    std::int64_t number;
    std::string path;
};

/// What a method is not offered beyond, and what it costs.
struct Terms {
    std::optional<Amount> up_to;
    std::optional<Amount> first_payment_up_to;
    std::optional<Count> unpaid_orders_up_to;
    std::optional<Amount> fee;
};

class PaymentMethods final : public Policy {
public:
    explicit PaymentMethods(const Settings& settings) : rules_(settings["methods"]) {
        for (const auto& method : settings["methods"].items()) {
            const auto amount = [&method](const char* key) {
                const auto setting = method[key];
                return setting ? std::optional{Amount{setting.money(), setting.path()}} : std::nullopt;
            };
            Terms terms{amount("up_to"), amount("first_payment_up_to"), {}, amount("fee")};
            if (const auto most = method["unpaid_orders_up_to"]) {
                terms.unpaid_orders_up_to = Count{most.integer(), most.path()};
            }
            terms_.emplace(method.key(), std::move(terms));
        }
    }

    VerdictT decide(const FactsT& facts, const Call&) override {
        return facts.point == Point::Charge ? charge(facts) : offer(facts);
    }

private:
    VerdictT offer(const FactsT& facts) const {
        const auto& order = *facts.order;
        auto verdict =
            rules_.offer(facts, std::array<std::string_view, 2>{order.billing_country, order.destination->country});
        for (auto& method : verdict.methods) {
            const auto terms = terms_.find(method.name);
            if (terms == terms_.end()) continue;
            for (auto& why : refusals(facts, terms->second)) method.reasons.push_back(std::move(why));
            if (!method.reasons.empty()) method.effect = Effect::Deny;
        }
        return verdict;
    }

    static std::vector<ReasonT> refusals(const FactsT& facts, const Terms& terms) {
        std::vector<ReasonT> all;
        const auto exceeds = [&facts](const std::optional<Amount>& most) {
            const auto goods = money_of(facts.order->goods);
            return most && goods && (goods->currency() != most->money.currency() || *goods > most->money);
        };
        if (exceeds(terms.up_to)) {
            all.push_back(reason("amount_too_high", terms.up_to->path, {{"up_to", to_string(terms.up_to->money)}}));
        }
        if (history_of(facts, "orders_paid") == 0 && exceeds(terms.first_payment_up_to)) {
            const auto& most = *terms.first_payment_up_to;
            all.push_back(reason("first_payment_too_high", most.path, {{"up_to", to_string(most.money)}}));
        }
        if (const auto& most = terms.unpaid_orders_up_to;
            most && count_since(facts, "offences", "not_paid", 0) > most->number) {
            all.push_back(reason("too_many_unpaid_orders", most->path, {{"up_to", std::to_string(most->number)}}));
        }
        return all;
    }

    VerdictT charge(const FactsT& facts) const {
        auto verdict = allow();
        const auto terms = terms_.find(facts.order->payment_method);
        if (terms == terms_.end() || !terms->second.fee) return verdict;
        const auto& fee = *terms->second.fee;
        auto& added = verdict.fees.emplace_back();
        added.code = "payment_fee";
        added.amount = wire_money(fee.money);
        added.reason =
            std::make_unique<ReasonT>(note("payment_fee", fee.path, {{"method", facts.order->payment_method}}));
        return verdict;
    }

    method_rules::MethodRules rules_;
    std::map<std::string, Terms, std::less<>> terms_;
};

}  // namespace
}  // namespace noren

NOREN_POLICY(noren::PaymentMethods)
