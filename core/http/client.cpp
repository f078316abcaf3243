#include "http/client.hpp"

#include <Poco/Net/Context.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/RejectCertificateHandler.h>
#include <Poco/Net/SSLManager.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/StreamSocket.h>
#include <netdb.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <map>
#include <mutex>

#include "http/text.hpp"

namespace noren::http {
namespace {

namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using Steady = std::chrono::steady_clock;
using Poco::Net::SecureStreamSocket;
using Poco::Net::StreamSocket;

FailedExchange not_sent(std::string detail) {
    return {ExchangeFailure::not_sent, std::move(detail)};
}
FailedExchange no_reply(std::string detail) {
    return {ExchangeFailure::no_reply, std::move(detail)};
}

bool is_local_name(std::string_view host) {
    constexpr std::string_view suffix = ".localhost";
    return host == "localhost" || (host.size() > suffix.size() && host.substr(host.size() - suffix.size()) == suffix);
}

bool contains(const std::vector<std::string>& list, const std::string& wanted) {
    return std::find(list.begin(), list.end(), wanted) != list.end();
}

std::vector<IpAddress> resolve_by_system(const std::string& host) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    std::vector<IpAddress> addresses;
    if (getaddrinfo(host.c_str(), nullptr, &hints, &list) != 0) return addresses;
    for (const auto* entry = list; entry; entry = entry->ai_next) {
        char text[NI_MAXHOST];
        if (getnameinfo(entry->ai_addr, entry->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST) != 0)
            continue;
        const auto address = IpAddress::parse(text);
        if (address && std::find(addresses.begin(), addresses.end(), *address) == addresses.end())
            addresses.push_back(*address);
    }
    freeaddrinfo(list);
    return addresses;
}

/// How long something may still take. Poco's time-outs of zero mean none at all.
class Deadline {
public:
    explicit Deadline(std::chrono::milliseconds span) : end_(Steady::now() + span) {}
    bool over() const { return Steady::now() >= end_; }
    Poco::Timespan left(std::chrono::milliseconds most = std::chrono::hours(1)) const {
        const auto left = std::min<Steady::duration>(end_ - Steady::now(), most);
        return Poco::Timespan(
            std::max<std::int64_t>(1000, std::chrono::duration_cast<std::chrono::microseconds>(left).count()));
    }

private:
    Steady::time_point end_;
};

/// A connection to one origin, plain or over TLS.
struct Wire {
    StreamSocket socket;
    Steady::time_point idle_since;
};

/// True when the other side has closed, or sent what nobody asked for: either way not to be used.
bool is_stale(const StreamSocket& socket) {
    char byte = 0;
    const auto waiting = ::recv(socket.impl()->sockfd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return waiting >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
}

/// One request and its reply over one wire.
class Conversation {
public:
    Conversation(Wire& wire, const ClientSettings& settings, const Deadline& deadline)
        : wire_(wire), settings_(settings), deadline_(deadline), buffer_(16 * 1024, '\0') {}

    Result<Exchange, FailedExchange> hold(std::string_view bytes, bool to_head) {
        if (auto failed = send(bytes)) return refuse(*std::move(failed));
        for (int interim = 0; interim < 5; ++interim) {
            auto exchange = TRY(read_reply(to_head));
            if (exchange.status >= 200) return exchange;
            if (exchange.status == 101) break;
        }
        return refuse(no_reply("the reply is malformed: interim replies without end"));
    }
    /// The other side closed without a byte of a reply: what an idle connection that was given up looks like.
    bool abandoned() const { return abandoned_; }
    /// Another request may follow.
    bool reusable() const { return reusable_ && in_.empty(); }

private:
    using Parser = bhttp::response_parser<bhttp::string_body>;

    std::optional<FailedExchange> send(std::string_view bytes) {
        std::size_t sent = 0;
        try {
            while (sent < bytes.size() && !deadline_.over()) {
                wire_.socket.setSendTimeout(deadline_.left());
                const auto part = bytes.substr(sent, 65536);
                const int count = wire_.socket.sendBytes(part.data(), static_cast<int>(part.size()));
                if (count <= 0) break;
                sent += static_cast<std::size_t>(count);
            }
        } catch (const Poco::TimeoutException&) {
            return no_reply("the request could not be sent in time");
        } catch (const Poco::Exception& error) {
            abandoned_ = true;
            // A failed TLS write may have left a part of a record with the kernel; a failed plain one has left nothing.
            if (sent == 0 && !wire_.socket.secure())
                return not_sent("the connection was closed: " + error.displayText());
            return no_reply("the connection broke while sending: " + error.displayText());
        }
        if (sent < bytes.size()) return no_reply("the request could not be sent in time");
        return std::nullopt;
    }

    /// Adds what arrives to in_. True: more came; false: the other side has ended.
    Result<bool, FailedExchange> receive() {
        if (deadline_.over()) return refuse(no_reply("no reply in time"));
        try {
            wire_.socket.setReceiveTimeout(deadline_.left());
            const int count = wire_.socket.receiveBytes(buffer_.data(), static_cast<int>(buffer_.size()));
            if (count > 0) in_.append(buffer_, 0, static_cast<std::size_t>(count));
            heard_ = heard_ || count > 0;
            abandoned_ = !heard_;
            return count > 0;
        } catch (const Poco::TimeoutException&) {
            return refuse(no_reply("no reply in time"));
        } catch (const Poco::Exception& error) {
            abandoned_ = !heard_;
            return refuse(no_reply("the connection broke before the reply was whole: " + error.displayText()));
        }
    }

    Result<Exchange, FailedExchange> read_reply(bool to_head) {
        Parser parser;
        parser.header_limit(static_cast<std::uint32_t>(settings_.reply_head_bytes));
        parser.body_limit(settings_.reply_body_bytes);
        parser.skip(to_head);
        Exchange exchange;
        bool fields_read = false;
        while (!parser.is_done()) {
            beast::error_code error;
            try {
                if (in_.empty() || waiting_) {
                    if (TRY(receive())) {
                        waiting_ = false;
                    } else {
                        if (!fields_read) return refuse(no_reply("the connection was closed before a reply"));
                        parser.put_eof(error);
                        if (error) return refuse(no_reply("the reply is truncated"));
                        continue;
                    }
                }
                in_.erase(0, parser.put(boost::asio::buffer(in_.data(), in_.size()), error));
            } catch (const std::length_error&) {
                return refuse(too_large());
            }
            waiting_ = error == bhttp::error::need_more;
            if (error == bhttp::error::body_limit || error == bhttp::error::header_limit) return refuse(too_large());
            if (error && !waiting_) return refuse(no_reply("the reply is malformed or truncated: " + error.message()));
            if (waiting_ && in_.size() > settings_.reply_head_bytes) return refuse(too_large());
            if (parser.is_header_done() && !fields_read) {
                fields_read = true;
                if (auto failed = read_fields(parser, exchange)) return refuse(*std::move(failed));
                parser.eager(true);
            }
        }
        exchange.body = std::move(parser.get().body());
        reusable_ = parser.keep_alive() && !parser.need_eof();
        return exchange;
    }

    std::optional<FailedExchange> read_fields(const Parser& parser, Exchange& exchange) const {
        exchange.status = static_cast<int>(parser.get().result_int());
        for (const auto& field : parser.get())  // now: trailers would be merged into them later
            exchange.fields.add(std::string(field.name_string()), std::string(field.value()));
        if (exchange.fields.size() > settings_.reply_fields) return too_large();
        const auto codings = exchange.fields.all("Transfer-Encoding");
        if (codings.size() > 1 || (!codings.empty() && !same_ignoring_case(codings.front(), "chunked")))
            return no_reply("the reply is malformed: its transfer coding is unknown");
        return std::nullopt;
    }

    static FailedExchange too_large() { return {ExchangeFailure::too_large, "the reply is larger than is taken"}; }

    Wire& wire_;
    const ClientSettings& settings_;
    const Deadline& deadline_;
    std::string buffer_;
    std::string in_;
    bool waiting_ = false;  // in_ holds a part that the parser can use only with more
    bool heard_ = false;
    bool abandoned_ = false;
    bool reusable_ = false;
};

}  // namespace

std::string_view text_of(ExchangeFailure failure) {
    switch (failure) {
        case ExchangeFailure::not_sent: return "not_sent";
        case ExchangeFailure::no_reply: return "no_reply";
        case ExchangeFailure::too_large: return "too_large";
    }
    return "no_reply";
}

Result<Url, std::string> Url::parse(std::string_view text) {
    const auto wrong = [](const char* why) { return refuse(std::string(why)); };
    Url url;
    for (const std::string_view scheme : {"https", "http"})
        if (text.substr(0, scheme.size() + 3) == std::string(scheme) + "://") url.scheme = scheme;
    if (url.scheme.empty()) return wrong("the address must begin with https:// or http://");
    if (text.size() > 8192) return wrong("the address is too long");
    for (const unsigned char c : text)
        if (c <= 0x20 || c >= 0x7f ||
            std::string_view("\\\"<>^`{|}#").find(static_cast<char>(c)) != std::string_view::npos)
            return wrong("the address holds a character that must be percent-encoded");
    text.remove_prefix(url.scheme.size() + 3);

    const auto authority = text.substr(0, text.find_first_of("/?"));
    url.target = text.substr(authority.size());
    if (url.target.empty() || url.target.front() != '/') url.target.insert(0, "/");
    const bool literal = !authority.empty() && authority.front() == '[';
    const auto host_end = literal ? authority.find(']') : authority.find(':');
    if (literal && host_end == authority.npos) return wrong("the address's host is malformed");
    url.host = lower_case(literal ? authority.substr(1, host_end - 1) : authority.substr(0, host_end));
    const auto rest = host_end == authority.npos ? std::string_view() : authority.substr(host_end + (literal ? 1 : 0));

    url.port = url.scheme == "https" ? 443 : 80;
    if (!rest.empty()) {
        const auto digits = rest.substr(1);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), url.port);
        if (rest.front() != ':' || digits.empty() || error != std::errc{} || end != digits.data() + digits.size() ||
            url.port == 0)
            return wrong("the address's port is malformed");
    }
    if (literal) {
        const auto address = IpAddress::parse(url.host);
        if (!address || url.host.find(':') == std::string::npos) return wrong("the address's host is malformed");
        return url;
    }
    if (url.host.empty() || url.host.size() > 253 ||
        url.host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-._") != std::string::npos ||
        url.host.front() == '.')
        return wrong("the address's host is malformed");
    // 127.1, 0x7f000001 and 2130706433 are addresses to some resolvers: only the usual form is one here.
    const auto last_label = url.host.substr(url.host.rfind('.') + 1);
    const bool numeric = last_label.empty() || (last_label.front() >= '0' && last_label.front() <= '9');
    if (numeric && !IpAddress::parse(url.host))
        return wrong("the address's host is neither a name nor a plain IP address");
    return url;
}

