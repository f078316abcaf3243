#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <noren/gateway.hpp>
#include <noren/testing.hpp>

using namespace noren;
using namespace noren::testing;
using nlohmann::json;
using wire::HttpFailure;

namespace {

const std::string base = "https://api-m.paypal.com";
constexpr std::int64_t now_us = 1499644800000000;  // as the test context says
constexpr std::int64_t hour_us = 3'600'000'000;

wire::SettingsT shop(std::vector<std::pair<std::string, wire::SettingT>> further = {}) {
    std::vector<std::pair<std::string, wire::SettingT>> entries{{"environment", text("live")},
                                                                {"base_url", text(base)},
                                                                {"webhook_id", text("HOOK1")},
                                                                {"landing_page", text("no_preference")},
                                                                {"echecks", text("accept")}};
    for (auto& entry : further) {
        entries.erase(
            std::remove_if(entries.begin(), entries.end(), [&](const auto& e) { return e.first == entry.first; }),
            entries.end());
        entries.push_back(std::move(entry));
    }
    return settings(map(std::move(entries)), "gateways.paypal");
}

template <class Ask>
Ask about_attempt(std::string order = "ORDER1", std::string capture = "") {
    Ask ask;
    ask.attempt = std::make_unique<AttemptT>();
    ask.attempt->id = "77";
    ask.attempt->amount = wire_money({1500, JPY});
    ask.attempt->provider_ref = std::move(order);
    ask.attempt->capture_ref = std::move(capture);
    ask.attempt->order_number = "N-1";
    ask.attempt->description = "Order N-1";
    ask.attempt->return_url = "https://shop.example/back";
    ask.attempt->cancel_url = "https://shop.example/cancel";
    ask.attempt->begun_us = now_us - hour_us;
    return ask;
}

json link(const std::string& rel, const std::string& href) {
    return {{"rel", rel}, {"href", href}, {"method", "GET"}};
}

json order(const std::string& status) {
    return {{"id", "ORDER1"},
            {"status", status},
            {"purchase_units", json::array({{{"custom_id", "77"}}})},
            {"links", json::array({link("self", base + "/v2/checkout/orders/ORDER1"),
                                   link("payer-action", "https://www.paypal.com/checkoutnow?token=ORDER1")})}};
}

json capture(const std::string& status, const std::string& reason = "") {
    json made{{"id", "CAPTURE1"},
              {"status", status},
              {"custom_id", "77"},
              {"amount", {{"currency_code", "JPY"}, {"value", "1500"}}}};
    if (!reason.empty()) made["status_details"]["reason"] = reason;
    return made;
}

json completed(const json& with) {
    auto made = order("COMPLETED");
    made["purchase_units"][0]["payments"]["captures"] = json::array({with});
    return made;
}

ScriptedReply refusal(int status, const std::string& name, const std::string& issue) {
    return {
        status, json{{"name", name}, {"debug_id", "d1"}, {"details", json::array({{{"issue", issue}}})}}.dump(), {}};
}
ScriptedReply unprocessable(const std::string& issue) {
    return refusal(422, "UNPROCESSABLE_ENTITY", issue);
}

OutcomeT refunded(const std::vector<ScriptedReply>& script, const std::string& known_as = "") {
    PluginUnderTest paypal(shop());
    auto ask = about_attempt<RefundRequestT>("ORDER1", "CAPTURE1");
    ask.amount = wire_money({500, JPY});
    ask.refund_id = "R1";
    ask.refund_ref = known_as;
    return paypal.play(NOREN_GATEWAY_REFUND, ask, script).outcome();
}
json refund(const std::string& status, const std::string& yen = "500") {
    return {{"id", "REFUND1"},
            {"status", status},
            {"invoice_id", "R1"},
            {"amount", {{"currency_code", "JPY"}, {"value", yen}}}};
}

OutcomeT begun(const std::vector<ScriptedReply>& script) {
    PluginUnderTest paypal(shop());
    return paypal.play(NOREN_GATEWAY_BEGIN, about_attempt<BeginRequestT>(""), script).outcome();
}
OutcomeT captured(const std::vector<ScriptedReply>& script) {
    PluginUnderTest paypal(shop());
    return paypal.play(NOREN_GATEWAY_CAPTURE, about_attempt<CaptureRequestT>(), script).outcome();
}
OutcomeT asked(const std::vector<ScriptedReply>& script, std::string order = "ORDER1", std::string capture = "") {
    PluginUnderTest paypal(shop());
    return paypal
        .play(NOREN_GATEWAY_STATUS, about_attempt<StatusRequestT>(std::move(order), std::move(capture)), script)
        .outcome();
}

std::string header_of(const wire::HttpRequestT& request, const std::string& name) {
    for (const auto& header : request.headers) {
        if (header.name == name) return header.value;
    }
    return {};
}
std::string body_of(const wire::HttpRequestT& request) {
    return {request.body.begin(), request.body.end()};
}

std::string code_of(const OutcomeT& outcome) {
    return outcome.reasons.empty() ? "" : outcome.reasons.front().code;
}

}  // namespace

