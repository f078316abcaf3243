#include "orders/postings.hpp"

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

std::vector<Transfer> postings_of_invoice(const Order& order, Instant at) {
    std::vector<Transfer> transfers;
    for (const auto& share : shares_of(order)) {
        transfers.push_back({"invoiced:" + order.number + ":" + share.name, at, Kind::invoiced, Account::receivable(),
                             share.income, share.amount, order.id});
    }
    return transfers;
}

std::vector<Transfer> postings_of_credit(const Order& order, bool was_paid, Instant at) {
    std::vector<Transfer> transfers;
    const auto credit = was_paid ? Account::owed_back() : Account::receivable();
    for (const auto& share : shares_of(order)) {
        transfers.push_back({"credited:" + order.number + ":" + share.name, at, Kind::credited, share.income, credit,
                             share.amount, order.id});
    }
    return transfers;
}

std::vector<Transfer> postings_of_payment(const Order& order, const payments::Attempt& attempt, Instant at) {
    return {captured(order, attempt, Account::receivable(), at)};
}

std::vector<Transfer> postings_of_surplus(const Order& order, const payments::Attempt& attempt, Instant at) {
    return {captured(order, attempt, Account::owed_back(), at)};
}

}  // namespace noren::orders
