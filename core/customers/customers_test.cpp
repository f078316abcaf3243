#include "customers/customers.hpp"

#include <gtest/gtest.h>

#include "customers/bars.hpp"
#include "store/testing.hpp"

namespace noren::customers {
namespace {

using store::Transaction;

const Address home{"Ann Lee", {"12 Main St.", "Apt 4"}, "Springfield", "IL", "62701", "US", "+1 217 555 0100", false};

class Customers : public store::testing::EachDatabase {
protected:
    VirtualClock clock_{instant_from_us(1'499'043'600'000'000)};
    SystemEntropy entropy_;
    IdSource ids_{clock_, entropy_};
    customers::Customers customers_{Key::from_secret("a secret of a storefront that only tests know"), clock_, ids_};
};
NOREN_ON_EACH_DATABASE(Customers);

TEST_P(Customers, MayBeGuestsWithTheSameAddressManyTimes) {
    const auto guests = store().transact([&](Transaction& tx) {
        return std::pair{customers_.insert_guest(tx, "ann@example.com", "Ann", "US"),
                         customers_.insert_guest(tx, "ann@example.com", "Ann", "US")};
    });
    EXPECT_NE(guests.first.id, guests.second.id);
    store().read([&](Transaction& tx) {
        const auto found = customers_.find(tx, guests.first.id);
        ASSERT_TRUE(found);
        EXPECT_EQ(found->email, "ann@example.com");
        EXPECT_TRUE(found->is_guest);
        EXPECT_FALSE(customers_.find_account(tx, "ann@example.com")) << "a guest is no account";
        EXPECT_FALSE(customers_.find(tx, CustomerId{1}));
    });
}

TEST_P(Customers, KeepTheirAddressesAsTheyWroteThem) {
    const CustomerId ann{42};
    const CustomerId bob{43};
    auto other = home;
    other.street = {"<1> Rue de l'Église", "", "B"};
    other.is_hotel = true;
    const auto keep = [&](CustomerId whose, std::optional<AddressId> id, const Address& address) {
        clock_.move_to(clock_.now() + std::chrono::seconds(1));
        return store().transact([&](Transaction& tx) { return customers_.keep_address(tx, whose, id, address); });
    };
    const auto book = [&](CustomerId whose) {
        return store().read([&](Transaction& tx) { return customers_.addresses(tx, whose); });
    };
    EXPECT_TRUE(book(ann).empty());
    const auto first = keep(ann, std::nullopt, home);
    const auto second = keep(ann, std::nullopt, other);
    EXPECT_EQ(keep(ann, std::nullopt, home).value, first.value) << "the same address is kept once";
    ASSERT_EQ(book(ann).size(), 2U);
    EXPECT_EQ(book(ann)[0].address, home) << "last used first";
    EXPECT_EQ(book(ann)[1].address, other);

    auto moved = home;
    moved.city = "Shelbyville";
    keep(bob, first, moved);
    EXPECT_EQ(book(ann)[0].address, home) << "nobody changes the address of another";
    EXPECT_TRUE(book(bob).empty());
    keep(ann, second, moved);
    store().read([&](Transaction& tx) {
        EXPECT_EQ(customers_.address(tx, ann, second), moved);
        EXPECT_FALSE(customers_.address(tx, bob, second));
    });
    store().transact([&](Transaction& tx) { customers_.remove_address(tx, bob, first); });
    EXPECT_EQ(book(ann).size(), 2U);
    store().transact([&](Transaction& tx) { customers_.remove_address(tx, ann, first); });
    EXPECT_EQ(book(ann).size(), 1U);
}

TEST_P(Customers, KeepNoMoreThanTwentyAddresses) {
    const CustomerId ann{42};
    for (int number = 1; number <= 22; ++number) {
        auto address = home;
        address.street = {std::to_string(number) + " Main St."};
        clock_.move_to(clock_.now() + std::chrono::seconds(1));
        store().transact([&](Transaction& tx) { customers_.keep_address(tx, ann, std::nullopt, address); });
    }
    const auto book = store().read([&](Transaction& tx) { return customers_.addresses(tx, ann); });
    ASSERT_EQ(book.size(), most_addresses);
    EXPECT_EQ(book.back().address.street[0], "3 Main St.");
}

TEST_P(Customers, WatchWhatTheyWantToRemember) {
    const CustomerId ann{42};
    const auto watched = [&] { return store().read([&](Transaction& tx) { return customers_.watched(tx, ann); }); };
    for (const auto* sku : {"B-2", "A-1", "B-2"}) {
        clock_.move_to(clock_.now() + std::chrono::seconds(1));
        EXPECT_TRUE(store().transact([&](Transaction& tx) { return customers_.watch(tx, ann, sku); }));
    }
    EXPECT_EQ(watched(), (std::vector<std::string>{"A-1", "B-2"}));
    const std::vector<std::string> gone{"A-1", "Z-9"};
    store().transact([&](Transaction& tx) {
        customers_.unwatch(tx, CustomerId{43}, gone);
        customers_.unwatch(tx, ann, gone);
    });
    EXPECT_EQ(watched(), std::vector<std::string>{"B-2"});
}

TEST_P(Customers, AreFoundAgainAsTheGuestsOfAnAddress) {
    const auto guest = store().transact([&](Transaction& tx) {
        customers_.insert_guest(tx, "bob@example.com", "Bob", "US");
        return customers_.insert_guest(tx, "Ann@Example.com", "Ann", "US");
    });
    const auto found = store().read([&](Transaction& tx) { return customers_.guests(tx, "ann@example.COM"); });
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].value, guest.id.value);
}

TEST_P(Customers, OfOneAddressAreOneHousehold) {
    const auto household = customers_.household(home);
    EXPECT_EQ(household.size(), 32u);
    auto another_way = home;
    another_way.name = "Bob Lee";
    another_way.street = {"１２ MAIN ST apt. 4"};
    another_way.city = "Springfield, Illinois";
    another_way.phone = "";
    EXPECT_EQ(customers_.household(another_way), household);

    auto next_door = home;
    next_door.street[0] = "14 Main St.";
    EXPECT_NE(customers_.household(next_door), household);
    auto abroad = home;
    abroad.country = "CA";
    EXPECT_NE(customers_.household(abroad), household);
    const customers::Customers elsewhere(Key::from_secret("the secret of quite another storefront, for tests"), clock_,
                                         ids_);
    EXPECT_NE(elsewhere.household(home), household) << "pseudonyms of two storefronts do not meet";
}

TEST_P(Customers, AreBarredFromAnItemUntilItIsLifted) {
    store().transact([&](Transaction& tx) {
        bar(tx, {"household-a", "FIG-2", "payment_overdue", OrderId{5}, clock_.now()});
        bar(tx, {"household-a", "FIG-1", "payment_overdue", OrderId{5}, clock_.now()});
        bar(tx, {"household-a", "FIG-1", "payment_overdue", OrderId{6}, clock_.now()});
    });
    const auto barred = [&](std::string_view whom) {
        return store().read([&](Transaction& tx) { return ask_barred_skus(tx, whom).get(); });
    };
    EXPECT_EQ(barred("household-a"), (std::vector<std::string>{"FIG-1", "FIG-2"}));
    EXPECT_TRUE(barred("household-b").empty());
    EXPECT_TRUE(store().transact([&](Transaction& tx) { return lift_bar(tx, "household-a", "FIG-1", clock_.now()); }));
    EXPECT_FALSE(store().transact([&](Transaction& tx) { return lift_bar(tx, "household-a", "FIG-1", clock_.now()); }));
    EXPECT_EQ(barred("household-a"), std::vector<std::string>{"FIG-2"});
    store().transact([&](Transaction& tx) {
        bar(tx, {"household-a", "FIG-1", "payment_overdue", OrderId{7}, clock_.now()});
    });
    EXPECT_EQ(barred("household-a"), (std::vector<std::string>{"FIG-1", "FIG-2"}));
}

TEST(Address, IsReadWithEveryFaultNamed) {
    FieldReader reader;
    read_address(reader, {"", {"", ""}, "a\x01", "", "1234567890123", "Mars", "none", false});
    const std::vector<FieldFault> expected{{"name", "required"},         {"street", "required"},
                                           {"city", "not_text"},         {"postal_code", "too_long"},
                                           {"country", "not_a_country"}, {"phone", "not_a_phone"}};
    EXPECT_EQ(reader.faults(), expected);

    FieldReader clean;
    const auto address = read_address(clean, home);
    EXPECT_TRUE(clean.is_clean());
    EXPECT_EQ(address.street, home.street);
}

}  // namespace
}  // namespace noren::customers