TEST(PayPal, MakesAnOrderThatNamesTheAttemptOnceHoweverOftenItIsAsked) {
    PluginUnderTest paypal(shop({{"brand_name", text("The Shop")}, {"landing_page", text("guest_checkout")}}));
    const auto played = paypal.play(NOREN_GATEWAY_BEGIN, about_attempt<BeginRequestT>(""),
                                    {{201, order("PAYER_ACTION_REQUIRED").dump(), {}}});
    ASSERT_EQ(played.asked.size(), 1u);
    const auto& request = played.asked[0];
    EXPECT_EQ(request.url, base + "/v2/checkout/orders");
    EXPECT_EQ(request.authorization, "api");
    EXPECT_EQ(header_of(request, "PayPal-Request-Id"), "77");
    EXPECT_TRUE(request.repeat_is_safe);
    const auto sent = json::parse(body_of(request));
    EXPECT_EQ(sent["intent"], "CAPTURE");
    const auto& unit = sent["purchase_units"][0];
    EXPECT_EQ(unit["custom_id"], "77");
    EXPECT_EQ(unit["invoice_id"], "N-1-77");
    EXPECT_EQ(unit["amount"], (json{{"currency_code", "JPY"}, {"value", "1500"}})) << "yen have no decimals";
    const auto& experience = sent["payment_source"]["paypal"]["experience_context"];
    EXPECT_EQ(experience["return_url"], "https://shop.example/back");
    EXPECT_EQ(experience["brand_name"], "The Shop");
    EXPECT_EQ(experience["landing_page"], "GUEST_CHECKOUT");
    EXPECT_EQ(experience["shipping_preference"], "NO_SHIPPING");
}

TEST(PayPal, SendsTheCustomerToApprove) {
    const auto outcome = begun({{201, order("PAYER_ACTION_REQUIRED").dump(), {}}});
    EXPECT_EQ(outcome.kind, OutcomeKind::Pending);
    EXPECT_EQ(outcome.awaiting, Awaiting::CustomerApproval);
    EXPECT_EQ(outcome.provider_ref, "ORDER1");
    EXPECT_EQ(outcome.redirect_url, "https://www.paypal.com/checkoutnow?token=ORDER1");
}

TEST(PayPal, SendsNobodyToAnAddressThatIsNotPayPals) {
    for (const char* address :
         {"https://evil.example/checkoutnow", "http://www.paypal.com/x", "https://paypal.com.evil.example/",
          "https://evil.example\\.paypal.com/", "https://user@evil.example?.paypal.com",
          "https://www.paypal.com@evil.example/", "javascript:alert(1)"}) {
        auto hostile = order("CREATED");
        hostile["links"][1]["href"] = address;
        const auto outcome = begun({{201, hostile.dump(), {}}});
        EXPECT_EQ(outcome.kind, OutcomeKind::Unknown) << address;
        EXPECT_EQ(outcome.redirect_url, "") << address;
    }
}

