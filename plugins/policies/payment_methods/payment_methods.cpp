#include <noren/policy.hpp>

#include "../common/method_rules.hpp"

namespace noren {
namespace {

class PaymentMethods final : public Policy {
public:
    explicit PaymentMethods(const Settings& settings) : rules_(settings["methods"]) {}

    VerdictT decide(const FactsT& facts, const Call&) override {
        const auto& order = *facts.order;
        return rules_.offer(facts, std::array<std::string_view, 2>{order.billing_country, order.destination->country});
    }

private:
    method_rules::MethodRules rules_;
};

}  // namespace
}  // namespace noren

NOREN_POLICY(noren::PaymentMethods)
