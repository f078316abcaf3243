#include "customers/staff.hpp"

#include <stdexcept>

namespace noren::customers {
namespace {

Role role_of(std::string_view word) {
    for (std::size_t i = 0; i < role_words.size(); ++i) {
        if (role_words[i] == word) return static_cast<Role>(i);
    }
    throw std::logic_error("a staff member has the unknown role " + std::string(word));
}

}  // namespace

std::optional<Role> StaffMember::role_in(std::string_view storefront) const {
    if (const auto own = roles.find(storefront); own != roles.end()) return own->second;
    if (const auto all = roles.find(std::string_view{}); all != roles.end()) return all->second;
    return std::nullopt;
}

Result<StaffId, AccountRefusal> Staff::put(std::string_view email, std::string_view name, std::string_view password,
                                           std::string_view storefront, Role role) {
    FieldReader reader;
    const auto address = normalised_email(reader.email("email", email));
    const auto called = reader.required_line("name", name, 100);
    const auto typed = reader.password("password", password);
    if (!reader.is_clean()) return refuse(AccountRefusal{WrongFields{reader.faults()}});
    const auto hash = parts_.passwords.hash(typed);
    if (!hash) return refuse(AccountRefusal{hash.error()});

    return parts_.core.transact([&](store::Transaction& tx) -> Result<StaffId, AccountRefusal> {
        static const store::Sql put(
            "insert into staff (id, email, name, password_hash, is_active, made_at) values ($1, $2, $3, $4, 1, $5)"
            " on conflict (email) do update set name = excluded.name, password_hash = excluded.password_hash,"
            " is_active = 1 returning id");
        static const store::Sql put_role(
            "insert into staff_role (staff_id, storefront, role) values ($1, $2, $3)"
            " on conflict (staff_id, storefront) do update set role = excluded.role");
        const auto id =
            tx.run(put, parts_.ids.next<StaffKind>(), address, called, *hash, parts_.clock.now()).id<StaffKind>(0, 0);
        tx.queue(put_role, id, storefront, role_words[static_cast<std::size_t>(role)]);
        return id;
    });
}

Result<Session, AccountRefusal> Staff::log_in(const Session& session, std::string_view email,
                                              std::string_view password) {
    if (const auto until = parts_.limit.take(email)) return refuse(AccountRefusal{TooManyAttempts{*until}});
    static const store::Sql find("select id, password_hash from staff where email = $1 and is_active = 1");
    const auto rows = parts_.core.read([&](store::Transaction& tx) { return tx.run(find, normalised_email(email)); });
    const auto check = parts_.passwords.check(password, rows.empty() ? std::nullopt : rows.maybe_text(0, 1));
    if (!check) return refuse(AccountRefusal{check.error()});
    if (*check == Passwords::Check::wrong) return refuse(AccountRefusal{WrongCredentials{}});

    const auto id = rows.id<StaffKind>(0, 0);
    if (*check == Passwords::Check::right_but_old) {
        static const store::Sql update("update staff set password_hash = $2 where id = $1");
        if (const auto stronger = parts_.passwords.hash(normal_form_c(password))) {
            parts_.core.transact([&](store::Transaction& tx) { tx.queue(update, id, *stronger); });
        }
    }
    parts_.limit.forgive(email);
    return parts_.sessions.log_in(session, id.value);
}

std::optional<StaffMember> Staff::member(const Session& session) {
    if (!session.subject) return std::nullopt;
    static const store::Sql find(
        "select s.id, s.email, s.name, r.storefront, r.role from staff s left join staff_role r on r.staff_id = s.id"
        " where s.id = $1 and s.is_active = 1");
    const auto rows = parts_.core.read([&](store::Transaction& tx) { return tx.run(find, *session.subject); });
    if (rows.empty()) return std::nullopt;
    StaffMember member{rows.id<StaffKind>(0, 0), rows.text(0, 1), rows.text(0, 2), {}};
    for (std::size_t row = 0; row < rows.size(); ++row) {
        if (!rows.is_null(row, 3)) member.roles[rows.text(row, 3)] = role_of(rows.text(row, 4));
    }
    return member;
}

void Staff::deactivate(StaffId id) {
    static const store::Sql update("update staff set is_active = 0 where id = $1");
    parts_.core.transact([&](store::Transaction& tx) { tx.queue(update, id); });
    parts_.sessions.end_all(id.value);
}

}  // namespace noren::customers
