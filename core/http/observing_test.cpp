// What logs and metrics tell of a request, and what they must not.
#include <gtest/gtest.h>

#include "http/access_log.hpp"
#include "http/metrics.hpp"
#include "http/router.hpp"
#include "http/test_connection.hpp"

namespace noren::http {
namespace {

using namespace noren::http::testing;

TEST(AccessLog, TellsARequestWithoutItsSecrets) {
    Request request;
    request.method = Method::post;
    request.target = parse_target("/pay/x?card=4111111111111111&token=s3cret").value();
    request.path_shown = request.target.path;
    request.fields.add("Cookie", "session=s3cret");
    request.fields.add("Authorization", "Bearer s3cret");
    request.body = "s3cret";
    request.host = "shop.test";
    request.id = "ID1";
    request.route = "pay";
    const auto line = access_line({&request, "127.0.0.1", 200, 95, {}, std::chrono::microseconds(120)});
    EXPECT_EQ(line,
              "id=ID1 peer=127.0.0.1 method=POST host=shop.test path=\"/pay/x\" route=pay status=200 bytes=95 us=120");
}

TEST(AccessLog, CannotBeWrittenByAClient) {
    Request request;
    request.path_shown = "/a\"\nstatus=200 \x1b[31m\\";
    const auto line = access_line({&request, "127.0.0.1", 404, 0, {}, {}});
    EXPECT_NE(line.find("path=\"/a\\x22\\x0astatus=200 \\x1b[31m\\x5c\""), std::string::npos) << line;
}

TEST(Metrics, CountAnswersRefusalsAndTheServersLoad) {
    auto site = std::make_shared<Router>();
    Metrics metrics;
    site->add({.pattern = "/metrics",
               .handler = [&](const Request&) { return metrics.page(); },
               .operation = {.id = "getMetrics"}});
    HostTable table({{"shop.test", site}});
    Server server({}, table, [&](const Served& served) { metrics.count(served); });
    metrics.watch(server);
    server.start();
    TestConnection refused(server.port());
    refused.send("nonsense\r\n\r\n");
    refused.read_to_end();
    refused.close();
    TestConnection client(server.port());
    for (const std::string path : {"/metrics", "/none"}) {
        client.send("GET " + path + " HTTP/1.1\r\nHost: shop.test\r\n\r\n");
        client.read_response();
    }
    for (const auto* line :
         {"noren_http_requests_total{method=\"GET\",route=\"getMetrics\",status=\"200\"} 1\n",
          "noren_http_requests_total{method=\"GET\",route=\"none\",status=\"404\"} 1\n",
          "noren_http_refusals_total{code=\"malformed_request\"} 1\n",
          "noren_http_request_seconds_count{route=\"getMetrics\"} 1\n", "noren_http_connections 1\n"}) {
        std::string page;
        for (int i = 0; i < 200 && page.find(line) == page.npos; ++i) {  // an answer is counted just after it was sent
            page = metrics.page().body();
            std::this_thread::sleep_for(5ms);
        }
        EXPECT_NE(page.find(line), page.npos) << line << page;
    }
    metrics.forget_server();
}

}  // namespace
}  // namespace noren::http
