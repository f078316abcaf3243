#include "ledger/ledger.hpp"

#include <gmock/gmock.h>

#include "store/testing.hpp"

namespace noren::ledger {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr OrderId order{7};
constexpr Instant noon = instant_from_us(1'500'000'000'000'000);

Transfer invoiced(std::string id, Money amount) {
    return {std::move(id), noon, Kind::invoiced, Account::receivable(), Account::sales(), amount, order};
}
Transfer captured(std::string id, Money amount, Account from = Account::receivable()) {
    return {std::move(id), noon, Kind::captured, Account::gateway("paypal"), std::move(from), amount, order};
}
Transfer credited(std::string id, Money amount, Account to) {
    return {std::move(id), noon, Kind::credited, Account::sales(), std::move(to), amount, order};
}
Transfer refunded(std::string id, Money amount) {
    return {std::move(id), noon, Kind::refunded, Account::owed_back(), Account::gateway("paypal"), amount, order};
}

class Ledgers : public store::testing::EachDatabase {
protected:
    void post(const std::vector<Transfer>& transfers) {
        store().transact([&](store::Transaction& tx) { ledger_.post(tx, transfers); });
    }
    std::vector<std::string> balances() {
        return store().read([&](store::Transaction& tx) {
            std::vector<std::string> out;
            for (const auto& one : ledger_.balances_of(tx, order)) {
                out.push_back(one.account.word() + " " + to_string(one.amount));
            }
            return out;
        });
    }
    std::vector<std::string> discrepancies() {
        return store().read([&](store::Transaction& tx) {
            std::vector<std::string> out;
            for (const auto& one : ledger_.verify(tx)) out.push_back(one.what);
            return out;
        });
    }
    std::size_t unsettled() {
        return store().read([&](store::Transaction& tx) { return ledger_.unsettled(tx).size(); });
    }
    Ledger ledger_;
};
NOREN_ON_EACH_DATABASE(Ledgers);

TEST(Accounts, AreReadBackFromTheirWords) {
    for (const auto& one : {Account::receivable(), Account::owed_back(), Account::sales(), Account::shipping(),
                            Account::fees(), Account::gateway("card-2_jp")}) {
        const auto read = Account::from_word(one.word());
        ASSERT_TRUE(read) << one.word();
        EXPECT_EQ(*read, one);
        EXPECT_EQ(read->role(), one.role());
    }
    for (const auto* word : {"", "Sales", "sale", "gateway:", "gateway:PayPal", "gateway:a b", "gateway"}) {
        EXPECT_FALSE(Account::from_word(word)) << word;
    }
    EXPECT_THROW(Account::gateway("a:b"), std::invalid_argument);
}

TEST_P(Ledgers, KnowWhatAnInvoicedOrderOwes) {
    post({invoiced("i:1", {1500, JPY})});
    EXPECT_THAT(balances(), ElementsAre("receivable 1500 JPY", "sales -1500 JPY"));
    EXPECT_EQ(unsettled(), 1U);
}

TEST_P(Ledgers, AreAtRestWhenWhatWasInvoicedIsPaid) {
    post({invoiced("i:1", {1500, JPY}), captured("c:1", {1500, JPY})});
    EXPECT_THAT(balances(), ElementsAre("gateway:paypal 1500 JPY", "receivable 0 JPY", "sales -1500 JPY"));
    EXPECT_EQ(unsettled(), 0U);
    EXPECT_THAT(discrepancies(), IsEmpty());
}

TEST_P(Ledgers, AreAtRestWhenAnUnpaidInvoiceIsCredited) {
    post({invoiced("i:1", {1500, JPY}), credited("x:1", {1500, JPY}, Account::receivable())});
    EXPECT_EQ(unsettled(), 0U);
    EXPECT_THAT(discrepancies(), IsEmpty());
}

TEST_P(Ledgers, OweBackWhatWasPaidTwiceUntilItIsRefunded) {
    post({invoiced("i:1", {1500, JPY}), captured("c:1", {1500, JPY}),
          captured("c:2", {1500, JPY}, Account::owed_back())});
    store().read([&](store::Transaction& tx) {
        const auto open = ledger_.unsettled(tx);
        ASSERT_EQ(open.size(), 1U);
        EXPECT_EQ(open[0].order, order);
        EXPECT_EQ(open[0].receivable, Money(0, JPY));
        EXPECT_EQ(open[0].owed_back, Money(1500, JPY));
        EXPECT_THAT(ledger_.balance(tx, Account::gateway("paypal")), ElementsAre(Money(3000, JPY)));
        EXPECT_THAT(ledger_.balance(tx, Account::gateway("other")), IsEmpty());
    });
    post({refunded("r:1", {1500, JPY})});
    EXPECT_EQ(unsettled(), 0U);
    EXPECT_THAT(discrepancies(), IsEmpty());
}

TEST_P(Ledgers, PostARepeatOfTheSameCauseOnce) {
    for (int i = 0; i < 3; ++i) post({invoiced("i:1", {1500, JPY}), captured("c:1", {500, JPY})});
    EXPECT_THAT(balances(), ElementsAre("gateway:paypal 500 JPY", "receivable 1000 JPY", "sales -1500 JPY"));
}

TEST_P(Ledgers, RefuseAnotherTransferUnderAKnownId) {
    post({invoiced("i:1", {1500, JPY})});
    try {
        post({invoiced("i:1", {1501, JPY})});
        FAIL() << "posted";
    } catch (const store::Failure& failure) {
        EXPECT_EQ(failure.kind(), store::Failure::Kind::check);
    }
    EXPECT_THAT(balances(), ElementsAre("receivable 1500 JPY", "sales -1500 JPY"));
}

TEST_P(Ledgers, RefuseTransfersThatMakeNoSense) {
    EXPECT_THROW(post({invoiced("i:1", {0, JPY})}), std::logic_error);
    EXPECT_THROW(post({invoiced("i:1", {-5, JPY})}), std::logic_error);
    EXPECT_THROW(post({invoiced("", {5, JPY})}), std::logic_error);
    EXPECT_THROW(post({credited("x:1", {5, JPY}, Account::gateway("paypal"))}), std::logic_error);
    EXPECT_THROW(post({captured("c:1", {5, JPY}, Account::sales())}), std::logic_error);
    EXPECT_THAT(balances(), IsEmpty());
}

TEST_P(Ledgers, CannotBeChangedOrCutByAnyStatement) {
    static const store::Sql change("update ledger_transfer set amount_minor = 1");
    static const store::Sql remove("delete from ledger_transfer");
    post({invoiced("i:1", {1500, JPY})});
    for (const auto* sql : {&change, &remove}) {
        EXPECT_THROW(store().transact([&](store::Transaction& tx) { tx.run(*sql); }), store::Failure);
    }
    EXPECT_THAT(balances(), ElementsAre("receivable 1500 JPY", "sales -1500 JPY"));
}

TEST_P(Ledgers, FindWhatWasPaidOrRefundedBeyondWhatIsDue) {
    post({invoiced("i:1", {1500, JPY}), captured("c:1", {1600, JPY}), refunded("r:1", {1700, JPY})});
    EXPECT_THAT(discrepancies(), ElementsAre(HasSubstr("receivable -100 JPY"), HasSubstr("owed_back -1700 JPY"),
                                             HasSubstr("gateway:paypal refunded more")));
}

TEST_P(Ledgers, FindAnOrderInTwoCurrencies) {
    post({invoiced("i:1", {1500, JPY}), invoiced("i:2", {15, USD})});
    EXPECT_THAT(discrepancies(), ElementsAre(HasSubstr("several currencies")));
}

TEST_P(Ledgers, FindRowsThatTheyWouldNotHaveWritten) {
    static const store::Sql insert(
        "insert into ledger_transfer (id, at_us, kind, debit, credit, amount_minor, currency, order_id) "
        "values ($1, 0, $2, $3, $4, 5, $5, 1)");
    store().transact([](store::Transaction& tx) {
        tx.run(insert, "1", "gift", "receivable", "sales", "JPY");
        tx.run(insert, "2", "invoiced", "receivable", "slush fund", "JPY");
        tx.run(insert, "3", "captured", "sales", "receivable", "JPY");
        tx.run(insert, "4", "invoiced", "receivable", "sales", "XXX");
    });
    EXPECT_EQ(discrepancies().size(), 4U);
}

}  // namespace
}  // namespace noren::ledger
