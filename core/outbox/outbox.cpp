#include "outbox/outbox.hpp"

namespace noren::outbox {
namespace {

using store::Sql;
using store::Transaction;

constexpr const char* delivery = "deliver_mail";
constexpr std::size_t longest_subject = 500;
constexpr std::size_t longest_body = 512 * 1024;
constexpr const char* columns =
    "id, promise_kind, promise_about, template, recipient, subject, body, html, told_us, send_after_us, sent_us";

Mail mail_at(const store::Rows& rows, std::size_t row) {
    const auto sent = rows.maybe_integer(row, 10);
    return {rows.id<MailKind>(row, 0), {rows.text(row, 1), rows.text(row, 2)},
            rows.text(row, 3),         rows.text(row, 4),
            rows.text(row, 5),         rows.text(row, 6),
            rows.maybe_text(row, 7),   rows.instant(row, 8),
            rows.instant(row, 9),      sent ? std::optional(instant_from_us(*sent)) : std::nullopt};
}

std::string job_subject(const Promise& promise) {
    return promise.kind + "/" + promise.about;
}

Promise promise_of(const std::string& subject) {
    const auto slash = subject.find('/');
    return {subject.substr(0, slash), subject.substr(slash + 1)};
}

bool is_one_line(std::string_view text) {
    return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
}

void check(const Promise& promise) {
    if (promise.kind.empty() || promise.kind.size() > 64 || promise.kind.find('/') != std::string::npos) {
        throw InvalidMail("a promise's kind has 1 to 64 bytes without a slash");
    }
    if (promise.about.empty() || promise.about.size() > 128) {
        throw InvalidMail("what a promise is about has 1 to 128 bytes");
    }
}

void check(const NewMail& mail) {
    check(mail.promise);
    if (!is_address(mail.to)) throw InvalidMail("a mail's recipient is not an address");
    if (mail.subject.size() > longest_subject || !is_one_line(mail.subject)) {
        throw InvalidMail("a mail's subject is one line of at most 500 bytes");
    }
    if (mail.text.size() > longest_body || (mail.html && mail.html->size() > longest_body)) {
        throw InvalidMail("a mail's body has at most 512 KiB");
    }
}

void check(const Sender& sender) {
    if (!is_address(sender.address)) throw InvalidMail("the sender's address is not an address");
    if (!is_one_line(sender.name)) throw InvalidMail("the sender's name is one line");
    if (!is_address("x@" + sender.host)) throw InvalidMail("the host of Message-IDs is not a domain");
}

}  // namespace

bool is_address(std::string_view text) {
    const auto at = text.find('@');
    if (at == std::string_view::npos || text.size() > 254) return false;
    const auto local = text.substr(0, at);
    const auto domain = text.substr(at + 1);
    const auto dotted = [](std::string_view part, std::string_view marks) {
        return !part.empty() && part.front() != '.' && part.back() != '.' &&
               part.find("..") == std::string_view::npos && std::ranges::all_of(part, [&](char c) {
                   return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
                          marks.find(c) != std::string_view::npos;
               });
    };
    return local.size() <= 64 && dotted(local, "!#$%&'*+-/=?^_`{|}~") && dotted(domain, "-") && domain.front() != '-' &&
           domain.back() != '-';
}

Outbox::Outbox(const Clock& clock, IdSource& ids, jobs::Jobs& jobs, Sender sender)
    : clock_(clock), ids_(ids), jobs_(jobs), sender_(std::move(sender)) {
    check(sender_);
}

void Outbox::tell(Transaction& tx, const NewMail& mail) {
    check(mail);
    static const Sql insert(
        "insert into mail (id, promise_kind, promise_about, template, recipient, subject, body, html, told_us, "
        "send_after_us) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) "
        "on conflict ({shop} promise_kind, promise_about) do nothing");
    tx.queue(insert, ids_.next<MailKind>(), mail.promise.kind, mail.promise.about, mail.template_name, mail.to,
             mail.subject, mail.text, mail.html, clock_.now(), mail.send_after);
    jobs_.schedule(tx, {delivery, job_subject(mail.promise), "", mail.send_after}, jobs::Existing::keep);
}

std::optional<Mail> Outbox::find(Transaction& tx, const Promise& promise) const {
    static const Sql find(std::string("select ") + columns +
                          " from mail where promise_kind = $1 and promise_about = $2");
    const auto rows = tx.run(find, promise.kind, promise.about);
    if (rows.empty()) return std::nullopt;
    return mail_at(rows, 0);
}

std::vector<Mail> Outbox::page(Transaction& tx, MailId after, int limit) const {
    static const Sql find(std::string("select ") + columns + " from mail where id > $1 order by id limit $2");
    const auto rows = tx.run(find, after, limit);
    std::vector<Mail> mails;
    for (std::size_t row = 0; row < rows.size(); ++row) mails.push_back(mail_at(rows, row));
    return mails;
}

std::optional<Mail> Outbox::find(Transaction& tx, MailId id) const {
    static const Sql find(std::string("select ") + columns + " from mail where id = $1");
    const auto rows = tx.run(find, id);
    if (rows.empty()) return std::nullopt;
    return mail_at(rows, 0);
}

std::vector<Mail> Outbox::newest(Transaction& tx, MailId before, int limit, Which which) const {
    static const std::string start = std::string("select ") + columns + " from mail where ($1 = 0 or id < $1)";
    static const std::string order = " order by id desc limit $2";
    static const Sql every(start + order);
    static const Sql owed(start + " and sent_us is null" + order);
    const auto rows = tx.run(which == Which::owed ? owed : every, before, limit);
    std::vector<Mail> mails;
    for (std::size_t row = 0; row < rows.size(); ++row) mails.push_back(mail_at(rows, row));
    return mails;
}

std::vector<Outbox::Undelivered> Outbox::undelivered(Transaction& tx, int limit) const {
    std::vector<Undelivered> mails;
    for (auto& job : jobs_.dead(tx, delivery, limit)) {
        auto promise = promise_of(job.subject);
        mails.push_back({std::move(promise), std::move(job)});
    }
    return mails;
}

void Outbox::deliver_with(jobs::Worker& worker, store::Store& store, Transport& transport,
                          jobs::Retries retries) const {
    const auto deliver = [this, &store, &transport](const jobs::Job& job) -> jobs::Effects {
        const auto mail = store.read([&](Transaction& tx) { return find(tx, promise_of(job.subject)); });
        if (!mail || mail->sent) return {};
        const auto accepted = transport.send({mail->id, sender_.address, mail->to}, message_of(*mail, sender_));
        if (!accepted && accepted.error().for_good) throw jobs::Hopeless(accepted.error().why);
        if (!accepted) throw std::runtime_error(accepted.error().why);
        return [id = mail->id, now = clock_.now()](Transaction& tx) {
            static const Sql record("update mail set sent_us = $2 where id = $1");
            tx.queue(record, id, now);
        };
    };
    worker.on_call(delivery, deliver, retries);
}

}  // namespace noren::outbox
