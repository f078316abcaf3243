#include "http/router.hpp"

#include <gtest/gtest.h>

#include "http/openapi.hpp"

namespace noren::http {
namespace {

Handler says(std::string words) {
    return [words = std::move(words)](const Request&) { return text(200, words); };
}

Request asking(Method method, const std::string& target) {
    Request request;
    request.method = method;
    request.target = parse_target(target).value();
    request.path_shown = request.target.path;
    request.host = "shop.test";
    return request;
}

class RouterTest : public ::testing::Test {
protected:
    Response ask(Method method, const std::string& target) {
        request = asking(method, target);
        return router.handle(request);
    }
    Router router;
    Request request;
};

TEST_F(RouterTest, FindsARouteByMethodAndPatternAndGivesItsParameters) {
    router.add(
        {.method = Method::get, .pattern = "/api/v1/products/{sku}/prices/{currency}", .handler = [](const Request& r) {
             return text(200, r.parameter("sku") + " in " + r.parameter("currency"));
         }});
    EXPECT_EQ(ask(Method::get, "/api/v1/products/FIG%200001/prices/JPY").body(), "FIG 0001 in JPY");
    EXPECT_EQ(request.route, "/api/v1/products/{sku}/prices/{currency}");
}

TEST_F(RouterTest, PrefersTextToAParameterAndAParameterToTheRest) {
    router.add({.pattern = "/a/{x}", .handler = says("parameter")});
    router.add({.pattern = "/a/b", .handler = says("text")});
    router.add({.pattern = "/a/b/c", .handler = says("deep text")});
    router.add({.pattern = "/a/{x}/d", .handler = says("deep parameter")});
    router.add({.pattern = "/a/{rest...}",
                .handler = [](const Request& r) { return text(200, "rest " + r.parameter("rest")); }});
    router.add({.pattern = "/", .handler = says("root")});
    EXPECT_EQ(ask(Method::get, "/a/b").body(), "text");
    EXPECT_EQ(ask(Method::get, "/a/x").body(), "parameter");
    EXPECT_EQ(ask(Method::get, "/a/b/c").body(), "deep text");
    EXPECT_EQ(ask(Method::get, "/a/b/d").body(), "deep parameter");
    EXPECT_EQ(ask(Method::get, "/a/b/e/f").body(), "rest b/e/f");
    EXPECT_EQ(ask(Method::get, "/").body(), "root");
    EXPECT_EQ(ask(Method::get, "/a").status(), 404);
    EXPECT_EQ(ask(Method::get, "/a/").status(), 404) << "a parameter is not empty";
}

TEST_F(RouterTest, Answers404And405AndOptionsByItself) {
    router.add({.method = Method::get, .pattern = "/a", .handler = says("a")});
    router.add({.method = Method::put, .pattern = "/a", .handler = says("put")});
    EXPECT_EQ(ask(Method::get, "/b").status(), 404);
    const auto refused = ask(Method::delete_, "/a");
    EXPECT_EQ(refused.status(), 405);
    EXPECT_EQ(refused.headers().one("Allow"), "OPTIONS, GET, HEAD, PUT");
    const auto options = ask(Method::options, "/a");
    EXPECT_EQ(options.status(), 204);
    EXPECT_EQ(options.headers().one("Allow"), "OPTIONS, GET, HEAD, PUT");
    EXPECT_EQ(ask(Method::head, "/a").body(), "a");
}

TEST_F(RouterTest, TurnsABadRequestIntoItsProblemAndLetsASiteShowIt) {
    router.add({.pattern = "/bad", .handler = [](const Request&) -> Response {
                    throw BadRequest({422, "no_good", "not good"});
                }});
    EXPECT_EQ(ask(Method::get, "/bad").status(), 422);
    router.present_refusals([](const Request&, const Response& refusal) { return html(refusal.status(), "<p>sorry"); });
    EXPECT_EQ(ask(Method::get, "/bad").body(), "<p>sorry");
    EXPECT_EQ(ask(Method::get, "/none").status(), 404);
    EXPECT_EQ(ask(Method::get, "/none").body(), "<p>sorry");
}

TEST_F(RouterTest, HidesTokensFromLogs) {
    router.add({.pattern = "/reset/{token}", .handler = says("ok")});
    ask(Method::get, "/reset/s3cret");
    EXPECT_EQ(request.path_shown, "/reset/{token}");
}

TEST_F(RouterTest, KnowsHowMuchBodyARouteTakes) {
    router.add({.method = Method::post, .pattern = "/a", .handler = says("a"), .max_body = 10});
    router.add({.method = Method::get, .pattern = "/a", .handler = says("a")});
    EXPECT_EQ(router.body_limit(asking(Method::post, "/a")), 10u);
    EXPECT_EQ(router.body_limit(asking(Method::get, "/a")), 0u);
    EXPECT_GT(router.body_limit(asking(Method::post, "/none")), 0u) << "so that 404 can be said";
}

TEST_F(RouterTest, RefusesRoutesThatContradictEachOtherOrThemselves) {
    router.add({.pattern = "/a/{x}", .handler = says("a"), .operation = {.id = "getA"}});
    for (const auto* pattern : {"a", "", "/a/{y}", "/b/{}", "/b/{x}y", "/b/{x}/{x}", "/b/{x...}/c", "/b/{x y}"})
        EXPECT_THROW(router.add({.pattern = pattern, .handler = says("a")}), std::invalid_argument) << pattern;
    EXPECT_THROW(router.add({.pattern = "/c", .handler = says("a"), .operation = {.id = "getA"}}),
                 std::invalid_argument);
    EXPECT_THROW(router.add({.pattern = "/c"}), std::invalid_argument);
}

TEST(HostTable, ChoosesASiteByHostAndRefusesEveryOtherName) {
    auto shop = std::make_shared<Router>();
    shop->add({.pattern = "/", .handler = says("shop")});
    auto console = std::make_shared<Router>();
    console->add({.pattern = "/", .handler = says("console")});
    HostTable table({{"shop.test", shop}, {"console.test", console}});
    auto request = asking(Method::get, "/");
    EXPECT_EQ(table.handle(request).body(), "shop");
    request.host = "console.test";
    EXPECT_EQ(table.handle(request).body(), "console");
    for (const auto* host : {"", "other.test", "shop.test.", "SHOP.TEST", "shop"}) {
        request.host = host;
        EXPECT_EQ(table.handle(request).status(), 421) << host;
        EXPECT_EQ(table.admit(request).error().status, 421) << host;
    }
}

TEST(HostTable, FinishesARequestOnTheSiteThatItBeganWith) {
    auto old_site = std::make_shared<Router>();
    HostTable table({{"shop.test", old_site}});
    old_site->add({.pattern = "/", .handler = [&](const Request&) {
                       table.replace({});
                       return text(200, "old");
                   }});
    old_site.reset();
    auto request = asking(Method::get, "/");
    EXPECT_EQ(table.handle(request).body(), "old");
    EXPECT_EQ(table.handle(request).status(), 421);
}

using Json = nlohmann::json;

DocumentInfo shop_info() {
    DocumentInfo info{.title = "Shop", .version = "1"};
    info.schemas["Product"] = {{"type", "object"}};
    info.security_schemes["session"] = {{"type", "apiKey"}, {"in", "cookie"}, {"name", "__Host-session"}};
    return info;
}

const Json product_reference = {{"$ref", "#/components/schemas/Product"}};

TEST(OpenApi, DescribesEveryRouteThatHasAnOperationId) {
    Router router;
    router.add({.pattern = "/", .handler = says("page")});
    router.add({.pattern = "/products/{sku}",
                .handler = says(""),
                .operation = {.id = "getProduct",
                              .summary = "One product",
                              .tags = {"catalogue"},
                              .parameters = {{.name = "currency", .description = "ISO 4217"}},
                              .answers = {{200, {.description = "The product", .schema = product_reference}}}}});
    router.add({.method = Method::put,
                .pattern = "/products/{sku}",
                .handler = says(""),
                .max_body = 1000,
                .operation = {.id = "putProduct",
                              .summary = "Change it",
                              .security = {"session"},
                              .parameters = {{.name = "sku", .in = "path", .description = "Stock keeping unit"}},
                              .request_schema = product_reference,
                              .answers = {{204, {.description = "Changed"}}}}});
    router.add({.pattern = "/files/{path...}",
                .handler = says(""),
                .operation = {.id = "getFile", .answers = {{200, {.description = "A file"}}}}});

    const auto document = openapi_document(shop_info(), router);
    EXPECT_EQ(document["openapi"], "3.1.0");
    EXPECT_EQ(document["info"], (Json{{"title", "Shop"}, {"version", "1"}}));
    EXPECT_EQ(document["paths"].size(), 2u);
    EXPECT_TRUE(document["paths"].contains("/files/{path}"));
    const auto& get = document["paths"]["/products/{sku}"]["get"];
    EXPECT_EQ(get["operationId"], "getProduct");
    EXPECT_EQ(get["security"], Json::array());
    EXPECT_EQ(get["parameters"].size(), 2u);
    EXPECT_EQ(get["parameters"][1],
              (Json{{"name", "sku"}, {"in", "path"}, {"required", true}, {"schema", {{"type", "string"}}}}));
    EXPECT_EQ(get["responses"]["200"]["content"]["application/json"]["schema"], product_reference);
    EXPECT_EQ(get["responses"]["default"]["$ref"], "#/components/responses/Problem");
    const auto& put = document["paths"]["/products/{sku}"]["put"];
    EXPECT_EQ(put["parameters"].size(), 1u);
    EXPECT_EQ(put["requestBody"]["content"]["application/json"]["schema"], product_reference);
    EXPECT_EQ(put["security"], (Json{{{"session", Json::array()}}}));
    EXPECT_FALSE(put["responses"]["204"].contains("content"));
}

TEST(OpenApi, IsRefusedWhereItWouldBeWrong) {
    const std::map<int, AnswerDocument> fine = {{200, {.description = "Fine"}}};
    const auto document_of = [&](Operation operation) {
        Router router;
        router.add({.pattern = "/a/{x}", .handler = says(""), .operation = std::move(operation)});
        return openapi_document(shop_info(), router);
    };
    EXPECT_NO_THROW(document_of({.id = "a", .answers = fine}));
    EXPECT_THROW(document_of({.id = "a"}), std::invalid_argument);
    EXPECT_THROW(document_of({.id = "a", .security = {"none"}, .answers = fine}), std::invalid_argument);
    EXPECT_THROW(document_of({.id = "a", .parameters = {{.name = "y", .in = "path"}}, .answers = fine}),
                 std::invalid_argument);
    EXPECT_THROW(document_of({.id = "a", .request_schema = {{"$ref", "#/components/schemas/None"}}, .answers = fine}),
                 std::invalid_argument);
}

}  // namespace
}  // namespace noren::http
