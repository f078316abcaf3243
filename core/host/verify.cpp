#include "host/verify.hpp"

#include <noren/values/money.hpp>

#include <algorithm>

#include "host/text.hpp"
#include "settings/node.hpp"

namespace noren::host {
namespace {

using String = noren_fb::String;

std::string_view text_of(const String* string) {
    return string == nullptr ? std::string_view{} : string->string_view();
}

enum class Presence { optional, required };

/// Checks one answer, under one budget. The first flaw is kept; after it everything passes.
class Examiner {
public:
    Verified result() && {
        if (flaw_.empty()) return {};
        return refuse(std::move(flaw_));
    }

    void require(bool holds, const char* flaw) {
        if (!holds && flaw_.empty()) flaw_ = flaw;
    }

    std::string_view text(const String* string, std::size_t most, const char* name) {
        const auto view = text_of(string);
        spend(view.size());
        if (view.size() > most) flaw(name, "is too long");
        if (!is_utf8(view)) flaw(name, "is not UTF-8");
        return view;
    }

    void code(const String* string, const char* name, Presence presence = Presence::required) {
        const auto view = text(string, 64, name);
        if (view.empty() && presence == Presence::optional) return;
        if (!is_code(view)) flaw(name, "is not 1 to 64 of a-z, 0-9 and _");
    }

    /// What a provider or carrier calls something: printable ASCII without spaces.
    void name_of_theirs(const String* string, std::size_t most, const char* name, Presence presence) {
        const auto view = text(string, most, name);
        if (view.empty() && presence == Presence::required) flaw(name, "is missing");
        if (!std::all_of(view.begin(), view.end(), [](char c) { return c > ' ' && c < 0x7F; })) {
            flaw(name, "holds spaces or other than ASCII");
        }
    }

    void money(const wire::Money* money, const char* name, Presence presence) {
        if (money == nullptr) {
            if (presence == Presence::required) flaw(name, "is missing");
            return;
        }
        spend(16);
        const auto currency = text_of(money->currency());
        if (currency.empty() || currency != known_currency_) {  // mostly they are all the same
            if (!Currency::from_code(currency)) flaw(name, "has no currency that is known");
            known_currency_ = currency;
        }
        if (money->minor() < 0) flaw(name, "is negative");
        if (money->minor() > most_minor) flaw(name, "is beyond any amount");
    }

    void reason(const wire::Reason* reason) {
        if (reason == nullptr) return;
        spend(64);
        code(reason->code(), "a reason's code");
        require(reason->severity() <= wire::Severity::MAX, "a reason has an unknown severity");
        require(reason->line() >= -1 && reason->line() < static_cast<std::int32_t>(most_lines),
                "a reason is about no line");
        const auto path = text(reason->path(), 256, "a reason's path");
        if (!path.empty() && !settings::steps_of(path)) flaw("a reason's path", "is malformed");
        each(reason->parameters(), 16, "a reason's parameters", [this](const wire::Parameter& parameter) {
            code(parameter.name(), "a parameter's name");
            text(parameter.value(), 512, "a parameter's value");
        });
    }

    template <class Reasons>
    void reasons(const Reasons* list) {
        each(list, most_items, "reasons", [this](const wire::Reason& one) { reason(&one); });
    }

