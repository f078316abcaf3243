// What the server does with clients that are ordinary, odd, slow, many or gone.
#include "http/server.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <condition_variable>
#include <fstream>
#include <random>

#include "http/test_connection.hpp"

namespace noren::http {
namespace {

using namespace noren::http::testing;

const std::string get_a = "GET /a HTTP/1.1\r\nHost: shop.test\r\n\r\n";

/// Any function as an application.
class Answering final : public Application {
public:
    explicit Answering(std::function<Response(Request&)> answer) : answer_(std::move(answer)) {}
    Result<std::size_t, Refusal> admit(const Request&) const override { return 1 << 20; }
    Response handle(Request& request) const override { return answer_(request); }

private:
    std::function<Response(Request&)> answer_;
};

/// A door that handlers wait at until the test opens it.
class Door {
public:
    void wait() {
        std::unique_lock lock(mutex_);
        ++waiting_;
        changed_.notify_all();
        changed_.wait(lock, [&] { return open_; });
    }
    void open() {
        std::lock_guard lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }
    void await_waiting(int count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return waiting_ >= count; });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int waiting_ = 0;
    bool open_ = false;
};

class ServerTest : public ::testing::Test {
protected:
    void serve(ServerSettings settings = {}) {
        server = std::make_unique<Server>(std::move(settings), application);
        server->start();
    }
    TestConnection connect() { return TestConnection(server->port()); }

