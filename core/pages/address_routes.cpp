// The address book. Changes in it touch later orders only.
#include "pages/shop_desk.hpp"

namespace noren::pages {
namespace {

using customers::AddressId;
using http::Response;

/// Who is logged in, or where to go first.
Result<CustomerId, Response> owner_of(const Visitor& visitor) {
    if (const auto customer = visitor.customer()) return *customer;
    return refuse(http::redirect(303, Url::path({"log-in"}).with("return_to", "/account/addresses").text()));
}

Response show_book(ShopDesk& desk, Visitor& visitor) {
    const auto owner = owner_of(visitor);
    if (!owner) return owner.error();
    shop::AddressBook page;
    desk.shop.books.read([&](store::Transaction& tx) {
        page.kept.clear();
        for (const auto& kept : desk.shop.customers.addresses(tx, *owner))
            page.kept.push_back(shown_address(desk, kept));
    });
    return desk.show(visitor, {desk.words("address_book.heading")}, page);
}

AddressId address_named(const Visitor& visitor) {
    return {id_from_text(visitor.request.parameter("address")).value_or(0)};
}

Response show_entry(const ShopDesk& desk, const Visitor& visitor, std::optional<AddressId> id,
                    const customers::Address& address, const std::vector<customers::FieldFault>& faults) {
    shop::AddressEntry page;
    page.is_new = !id;
    page.action =
        id ? Url::path({"account", "addresses", id_text(id->value)}) : Url::path({"account", "addresses", "new"});
    page.faults = summary_of(faults);
    page.form = form_of(desk, address, faults);
    return desk.show(visitor, {desk.words(id ? "address_book.change" : "address_book.add"), faults.empty() ? 200 : 422},
                     page);
}

Response save_entry(const ShopDesk& desk, const Visitor& visitor, CustomerId owner, std::optional<AddressId> id) {
    customers::FieldReader reader;
    const auto typed = typed_address(visitor);
    const auto address = customers::read_address(reader, typed);
    if (!reader.is_clean()) return show_entry(desk, visitor, id, typed, reader.faults());
    desk.shop.books.transact([&](store::Transaction& tx) { desk.shop.customers.keep_address(tx, owner, id, address); });
    return http::redirect(303, "/account/addresses?done=address_kept");
}

Response new_entry(ShopDesk& desk, Visitor& visitor) {
    const auto owner = owner_of(visitor);
    return owner ? show_entry(desk, visitor, std::nullopt, {}, {}) : owner.error();
}

Response add_entry(ShopDesk& desk, Visitor& visitor) {
    const auto owner = owner_of(visitor);
    return owner ? save_entry(desk, visitor, *owner, std::nullopt) : owner.error();
}

Response get_entry(ShopDesk& desk, Visitor& visitor) {
    const auto owner = owner_of(visitor);
    if (!owner) return owner.error();
    const auto id = address_named(visitor);
    const auto kept =
        desk.shop.books.read([&](store::Transaction& tx) { return desk.shop.customers.address(tx, *owner, id); });
    if (!kept) throw http::BadRequest({404, "address_not_found", "There is no such address."});
    return show_entry(desk, visitor, id, *kept, {});
}

Response change_entry(ShopDesk& desk, Visitor& visitor) {
    const auto owner = owner_of(visitor);
    if (!owner) return owner.error();
    const auto id = address_named(visitor);
    if (visitor.typed("do") != "remove") return save_entry(desk, visitor, *owner, id);
    desk.shop.books.transact([&](store::Transaction& tx) { desk.shop.customers.remove_address(tx, *owner, id); });
    return http::redirect(303, "/account/addresses?done=address_removed");
}

}  // namespace

void add_address_routes(http::Router& router, const Desk& desk) {
    using http::Method;
    add_page(router, desk, Method::get, "/account/addresses", show_book);
    add_page(router, desk, Method::get, "/account/addresses/new", new_entry);
    add_page(router, desk, Method::post, "/account/addresses/new", add_entry);
    add_page(router, desk, Method::get, "/account/addresses/{address}", get_entry);
    add_page(router, desk, Method::post, "/account/addresses/{address}", change_entry);
}

}  // namespace noren::pages
