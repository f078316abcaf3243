// Accounts: registering, logging in and out, and a forgotten password.
//
// Whether somebody has an account is told to nobody but by mail to them: each use case gives the same answer for a
// known and an unknown address, and does the same work for it. So a registration begins with a mail, and the password
// is chosen behind its link: nobody can choose one for another person's address. Where no account has an address that
// wants a new password, the mail says so: it is who asked that may have forgotten which address it was.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "customers/customers.hpp"
#include "customers/log_in_limit.hpp"
#include "customers/passwords.hpp"
#include "customers/sessions.hpp"
#include "customers/text_fields.hpp"
#include "store/store.hpp"

namespace noren::customers {

/// A mail that a use case sends: its template and what that needs. Queued in the transaction that it tells of.
struct MailWish {
    std::string to;
    /// finish_registration (token), already_registered, reset_password (token), no_account, password_changed
    std::string letter;
    std::string token;  // for the link in the mail; empty when the letter has none
};
using SendMail = std::function<void(store::Transaction&, const MailWish&)>;

struct Registration {
    std::string email;
    std::string name;
    std::string country;
};

/// Why a use case refused.
struct WrongFields {
    std::vector<FieldFault> faults;
};
struct WrongCredentials {};  // no such person, another password, or a closed account: not told apart
struct TooManyAttempts {
    Instant until{};
};
struct LinkNotValid {};  // the link of a mail is unknown, used or too old
using AccountRefusal = std::variant<WrongFields, WrongCredentials, TooManyAttempts, LinkNotValid, Busy>;

/// What a shop has against an address (its mails do not reach it) or a password, by code. One of the two is empty.
using Judge = std::function<std::vector<std::string>(std::string_view email, std::string_view password)>;

/// What else a new account means, in the transaction that makes it. Only its holder can have got there: the address is
/// proven.
using OnJoined = std::function<void(store::Transaction&, CustomerId account, std::string_view email)>;

class Accounts {
public:
    static constexpr std::chrono::hours register_within{24};
    static constexpr std::chrono::minutes reset_within{30};

    struct Parts {
        store::Store& books;
        Sessions& sessions;
        Passwords& passwords;
        LogInLimit& limit;
        const Clock& clock;
        Entropy& entropy;
        IdSource& ids;
        SendMail send;
        OnJoined joined = [](store::Transaction&, CustomerId, std::string_view) {};
        Judge judge = [](std::string_view, std::string_view) { return std::vector<std::string>(); };
    };
    explicit Accounts(Parts parts) : parts_(std::move(parts)) {}

    /// What is wrong with a registration, by field; nothing is begun. The same for known and unknown addresses.
    std::vector<FieldFault> faults_of(const Registration& registration) const;

    /// Begins a registration: the address gets a mail with a link to finish it, or, when it has an account, a mail that
    /// says so. `peer`: the IP address that asks. Refuses: WrongFields (email, name, country), TooManyAttempts.
    Result<void, AccountRefusal> begin_registration(const Registration& registration, std::string_view peer);

    /// Makes the account with this password, and logs it in. Refuses: WrongFields (password), LinkNotValid, Busy.
    Result<Session, AccountRefusal> finish_registration(const Session& session, std::string_view token,
                                                        std::string_view password);

    /// Refuses: WrongCredentials, TooManyAttempts, Busy.
    Result<Session, AccountRefusal> log_in(const Session& session, std::string_view email, std::string_view password,
                                           std::string_view peer);

    /// Sends the link for a new password, or says that there is no such account. Refuses: WrongFields (email),
    /// TooManyAttempts.
    Result<void, AccountRefusal> begin_reset(std::string_view email, std::string_view peer);

    /// Sets the new password, once, and ends every session of the account. Refuses: WrongFields (password),
    /// LinkNotValid, Busy.
    Result<void, AccountRefusal> finish_reset(std::string_view token, std::string_view password);

    /// Removes at most `limit` links that are too old; returns how many.
    std::int64_t sweep(int limit);

private:
    /// A password that nothing speaks against.
    Result<std::string, AccountRefusal> read_password(std::string_view typed) const;

    Parts parts_;
};

}  // namespace noren::customers
