// Test support: a whole shop in memory, with policies, a carrier, a gateway and a mail server of the test's.
#pragma once

#include <mutex>

#include "carriers/testing.hpp"
#include "orders/testing.hpp"
#include "payments/testing.hpp"
#include "settings/core_schemas.hpp"
#include "settings/effective.hpp"
#include "settings/files.hpp"
#include "storefront/storefront.hpp"

namespace noren::storefront::testing {

/// Keeps every message, as the mail server would get it.
class RecordingTransport final : public outbox::Transport {
public:
    Result<void, outbox::NotAccepted> send(const outbox::Envelope& envelope, const std::string& message) override {
        const std::lock_guard lock(mutex_);
        sent_.emplace_back(envelope.to, message);
        return {};
    }
    /// Addressee and message, in the order of sending.
    std::vector<std::pair<std::string, std::string>> sent() const {
        const std::lock_guard lock(mutex_);
        return sent_;
    }

private:
    mutable std::mutex mutex_;
    std::vector<std::pair<std::string, std::string>> sent_;
};

/// A shop of the usual policies (orders/testing.hpp), the carrier `post` and the gateway `paypal`, which sells items as
/// the test lists them. Time stands still unless the test moves it; nothing runs by itself.
class TestShop {
public:
    explicit TestShop(std::vector<policies::Voter> voters = orders::testing::usual_voters())
        : TestShop(in_memory(store::Content::books), in_memory(store::Content::visits), std::move(voters)) {}
    TestShop(std::unique_ptr<store::Store> books, std::unique_ptr<store::Store> visits,
             std::vector<policies::Voter> voters)
        : shop_(configuration(), surroundings(std::move(books), std::move(visits), std::move(voters))) {}

    Storefront& shop() { return shop_; }
    payments::testing::ScriptedGateway& gateway() { return *gateway_; }
    carriers::testing::FixedCarrier& carrier() { return *carrier_; }
    RecordingTransport& transport() { return transport_; }

    /// Lists an item, in stock, with `units` in the warehouse.
    void sell(const std::string& sku, std::int64_t yen, std::int64_t units, const std::string& state = "in_stock") {
        catalog::Item item;
        item.sku = sku;
        item.title = "Thing " + sku;
        item.price = {yen, JPY};
        item.sale_state = state;
        item.weight = Grams{300};
        shop_.books.transact([&](store::Transaction& tx) {
            shop_.catalog.put(tx, item);
            if (units > 0) shop_.stock.receive(tx, sku, stock::Source::on_hand, units, "test");
        });
    }

    static std::shared_ptr<const settings::Effective> configuration() {
        const settings::ContentSource source(std::map<std::string, std::string>{{"storefronts/test.yaml", R"(
name: Test shop
hosts: [test.localhost]
public_url: http://test.localhost
country: JP
time_zone: Asia/Tokyo
currency: JPY
languages: [en]
)"}});
        settings::Schemas schemas(settings::storefront_schema());
        settings::Layers layers(source, settings::storefront_schema());
        auto effective =
            std::make_shared<settings::Effective>(settings::check(layers, schemas, "storefronts/test.yaml"));
        if (!*effective) throw std::runtime_error(settings::to_string(effective->faults));
        return effective;
    }

    VirtualClock clock{orders::testing::monday};

private:
    static std::unique_ptr<store::Store> in_memory(store::Content content) {
        return store::open(store::SqliteLocation{":memory:", false}, content);
    }

    Surroundings surroundings(std::unique_ptr<store::Store> books, std::unique_ptr<store::Store> visits,
                              std::vector<policies::Voter> voters) {
        auto gateway = std::make_unique<payments::testing::ScriptedGateway>();
        gateway_ = gateway.get();
        auto carrier = std::make_unique<carriers::testing::FixedCarrier>();
        carrier_ = carrier.get();
        Surroundings around{clock,
                            entropy_,
                            ids_,
                            std::move(books),
                            std::move(visits),
                            std::move(voters),
                            {},
                            {},
                            transport_,
                            passwords_,
                            [](const Identity&, const std::string& template_name, const orders::Order& order,
                               const orders::Particulars&) {
                                return Letter{template_name, template_name + " of " + order.number, {}};
                            },
                            [](const Identity&, const customers::MailWish& wish) {
                                return Letter{wish.letter, wish.letter + " " + wish.token, {}};
                            }};
        around.gateways["paypal"] = std::move(gateway);
        around.carriers["post"] = std::move(carrier);
        return around;
    }

    SystemEntropy entropy_;
    IdSource ids_{clock, entropy_};
    customers::Passwords passwords_{entropy_, {64, 1}, {2, 64}};
    RecordingTransport transport_;
    payments::testing::ScriptedGateway* gateway_ = nullptr;
    carriers::testing::FixedCarrier* carrier_ = nullptr;
    Storefront shop_;
};

}  // namespace noren::storefront::testing
