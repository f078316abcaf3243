// Outbox: mails that are owed, from the transaction that causes them until a mail server has them.
//
// tell() writes the mail and its delivery job in the caller's transaction. A promise (kind, about) is told once:
// telling it again changes nothing. Delivery happens at least once, always with the same bytes and the same Message-ID;
// twice only when the process dies between the server's acceptance and the record of it.
#pragma once

#include <noren/values/id.hpp>
#include <noren/values/time.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "jobs/jobs.hpp"
#include "outbox/transport.hpp"
#include "store/store.hpp"

namespace noren::outbox {

/// What is promised: kind `order_placed`, about an order's id. At most 64 and 128 bytes.
struct Promise {
    std::string kind;
    std::string about;
};

/// A mail to tell. `text` and `html` are finished, UTF-8, at most 512 KiB each; any line ends.
struct NewMail {
    Promise promise;
    std::string template_name;  // for the console: what made it
    std::string to;             // one address, see is_address()
    std::string subject;        // at most 500 bytes, one line
    std::string text;
    std::optional<std::string> html;
    Instant send_after;
};

/// A mail as it is kept.
struct Mail {
    MailId id;
    Promise promise;
    std::string template_name;
    std::string to;
    std::string subject;
    std::string text;
    std::optional<std::string> html;
    Instant told;
    Instant send_after;
    std::optional<Instant> sent;
};

/// A mail that cannot be sent by anyone: an address or header that would break the message, or a body too large.
struct InvalidMail : std::invalid_argument {
    using std::invalid_argument::invalid_argument;
};

/// True for one plain ASCII address, local@domain, of at most 254 bytes, without quoting, comments or control
/// characters.
bool is_address(std::string_view text);

/// Who the storefront's mails come from. `name` may be empty or any one line of UTF-8; `host` is the right side of
/// Message-IDs, a domain that is the shop's own.
struct Sender {
    std::string name;
    std::string address;
    std::string host;
};

/// `<...@host>`: the same for every delivery of a mail.
std::string message_id(const Mail& mail, const Sender& sender);

/// The mail as an RFC 5322 message with CRLF line ends, ASCII only (RFC 2047 headers, quoted-printable bodies).
std::string message_of(const Mail& mail, const Sender& sender);

/// One storefront's mails. Any thread; keeps nothing between calls.
class Outbox {
public:
    /// Throws InvalidMail when the sender cannot stand in a header.
    Outbox(const Clock& clock, IdSource& ids, jobs::Jobs& jobs, Sender sender);

    /// From the commit on, the mail is sent at `send_after` or soon after. Throws InvalidMail.
    void tell(store::Transaction& tx, const NewMail& mail);

    std::optional<Mail> find(store::Transaction& tx, const Promise& promise) const;
    /// The mails after the one with id `after` (none: from the first), in the order of telling, at most `limit`.
    std::vector<Mail> page(store::Transaction& tx, MailId after = {}, int limit = 100) const;

    /// The mail of this id, or nothing.
    std::optional<Mail> find(store::Transaction& tx, MailId id) const;
    /// The newest first, at most `limit`, told before the one with id `before` (none: from the newest); all of them, or
    /// those that are still owed.
    enum class Which { all, owed };
    std::vector<Mail> newest(store::Transaction& tx, MailId before, int limit, Which which = Which::all) const;

    /// A mail that was given up, and why.
    struct Undelivered {
        Promise promise;
        jobs::Job job;
    };
    /// The oldest first, at most `limit`. jobs::Jobs::retry sends one again.
    std::vector<Undelivered> undelivered(store::Transaction& tx, int limit = 100) const;

    /// Makes `worker` deliver this store's mails through `transport`; both outlive the worker. What a server refuses
    /// for good is dead at once, all else is tried again.
    void deliver_with(jobs::Worker& worker, store::Store& store, Transport& transport,
                      jobs::Retries retries = {}) const;

private:
    const Clock& clock_;
    IdSource& ids_;
    jobs::Jobs& jobs_;
    const Sender sender_;
};

}  // namespace noren::outbox
