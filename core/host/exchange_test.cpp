#include "host/exchange.hpp"

#include <gmock/gmock.h>

#include <deque>

#include "host/test_plugins.hpp"

namespace noren::host {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// Answers as the script says, and keeps what it was sent.
class ScriptedTransport final : public HttpTransport {
public:
    using Answer = Result<http::Exchange, http::FailedExchange>;
    std::deque<Answer> script;
    std::vector<http::OutgoingRequest> sent;

    void reply(int status, std::string body = "",
               const std::vector<std::pair<std::string, std::string>>& headers = {}) {
        http::Exchange exchange;
        exchange.status = status;
        exchange.body = std::move(body);
        for (const auto& [name, value] : headers) exchange.fields.add(name, value);
        script.emplace_back(std::move(exchange));
    }
    void fail(http::ExchangeFailure kind) { script.emplace_back(refuse(http::FailedExchange{kind, "as scripted"})); }
    void token(const std::string& text, int expires_in = 3600) {
        reply(200, R"({"access_token":")" + text + R"(","token_type":"Bearer","expires_in":)" +
                       std::to_string(expires_in) + "}");
    }

    Answer exchange(const http::OutgoingRequest& request) override {
        sent.push_back(request);
        if (script.empty()) return refuse(http::FailedExchange{http::ExchangeFailure::not_sent, "the script is over"});
        auto answer = std::move(script.front());
        script.pop_front();
        return answer;
    }

    std::string authorization(std::size_t place) const {
        const auto value = sent.at(place).fields.one("authorization");
        return value ? std::string(*value) : "";
    }
};

/// Keeps what it is told, as one text, and knows what was recorded earlier.
class MemoryLog final : public ExchangeLog {
public:
    std::vector<std::string> lines;
    std::deque<wire::HttpExchangeT> recorded;

    std::optional<wire::HttpExchangeT> before(std::size_t place, const wire::HttpRequestT& request,
                                              std::uint64_t digest) override {
        lines.push_back(std::to_string(place) + " > " + request.method + " " + request.url + " " +
                        request.authorization);
        digests.push_back(digest);
        for (const auto& header : request.headers) lines.back() += " " + header.name + ":" + header.value;
        if (recorded.empty()) return std::nullopt;
        auto exchange = std::move(recorded.front());
        recorded.pop_front();
        return exchange;
    }
    void after(std::size_t place, const wire::HttpRequestT&, const wire::HttpExchangeT& exchange) override {
        lines.push_back(std::to_string(place) + " < " + std::to_string(exchange.status) + " " +
                        std::string(exchange.body.begin(), exchange.body.end()));
        for (const auto& header : exchange.headers) lines.back() += " " + header.name + ":" + header.value;
        EXPECT_EQ(exchange.request_digest, digests.back());
    }
    std::vector<std::uint64_t> digests;
};

const std::string secret = "s3cr3t-of-the-shop";

/// The plugin `provider`, whose settings allow http://127.0.0.1:8091/api and what is below.
class Exchange : public ::testing::TestWithParam<Isolation> {
protected:
    void SetUp() override {
        PluginOptions options;
        options.isolation = GetParam();
        auto loaded = host_.load(folder_.take("provider"), options);
        ASSERT_TRUE(loaded) << loaded.error().text();
        auto plan = plan_of({{"base_url", "http://127.0.0.1:8091/api"}, {"client_id", "shop"}});
        plan.secrets.emplace("client_secret", settings::SecretText(secret));
        instance_ = *(*loaded)->open(std::move(plan));
    }

    Result<Reply, CallFault> ask(const std::string& exchanges) {
        wire::BeginRequestT begin;
        begin.attempt = std::make_unique<wire::AttemptT>();
        begin.attempt->description = exchanges;
        wire::RequestT request;
        request.ask.Set(std::move(begin));
        return call_with_http(*instance_, NOREN_GATEWAY_BEGIN, std::move(request), transport_, log_,
                              {.deadline = std::chrono::steady_clock::now() + 5s, .each_call = 2s, .pause = 1ms});
    }
    /// What the provider's plugin saw last, and how many exchanges: "200/None 1".
    std::string saw(const std::string& exchanges) {
        const auto reply = ask(exchanges);
        if (!reply) return "fault: " + reply.error().message;
        const auto* outcome = (*reply)->answer_as_Outcome();
        return outcome->provider_ref()->str() + " " + outcome->capture_ref()->str();
    }

