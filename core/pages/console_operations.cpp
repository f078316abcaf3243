#include <fmt/format.h>

#include "pages/audit.hpp"
#include "pages/console_desk.hpp"

namespace noren::pages {
namespace {

using http::Method;
using http::Response;
using jobs::Jobs;

constexpr int most_faults = 20;

// --- jobs

Response list_jobs(ConsoleDesk& desk) {
    const auto asked = desk.asked("state");
    const auto found = std::find(Jobs::state_words.begin(), Jobs::state_words.end(), asked);
    const auto now = desk.shop.clock.now();
    const auto [counts, state, listed] = desk.shop.books.read([&](store::Transaction& tx) {
        const auto all = desk.shop.jobs.counts(tx, now);
        // Without a wish, what was given up comes first, for it needs somebody.
        auto chosen = static_cast<Jobs::State>(found - Jobs::state_words.begin());
        if (found == Jobs::state_words.end()) {
            chosen = all[static_cast<std::size_t>(Jobs::State::dead)] > 0 ? Jobs::State::dead : Jobs::State::waiting;
        }
        return std::tuple(all, chosen, desk.shop.jobs.list(tx, chosen, now, a_page));
    });
    console::Jobs page;
    for (std::size_t i = 0; i < Jobs::state_words.size(); ++i) {
        const std::string word(Jobs::state_words[i]);
        page.states.push_back({{"state." + word, {}},
                               desk.at("jobs").with("state", word),
                               counts[i],
                               static_cast<Jobs::State>(i) == state});
    }
    const std::string word(word_of(Jobs::state_words, state));
    for (const auto& [job, leased_until] : listed) {
        console::Job shown{id_text(job.id.value), job.kind,       job.subject,  job.due, word,
                           job.attempts,          job.last_error, leased_until, {}};
        const bool has_failed = state == Jobs::State::dead || (!leased_until && job.attempts > 0);
        if (has_failed && desk.may(run_operations)) shown.retry = desk.at("jobs", shown.id, "retry");
        page.jobs.push_back(std::move(shown));
    }
    return desk.show("jobs", "jobs.heading", page);
}

Response retry_job(ConsoleDesk& desk) {
    const auto id = id_from_text(desk.request.parameter("job"));
    if (!id) refuse_request(404, "job_not_found", "There is no such job.");
    desk.audit("retry_job", id_text(*id), nlohmann::json::object());
    desk.shop.books.transact(
        [&](store::Transaction& tx) { desk.shop.jobs.retry(tx, JobId{*id}, desk.shop.clock.now()); });
    desk.wake_workers();
    return desk.back(desk.at("jobs"));
}

// --- plugins

/// 1.23 ms; empty for none.
std::string text_of(std::chrono::nanoseconds time) {
    if (time.count() == 0) return {};
    const auto us = static_cast<double>(time.count()) / 1000;
    return us < 1000 ? fmt::format("{:.1f} µs", us) : fmt::format("{:.1f} ms", us / 1000);
}

void add_faults(ConsoleDesk& desk, console::Plugins& page) {
    static const store::Sql newest(
        "select at, plugin, version, instance, kind, message, quarantined from plugin_fault where storefront = $1 "
        "order by id desc limit $2");
    const auto rows = desk.console.parts.core.read(
        [&](store::Transaction& tx) { return tx.run(newest, desk.shop.identity.id, most_faults); });
    for (std::size_t row = 0; row < rows.size(); ++row) {
        auto plugin = rows.text(row, 1);
        if (rows.text(row, 3) != plugin) plugin += " (" + rows.text(row, 3) + ")";
        page.faults.push_back({rows.instant(row, 0), std::move(plugin), rows.text(row, 2), rows.text(row, 4),
                               rows.text(row, 5), rows.integer(row, 6) != 0});
    }
}

Response list_plugins(ConsoleDesk& desk) {
    console::Plugins page;
    for (const auto& plugin : desk.console.parts.health()) {
        for (const auto& instance : plugin.instances) {
            if (instance.storefront != desk.shop.identity.id) continue;
            console::Plugin shown;
            shown.id = instance.name == plugin.id ? plugin.id : plugin.id + " (" + instance.name + ")";
            shown.version = plugin.version;
            shown.kind = host::to_string(plugin.kind);
            shown.isolation = plugin.isolation == host::Isolation::process ? "process" : "none";
            shown.health = instance.quarantined ? "quarantined" : "ready";
            shown.is_healthy = !instance.quarantined;
            shown.calls = static_cast<std::int64_t>(instance.calls);
            shown.median = text_of(instance.latency.median);
            shown.longest = text_of(instance.latency.longest);
            shown.faults = static_cast<std::int64_t>(instance.faults);
            shown.last_fault = instance.last_fault;
            if (instance.quarantined && desk.may(run_operations)) {
                shown.lift = desk.at("plugins", plugin.id, "lift").with("instance", instance.name);
            }
            page.plugins.push_back(std::move(shown));
        }
    }
    add_faults(desk, page);
    return desk.show("plugins", "plugins.heading", page);
}

Response lift_quarantine(ConsoleDesk& desk) {
    const auto& plugin = desk.request.parameter("plugin");
    const auto instance = desk.asked("instance");
    desk.audit("lift_quarantine", plugin, {{"instance", instance}});
    const bool is_there = desk.console.parts.lift(desk.shop.identity.id, plugin, instance);
    if (!is_there) refuse_request(404, "plugin_not_found", "There is no such plugin.");
    return desk.back(desk.at("plugins"));
}

// --- mails

/// What became of the deliveries that were given up, by promise.
using GivenUp = std::map<std::string, jobs::Job>;

GivenUp given_up(store::Transaction& tx, const Storefront& shop) {
    GivenUp all;
    for (auto& one : shop.outbox.undelivered(tx)) all[one.promise.kind + "|" + one.promise.about] = std::move(one.job);
    return all;
}

console::MailRow row_of(const ConsoleDesk& desk, const outbox::Mail& mail, const GivenUp& dead) {
    const auto id = id_text(mail.id.value);
    console::MailRow row{
        id, desk.at("mails", id), mail.to, mail.template_name, mail.promise.about, {}, mail.send_after, mail.sent, 0};
    const auto lost = dead.find(mail.promise.kind + "|" + mail.promise.about);
    row.state = mail.sent ? "sent" : lost != dead.end() ? "dead" : "waiting";
    if (lost != dead.end()) row.attempts = lost->second.attempts;
    return row;
}

Response list_mails(ConsoleDesk& desk) {
    const bool only_owed = desk.asked("which") == "owed";
    const MailId before{id_from_text(desk.asked("before")).value_or(0)};
    console::Mails page;
    page.only_owed = only_owed;
    page.all = desk.at("mails");
    page.owed = page.all.with("which", "owed");
    desk.shop.books.read([&](store::Transaction& tx) {
        page.mails.clear();
        const auto dead = given_up(tx, desk.shop);
        const auto mails = desk.shop.outbox.newest(
            tx, before, a_page + 1, only_owed ? outbox::Outbox::Which::owed : outbox::Outbox::Which::all);
        for (const auto& mail : mails) {
            if (page.mails.size() < a_page) page.mails.push_back(row_of(desk, mail, dead));
        }
        if (mails.size() > a_page) page.next = (only_owed ? page.owed : page.all).with("before", page.mails.back().id);
    });
    return desk.show("mails", "mails.heading", page);
}

/// A letter's link may carry what logs somebody in or resets a password: staff see that there is one, not which.
std::string without_tokens(const std::string& text) {
    std::string shown;
    std::size_t run = 0;
    const auto is_token = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    };
    for (std::size_t i = 0; i <= text.size(); ++i) {
        if (i < text.size() && is_token(text[i])) {
            ++run;
            continue;
        }
        shown += run >= 32 ? "…" : text.substr(i - run, run);
        run = 0;
        if (i < text.size()) shown += text[i];
    }
    return shown;
}

Response show_mail(ConsoleDesk& desk) {
    const auto id = id_from_text(desk.request.parameter("mail"));
    const auto page = desk.shop.books.read([&](store::Transaction& tx) -> std::optional<console::Mail> {
        const auto mail = id ? desk.shop.outbox.find(tx, MailId{*id}) : std::nullopt;
        if (!mail) return std::nullopt;
        const auto dead = given_up(tx, desk.shop);
        console::Mail made{row_of(desk, *mail, dead), mail->subject, without_tokens(mail->text), {}, {}};
        if (const auto lost = dead.find(mail->promise.kind + "|" + mail->promise.about); lost != dead.end()) {
            made.error = lost->second.last_error;
            if (desk.may(run_operations)) made.retry = desk.at("jobs", id_text(lost->second.id.value), "retry");
        }
        return made;
    });
    if (!page) refuse_request(404, "mail_not_found", "There is no such mail.");
    return desk.show("mails", "mails.one", *page);
}

// --- the audit trail

Response show_audit(ConsoleDesk& desk) {
    const auto before = id_from_text(desk.asked("before")).value_or(0);
    auto entries = audited(desk.console.parts.core, {desk.shop.identity.id, before, a_page + 1});
    console::Audit page;
    if (entries.size() > a_page) {
        entries.resize(a_page);
        page.next = desk.at("audit").with("before", id_text(entries.back().id));
    }
    for (const auto& entry : entries) {
        page.entries.push_back({entry.at,
                                desk.name_of(entry.who),
                                {"audit." + entry.action, {}},
                                entry.subject,
                                attributes_of(entry.details, desk.reading())});
    }
    return desk.show("audit", "audit.heading", page);
}

}  // namespace

void add_operation_routes(http::Router& router, const SharedConsole& console) {
    add_console_page(router, console, Method::get, "/jobs", see_operations, list_jobs);
    add_console_page(router, console, Method::post, "/jobs/{job}/retry", run_operations, retry_job);
    add_console_page(router, console, Method::get, "/plugins", see_operations, list_plugins);
    add_console_page(router, console, Method::post, "/plugins/{plugin}/lift", run_operations, lift_quarantine);
    add_console_page(router, console, Method::get, "/mails", see_mails, list_mails);
    add_console_page(router, console, Method::get, "/mails/{mail}", see_mails, show_mail);
    add_console_page(router, console, Method::get, "/audit", see_audit, show_audit);
}

}  // namespace noren::pages