TEST(PayPal, FindsTheOrderAgainWhenTheReplyToItsMakingWasLost) {
    PluginUnderTest paypal(shop());
    const auto played = paypal.play(NOREN_GATEWAY_STATUS, about_attempt<StatusRequestT>(""),
                                    {{200, order("PAYER_ACTION_REQUIRED").dump(), {}}});
    EXPECT_EQ(header_of(played.asked.at(0), "PayPal-Request-Id"), "77") << "the same id as the first time";
    EXPECT_EQ(played.outcome().awaiting, Awaiting::CustomerApproval);
}

TEST(PayPal, GivesAnOrderUpThatNobodyCouldApproveInTime) {
    PluginUnderTest paypal(shop());
    auto late = about_attempt<StatusRequestT>("");
    late.attempt->begun_us = now_us - 4 * hour_us;
    const auto unheard = paypal.play(NOREN_GATEWAY_STATUS, late);
    EXPECT_EQ(unheard.outcome().kind, OutcomeKind::Refused);
    EXPECT_TRUE(unheard.asked.empty()) << "a new order must not be made for it";
    late.attempt->provider_ref = "ORDER1";
    const auto gone = refusal(404, "RESOURCE_NOT_FOUND", "INVALID_RESOURCE_ID");
    EXPECT_EQ(code_of(paypal.play(NOREN_GATEWAY_STATUS, late, {gone}).outcome()), "approval_expired");
    EXPECT_EQ(asked({gone}).kind, OutcomeKind::Unknown) << "within the window an order does not vanish";
}

TEST(PayPal, TakesOnlyACompletedCaptureOfItsOwnAmountForDone) {
    const auto outcome = captured({{201, completed(capture("COMPLETED")).dump(), {}}});
    EXPECT_EQ(outcome.kind, OutcomeKind::Done);
    EXPECT_EQ(outcome.capture_ref, "CAPTURE1");
    EXPECT_EQ(*money_of(outcome.amount), (Money{1500, JPY}));

    struct Lie {
        const char* what;
        const char* where;
        json instead;
    };
    const std::string taken = "/purchase_units/0/payments/captures/0";
    for (const auto& [what, where, instead] :
         {Lie{"less money", "/amount/value", "1"}, Lie{"more money", "/amount/value", "15000"},
          Lie{"another currency", "/amount/currency_code", "USD"}, Lie{"a float", "/amount/value", 1500.0},
          Lie{"an integer", "/amount/value", 1500}, Lie{"decimals", "/amount/value", "1500.00"},
          Lie{"a sign", "/amount/value", "-1500"}, Lie{"another attempt", "/custom_id", "78"},
          Lie{"a status nobody knows", "/status", "PAID"}, Lie{"no id", "/id", "../../x"}}) {
        auto lie = completed(capture("COMPLETED"));
        lie[json::json_pointer(taken + where)] = instead;
        EXPECT_EQ(captured({{201, lie.dump(), {}}}).kind, OutcomeKind::Unknown) << what;
    }
    auto another = completed(capture("COMPLETED"));
    another["id"] = "ORDER2";
    EXPECT_EQ(captured({{201, another.dump(), {}}}).kind, OutcomeKind::Unknown);
    auto of_another = completed(capture("COMPLETED"));
    of_another["purchase_units"][0]["custom_id"] = "78";
    EXPECT_EQ(captured({{201, of_another.dump(), {}}}).kind, OutcomeKind::Unknown);
    auto twice = completed(capture("COMPLETED"));
    twice["purchase_units"][0]["payments"]["captures"].push_back(capture("COMPLETED"));
    EXPECT_EQ(captured({{201, twice.dump(), {}}}).kind, OutcomeKind::Unknown);
    EXPECT_EQ(captured({{201, order("COMPLETED").dump(), {}}}).kind, OutcomeKind::Unknown) << "no capture at all";
}

