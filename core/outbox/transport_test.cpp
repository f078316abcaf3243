#include "outbox/transport.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "outbox/testdata/mail_server.hpp"
#include "store/testing.hpp"

namespace noren::outbox {
namespace {

using store::testing::TemporaryFolder;
using testing::MailServer;
using namespace std::chrono_literals;

const std::string message = "Subject: hello\r\n\r\none\r\n.two\r\n..\r\n.\r\nlast\r\n";

std::string content(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::size_t files_in(const std::filesystem::path& folder) {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

Envelope to(const std::string& name) {
    return {{5}, "orders@shop.example", name + "@example.org"};
}

SmtpSettings at(const MailServer& server) {
    SmtpSettings settings;
    settings.host = "127.0.0.1";
    settings.port = server.port();
    settings.timeout = 10s;
    return settings;
}

TEST(MaildirFolder, HoldsAMessageOnceThoughItIsDeliveredTwice) {
    const TemporaryFolder folder;
    Maildir maildir(folder.path() + "/mail");
    EXPECT_TRUE(maildir.send(to("ann"), message));
    EXPECT_TRUE(maildir.send(to("ann"), message));
    const std::filesystem::path box(folder.path() + "/mail");
    ASSERT_EQ(files_in(box / "new"), 1u);
    EXPECT_EQ(files_in(box / "tmp"), 0u);
    EXPECT_EQ(content(*std::filesystem::directory_iterator(box / "new")), "Subject: hello\n\none\n.two\n..\n.\nlast\n");
}

TEST(MaildirFolder, ThatVanishedRefusesForNow) {
    const TemporaryFolder folder;
    Maildir maildir(folder.path() + "/mail");
    std::filesystem::remove_all(folder.path() + "/mail");
    const auto sent = maildir.send(to("ann"), message);
    ASSERT_FALSE(sent);
    EXPECT_FALSE(sent.error().for_good);
}

TEST(SmtpTransport, HandsTheMessageOverByteForByte) {
    const TemporaryFolder folder;
    const MailServer server(folder.path());
    const auto sent = Smtp(at(server)).send(to("ann"), message);
    ASSERT_TRUE(sent) << sent.error().why;
    EXPECT_EQ(content(folder.path() + "/1.eml"), message);
}

TEST(SmtpTransport, TellsRefusalsForNowFromThoseForGood) {
    const TemporaryFolder folder;
    const MailServer server(folder.path());
    Smtp smtp(at(server));
    const auto later = smtp.send(to("later"), message);
    ASSERT_FALSE(later);
    EXPECT_FALSE(later.error().for_good);
    EXPECT_NE(later.error().why.find("451"), std::string::npos) << later.error().why;
    const auto never = smtp.send(to("never"), message);
    ASSERT_FALSE(never);
    EXPECT_TRUE(never.error().for_good);
    EXPECT_NE(never.error().why.find("550"), std::string::npos) << never.error().why;
    const auto refused = smtp.send(to("content"), message);
    ASSERT_FALSE(refused);
    EXPECT_TRUE(refused.error().for_good) << refused.error().why;
}

TEST(SmtpTransport, DoesNotWaitForAServerThatStalls) {
    const TemporaryFolder folder;
    const MailServer server(folder.path());
    auto settings = at(server);
    settings.timeout = 1s;
    const auto before = std::chrono::steady_clock::now();
    const auto sent = Smtp(settings).send(to("stall"), message);
    ASSERT_FALSE(sent);
    EXPECT_FALSE(sent.error().for_good);
    EXPECT_LT(std::chrono::steady_clock::now() - before, 10s);
}

TEST(SmtpTransport, DoesNotTakeALostConnectionForAnAcceptance) {
    const TemporaryFolder folder;
    const MailServer server(folder.path());
    Smtp smtp(at(server));
    const auto dropped = smtp.send(to("drop"), message);
    ASSERT_FALSE(dropped);
    EXPECT_FALSE(dropped.error().for_good);
    EXPECT_TRUE(smtp.send(to("drop"), message));
}

TEST(SmtpTransport, FindsNobodyWithoutHarm) {
    SmtpSettings settings;
    settings.host = "127.0.0.1";
    settings.port = 1;
    const auto sent = Smtp(settings).send(to("ann"), message);
    ASSERT_FALSE(sent);
    EXPECT_FALSE(sent.error().for_good);
}

TEST(SmtpTransport, LogsIn) {
    const TemporaryFolder folder;
    const MailServer server(folder.path(), {"--login", "noren", "secret word"});
    auto settings = at(server);
    settings.login = Login{"noren", "secret word"};
    const auto sent = Smtp(settings).send(to("ann"), message);
    EXPECT_TRUE(sent) << sent.error().why;
    settings.login->password = "another word";
    const auto refused = Smtp(settings).send(to("ann"), message);
    ASSERT_FALSE(refused);
    EXPECT_FALSE(refused.error().for_good) << "a wrong password is our fault, not the mail's";
    EXPECT_EQ(refused.error().why.find("another word"), std::string::npos);
    settings.login.reset();
    EXPECT_FALSE(Smtp(settings).send(to("ann"), message));
}

TEST(SmtpTransport, SendsNoPasswordInClearToAnotherHost) {
    SmtpSettings settings;
    settings.host = "mail.example.org";
    settings.login = Login{"noren", "secret"};
    EXPECT_THROW(Smtp{settings}, std::invalid_argument);
}

/// A certificate for `localhost`, made for the test.
class Certificate {
public:
    Certificate() {
        const auto made = Poco::Process::launch(
            "openssl",
            {"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
             "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key(), "-out", file()},
            nullptr, nullptr, &errors_);
        EXPECT_EQ(made.wait(), 0);
    }
    std::string file() const { return folder_.path() + "/certificate.pem"; }
    std::string key() const { return folder_.path() + "/key.pem"; }

private:
    TemporaryFolder folder_;
    Poco::Pipe errors_;
};

TEST(SmtpTransport, SpeaksTlsFromTheFirstByteOrByStarttls) {
    const TemporaryFolder folder;
    const Certificate certificate;
    for (const auto tls : {Tls::starttls, Tls::implicit}) {
        std::vector<std::string> options{
            "--certificate", certificate.file(), certificate.key(), "--login", "noren", "x"};
        if (tls == Tls::implicit) options.emplace_back("--implicit");
        const MailServer server(folder.path(), options);
        auto settings = at(server);
        settings.host = "localhost";
        settings.tls = tls;
        settings.login = Login{"noren", "x"};
        settings.trusted_certificates = certificate.file();
        const auto sent = Smtp(settings).send(to("ann"), message);
        EXPECT_TRUE(sent) << sent.error().why;
    }
}

TEST(SmtpTransport, TrustsNoUnknownCertificateAndNoOtherName) {
    const TemporaryFolder folder;
    const Certificate certificate;
    const Certificate other;
    for (const auto tls : {Tls::starttls, Tls::implicit}) {
        std::vector<std::string> options{"--certificate", certificate.file(), certificate.key()};
        if (tls == Tls::implicit) options.emplace_back("--implicit");
        const MailServer server(folder.path(), options);
        auto settings = at(server);
        settings.tls = tls;
        settings.host = "localhost";
        settings.trusted_certificates = other.file();
        EXPECT_FALSE(Smtp(settings).send(to("ann"), message));
        settings.host = "127.0.0.1";
        settings.trusted_certificates = certificate.file();
        EXPECT_FALSE(Smtp(settings).send(to("ann"), message));
    }
}

TEST(SmtpTransport, SendsNothingInClearWhereStarttlsIsWanted) {
    const TemporaryFolder folder;
    const MailServer server(folder.path());
    auto settings = at(server);
    settings.tls = Tls::starttls;
    EXPECT_FALSE(Smtp(settings).send(to("ann"), message));
    EXPECT_EQ(files_in(folder.path()), 0u);
}

}  // namespace
}  // namespace noren::outbox