    Remembering application;
    std::unique_ptr<Server> server;
};

void wait_until(const std::function<bool()>& done) {
    for (int i = 0; i < 500 && !done(); ++i) std::this_thread::sleep_for(10ms);
    ASSERT_TRUE(done());
}

TEST_F(ServerTest, AnswersOneRequestAfterAnotherOnOneConnection) {
    serve();
    auto client = connect();
    for (int i = 0; i < 3; ++i) {
        client.send(get_a);
        const auto answer = client.read_response();
        EXPECT_EQ(status_of(answer), 200);
        EXPECT_NE(answer.find("GET /a "), std::string::npos);
    }
}

TEST_F(ServerTest, AnswersPipelinedRequestsInTheirOrder) {
    serve();
    auto client = connect();
    std::string all;
    for (int i = 0; i < 200; ++i) all += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: shop.test\r\n\r\n";
    client.send(all);
    for (int i = 0; i < 200; ++i)
        ASSERT_NE(client.read_response().find("GET /" + std::to_string(i) + " "), std::string::npos) << i;
}

TEST_F(ServerTest, AnswersPipelinedRequestsWhenTheClientHasEndedSending) {
    serve();
    auto client = connect();
    client.send(get_a + get_a + get_a);
    client.end_sending();
    EXPECT_EQ(count_of(client.read_to_end(), "HTTP/1.1 200 OK"), 3u);
    EXPECT_TRUE(client.closed());
}

TEST_F(ServerTest, ReadsARequestThatArrivesByteByByte) {
    serve();
    auto client = connect();
    for (const char byte : std::string("POST /a HTTP/1.1\r\nHost: shop.test\r\nTransfer-Encoding: chunked\r\n\r\n"
                                       "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"))
        client.send(std::string(1, byte));
    EXPECT_NE(client.read_response().find("POST /a hello"), std::string::npos);
}

TEST_F(ServerTest, LeavesTheBodyOutOfAnAnswerToHeadButNamesItsLength) {
    serve();
    auto client = connect();
    client.send("HEAD /a HTTP/1.1\r\nHost: shop.test\r\n\r\n");
    const auto answer = client.read_response(false);
    EXPECT_NE(answer.find("Content-Length: 8\r\n"), std::string::npos);
    client.send(get_a);
    EXPECT_EQ(client.read_response().substr(0, 15), "HTTP/1.1 200 OK");
}

TEST_F(ServerTest, AsksForABodyThatAwaits100Continue) {
    serve();
    auto client = connect();
    client.send("POST /a HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.read_response(), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("hello");
    EXPECT_NE(client.read_response().find("POST /a hello"), std::string::npos);
}

TEST_F(ServerTest, RefusesATooLargeBodyInsteadOf100Continue) {
    serve();
    auto client = connect();
    client.send("POST /a HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 99999999\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(status_of(client.read_to_end()), 413);
}

TEST_F(ServerTest, ClosesAfterAnsweringHttp10AndConnectionClose) {
    serve();
    for (const std::string request : {"GET /a HTTP/1.0\r\nHost: shop.test\r\n\r\n",
                                      "GET /a HTTP/1.0\r\nHost: shop.test\r\nConnection: keep-alive\r\n\r\n",
                                      "GET /a HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n\r\n"}) {
        auto client = connect();
        client.send(request);
        const auto answer = client.read_to_end();
        EXPECT_TRUE(client.closed());
        EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos);
    }
}

TEST_F(ServerTest, AnswersAClientThatHasEndedSending) {
    serve();
    auto client = connect();
    client.send(get_a);
    client.end_sending();
    EXPECT_EQ(status_of(client.read_to_end()), 200);
    EXPECT_TRUE(client.closed());
}

TEST_F(ServerTest, Answers408ToAHeadOrBodyThatStaysAway) {
    ServerSettings settings;
    settings.head = settings.body = 300ms;
    serve(settings);
    for (const std::string begun : {"GET / HT", "POST / HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 9\r\n\r\nhi"}) {
        auto client = connect();
        client.send(begun);
        EXPECT_EQ(status_of(client.read_to_end()), 408);
        EXPECT_TRUE(client.closed());
    }
    EXPECT_TRUE(application.take_seen().empty());
}

TEST_F(ServerTest, DoesNotLetATrickleOfBytesPutADeadlineOff) {
    ServerSettings settings;
    settings.head = 500ms;
    serve(settings);
    auto client = connect();
    client.send("GET / HTTP/1.1\r\nHost: shop.test\r\nX: ");
    const auto begun = std::chrono::steady_clock::now();
    while (client.send("a") && std::chrono::steady_clock::now() - begun < 3s) {
        if (status_of(client.read_response(true, 50ms)) == 408) break;
    }
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 2s);
}

TEST_F(ServerTest, ClosesAnIdleConnectionWithoutAWord) {
    ServerSettings settings;
    settings.idle = 300ms;
    serve(settings);
    auto client = connect();
    client.send(get_a);
    client.read_response();
    EXPECT_EQ(client.read_to_end(), "");
    EXPECT_TRUE(client.closed());
}

TEST_F(ServerTest, DropsAReaderThatNeverReads) {
    const auto large = std::make_shared<const std::string>(std::string(16 << 20, 'a'));
    const Answering big([&](Request&) { return Response(200).set_body(large, "text/plain"); });
    ServerSettings settings;
    settings.write = 300ms;
    settings.slowest_bytes_per_second = 64 << 20;
    Server server_with_deadline(settings, big);
    server_with_deadline.start();
    TestConnection reader(server_with_deadline.port());
    reader.send(get_a);
    wait_until([&] { return server_with_deadline.connections() == 1; });
    wait_until([&] { return server_with_deadline.connections() == 0; });
}

TEST_F(ServerTest, SendsALargeAnswerWholeToASlowReader) {
    const auto large = std::make_shared<const std::string>(std::string(8 << 20, 'a'));
    const Answering big([&](Request&) { return Response(200).set_body(large, "text/plain"); });
    Server slow({}, big);
    slow.start();
    TestConnection reader(slow.port());
    reader.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    std::this_thread::sleep_for(300ms);
    const auto answer = reader.read_to_end(20s);
    EXPECT_TRUE(reader.closed());
    EXPECT_EQ(answer.size() - answer.find("\r\n\r\n") - 4, large->size());
}

TEST_F(ServerTest, AnswersWithAnErrorWhenAHandlerThrowsAndGoesOn) {
    const Answering failing([](Request& request) -> Response {
        if (request.target.path == "/bad") throw BadRequest({422, "no_good", "not good"});
        if (request.target.path == "/throw") throw std::runtime_error("secret detail");
        if (request.target.path == "/odd") throw 42;
        return text(200, "fine").set_header("X-Echo", request.body);
    });
    Server other({}, failing);
    other.start();
    TestConnection client(other.port());
    for (const auto& [path, status] :
         std::map<std::string, int>{{"/bad", 422}, {"/throw", 500}, {"/odd", 500}, {"/ok", 200}}) {
        client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
        const auto answer = client.read_response();
        EXPECT_EQ(status_of(answer), status);
        EXPECT_EQ(answer.find("secret"), std::string::npos);
    }
}

TEST_F(ServerTest, NeverLetsAValueSplitAResponse) {
    const Answering echoing([](Request& request) { return text(200, "x").set_header("X-Echo", request.body); });
    Server other({}, echoing);
    other.start();
    TestConnection client(other.port());
    const std::string evil = "a\r\nSet-Cookie: stolen=1\r\n\r\n<html>";
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(evil.size()) + "\r\n\r\n" + evil);
    const auto answer = client.read_response();
    EXPECT_EQ(status_of(answer), 500);
    EXPECT_EQ(answer.find("stolen"), std::string::npos);
}

