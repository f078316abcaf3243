#include <noren/policy.hpp>

#include <algorithm>
#include <optional>

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
        const auto prepayment = settings["prepayment"];
        if (!prepayment) return;
        if (const auto from = prepayment["orders_from"]) orders_from_ = Threshold{from.money(), from.path()};
        if (const auto from = prepayment["items_from"]) items_from_ = Threshold{from.money(), from.path()};
        for (const auto& method : prepayment["by"].items()) prepaid_by_.emplace_back(method.text());
    }

    VerdictT decide(const FactsT& facts, const Call&) override {
        switch (facts.point) {
            case Point::Sell: return sell(facts);
            case Point::OfferPayment: return offer(facts);
            case Point::Invoice: return invoice(*facts.order);
            case Point::Overdue: return overdue();
            default: throw Failure("unknown_point", "payment_terms decides sell, offer_payment, invoice and overdue");
        }
    }

private:
    struct Threshold {
        Money money;
        std::string path;

        bool is_reached_by(const std::unique_ptr<wire::MoneyT>& wire_amount) const {
            const auto amount = money_of(wire_amount);
            return amount && (amount->currency() != money.currency() || *amount >= money);
        }
    };

    /// What asks this order to be paid before anything is procured for it; nothing: it need not be.
    const Threshold* prepaid_because_of(const wire::OrderT& order) const {
        if (orders_from_ && orders_from_->is_reached_by(order.goods)) return &*orders_from_;
        const bool item = items_from_ && std::any_of(order.lines.begin(), order.lines.end(), [this](const LineT& line) {
                              return items_from_->is_reached_by(line.unit_price);
                          });
        return item ? &*items_from_ : nullptr;
    }

    /// Speaks only of what a prepaid order may not be paid by.
    VerdictT offer(const FactsT& facts) const {
        auto verdict = allow();
        const auto* because = prepaid_because_of(*facts.order);
        if (!because) return verdict;
        for (const auto& candidate : facts.methods) {
            if (std::find(prepaid_by_.begin(), prepaid_by_.end(), candidate.name) != prepaid_by_.end()) continue;
            auto& refused = verdict.methods.emplace_back();
            refused.name = candidate.name;
            refused.effect = Effect::Deny;
            refused.reasons.push_back(reason("prepayment_required", because->path));
        }
        return verdict;
    }

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

    VerdictT invoice(const wire::OrderT& order) const {
        auto verdict = allow();
        const auto& lines = order.lines;
        const auto* prepaid = prepaid_because_of(order);
        const bool complete = std::all_of(lines.begin(), lines.end(), [](const LineT& line) {
            return line.quantity > 0 && line.on_hand >= line.quantity;
        });
        if (lines.empty() || (!at_order_ && !prepaid && !complete)) {
            verdict.effect = Effect::Wait;
            verdict.reasons.push_back(note("awaiting_stock", invoice_when_path_));
            return verdict;
        }
        if (prepaid) verdict.reasons.push_back(note("prepayment", prepaid->path));
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
    std::optional<Threshold> orders_from_;
    std::optional<Threshold> items_from_;
    std::vector<std::string> prepaid_by_;
};

}  // namespace
}  // namespace noren::payment_terms

NOREN_POLICY(noren::payment_terms::PaymentTerms)
