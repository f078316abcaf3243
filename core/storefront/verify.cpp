#include "storefront/storefront.hpp"

namespace noren::storefront {
namespace {

/// Orders whose states contradict their money, found by the database.
void orders_against_money(store::Transaction& tx, std::vector<Storefront::Discrepancy>& found) {
    static const store::Sql paid_without_capture(
        "select number from orders where payment = 'paid' and not exists (select 1 from payment_attempt where "
        "payment_attempt.order_id = orders.id and state = 'captured' and captured_minor = total_minor)");
    static const store::Sql captured_without_posting(
        "select order_number from payment_attempt where state = 'captured' and not exists (select 1 from "
        "ledger_transfer where ledger_transfer.order_id = payment_attempt.order_id and kind = 'captured' and "
        "amount_minor = captured_minor)");
    static const store::Sql captured_twice(
        "select order_number from payment_attempt where state = 'captured' group by order_number having count(*) > 1");
    static const store::Sql due_without_deadline(
        "select number from orders where payment = 'due' and (due_at is null or invoiced_at is null)");
    const auto tell = [&](const store::Sql& sql, const char* where, const char* what) {
        const auto rows = tx.run(sql);
        for (std::size_t row = 0; row < rows.size(); ++row) found.push_back({where, rows.text(row, 0) + ": " + what});
    };
    tell(paid_without_capture, "orders", "is paid, but no attempt captured its total");
    tell(captured_without_posting, "payments", "was captured, but the ledger has no such transfer");
    tell(captured_twice, "payments", "was captured more than once");
    tell(due_without_deadline, "orders", "is due without a deadline");
}

}  // namespace

std::vector<Storefront::Discrepancy> Storefront::verify() {
    return books.read([&](store::Transaction& tx) {
        std::vector<Discrepancy> found;
        for (const auto& wrong : ledger.verify(tx)) found.push_back({"ledger", wrong.what});
        for (const auto& wrong : stock.verify(tx))
            found.push_back({"stock", wrong.sku + " " + wrong.source + ": " + wrong.what});
        for (const auto& open : ledger.unsettled(tx)) {
            const auto order = orders.find(tx, open.order);
            const bool explained =
                order && (order->payment == orders::Payment::due || order->payment == orders::Payment::pending ||
                          order->payment == orders::Payment::owed_back);
            if (!explained) {
                found.push_back({"ledger", "order " + (order ? order->number : id_text(open.order.value)) +
                                               " is settled, but owes " + to_string(open.receivable) + " and is owed " +
                                               to_string(open.owed_back)});
            }
        }
        orders_against_money(tx, found);
        return found;
    });
}

}  // namespace noren::storefront
