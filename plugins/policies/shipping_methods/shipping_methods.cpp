#include <noren/policy.hpp>

#include "../common/method_rules.hpp"

namespace noren {
namespace {

class ShippingMethods final : public Policy {
public:
    explicit ShippingMethods(const Settings& settings) : rules_(settings["methods"]) {}

    VerdictT decide(const FactsT& facts, const Call&) override {
        return rules_.offer(facts, std::array<std::string_view, 1>{facts.order->destination->country});
    }

private:
    method_rules::MethodRules rules_;
};

}  // namespace
}  // namespace noren

NOREN_POLICY(noren::ShippingMethods)
