// Sessions: who is at the other end of a cookie.
//
// A token is 256 random bits and is stored as its SHA-256 only: who reads the database cannot use it. A visitor whom we
// do not know has a token too (for the cart and for CSRF), but no row: nothing is written until they log in. Logging in
// and out makes a new token, so that a token planted beforehand never becomes somebody's.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "customers/keyed_hash.hpp"
#include "store/store.hpp"

namespace noren::customers {

struct Session {
    std::string id;     // SHA-256 of the token, hexadecimal: what carts and rows are kept under
    std::string token;  // for the cookie; never stored or logged
    std::string csrf;   // 64 hexadecimal digits bound to this session: in every form, and compared when it returns
    std::optional<std::int64_t> subject;  // the customer's or staff member's id once logged in
    bool is_new = false;                  // the cookie has to be set
};

class Sessions {
public:
    struct Lifetime {
        std::chrono::seconds idle;
        std::chrono::seconds absolute;
    };
    enum class Of { customers, staff };

    /// Customers' sessions live in a storefront's visits, staff's in the core store. `key` binds the CSRF tokens.
    Sessions(store::Store& store, Of of, Lifetime lifetime, Key key, const Clock& clock, Entropy& entropy);

    /// The session of this cookie. A cookie that is missing or garbled gives a new session; one that is unknown, idle
    /// for too long or too old gives the same session with nobody in it (its cart stays).
    Session resume(const std::optional<std::string>& token);

    /// As resume(), without looking up whether somebody is logged in: enough for what belongs to the session itself.
    Session identify(const std::optional<std::string>& token);

    /// A new session for `subject`; the one before ends. The caller moves the cart from `before.id` to the new id.
    Session log_in(const Session& before, std::int64_t subject);

    /// Ends the session and gives a new one without anybody in it.
    Session log_out(const Session& session);

    /// Ends every session of `subject`: after a reset password, or when the account closes.
    void end_all(std::int64_t subject);

    /// The session's CSRF token for one page: it looks different each time, so that a compressed page's size tells
    /// nothing about it. 128 hexadecimal digits.
    std::string form_token(const Session& session) const;

    /// Whether a form carries this session's CSRF token, as it is or as form_token() gave it.
    bool accepts(const Session& session, std::string_view csrf) const;

    /// Removes at most `limit` ended sessions; returns how many.
    std::int64_t sweep(int limit);

private:
    struct Statements;
    static const Statements& statements_of(Of of);
    Session session_of(std::string token, std::optional<std::int64_t> subject, bool is_new) const;

    store::Store& store_;
    const Statements& statements_;
    const Lifetime lifetime_;
    const Key key_;
    const Clock& clock_;
    Entropy& entropy_;
};

inline constexpr Sessions::Lifetime shopper_lifetime{std::chrono::hours(24 * 7), std::chrono::hours(24 * 30)};
inline constexpr Sessions::Lifetime staff_lifetime{std::chrono::minutes(30), std::chrono::hours(12)};

}  // namespace noren::customers