TEST_F(ServerTest, PutsTheSecurityHeadersAndAnIdOnEveryAnswer) {
    serve();
    for (const auto& request :
         {get_a, std::string("GET / HTTP/1.1\r\n\r\n"), std::string("GET / HTTP/1.1\r\nHost: other\r\n\r\n")}) {
        auto client = connect();
        client.send(request);
        const auto answer = client.read_response();
        for (const auto* header : {"X-Content-Type-Options: nosniff", "Content-Security-Policy: default-src 'none'",
                                   "frame-ancestors 'none'", "Referrer-Policy: ", "Cache-Control: no-store"})
            EXPECT_NE(answer.find(header), std::string::npos) << header;
        EXPECT_EQ(answer.find("Strict-Transport-Security"), std::string::npos);
    }
    auto client = connect();
    client.send(get_a + get_a);
    const auto id = [](const std::string& answer) { return answer.substr(answer.find("X-Request-Id: ") + 14, 13); };
    EXPECT_NE(id(client.read_response()), id(client.read_response()));
}

TEST_F(ServerTest, BelievesAForwardedAddressAndSchemeOnlyFromAConfiguredProxy) {
    const Answering telling(
        [](Request& request) { return text(200, request.scheme + " " + request.peer + " " + request.id); });
    const std::string forwarded =
        "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 10.9.9.9, 203.0.113.7, 10.0.0.2\r\nX-Forwarded-Proto: https\r\n"
        "X-Request-Id: from-the-proxy-1\r\n\r\n";
    {
        Server alone({}, telling);
        alone.start();
        TestConnection client(alone.port());
        client.send(forwarded);
        EXPECT_NE(client.read_response().find("http 127.0.0.1 "), std::string::npos);
    }
    ServerSettings settings;
    settings.trusted_proxies = {"127.0.0.1", "10.0.0.0/24"};
    Server behind(settings, telling);
    behind.start();
    TestConnection client(behind.port());
    client.send(forwarded);
    const auto answer = client.read_response();
    EXPECT_NE(answer.find("https 203.0.113.7 from-the-proxy-1"), std::string::npos) << answer;
    EXPECT_NE(answer.find("Strict-Transport-Security: "), std::string::npos);
}

TEST_F(ServerTest, Answers503WithRetryAfterWhenTooManyWait) {
    Door door;
    const Answering waiting([&](Request&) {
        door.wait();
        return text(200, "done");
    });
    ServerSettings settings;
    settings.workers = 1;
    settings.queue = 2;
    Server busy(settings, waiting);
    busy.start();
    std::vector<TestConnection> clients;
    for (int i = 0; i < 3; ++i) {
        clients.emplace_back(busy.port()).send(get_a);
        if (i == 0) door.await_waiting(1);
    }
    wait_until([&] { return busy.queued() == 2; });
    TestConnection late(busy.port());
    late.send(get_a);
    const auto answer = late.read_response();
    EXPECT_EQ(status_of(answer), 503);
    EXPECT_NE(answer.find("Retry-After: "), std::string::npos);
    door.open();
    for (auto& client : clients) EXPECT_EQ(status_of(client.read_response()), 200);
    late.send(get_a);
    EXPECT_EQ(status_of(late.read_response()), 200) << "the connection stays usable";
}

