#include "customers/directory.hpp"

namespace noren::customers {
namespace {

constexpr int most_offences = 100;
constexpr int most_households = 20;

Standing standing_from(const std::string& word) {
    if (word == "closed") return Standing::closed;
    return word == "restricted" ? Standing::restricted : Standing::open;
}

}  // namespace

std::vector<Customer> listed(store::Transaction& tx, std::string_view email, CustomerId before, int limit) {
    static const std::string columns =
        "select id, email, name, country, is_guest, state, made_at from customer where ($1 = 0 or id < $1)";
    static const std::string order = " order by id desc limit $2";
    static const store::Sql every(columns + order);
    static const store::Sql of_address(columns + " and email_normalised = $3" + order);
    const auto rows =
        email.empty() ? tx.run(every, before, limit) : tx.run(of_address, before, limit, normalised_email(email));
    std::vector<Customer> customers;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        customers.push_back({rows.id<CustomerKind>(row, 0), rows.text(row, 1), rows.text(row, 2), rows.text(row, 3),
                             rows.integer(row, 4) != 0, standing_from(rows.text(row, 5)), rows.instant(row, 6)});
    }
    return customers;
}

std::vector<Offence> offences_of(store::Transaction& tx, CustomerId customer, std::string_view household) {
    static const store::Sql find(
        "select at, kind, weight, order_id from offence where customer_id = $1 or (household = $2 and $2 <> '') "
        "order by id desc limit $3");
    const auto rows = tx.run(find, customer, household, most_offences);
    std::vector<Offence> offences;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        offences.push_back({rows.instant(row, 0), rows.text(row, 1), rows.integer(row, 2), rows.id<OrderKind>(row, 3)});
    }
    return offences;
}

std::vector<std::string> households_of(store::Transaction& tx, CustomerId customer) {
    static const store::Sql find(
        "select household from orders where customer_id = $1 and household <> '' group by household "
        "order by max(id) desc limit $2");
    const auto rows = tx.run(find, customer, most_households);
    std::vector<std::string> households;
    for (std::size_t row = 0; row < rows.size(); ++row) households.push_back(rows.text(row, 0));
    return households;
}

std::optional<HouseholdStanding> standing_of(store::Transaction& tx, std::string_view household) {
    static const store::Sql find("select state, reason, since from household_standing where household = $1");
    const auto rows = tx.run(find, household);
    if (rows.empty()) return std::nullopt;
    return HouseholdStanding{rows.text(0, 0), rows.text(0, 1), rows.instant(0, 2)};
}

}  // namespace noren::customers
