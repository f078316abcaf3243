// Staff: who works in the console, and what they may do in which storefront.
//
// They sign in with a password and a code of their authenticator (or, once each, a recovery code), asked for together:
// whether the address, the password or the code was wrong is told to nobody, neither in words nor in time.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "customers/accounts.hpp"
#include "customers/totp.hpp"
#include "store/store.hpp"

namespace noren::customers {

using StaffId = Id<struct StaffKind>;

/// From the most to the least that one may do. Each may what the next may, except that the warehouse ships, which
/// support does not, and sees no money: what a route needs, it names.
enum class Role { owner, manager, support, warehouse, read_only };
inline constexpr std::array<std::string_view, 5> role_words{"owner", "manager", "support", "warehouse", "read_only"};

struct StaffMember {
    StaffId id;
    std::string email;
    std::string name;
    std::map<std::string, Role, std::less<>> roles;  // by storefront; "" holds in all of them

    /// What they are in a storefront, or nothing. A role named for the storefront wins over one for all.
    std::optional<Role> role_in(std::string_view storefront) const;
};

/// What is typed to sign in. `code`: six digits of the authenticator, or a recovery code. `peer`: the IP address.
struct SignIn {
    std::string_view email;
    std::string_view password;
    std::string_view code;
    std::string_view peer;
};

/// What somebody keeps after an enrolment; nobody can read it out of the database again.
struct SecondFactor {
    TotpSecret secret;
    std::vector<std::string> recovery_codes;
};

class Staff {
public:
    static constexpr std::size_t recovery_codes = 8;

    struct Parts {
        store::Store& core;
        Sessions& sessions;
        Passwords& passwords;
        LogInLimit& limit;
        Key key;  // seals the secrets of authenticators
        const Clock& clock;
        Entropy& entropy;
        IdSource& ids;
    };
    explicit Staff(Parts parts) : parts_(std::move(parts)) {}

    /// Adds somebody with one role ("" as storefront: everywhere); when the address is known already, sets their name,
    /// password and that role instead. Refuses: WrongFields (email, name, password), Busy.
    Result<StaffId, AccountRefusal> put(std::string_view email, std::string_view name, std::string_view password,
                                        std::string_view storefront, Role role);

    /// Nobody, when there is no such address or they left.
    std::optional<StaffId> find(std::string_view email);

    /// Gives them an authenticator's secret (`given`, or a new one) and recovery codes. What they had before holds no
    /// longer, and who is logged in as them no longer is. Throws std::invalid_argument when `given` has fewer than 16
    /// bytes.
    SecondFactor enrol(StaffId id, std::optional<TotpSecret> given = std::nullopt);
    /// Whether they have a second factor; who has none cannot sign in.
    bool is_enrolled(StaffId id);

    /// A code is taken once: neither it nor an earlier one is good for another sign-in. Refuses: WrongCredentials,
    /// TooManyAttempts (five for one address in a quarter of an hour, thirty from one network), Busy.
    Result<Session, AccountRefusal> log_in(const Session& session, const SignIn& typed);

    /// Who is logged in here; nobody when they left meanwhile.
    std::optional<StaffMember> member(const Session& session);

    /// What somebody who works or worked here is called; nothing for an id that is nobody's.
    std::optional<std::string> name_of(StaffId id);

    /// Nobody may log in as them any more, and who is logged in no longer is.
    void deactivate(StaffId id);

private:
    bool take_code(StaffId id, std::int64_t step);
    bool take_recovery_code(StaffId id, const std::string& hash);

    Parts parts_;
};

}  // namespace noren::customers
