// The paypal plugin against the simulator: two processes, real HTTP. Whatever goes wrong between them, the simulator's
// book and what the plugin says agree in the end, and nobody is charged twice.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <noren/gateway.hpp>
#include <noren/testing.hpp>
#include <thread>

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::asio::ip::tcp;
using namespace noren;
namespace scripted = noren::testing;
using nlohmann::json;
using HttpResponse = http::response<http::string_body>;

std::int64_t now_us() {
    return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

class Simulator {
public:
    Simulator() {
        int out[2];
        if (::pipe(out) != 0) throw std::runtime_error("pipe");
        process_ = ::fork();
        if (process_ == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            ::dup2(out[1], 1);
            ::execl(SIMULATOR, SIMULATOR, "--client", "shop:secret", nullptr);
            ::_exit(127);
        }
        ::close(out[1]);
        std::string line;
        for (char c = 0; ::read(out[0], &c, 1) == 1 && c != '\n';) line += c;
        ::close(out[0]);
        port_ = json::parse(line).at("port");
        token_ = json::parse(send("POST", "/v1/oauth2/token", "grant_type=client_credentials",
                                  {{"Authorization", "Basic c2hvcDpzZWNyZXQ="}})
                                 .body())
                     .at("access_token");
    }
    ~Simulator() {
        ::kill(process_, SIGTERM);
        ::waitpid(process_, nullptr, 0);
    }
    Simulator(const Simulator&) = delete;
    Simulator& operator=(const Simulator&) = delete;

    std::string address() const { return "http://127.0.0.1:" + std::to_string(port_); }
    const std::string& token() const { return token_; }

    /// One exchange, given up after `patience`.
    HttpResponse send(const std::string& method, const std::string& target, const std::string& body,
                      const std::vector<std::pair<std::string, std::string>>& headers = {}) const {
        asio::io_context context;
        tcp::socket socket(context);
        socket.connect({asio::ip::address_v4::loopback(), port_});
        const timeval patience{0, 400'000};
        ::setsockopt(socket.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        std::string text =
            method + " " + target +
            " HTTP/1.1\r\nHost: simulator\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) +
            "\r\n";
        for (const auto& [name, value] : headers) text += name + ": " + value + "\r\n";
        text += "\r\n" + body;
        asio::write(socket, asio::buffer(text));
        http::response_parser<http::string_body> parser;
        parser.body_limit(1 << 20);
        parser.eager(true);
        boost::system::error_code error;
        std::string pending;
        for (std::array<char, 65536> chunk{}; !parser.is_done();) {
            const auto size = ::recv(socket.native_handle(), chunk.data(), chunk.size(), 0);
            if (size <= 0) throw std::runtime_error("no reply");
            pending.append(chunk.data(), static_cast<std::size_t>(size));
            pending.erase(0, parser.put(asio::buffer(pending), error));
            if (error && error != http::error::need_more) throw std::runtime_error(error.message());
        }
        return parser.release();
    }

    json control(const json& what, const std::string& path = "/_control") const {
        return json::parse(send("POST", path, what.dump()).body());
    }
    void misbehave(const std::string& on, const std::string& what) const {
        control({{"faults", json::array({{{"on", on}, {"what", what}}})}});
    }
    /// The units of all orders of the attempt.
    json book(const std::string& attempt) const {
        json units = json::array();
        const auto found = json::parse(send("GET", "/_book?attempt=" + attempt, "").body());
        for (const auto& order : found["orders"]) units.push_back(order["units"][0]);
        return units;
    }

private:
    pid_t process_ = -1;
    std::uint16_t port_ = 0;
    std::string token_;
};

/// A shop with the plugin, doing what the host does: making its exchanges and keeping its attempt.
class Shop {
public:
    explicit Shop(Simulator& simulator, std::string id)
        : simulator_(simulator),
          paypal_(scripted::settings(scripted::map({{"environment", scripted::text("simulator")},
                                                    {"base_url", scripted::text(simulator.address())},
                                                    {"webhook_id", scripted::text("HOOK1")},
                                                    {"landing_page", scripted::text("no_preference")},
                                                    {"echecks", scripted::text("accept")}}),
                                     "gateways.paypal")) {
        attempt.id = std::move(id);
        attempt.amount = wire_money({1500, JPY});
        attempt.order_number = "N-1";
        attempt.return_url = "http://shop.localhost/back";
        attempt.cancel_url = "http://shop.localhost/cancel";
        attempt.begun_us = now_us();
    }

    OutcomeT begin() { return keep(ask<BeginRequestT>(NOREN_GATEWAY_BEGIN)); }
    OutcomeT capture() { return keep(ask<CaptureRequestT>(NOREN_GATEWAY_CAPTURE)); }
    OutcomeT status() { return keep(ask<StatusRequestT>(NOREN_GATEWAY_STATUS)); }
    WebhookEventT webhook(const WebhookRequestT& message) {
        return *call(NOREN_GATEWAY_WEBHOOK, message).answer.AsWebhookEvent();
    }
    OutcomeT refund(std::int64_t minor, const std::string& id) {
        RefundRequestT request;
        request.attempt = std::make_unique<AttemptT>(attempt);
        request.amount = wire_money({minor, JPY});
        request.refund_id = id;
        return *call(NOREN_GATEWAY_REFUND, request).answer.AsOutcome();
    }

    /// The customer's browser on the approval page.
    void approve(const std::string& funding = "balance") {
        const auto target = attempt_link.substr(simulator_.address().size());
        const auto answer = simulator_.send("POST", target, "decision=approve&funding=" + funding);
        ASSERT_EQ(answer.result_int(), 303u);
    }

    AttemptT attempt;
    std::string attempt_link;
    std::int64_t later_us = 0;

private:
    template <class Ask>
    OutcomeT ask(std::uint32_t method) {
        Ask request;
        request.attempt = std::make_unique<AttemptT>(attempt);
        return *call(method, request).answer.AsOutcome();
    }

    OutcomeT keep(OutcomeT outcome) {
        if (!outcome.provider_ref.empty()) attempt.provider_ref = outcome.provider_ref;
        if (!outcome.capture_ref.empty()) attempt.capture_ref = outcome.capture_ref;
        if (!outcome.redirect_url.empty()) attempt_link = outcome.redirect_url;
        return outcome;
    }

    template <class Ask>
    wire::ReplyT call(std::uint32_t method, const Ask& ask) {
        wire::RequestT request;
        request.context = std::make_unique<wire::ContextT>();
        request.context->now_us = now_us() + later_us;
        request.context->idempotency_key = attempt.id + "-" + std::to_string(method);
        request.ask.Set(Ask(ask));
        for (;;) {
            auto reply = paypal_.reply_of(paypal_.call(method, request));
            const auto* needed = reply.answer.AsNeedHttp();
            if (!needed) return reply;
            request.context->exchanges.push_back(exchange(*needed->request));
        }
    }

    wire::HttpExchangeT exchange(const wire::HttpRequestT& request) {
        wire::HttpExchangeT made;
        made.request_digest = digest_of(request);
        std::vector<std::pair<std::string, std::string>> headers{{"Authorization", "Bearer " + simulator_.token()}};
        for (const auto& header : request.headers) headers.emplace_back(header.name, header.value);
        try {
            const auto reply = simulator_.send(request.method, request.url.substr(simulator_.address().size()),
                                               {request.body.begin(), request.body.end()}, headers);
            made.failure = wire::HttpFailure::None;
            made.status = static_cast<int>(reply.result_int());
            made.body.assign(reply.body().begin(), reply.body().end());
        } catch (const std::exception&) {
            made.failure = wire::HttpFailure::NoReply;
        }
        return made;
    }

    Simulator& simulator_;
    scripted::PluginUnderTest paypal_;
};

/// Takes one webhook delivery, answers it 200, and gives it as the core would hand it to the plugin.
class WebhookTarget {
public:
    WebhookTarget() : acceptor_(context_, {asio::ip::address_v4::loopback(), 0}) {}
    std::string url() const {
        return "http://shop.localhost:" + std::to_string(acceptor_.local_endpoint().port()) + "/hook";
    }
    WebhookRequestT take() {
        tcp::socket socket(context_);
        acceptor_.accept(socket);
        boost::beast::flat_buffer buffer;
        http::request<http::string_body> message;
        http::read(socket, buffer, message);
        http::write(socket, http::response<http::empty_body>(http::status::ok, 11));
        WebhookRequestT request;
        for (const auto& field : message) {
            auto& header = request.headers.emplace_back();
            header.name = std::string(field.name_string());
            header.value = std::string(field.value());
        }
        request.body.assign(message.body().begin(), message.body().end());
        request.received_us = now_us();
        return request;
    }

private:
    asio::io_context context_;
    tcp::acceptor acceptor_;
};

}  // namespace

TEST(PayPalGateway, IsPaidOnceByACustomerWhoApproves) {
    Simulator simulator;
    Shop shop(simulator, "1");
    ASSERT_EQ(shop.begin().awaiting, Awaiting::CustomerApproval);
    EXPECT_EQ(shop.capture().awaiting, Awaiting::CustomerApproval) << "not approved yet";
    shop.approve();
    EXPECT_EQ(shop.status().awaiting, Awaiting::Capture);
    EXPECT_EQ(shop.capture().kind, OutcomeKind::Done);
    EXPECT_EQ(shop.capture().kind, OutcomeKind::Done) << "a repeat";
    EXPECT_EQ(shop.status().kind, OutcomeKind::Done);
    const auto book = simulator.book("1");
    ASSERT_EQ(book.size(), 1u);
    EXPECT_EQ(book[0]["capture"]["minor"], 1500);
    EXPECT_EQ(shop.refund(500, "R1").kind, OutcomeKind::Done);
    EXPECT_EQ(shop.refund(500, "R1").kind, OutcomeKind::Done) << "a repeat";
    EXPECT_EQ(shop.refund(1001, "R2").kind, OutcomeKind::Refused);
    EXPECT_EQ(simulator.book("1")[0]["capture"]["refunded_minor"], 500);
}

TEST(PayPalGateway, ReturnsMoneyOnceThoughTheAnswerWasLost) {
    Simulator simulator;
    Shop shop(simulator, "1");
    shop.begin();
    shop.approve();
    ASSERT_EQ(shop.capture().kind, OutcomeKind::Done);
    simulator.misbehave("refund", "no_reply_after");
    EXPECT_EQ(shop.refund(600, "R1").kind, OutcomeKind::Unknown);
    const auto found = shop.refund(600, "R1");
    EXPECT_EQ(found.kind, OutcomeKind::Done);
    EXPECT_FALSE(found.refund_ref.empty());
    EXPECT_EQ(simulator.book("1")[0]["capture"]["refunded_minor"], 600);
    EXPECT_EQ(shop.refund(900, "R2").kind, OutcomeKind::Done) << "the rest";
    EXPECT_EQ(simulator.book("1")[0]["capture"]["refunded_minor"], 1500);
}

TEST(PayPalGateway, LetsACustomerTryOtherMeansAfterADecline) {
    Simulator simulator;
    Shop shop(simulator, "2");
    shop.begin();
    shop.approve("declined_card");
    const auto declined = shop.capture();
    EXPECT_EQ(declined.awaiting, Awaiting::CustomerApproval);
    EXPECT_EQ(declined.redirect_url, shop.attempt_link);
    shop.approve("balance");
    EXPECT_EQ(shop.capture().kind, OutcomeKind::Done);
}

TEST(PayPalGateway, WaitsForAnECheck) {
    Simulator simulator;
    for (const bool cleared : {true, false}) {
        Shop shop(simulator, cleared ? "3" : "4");
        shop.begin();
        shop.approve("echeck");
        EXPECT_EQ(shop.capture().awaiting, Awaiting::Clearing);
        EXPECT_EQ(shop.status().awaiting, Awaiting::Clearing);
        simulator.control({{"cleared", cleared}}, "/_control/captures/" + shop.attempt.capture_ref);
        EXPECT_EQ(shop.status().kind, cleared ? OutcomeKind::Done : OutcomeKind::Refused);
    }
}

TEST(PayPalGateway, SettlesEveryLostOrSpoiltReplyWithoutChargingTwice) {
    Simulator simulator;
    int id = 100;
    for (const char* what : {"no_reply_before", "no_reply_after", "error_before", "error_after", "busy", "garbage",
                             "html", "truncate", "cut", "flood", "redirect", "duplicate_key"}) {
        Shop shop(simulator, std::to_string(++id));
        simulator.misbehave("create", what);
        EXPECT_EQ(shop.begin().kind, OutcomeKind::Unknown) << what;
        EXPECT_EQ(shop.status().awaiting, Awaiting::CustomerApproval) << what;
        shop.approve();
        simulator.misbehave("capture", what);
        EXPECT_EQ(shop.capture().kind, OutcomeKind::Unknown) << what;
        const bool taken = shop.status().kind == OutcomeKind::Done;
        EXPECT_EQ((taken ? shop.status() : shop.capture()).kind, OutcomeKind::Done) << what;
        const auto book = simulator.book(shop.attempt.id);
        ASSERT_EQ(book.size(), 1u) << what;
        EXPECT_EQ(book[0]["capture"]["status"], "COMPLETED") << what;
    }
    for (const char* what : {"wrong_amount", "wrong_currency", "float_amount"}) {
        Shop shop(simulator, std::to_string(++id));
        shop.begin();
        shop.approve();
        simulator.misbehave("capture", what);
        EXPECT_EQ(shop.capture().kind, OutcomeKind::Unknown) << what;
        EXPECT_EQ(shop.status().kind, OutcomeKind::Done) << what;
    }
}

TEST(PayPalGateway, GivesUpWhatNobodyApprovedInThreeHours) {
    Simulator simulator;
    Shop shop(simulator, "5");
    shop.begin();
    const std::int64_t later_s = 3 * 3600 + 60;
    simulator.control({{"clock_offset_s", later_s}});
    shop.later_us = later_s * 1'000'000;
    EXPECT_EQ(shop.status().kind, OutcomeKind::Refused);
}

TEST(PayPalGateway, BelievesTheSimulatorsWebhooksAndNoForgery) {
    WebhookTarget target;
    Simulator simulator;
    simulator.control({{"webhook_url", target.url()}, {"webhook_id", "HOOK1"}});
    Shop shop(simulator, "6");
    shop.begin();
    shop.approve();
    auto message = target.take();
    auto event = shop.webhook(message);
    EXPECT_TRUE(event.verified);
    EXPECT_EQ(event.event_type, "CHECKOUT.ORDER.APPROVED");
    EXPECT_EQ(event.attempt_id, "6");
    EXPECT_EQ(event.provider_ref, shop.attempt.provider_ref);

    shop.capture();
    message = target.take();
    event = shop.webhook(message);
    EXPECT_TRUE(event.verified);
    EXPECT_EQ(event.event_type, "PAYMENT.CAPTURE.COMPLETED");
    EXPECT_EQ(event.attempt_id, "6");

    std::string body(message.body.begin(), message.body.end());
    body.replace(body.find("\"1500\""), 6, "\"9999\"");
    message.body.assign(body.begin(), body.end());
    EXPECT_FALSE(shop.webhook(message).verified);
}
