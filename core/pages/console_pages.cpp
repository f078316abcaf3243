#include "pages/console_pages.hpp"

namespace noren::pages::console {

const Face& face() {
    static const Face face{
        &Frame::shape(),
        {&LogIn::shape(), &Orders::shape(), &Order::shape(), &Decisions::shape(), &DecisionPage::shape(),
         &Stock::shape(), &StockItem::shape(), &Customers::shape(), &Customer::shape(), &Jobs::shape(),
         &Plugins::shape(), &Mails::shape(), &Mail::shape(), &Audit::shape(), &Statement::shape()}};
    return face;
}

}  // namespace noren::pages::console