TEST_F(ServerTest, KeepsOrderAndMemoryWhenAClientFloodsWhileItsRequestIsHandled) {
    Door door;
    const Answering waiting([&](Request& request) {
        if (request.target.path == "/first") door.wait();
        return text(200, request.target.path);
    });
    Server busy({}, waiting);
    busy.start();
    TestConnection client(busy.port());
    client.send("GET /first HTTP/1.1\r\nHost: a\r\n\r\n");
    door.await_waiting(1);
    constexpr int count = 20'000;
    std::thread flood([&] {
        std::string all;
        for (int i = 0; i < count; ++i) all += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
        client.send(all);
    });
    std::this_thread::sleep_for(50ms);
    door.open();
    EXPECT_NE(client.read_response().find("/first"), std::string::npos);
    for (int i = 0; i < count; ++i) {
        const auto answer = client.read_response();
        ASSERT_EQ(answer.substr(answer.find("\r\n\r\n") + 4), "/" + std::to_string(i));
    }
    flood.join();
}

TEST_F(ServerTest, FinishesWhatWasBegunWhenItStopsAndLosesNoRequest) {
    std::atomic<int> handled = 0;
    const Answering counting([&](Request&) {
        std::this_thread::sleep_for(1ms);
        ++handled;
        return text(200, "done");
    });
    Server draining({}, counting);
    draining.start();
    std::atomic<int> answered = 0;
    std::atomic<int> unanswered = 0;
    std::vector<std::thread> clients;
    for (int i = 0; i < 16; ++i)
        clients.emplace_back([&, pause = i % 4 == 0 ? 250ms : 5ms] {  // idle now and then, as browsers are
            TestConnection client(draining.port());
            for (;;) {
                if (!client.send(get_a)) break;
                const auto answer = client.read_response();
                if (status_of(answer) != 200) {
                    ++unanswered;
                    break;
                }
                ++answered;
                if (answer.find("Connection: close") != std::string::npos) break;
                std::this_thread::sleep_for(pause);
            }
        });
    std::this_thread::sleep_for(200ms);
    draining.stop();
    for (auto& client : clients) client.join();
    EXPECT_EQ(unanswered, 0);
    EXPECT_EQ(answered, handled);
    EXPECT_GT(answered, 16);
    EXPECT_FALSE(TestConnection(draining.port()).connected());
}

TEST_F(ServerTest, StopsInTimeThoughAHandlerHangs) {
    Door door;
    const Answering hanging([&](Request&) {
        door.wait();
        return text(200, "late");
    });
    ServerSettings settings;
    settings.drain = 300ms;
    auto hung = std::make_unique<Server>(settings, hanging);
    hung->start();
    TestConnection client(hung->port());
    client.send(get_a);
    door.await_waiting(1);
    std::thread opener([&] {
        EXPECT_EQ(client.read_to_end(), "") << "cut off, not answered";
        EXPECT_TRUE(client.closed());
        door.open();
    });
    hung.reset();
    opener.join();
}

TEST_F(ServerTest, RunsSeveralLoopsOnOnePort) {
    ServerSettings settings;
    settings.loops = 3;
    serve(settings);
    for (int i = 0; i < 30; ++i) {
        auto client = connect();
        client.send(get_a);
        EXPECT_EQ(status_of(client.read_response()), 200);
    }
}

TEST_F(ServerTest, SaysSoWhenItsAddressIsTaken) {
    serve();
    ServerSettings settings;
    settings.port = server->port();
    EXPECT_THROW(Server(settings, application), std::runtime_error);
}

TEST_F(ServerTest, HoldsThousandsOfIdleConnectionsCheaplyAndStillAnswers) {
    const auto resident_kb = [] {
        std::ifstream statm("/proc/self/statm");
        long size = 0, resident = 0;
        statm >> size >> resident;
        return resident * 4;
    };
    serve();
    constexpr int count = 3000;
    std::vector<TestConnection> idle;
    idle.reserve(count);
    const auto before = resident_kb();
    for (int i = 0; i < count; ++i) {
        idle.emplace_back(server->port());
        if (i % 3 == 0) {
            idle.back().send(get_a);
            ASSERT_EQ(status_of(idle.back().read_response()), 200);
        }
    }
    wait_until([&] { return server->connections() == count; });
#if !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
    EXPECT_LT(resident_kb() - before, count * 4) << "kB of this process, which holds both ends";
#else
    (void)before;
#endif
    const auto begun = std::chrono::steady_clock::now();
    auto client = connect();
    client.send(get_a);
    EXPECT_EQ(status_of(client.read_response()), 200);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 1s);
}

