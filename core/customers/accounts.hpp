// Accounts: registering, logging in and out, and a forgotten password.
//
// Whether somebody has an account is told to nobody but by mail to them: each use case gives the same answer for a
// known and an unknown address, and takes as long. So a registration begins with a mail, and the password is chosen
// behind its link: nobody can choose one for another person's address.
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
    std::string letter;  // finish_registration (token), already_registered, reset_password (token), password_changed
    std::string token;   // for the link in the mail; empty when the letter has none
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
    };
    explicit Accounts(Parts parts) : parts_(std::move(parts)) {}

    /// Begins a registration: the address gets a mail with a link to finish it, or, when it has an account, a mail that
    /// says so. Refuses: WrongFields (email, name, country).
    Result<void, AccountRefusal> begin_registration(const Registration& registration);

    /// Makes the account with this password, and logs it in. Refuses: WrongFields (password), LinkNotValid, Busy.
    Result<Session, AccountRefusal> finish_registration(const Session& session, std::string_view token,
                                                        std::string_view password);

    /// Refuses: WrongCredentials, TooManyAttempts, Busy.
    Result<Session, AccountRefusal> log_in(const Session& session, std::string_view email, std::string_view password);

    /// Sends the link for a new password if there is such an account. Refuses: WrongFields (email).
    Result<void, AccountRefusal> begin_reset(std::string_view email);

    /// Sets the new password, once, and ends every session of the account. Refuses: WrongFields (password),
    /// LinkNotValid, Busy.
    Result<void, AccountRefusal> finish_reset(std::string_view token, std::string_view password);

    /// Removes at most `limit` links that are too old; returns how many.
    std::int64_t sweep(int limit);

private:
    Parts parts_;
};

}  // namespace noren::customers
