// Ledger: what customers owe and have paid, by double entry.
//
// Each row is one transfer from the account that it credits to the one that it debits, so the books balance by
// construction. Rows are only ever added: the database refuses to change or delete them. Of an order:
//
//     invoiced   debits receivable            credits sales, shipping or fees
//     credited   debits sales, shipping, fees credits receivable (unpaid) or owed_back (paid already)
//     captured   debits gateway:<name>        credits receivable, or owed_back (paid twice, or too late)
//     refunded   debits owed_back             credits gateway:<name>
//
// So receivable is what the customer still owes and owed_back what the shop owes the customer; both are zero when
// captured - refunded = invoiced - credited.
#pragma once

#include <noren/values/id.hpp>
#include <noren/values/money.hpp>
#include <noren/values/time.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/store.hpp"

namespace noren::ledger {

class Account {
public:
    enum class Role { receivable, owed_back, income, gateway };

    static Account receivable() { return {"receivable", Role::receivable}; }
    static Account owed_back() { return {"owed_back", Role::owed_back}; }
    static Account sales() { return {"sales", Role::income}; }
    static Account shipping() { return {"shipping", Role::income}; }
    static Account fees() { return {"fees", Role::income}; }
    /// What came in through the gateway of this name: 1 to 64 of a-z, 0-9, '_' and '-', else std::invalid_argument.
    static Account gateway(std::string_view name);

    /// Reads what word() gives.
    static std::optional<Account> from_word(std::string_view word);
    const std::string& word() const { return word_; }
    Role role() const { return role_; }

    friend bool operator==(const Account& a, const Account& b) { return a.word_ == b.word_; }
    friend bool operator!=(const Account& a, const Account& b) { return !(a == b); }

private:
    Account(std::string word, Role role) : word_(std::move(word)), role_(role) {}
    std::string word_;
    Role role_;
};

enum class Kind { invoiced, credited, captured, refunded };

struct Transfer {
    /// Names its cause, such as "captured:<attempt>" or "invoiced:<invoice>:shipping": the same cause makes the same
    /// id, so posting it again changes nothing. 1 to 120 characters.
    std::string id;
    Instant at{};
    Kind kind = Kind::invoiced;
    Account debit;
    Account credit;
    Money amount;  // more than zero
    OrderId order;
};

struct Balance {
    Account account;
    Money amount;  // debits less credits
};

/// An order that owes, or is owed, something.
struct Unsettled {
    OrderId order;
    Money receivable;
    Money owed_back;  // positive: the shop owes it
};

struct Discrepancy {
    std::string what;
    OrderId order;  // none where it concerns more than one
};

class Ledger {
public:
    /// Queues one statement a transfer. Throws std::logic_error when accounts do not fit the kind, or on an amount
    /// that is not above zero. An id that exists with the same contents is left alone; with others, the transaction
    /// fails with Failure::check at its next run or commit.
    void post(store::Transaction& tx, std::span<const Transfer> transfers) const;

    /// Debits less credits, one amount a currency, ascending by currency. Reads every transfer.
    std::vector<Money> balance(store::Transaction& tx, const Account& account) const;

    /// The accounts that the order's transfers touched, ascending by account.
    std::vector<Balance> balances_of(store::Transaction& tx, OrderId order) const;

    /// Orders whose receivable or owed_back is not zero, ascending by order. Reads every transfer.
    std::vector<Unsettled> unsettled(store::Transaction& tx) const;

    /// Reads every transfer; empty when all holds: known kinds, accounts and currencies, sides that fit the kind, one
    /// currency an order, no order whose receivable fell below zero, that was owed back less than it was refunded, or
    /// that a gateway refunded more than it captured.
    std::vector<Discrepancy> verify(store::Transaction& tx) const;
};

}  // namespace noren::ledger
