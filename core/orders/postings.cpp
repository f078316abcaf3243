#include "orders/postings.hpp"

#include <algorithm>

namespace noren::orders {
namespace {

using ledger::Account;
using ledger::Kind;
using ledger::Transfer;

struct Share {
    const char* name;
    Account income;
    Money amount;
};

std::vector<Share> shares_of(const Order& order) {
    std::vector<Share> shares;
    for (auto share :
         {Share{"goods", Account::sales(), order.goods}, Share{"shipping", Account::shipping(), order.shipping},
          Share{"fees", Account::fees(), order.fees}}) {
        if (!share.amount.is_zero()) shares.push_back(std::move(share));
    }
    return shares;
}

Transfer captured(const Order& order, const payments::Attempt& attempt, const Account& credit, Instant at) {
    return {"captured:" + id_text(attempt.id.value),
            at,
            Kind::captured,
            Account::gateway(attempt.method),
            credit,
            attempt.captured,
            order.id};
}

}  // namespace

std::vector<Transfer> postings_of_invoice(const Order& order, const std::string& invoice, Instant at) {
    std::vector<Transfer> transfers;
    for (const auto& share : shares_of(order)) {
        transfers.push_back({"invoiced:" + invoice + ":" + share.name, at, Kind::invoiced, Account::receivable(),
                             share.income, share.amount, order.id});
    }
    return transfers;
}

std::vector<Transfer> postings_of_credit(const Order& order, const std::string& invoice, Instant at) {
    std::vector<Transfer> transfers;
    for (const auto& share : shares_of(order)) {
        transfers.push_back({"credited:" + invoice + ":" + share.name, at, Kind::credited, share.income,
                             Account::receivable(), share.amount, order.id});
    }
    return transfers;
}

std::vector<Transfer> postings_of_return(const Order& order, const std::string& invoice,
                                         const std::vector<ledger::Balance>& balances, Instant at) {
    Money left{0, order.total.currency()};
    for (const auto& balance : balances) {
        if (balance.account.role() == Account::Role::income) left -= balance.amount;
    }
    std::vector<Transfer> transfers;
    for (const auto& balance : balances) {
        if (balance.account.role() != Account::Role::income) continue;
        // An allowance may have taken more from one account than it had: no more is owed than all have left.
        const Money amount{std::min(-balance.amount.minor(), left.minor()), left.currency()};
        if (amount.minor() <= 0) continue;
        transfers.push_back({"credited:" + invoice + ":" + balance.account.word(), at, Kind::credited, balance.account,
                             Account::owed_back(), amount, order.id});
        left -= amount;
    }
    return transfers;
}

std::vector<Transfer> postings_of_payment(const Order& order, const payments::Attempt& attempt, Instant at) {
    return {captured(order, attempt, Account::receivable(), at)};
}

std::vector<Transfer> postings_of_surplus(const Order& order, const payments::Attempt& attempt, Instant at) {
    return {captured(order, attempt, Account::owed_back(), at)};
}

Transfer posting_of_allowance(OrderId order, const std::string& refund, Money amount, Instant at) {
    return {"credited:refund:" + refund, at, Kind::credited, Account::sales(), Account::owed_back(), amount, order};
}

Transfer posting_of_refund(OrderId order, const std::string& refund, const std::string& method, Money amount,
                           Instant at) {
    return {"refunded:" + refund, at, Kind::refunded, Account::owed_back(), Account::gateway(method), amount, order};
}

}  // namespace noren::orders
