// The SDK's side of the boundary, seen through the C frame.
#include <noren/gateway.hpp>
#include <noren/testing.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

extern "C" {
const std::uint8_t noren_manifest_text[] = {'i', 'd', ':', ' ', 'x'};
const std::size_t noren_manifest_size = sizeof(noren_manifest_text);
}

namespace {

using namespace noren;
using namespace noren::testing;

struct NotEvenAnException {};

// A gateway that does at `begin` what the attempt's description tells.
class Provoked final : public Gateway {
public:
    explicit Provoked(const Settings& settings, const Log& log) : base_(settings["base"].text()) {
        log.info("opened");
        if (base_.empty()) throw SettingError(settings["base"].path(), "is empty");
    }

    OutcomeT begin(const BeginRequestT& request, const Call& call, Http& http) override {
        const auto& told = request.attempt->description;
        if (told == "fail") throw Failure::passing("provider_busy", "come back later", 1500);
        if (told == "throw") throw std::runtime_error("broken");
        if (told == "throw_oddly") throw NotEvenAnException{};
        if (told == "swallow") {
            try {
                (void)http.get(base_ + "/a");
            } catch (...) {
            }
            return outcome::done("wrong", "wrong", *money_of(request.attempt->amount));
        }
        const auto made =
            http.post(base_ + "/orders", "{}", {{{"Request-Id", std::string{call.idempotency_key()}}}, "api", true, 0});
        if (made.never_sent()) return outcome::not_sent(reason("unreachable"));
        if (made.failed()) return outcome::unknown(reason("no_reply"));
        const auto state = http.get(base_ + "/orders/" + std::string{made.header("LOCATION")});
        return outcome::pending(Awaiting::CustomerApproval, std::string{state.body()});
    }
    OutcomeT status(const StatusRequestT&, const Call&, Http&) override { return {}; }

private:
    std::string base_;
};
NOREN_GATEWAY(Provoked)

wire::SettingsT provider_at(std::string base) {
    return settings(map({{"base", text(std::move(base))}}), "gateways.provoked");
}

BeginRequestT attempt(std::string description = {}) {
    BeginRequestT request;
    request.attempt = std::make_unique<AttemptT>();
    request.attempt->id = "A1";
    request.attempt->amount = wire_money({1500, JPY});
    request.attempt->description = std::move(description);
    return request;
}

struct Boundary : ::testing::Test {
    PluginUnderTest plugin{provider_at("https://psp.test")};

