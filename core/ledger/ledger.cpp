#include "ledger/ledger.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace noren::ledger {
namespace {

constexpr std::string_view gateway_prefix = "gateway:";
constexpr std::array<std::string_view, 4> kind_words{"invoiced", "credited", "captured", "refunded"};

std::string_view word_of(Kind kind) {
    return kind_words.at(static_cast<std::size_t>(kind));
}

std::optional<Kind> kind_of(std::string_view word) {
    const auto found = std::find(kind_words.begin(), kind_words.end(), word);
    if (found == kind_words.end()) return std::nullopt;
    return static_cast<Kind>(found - kind_words.begin());
}

bool is_gateway_name(std::string_view name) {
    return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
}

bool fits(Kind kind, Account::Role debit, Account::Role credit) {
    using Role = Account::Role;
    switch (kind) {
        case Kind::invoiced: return debit == Role::receivable && credit == Role::income;
        case Kind::credited: return debit == Role::income && (credit == Role::receivable || credit == Role::owed_back);
        case Kind::captured: return debit == Role::gateway && (credit == Role::receivable || credit == Role::owed_back);
        case Kind::refunded: return debit == Role::owed_back && credit == Role::gateway;
    }
    return false;
}

void require_postable(const Transfer& transfer) {
    const auto require = [&](bool holds, const char* what) {
        if (!holds) throw std::logic_error("transfer " + transfer.id + ": " + what);
    };
    require(!transfer.id.empty() && transfer.id.size() <= 120, "its id is empty or too long");
    require(transfer.amount.minor() > 0, "its amount is not above zero");
    require(Currency::from_code(transfer.amount.currency().code()).has_value(), "its amount has no currency");
    require(fits(transfer.kind, transfer.debit.role(), transfer.credit.role()), "its accounts do not fit its kind");
    require(static_cast<bool>(transfer.order), "it has no order");
}

Money money_at(const store::Rows& rows, std::size_t row, std::size_t amount, std::size_t currency) {
    const auto known = Currency::from_code(rows.text(row, currency));
    if (!known) throw std::logic_error("the ledger holds the unknown currency '" + rows.text(row, currency) + "'");
    return {rows.integer(row, amount), *known};
}

std::string plain(Money money) {
    return std::to_string(money.minor()) + " " + money.currency().code();
}

}  // namespace

Account Account::gateway(std::string_view name) {
    if (!is_gateway_name(name)) throw std::invalid_argument("no gateway's account: '" + std::string(name) + "'");
    return {std::string(gateway_prefix) + std::string(name), Role::gateway};
}

std::optional<Account> Account::from_word(std::string_view word) {
    for (const auto& one : {receivable(), owed_back(), sales(), shipping(), fees()}) {
        if (one.word() == word) return one;
    }
    if (word.substr(0, gateway_prefix.size()) != gateway_prefix) return std::nullopt;
    const auto name = word.substr(gateway_prefix.size());
    if (!is_gateway_name(name)) return std::nullopt;
    return gateway(name);
}

void Ledger::post(store::Transaction& tx, std::span<const Transfer> transfers) const {
    // A row of the same id and other contents is updated, which the database refuses: never skipped in silence.
    static const store::Sql insert(
        "insert into ledger_transfer (id, at_us, kind, debit, credit, amount_minor, currency, order_id) "
        "values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict ({shop} id) do update set kind = excluded.kind "
        "where ledger_transfer.kind <> excluded.kind or ledger_transfer.debit <> excluded.debit "
        "or ledger_transfer.credit <> excluded.credit or ledger_transfer.amount_minor <> excluded.amount_minor "
        "or ledger_transfer.currency <> excluded.currency or ledger_transfer.order_id <> excluded.order_id");
    for (const auto& one : transfers) {
        require_postable(one);
        tx.queue(insert, one.id, one.at, word_of(one.kind), one.debit.word(), one.credit.word(), one.amount.minor(),
                 one.amount.currency().code(), one.order);
    }
}

std::vector<Money> Ledger::balance(store::Transaction& tx, const Account& account) const {
    static const store::Sql sums(
        "select sum(case when debit = $1 then amount_minor else -amount_minor end), currency from ledger_transfer "
        "where debit = $1 or credit = $1 group by currency order by currency");
    const auto rows = tx.run(sums, account.word());
    std::vector<Money> balances;
    for (std::size_t row = 0; row < rows.size(); ++row) balances.push_back(money_at(rows, row, 0, 1));
    return balances;
}

