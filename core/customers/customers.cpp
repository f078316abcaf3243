#include "customers/customers.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace noren::customers {
namespace {

constexpr std::array<std::string_view, 3> standing_words{"open", "restricted", "closed"};

Standing standing_of(std::string_view word) {
    for (std::size_t i = 0; i < standing_words.size(); ++i) {
        if (standing_words[i] == word) return static_cast<Standing>(i);
    }
    throw std::logic_error("a customer has the unknown standing " + std::string(word));
}

std::optional<Customer> customer_in(const store::Rows& rows) {
    if (rows.empty()) return std::nullopt;
    return Customer{
        rows.id<CustomerKind>(0, 0),  rows.text(0, 1),   rows.text(0, 2), rows.text(0, 3), rows.integer(0, 4) != 0,
        standing_of(rows.text(0, 5)), rows.instant(0, 6)};
}

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const auto& line : lines) {
        if (!text.empty()) text += '\n';
        text += line;
    }
    return text;
}

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> lines;
    for (std::size_t from = 0; from <= text.size();) {
        const auto end = std::min(text.find('\n', from), text.size());
        lines.emplace_back(text.substr(from, end - from));
        from = end + 1;
    }
    return lines;
}

Address address_in(const store::Rows& rows, std::size_t row) {
    return {rows.text(row, 0), split(rows.text(row, 1)), rows.text(row, 2), rows.text(row, 3),
            rows.text(row, 4), rows.text(row, 5),        rows.text(row, 6), rows.integer(row, 7) != 0};
}

}  // namespace

Address read_address(FieldReader& reader, const Address& typed) {
    Address address;
    address.name = reader.required_line("name", typed.name, 100);
    for (const auto& line : typed.street) {
        auto text = reader.line("street", line, 100);
        if (!text.empty()) address.street.push_back(std::move(text));
    }
    const auto is_empty = [](const std::string& line) { return line.find_first_not_of(' ') == std::string::npos; };
    if (std::all_of(typed.street.begin(), typed.street.end(), is_empty)) reader.fault("street", "required");
    if (address.street.size() > 3) reader.fault("street", "too_long");
    address.city = reader.required_line("city", typed.city, 100);
    address.region = reader.line("region", typed.region, 100);
    address.postal_code = reader.line("postal_code", typed.postal_code, 12);
    address.country = reader.country("country", typed.country);
    address.phone = reader.phone("phone", typed.phone);
    address.is_hotel = typed.is_hotel;
    return address;
}

std::string Customers::household(const Address& address) const {
    auto place = letters_and_digits_folded(joined(address.street));
    place += '|' + letters_and_digits_folded(address.postal_code.empty() ? address.city : address.postal_code);
    place += '|' + address.country;
    return key_.mac("household", place).substr(0, 32);
}

Customer Customers::insert_guest(store::Transaction& tx, std::string_view email, std::string_view name,
                                 std::string_view country) {
    static const store::Sql insert(
        "insert into customer (id, email, email_normalised, name, country, is_guest, state, made_at)"
        " values ($1, $2, $3, $4, $5, 1, 'open', $6)");
    Customer guest{ids_.next<CustomerKind>(),
                   std::string(email),
                   std::string(name),
                   std::string(country),
                   true,
                   Standing::open,
                   clock_.now()};
    tx.queue(insert, guest.id, guest.email, normalised_email(email), guest.name, guest.country, guest.made_at);
    return guest;
}

std::optional<Customer> Customers::find(store::Transaction& tx, CustomerId id) const {
    static const store::Sql find(
        "select id, email, name, country, is_guest, state, made_at from customer where id = $1");
    return customer_in(tx.run(find, id));
}

std::optional<Customer> Customers::find_account(store::Transaction& tx, std::string_view email) const {
    static const store::Sql find(
        "select id, email, name, country, is_guest, state, made_at from customer"
        " where email_normalised = $1 and is_guest = 0");
    return customer_in(tx.run(find, normalised_email(email)));
}