std::string Url::authority() const {
    auto text = host.find(':') == std::string::npos ? host : "[" + host + "]";
    if (port != (scheme == "https" ? 443 : 80)) text += ":" + std::to_string(port);
    return text;
}

std::string Url::origin() const {
    return scheme + "://" + authority();
}

struct Client::Core {
    explicit Core(ClientSettings its_settings) : settings(std::move(its_settings)) {
        std::signal(SIGPIPE, SIG_IGN);
        static std::once_flag once;
        std::call_once(once, [] {
            Poco::Net::initializeSSL();
            // Without a handler of its own Poco would ask on the console whether to trust a bad certificate.
            Poco::Net::SSLManager::instance().initializeClient(nullptr, new Poco::Net::RejectCertificateHandler(false),
                                                               nullptr);
        });
        if (!settings.resolve) settings.resolve = resolve_by_system;
        if (settings.trust_file.empty()) return;  // the system's are read when they are first needed
        try {
            trusted_certificates();
        } catch (const Poco::Exception& error) {
            throw std::runtime_error("the certificates to trust cannot be read: " + error.displayText());
        }
    }

    Poco::Net::Context::Ptr trusted_certificates() {
        if (!trusting)
            trusting = new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, "", "", settings.trust_file,
                                              Poco::Net::Context::VERIFY_STRICT, 9, settings.trust_file.empty());
        return trusting;
    }

    /// A context for each host: OpenSSL itself holds the name that the certificate must bear. All share one set of
    /// trusted certificates.
    Poco::Net::Context::Ptr context_for(const std::string& host) {
        std::lock_guard lock(mutex);
        auto& context = contexts[host];
        if (context) return context;
        const auto trusted = trusted_certificates();
        context =
            new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, "", Poco::Net::Context::VERIFY_STRICT, 9, false);
        context->requireMinimumProtocol(Poco::Net::Context::PROTO_TLSV1_2);
        SSL_CTX_set1_cert_store(context->sslContext(), SSL_CTX_get_cert_store(trusted->sslContext()));
        auto* expected = SSL_CTX_get0_param(context->sslContext());
        if (IpAddress::parse(host)) {
            X509_VERIFY_PARAM_set1_ip_asc(expected, host.c_str());
        } else {
            X509_VERIFY_PARAM_set1_host(expected, host.data(), host.size());
        }
        return context;
    }

    /// The addresses that may be connected to.
    Result<std::vector<IpAddress>, FailedExchange> addresses_of(const Url& url, const OutgoingRequest& request) const {
        const auto origin = url.origin();
        if (!contains(request.allowed_origins, origin)) return refuse(not_sent(origin + " is not allowed"));
        const auto literal = IpAddress::parse(url.host);
        auto addresses = literal ? std::vector{*literal} : settings.resolve(url.host);
        if (addresses.empty()) return refuse(not_sent(url.host + " has no address"));
        const bool public_only = !literal && !is_local_name(url.host) && !contains(settings.private_origins, origin);
        for (const auto& address : addresses) {
            if (public_only && !address.is_public())
                return refuse(not_sent(url.host + " leads to " + address.text() + ", which is not public"));
            if (url.scheme == "http" && address.is_public())
                return refuse(not_sent(origin + " is public: it must be asked by https"));
        }
        return addresses;
    }

    /// One that nobody looked at yet, or nothing.
    std::optional<Wire> take_idle(const std::string& origin) {
        std::lock_guard lock(mutex);
        auto& wires = idle[origin];
        if (wires.empty()) return std::nullopt;
        auto wire = std::move(wires.back());
        wires.pop_back();
        return wire;
    }

    std::optional<Wire> idle_wire(const std::string& origin) {
        while (auto wire = take_idle(origin)) {
            if (Steady::now() - wire->idle_since < settings.idle && !is_stale(wire->socket)) return wire;
        }
        return std::nullopt;
    }

    void keep(const std::string& origin, Wire wire) {
        std::lock_guard lock(mutex);
        auto& wires = idle[origin];
        wire.idle_since = Steady::now();
        wires.push_back(std::move(wire));
        if (wires.size() > settings.idle_per_origin) wires.erase(wires.begin());
    }

    Result<Wire, FailedExchange> connect(const Url& url, const std::vector<IpAddress>& addresses,
                                         const Deadline& deadline) {
        std::string detail = "the time is over";
        for (const auto& address : addresses) {
            if (deadline.over()) break;
            try {
                const Poco::Net::SocketAddress to(address.text(), url.port);
                const auto wait = deadline.left(settings.connect);
                if (url.scheme == "http") {
                    Wire wire;
                    wire.socket.connect(to, wait);
                    wire.socket.setNoDelay(true);
                    return wire;
                }
                SecureStreamSocket secure(context_for(url.host));
                if (!IpAddress::parse(url.host)) secure.setPeerHostName(url.host);  // also what SNI says
                secure.connect(to, wait);
                secure.setNoDelay(true);
                return Wire{secure, {}};
            } catch (const Poco::Exception& error) {
                detail = address.text() + ": " + error.displayText();
            }
        }
        return refuse(not_sent("no connection to " + url.origin() + ": " + detail));
    }

    static Result<std::string, FailedExchange> head_of(const Url& url, const OutgoingRequest& request,
                                                       const std::string& agent) {
        if (!is_token(request.method) || request.method == "CONNECT")
            return refuse(not_sent("the method is malformed"));
        auto head = request.method + " " + url.target + " HTTP/1.1\r\nHost: " + url.authority() + "\r\n";
        for (const auto& field : request.fields) {
            if (!is_token(field.name) || has_control(field.value))
                return refuse(not_sent("a header field is malformed"));
            for (const auto* own :
                 {"Host", "Content-Length", "Connection", "Transfer-Encoding", "Expect", "Upgrade", "TE"})
                if (same_ignoring_case(field.name, own))
                    return refuse(not_sent(std::string(own) + " is not for callers to set"));
            head.append(field.name).append(": ").append(field.value).append("\r\n");
        }
        if (!request.fields.has("User-Agent")) head.append("User-Agent: ").append(agent).append("\r\n");
        const bool brings_body =
            !request.body.empty() || request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
        if (brings_body) head.append("Content-Length: ").append(std::to_string(request.body.size())).append("\r\n");
        return head + "\r\n";
    }

    Result<Exchange, FailedExchange> exchange(const OutgoingRequest& request) {
        const auto url = Url::parse(request.url);
        if (!url) return refuse(not_sent(url.error()));
        const auto bytes = TRY(head_of(*url, request, settings.user_agent)) + request.body;
        const auto addresses = TRY(addresses_of(*url, request));
        const auto origin = url->origin();
        const bool to_head = request.method == "HEAD";
        const bool repeatable = request.repeat_is_safe || to_head || request.method == "GET";
        const Deadline deadline(request.timeout.count() > 0 ? request.timeout : settings.timeout);

        auto wire = idle_wire(origin);
        if (wire) {
            Conversation conversation(*wire, settings, deadline);
            auto exchange = conversation.hold(bytes, to_head);
            if (conversation.reusable()) keep(origin, *std::move(wire));
            const bool untouched = !exchange && exchange.error().kind == ExchangeFailure::not_sent;
            if (!conversation.abandoned() || !(repeatable || untouched)) return exchange;
        }
        wire = TRY(connect(*url, addresses, deadline));
        Conversation conversation(*wire, settings, deadline);
        auto exchange = conversation.hold(bytes, to_head);
        if (conversation.reusable()) keep(origin, *std::move(wire));
        return exchange;
    }

    ClientSettings settings;
    std::mutex mutex;
    Poco::Net::Context::Ptr trusting;
    std::map<std::string, Poco::Net::Context::Ptr> contexts;
    std::map<std::string, std::vector<Wire>> idle;
};

Client::Client(ClientSettings settings) : core_(std::make_unique<Core>(std::move(settings))) {}
Client::~Client() = default;

Result<Exchange, FailedExchange> Client::exchange(const OutgoingRequest& request) {
    return core_->exchange(request);
}

void Client::forget_connections() {
    std::lock_guard lock(core_->mutex);
    core_->idle.clear();
}

}  // namespace noren::http