TEST_F(ServerTest, WaitsAtItsLimitOfConnectionsAndGoesOnWhenSomeLeave) {
    ServerSettings settings;
    settings.connections = 4;
    serve(settings);
    std::vector<TestConnection> held;
    for (int i = 0; i < 4; ++i) {
        held.emplace_back(server->port()).send(get_a);
        ASSERT_EQ(status_of(held.back().read_response()), 200);
    }
    auto late = connect();
    late.send(get_a);
    EXPECT_EQ(late.read_response(true, 200ms), "");
    held.clear();
    EXPECT_EQ(status_of(late.read_response()), 200);
}

TEST_F(ServerTest, SurvivesRunningOutOfDescriptors) {
    serve();
    rlimit before{};
    getrlimit(RLIMIT_NOFILE, &before);
    rlimit tight = before;
    tight.rlim_cur = static_cast<rlim_t>(::dup(0)) + 20;
    setrlimit(RLIMIT_NOFILE, &tight);
    std::vector<int> taken;
    for (int fd = 0; (fd = ::dup(0)) >= 0;) taken.push_back(fd);
    ::close(taken.back());
    auto client = connect();  // takes the last: none is left to accept it
    taken.back() = static_cast<int>(tight.rlim_cur) - 20;
    ASSERT_TRUE(client.connected());
    client.send(get_a);
    EXPECT_EQ(client.read_response(true, 200ms), "");
    const auto cpu_before = std::clock();
    std::this_thread::sleep_for(300ms);
    EXPECT_LT(std::clock() - cpu_before, CLOCKS_PER_SEC / 10) << "the loop must not spin";
    setrlimit(RLIMIT_NOFILE, &before);
    for (const int fd : taken) ::close(fd);
    EXPECT_EQ(status_of(client.read_response()), 200);
}

/// Requests changed at random: whatever they become, the server answers or closes, and serves the next client.
TEST_F(ServerTest, SurvivesTwentyThousandMutatedRequests) {
    ServerSettings settings;
    settings.linger = 100ms;
    serve(settings);
    constexpr unsigned seed = 20261122;
    std::mt19937 random(seed);
    const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
    const std::vector<std::string> seeds = {
        get_a, "POST /a HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 5\r\n\r\nhello" + get_a,
        "POST /a HTTP/1.1\r\nHost: shop.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: y\r\n\r\n" +
            get_a,
        "GET /a%20b?x=1&y=%e3%81%82 HTTP/1.1\r\nHost: shop.test:80\r\nCookie: a=b; c=d\r\nConnection: "
        "keep-alive\r\n\r\n"};
    const std::vector<std::string> pieces = {"\r\n",
                                             "\n",
                                             "\r",
                                             std::string(1, '\0'),
                                             "chunked",
                                             "Content-Length: 5\r\n",
                                             "Transfer-Encoding: chunked\r\n",
                                             "Host: other.test\r\n",
                                             ":",
                                             " ",
                                             "%",
                                             "0\r\n\r\n",
                                             "ffffffff",
                                             "\xff"};
    for (int i = 0; i < 20'000; ++i) {
        auto bytes = seeds[below(seeds.size())];
        for (auto changes = 1 + below(4); changes > 0 && !bytes.empty(); --changes) {
            const auto at = below(bytes.size());
            switch (below(5)) {
                case 0: bytes[at] = static_cast<char>(random()); break;
                case 1: bytes.erase(at, 1 + below(8)); break;
                case 2: bytes.insert(at, pieces[below(pieces.size())]); break;
                case 3: bytes.resize(at); break;
                default: bytes.insert(at, bytes.substr(below(bytes.size()), below(40)));
            }
        }
        TestConnection client(server->port());
        client.send(bytes);
        switch (below(3)) {
            case 0: client.reset(); break;
            case 1:
                client.end_sending();
                client.read_to_end();
                ASSERT_TRUE(client.closed()) << "mutation " << i << " of seed " << seed << ": " << bytes;
                break;
            default: client.close();
        }
    }
    for (const auto& line : application.take_seen()) EXPECT_EQ(line.find("other"), std::string::npos);
    auto client = connect();
    client.send(get_a);
    EXPECT_EQ(status_of(client.read_response()), 200);
    wait_until([&] { return server->connections() == 1; });
}

}  // namespace
}  // namespace noren::http
