#include "webhooks.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/crc.hpp>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "orders.hpp"

namespace noren::simulators::paypal {

namespace {

constexpr int most_failures = 25;

template <class T, void (*release)(T*)>
struct Releases {
    void operator()(T* held) const { release(held); }
};
using Context = std::unique_ptr<EVP_MD_CTX, Releases<EVP_MD_CTX, EVP_MD_CTX_free>>;
using Certificate = std::unique_ptr<X509, Releases<X509, X509_free>>;
struct CloseBio {
    void operator()(BIO* bio) const { BIO_free(bio); }
};
using Bio = std::unique_ptr<BIO, CloseBio>;

std::string message_of(const Transmission& sent, const std::string& webhook_id, std::string_view body) {
    boost::crc_32_type crc;
    crc.process_bytes(body.data(), body.size());
    return sent.id + "|" + sent.time + "|" + webhook_id + "|" + std::to_string(crc.checksum());
}

const unsigned char* bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string base64(const std::string& raw) {
    std::string text(4 * ((raw.size() + 2) / 3) + 1, '\0');
    const int size =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes(raw), static_cast<int>(raw.size()));
    text.resize(static_cast<std::size_t>(size));
    return text;
}

std::string from_base64(const std::string& text) {
    if (text.empty() || text.size() % 4 != 0) return {};
    std::string raw(text.size(), '\0');
    const int size =
        EVP_DecodeBlock(reinterpret_cast<unsigned char*>(raw.data()), bytes(text), static_cast<int>(text.size()));
    if (size < 0) return {};
    const auto padding = static_cast<std::size_t>(std::count(text.end() - 2, text.end(), '='));
    raw.resize(static_cast<std::size_t>(size) - padding);
    return raw;
}

Certificate self_signed(EVP_PKEY* key) {
    Certificate made(X509_new());
    X509_set_version(made.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -86400);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), 10L * 365 * 86400);
    auto* name = X509_get_subject_name(made.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, bytes("messageverificationcerts.simulator.paypal.com"), -1, -1,
                               0);
    X509_set_issuer_name(made.get(), name);
    X509_set_pubkey(made.get(), key);
    X509_sign(made.get(), key, EVP_sha256());
    return made;
}

std::string text_in(BIO* bio) {
    char* data = nullptr;
    const auto size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(size)};
}

}  // namespace

Signer::Signer(std::filesystem::path file) {
    if (!file.empty() && std::filesystem::exists(file)) {
        Bio in(BIO_new_file(file.c_str(), "r"));
        key_ = PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr);
    } else {
        key_ = EVP_RSA_gen(2048U);
        if (!file.empty()) {
            Bio out(BIO_new_file(file.c_str(), "w"));
            PEM_write_bio_PrivateKey(out.get(), key_, nullptr, nullptr, 0, nullptr, nullptr);
            std::filesystem::permissions(file,
                                         std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
        }
    }
    if (key_ == nullptr) throw std::runtime_error("no signing key in " + file.string());
    Bio pem(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(pem.get(), self_signed(key_).get());
    certificate_ = text_in(pem.get());
}

Signer::~Signer() {
    EVP_PKEY_free(key_);
}

Transmission Signer::sign(const std::string& webhook_id, std::string_view body, const std::string& time) const {
    Transmission sent{random_id() + random_id(), time, ""};
    const auto message = message_of(sent, webhook_id, body);
    const Context context(EVP_MD_CTX_new());
    std::string raw(512, '\0');
    std::size_t size = raw.size();
    if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_) != 1 ||
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(raw.data()), &size, bytes(message),
                       message.size()) != 1) {
        throw std::runtime_error("cannot sign a webhook");
    }
    raw.resize(size);
    sent.signature = base64(raw);
    return sent;
}

bool Signer::verify(const Transmission& sent, const std::string& webhook_id, std::string_view body) const {
    const auto raw = from_base64(sent.signature);
    const auto message = message_of(sent, webhook_id, body);
    const Context context(EVP_MD_CTX_new());
    return EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_) == 1 &&
           EVP_DigestVerify(context.get(), bytes(raw), raw.size(), bytes(message), message.size()) == 1;
}

Webhooks::Webhooks(Book& book, const Signer& signer, std::function<std::int64_t()> clock, std::string certificate_url)
    : book_(book), signer_(signer), clock_(std::move(clock)), certificate_url_(std::move(certificate_url)) {
    std::map<std::string, std::string> undelivered;
    book_.replay([&](const nlohmann::json& line) {
        if (line.contains("event")) undelivered[line["event"]["id"]] = line["event"].dump();
        if (line.contains("settled")) undelivered.erase(line["settled"].get<std::string>());
    });
    for (auto& [id, body] : undelivered) waiting_.emplace(std::chrono::steady_clock::now(), Delivery{id, body});
    worker_ = std::thread([this] { work(); });
}

Webhooks::~Webhooks() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    wake_.notify_all();
    worker_.join();
}