TEST(PayPal, SeesWhetherACompletedOrderWasPaid) {
    EXPECT_EQ(captured({{201, completed(capture("PENDING", "ECHECK")).dump(), {}}}).awaiting, Awaiting::Clearing);
    EXPECT_EQ(captured({{201, completed(capture("PENDING", "PENDING_REVIEW")).dump(), {}}}).awaiting, Awaiting::Review);
    EXPECT_EQ(captured({{201, completed(capture("DECLINED")).dump(), {}}}).kind, OutcomeKind::Refused);
    EXPECT_EQ(captured({{201, completed(capture("FAILED")).dump(), {}}}).kind, OutcomeKind::Refused);
}

TEST(PayPal, CapturesWithTheKeyOfTheOperation) {
    PluginUnderTest paypal(shop());
    const auto played = paypal.play(NOREN_GATEWAY_CAPTURE, about_attempt<CaptureRequestT>(),
                                    {{200, completed(capture("COMPLETED")).dump(), {}}});
    EXPECT_EQ(played.asked.at(0).url, base + "/v2/checkout/orders/ORDER1/capture");
    EXPECT_EQ(header_of(played.asked.at(0), "PayPal-Request-Id"), "test-key");
    EXPECT_EQ(header_of(played.asked.at(0), "Prefer"), "return=representation");
    EXPECT_EQ(played.outcome().kind, OutcomeKind::Done) << "200 is our own repeat";
}

TEST(PayPal, TreatsAlreadyCapturedAsDoneAfterAsking) {
    EXPECT_EQ(
        captured({unprocessable("ORDER_ALREADY_CAPTURED"), {200, completed(capture("COMPLETED")).dump(), {}}}).kind,
        OutcomeKind::Done);
    EXPECT_EQ(captured({unprocessable("ORDER_ALREADY_CAPTURED"), failing(HttpFailure::NoReply)}).kind,
              OutcomeKind::Unknown);
}

TEST(PayPal, SendsTheCustomerBackWhenTheInstrumentIsDeclined) {
    const auto outcome =
        captured({unprocessable("INSTRUMENT_DECLINED"), {200, order("PAYER_ACTION_REQUIRED").dump(), {}}});
    EXPECT_EQ(outcome.awaiting, Awaiting::CustomerApproval);
    EXPECT_EQ(outcome.redirect_url, "https://www.paypal.com/checkoutnow?token=ORDER1");
    ASSERT_EQ(outcome.reasons.size(), 1u);
    EXPECT_EQ(outcome.reasons[0].parameters[0].value, "INSTRUMENT_DECLINED");
}

TEST(PayPal, KnowsWhoseFaultARefusedCaptureIs) {
    EXPECT_EQ(code_of(captured({unprocessable("TRANSACTION_REFUSED")})), "payment_declined");
    EXPECT_EQ(code_of(captured({unprocessable("PAYEE_ACCOUNT_RESTRICTED")})), "shop_account_refused");
    EXPECT_EQ(code_of(captured({refusal(400, "INVALID_REQUEST", "INVALID_PARAMETER_SYNTAX")})), "request_refused");
    EXPECT_EQ(captured({unprocessable("DUPLICATE_INVOICE_ID")}).kind, OutcomeKind::Unknown);
    EXPECT_EQ(captured({unprocessable("ORDER_COMPLETION_IN_PROGRESS")}).kind, OutcomeKind::Unknown);
    EXPECT_EQ(captured({unprocessable("A_CODE_OF_NEXT_YEAR")}).kind, OutcomeKind::Unknown);
}

