// What all decisions of one checkout cost: a cart of two articles is asked about at every point that placing an order
// asks, by a shop's own policies in this process. Facts are read beforehand; each point's facts are written, every
// policy's verdict verified, combined, and its reasons traced to their lines.
//
// usage: decisions_probe CONFIG PLUGIN_FOLDER STOREFRONT
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "app/installation.hpp"
#include "app/instances.hpp"
#include "checkout/checkout.hpp"
#include "simulation/stage.hpp"

namespace {

using namespace noren;
using std::chrono::steady_clock;
namespace fs = std::filesystem;

constexpr wire::Point points[] = {wire::Point::Sell,   wire::Point::OfferPayment, wire::Point::OfferShipping,
                                  wire::Point::Charge, wire::Point::Partition,    wire::Point::Invoice};
constexpr int rounds = 101;
constexpr int checkouts_a_round = 50;

void load(host::Host& host, const app::Installation& installation, const settings::Effective& shop) {
    std::set<std::string> wanted;
    for (const auto& policy : shop.value().texts("policies")) wanted.insert(policy);
    for (const auto& carrier : shop.value()["carriers"].entries()) wanted.insert(settings::plugin_of(*carrier.node()));
    for (const auto& id : wanted) {
        const auto loaded = host.load(installation.plugins().at(id).files.binary, {.isolation = host::Isolation::none});
        if (!loaded) throw std::runtime_error(loaded.error().text());
    }
}

cart::Cart stocked_cart(storefront::Storefront& shop) {
    cart::Cart cart;
    shop.books.transact([&](store::Transaction& tx) {
        for (const auto* sku : {"BENCH-1", "BENCH-2"}) {
            catalog::Item item;
            item.sku = sku;
            item.title = sku;
            item.price = {9800, shop.identity.currency};
            item.sale_state = "in_stock";
            item.weight = Grams{300};
            shop.catalog.put(tx, item);
            shop.stock.receive(tx, sku, stock::Source::on_hand, 100, "bench");
        }
    });
    cart.lines = {{"BENCH-1", 2}, {"BENCH-2", 1}};
    cart.contact.email = "ann@example.com";
    cart.contact.name = "Ann Example";
    cart.contact.street = {"1 Example Street"};
    cart.contact.city = "Springfield";
    cart.contact.region = "IL";
    cart.contact.postal_code = "62701";
    cart.contact.country = cart.contact.billing_country = "US";
    cart.shipping_method = "ems";
    cart.payment_method = "paypal";
    return cart;
}

checkout::Appraisal appraised(storefront::Storefront& shop) {
    const auto cart = stocked_cart(shop);
    auto appraisal = checkout::appraise(shop.checkout, cart);
    for (const auto& reason : appraisal.refusals) throw std::runtime_error("the cart is refused: " + reason.code);
    return appraisal;
}

int measure(const fs::path& configuration, const fs::path& plugins, const std::string& name) {
    const app::Installation installation({configuration, {plugins}});
    for (const auto& fault : installation.faults()) std::fprintf(stderr, "%s\n", fault.c_str());
    if (!installation.faults().empty()) return 1;
    const auto effective = installation.storefront(name);
    if (!effective) throw std::runtime_error("there is no storefront " + name);

    auto folder = (fs::temp_directory_path() / "noren-bench-XXXXXX").string();
    const fs::path cache = ::mkdtemp(folder.data());
    const SystemClock clock;
    std::vector<double> microseconds;
    std::size_t asked = 0;
    {
        host::HostOptions options;
        options.cache = cache;
        host::Host host(options, clock);
        load(host, installation, *effective);
        simulation::Stage stage(clock.now());
        auto around = stage.surroundings(*effective);
        around.voters = app::open_policies(installation, host, *effective);
        around.carriers = app::open_carriers(host, *effective, stage.clock);
        storefront::Storefront shop(effective, std::move(around));
        auto facts = std::move(appraised(shop).orders.front().hearing.facts);
        for (int round = 0; round < rounds; ++round) {
            asked = 0;
            const auto begun = steady_clock::now();
            for (int i = 0; i < checkouts_a_round; ++i) {
                for (const auto point : points) {
                    if (!shop.policies.decides(point)) continue;
                    asked += shop.policies.decide(point, facts).ballots.size();
                }
                shop.notices.decide("order_placed", facts, stage.clock.now());
                ++asked;
            }
            const std::chrono::duration<double, std::micro> spent = steady_clock::now() - begun;
            microseconds.push_back(spent.count() / checkouts_a_round);
        }
    }
    fs::remove_all(cache);
    std::ranges::sort(microseconds);
    std::printf(R"({"median_us": %.2f, "least_us": %.2f, "verdicts": %zu})"
                "\n",
                microseconds[microseconds.size() / 2], microseconds.front(), asked / checkouts_a_round);
    return 0;
}

}  // namespace

int main(int count, char** words) {
    if (count != 4) {
        std::fprintf(stderr, "usage: decisions_probe CONFIG PLUGIN_FOLDER STOREFRONT\n");
        return 2;
    }
    try {
        return measure(words[1], words[2], words[3]);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "decisions_probe: %s\n", error.what());
        return 1;
    }
}
