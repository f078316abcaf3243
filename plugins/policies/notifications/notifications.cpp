#include <noren/policy.hpp>

#include <map>

namespace noren {
namespace {

class Notifications final : public Policy {
public:
    explicit Notifications(const Settings& settings) {
        for (const auto& event : settings.root().items()) {
            const bool at_once = event["when"].text() == "at_once";
            const Span after{0, at_once ? Span::Unit::seconds : Span::Unit::business_days};
            mails_.emplace(event.key(), Planned{std::string{event["mail"].text()}, after, event.path()});
        }
    }

    VerdictT decide(const FactsT& facts, const Call&) override {
        auto verdict = allow();
        const auto found = mails_.find(facts.event);
        if (found == mails_.end()) return verdict;
        auto& mail = verdict.mails.emplace_back();
        mail.template_ = found->second.name;
        mail.after = wire_span(found->second.after);
        mail.reason = std::make_unique<ReasonT>(note("notified_of", found->second.path, {{"event", facts.event}}));
        return verdict;
    }

private:
    struct Planned {
        std::string name;
        Span after;
        std::string path;
    };
    std::map<std::string, Planned, std::less<>> mails_;
};

}  // namespace
}  // namespace noren

NOREN_POLICY(noren::Notifications)
