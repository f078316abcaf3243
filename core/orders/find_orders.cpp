#include "orders/find_orders.hpp"

#include "customers/text_fields.hpp"

namespace noren::orders {

std::vector<Order> find_orders(store::Transaction& tx, const Orders& orders, const Wanted& wanted, OrderId before,
                               int limit) {
    static const std::string start =
        "select id from orders where ($1 = 0 or id < $1) and ($2 = '' or number = $2) and ($3 = '' or fulfilment = $3) "
        "and ($4 = '' or payment = $4) and ($5 = '' or hold = $5)";
    static const std::string of_customer = " and customer_id in (select id from customer where email_normalised = $7)";
    static const std::string order = " order by id desc limit $6";
    static const store::Sql any(start + order);
    static const store::Sql of_address(start + of_customer + order);
    const auto email = customers::normalised_email(wanted.email);
    const auto rows =
        email.empty()
            ? tx.run(any, before, wanted.number, wanted.fulfilment, wanted.payment, wanted.hold, limit)
            : tx.run(of_address, before, wanted.number, wanted.fulfilment, wanted.payment, wanted.hold, limit, email);
    std::vector<Order> found;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        if (auto one = orders.find(tx, rows.id<OrderKind>(row, 0))) found.push_back(*std::move(one));
    }
    return found;
}

}  // namespace noren::orders
