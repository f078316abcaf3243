#include "policies/outcomes.hpp"

namespace noren::policies {

std::vector<Reason> outcome_reasons(const Decision& decision) {
    std::vector<Reason> reasons;
    const auto add = [&reasons](const std::unique_ptr<wire::ReasonT>& from) {
        if (!from) return;
        Reason reason;
        reason.code = from->code;
        reason.severity = from->severity;
        reason.path = from->path;
        reasons.push_back(std::move(reason));
    };
    if (decision.due) add(decision.due->reason);
    if (decision.overdue) add(decision.overdue->reason);
    for (const auto& fee : decision.fees) add(fee.reason);
    for (const auto& mail : decision.mails) add(mail.reason);
    if (decision.conduct) add(decision.conduct->reason);
    return reasons;
}

}  // namespace noren::policies
