#include "app/letters.hpp"

#include "pages/shop_routes.hpp"

namespace noren::app {
namespace {

std::string account_path(const std::string& letter) {
    if (letter == "finish_registration") return "/finish-registration?token=";
    if (letter == "reset_password") return "/reset-password?token=";
    return {};
}

}  // namespace

storefront::Letter Letters::about_order(const storefront::Identity& shop, const std::string& name,
                                        const orders::Order& order, const orders::Particulars& about) const {
    pages::LetterContent content;
    content.shop = shop.name;
    content.name = order.contact.name;
    content.link = shop.public_url + "/orders/" + order.number;
    if (key_) content.link += "?key=" + pages::order_key(*key_, order.number);
    content.number = order.number;
    for (const auto& line : order.lines)
        content.lines.push_back({line.title, line.quantity, line.unit_price * line.quantity});
    content.goods = order.goods;
    content.charges.push_back({{"charge.shipping", {}}, order.shipping});
    if (!order.fees.is_zero()) content.charges.push_back({{"charge.fees", {}}, order.fees});
    content.total = order.total;
    content.placed_at = order.placed_at;
    content.due_at = order.due_at;
    content.reason = about.reason;
    content.tracking = about.tracking;
    content.amount = about.amount;
    content.by = about.by;
    for (const auto& line : about.lines)
        content.part.push_back({line.title, line.quantity, line.unit_price * line.quantity});
    auto letter = pages::write_letter(*theme_, name, content, {order.language, shop.time_zone});
    return {std::move(letter.subject), std::move(letter.text), std::nullopt};
}

storefront::Letter Letters::about_account(const storefront::Identity& shop, const customers::MailWish& wish) const {
    pages::LetterContent content;
    content.shop = shop.name;
    const auto path = account_path(wish.letter);
    content.link = shop.public_url + (path.empty() ? "/log-in" : path + wish.token);
    auto letter = pages::write_letter(*theme_, wish.letter, content, {shop.languages.front(), shop.time_zone});
    return {std::move(letter.subject), std::move(letter.text), std::nullopt};
}

}  // namespace noren::app
