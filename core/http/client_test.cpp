// Exchanges with servers of this machine that behave well, badly, or as kept-alive connections do.
#include "http/client.hpp"

#include <Poco/Net/Context.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SecureServerSocket.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <filesystem>
#include <fstream>

#include "http/test_connection.hpp"

namespace noren::http {
namespace {

using namespace noren::http::testing;

/// A listener that gives every connection, numbered from 0, to a script.
class ScriptedServer {
public:
    using Script = std::function<void(int connection, int fd)>;

    explicit ScriptedServer(Script script) : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 16) != 0 ||
            ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
            throw std::runtime_error("cannot listen");
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this, script = std::move(script)] {
            for (int fd = 0; (fd = ::accept(listener_, nullptr, nullptr)) >= 0;) {
                const int number = connections_++;
                script(number, fd);
                ::close(fd);
            }
        });
    }
    ~ScriptedServer() {
        ::shutdown(listener_, SHUT_RDWR);
        ::close(listener_);
        thread_.join();
    }
    std::string origin() const { return "http://127.0.0.1:" + std::to_string(port_); }
    int connections() const { return connections_; }

private:
    int listener_;
    std::uint16_t port_ = 0;
    std::atomic<int> connections_ = 0;
    std::thread thread_;
};

/// Reads up to the end of a head and the body that it names; empty at the end of the stream.
std::string read_request(int fd) {
    std::string in;
    char bytes[4096];
    for (;;) {
        if (const auto head = in.find("\r\n\r\n"); head != std::string::npos) {
            const auto at = in.find("Content-Length: ");
            const auto body = at == std::string::npos ? 0 : std::stoul(in.substr(at + 16));
            if (in.size() >= head + 4 + body) return in;
        }
        const auto got = ::recv(fd, bytes, sizeof bytes, 0);
        if (got <= 0) return {};
        in.append(bytes, static_cast<std::size_t>(got));
    }
}