void Webhooks::configure(const std::string& url, const std::string& webhook_id, int retry_ms) {
    std::optional<Target> target;
    if (!url.empty()) {
        const std::string scheme = "http://";
        const auto slash = url.find('/', scheme.size());
        const auto authority = url.substr(scheme.size(), slash - scheme.size());
        const auto colon = authority.find(':');
        const auto host = authority.substr(0, colon);
        const bool local = host == "127.0.0.1" || host == "localhost" ||
                           (host.size() > 10 && host.compare(host.size() - 10, 10, ".localhost") == 0);
        if (url.compare(0, scheme.size(), scheme) != 0 || !local) {
            throw std::invalid_argument("webhook_url must be http:// on this machine");
        }
        target = Target{host, colon == std::string::npos ? "80" : authority.substr(colon + 1),
                        slash == std::string::npos ? "/" : url.substr(slash)};
    }
    const std::lock_guard lock(mutex_);
    target_ = std::move(target);
    webhook_id_ = webhook_id;
    retry_ms_ = std::max(1, retry_ms);
    wake_.notify_all();
}

std::string Webhooks::webhook_id() const {
    const std::lock_guard lock(mutex_);
    return webhook_id_;
}

void Webhooks::send(const nlohmann::json& event, const std::optional<Fault>& fault) {
    const std::lock_guard lock(mutex_);
    if (!target_) return;
    Delivery delivery{event["id"], event.dump()};
    book_.write({{"event", event}});
    const auto what = fault ? fault->what : "";
    if (what == "lose") {
        book_.write({{"settled", delivery.event_id}});
        return;
    }
    delivery.held = what == "reorder";
    if (what == "duplicate") queue(delivery, std::chrono::milliseconds(0));
    if (!delivery.held) release_held();
    queue(std::move(delivery), std::chrono::milliseconds(what == "reorder" ? 2000 : fault ? fault->delay_ms : 0));
    wake_.notify_all();
}

void Webhooks::queue(Delivery delivery, std::chrono::milliseconds after) {
    waiting_.emplace(std::chrono::steady_clock::now() + after, std::move(delivery));
}

void Webhooks::release_held() {
    for (auto at = waiting_.begin(); at != waiting_.end();) {
        auto next = std::next(at);
        if (at->second.held) {
            auto delivery = std::move(at->second);
            delivery.held = false;
            waiting_.erase(at);
            queue(std::move(delivery), std::chrono::milliseconds(100));
        }
        at = next;
    }
}

nlohmann::json Webhooks::state() const {
    const std::lock_guard lock(mutex_);
    return {{"waiting", waiting_.size()}, {"delivered", delivered_}, {"refused", refused_}};
}

void Webhooks::work() {
    std::unique_lock lock(mutex_);
    while (!ending_) {
        if (waiting_.empty() || !target_) {
            wake_.wait(lock);
            continue;
        }
        if (const auto due = waiting_.begin()->first; due > std::chrono::steady_clock::now()) {
            wake_.wait_until(lock, due);
            continue;
        }
        auto delivery = std::move(waiting_.begin()->second);
        waiting_.erase(waiting_.begin());
        const auto target = *target_;
        const auto webhook_id = webhook_id_;
        lock.unlock();
        const bool taken = deliver(target, webhook_id, delivery.body);
        lock.lock();
        ++(taken ? delivered_ : refused_);
        if (taken || ++delivery.failures >= most_failures) {
            book_.write({{"settled", delivery.event_id}});
            book_.keep();
        } else {
            const auto wait = static_cast<std::int64_t>(retry_ms_) << std::min(delivery.failures - 1, 16);
            queue(std::move(delivery), std::chrono::milliseconds(std::min<std::int64_t>(wait, 60'000)));
        }
    }
}

bool Webhooks::deliver(const Target& target, const std::string& webhook_id, const std::string& body) const {
    const auto sent = signer_.sign(webhook_id, body, timestamp(clock_()));
    std::ostringstream message;
    message << "POST " << target.path << " HTTP/1.1\r\nHost: " << target.host << ':' << target.port
            << "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " << body.size()
            << "\r\nPAYPAL-TRANSMISSION-ID: " << sent.id << "\r\nPAYPAL-TRANSMISSION-TIME: " << sent.time
            << "\r\nPAYPAL-TRANSMISSION-SIG: " << sent.signature << "\r\nPAYPAL-CERT-URL: " << certificate_url_
            << "\r\nPAYPAL-AUTH-ALGO: SHA256withRSA\r\n\r\n"
            << body;

    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval patience{10, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(target.port)));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    std::string answer;
    if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
        const auto text = message.str();
        for (std::size_t out = 0; out < text.size();) {
            const auto size = ::send(fd, text.data() + out, text.size() - out, MSG_NOSIGNAL);
            if (size <= 0) break;
            out += static_cast<std::size_t>(size);
        }
        std::array<char, 4096> chunk{};
        while (answer.size() < 13) {
            const auto size = ::recv(fd, chunk.data(), chunk.size(), 0);
            if (size <= 0) break;
            answer.append(chunk.data(), static_cast<std::size_t>(size));
        }
    }
    ::close(fd);
    return answer.size() >= 13 && answer[9] == '2';
}

}  // namespace noren::simulators::paypal
