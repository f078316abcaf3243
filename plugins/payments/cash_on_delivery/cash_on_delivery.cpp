#include <noren/gateway.hpp>

#include <optional>

namespace noren::cash_on_delivery {
namespace {

class CashOnDelivery final : public Gateway {
public:
    explicit CashOnDelivery(const Settings& settings) : at_most_path_(settings["at_most"].path()) {
        if (const auto most = settings["at_most"]) at_most_ = most.money();
    }

    OutcomeT begin(const BeginRequestT& request, const Call&, Http&) override { return collected(*request.attempt); }
    OutcomeT status(const StatusRequestT& request, const Call&, Http&) override { return collected(*request.attempt); }

private:
    OutcomeT collected(const wire::AttemptT& attempt) const {
        const auto amount = money_of(attempt.amount);
        const bool too_much =
            at_most_ && (amount->currency() != at_most_->currency() || amount->minor() > at_most_->minor());
        if (too_much) return outcome::refused(reason("too_much_to_collect", at_most_path_));
        return outcome::pending(Awaiting::Clearing, attempt.id);
    }

    std::optional<Money> at_most_;
    std::string at_most_path_;
};

}  // namespace
}  // namespace noren::cash_on_delivery

NOREN_GATEWAY(noren::cash_on_delivery::CashOnDelivery)
