#include "simulation/scenario.hpp"

#include <gtest/gtest.h>

namespace noren::simulation {
namespace {

/// A scenario with these steps, which begin in line 6.
std::string with_steps(const std::string& steps) {
    return "storefront: shop\n"
           "start: 2017-07-03T10:00+09:00\n"
           "items:\n"
           "  - {sku: A-1, sale_state: in_stock, price: 100 JPY}\n"
           "steps:\n" +
           steps;
}

std::string faults_of(const std::string& text) {
    const auto scenario = Scenario::read(text, "s.yaml");
    return scenario ? std::string("none") : settings::to_string(scenario.error());
}

TEST(Scenario, IsReadWithItsStepsInOrder) {
    const auto scenario =
        Scenario::read(with_steps("  - customer: {as: ann, country: US}\n"
                                  "  - order: {as: o1, by: ann, lines: [{sku: A-1}], shipping: x, payment: y}\n"
                                  "  - pay: {order: o1}\n"),
                       "s.yaml");
    ASSERT_TRUE(scenario) << settings::to_string(scenario.error());
    EXPECT_EQ(scenario->storefront(), "shop");
    EXPECT_EQ(us_of(scenario->start()), 1'499'043'600'000'000);
    EXPECT_EQ(scenario->value()["steps"].items().size(), 3u);
}

TEST(Scenario, TellsEveryFaultWithItsPlaceAndWhatWasMeant) {
    const std::string ann = "  - customer: {as: ann, country: US}\n";
    const std::string order = "  - order: {as: o1, by: ann, lines: [{sku: A-1}], shipping: x, payment: y}\n";
    struct {
        const char* name;
        std::string text;
        const char* place;
        const char* words;
    } const cases[] = {
        {"broken YAML", with_steps("  - customer: {as: ann\n"), "s.yaml:", ""},
        {"no step", "storefront: shop\nstart: 2017-07-03T10:00+09:00\n", "s.yaml:1:1", "steps"},
        {"an unknown step", with_steps("  - expct: {order: o1}\n"), "s.yaml:6:5", "expect"},
        {"two steps in one", with_steps("  - advance: 1d\n    expect: {order: o1}\n"), "s.yaml:6:5", "exactly one of"},
        {"an unknown key", with_steps(ann + order + "  - expect: {order: o1, paymnt: due}\n"), "s.yaml:8:25",
         "`payment`"},
        {"an unknown state", with_steps(ann + order + "  - expect: {order: o1, payment: paed}\n"), "s.yaml:8:34",
         "`paid`"},
        {"a span that is none", with_steps("  - advance: 6 days\n"), "s.yaml:6:14", "`6d`"},
        {"an unknown country", with_steps("  - customer: {as: ann, country: UK}\n"), "s.yaml:6:34", "country"},
        {"a start without offset", "storefront: shop\nstart: 2017-07-03T10:00\nsteps:\n  - advance: 1d\n", "s.yaml:2:8",
         "+09:00"},
        {"an instant that is none", with_steps(ann + order + "  - expect: {order: o1, deadline: 2017-02-30T10:00Z}\n"),
         "s.yaml:8:35", "no instant"},
        {"an unknown customer",
         with_steps(ann + "  - order: {as: o1, by: anna, lines: [{sku: A-1}], shipping: x, payment: y}\n"),
         "s.yaml:7:25", "`ann`"},
        {"an unknown order", with_steps(ann + order + "  - pay: {order: o2}\n"), "s.yaml:8:18",
         "no line above names such an order"},
        {"an unknown item",
         with_steps(ann + "  - order: {as: o1, by: ann, lines: [{sku: A-2}], shipping: x, payment: y}\n"),
         "s.yaml:7:44", "`A-1`"},
        {"a name given twice", with_steps(ann + ann), "s.yaml:7:20", "already"},
        {"an item twice in a cart", with_steps(ann + "  - expect_offers: {by: ann, lines: [{sku: A-1}, {sku: A-1}]}\n"),
         "s.yaml:7:56", "once"},
        {"nothing to be refused", with_steps("  - expect_refused: {reason: sold_out}\n"), "s.yaml:6:21",
         "one of `order`"},
        {"two things to be refused",
         with_steps(ann + order + "  - expect_refused: {pay: o1, cancel: {order: o1}, reason: x}\n"), "s.yaml:8:21",
         "one of `order`"},
        {"a cancellation of nothing known", with_steps(ann + order + "  - cancel: {order: o2}\n"), "s.yaml:8:21",
         "no line above names such an order"},
        {"an unknown item given up", with_steps("  - staff: {give_up: B-1}\n"), "s.yaml:6:22",
         "no line above names such an item"},
        {"an unknown order changed", with_steps(ann + order + "  - staff: {change: {order: o3, to: CA}}\n"),
         "s.yaml:8:29", "no line above names such an order"},
        {"an estimate of both",
         with_steps("  - expect_estimate: {to: US, lines: [{sku: A-1}], refused: x, "
                    "shipping: {ems: 1 JPY}}\n"),
         "s.yaml:6:22", "`shipping` or `refused`"},
        {"an end that is no instant",
         with_steps(ann + order + "  - expect_cancellable: {order: o1, until: {A-1: tomorrow}}\n"), "s.yaml:8:50",
         "no instant"},
        {"a quantity of none",
         with_steps(ann + "  - order: {as: o1, by: ann, lines: [{sku: A-1, quantity: 0}], shipping: x, payment: y}\n"),
         "s.yaml:7:59", "1"},
    };
    for (const auto& [name, text, place, words] : cases) {
        const auto said = faults_of(text);
        EXPECT_EQ(said.rfind(place, 0), 0u) << name << ": " << said;
        EXPECT_NE(said.find(words), std::string::npos) << name << ": " << said;
    }
}

TEST(Scenario, TellsAllFaultsAtOnce) {
    const auto said = faults_of(with_steps("  - pay: {order: o1}\n  - staff: {cancel: o2}\n"));
    EXPECT_NE(said.find("s.yaml:6:18"), std::string::npos) << said;
    EXPECT_NE(said.find("s.yaml:7:21"), std::string::npos) << said;
}

TEST(Instant, IsReadWithItsOffset) {
    EXPECT_EQ(instant_from("2017-07-03T10:00+09:00"), instant_from("2017-07-03T01:00Z"));
    EXPECT_EQ(instant_from("2017-07-02T19:30:15-05:30"), instant_from("2017-07-03T01:00:15Z"));
    for (const auto* text :
         {"", "2017-07-03", "2017-07-03T10:00", "2017-07-03 10:00Z", "2017-07-03T10:00+9:00", "2017-07-03T24:00Z",
          "2017-07-03T10:00:60Z", "2017-07-03T10:00:", "2017-07-03T10:00Z ", "2017-13-03T10:00Z"}) {
        EXPECT_FALSE(instant_from(text)) << text;
    }
}

}  // namespace
}  // namespace noren::simulation
