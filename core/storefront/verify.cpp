#include "storefront/storefront.hpp"

namespace noren::storefront {
namespace {

struct Question {
    const char* where;
    const char* what;  // follows the order's number, or what else the statement names
    store::Sql sql;
};

/// Each finds what contradicts itself: states against money, lines against stock, counters against orders.
std::span<const Question> questions() {
    static const Question all[] = {
        {"orders", "is paid, but no attempt captured its total",
         store::Sql("select number from orders where payment = 'paid' and not exists (select 1 from payment_attempt "
                    "where payment_attempt.order_id = orders.id and state = 'captured' and "
                    "captured_minor = total_minor)")},
        {"payments", "was captured, but the ledger has no such transfer",
         store::Sql("select order_number from payment_attempt where state = 'captured' and not exists (select 1 from "
                    "ledger_transfer where ledger_transfer.order_id = payment_attempt.order_id and kind = 'captured' "
                    "and amount_minor = captured_minor)")},
        {"payments", "was captured more than once, and the surplus not given back",
         store::Sql("select order_number from payment_attempt where state = 'captured' group by order_id, order_number "
                    "having count(*) > 1 and sum(captured_minor) - (select coalesce(sum(amount_minor), 0) from refund "
                    "where refund.order_id = payment_attempt.order_id and refund.state = 'done') > (select total_minor "
                    "from orders where orders.id = payment_attempt.order_id)")},
        {"orders", "is due without a deadline",
         store::Sql("select number from orders where payment = 'due' and (due_at is null or invoiced_at is null)")},
        {"orders", "costs other than its lines",
         store::Sql("select number from orders where goods_minor <> (select coalesce(sum(unit_price_minor * "
                    "(quantity - cancelled)), 0) from order_line where order_line.order_id = orders.id)")},
        {"orders", "is to be paid, but not by one invoice of its total",
         store::Sql("select number from orders where payment in ('due', 'pending', 'paid', 'at_delivery') and "
                    "(select count(*) from invoice where invoice.order_id = orders.id and credited_at is null) <> 1 or "
                    "exists (select 1 from invoice where invoice.order_id = orders.id and credited_at is null and "
                    "invoice.total_minor <> orders.total_minor)")},
        {"ledger", "was invoiced for other than its open invoices",
         store::Sql(
             "select number from orders where fulfilment <> 'cancelled' and (select coalesce(sum(case kind when "
             "'invoiced' then amount_minor when 'credited' then -amount_minor else 0 end), 0) from "
             "ledger_transfer where ledger_transfer.order_id = orders.id and id not like 'credited:refund:%') <> "
             "(select coalesce(sum(total_minor), 0) from invoice where invoice.order_id = orders.id and "
             "credited_at is null)")},
        {"orders", "is held, but cancelled or on its way",
         store::Sql("select number from orders where hold = 'held' and fulfilment not in ('waiting', 'ready')")},
        {"orders", "was sent, but has not one shipment",
         store::Sql("select number from orders where fulfilment in ('shipped', 'delivered') and "
                    "(select count(*) from shipment where shipment.order_id = orders.id) <> 1")},
        {"orders", "was not sent, but has a shipment",
         store::Sql("select number from orders where fulfilment not in ('shipped', 'delivered') and "
                    "exists (select 1 from shipment where shipment.order_id = orders.id)")},
        {"orders", "was sent unpaid",
         store::Sql("select number from orders where (fulfilment = 'shipped' and payment not in ('paid', "
                    "'at_delivery')) or (fulfilment = 'delivered' and payment <> 'paid')")},
        {"stock", "is ready, but lacks units",
         store::Sql("select number from orders where fulfilment in ('ready', 'shipped', 'delivered') and exists "
                    "(select 1 from order_line where order_line.order_id = orders.id and "
                    "in_hand < quantity - cancelled)")},
        {"stock", "has other units in hand than its reservation",
         store::Sql("select number from orders where fulfilment <> 'cancelled' and (select coalesce(sum(in_hand), 0) "
                    "from order_line where order_line.order_id = orders.id) <> (select coalesce(sum(quantity), 0) from "
                    "stock_part where stock_part.reservation_id = orders.reservation_id and source = 'on_hand')")},
        {"payments", "gave back other than the ledger says",
         store::Sql("select order_number from refund group by order_id, order_number having sum(case state when 'done' "
                    "then amount_minor else 0 end) <> (select coalesce(sum(amount_minor), 0) from ledger_transfer "
                    "where ledger_transfer.order_id = refund.order_id and kind = 'refunded')")},
        {"payments", "gives back more than was taken",
         store::Sql("select order_number from refund where state <> 'refused' group by attempt_id, order_number "
                    "having sum(amount_minor) > (select captured_minor from payment_attempt where "
                    "payment_attempt.id = refund.attempt_id)")},
        {"orders", "is counted otherwise than its household ordered it",
         store::Sql("select subject from counter where name = 'units_ordered' and value <> (select "
                    "coalesce(sum(quantity - cancelled), 0) from orders join order_line on order_line.order_id = "
                    "orders.id where fulfilment <> 'cancelled' and household || '|' || sku = subject)")},
    };
    return all;
}

/// What is owed back may be on its way, or have been refused by its provider: staff's to settle.
bool being_refunded(store::Transaction& tx, OrderId order) {
    for (const auto& refund : payments::refunds_of(tx, order)) {
        if (refund.state != payments::RefundState::done) return true;
    }
    return false;
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
                          order->payment == orders::Payment::at_delivery ||
                          order->payment == orders::Payment::owed_back || being_refunded(tx, open.order));
            if (!explained) {
                found.push_back({"ledger", "order " + (order ? order->number : id_text(open.order.value)) +
                                               " is settled, but owes " + to_string(open.receivable) + " and is owed " +
                                               to_string(open.owed_back)});
            }
        }
        for (const auto& [where, what, sql] : questions()) {
            const auto rows = tx.run(sql);
            for (std::size_t row = 0; row < rows.size(); ++row)
                found.push_back({where, rows.text(row, 0) + ": " + what});
        }
        return found;
    });
}

}  // namespace noren::storefront