    TemporaryFolder folder_;
    TemporaryFolder cache_;
    SystemClock clock_;
    Host host_{{NOREN_PLUGIN_HOST, cache_.path() / "plugins", {}}, clock_};
    std::shared_ptr<Instance> instance_;
    ScriptedTransport transport_;
    MemoryLog log_;
};

const std::string api = "http://127.0.0.1:8091/api";

TEST_P(Exchange, MakesWhatThePluginWantsOneAfterTheOther) {
    transport_.reply(201, "created");
    transport_.reply(200, "captured", {{"x-id", "7"}, {"set-cookie", "a=b"}});
    EXPECT_EQ(saw("POST " + api + "/orders - once\nGET " + api + "/orders/1?full=yes - safe"), "200/None 2");
    ASSERT_EQ(transport_.sent.size(), 2U);
    EXPECT_EQ(transport_.sent[0].method, "POST");
    EXPECT_EQ(transport_.sent[0].body, "hi");
    EXPECT_EQ(transport_.sent[0].allowed_origins, std::vector<std::string>{"http://127.0.0.1:8091"});
    EXPECT_FALSE(transport_.sent[0].repeat_is_safe);
    EXPECT_TRUE(transport_.sent[1].repeat_is_safe);
    EXPECT_THAT(log_.lines, ElementsAre("0 > POST " + api + "/orders ", "0 < 201 created",
                                        "1 > GET " + api + "/orders/1?full=yes ", "1 < 200 captured x-id:7"));
}

TEST_P(Exchange, ACallThatNeedsNoneMakesNone) {
    EXPECT_EQ(saw(""), "none 0");
    EXPECT_TRUE(transport_.sent.empty());
    EXPECT_TRUE(log_.lines.empty());
}

TEST_P(Exchange, WhatWasRecordedIsNotMadeAgain) {
    wire::HttpExchangeT earlier;
    earlier.failure = wire::HttpFailure::None;
    earlier.status = 201;
    log_.recorded.push_back(earlier);
    transport_.reply(200);
    EXPECT_EQ(saw("POST " + api + "/orders - once\nGET " + api + "/orders - safe"), "200/None 2");
    ASSERT_EQ(transport_.sent.size(), 1U);
    EXPECT_EQ(transport_.sent[0].method, "GET");
}

TEST_P(Exchange, NoAddressOutsideTheSettingsIsAsked) {
    for (const std::string bad :
         {"http://127.0.0.1:8092/api/orders", "https://127.0.0.1:8091/api/orders",
          "http://169.254.169.254/latest/meta-data", "http://127.0.0.1:8091/other", "http://127.0.0.1:8091/apis",
          "http://127.0.0.1:8091/api/../other", "http://127.0.0.1:8091/api/%2e%2E/other",
          "http://127.0.0.1:8091/api/..%2fother", "http://user@127.0.0.1:8091/api"}) {
        const auto reply = ask("GET " + bad + " - safe");
        ASSERT_FALSE(reply) << bad;
        EXPECT_EQ(reply.error().kind, FaultKind::garbage) << bad;
        instance_->lift_quarantine();
    }
    EXPECT_TRUE(transport_.sent.empty());
    transport_.reply(200);
    EXPECT_EQ(saw("GET " + api + " - safe"), "200/None 1");
}

TEST_P(Exchange, HeadersThatAreTheHostsAreRefused) {
    for (const std::string name :
         {"Authorization", "host", "Content-Length", "Cookie", "Transfer-Encoding", "bad\rname"}) {
        const auto reply = ask("GET " + api + "/x - safe " + name);
        ASSERT_FALSE(reply) << name;
        EXPECT_EQ(reply.error().kind, FaultKind::garbage) << name;
        instance_->lift_quarantine();
    }
    EXPECT_TRUE(transport_.sent.empty());
    transport_.reply(200);
    EXPECT_EQ(saw("GET " + api + "/x - safe PayPal-Request-Id"), "200/None 1");
    EXPECT_EQ(transport_.sent[0].fields.one("paypal-request-id"), "x");
}

TEST_P(Exchange, EndsWithAPluginThatNeverHasEnough) {
    std::string many;
    for (std::size_t i = 0; i < most_exchanges + 1; ++i) {
        many += (i == 0 ? "" : "\n") + ("GET " + api + "/" + std::to_string(i) + " - safe");
        transport_.reply(200);
    }
    const auto reply = ask(many);
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().kind, FaultKind::garbage);
    EXPECT_THAT(reply.error().message, HasSubstr("more than 8"));
    EXPECT_EQ(transport_.sent.size(), most_exchanges);
}

TEST_P(Exchange, SignsByBasicAndBearerOutOfThePluginsSight) {
    transport_.reply(200);
    transport_.reply(200);
    EXPECT_EQ(saw("GET " + api + "/a user safe\nGET " + api + "/b fixed safe"), "200/None 2");
    EXPECT_EQ(transport_.authorization(0), "Basic c2hvcDpzM2NyM3Qtb2YtdGhlLXNob3A=");
    EXPECT_EQ(transport_.authorization(1), "Bearer " + secret);
}

