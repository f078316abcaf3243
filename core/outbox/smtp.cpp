#include <Poco/Net/Context.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SMTPClientSession.h>
#include <Poco/Net/SSLManager.h>
#include <Poco/Net/SecureStreamSocket.h>

#include <algorithm>
#include <sstream>

#include "outbox/transport.hpp"

namespace noren::outbox {
namespace {

namespace net = Poco::Net;

/// A reply that ends the dialogue.
struct Refused {
    int status = 0;
    bool of_this_mail = false;  // the recipient or the content, not us
    std::string reply;
};

class Dialogue : public net::SMTPClientSession {
public:
    explicit Dialogue(const net::StreamSocket& connected) : net::SMTPClientSession(connected) {}

    void start_tls(const std::string& host, const net::Context::Ptr& context) {
        expect_completion("STARTTLS", "", false);
        socket() = net::SecureStreamSocket::attach(socket(), host, context);
    }
    void expect_completion(const std::string& command, const std::string& argument, bool of_this_mail) {
        std::string reply;
        const int status = argument.empty() ? sendCommand(command, reply) : sendCommand(command, argument, reply);
        if (!isPositiveCompletion(status)) throw Refused{status, of_this_mail, reply};
    }
};

net::Context::Ptr context_of(const SmtpSettings& settings) {
    net::Context::Params params;
    params.verificationMode = net::Context::VERIFY_STRICT;
    params.verificationDepth = 9;
    params.caLocation = settings.trusted_certificates;
    params.loadDefaultCAs = settings.trusted_certificates.empty();
    net::Context::Ptr context = new net::Context(net::Context::TLS_CLIENT_USE, params);
    context->requireMinimumProtocol(net::Context::PROTO_TLSV1_2);
    return context;
}

net::StreamSocket connect(const SmtpSettings& settings) {
    const Poco::Timespan timeout(settings.timeout.count(), 0);
    const net::SocketAddress address(settings.host, settings.port);
    net::StreamSocket socket;
    socket.connect(address, timeout);
    socket.setReceiveTimeout(timeout);
    socket.setSendTimeout(timeout);
    if (settings.tls != Tls::implicit) return socket;
    auto secure = net::SecureStreamSocket::attach(socket, settings.host, context_of(settings));
    secure.setReceiveTimeout(timeout);
    secure.setSendTimeout(timeout);
    return secure;
}

bool is_loopback(const std::string& host) {
    return host == "localhost" || host == "::1" || host.starts_with("127.");
}

/// One line of what a server said, for the log.
std::string told(std::string reply) {
    reply.resize(std::min<std::size_t>(reply.size(), 300));
    std::ranges::replace_if(
        reply, [](char c) { return c < ' ' || c > '~'; }, ' ');
    return reply;
}

}  // namespace

Smtp::Smtp(SmtpSettings settings) : settings_(std::move(settings)) {
    if (settings_.login && settings_.tls == Tls::none && !is_loopback(settings_.host)) {
        throw std::invalid_argument("SMTP: a login needs TLS, else the password travels in clear");
    }
    if (settings_.tls != Tls::none) net::initializeSSL();
}

Result<void, NotAccepted> Smtp::send(const Envelope& envelope, const std::string& message) {
    try {
        Dialogue dialogue(connect(settings_));
        dialogue.login(settings_.own_name);
        if (settings_.tls == Tls::starttls) {
            dialogue.start_tls(settings_.host, context_of(settings_));
            dialogue.expect_completion("EHLO", settings_.own_name, false);
        }
        if (const auto& login = settings_.login) {
            dialogue.login(settings_.own_name, net::SMTPClientSession::AUTH_PLAIN, login->user, login->password);
        }
        dialogue.expect_completion("MAIL", "FROM:<" + envelope.from + ">", false);
        dialogue.expect_completion("RCPT", "TO:<" + envelope.to + ">", true);
        dialogue.sendData();
        try {
            std::istringstream stream(message);
            dialogue.sendMessage(stream);
        } catch (const net::SMTPException& refused) {
            throw Refused{refused.code(), true, refused.displayText()};
        }
        try {
            dialogue.close();
        } catch (const Poco::Exception&) {
            // The message is theirs already.
        }
        return {};
    } catch (const Refused& refused) {
        return refuse(NotAccepted{refused.of_this_mail && refused.status >= 500, "SMTP: " + told(refused.reply)});
    } catch (const Poco::Exception& failed) {
        return refuse(NotAccepted{false, "SMTP: " + told(failed.displayText())});
    }
}

}  // namespace noren::outbox
