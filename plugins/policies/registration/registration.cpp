#include <noren/policy.hpp>

#include <algorithm>

namespace noren::registration {
namespace {

struct Entry {
    std::string word;
    std::string path;
};

std::vector<Entry> entries(const Setting& list) {
    std::vector<Entry> all;
    for (const auto& item : list.items()) all.push_back({std::string{item.text()}, item.path()});
    return all;
}

bool is_at(std::string_view domain, std::string_view above) {
    if (domain.size() < above.size() || domain.substr(domain.size() - above.size()) != above) return false;
    return domain.size() == above.size() || domain[domain.size() - above.size() - 1] == '.';
}

class Registration final : public Policy {
public:
    explicit Registration(const Settings& settings)
        : unreachable_(entries(settings["unreachable_mail"])),
          at_least_(settings["password"]["at_least"].integer()),
          at_least_path_(settings["password"]["at_least"].path()),
          kinds_(entries(settings["password"]["with"])) {}

    VerdictT decide(const FactsT& facts, const Call&) override {
        auto verdict = allow();
        const auto refuse = [&verdict](ReasonT why) {
            verdict.effect = Effect::Deny;
            verdict.reasons.push_back(std::move(why));
        };
        const auto& asked = *facts.registration;
        for (const auto& domain : unreachable_) {
            if (!is_at(asked.email_domain, domain.word)) continue;
            refuse(reason("mail_unreachable", domain.path, {{"domain", domain.word}}));
            break;
        }
        if (asked.password_length == 0) return verdict;  // none given yet
        if (asked.password_length < at_least_) {
            refuse(reason("password_too_short", at_least_path_, {{"at_least", std::to_string(at_least_)}}));
        }
        for (const auto& kind : kinds_) {
            const auto& has = asked.password_classes;
            if (std::find(has.begin(), has.end(), kind.word) != has.end()) continue;
            refuse(reason("password_too_plain", kind.path, {{"lacks", kind.word}}));
        }
        return verdict;
    }

private:
    std::vector<Entry> unreachable_;
    std::int64_t at_least_;
    std::string at_least_path_;
    std::vector<Entry> kinds_;
};

}  // namespace
}  // namespace noren::registration

NOREN_POLICY(noren::registration::Registration)