TEST(PayPal, TakesNoHostileReplyForAnAnswer) {
    const auto good = completed(capture("COMPLETED")).dump();
    auto doubled = good;
    doubled.insert(1, R"("status":"COMPLETED",)");
    auto deep = good;
    deep.insert(1, "\"x\":" + std::string(5000, '[') + std::string(5000, ']') + ",");
    auto huge = good;
    huge.insert(1, "\"x\":\"" + std::string(10 << 20, 'x') + "\",");
    const std::vector<ScriptedReply> hostile{{201, good.substr(0, good.size() / 2), {}},
                                             {201, "", {}},
                                             {200, "<html>maintenance</html>", {}},
                                             {201, std::string("\0\xff{]", 4), {}},
                                             {201, "[" + good + "]", {}},
                                             {201, good + good, {}},
                                             {201, doubled, {}},
                                             {201, deep, {}},
                                             {201, huge, {}},
                                             {302, good, {{"Location", "https://evil.example/"}}},
                                             {404, "not found", {}},
                                             {422, "{}", {}},
                                             {422, "<html>", {}},
                                             {500, good, {}},
                                             {503, R"({"name":"INTERNAL_SERVER_ERROR"})", {}},
                                             {429, R"({"name":"RATE_LIMIT_REACHED"})", {}},
                                             {409, R"({"name":"RESOURCE_CONFLICT"})", {}},
                                             failing(HttpFailure::NoReply),
                                             failing(HttpFailure::TooLarge),
                                             failing(HttpFailure::Unknown)};
    for (std::size_t i = 0; i < hostile.size(); ++i) {
        EXPECT_EQ(captured({hostile[i]}).kind, OutcomeKind::Unknown) << "capture, reply " << i;
        EXPECT_EQ(asked({hostile[i]}).kind, OutcomeKind::Unknown) << "order, reply " << i;
        EXPECT_EQ(asked({hostile[i]}, "ORDER1", "CAPTURE1").kind, OutcomeKind::Unknown)
            << "capture's status, reply " << i;
        EXPECT_EQ(begun({hostile[i]}).kind, OutcomeKind::Unknown) << "begin, reply " << i;
    }
    EXPECT_EQ(captured({failing(HttpFailure::NotSent)}).kind, OutcomeKind::NotSent);
    EXPECT_EQ(begun({failing(HttpFailure::NotSent)}).kind, OutcomeKind::NotSent);
}

TEST(PayPal, FollowsAnECheckByItsCapture) {
    PluginUnderTest paypal(shop());
    const auto played = paypal.play(NOREN_GATEWAY_STATUS, about_attempt<StatusRequestT>("ORDER1", "CAPTURE1"),
                                    {{200, capture("COMPLETED").dump(), {}}});
    EXPECT_EQ(played.asked.at(0).url, base + "/v2/payments/captures/CAPTURE1");
    EXPECT_EQ(played.outcome().kind, OutcomeKind::Done);
    EXPECT_EQ(asked({{200, capture("DECLINED").dump(), {}}}, "ORDER1", "CAPTURE1").kind, OutcomeKind::Refused);
    EXPECT_EQ(asked({{200, capture("PENDING", "ECHECK").dump(), {}}}, "ORDER1", "CAPTURE1").awaiting,
              Awaiting::Clearing);
}

TEST(PayPal, RefundsByTheRefundsOwnId) {
    PluginUnderTest paypal(shop());
    auto request = about_attempt<RefundRequestT>("ORDER1", "CAPTURE1");
    request.amount = wire_money({500, JPY});
    request.refund_id = "R1";
    const auto played =
        paypal.play(NOREN_GATEWAY_REFUND, request,
                    {{200, completed(capture("COMPLETED")).dump(), {}}, {201, refund("COMPLETED").dump(), {}}});
    ASSERT_EQ(played.asked.size(), 2u);
    EXPECT_EQ(played.asked[0].url, base + "/v2/checkout/orders/ORDER1");
    EXPECT_EQ(played.asked[1].url, base + "/v2/payments/captures/CAPTURE1/refund");
    EXPECT_EQ(header_of(played.asked[1], "PayPal-Request-Id"), "R1");
    EXPECT_EQ(played.outcome().amount->minor, 500);
}

namespace {

const std::string event_body =
    R"({ "id":"WH-1", "event_type":"PAYMENT.CAPTURE.COMPLETED",
         "resource":{"id":"CAPTURE1","custom_id":"77","supplementary_data":{"related_ids":{"order_id":"ORDER1"}}} })";

