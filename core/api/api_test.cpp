#include "api/api.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "storefront/testing.hpp"

namespace noren::api {
namespace {

using http::Method;
using nlohmann::json;
using storefront::testing::TestShop;

struct Answer {
    int status = 0;
    json body;
    std::string code() const { return body.is_object() ? body.value("code", "") : ""; }
};

/// A browser or program that talks to one shop.
class Api : public ::testing::Test {
protected:
    explicit Api(std::vector<policies::Voter> voters = orders::testing::usual_voters()) : shop_(std::move(voters)) {
        add_routes(router_, shop_.shop());
        add_webhooks(router_, shop_.shop());
        shop_.sell("A", 1500, 10);
    }

    Answer send_text(Method method, const std::string& path, const std::string& body, const std::string& token,
                     const std::string& key = {}) {
        http::Request request;
        request.method = method;
        request.target = http::parse_target(path).value();
        request.host = "test.localhost";
        if (!token.empty()) request.fields.add("Authorization", "Bearer " + token);
        if (!key.empty()) request.fields.add("Idempotency-Key", key);
        if (!body.empty()) request.fields.add("Content-Type", "application/json");
        request.body = body;
        const auto response = router_.handle(request);
        return {response.status(), response.body().empty() ? json() : json::parse(response.body())};
    }
    Answer send(Method method, const std::string& path, const json& body, const std::string& key = {}) {
        return send_text(method, "/api/v1" + path, body.is_null() ? std::string() : body.dump(), token_, key);
    }
    Answer get(const std::string& path) { return send(Method::get, path, nullptr); }
    Answer put(const std::string& path, const json& body) { return send(Method::put, path, body); }
    Answer post(const std::string& path, const json& body = nullptr, const std::string& key = {}) {
        return send(Method::post, path, body, key);
    }

    void begin_session() { token_ = post("/sessions").body.at("token"); }
    void fill_cart(int units = 2) {
        begin_session();
        EXPECT_EQ(put("/cart/lines/A", {{"quantity", units}}).status, 200);
        EXPECT_EQ(put("/cart/contact", {{"email", "ann@example.org"}, {"name", "Ann Onymous"}}).status, 200);
        EXPECT_EQ(put("/cart/address", {{"street", {"1 Privet Lane"}},
                                        {"city", "Springfield"},
                                        {"region", "IL"},
                                        {"postal_code", "62701"},
                                        {"country", "US"}})
                      .status,
                  200);
        EXPECT_EQ(put("/cart/methods", {{"shipping", "post"}, {"payment", "paypal"}}).status, 200);
    }
    std::string quote() { return post("/cart/quote").body.at("quote"); }
    /// An order of a fresh session; its number.
    std::string placed() {
        fill_cart();
        return post("/orders", {{"quote", quote()}}, "key-1").body.at("number");
    }

