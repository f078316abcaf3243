#include "cart/cart.hpp"

#include <algorithm>

#include "orders/contact_json.hpp"

namespace noren::cart {
namespace {

using nlohmann::json;

std::string text_of(const Cart& cart) {
    json lines = json::array();
    for (const auto& line : cart.lines) lines.push_back({line.sku, line.quantity});
    return json{{"lines", std::move(lines)},
                {"contact", cart.contact},
                {"shipping", cart.shipping_method},
                {"payment", cart.payment_method},
                {"wants_account", cart.wants_account}}
        .dump();
}

Cart cart_of(const std::string& text) {
    const auto parsed = json::parse(text);
    Cart cart;
    for (const auto& line : parsed.at("lines")) {
        cart.lines.push_back({line.at(0).get<std::string>(), line.at(1).get<std::int64_t>()});
    }
    parsed.at("contact").get_to(cart.contact);
    parsed.at("shipping").get_to(cart.shipping_method);
    parsed.at("payment").get_to(cart.payment_method);
    cart.wants_account = parsed.value("wants_account", false);
    return cart;
}

const store::Sql& contents() {
    static const store::Sql select("select contents from cart where session = $1");
    return select;
}

Cart cart_in(const store::Rows& rows) {
    return rows.empty() ? Cart{} : cart_of(rows.text(0, 0));
}

void save_in(store::Transaction& tx, const std::string& session, const Cart& cart, Instant now) {
    static const store::Sql upsert(
        "insert into cart (session, contents, changed_at) values ($1, $2, $3) "
        "on conflict ({shop} session) do update set contents = excluded.contents, changed_at = excluded.changed_at");
    const auto text = text_of(cart);
    tx.queue(upsert, session, text, now);
}

}  // namespace

Cart Carts::load(const std::string& session) const {
    return cart_in(visits_.look_up(contents(), session));
}

void Carts::save(const std::string& session, const Cart& cart) {
    visits_.transact([&](store::Transaction& tx) { save_in(tx, session, cart, clock_.now()); });
}

Result<Cart, Refusal> Carts::change(const std::string& session,
                                    const std::function<Result<void, Refusal>(Cart&)>& change) {
    static const store::Sql contents_for_change("select contents from cart where session = $1",
                                                "select contents from cart where session = $1 for update");
    return visits_.transact([&](store::Transaction& tx) -> Result<Cart, Refusal> {
        auto cart = cart_in(tx.run(contents_for_change, session));
        TRY(change(cart));
        save_in(tx, session, cart, clock_.now());
        return cart;
    });
}

void Carts::clear_lines(const std::string& session) {
    change(session, [](Cart& cart) -> Result<void, Refusal> {
        cart.lines.clear();
        return {};
    });
}

std::int64_t Carts::forget(Instant before) {
    static const store::Sql remove("delete from cart where changed_at < $1");
    return visits_.transact([&](store::Transaction& tx) { return tx.run(remove, before).affected(); });
}

std::vector<std::string> skus_of(const Cart& cart) {
    std::vector<std::string> skus;
    skus.reserve(cart.lines.size());
    for (const auto& line : cart.lines) skus.push_back(line.sku);
    return skus;
}

Result<void, Refusal> set_quantity(Cart& cart, const std::string& sku, std::int64_t quantity) {
    if (quantity < 0 || quantity > most_units) return refuse(Refusal{"quantity_out_of_range"});
    const auto line =
        std::find_if(cart.lines.begin(), cart.lines.end(), [&](const CartLine& held) { return held.sku == sku; });
    if (quantity == 0) {
        if (line != cart.lines.end()) cart.lines.erase(line);
    } else if (line != cart.lines.end()) {
        line->quantity = quantity;
    } else if (cart.lines.size() >= most_lines) {
        return refuse(Refusal{"too_many_lines"});
    } else {
        cart.lines.push_back({sku, quantity});
    }
    return {};
}

}  // namespace noren::cart