WebhookRequestT message(const std::string& body, std::vector<std::pair<std::string, std::string>> changed = {}) {
    std::vector<std::pair<std::string, std::string>> headers{
        {"Paypal-Transmission-Id", "T1"},
        {"paypal-transmission-time", "2017-07-10T00:00:00Z"},
        {"PAYPAL-TRANSMISSION-SIG", "c2lnbmF0dXJl"},
        {"PAYPAL-CERT-URL", "https://api.paypal.com/v1/notifications/certs/CERT-1"},
        {"PAYPAL-AUTH-ALGO", "SHA256withRSA"}};
    for (auto& [name, value] : changed) {
        for (auto& header : headers) {
            if (header.first == name) header.second = value;
        }
    }
    WebhookRequestT request;
    for (auto& [name, value] : headers) {
        auto& header = request.headers.emplace_back();
        header.name = name;
        header.value = value;
    }
    request.body.assign(body.begin(), body.end());
    request.received_us = now_us;
    return request;
}

}  // namespace

TEST(PayPal, HasPayPalItselfVerifyAWebhookByteForByte) {
    PluginUnderTest paypal(shop());
    const auto played =
        paypal.play(NOREN_GATEWAY_WEBHOOK, message(event_body), {{200, R"({"verification_status":"SUCCESS"})", {}}});
    EXPECT_EQ(played.asked.at(0).url, base + "/v1/notifications/verify-webhook-signature");
    const auto sent = body_of(played.asked[0]);
    EXPECT_NE(sent.find("\"webhook_event\":" + event_body + "}"), std::string::npos);
    const auto parsed = json::parse(sent);
    EXPECT_EQ(parsed["webhook_id"], "HOOK1");
    EXPECT_EQ(parsed["transmission_id"], "T1");
    const auto& event = played.event();
    EXPECT_TRUE(event.verified);
    EXPECT_EQ(event.event_id, "WH-1");
    EXPECT_EQ(event.event_type, "PAYMENT.CAPTURE.COMPLETED");
    EXPECT_EQ(event.attempt_id, "77");
    EXPECT_EQ(event.provider_ref, "ORDER1");
}

TEST(PayPal, NamesTheAttemptOfAnOrdersWebhook) {
    PluginUnderTest paypal(shop());
    const auto event =
        paypal
            .play(
                NOREN_GATEWAY_WEBHOOK,
                message(json{{"id", "WH-2"}, {"event_type", "CHECKOUT.ORDER.APPROVED"}, {"resource", order("APPROVED")}}
                            .dump()),
                {{200, R"({"verification_status":"SUCCESS"})", {}}})
            .event();
    EXPECT_EQ(event.attempt_id, "77");
    EXPECT_EQ(event.provider_ref, "ORDER1");
}

TEST(PayPal, BelievesNoForgedOrStaleWebhook) {
    PluginUnderTest paypal(shop());
    const auto forged =
        paypal.play(NOREN_GATEWAY_WEBHOOK, message(event_body), {{200, R"({"verification_status":"FAILURE"})", {}}});
    EXPECT_FALSE(forged.event().verified);
    const std::vector<WebhookRequestT> hopeless{
        message(event_body, {{"paypal-transmission-time", "2017-07-09T23:54:59Z"}}),
        message(event_body, {{"paypal-transmission-time", "2017-07-10T00:05:01Z"}}),
        message(event_body, {{"paypal-transmission-time", "yesterday"}}),
        message(event_body, {{"PAYPAL-CERT-URL", "https://evil.example/cert"}}),
        message(event_body, {{"PAYPAL-AUTH-ALGO", "none"}}),
        message(event_body, {{"PAYPAL-TRANSMISSION-SIG", ""}}),
        message(event_body.substr(0, 40)),
        message(event_body + R"(,"webhook_id":"OTHER")"),
        message(R"({"id":"WH-1","id":"WH-2"})"),
        message("{\"x\":\"" + std::string(1 << 20, 'x') + "\"}"),
    };
    for (std::size_t i = 0; i < hopeless.size(); ++i) {
        const auto played = paypal.play(NOREN_GATEWAY_WEBHOOK, hopeless[i]);
        EXPECT_FALSE(played.event().verified) << i;
        EXPECT_TRUE(played.asked.empty()) << "PayPal is not bothered with message " << i;
    }
    PluginUnderTest without(shop({{"webhook_id", value(wire::SettingKind::Null, 0, "")}}));
    EXPECT_FALSE(without.play(NOREN_GATEWAY_WEBHOOK, message(event_body)).event().verified);
}