    TestShop shop_;
    http::Router router_;
    std::string token_;
};

TEST_F(Api, EstimatesTheShippingOfAProductWithoutASession) {
    const auto found = get("/products/A/shipping?country=US&quantity=2");
    ASSERT_EQ(found.status, 200) << found.body;
    EXPECT_TRUE(found.body.at("refusals").empty());
    EXPECT_EQ(found.body.at("shipping").at(0).at("method"), "post");
    EXPECT_EQ(found.body.at("shipping").at(0).at("price").at("minor"), 900);
    EXPECT_EQ(get("/products/A/shipping").code(), "invalid_fields");
    EXPECT_EQ(get("/products/A/shipping?country=Utopia").code(), "invalid_fields");
    for (const auto* quantity : {"", "0", "-1", "1x", "10000", "two", "99999999999999999999"}) {
        EXPECT_EQ(get(std::string("/products/A/shipping?country=US&quantity=") + quantity).code(),
                  "quantity_out_of_range")
            << quantity;
    }
    EXPECT_EQ(get("/products/NONE/shipping?country=US").code(), "product_not_found");
}

TEST_F(Api, LeadsFromTheCatalogueToAPaidOrder) {
    EXPECT_EQ(get("/products").body.at("items").at(0).at("sku"), "A");
    EXPECT_EQ(get("/products/A").body.at("on_hand"), 10);
    fill_cart();
    const auto offers = get("/cart/offers").body;
    EXPECT_TRUE(offers.at("refusals").empty()) << offers;
    EXPECT_EQ(offers.at("shipping").at(0).at("price").at("minor"), 900);
    const auto quoted = post("/cart/quote");
    EXPECT_EQ(quoted.body.at("total").at("minor"), 3900);
    const auto order = post("/orders", {{"quote", quoted.body.at("quote")}}, "key-1");
    ASSERT_EQ(order.status, 201) << order.body;
    EXPECT_EQ(order.body.at("orders"), json::array({{{"number", order.body.at("number")}}}));
    EXPECT_TRUE(get("/cart").body.at("lines").empty());
    const auto path = "/orders/" + order.body.at("number").get<std::string>();
    EXPECT_EQ(get(path).body.at("payment"), "due");

    const auto attempt = post(path + "/payments");
    ASSERT_EQ(attempt.status, 201) << attempt.body;
    EXPECT_EQ(attempt.body.at("state"), "awaiting_customer");
    EXPECT_FALSE(attempt.body.at("redirect_url").get<std::string>().empty());
    const auto back = "/payments/" + attempt.body.at("attempt").get<std::string>() + "/return";
    EXPECT_EQ(post(back).body.at("state"), "captured");
    EXPECT_EQ(post(back).body.at("state"), "captured");
    EXPECT_EQ(shop_.gateway().captures, 1);
    const auto shown = get(path).body;
    EXPECT_EQ(shown.at("payment"), "paid");
    EXPECT_EQ(shown.at("invoices").size(), 1u);
    EXPECT_EQ(get("/products/A").body.at("on_hand"), 8);
    shop_.shop().postman.run_due();
    EXPECT_EQ(shop_.transport().sent().size(), 3u) << "order placed, payment requested, payment received";
    EXPECT_TRUE(shop_.shop().verify().empty());
}

TEST_F(Api, AnswersARepeatedOrderAsTheFirstTime) {
    fill_cart();
    const json body{{"quote", quote()}};
    const auto first = post("/orders", body, "key-1");
    const auto again = post("/orders", body, "key-1");
    EXPECT_EQ(again.status, 201);
    EXPECT_EQ(again.body, first.body);
    const auto other = post("/orders", {{"quote", "another"}}, "key-1");
    EXPECT_EQ(other.status, 422);
    EXPECT_EQ(other.code(), "key_reused");
}

/// A shop where each line becomes an order of its own.
class ApiOfManyOrders : public Api {
protected:
    ApiOfManyOrders() : Api(with_a_number_for_each_line()) { shop_.sell("B", 2000, 5); }