    Played begin(const std::string& description, const std::vector<ScriptedReply>& script = {}) {
        return plugin.play(NOREN_GATEWAY_BEGIN, attempt(description), script);
    }
};

TEST_F(Boundary, LeavesAMethodForEachExchangeAndComesBackWithIt) {
    const auto played = begin("", {{201, "", {{"Location", "X7"}}}, {200, "ref"}});
    ASSERT_EQ(played.asked.size(), 2u);
    EXPECT_EQ(played.asked[0].method, "POST");
    EXPECT_EQ(played.asked[0].authorization, "api");
    EXPECT_EQ(played.asked[0].headers.at(0).value, "test-key");
    EXPECT_TRUE(played.asked[0].repeat_is_safe);
    EXPECT_EQ(played.asked[1].url, "https://psp.test/orders/X7");
    EXPECT_EQ(played.outcome().provider_ref, "ref");
}

TEST_F(Boundary, TellsWhatWasNeverSentFromWhatNobodyKnows) {
    EXPECT_EQ(begin("", {failing(wire::HttpFailure::NotSent)}).outcome().kind, OutcomeKind::NotSent);
    EXPECT_EQ(begin("", {failing(wire::HttpFailure::NoReply)}).outcome().kind, OutcomeKind::Unknown);
    EXPECT_EQ(begin("", {failing(wire::HttpFailure::TooLarge)}).outcome().kind, OutcomeKind::Unknown);
}

TEST_F(Boundary, RefusesToGoOnFromARecordOfAnotherRequest) {
    auto& recorded = plugin.context.exchanges.emplace_back();
    recorded.request_digest = 12345;
    recorded.failure = wire::HttpFailure::None;
    EXPECT_EQ(begin("").error().code, "replay_diverged");
}

TEST_F(Boundary, AsksForTheExchangeThoughThePluginCaughtEverything) {
    EXPECT_EQ(begin("swallow").unanswered().url, "https://psp.test/a");
}

TEST_F(Boundary, TurnsEveryExceptionIntoAnError) {
    const auto busy = begin("fail").error();
    EXPECT_EQ(busy.code, "provider_busy");
    EXPECT_TRUE(busy.retryable);
    EXPECT_EQ(busy.retry_after_ms, 1500u);
    EXPECT_EQ(begin("throw").error().message, "broken");
    EXPECT_EQ(begin("throw_oddly").error().code, "plugin_failed");
}

TEST_F(Boundary, AnswersAfterAnErrorAsBefore) {
    begin("throw");
    EXPECT_EQ(begin("", {failing(wire::HttpFailure::NotSent)}).outcome().kind, OutcomeKind::NotSent);
}

TEST_F(Boundary, SaysThatItLacksAMethod) {
    wire::RequestT request;
    request.ask.Set(CaptureRequestT());
    request.ask.AsCaptureRequest()->attempt = std::move(attempt().attempt);
    EXPECT_EQ(plugin.call(NOREN_GATEWAY_CAPTURE, request).code, -ENOSYS);
    EXPECT_EQ(plugin.call(999, request).code, -ENOSYS);
}

TEST_F(Boundary, RefusesARequestOfAnotherMethodOrWithoutItsAttempt) {
    wire::RequestT request;
    EXPECT_EQ(plugin.call(NOREN_GATEWAY_BEGIN, request).code, -EINVAL);
    request.ask.Set(StatusRequestT());
    EXPECT_EQ(plugin.call(NOREN_GATEWAY_BEGIN, request).code, -EINVAL);
    request.ask.Set(attempt());
    request.ask.AsBeginRequest()->attempt->amount->currency = "ZZZ";
    EXPECT_EQ(plugin.call(NOREN_GATEWAY_BEGIN, request).code, -EINVAL);
}

std::vector<std::uint8_t> request_bytes() {
    wire::RequestT request;
    request.context = std::make_unique<wire::ContextT>();
    request.ask.Set(attempt());
    Builder builder;
    builder.Finish(wire::CreateRequest(builder, &request));
    return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

TEST_F(Boundary, SurvivesTruncatedAndMutatedRequests) {
    const auto bytes = request_bytes();
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        const std::vector<std::uint8_t> part(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
        const auto code = plugin.call(NOREN_GATEWAY_BEGIN, part).code;
        EXPECT_TRUE(code == 0 || code == -EINVAL) << size << " bytes gave " << code;
    }
    std::uint32_t seed = 7;
    for (int round = 0; round < 20000; ++round) {
        auto mutant = bytes;
        for (int flip = 0; flip < 3; ++flip) {
            seed = seed * 1664525u + 1013904223u;
            mutant[(seed >> 8) % mutant.size()] = static_cast<std::uint8_t>(seed >> 24);
        }
        const auto reply = plugin.call(NOREN_GATEWAY_BEGIN, mutant);
        EXPECT_TRUE(reply.code == 0 || reply.code == -EINVAL) << reply.code;
        EXPECT_EQ(reply.code == 0, !reply.bytes.empty());
    }
}

TEST_F(Boundary, ReadsARequestThatLiesAtAnOddAddress) {
    auto bytes = request_bytes();
    const auto size = bytes.size();
    bytes.insert(bytes.begin(), 0);
    RawReply reply;
    const noren_sink sink{sizeof(noren_sink), 0, &reply, [](void* ctx, noren_bytes put) -> std::int32_t {
                              static_cast<RawReply*>(ctx)->bytes.assign(put.data, put.data + put.size);
                              return 0;
                          }};
    void* self = nullptr;
    Builder builder;
    const auto opened = provider_at("https://psp.test");
    builder.Finish(wire::CreateSettings(builder, &opened));
    ASSERT_EQ(noren_plugin_v1()->open(nullptr, {builder.GetBufferPointer(), builder.GetSize()}, &self, &sink), 0);
    EXPECT_EQ(noren_plugin_v1()->call(self, NOREN_GATEWAY_BEGIN, {bytes.data() + 1, size}, &sink), 0);
    EXPECT_FALSE(reply.bytes.empty());
    noren_plugin_v1()->close(self);
}

TEST_F(Boundary, PassesOnThatItsReplyWasNotTaken) {
    const noren_sink full{sizeof(noren_sink), 0, nullptr, [](void*, noren_bytes) -> std::int32_t { return -EMSGSIZE; }};
    void* self = nullptr;
    Builder builder;
    const auto opened = provider_at("https://psp.test");
    builder.Finish(wire::CreateSettings(builder, &opened));
    ASSERT_EQ(noren_plugin_v1()->open(nullptr, {builder.GetBufferPointer(), builder.GetSize()}, &self, &full), 0);
    const auto bytes = request_bytes();
    EXPECT_EQ(noren_plugin_v1()->call(self, NOREN_GATEWAY_BEGIN, {bytes.data(), bytes.size()}, &full), -EMSGSIZE);
    noren_plugin_v1()->close(self);
}

TEST(Opening, NamesTheSettingThatIsWrong) {
    try {
        PluginUnderTest plugin(provider_at(""));
        FAIL() << "opened";
    } catch (const RefusedToOpen& refused) {
        EXPECT_THAT(refused.what(), ::testing::HasSubstr("bad_setting: gateways.provoked.base: is empty"));
    }
    EXPECT_THROW(PluginUnderTest(settings(map({{"base", integer(7)}}))), RefusedToOpen);
    EXPECT_THROW(PluginUnderTest(settings(map())), RefusedToOpen);
}

TEST(Opening, MayLog) {
    PluginUnderTest plugin(provider_at("https://psp.test"));
    EXPECT_THAT(plugin.log(), ::testing::ElementsAre("opened"));
}

TEST(SettingsOfAPlugin, KnowWhereEachValueStands) {
    Builder builder;
    const auto written = settings(
        map({{"methods", map({{"card", map({{"except", texts({"PE", "VN"})}, {"limit", money(500, "JPY")}})}})}}),
        "payment");
    builder.Finish(wire::CreateSettings(builder, &written));
    const Settings read(builder.GetBufferPointer(), builder.GetSize());
    const auto card = read["methods"]["card"];
    EXPECT_EQ(card["except"][1].path(), "payment.methods.card.except[1]");
    EXPECT_EQ(card["except"].items().at(1).text(), "VN");
    EXPECT_EQ(card["limit"].money(), Money(500, JPY));
    EXPECT_EQ(read["methods"].items().at(0).key(), "card");
    EXPECT_FALSE(card["absent"]["deeper"]);
    EXPECT_EQ(card["absent"]["deeper"].path(), "payment.methods.card.absent.deeper");
    EXPECT_THROW(card["absent"].integer(), SettingError);
    EXPECT_THROW(card["limit"].text(), SettingError);
}

TEST(Digest, IsTheSameForThePackedAndTheUnpackedRequestAndDiffersByEveryField) {
    wire::HttpRequestT request;
    request.method = "POST";
    request.url = "https://psp.test/orders";
    request.headers.emplace_back().name = "A";
    request.body = {'{', '}'};
    request.authorization = "api";
    const auto whole = digest_of(request);
    EXPECT_EQ(whole, digest_of(request));
    for (const auto change : {0, 1, 2, 3, 4, 5}) {
        auto other = request;
        if (change == 0) other.method = "PUT";
        if (change == 1) other.url += "/";
        if (change == 2) other.headers[0].name = "B";
        if (change == 3) other.headers[0].value = "A";
        if (change == 4) other.body[0] = '[';
        if (change == 5) other.authorization.clear();
        EXPECT_NE(whole, digest_of(other)) << change;
    }
}

TEST(Cutting, NeverHalvesACharacter) {
    EXPECT_EQ(cut("暖簾", 4), "暖");
    EXPECT_EQ(cut("暖簾", 2), "");
    EXPECT_EQ(cut("noren", 9), "noren");
}

}  // namespace
