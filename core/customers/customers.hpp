// Customers: who they are and where they live. Personal data stays here and in their orders; everything that decides
// sees pseudonyms and countries only.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "customers/keyed_hash.hpp"
#include "customers/text_fields.hpp"
#include "store/store.hpp"

namespace noren::customers {

enum class Standing { open, restricted, closed };

struct Customer {
    CustomerId id;
    std::string email;  // as given; compared normalised
    std::string name;
    std::string country;    // ISO 3166-1 alpha-2
    bool is_guest = false;  // bought without an account
    Standing standing = Standing::open;
    Instant made_at{};
};

/// Where somebody lives or things are sent to.
struct Address {
    std::string name;
    std::vector<std::string> street;  // 1 to 3 lines
    std::string city;
    std::string region;
    std::string postal_code;
    std::string country;
    std::string phone;  // may be empty
    bool is_hotel = false;
    friend bool operator==(const Address&, const Address&) = default;
};

/// An address under its id.
using AddressId = Id<struct AddressKind>;
struct KeptAddress {
    AddressId id;
    Address address;
};
inline constexpr std::size_t most_addresses = 20;

/// Reads an address as typed. Fields in faults: name, street, city, region, postal_code, country, phone.
Address read_address(FieldReader& reader, const Address& typed);

class Customers {
public:
    Customers(Key key, const Clock& clock, IdSource& ids) : key_(std::move(key)), clock_(clock), ids_(ids) {}

    /// The pseudonym of everybody who lives at an address: a keyed hash of what stays the same when it is written
    /// another way (street, postal code, country; the city where there is no postal code). 32 hexadecimal digits.
    std::string household(const Address& address) const;

    /// Stores somebody who buys without an account. Several guests may give the same e-mail address.
    Customer insert_guest(store::Transaction& tx, std::string_view email, std::string_view name,
                          std::string_view country);

    std::optional<Customer> find(store::Transaction& tx, CustomerId id) const;
    /// An account by its e-mail address, never a guest.
    std::optional<Customer> find_account(store::Transaction& tx, std::string_view email) const;

    /// The guests that gave this address, whatever its writing: whoever reads its mail is all of them.
    std::vector<CustomerId> guests(store::Transaction& tx, std::string_view email) const;

    /// The address book, last changed first.
    std::vector<KeptAddress> addresses(store::Transaction& tx, CustomerId customer) const;
    std::optional<Address> address(store::Transaction& tx, CustomerId customer, AddressId id) const;
    /// Adds the address, or puts it in place of the customer's own one of this id. Beyond `most_addresses` the one not
    /// changed for longest goes. Gives the id that it is kept under: that of an equal address when there is one.
    AddressId keep_address(store::Transaction& tx, CustomerId customer, std::optional<AddressId> id,
                           const Address& address);
    void remove_address(store::Transaction& tx, CustomerId customer, AddressId id);

    /// What a customer wants to remember: SKUs, last added first. Watching reserves nothing and tells nobody.
    static constexpr std::size_t most_watched = 200;
    std::vector<std::string> watched(store::Transaction& tx, CustomerId customer) const;
    /// Does nothing when it is watched already; false when `most_watched` are.
    bool watch(store::Transaction& tx, CustomerId customer, std::string_view sku);
    void unwatch(store::Transaction& tx, CustomerId customer, std::span<const std::string> skus);

private:
    const Key key_;
    const Clock& clock_;
    IdSource& ids_;
};

}  // namespace noren::customers