TEST_P(Exchange, FetchesATokenOnceAndKeepsIt) {
    transport_.token("T0KEN");
    transport_.reply(200);
    transport_.reply(200);
    EXPECT_EQ(saw("POST " + api + "/a api once\nPOST " + api + "/b api once"), "200/None 2");
    ASSERT_EQ(transport_.sent.size(), 3U);
    EXPECT_EQ(transport_.sent[0].url, api + "/oauth2/token");
    EXPECT_EQ(transport_.sent[0].body, "grant_type=client_credentials");
    EXPECT_EQ(transport_.authorization(0), "Basic c2hvcDpzM2NyM3Qtb2YtdGhlLXNob3A=");
    EXPECT_EQ(transport_.authorization(1), "Bearer T0KEN");
    EXPECT_EQ(transport_.authorization(2), "Bearer T0KEN");
}

TEST_P(Exchange, ATokenThatTheProviderNoLongerTakesIsFetchedAnewOnce) {
    instance_->keep_token("api", Instance::Token{"STALE", std::chrono::steady_clock::now() + 1h});
    transport_.reply(401);
    transport_.token("FRESH");
    transport_.reply(201);
    EXPECT_EQ(saw("POST " + api + "/a api once"), "201/None 1");
    EXPECT_EQ(transport_.authorization(0), "Bearer STALE");
    EXPECT_EQ(transport_.authorization(2), "Bearer FRESH");

    transport_.reply(401);
    transport_.token("FRESHER");
    transport_.reply(401);
    EXPECT_EQ(saw("POST " + api + "/b api once"), "401/None 1");
}

TEST_P(Exchange, ATokenIsNotUsedAMinuteBeforeItExpires) {
    transport_.token("SHORT", 60);
    transport_.reply(200);
    transport_.token("SHORT2", 60);
    transport_.reply(200);
    EXPECT_EQ(saw("POST " + api + "/a api once\nPOST " + api + "/b api once"), "200/None 2");
    EXPECT_EQ(transport_.authorization(3), "Bearer SHORT2");
}

TEST_P(Exchange, WithoutATokenNothingIsSent) {
    transport_.reply(200, R"({"access_token":"broken\r\nX: y"})");
    EXPECT_EQ(saw("POST " + api + "/a api once"), "0/NotSent 1");
    transport_.reply(500);
    EXPECT_EQ(saw("POST " + api + "/a api once"), "0/NotSent 1");
    EXPECT_EQ(transport_.sent.size(), 2U);
}

TEST_P(Exchange, RepeatsOnlyWhatIsSafeToRepeat) {
    transport_.fail(http::ExchangeFailure::no_reply);
    EXPECT_EQ(saw("POST " + api + "/a - once"), "0/NoReply 1");
    EXPECT_EQ(transport_.sent.size(), 1U);
    transport_.reply(503);
    EXPECT_EQ(saw("POST " + api + "/a - once"), "503/None 1");
    EXPECT_EQ(transport_.sent.size(), 2U);

    transport_.sent.clear();
    transport_.fail(http::ExchangeFailure::no_reply);
    transport_.reply(503);
    transport_.reply(200);
    EXPECT_EQ(saw("POST " + api + "/a - safe"), "200/None 1");
    EXPECT_EQ(transport_.sent.size(), 3U);

    transport_.sent.clear();
    for (int i = 0; i < 5; ++i) transport_.reply(503);
    EXPECT_EQ(saw("POST " + api + "/a - safe"), "503/None 1");
    EXPECT_EQ(transport_.sent.size(), 3U);
}

TEST_P(Exchange, ARepliesSizeIsCapped) {
    transport_.reply(200, std::string(most_exchange_bytes + 1, 'x'));
    EXPECT_EQ(saw("GET " + api + "/a - safe"), "200/TooLarge 1");
}

TEST_P(Exchange, NoSecretReachesTheLogOrThePlugin) {
    transport_.token("T0KEN");
    transport_.reply(200, "ok");
    EXPECT_EQ(saw("POST " + api + "/a api once"), "200/None 1");
    for (const auto& line : log_.lines) {
        EXPECT_THAT(line, Not(HasSubstr(secret)));
        EXPECT_THAT(line, Not(HasSubstr("T0KEN")));
        EXPECT_THAT(line, Not(HasSubstr("oauth2")));
    }
}

TEST_P(Exchange, AnAuthorizationThatTheManifestDoesNotHaveIsRefused) {
    const auto reply = ask("GET " + api + "/a other safe");
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().kind, FaultKind::garbage);
}

INSTANTIATE_TEST_SUITE_P(Modes, Exchange, ::testing::Values(Isolation::none, Isolation::process), [](const auto& mode) {
    return std::string(mode.param == Isolation::none ? "InProcess" : "Isolated");
});

}  // namespace
}  // namespace noren::host