std::vector<Balance> Ledger::balances_of(store::Transaction& tx, OrderId order) const {
    static const store::Sql sums(
        "select account, sum(amount), currency from ("
        "select debit as account, amount_minor as amount, currency from ledger_transfer where order_id = $1 union all "
        "select credit, -amount_minor, currency from ledger_transfer where order_id = $1) sides "
        "group by account, currency order by account, currency");
    const auto rows = tx.run(sums, order);
    std::vector<Balance> balances;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const auto account = Account::from_word(rows.text(row, 0));
        if (!account) throw std::logic_error("the ledger holds the unknown account '" + rows.text(row, 0) + "'");
        balances.push_back({*account, money_at(rows, row, 1, 2)});
    }
    return balances;
}

std::vector<Unsettled> Ledger::unsettled(store::Transaction& tx) const {
    static const store::Sql sums(
        "select order_id, receivable, owed_back, currency from (select order_id, currency, "
        "sum(case 'receivable' when debit then amount_minor when credit then -amount_minor else 0 end) as receivable, "
        "sum(case 'owed_back' when credit then amount_minor when debit then -amount_minor else 0 end) as owed_back "
        "from ledger_transfer group by order_id, currency) standings "
        "where receivable <> 0 or owed_back <> 0 order by order_id");
    const auto rows = tx.run(sums);
    std::vector<Unsettled> open;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        open.push_back({rows.id<OrderKind>(row, 0), money_at(rows, row, 1, 3), money_at(rows, row, 2, 3)});
    }
    return open;
}

std::vector<Discrepancy> Ledger::verify(store::Transaction& tx) const {
    static const store::Sql combinations(
        "select kind, debit, credit, currency, min(amount_minor), min(order_id) from ledger_transfer "
        "group by kind, debit, credit, currency");
    static const store::Sql mixed(
        "select order_id from ledger_transfer group by order_id having min(currency) <> max(currency) order by "
        "order_id");
    static const store::Sql gateways(
        "select order_id, account, sum(amount), min(currency) from ("
        "select order_id, debit as account, amount_minor as amount, currency from ledger_transfer "
        "where kind = 'captured' union all "
        "select order_id, credit, -amount_minor, currency from ledger_transfer where kind = 'refunded') sides "
        "group by order_id, account having sum(amount) < 0 order by order_id");
    std::vector<Discrepancy> found;

    const auto kinds = tx.run(combinations);
    for (std::size_t row = 0; row < kinds.size(); ++row) {
        const auto kind = kind_of(kinds.text(row, 0));
        const auto debit = Account::from_word(kinds.text(row, 1));
        const auto credit = Account::from_word(kinds.text(row, 2));
        const auto order = kinds.id<OrderKind>(row, 5);
        const auto sides = kinds.text(row, 0) + " from " + kinds.text(row, 2) + " to " + kinds.text(row, 1);
        if (!kind || !debit || !credit || !fits(*kind, debit->role(), credit->role())) {
            found.push_back({"no such transfer: " + sides, order});
        }
        if (!Currency::from_code(kinds.text(row, 3)))
            found.push_back({"unknown currency " + kinds.text(row, 3), order});
        if (kinds.integer(row, 4) <= 0) found.push_back({"an amount that is not above zero: " + sides, order});
    }
    if (!found.empty()) return found;  // the sums below would mean nothing

    const auto currencies = tx.run(mixed);
    for (std::size_t row = 0; row < currencies.size(); ++row) {
        found.push_back({"transfers in several currencies", currencies.id<OrderKind>(row, 0)});
    }
    for (const auto& one : unsettled(tx)) {
        if (one.receivable.is_negative()) {
            found.push_back(
                {"more was paid or credited than invoiced: receivable " + plain(one.receivable), one.order});
        }
        if (one.owed_back.is_negative()) {
            found.push_back({"more was refunded than owed: owed_back " + plain(one.owed_back), one.order});
        }
    }
    const auto refunds = tx.run(gateways);
    for (std::size_t row = 0; row < refunds.size(); ++row) {
        found.push_back({refunds.text(row, 1) + " refunded more than it captured", refunds.id<OrderKind>(row, 0)});
    }
    return found;
}

}  // namespace noren::ledger
