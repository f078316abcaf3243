#include "orders/find_orders.hpp"

#include <gtest/gtest.h>

#include "customers/customers.hpp"
#include "orders/testing.hpp"

namespace noren::orders {
namespace {

using store::Transaction;

class Finding : public store::testing::EachDatabase {
protected:
    testing::Desk& desk() {
        if (desk_ == nullptr) {
            desk_ = std::make_unique<testing::Desk>(store());
            desk_->receive("A", 10);
        }
        return *desk_;
    }
    std::string placed(const std::string& email, Payment payment = Payment::not_due) {
        auto& at = desk();
        customers::Customers customers(customers::Key::from_secret("a secret of a storefront that only tests know"),
                                       at.clock, at.ids);
        return store().transact([&](Transaction& tx) {
            auto order = at.drawn_up(tx);
            order.customer = customers.insert_guest(tx, email, "Ann", "US").id;
            order.payment = payment;
            at.orders.insert(tx, order);
            return order.number;
        });
    }
    std::vector<std::string> found(const Wanted& wanted, OrderId before = {}, int limit = 9) {
        std::vector<std::string> numbers;
        for (const auto& order :
             store().read([&](Transaction& tx) { return find_orders(tx, desk().orders, wanted, before, limit); })) {
            numbers.push_back(order.number);
        }
        return numbers;
    }

private:
    std::unique_ptr<testing::Desk> desk_;
};
NOREN_ON_EACH_DATABASE(Finding);

TEST_P(Finding, ChoosesByNumberAddressAndStates) {
    const auto first = placed("ann@example.org");
    const auto second = placed("Ann@Example.org", Payment::paid);
    const auto third = placed("bob@example.org");
    using Numbers = std::vector<std::string>;
    EXPECT_EQ(found({}), (Numbers{third, second, first}));
    EXPECT_EQ(found({.number = second}), Numbers{second});
    EXPECT_EQ(found({.email = " ann@example.ORG"}), (Numbers{second, first}));
    EXPECT_EQ(found({.email = "ann@example.org", .payment = "paid"}), Numbers{second});
    EXPECT_EQ(found({.payment = "no such state"}), Numbers{});
    EXPECT_EQ(found({.number = "' or 1=1 --"}), Numbers{});
    EXPECT_EQ(found({}, {}, 2), (Numbers{third, second}));
}

}  // namespace
}  // namespace noren::orders
