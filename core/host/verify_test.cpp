#include "host/verify.hpp"

#include <gmock/gmock.h>
#include <noren/abi.h>

#include <random>

#include "host/reply.hpp"
#include "host/text.hpp"

namespace noren::host {
namespace {

using ::testing::HasSubstr;

template <class Answer>
Bytes bytes_of(Answer answer) {
    wire::ReplyT reply;
    reply.answer.Set(std::move(answer));
    noren_fb::FlatBufferBuilder builder;
    builder.Finish(wire::Reply::Pack(builder, &reply));
    return Bytes::copy_of({builder.GetBufferPointer(), builder.GetSize()});
}

/// What is wrong with an answer to `method`; empty when nothing is.
template <class Answer>
std::string flaw(std::uint32_t method, Answer answer) {
    const auto reply = Reply::read(bytes_of(std::move(answer)));
    if (!reply) return reply.error();
    const auto verified = verify_answer(method, **reply);
    return verified ? "" : verified.error();
}

std::unique_ptr<wire::MoneyT> money(std::int64_t minor, const std::string& currency = "JPY") {
    auto made = std::make_unique<wire::MoneyT>();
    made->minor = minor;
    made->currency = currency;
    return made;
}

wire::QuoteT quote(const std::string& service) {
    wire::QuoteT made;
    made.service = service;
    made.name = "By air – 航空便";
    made.price = money(1200);
    made.min_days = 2;
    made.max_days = 6;
    return made;
}

wire::QuotesT quotes(std::vector<wire::QuoteT> list) {
    wire::QuotesT made;
    made.quotes = std::move(list);
    return made;
}

template <class Change>
std::string flaw_of_quote(Change change) {
    auto made = quote("ems");
    change(made);
    return flaw(NOREN_CARRIER_QUOTES, quotes({std::move(made)}));
}

wire::ReasonT reason(const std::string& code, const std::string& path = "") {
    wire::ReasonT made;
    made.code = code;
    made.path = path;
    made.severity = wire::Severity::Refusal;
    return made;
}

TEST(Verify, TakesGoodQuotes) {
    EXPECT_EQ(flaw(NOREN_CARRIER_QUOTES, quotes({quote("ems"), quote("SAL-1")})), "");
    EXPECT_EQ(flaw(NOREN_CARRIER_QUOTES, quotes({})), "");
}

TEST(Verify, RefusesPricesThatAreNone) {
    EXPECT_THAT(flaw_of_quote([](auto& q) { q.price->minor = -1; }), HasSubstr("negative"));
    EXPECT_THAT(flaw_of_quote([](auto& q) { q.price->currency = "XXX"; }), HasSubstr("currency"));
    EXPECT_THAT(flaw_of_quote([](auto& q) { q.price->currency = "jpy"; }), HasSubstr("currency"));
    EXPECT_THAT(flaw_of_quote([](auto& q) { q.price = nullptr; }), HasSubstr("missing"));
    EXPECT_THAT(flaw_of_quote([](auto& q) { q.price->minor = INT64_MAX; }), HasSubstr("beyond"));
    EXPECT_THAT(flaw_of_quote([](auto& q) { q.insured_up_to = money(-5); }), HasSubstr("insured"));
}

TEST(Verify, RefusesDaysThatRunBackwards) {
    EXPECT_THAT(flaw_of_quote([](auto& q) { q.min_days = 7; }), HasSubstr("days"));
    EXPECT_THAT(flaw_of_quote([](auto& q) { q.min_days = -1; }), HasSubstr("days"));
    EXPECT_THAT(flaw_of_quote([](auto& q) { q.max_days = 4000; }), HasSubstr("days"));
}

TEST(Verify, RefusesTextsThatAreNoneOrTooLong) {
    EXPECT_THAT(flaw_of_quote([](auto& q) { q.name = "\xC0\xAF"; }), HasSubstr("UTF-8"));
    EXPECT_THAT(flaw_of_quote([](auto& q) { q.name = std::string(201, 'a'); }), HasSubstr("too long"));
    EXPECT_THAT(flaw_of_quote([](auto& q) { q.service = "e m s"; }), HasSubstr("spaces"));
    EXPECT_THAT(flaw_of_quote([](auto& q) { q.service = ""; }), HasSubstr("missing"));
}

TEST(Verify, RefusesServicesOfTheSameCodeAndTooMany) {
    EXPECT_THAT(flaw(NOREN_CARRIER_QUOTES, quotes({quote("ems"), quote("air"), quote("ems")})),
                HasSubstr("same service"));
    std::vector<wire::QuoteT> many;
    for (int i = 0; i < 65; ++i) many.push_back(quote("s" + std::to_string(i)));
    EXPECT_THAT(flaw(NOREN_CARRIER_QUOTES, quotes(std::move(many))), HasSubstr("too many"));
}

TEST(Verify, RefusesAnswersToAnotherMethod) {
    EXPECT_THAT(flaw(NOREN_GATEWAY_BEGIN, quotes({})), HasSubstr("does not answer"));
    EXPECT_THAT(flaw(NOREN_CARRIER_QUOTES, wire::VerdictT{}), HasSubstr("does not answer"));
    wire::NeedHttpT need;
    need.request = std::make_unique<wire::HttpRequestT>();
    need.request->method = "GET";
    need.request->url = "https://example.com/";
    EXPECT_EQ(flaw(NOREN_GATEWAY_BEGIN, wire::NeedHttpT(need)), "");
    EXPECT_THAT(flaw(NOREN_POLICY_DECIDE, wire::NeedHttpT(need)), HasSubstr("does not answer"));
}

TEST(Verify, RefusesReasonsWithoutAStableCodeOrAWellFormedPath) {
    const auto of = [](wire::ReasonT one) {
        wire::VerdictT verdict;
        verdict.effect = wire::Effect::Deny;
        verdict.reasons.push_back(std::move(one));
        return flaw(NOREN_POLICY_DECIDE, std::move(verdict));
    };
    EXPECT_EQ(of(reason("not_to_there", "payment.methods.card.except_countries[1]")), "");
    EXPECT_EQ(of(reason("not_to_there")), "");
    EXPECT_THAT(of(reason("Not to there")), HasSubstr("code"));
    EXPECT_THAT(of(reason("")), HasSubstr("code"));
    EXPECT_THAT(of(reason(std::string(65, 'a'))), HasSubstr("too long"));
    EXPECT_THAT(of(reason("ok", "payment..methods[")), HasSubstr("malformed"));
    auto far = reason("ok");
    far.line = -2;
    EXPECT_THAT(of(far), HasSubstr("no line"));
}

TEST(Verify, RefusesVerdictsOutOfRange) {
    wire::VerdictT verdict;
    verdict.limits.emplace_back().at_most = -1;
    EXPECT_THAT(flaw(NOREN_POLICY_DECIDE, std::move(verdict)), HasSubstr("limit"));
    verdict = {};
    verdict.fees.emplace_back().code = "cod";
    verdict.fees.back().amount = money(-200);
    EXPECT_THAT(flaw(NOREN_POLICY_DECIDE, std::move(verdict)), HasSubstr("negative"));
    verdict = {};
    verdict.due = std::make_unique<wire::DueT>();
    verdict.due->within = std::make_unique<wire::SpanValueT>();
    verdict.due->within->count = 7;
    verdict.due->within->unit = "w";
    EXPECT_THAT(flaw(NOREN_POLICY_DECIDE, std::move(verdict)), HasSubstr("unit"));
    verdict = {};
    verdict.conduct = std::make_unique<wire::ConductActionT>();
    verdict.conduct->step = "banish";
    EXPECT_THAT(flaw(NOREN_POLICY_DECIDE, std::move(verdict)), HasSubstr("step"));
    verdict = {};
    verdict.lines.emplace_back().line = -1;
    EXPECT_THAT(flaw(NOREN_POLICY_DECIDE, std::move(verdict)), HasSubstr("line"));
    verdict = {};
    verdict.offence_weight = -1;
    EXPECT_THAT(flaw(NOREN_POLICY_DECIDE, std::move(verdict)), HasSubstr("weight"));
    verdict = {};
    verdict.overdue = std::make_unique<wire::OverdueActionT>();
    verdict.overdue->bar_whom = "everybody";
    EXPECT_THAT(flaw(NOREN_POLICY_DECIDE, std::move(verdict)), HasSubstr("barred"));
    verdict = {};
    verdict.mails.emplace_back().template_ = "../secrets";
    EXPECT_THAT(flaw(NOREN_POLICY_DECIDE, std::move(verdict)), HasSubstr("template"));
}

TEST(Verify, RefusesAddressesThatABrowserShouldNotBeSentTo) {
    const auto of = [](const std::string& address) {
        wire::OutcomeT outcome;
        outcome.kind = wire::OutcomeKind::Pending;
        outcome.awaiting = wire::Awaiting::CustomerApproval;
        outcome.redirect_url = address;
        return flaw(NOREN_GATEWAY_BEGIN, std::move(outcome));
    };
    EXPECT_EQ(of("https://www.paypal.com/checkoutnow?token=5O190127TN364715T"), "");
    for (const std::string bad :
         {"javascript:alert(1)", "//evil.example", "https://", "https://user@evil.example/",
          "https://a.example/\r\nX: y", "https://a.example\\@b.example/", "HTTPS ://a.example"}) {
        EXPECT_THAT(of(bad), HasSubstr("address to approve at")) << bad;
    }
    EXPECT_THAT(of(""), HasSubstr("no address"));
}

TEST(Verify, RefusesAVerifiedWebhookThatCannotBeDeduplicated) {
    wire::WebhookEventT event;
    event.verified = true;
    EXPECT_THAT(flaw(NOREN_GATEWAY_WEBHOOK, wire::WebhookEventT(event)), HasSubstr("event's id"));
    event.event_id = "WH-1";
    EXPECT_EQ(flaw(NOREN_GATEWAY_WEBHOOK, wire::WebhookEventT(event)), "");
}

TEST(Verify, AForgedWebhookCannotPutAGatewayInTheWrong) {
    wire::WebhookEventT event;
    event.event_id = "of whoever\nsent it \xFF";
    EXPECT_EQ(flaw(NOREN_GATEWAY_WEBHOOK, std::move(event)), "");
}

TEST(Verify, ManyReasonsThatShareOneTextAreRefusedBeforeAnybodyCopiesThem) {
    noren_fb::FlatBufferBuilder builder;
    const auto code = builder.CreateString("code");
    const auto value = builder.CreateString(std::string(512, 'a'));
    const auto parameter = wire::CreateParameter(builder, code, value);
    const auto parameters = builder.CreateVector(std::vector(16, parameter));
    const auto one = wire::CreateReason(builder, code, wire::Severity::Refusal, 0, parameters);
    const auto reasons = builder.CreateVector(std::vector(64, one));
    const auto name = builder.CreateString("m");
    std::vector<noren_fb::Offset<wire::MethodVerdict>> methods(8);
    for (auto& method : methods) method = wire::CreateMethodVerdict(builder, name, wire::Effect::Deny, reasons);
    const auto verdict = wire::CreateVerdict(builder, wire::Effect::Deny, reasons, 0, builder.CreateVector(methods));
    builder.Finish(wire::CreateReply(builder, wire::Answer::Verdict, verdict.Union()));
    ASSERT_LT(builder.GetSize(), 8U * 1024);  // and would be 4 MB of strings

    const auto reply = Reply::read(Bytes::copy_of({builder.GetBufferPointer(), builder.GetSize()}));
    ASSERT_TRUE(reply) << "the structural verifier counts tables only";
    const auto verified = verify_answer(NOREN_POLICY_DECIDE, **reply);
    ASSERT_FALSE(verified);
    EXPECT_THAT(verified.error(), HasSubstr("too much"));
}

TEST(Verify, AHundredThousandMutatedRepliesAreReadSafely) {
    wire::VerdictT verdict;
    verdict.effect = wire::Effect::Deny;
    for (int i = 0; i < 3; ++i) {
        verdict.reasons.push_back(reason("too_many", "sale.at_most_per_line"));
        verdict.limits.emplace_back().at_most = i;
    }
    wire::OutcomeT outcome;
    outcome.kind = wire::OutcomeKind::Pending;
    outcome.redirect_url = "https://example.com/approve";
    outcome.amount = money(1500);
    wire::NeedHttpT need;
    need.request = std::make_unique<wire::HttpRequestT>();
    need.request->method = "POST";
    need.request->url = "https://example.com/orders";
    need.request->headers.emplace_back().name = "prefer";
    const std::array<std::pair<std::uint32_t, Bytes>, 4> good{
        std::pair{std::uint32_t{NOREN_CARRIER_QUOTES}, bytes_of(quotes({quote("ems"), quote("air"), quote("sal")}))},
        std::pair{std::uint32_t{NOREN_POLICY_DECIDE}, bytes_of(std::move(verdict))},
        std::pair{std::uint32_t{NOREN_GATEWAY_BEGIN}, bytes_of(std::move(outcome))},
        std::pair{std::uint32_t{NOREN_GATEWAY_STATUS}, bytes_of(std::move(need))}};
    std::mt19937 random(2016);
    int sound = 0;
    for (int round = 0; round < 100'000; ++round) {
        const auto& [method, bytes] = good[random() % good.size()];
        Bytes mutant =
            Bytes::copy_of(bytes.view().first(random() % 16 == 0 ? 1 + random() % bytes.size() : bytes.size()));
        for (auto changes = random() % 5; changes > 0; --changes) {
            mutant.data()[random() % mutant.size()] = static_cast<std::uint8_t>(random());
        }
        const auto reply = Reply::read(std::move(mutant));
        if (!reply || !verify_answer(method, **reply)) continue;
        ++sound;
        const std::unique_ptr<wire::ReplyT> copy((*reply)->UnPack());  // what passes can be taken apart
    }
    EXPECT_GT(sound, 10'000);
    EXPECT_LT(sound, 90'000);
}

TEST(Text, KnowsUtf8) {
    for (const char* good :
         {"", "plain", "暖簾", "\U0001F4E6 parcel", "\xED\x9F\xBF", "\xF4\x8F\xBF\xBF", "12345678é"}) {
        EXPECT_TRUE(is_utf8(good)) << good;
    }
    for (const char* bad : {"\x80", "\xC0\x80", "\xC3", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80",
                            "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "12345678\xFF", "1234567\xE6\x9A"}) {
        EXPECT_FALSE(is_utf8(bad)) << bad;
    }
}

TEST(Text, IsTamedToOneLine) {
    EXPECT_EQ(tamed("a\nb\x1B[31m\xFF", 100), "a?b?[31m?");
    EXPECT_EQ(tamed("暖簾", 5), "暖");
}

}  // namespace
}  // namespace noren::host