void reply(int fd, std::string_view bytes) {
    (void)!::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

OutgoingRequest post_to(const std::string& origin) {
    return {.method = "POST",
            .url = origin + "/pay",
            .fields = {},
            .body = "{}",
            .allowed_origins = {origin},
            .timeout = 2s};
}

/// Every connection gets these bytes as the answer to its first request.
class Says {
public:
    explicit Says(std::string bytes)
        : server_([bytes = std::move(bytes)](int, int fd) {
              read_request(fd);
              reply(fd, bytes);
          }) {}
    Result<Exchange, FailedExchange> asked() {
        Client client;
        return client.exchange(post_to(server_.origin()));
    }

private:
    ScriptedServer server_;
};

TEST(Client, GivesStatusFieldsAndBodyOfAReply) {
    const auto exchange = Says("HTTP/1.1 201 Created\r\nX-A: b\r\nContent-Length: 5\r\n\r\nhello").asked();
    ASSERT_TRUE(exchange);
    EXPECT_EQ(exchange->status, 201);
    EXPECT_EQ(exchange->fields.one("x-a"), "b");
    EXPECT_EQ(exchange->body, "hello");
}

TEST(Client, ReadsChunkedRepliesAndThoseThatEndWithTheConnection) {
    EXPECT_EQ(
        Says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n").asked()->body,
        "hello");
    EXPECT_EQ(Says("HTTP/1.0 200 OK\r\n\r\nhello").asked()->body, "hello");
    EXPECT_EQ(Says("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ok).asked()->body, "hi");
}

TEST(Client, SendsAWellFormedRequest) {
    std::string seen;
    ScriptedServer server([&](int, int fd) {
        seen = read_request(fd);
        reply(fd, ok);
    });
    Client client;
    auto request = post_to(server.origin());
    request.url += "?a=b";
    request.fields.add("Content-Type", "application/json");
    ASSERT_TRUE(client.exchange(request));
    EXPECT_EQ(seen.substr(0, 23), "POST /pay?a=b HTTP/1.1\r");
    EXPECT_NE(seen.find("\r\nHost: " + server.origin().substr(7) + "\r\n"), std::string::npos);
    EXPECT_NE(seen.find("\r\nContent-Length: 2\r\n"), std::string::npos);
    EXPECT_EQ(seen.substr(seen.size() - 6), "\r\n\r\n{}");
}

TEST(Client, CallsWhatComesAfterTheRequestWentOutNoReply) {
    for (const std::string bytes :
         {"", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhello",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "HTTP/1.1 200 OK\r\nContent-Le",
          "garbage\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\n\r\nx",
          "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nhi",
          "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
          "HTTP/1.1 101 Switching Protocols\r\n\r\n"}) {
        const auto exchange = Says(bytes).asked();
        ASSERT_FALSE(exchange) << bytes;
        EXPECT_EQ(exchange.error().kind, ExchangeFailure::no_reply) << bytes;
    }
}

TEST(Client, CallsAReplyBeyondItsLimitsTooLarge) {
    const std::string large(1024 * 1024 + 1, 'a');
    std::string fields;
    for (int i = 0; i < 101; ++i) fields += "A: b\r\n";
    for (const auto& bytes :
         {"HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(large.size()) + "\r\n\r\n" + large,
          "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + large,
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n100001\r\n" + large + "\r\n0\r\n\r\n",
          "HTTP/1.1 200 OK\r\nX: " + large + "\r\n\r\n", "HTTP/1.1 200 OK\r\n" + fields + "\r\n"}) {
        const auto exchange = Says(bytes).asked();
        ASSERT_FALSE(exchange) << bytes.substr(0, 60);
        EXPECT_EQ(exchange.error().kind, ExchangeFailure::too_large) << bytes.substr(0, 60) << exchange.error().detail;
    }
}

TEST(Client, GivesUpInTimeOnASilentOrTricklingServer) {
    for (const bool trickling : {false, true}) {
        std::atomic<bool> over = false;
        ScriptedServer server([&](int, int fd) {
            read_request(fd);
            reply(fd, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
            for (int i = 0; i < 100 && !over; ++i) {
                if (trickling) reply(fd, "a");
                std::this_thread::sleep_for(20ms);
            }
        });
        Client client;
        auto request = post_to(server.origin());
        request.timeout = 300ms;
        const auto begun = std::chrono::steady_clock::now();
        const auto exchange = client.exchange(request);
        over = true;
        ASSERT_FALSE(exchange);
        EXPECT_EQ(exchange.error().kind, ExchangeFailure::no_reply);
        EXPECT_LT(std::chrono::steady_clock::now() - begun, 1500ms);
    }
}

TEST(Client, DoesNotFollowRedirects) {
    ScriptedServer server([&](int, int fd) {
        read_request(fd);
        reply(fd, "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
    });
    Client client;
    EXPECT_EQ(client.exchange(post_to(server.origin()))->status, 302);
    EXPECT_EQ(server.connections(), 1);
}

TEST(Client, UsesAConnectionAgain) {
    ScriptedServer server([&](int, int fd) {
        while (!read_request(fd).empty()) reply(fd, ok);
    });
    Client client;
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(client.exchange(post_to(server.origin())));
    EXPECT_EQ(server.connections(), 1);
    client.forget_connections();
}

TEST(Client, ReplacesAKeptConnectionThatTheServerHasClosed) {
    ScriptedServer server([&](int, int fd) {
        read_request(fd);
        reply(fd, ok);
    });
    Client client;
    ASSERT_TRUE(client.exchange(post_to(server.origin())));
    std::this_thread::sleep_for(100ms);
    ASSERT_TRUE(client.exchange(post_to(server.origin())));
    EXPECT_EQ(server.connections(), 2);
}

/// The server takes a second request on a kept connection and closes without a word: it may have acted on it.
struct Closing {
    std::atomic<int> requests = 0;
    ScriptedServer server{[this](int connection, int fd) {
        if (!read_request(fd).empty()) ++requests;
        reply(fd, ok);
        if (connection == 0 && !read_request(fd).empty()) ++requests;
    }};
};

TEST(Client, NeverRepeatsAnUnsafeRequestWhenAKeptConnectionDies) {
    Closing closing;
    Client client;
    ASSERT_TRUE(client.exchange(post_to(closing.server.origin())));
    const auto exchange = client.exchange(post_to(closing.server.origin()));
    ASSERT_FALSE(exchange);
    EXPECT_EQ(exchange.error().kind, ExchangeFailure::no_reply);
    EXPECT_EQ(closing.requests, 2);
}

TEST(Client, RepeatsASafeRequestOnceWhenAKeptConnectionDies) {
    Closing closing;
    Client client;
    auto request = post_to(closing.server.origin());
    request.repeat_is_safe = true;
    ASSERT_TRUE(client.exchange(request));
    ASSERT_TRUE(client.exchange(request));
    EXPECT_EQ(closing.requests, 3);
    EXPECT_EQ(closing.server.connections(), 2);
}

TEST(Client, CallsARefusedConnectionNotSent) {
    std::string origin;
    {
        origin = ScriptedServer([](int, int) {}).origin();
    }
    Client client;
    const auto exchange = client.exchange(post_to(origin));
    ASSERT_FALSE(exchange);
    EXPECT_EQ(exchange.error().kind, ExchangeFailure::not_sent);
}

TEST(Client, RefusesRequestsThatAreMalformedOrNotAllowed) {
    ScriptedServer server([](int, int fd) { reply(fd, ok); });
    const auto origin = server.origin();
    const auto refused = [&](const std::function<void(OutgoingRequest&)>& change) {
        Client client;
        auto request = post_to(origin);
        change(request);
        const auto exchange = client.exchange(request);
        return !exchange && exchange.error().kind == ExchangeFailure::not_sent;
    };
    EXPECT_TRUE(refused([](auto& r) { r.allowed_origins = {}; }));
    EXPECT_TRUE(refused([](auto& r) { r.allowed_origins = {"http://127.0.0.1"}; }));
    EXPECT_TRUE(refused([](auto& r) { r.method = "GET / HTTP/1.1\r\nX"; }));
    EXPECT_TRUE(refused([](auto& r) { r.method = "CONNECT"; }));
    EXPECT_TRUE(refused([](auto& r) { r.fields.add("X", "a\r\nEvil: b"); }));
    EXPECT_TRUE(refused([](auto& r) { r.fields.add("X: a\r\nEvil", "b"); }));
    EXPECT_TRUE(refused([](auto& r) { r.fields.add("content-length", "5"); }));
    EXPECT_TRUE(refused([](auto& r) { r.fields.add("Host", "other"); }));
    EXPECT_TRUE(refused([](auto& r) { r.url += " x"; }));
    EXPECT_EQ(server.connections(), 0);
}

TEST(Client, RefusesNamesThatLeadToAddressesThatAreNotPublicBeforeItConnects) {
    for (const auto* address : {"127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
                                "0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1",
                                "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1"}) {
        ClientSettings settings;
        settings.resolve = [&](const std::string&) {
            return std::vector{*IpAddress::parse("93.184.216.34"), *IpAddress::parse(address)};
        };
        Client client(settings);
        const auto exchange = client.exchange(post_to("https://pay.example"));
        ASSERT_FALSE(exchange);
        EXPECT_EQ(exchange.error().kind, ExchangeFailure::not_sent);
        EXPECT_NE(exchange.error().detail.find("not public"), std::string::npos) << exchange.error().detail;
    }
}

TEST(Client, AsksPublicOriginsByHttpsOnly) {
    ClientSettings settings;
    settings.resolve = [](const std::string&) { return std::vector{*IpAddress::parse("93.184.216.34")}; };
    Client client(settings);
    const auto exchange = client.exchange(post_to("http://pay.example"));
    ASSERT_FALSE(exchange);
    EXPECT_NE(exchange.error().detail.find("https"), std::string::npos);
}

TEST(Client, ReachesAPrivateAddressWhenTheOriginIsListedAsPrivate) {
    ScriptedServer server([](int, int fd) {
        read_request(fd);
        reply(fd, ok);
    });
    const auto origin = "http://pay.intranet" + server.origin().substr(16);
    ClientSettings settings;
    settings.resolve = [](const std::string&) { return std::vector{*IpAddress::parse("127.0.0.1")}; };
    EXPECT_FALSE(Client(settings).exchange(post_to(origin)));
    settings.private_origins = {origin};
    EXPECT_TRUE(Client(settings).exchange(post_to(origin)));
}

TEST(Url, IsReadStrictly) {
    const auto url = Url::parse("https://API.example:8443/v2/orders?a=b");
    ASSERT_TRUE(url);
    EXPECT_EQ(url->origin(), "https://api.example:8443");
    EXPECT_EQ(url->target, "/v2/orders?a=b");
    EXPECT_EQ(Url::parse("https://a.example:443")->origin(), "https://a.example");
    EXPECT_EQ(Url::parse("https://a.example?x")->target, "/?x");
    EXPECT_EQ(Url::parse("http://[::1]:80/")->host, "::1");
    EXPECT_EQ(Url::parse("http://[::1]:8080/")->origin(), "http://[::1]:8080");
    for (const auto* bad : {"",
                            "a.example",
                            "ftp://a.example",
                            "https://",
                            "https:///x",
                            "https://user@a.example/",
                            "https://a.example:0/",
                            "https://a.example:99999/",
                            "https://a.example:/",
                            "https://a.example:80x/",
                            "https://127.1/",
                            "https://0x7f000001/",
                            "https://2130706433/",
                            "https://0177.0.0.1/",
                            "https://127.0.0.1./",
                            "https://a.example/#x",
                            "https://a.example/ x",
                            "https://a.example\\@b/",
                            "https://[::1/",
                            "https://[127.0.0.1]/",
                            "https://[::1]x/",
                            "https://%31/",
                            "https://.a/"})
        EXPECT_FALSE(Url::parse(bad)) << bad;
}

/// A key, and a certificate for pay.test that is its own authority, in a folder of their own.
class Certificate {
public:
    Certificate()
        : folder_(std::filesystem::temp_directory_path() / ("noren_client_test_" + std::to_string(::getpid()))) {
        std::filesystem::create_directories(folder_);
        auto* key = EVP_EC_gen("P-256");
        auto* certificate = X509_new();
        X509_set_version(certificate, 2);
        ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
        X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
        X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
        X509_set_pubkey(certificate, key);
        auto* name = X509_get_subject_name(certificate);
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("pay.test"), -1, -1,
                                   0);
        X509_set_issuer_name(certificate, name);
        for (const auto& [kind, value] :
             {std::pair{NID_basic_constraints, "critical,CA:TRUE"}, {NID_subject_alt_name, "DNS:pay.test"}}) {
            auto* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value);
            X509_add_ext(certificate, extension, -1);
            X509_EXTENSION_free(extension);
        }
        X509_sign(certificate, key, EVP_sha256());
        auto* file = std::fopen(key_file().c_str(), "w");
        PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
        std::fclose(file);
        file = std::fopen(file_name().c_str(), "w");
        PEM_write_X509(file, certificate);
        std::fclose(file);
        X509_free(certificate);
        EVP_PKEY_free(key);
    }
    ~Certificate() { std::filesystem::remove_all(folder_); }
    std::string key_file() const { return folder_ / "key.pem"; }
    std::string file_name() const { return folder_ / "certificate.pem"; }

private:
    std::filesystem::path folder_;
};

class TlsServer {
public:
    explicit TlsServer(const Certificate& certificate)
        : listener_(Poco::Net::SocketAddress("127.0.0.1", 0), 16,
                    new Poco::Net::Context(Poco::Net::Context::TLS_SERVER_USE, certificate.key_file(),
                                           certificate.file_name(), "", Poco::Net::Context::VERIFY_NONE)),
          thread_([this] {
              while (!stopping_) {
                  try {
                      if (!listener_.poll(Poco::Timespan(0, 20'000), Poco::Net::Socket::SELECT_READ)) continue;
                      auto socket = listener_.acceptConnection();
                      socket.setReceiveTimeout(Poco::Timespan(2, 0));
                      std::string in;
                      char bytes[4096];
                      for (int got = 0; (got = socket.receiveBytes(bytes, sizeof bytes)) > 0;) {
                          in.append(bytes, static_cast<std::size_t>(got));
                          if (in.size() < 6 || in.substr(in.size() - 6) != "\r\n\r\n{}") continue;
                          ++requests_;
                          in.clear();
                          socket.sendBytes(ok.data(), static_cast<int>(ok.size()));
                      }
                  } catch (const Poco::Exception&) {
                  }
              }
          }) {}
    ~TlsServer() {
        stopping_ = true;
        thread_.join();
    }
    std::string origin(const std::string& host) const {
        return "https://" + host + ":" + std::to_string(listener_.address().port());
    }
    int requests() const { return requests_; }

private:
    Poco::Net::SecureServerSocket listener_;
    std::atomic<bool> stopping_ = false;
    std::atomic<int> requests_ = 0;
    std::thread thread_;
};

TEST(ClientOverTls, AsksOnlyServersThatProveTheirName) {
    const Certificate certificate;
    TlsServer server(certificate);
    const auto asked = [&](const std::string& host, const std::string& trust_file) {
        ClientSettings settings;
        settings.resolve = [](const std::string&) { return std::vector{*IpAddress::parse("127.0.0.1")}; };
        settings.private_origins = {server.origin(host)};
        settings.trust_file = trust_file;
        Client client(settings);
        auto exchange = client.exchange(post_to(server.origin(host)));
        if (exchange) exchange = client.exchange(post_to(server.origin(host)));  // once more, on the kept connection
        return exchange;
    };
    const auto trusted = asked("pay.test", certificate.file_name());
    ASSERT_TRUE(trusted) << trusted.error().detail;
    EXPECT_EQ(trusted->body, "hi");
    EXPECT_EQ(server.requests(), 2);
    for (const auto& refused :
         {asked("evil.test", certificate.file_name()), asked("localhost", certificate.file_name()),
          asked("127.0.0.1", certificate.file_name()), asked("pay.test", "")}) {
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, ExchangeFailure::not_sent);
    }
    EXPECT_EQ(server.requests(), 2);
}

TEST(ClientOverTls, SaysAtStartThatItsTrustFileCannotBeRead) {
    ClientSettings settings;
    settings.trust_file = "/nonexistent/trust.pem";
    EXPECT_THROW(Client{settings}, std::runtime_error);
}

}  // namespace
}  // namespace noren::http
