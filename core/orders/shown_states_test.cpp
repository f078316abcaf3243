#include "orders/shown_states.hpp"

#include <gtest/gtest.h>

#include "orders/garbled.hpp"
#include "settings/core_schemas.hpp"
#include "settings/effective.hpp"
#include "settings/files.hpp"

namespace noren::orders {
namespace {

settings::Effective configured(const std::string& states) {
    const settings::ContentSource source(std::map<std::string, std::string>{{"storefronts/test.yaml", R"(
name: Test shop
hosts: [test.localhost]
public_url: http://test.localhost
country: JP
time_zone: Asia/Tokyo
currency: JPY
languages: [en]
)" + states}});
    settings::Schemas schemas(settings::storefront_schema());
    settings::Layers layers(source, settings::storefront_schema());
    return settings::check(layers, schemas, "storefronts/test.yaml");
}

Order standing(Fulfilment fulfilment, Payment payment, Hold hold = Hold::free) {
    Order order;
    order.fulfilment = fulfilment;
    order.payment = payment;
    order.hold = hold;
    return order;
}

TEST(ShownStates, AreTheFirstThatFitsAnOrder) {
    const auto effective = configured(R"(
order_states:
  - {state: gone, fulfilment: [shipped, delivered]}
  - {state: asked, hold: [held]}
  - {state: to_pay, payment: [due], fulfilment: [ready]}
  - {state: in_work}
)");
    ASSERT_TRUE(effective) << settings::to_string(effective.faults);
    const auto states = ShownStates::of(effective.value());
    EXPECT_EQ(states.of(standing(Fulfilment::shipped, Payment::paid)), "gone");
    EXPECT_EQ(states.of(standing(Fulfilment::ready, Payment::not_due, Hold::held)), "asked");
    EXPECT_EQ(states.of(standing(Fulfilment::ready, Payment::due)), "to_pay");
    EXPECT_EQ(states.of(standing(Fulfilment::waiting, Payment::due)), "in_work");
    EXPECT_EQ(states.words(), (std::vector<std::string>{"gone", "asked", "to_pay", "in_work"}));
}

TEST(ShownStates, AreTheFulfilmentsOwnWhereNothingIsConfigured) {
    const auto effective = configured("");
    EXPECT_EQ(ShownStates::of(effective.value()).of(standing(Fulfilment::waiting, Payment::due)), "waiting");
}

TEST(ShownStates, LeaveNoOrderWithoutOne) {
    const auto effective = configured("order_states: [{state: done, fulfilment: [delivered]}]\n");
    try {
        ShownStates::of(effective.value());
        FAIL() << "taken";
    } catch (const std::runtime_error& error) {
        EXPECT_NE(std::string(error.what()).find("storefronts/test.yaml:9:15"), std::string::npos) << error.what();
        EXPECT_NE(std::string(error.what()).find("waiting, not_due, free"), std::string::npos) << error.what();
    }
}

TEST(Garbled, IsTextThatLostItsLettersOnTheWay) {
    for (const auto* text : {"M\xEF\xBF\xBDller", "?? Street", "M\xC3\x83\xC2\xBCller",
                             "\xC3\xA2\xE2\x82\xAC\xE2\x84\xA2", "---", "..."}) {
        EXPECT_TRUE(looks_garbled(text)) << text;
    }
}

TEST(Garbled, IsNotTextInAnotherScript) {
    for (const auto* text : {"", "M\xC3\xBCller", "\xE6\x9D\xB1\xE4\xBA\xAC", "Fran\xC3\xA7ois", "1-2-3",
                             "\xC3\x82ngelo", "Who's there?", "S\xC3\xA3o Paulo"}) {
        EXPECT_FALSE(looks_garbled(text)) << text;
    }
}

TEST(Garbled, PartsAreNamed) {
    Contact contact;
    contact.name = "Ann ??";
    contact.street = {"1 Main Street", "\xEF\xBF\xBD\xEF\xBF\xBD"};
    contact.city = "Newtown";
    EXPECT_EQ(garbled_parts(contact), (std::vector<std::string>{"name", "street"}));
}

}  // namespace
}  // namespace noren::orders