    static std::vector<policies::Voter> with_a_number_for_each_line() {
        namespace made = policies::testing;
        auto voters = orders::testing::usual_voters();
        voters.push_back(made::voter("numbers", {wire::Point::Partition}, [](const wire::FactsT& facts) {
            auto verdict = made::verdict(wire::Effect::Allow);
            for (std::size_t i = 0; i < facts.order->lines.size(); ++i) verdict.groups.push_back(static_cast<int>(i));
            return verdict;
        }));
        return voters;
    }
};

TEST_F(ApiOfManyOrders, ShowsQuotesAndPlacesEachOrder) {
    fill_cart();
    put("/cart/lines/B", {{"quantity", 1}});
    const auto offers = get("/cart/offers").body;
    ASSERT_EQ(offers.at("orders").size(), 2u);
    EXPECT_EQ(offers.at("orders").at(1).at("lines"), json::parse(R"([{"sku": "B", "quantity": 1}])"));
    EXPECT_EQ(offers.at("orders").at(1).at("goods").at("minor"), 2000);
    EXPECT_EQ(offers.at("goods").at("minor"), 5000);
    EXPECT_EQ(offers.at("shipping").at(0).at("price").at("minor"), 1800) << "of both parcels";
    const auto quoted = post("/cart/quote").body;
    EXPECT_EQ(quoted.at("total").at("minor"), 6800);
    EXPECT_EQ(quoted.at("orders").at(0).at("lines").at(0).at("sku"), "A");
    EXPECT_EQ(quoted.at("orders").at(0).at("total").at("minor"), 3900);
    EXPECT_EQ(quoted.at("orders").at(1).at("shipping").at("minor"), 900);

    shop_.carrier().price = 901;
    const auto differs = post("/orders", {{"quote", quoted.at("quote")}}, "key-0");
    EXPECT_EQ(differs.status, 409);
    EXPECT_EQ(differs.body.at("differences").at(0).at("code"), "shipping_price");
    EXPECT_EQ(differs.body.at("differences").at(0).at("order"), 0);
    shop_.carrier().price = 900;

    const json body{{"quote", quoted.at("quote")}};
    const auto placed = post("/orders", body, "key-1");
    ASSERT_EQ(placed.status, 201) << placed.body;
    ASSERT_EQ(placed.body.at("orders").size(), 2u);
    EXPECT_EQ(placed.body.at("number"), placed.body.at("orders").at(0).at("number"));
    EXPECT_EQ(post("/orders", body, "key-1").body, placed.body);
    const auto second = get("/orders/" + placed.body.at("orders").at(1).at("number").get<std::string>());
    EXPECT_EQ(second.body.at("total").at("minor"), 2900);
    EXPECT_TRUE(shop_.shop().verify().empty());
}

TEST_F(Api, RefusesEachOrderWithItsOwnCode) {
    fill_cart();
    const auto quoted = quote();
    EXPECT_EQ(post("/orders", {{"quote", quoted}}).code(), "idempotency_key_missing");
    EXPECT_EQ(post("/orders", {{"quote", quoted}}).status, 400);
    EXPECT_EQ(post("/orders", {{"quote", quoted}}, std::string(256, 'k')).status, 400);
    EXPECT_EQ(post("/orders", {{"quote", quoted + " "}}, "k1").code(), "quote_invalid");
    shop_.carrier().price = 1000;
    const auto differs = post("/orders", {{"quote", quoted}}, "k2");
    EXPECT_EQ(differs.status, 409);
    EXPECT_EQ(differs.code(), "quote_differs");
    EXPECT_EQ(differs.body.at("differences").at(0).at("code"), "shipping_price");
    EXPECT_EQ(differs.body.at("differences").at(0).at("shown"), "900 JPY");
    EXPECT_TRUE(differs.body.contains("decision_id"));
    shop_.clock.move_to(shop_.clock.now() + std::chrono::hours(1));
    EXPECT_EQ(post("/orders", {{"quote", quoted}}, "k3").code(), "quote_expired");
    put("/cart/lines/A", {{"quantity", 0}});
    const auto empty = post("/orders", {{"quote", quoted}}, "k4");
    EXPECT_EQ(empty.status, 422);
    EXPECT_EQ(empty.code(), "cart_empty");
    EXPECT_EQ(post("/cart/quote").code(), "not_placeable");
    put("/cart/lines/A", {{"quantity", 11}});
    EXPECT_EQ(post("/cart/quote").body.at("reasons").at(0).at("code"), "too_many");
}

TEST_F(Api, HidesOrdersAndPaymentsFromOtherSessions) {
    const auto number = placed();
    const std::string attempt = post("/orders/" + number + "/payments").body.at("attempt");
    begin_session();
    for (const auto& answer :
         {get("/orders/" + number), post("/orders/" + number + "/payments"), get("/orders/0000000000000")}) {
        EXPECT_EQ(answer.status, 404);
        EXPECT_EQ(answer.code(), "order_not_found");
    }
    for (const auto& id : {attempt, std::string("0000000000000"), std::string("nonsense")}) {
        const auto answer = post("/payments/" + id + "/return");
        EXPECT_EQ(answer.status, 404);
        EXPECT_EQ(answer.code(), "attempt_not_found");
    }
    EXPECT_EQ(shop_.gateway().captures, 0);
    EXPECT_TRUE(get("/cart").body.at("lines").empty());
}

TEST_F(Api, TakesNoPaymentForWhatIsNotDue) {
    const auto number = placed();
    const auto id =
        shop_.shop().books.read([&](store::Transaction& tx) { return shop_.shop().orders.find(tx, number)->id; });
    ASSERT_TRUE(shop_.shop().cancel(id, "asked_by_customer", "customer"));
    const auto refused = post("/orders/" + number + "/payments");
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(refused.code(), "not_due");
}

TEST_F(Api, WantsASessionThatLooksLikeOne) {
    EXPECT_EQ(get("/cart").status, 401);
    EXPECT_EQ(get("/cart").code(), "session_missing");
    token_ = "garbled";
    EXPECT_EQ(get("/cart").code(), "session_invalid");
    EXPECT_EQ(post("/orders", {{"quote", "x"}}, "k").status, 401);
}

TEST_F(Api, RefusesHostileBodiesByName) {
    fill_cart();
    const auto line = [&](const std::string& body) {
        return send_text(Method::put, "/api/v1/cart/lines/A", body, token_);
    };
    for (const auto* body :
         {R"({"quantity":"2"})", R"({"quantity":2.5})", R"({"quantity":null})", R"({"quantity":true})",
          R"({"quantity":[2]})", R"({})", R"({"quantity":2,"price":1})", R"({"quantity":18446744073709551615})",
          R"({"quantity":1e3})", R"([2])", R"(2)", R"(null)"}) {
        const auto answer = line(body);
        EXPECT_EQ(answer.status, 422) << body << answer.body;
        EXPECT_FALSE(answer.code().empty()) << body;
    }
    for (const auto* body :
         {"{", R"({"quantity":2,"quantity":3})", "{\"quantity\":2}x", "\xff", R"({"quantity":1e999})"}) {
        const auto status = line(body).status;
        EXPECT_TRUE(status == 400 || status == 422) << body << " " << status;
    }
    EXPECT_EQ(line(R"({"quantity":-1})").code(), "quantity_out_of_range");
    EXPECT_EQ(line(R"({"quantity":9223372036854775807})").code(), "quantity_out_of_range");
    EXPECT_EQ(put("/cart/lines/UNKNOWN", {{"quantity", 1}}).code(), "product_not_found");
    EXPECT_EQ(put("/cart/contact", {{"email", "no address"}, {"name", ""}}).body.at("fields").size(), 2u);
    EXPECT_EQ(put("/cart/contact", {{"email", "a@b.c\r\nBcc: x@y.z"}, {"name", "A"}}).status, 422);
    EXPECT_EQ(put("/cart/contact", {{"email", "ann@example.org"}, {"name", std::string("A\0B", 3)}}).status, 422);
    EXPECT_EQ(put("/cart/address", {{"street", std::vector<std::string>(500, "x")}, {"country", "US"}}).status, 422);
    EXPECT_EQ(put("/cart/address", {{"street", {1, 2}}, {"country", "US"}}).status, 422);
    EXPECT_EQ(put("/cart/methods", {{"shipping", std::string(65, 'x')}, {"payment", "paypal"}}).code(),
              "unknown_method");
    EXPECT_EQ(get("/cart").body.at("lines").at(0).at("quantity"), 2) << "nothing of it was taken";
}

TEST_F(Api, SurvivesHostileKeysAndQueries) {
    fill_cart();
    const auto quoted = quote();
    EXPECT_EQ(post("/orders", {{"quote", quoted}}, "\xff\xfe").status, 400) << "not a key that can be kept";
    EXPECT_EQ(get("/products?q=%25%27%3B--").status, 200);
    EXPECT_EQ(get("/products?cursor=%27").status, 200);
    EXPECT_EQ(get("/products/%27%3Bdrop").status, 404);
}

TEST_F(Api, ListsAsManyItemsAsAskedForWithinReason) {
    EXPECT_EQ(get("/products?limit=1").body.at("items").size(), 1u);
    EXPECT_EQ(get("/products?limit=100").status, 200);
    for (const auto* limit : {"0", "101", "-5", "abc", "5x", "1.5", "", "99999999999999999999"}) {
        const auto answer = get(std::string("/products?limit=") + limit);
        EXPECT_EQ(answer.status, 400) << limit;
        EXPECT_EQ(answer.code(), "invalid_parameter") << limit;
    }
}

TEST_F(Api, TakesOnlyTheProvidersWebhooks) {
    const auto number = placed();
    const std::string attempt = post("/orders/" + number + "/payments").body.at("attempt");
    EXPECT_EQ(send_text(Method::post, "/webhooks/paypal", "{}", "").code(), "webhook_refused");
    EXPECT_EQ(send_text(Method::post, "/webhooks/nobody", "{}", "").status, 400);
    shop_.gateway().on_webhook = [&](const payments::WebhookMessage& message) {
        EXPECT_EQ(message.body, "{}");
        wire::WebhookEventT event;
        event.verified = true;
        event.event_id = "E1";
        event.attempt_id = attempt;
        return std::optional(std::move(event));
    };
    shop_.gateway().on_status = [](const payments::Attempt& asked) { return payments::testing::done(asked.amount); };
    EXPECT_EQ(send_text(Method::post, "/webhooks/paypal", "{}", "").status, 204);
    shop_.shop().worker.run_due();
    EXPECT_EQ(get("/orders/" + number).body.at("payment"), "paid");
    EXPECT_TRUE(shop_.shop().verify().empty());
}

TEST_F(Api, DocumentsEveryRoute) {
    const auto document = json::parse(openapi(router_, shop_.shop().identity));
    std::set<std::string> described;
    for (const auto& [path, operations] : document.at("paths").items()) {
        for (const auto& [method, operation] : operations.items()) described.insert(method + " " + path);
    }
    std::set<std::string> routed;
    for (const auto& route : router_.routes()) {
        if (!route.pattern.starts_with("/api/")) continue;
        auto method = std::string(http::text_of(route.method));
        std::transform(method.begin(), method.end(), method.begin(), [](unsigned char c) { return std::tolower(c); });
        routed.insert(method + " " + route.pattern);
    }
    EXPECT_EQ(described, routed);
    EXPECT_GE(routed.size(), 15u);
}

}  // namespace
}  // namespace noren::api
