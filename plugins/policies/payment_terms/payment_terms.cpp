#include <noren/policy.hpp>

#include <algorithm>

namespace noren::payment_terms {
namespace {

class PaymentTerms final : public Policy {
public:
    explicit PaymentTerms(const Settings& settings)
        : due_(settings["due"].span()),
          due_path_(settings["due"].path()),
          at_order_(settings["invoice_when"].text() == "at_order"),
          invoice_when_path_(settings["invoice_when"].path()),
          cancel_(settings["overdue"]["cancel"].boolean()),
          cancel_path_(settings["overdue"]["cancel"].path()),
          bar_path_(settings["overdue"]["bar"].path()) {
        if (const auto bar = settings["overdue"]["bar"]) bar_whom_ = bar["whom"].text();
    }

    VerdictT decide(const FactsT& facts, const Call&) override {
        switch (facts.point) {
            case Point::Sell: return sell(facts);
            case Point::Invoice: return invoice(facts.order->lines);
            case Point::Overdue: return overdue();
            default: throw Failure("unknown_point", "payment_terms decides sell, invoice and overdue");
        }
    }

private:
    VerdictT sell(const FactsT& facts) const {
        auto verdict = allow();
        if (bar_whom_.empty()) return verdict;
        const auto& lines = facts.order->lines;
        for (std::size_t i = 0; i < lines.size(); ++i) {
            if (history_of(facts, "barred_items", lines[i].sku) <= 0) continue;
            verdict.effect = Effect::Deny;
            verdict.reasons.push_back(reason("barred_after_nonpayment", bar_path_));
            verdict.reasons.back().line = static_cast<std::int32_t>(i);
        }
        return verdict;
    }

    VerdictT invoice(const std::vector<LineT>& lines) const {
        auto verdict = allow();
        const bool complete = std::all_of(lines.begin(), lines.end(), [](const LineT& line) {
            return line.quantity > 0 && line.on_hand >= line.quantity;
        });
        if (!at_order_ && (!complete || lines.empty())) {
            verdict.effect = Effect::Wait;
            verdict.reasons.push_back(note("awaiting_stock", invoice_when_path_));
            return verdict;
        }
        verdict.due = std::make_unique<wire::DueT>();
        verdict.due->within = wire_span(due_);
        verdict.due->reason = std::make_unique<ReasonT>(note("payment_due", due_path_));
        return verdict;
    }

    VerdictT overdue() const {
        auto verdict = allow();
        if (!cancel_) verdict.effect = Effect::Wait;
        verdict.overdue = std::make_unique<wire::OverdueActionT>();
        verdict.overdue->cancel = cancel_;
        verdict.overdue->bar_whom = bar_whom_;
        verdict.overdue->reason = std::make_unique<ReasonT>(note("payment_overdue", cancel_path_));
        return verdict;
    }

    Span due_;
    std::string due_path_;
    bool at_order_;
    std::string invoice_when_path_;
    bool cancel_;
    std::string cancel_path_;
    std::string bar_path_;
    std::string bar_whom_;  // empty: nobody
};

}  // namespace
}  // namespace noren::payment_terms

NOREN_POLICY(noren::payment_terms::PaymentTerms)
