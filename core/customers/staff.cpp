#include "customers/staff.hpp"

#include <stdexcept>

#include "customers/sealed.hpp"

namespace noren::customers {
namespace {

Role role_of(std::string_view word) {
    for (std::size_t i = 0; i < role_words.size(); ++i) {
        if (role_words[i] == word) return static_cast<Role>(i);
    }
    throw std::logic_error("a staff member has the unknown role " + std::string(word));
}

constexpr std::size_t least_secret_bytes = 16;  // RFC 4226 4 asks for 128 bits
constexpr std::size_t recovery_bytes = 10;      // 16 characters of base 32

/// Four groups of four characters.
std::string recovery_code(Entropy& entropy) {
    auto text = base32(entropy.bytes<recovery_bytes>());
    for (const std::size_t at : {12, 8, 4}) text.insert(at, "-");
    return text;
}

/// Read as typed: blanks, dashes and small letters do not matter.
std::string hash_of_recovery_code(std::string_view code) {
    const auto bytes = from_base32(code);
    return sha256_hex(bytes ? "recovery " + base32(*bytes) : "");
}

std::string digits_of(std::string_view code) {
    std::string digits;
    for (const char c : code) {
        if (c != ' ') digits += c;
    }
    return digits;
}

std::string sealed_for(StaffId id) {
    return "staff_totp " + id_text(id.value);
}

std::span<const std::uint8_t> bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
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

std::optional<StaffId> Staff::find(std::string_view email) {
    static const store::Sql find("select id from staff where email = $1 and is_active = 1");
    FieldReader reader;
    const auto address = normalised_email(reader.email("email", email));
    const auto rows = parts_.core.read([&](store::Transaction& tx) { return tx.run(find, address); });
    return rows.empty() ? std::nullopt : std::optional(rows.id<StaffKind>(0, 0));
}

SecondFactor Staff::enrol(StaffId id, std::optional<TotpSecret> given) {
    SecondFactor factor;
    if (!given) {
        const auto fresh = parts_.entropy.bytes<totp_secret_bytes>();
        given.emplace(fresh.begin(), fresh.end());
    }
    factor.secret = *std::move(given);
    if (factor.secret.size() < least_secret_bytes) throw std::invalid_argument("the secret of a TOTP is too short");
    for (std::size_t i = 0; i < recovery_codes; ++i) factor.recovery_codes.push_back(recovery_code(parts_.entropy));

    const auto sealed = seal(parts_.key, parts_.entropy, sealed_for(id), factor.secret);
    parts_.core.transact([&](store::Transaction& tx) {
        static const store::Sql put(
            "insert into staff_totp (staff_id, sealed_secret, used_step, enrolled_at) values ($1, $2, 0, $3)"
            " on conflict (staff_id) do update set sealed_secret = excluded.sealed_secret, used_step = 0,"
            " enrolled_at = excluded.enrolled_at");
        static const store::Sql forget("delete from staff_recovery_code where staff_id = $1");
        static const store::Sql keep("insert into staff_recovery_code (staff_id, code_hash) values ($1, $2)");
        tx.queue(put, id, store::Blob{sealed}, parts_.clock.now());
        tx.queue(forget, id);
        for (const auto& code : factor.recovery_codes) {
            const auto hash = hash_of_recovery_code(code);
            tx.queue(keep, id, hash);
        }
    });
    parts_.sessions.end_all(id.value);
    return factor;
}

bool Staff::is_enrolled(StaffId id) {
    static const store::Sql find("select 1 from staff_totp where staff_id = $1");
    return !parts_.core.read([&](store::Transaction& tx) { return tx.run(find, id); }).empty();
}

bool Staff::take_code(StaffId id, std::int64_t step) {
    static const store::Sql take("update staff_totp set used_step = $2 where staff_id = $1 and used_step < $2");
    return parts_.core.transact([&](store::Transaction& tx) { return tx.run(take, id, step).affected() == 1; });
}

bool Staff::take_recovery_code(StaffId id, const std::string& hash) {
    static const store::Sql take("delete from staff_recovery_code where staff_id = $1 and code_hash = $2");
    return parts_.core.transact([&](store::Transaction& tx) { return tx.run(take, id, hash).affected() == 1; });
}

Result<Session, AccountRefusal> Staff::log_in(const Session& session, const SignIn& typed) {
    if (const auto until = parts_.limit.take(typed.email, typed.peer))
        return refuse(AccountRefusal{TooManyAttempts{*until}});
    // Whoever is meant and whatever is wrong, the same is read and computed before anything is said.
    FieldReader reader;
    const auto email = normalised_email(reader.email("email", typed.email));
    const auto recovery_hash = hash_of_recovery_code(typed.code);
    static const store::Sql find(
        "select s.id, s.password_hash, t.sealed_secret, t.used_step,"
        " (select count(*) from staff_recovery_code c where c.staff_id = s.id and c.code_hash = $2)"
        " from staff s left join staff_totp t on t.staff_id = s.id where s.email = $1 and s.is_active = 1");
    const auto rows = parts_.core.read([&](store::Transaction& tx) { return tx.run(find, email, recovery_hash); });
    const auto check = parts_.passwords.check(typed.password, rows.empty() ? std::nullopt : rows.maybe_text(0, 1));
    if (!check) return refuse(AccountRefusal{check.error()});

    const bool has_secret = !rows.empty() && !rows.is_null(0, 2);
    const auto secret =
        has_secret ? unseal(parts_.key, sealed_for(rows.id<StaffKind>(0, 0)), bytes_of(rows.text(0, 2))) : std::nullopt;
    if (has_secret && !secret) throw std::runtime_error("the sealed secret of a staff member does not open");
    const auto step = totp_match(secret.value_or(TotpSecret(totp_secret_bytes)), digits_of(typed.code),
                                 parts_.clock.now(), has_secret ? rows.integer(0, 3) : 0);
    const bool is_recovery = has_secret && rows.integer(0, 4) == 1;
    if (*check == Passwords::Check::wrong || !has_secret || (!step && !is_recovery)) {
        return refuse(AccountRefusal{WrongCredentials{}});
    }
    const auto id = rows.id<StaffKind>(0, 0);
    if (!(step ? take_code(id, *step) : take_recovery_code(id, recovery_hash))) {
        return refuse(AccountRefusal{WrongCredentials{}});  // somebody else took it meanwhile
    }
    if (*check == Passwords::Check::right_but_old) {
        static const store::Sql update("update staff set password_hash = $2 where id = $1");
        if (const auto stronger = parts_.passwords.hash(normal_form_c(typed.password))) {
            parts_.core.transact([&](store::Transaction& tx) { tx.queue(update, id, *stronger); });
        }
    }
    parts_.limit.forgive(typed.email);
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

std::optional<std::string> Staff::name_of(StaffId id) {
    static const store::Sql find("select name from staff where id = $1");
    const auto rows = parts_.core.read([&](store::Transaction& tx) { return tx.run(find, id); });
    return rows.empty() ? std::nullopt : std::optional(rows.text(0, 0));
}

void Staff::deactivate(StaffId id) {
    static const store::Sql update("update staff set is_active = 0 where id = $1");
    parts_.core.transact([&](store::Transaction& tx) { tx.queue(update, id); });
    parts_.sessions.end_all(id.value);
}

}  // namespace noren::customers