TEST(PayPal, WantsAWebhookAgainThatCouldNotBeVerified) {
    PluginUnderTest paypal(shop());
    for (const auto& reply :
         {ScriptedReply{500, "", {}}, ScriptedReply{200, "<html>", {}}, failing(HttpFailure::NoReply)}) {
        const auto played = paypal.play(NOREN_GATEWAY_WEBHOOK, message(event_body), {reply});
        EXPECT_EQ(played.error().code, "cannot_verify");
        EXPECT_TRUE(played.error().retryable);
    }
}

TEST(PayPal, RefusesAnAddressThatIsNotItsEnvironments) {
    EXPECT_THROW(PluginUnderTest(shop({{"environment", text("sandbox")}})), RefusedToOpen);
    EXPECT_THROW(PluginUnderTest(shop({{"base_url", text("https://api-m.paypal.com.evil.example")}})), RefusedToOpen);
    EXPECT_NO_THROW(
        PluginUnderTest(shop({{"environment", text("simulator")}, {"base_url", text("http://127.0.0.1:1")}})));
}

TEST(PayPal, PaysInForintsWithoutDecimals) {
    PluginUnderTest paypal(shop());
    auto request = about_attempt<BeginRequestT>("");
    const auto forint = *Currency::from_code("HUF");
    request.attempt->amount = wire_money({150000, forint});
    const auto whole = paypal.play(NOREN_GATEWAY_BEGIN, request);
    EXPECT_EQ(json::parse(body_of(whole.unanswered()))["purchase_units"][0]["amount"]["value"], "1500");
    request.attempt->amount = wire_money({150050, forint});
    EXPECT_EQ(code_of(paypal.play(NOREN_GATEWAY_BEGIN, request).outcome()), "amount_too_precise");
}

TEST(PayPal, ReturnsMoneyAfterLookingWhetherItDid) {
    const ScriptedReply without{200, completed(capture("COMPLETED")).dump(), {}};
    EXPECT_EQ(refunded({without, {201, refund("COMPLETED").dump(), {}}}).kind, OutcomeKind::Done);
    EXPECT_EQ(refunded({without, {201, refund("COMPLETED").dump(), {}}}).refund_ref, "REFUND1");
    EXPECT_EQ(refunded({without, {201, refund("PENDING").dump(), {}}}).kind, OutcomeKind::Pending);
    EXPECT_EQ(refunded({without, {201, refund("FAILED").dump(), {}}}).kind, OutcomeKind::Refused);
    EXPECT_EQ(refunded({without, {201, refund("COMPLETED", "499").dump(), {}}}).kind, OutcomeKind::Unknown);
    EXPECT_EQ(refunded({without, unprocessable("CAPTURE_FULLY_REFUNDED")}).kind, OutcomeKind::Refused);
    EXPECT_EQ(refunded({without, failing(HttpFailure::NoReply)}).kind, OutcomeKind::Unknown);
    EXPECT_EQ(refunded({failing(HttpFailure::NoReply)}).kind, OutcomeKind::Unknown) << "never asked without looking";

    auto with = completed(capture("PARTIALLY_REFUNDED"));
    with["purchase_units"][0]["payments"]["refunds"] = json::array({refund("COMPLETED")});
    EXPECT_EQ(refunded({{200, with.dump(), {}}}).kind, OutcomeKind::Done) << "it was made before";
}

TEST(PayPal, AsksAboutARefundThatItKnowsByItsId) {
    EXPECT_EQ(refunded({{200, refund("PENDING").dump(), {}}}, "REFUND1").kind, OutcomeKind::Pending);
    EXPECT_EQ(refunded({{200, refund("COMPLETED").dump(), {}}}, "REFUND1").kind, OutcomeKind::Done);
}
