// Staff: who works in the console, and what they may do in which storefront.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "customers/accounts.hpp"
#include "store/store.hpp"

namespace noren::customers {

using StaffId = Id<struct StaffKind>;

/// From the most to the least that one may do. Each may what the next may, except that the warehouse sees no money and
/// support ships nothing: what a route needs, it names.
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

class Staff {
public:
    struct Parts {
        store::Store& core;
        Sessions& sessions;
        Passwords& passwords;
        LogInLimit& limit;
        const Clock& clock;
        IdSource& ids;
    };
    explicit Staff(Parts parts) : parts_(parts) {}

    /// Adds somebody with one role ("" as storefront: everywhere); when the address is known already, sets their name,
    /// password and that role instead. Refuses: WrongFields (email, name, password), Busy.
    Result<StaffId, AccountRefusal> put(std::string_view email, std::string_view name, std::string_view password,
                                        std::string_view storefront, Role role);

    /// Refuses: WrongCredentials, TooManyAttempts, Busy.
    Result<Session, AccountRefusal> log_in(const Session& session, std::string_view email, std::string_view password);

    /// Who is logged in here; nobody when they left meanwhile.
    std::optional<StaffMember> member(const Session& session);

    /// Nobody may log in as them any more, and who is logged in no longer is.
    void deactivate(StaffId id);

private:
    Parts parts_;
};

}  // namespace noren::customers