    void span(const wire::SpanValue* span, const char* name) {
        if (span == nullptr) return flaw(name, "is missing");
        const auto unit = text(span->unit(), 2, name);
        if (unit != "s" && unit != "d" && unit != "bd") flaw(name, "has a unit other than s, d, bd");
        if (span->count() < 0 || span->count() > 1'000'000'000) flaw(name, "is out of range");
    }

    /// Every item of a list of at most `most`.
    template <class List, class Check>
    void each(const List* list, std::size_t most, const char* name, Check&& check) {
        if (list == nullptr) return;
        if (list->size() > most) return flaw(name, "are too many");
        for (const auto* item : *list) {
            spend(64);
            if (!flaw_.empty()) return;
            check(*item);
        }
    }

    void flaw(const char* name, const char* what) {
        if (flaw_.empty()) flaw_ = std::string(name) + " " + what;
    }

private:
    void spend(std::size_t bytes) {
        spent_ += bytes;
        if (spent_ > most_answer_bytes) flaw("the answer", "unfolds into too much");
    }

    std::string flaw_;
    std::size_t spent_ = 0;
    std::string_view known_currency_;
};

/// Whether the names in a short list differ.
template <class List, class Name>
bool differ(const List* list, Name&& name) {
    if (list == nullptr) return true;
    for (noren_fb::uoffset_t i = 1; i < list->size(); ++i) {
        for (noren_fb::uoffset_t j = 0; j < i; ++j) {
            if (name(*list->Get(i)) == name(*list->Get(j))) return false;
        }
    }
    return true;
}

template <class Table>
Verified verified(const wire::Reply& reply, Verified (*verify)(const Table&)) {
    return verify(*static_cast<const Table*>(reply.answer()));
}

}  // namespace

bool is_code(std::string_view text) {
    return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

bool is_web_address(std::string_view text) {
    const auto scheme = text.starts_with("https://") ? 8U : text.starts_with("http://") ? 7U : 0U;
    if (scheme == 0 || text.size() > 2048) return false;
    const bool printable =
        std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F && c != '\\'; });
    const auto authority = text.substr(scheme, text.find_first_of("/?#", scheme) - scheme);
    return printable && !authority.empty() && authority.find('@') == std::string_view::npos;
}

Verified verify_answer(std::uint32_t method, const wire::Reply& reply) {
    using wire::Answer;
    if (reply.answer() == nullptr) return refuse(std::string("the reply holds no answer"));
    const auto type = reply.answer_type();
    if (type == Answer::Error) return verified<wire::Error>(reply, verify_error);
    if (type == Answer::NeedHttp && method != NOREN_POLICY_DECIDE)
        return verified<wire::NeedHttp>(reply, verify_need_http);
    switch (method) {
        case NOREN_CARRIER_QUOTES:
            if (type == Answer::Quotes) return verified<wire::Quotes>(reply, verify_quotes);
            break;
        case NOREN_GATEWAY_BEGIN:
        case NOREN_GATEWAY_STATUS:
        case NOREN_GATEWAY_CAPTURE:
        case NOREN_GATEWAY_REFUND:
            if (type == Answer::Outcome) return verified<wire::Outcome>(reply, verify_outcome);
            break;
        case NOREN_GATEWAY_WEBHOOK:
            if (type == Answer::WebhookEvent) return verified<wire::WebhookEvent>(reply, verify_webhook);
            break;
        case NOREN_POLICY_DECIDE:
            if (type == Answer::Verdict) return verified<wire::Verdict>(reply, verify_verdict);
            break;
        default: return {};  // a method that this host does not know is judged by whoever calls it
    }
    return refuse("answer " + std::to_string(static_cast<int>(type)) + " does not answer method " +
                  std::to_string(method));
}

Verified verify_quotes(const wire::Quotes& quotes) {
    Examiner examiner;
    examiner.each(quotes.quotes(), most_items, "quotes", [&](const wire::Quote& quote) {
        examiner.name_of_theirs(quote.service(), 64, "a service code", Presence::required);
        examiner.text(quote.name(), 200, "a service's name");
        examiner.text(quote.source(), 200, "a quote's source");
        examiner.money(quote.price(), "a price", Presence::required);
        examiner.money(quote.insured_up_to(), "an insured amount", Presence::optional);
        examiner.require(quote.min_days() >= 0 && quote.min_days() <= quote.max_days() && quote.max_days() <= 3650,
                         "a service's days are not 0 <= min <= max <= 3650");
        if (const auto* limits = quote.limits()) {
            examiner.require(limits->weight_g() >= 0 && limits->longest_mm() >= 0 && limits->length_and_girth_mm() >= 0,
                             "a limit is negative");
        }
    });
    examiner.require(differ(quotes.quotes(), [](const wire::Quote& quote) { return text_of(quote.service()); }),
                     "two quotes have the same service code");
    examiner.each(quotes.refused(), most_items, "refused services", [&](const wire::RefusedService& refused) {
        examiner.name_of_theirs(refused.service(), 64, "a service code", Presence::optional);
        examiner.reasons(refused.reasons());
    });
    return std::move(examiner).result();
}

Verified verify_outcome(const wire::Outcome& outcome) {
    Examiner examiner;
    examiner.require(outcome.kind() <= wire::OutcomeKind::MAX, "the outcome is of an unknown kind");
    examiner.require(outcome.awaiting() <= wire::Awaiting::MAX, "the outcome awaits something unknown");
    examiner.name_of_theirs(outcome.provider_ref(), 256, "the provider's id", Presence::optional);
    examiner.name_of_theirs(outcome.capture_ref(), 256, "the capture's id", Presence::optional);
    examiner.name_of_theirs(outcome.refund_ref(), 256, "the refund's id", Presence::optional);
    examiner.money(outcome.amount(), "the amount", Presence::optional);
    const auto address = examiner.text(outcome.redirect_url(), 2048, "the address to approve at");
    examiner.require(address.empty() || is_web_address(address), "the address to approve at is not http or https");
    examiner.require(outcome.kind() != wire::OutcomeKind::Pending ||
                         outcome.awaiting() != wire::Awaiting::CustomerApproval || !address.empty(),
                     "the customer has to approve, but there is no address to do it at");
    examiner.reasons(outcome.reasons());
    return std::move(examiner).result();
}

Verified verify_webhook(const wire::WebhookEvent& event) {
    // Anyone may send a webhook: what an unverified one says must not put the plugin in the wrong.
    if (!event.verified()) return {};
    Examiner examiner;
    examiner.name_of_theirs(event.event_id(), 256, "the event's id", Presence::required);
    examiner.name_of_theirs(event.event_type(), 256, "the event's type", Presence::optional);
    examiner.name_of_theirs(event.attempt_id(), 64, "the attempt's id", Presence::optional);
    examiner.name_of_theirs(event.provider_ref(), 256, "the provider's id", Presence::optional);
    return std::move(examiner).result();
}

Verified verify_verdict(const wire::Verdict& verdict) {
    Examiner examiner;
    examiner.require(verdict.effect() <= wire::Effect::MAX, "the verdict has an unknown effect");
    examiner.reasons(verdict.reasons());
    examiner.each(verdict.limits(), most_lines, "line limits", [&](const wire::LineLimit& limit) {
        examiner.require(limit.line() >= 0 && limit.line() < static_cast<std::int32_t>(most_lines),
                         "a limit is about no line");
        examiner.require(limit.at_most() >= 0, "a limit is negative");
        examiner.code(limit.source(), "a limit's source", Presence::optional);
    });
    examiner.each(verdict.methods(), most_items, "methods", [&](const wire::MethodVerdict& method) {
        examiner.require(!examiner.text(method.name(), 64, "a method's name").empty(), "a method has no name");
        examiner.require(method.effect() <= wire::Effect::MAX, "a method has an unknown effect");
        examiner.reasons(method.reasons());
    });
    examiner.require(
        differ(verdict.methods(), [](const wire::MethodVerdict& method) { return text_of(method.name()); }),
        "two verdicts are about the same method");
    examiner.each(verdict.fees(), most_items, "fees", [&](const wire::Fee& fee) {
        examiner.code(fee.code(), "a fee's code");
        examiner.money(fee.amount(), "a fee", Presence::required);
        examiner.reason(fee.reason());
    });
    if (const auto* due = verdict.due()) {
        examiner.span(due->within(), "a due time");
        examiner.reason(due->reason());
    }
    if (const auto* overdue = verdict.overdue()) {
        const auto whom = examiner.text(overdue->bar_whom(), 16, "who is barred");
        examiner.require(whom.empty() || whom == "customer" || whom == "household",
                         "nobody of that kind can be barred");
        examiner.reason(overdue->reason());
    }
    examiner.each(verdict.mails(), most_items, "mails", [&](const wire::Mail& mail) {
        examiner.code(mail.template_(), "a mail's template");
        examiner.span(mail.after(), "a mail's delay");
        examiner.reason(mail.reason());
    });
    if (const auto* groups = verdict.groups()) {
        examiner.require(groups->size() <= most_lines, "groups are too many");
    }
    examiner.each(verdict.lines(), most_lines, "lines decided", [&](const wire::LineVerdict& line) {
        examiner.require(line.line() >= 0 && line.line() < static_cast<std::int32_t>(most_lines),
                         "a line decided is none");
        examiner.require(line.effect() <= wire::Effect::MAX, "a line has an unknown effect");
        examiner.require(line.until_us() >= 0, "a line's end is negative");
        examiner.reasons(line.reasons());
    });
    examiner.require(verdict.until_us() >= 0, "an end is negative");
    examiner.require(verdict.offence_weight() >= 0 && verdict.offence_weight() <= 1000,
                     "an offence's weight is not 0 to 1000");
    if (const auto* conduct = verdict.conduct()) {
        const auto step = examiner.text(conduct->step(), 16, "a step of conduct");
        examiner.require(step.empty() || step == "remind" || step == "warn" || step == "restrict" || step == "close",
                         "there is no such step of conduct");
        examiner.reason(conduct->reason());
    }
    examiner.each(verdict.guards(), most_items, "guards", [&](const wire::Guard& guard) {
        examiner.code(guard.counter(), "a guard's counter");
        examiner.text(guard.key(), 256, "a guard's key");
        examiner.require(guard.at_most() >= 0, "a guard's bound is negative");
    });
    return std::move(examiner).result();
}

Verified verify_error(const wire::Error& error) {
    Examiner examiner;
    examiner.code(error.code(), "the error's code");
    examiner.text(error.message(), 1024, "the error's message");
    return std::move(examiner).result();
}

Verified verify_need_http(const wire::NeedHttp& need) {
    Examiner examiner;
    const auto* request = need.request();
    if (request == nullptr) return refuse(std::string("the exchange wanted has no request"));
    const auto method = examiner.text(request->method(), 8, "the exchange's method");
    examiner.require(method == "GET" || method == "POST" || method == "PUT" || method == "PATCH" || method == "DELETE",
                     "the exchange's method is not GET, POST, PUT, PATCH or DELETE");
    examiner.require(is_web_address(examiner.text(request->url(), 2048, "the exchange's address")),
                     "the exchange's address is not http or https");
    examiner.code(request->authorization(), "the exchange's authorization", Presence::optional);
    examiner.each(request->headers(), most_items, "the exchange's headers", [&](const wire::HttpHeader& header) {
        examiner.text(header.name(), 64, "a header's name");
        examiner.text(header.value(), 8 * 1024, "a header's value");
    });
    return std::move(examiner).result();
}

}  // namespace noren::host
