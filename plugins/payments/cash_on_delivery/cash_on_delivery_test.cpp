#include <noren/gateway.hpp>
#include <noren/testing.hpp>

#include <gtest/gtest.h>

using namespace noren;
using namespace noren::testing;

namespace {

wire::SettingsT collecting_up_to(std::int64_t yen) {
    return settings(map({{"at_most", money(yen, "JPY")}}), "gateways.cash_on_delivery");
}

template <class Request>
Request about(std::int64_t minor, std::string currency = "JPY") {
    Request request;
    request.attempt = std::make_unique<wire::AttemptT>();
    request.attempt->id = "attempt-1";
    request.attempt->amount = std::make_unique<wire::MoneyT>();
    request.attempt->amount->minor = minor;
    request.attempt->amount->currency = std::move(currency);
    return request;
}

TEST(CashOnDelivery, LeavesTheMoneyToTheCarrierAndAsksNobody) {
    PluginUnderTest plugin(settings(map(), "gateways.cash_on_delivery"));
    const auto begun = plugin.play(NOREN_GATEWAY_BEGIN, about<BeginRequestT>(10500));
    EXPECT_TRUE(begun.asked.empty());
    EXPECT_EQ(begun.outcome().kind, OutcomeKind::Pending);
    EXPECT_EQ(begun.outcome().awaiting, Awaiting::Clearing);
    EXPECT_TRUE(begun.outcome().redirect_url.empty()) << "there is nothing for the customer to do";
}

TEST(CashOnDelivery, NeverClaimsOfItselfThatTheMoneyArrived) {
    PluginUnderTest plugin(settings(map(), "gateways.cash_on_delivery"));
    for (int day = 0; day < 3; ++day) {
        plugin.context.now_us += 86400000000;
        EXPECT_EQ(plugin.play(NOREN_GATEWAY_STATUS, about<StatusRequestT>(10500)).outcome().kind, OutcomeKind::Pending);
    }
}

TEST(CashOnDelivery, CollectsUpToTheCarriersLimitAndNotOneYenMore) {
    PluginUnderTest plugin(collecting_up_to(300000));
    EXPECT_EQ(plugin.play(NOREN_GATEWAY_BEGIN, about<BeginRequestT>(300000)).outcome().kind, OutcomeKind::Pending);
    const auto refused = plugin.play(NOREN_GATEWAY_BEGIN, about<BeginRequestT>(300001)).outcome();
    EXPECT_EQ(refused.kind, OutcomeKind::Refused);
    EXPECT_EQ(refused.reasons.at(0).code, "too_much_to_collect");
    EXPECT_EQ(refused.reasons.at(0).path, "gateways.cash_on_delivery.at_most");
}

TEST(CashOnDelivery, TakesNoForeignMoneyForYen) {
    PluginUnderTest plugin(collecting_up_to(300000));
    EXPECT_EQ(plugin.play(NOREN_GATEWAY_BEGIN, about<BeginRequestT>(100, "USD")).outcome().kind, OutcomeKind::Refused);
}

TEST(CashOnDelivery, CannotTakeMoneyNorReturnIt) {
    PluginUnderTest plugin(settings(map(), "gateways.cash_on_delivery"));
    wire::RequestT request;
    request.ask.Set(about<CaptureRequestT>(100));
    EXPECT_EQ(plugin.call(NOREN_GATEWAY_CAPTURE, request).code, -ENOSYS);
}

}  // namespace