std::vector<CustomerId> Customers::guests(store::Transaction& tx, std::string_view email) const {
    static const store::Sql find("select id from customer where is_guest = 1 and email_normalised = $1 order by id");
    const auto rows = tx.run(find, normalised_email(email));
    std::vector<CustomerId> found;
    for (std::size_t row = 0; row < rows.size(); ++row) found.push_back(rows.id<CustomerKind>(row, 0));
    return found;
}

std::vector<KeptAddress> Customers::addresses(store::Transaction& tx, CustomerId customer) const {
    static const store::Sql find(
        "select name, street, city, region, postal_code, country, phone, is_hotel, id from address_book"
        " where customer_id = $1 order by changed_at desc, id desc");
    const auto rows = tx.run(find, customer);
    std::vector<KeptAddress> kept;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        kept.push_back({rows.id<AddressKind>(row, 8), address_in(rows, row)});
    }
    return kept;
}

std::optional<Address> Customers::address(store::Transaction& tx, CustomerId customer, AddressId id) const {
    static const store::Sql find(
        "select name, street, city, region, postal_code, country, phone, is_hotel from address_book"
        " where customer_id = $1 and id = $2");
    const auto rows = tx.run(find, customer, id);
    return rows.empty() ? std::nullopt : std::optional(address_in(rows, 0));
}

AddressId Customers::keep_address(store::Transaction& tx, CustomerId customer, std::optional<AddressId> id,
                                  const Address& address) {
    static const store::Sql save(
        "insert into address_book as kept (id, customer_id, household, name, street, city, region, postal_code,"
        " country, phone, is_hotel, changed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        " on conflict ({shop} id) do update set household = excluded.household, name = excluded.name,"
        " street = excluded.street, city = excluded.city, region = excluded.region,"
        " postal_code = excluded.postal_code, country = excluded.country, phone = excluded.phone,"
        " is_hotel = excluded.is_hotel, changed_at = excluded.changed_at"
        " where kept.customer_id = excluded.customer_id");
    auto kept = addresses(tx, customer);
    if (!id) {
        const auto same =
            std::find_if(kept.begin(), kept.end(), [&](const KeptAddress& one) { return one.address == address; });
        if (same != kept.end()) id = same->id;
    }
    if (!id) {
        for (; kept.size() >= most_addresses; kept.pop_back()) remove_address(tx, customer, kept.back().id);
        id = ids_.next<AddressKind>();
    }
    tx.queue(save, *id, customer, household(address), address.name, joined(address.street), address.city,
             address.region, address.postal_code, address.country, address.phone, address.is_hotel, clock_.now());
    return *id;
}

void Customers::remove_address(store::Transaction& tx, CustomerId customer, AddressId id) {
    static const store::Sql remove("delete from address_book where customer_id = $1 and id = $2");
    tx.queue(remove, customer, id);
}

std::vector<std::string> Customers::watched(store::Transaction& tx, CustomerId customer) const {
    static const store::Sql find("select sku from watched where customer_id = $1 order by since desc, sku");
    const auto rows = tx.run(find, customer);
    std::vector<std::string> skus;
    for (std::size_t row = 0; row < rows.size(); ++row) skus.push_back(rows.text(row, 0));
    return skus;
}

bool Customers::watch(store::Transaction& tx, CustomerId customer, std::string_view sku) {
    static const store::Sql add(
        "insert into watched (customer_id, sku, since) values ($1, $2, $3) on conflict do nothing");
    if (watched(tx, customer).size() >= most_watched) return false;
    tx.queue(add, customer, sku, clock_.now());
    return true;
}

void Customers::unwatch(store::Transaction& tx, CustomerId customer, std::span<const std::string> skus) {
    static const store::Sql remove("delete from watched where customer_id = $1 and sku = $2");
    for (const auto& sku : skus) tx.queue(remove, customer, sku);
}

}  // namespace noren::customers
