#include "customers/accounts.hpp"

namespace noren::customers {
namespace {

constexpr std::size_t token_bytes = 32;

struct Known {
    CustomerId id;
    std::optional<std::string> password_hash;
    bool is_closed = false;
};

std::optional<Known> known_by_email(store::Transaction& tx, std::string_view email) {
    static const store::Sql find(
        "select id, password_hash, state from customer where email_normalised = $1 and is_guest = 0");
    const auto rows = tx.run(find, normalised_email(email));
    if (rows.empty()) return std::nullopt;
    return Known{rows.id<CustomerKind>(0, 0), rows.maybe_text(0, 1), rows.text(0, 2) == "closed"};
}

void set_password(store::Transaction& tx, CustomerId customer, std::string_view hash) {
    static const store::Sql update("update customer set password_hash = $2 where id = $1");
    tx.queue(update, customer, hash);
}

}  // namespace

std::vector<FieldFault> Accounts::faults_of(const Registration& registration) const {
    FieldReader reader;
    const auto email = reader.email("email", registration.email);
    reader.required_line("name", registration.name, 100);
    reader.country("country", registration.country);
    if (reader.is_clean()) {
        for (const auto& code : parts_.judge(email, "")) reader.fault("email", code);
    }
    return reader.faults();
}

Result<std::string, AccountRefusal> Accounts::read_password(std::string_view typed) const {
    FieldReader reader;
    auto password = reader.password("password", typed);
    if (reader.is_clean()) {
        for (const auto& code : parts_.judge("", password)) reader.fault("password", code);
    }
    if (!reader.is_clean()) return refuse(AccountRefusal{WrongFields{reader.faults()}});
    return password;
}

Result<void, AccountRefusal> Accounts::begin_registration(const Registration& registration, std::string_view peer) {
    if (auto faults = faults_of(registration); !faults.empty()) {
        return refuse(AccountRefusal{WrongFields{std::move(faults)}});
    }
    FieldReader reader;
    const auto email = reader.email("email", registration.email);
    const auto name = reader.required_line("name", registration.name, 100);
    const auto country = reader.country("country", registration.country);
    if (const auto until = parts_.limit.take_mail(email, peer)) return refuse(AccountRefusal{TooManyAttempts{*until}});

    const auto token = random_token(parts_.entropy, token_bytes);
    parts_.books.transact([&](store::Transaction& tx) {
        static const store::Sql insert(
            "insert into registration (token_hash, email, name, country, expires_at) values ($1, $2, $3, $4, $5)");
        const bool is_known = known_by_email(tx, email).has_value();
        // Written for a known address as well, though nobody gets that token: known and unknown cost the same.
        tx.queue(insert, sha256_hex(token), email, name, country, parts_.clock.now() + register_within);
        parts_.send(
            tx, is_known ? MailWish{email, "already_registered", ""} : MailWish{email, "finish_registration", token});
    });
    return {};
}

Result<Session, AccountRefusal> Accounts::finish_registration(const Session& session, std::string_view token,
                                                              std::string_view password) {
    const auto typed = read_password(password);
    if (!typed) return refuse(typed.error());
    const auto hash = parts_.passwords.hash(*typed);
    if (!hash) return refuse(AccountRefusal{hash.error()});

    const auto made = parts_.books.transact([&](store::Transaction& tx) -> Result<CustomerId, AccountRefusal> {
        static const store::Sql take(
            "delete from registration where token_hash = $1 returning email, name, country, expires_at");
        static const store::Sql insert(
            "insert into customer (id, email, email_normalised, name, country, is_guest, state, password_hash, made_at)"
            " values ($1, $2, $3, $4, $5, 0, 'open', $6, $7) on conflict do nothing");
        const auto now = parts_.clock.now();
        const auto waiting = tx.run(take, sha256_hex(token));
        if (waiting.empty() || waiting.instant(0, 3) <= now) return refuse(AccountRefusal{LinkNotValid{}});
        const auto id = parts_.ids.next<CustomerKind>();
        const auto& email = waiting.text(0, 0);
        const auto inserted =
            tx.run(insert, id, email, normalised_email(email), waiting.text(0, 1), waiting.text(0, 2), *hash, now);
        if (inserted.affected() == 0) return refuse(AccountRefusal{LinkNotValid{}});  // another link was first
        parts_.joined(tx, id, email);
        return id;
    });
    if (!made) return refuse(made.error());
    return parts_.sessions.log_in(session, made->value);
}

Result<Session, AccountRefusal> Accounts::log_in(const Session& session, std::string_view email,
                                                 std::string_view password, std::string_view peer) {
    if (const auto until = parts_.limit.take(email, peer)) return refuse(AccountRefusal{TooManyAttempts{*until}});
    const auto known = parts_.books.read([&](store::Transaction& tx) { return known_by_email(tx, email); });
    const auto stored = known && !known->is_closed ? known->password_hash : std::nullopt;
    const auto check = parts_.passwords.check(password, stored);
    if (!check) return refuse(AccountRefusal{check.error()});
    if (*check == Passwords::Check::wrong) return refuse(AccountRefusal{WrongCredentials{}});

    if (*check == Passwords::Check::right_but_old) {
        if (const auto stronger = parts_.passwords.hash(normal_form_c(password))) {
            parts_.books.transact([&](store::Transaction& tx) { set_password(tx, known->id, *stronger); });
        }
    }
    parts_.limit.forgive(email);
    return parts_.sessions.log_in(session, known->id.value);
}

Result<void, AccountRefusal> Accounts::begin_reset(std::string_view email, std::string_view peer) {
    FieldReader reader;
    const auto address = reader.email("email", email);
    if (!reader.is_clean()) return refuse(AccountRefusal{WrongFields{reader.faults()}});
    if (const auto until = parts_.limit.take_mail(address, peer))
        return refuse(AccountRefusal{TooManyAttempts{*until}});
    const auto token = random_token(parts_.entropy, token_bytes);
    parts_.books.transact([&](store::Transaction& tx) {
        static const store::Sql insert(
            "insert into password_reset (token_hash, customer_id, expires_at) values ($1, $2, $3)");
        const auto known = known_by_email(tx, address);
        const bool may = known && !known->is_closed;
        // A row is written for nobody as well (customer 0, whose link leads nowhere): known and unknown cost the same.
        tx.queue(insert, sha256_hex(token), may ? known->id : CustomerId{}, parts_.clock.now() + reset_within);
        parts_.send(tx, may ? MailWish{address, "reset_password", token} : MailWish{address, "no_account", ""});
    });
    return {};
}

Result<void, AccountRefusal> Accounts::finish_reset(std::string_view token, std::string_view password) {
    const auto typed = read_password(password);
    if (!typed) return refuse(typed.error());
    const auto hash = parts_.passwords.hash(*typed);
    if (!hash) return refuse(AccountRefusal{hash.error()});

    const auto owner = parts_.books.transact([&](store::Transaction& tx) -> Result<CustomerId, AccountRefusal> {
        static const store::Sql take(
            "delete from password_reset where token_hash = $1 returning customer_id, expires_at");
        static const store::Sql others("delete from password_reset where customer_id = $1");
        static const store::Sql find("select email from customer where id = $1 and state <> 'closed'");
        const auto link = tx.run(take, sha256_hex(token));
        if (link.empty() || link.instant(0, 1) <= parts_.clock.now()) return refuse(AccountRefusal{LinkNotValid{}});
        const auto customer = link.id<CustomerKind>(0, 0);
        const auto rows = tx.run(find, customer);
        if (rows.empty()) return refuse(AccountRefusal{LinkNotValid{}});
        set_password(tx, customer, *hash);
        tx.queue(others, customer);
        parts_.send(tx, {rows.text(0, 0), "password_changed", ""});
        return customer;
    });
    if (!owner) return refuse(owner.error());
    parts_.sessions.end_all(owner->value);
    return {};
}

std::int64_t Accounts::sweep(int limit) {
    static const store::Sql registrations(
        "delete from registration where token_hash in"
        " (select token_hash from registration where expires_at <= $1 limit $2)");
    static const store::Sql resets(
        "delete from password_reset where token_hash in"
        " (select token_hash from password_reset where expires_at <= $1 limit $2)");
    return parts_.books.transact([&](store::Transaction& tx) {
        const auto now = parts_.clock.now();
        return tx.run(registrations, now, limit).affected() + tx.run(resets, now, limit).affected();
    });
}

}  // namespace noren::customers
