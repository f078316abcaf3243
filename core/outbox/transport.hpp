// Transports: how a finished message leaves.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <noren/values/id.hpp>
#include <optional>
#include <string>

#include "base/result.hpp"

namespace noren::outbox {

/// Who a message is for; `id` is the same at every repeat.
struct Envelope {
    MailId id;
    std::string from;
    std::string to;
};

/// The message was not accepted; `for_good` when this very mail never will be (the recipient or content is refused).
struct NotAccepted {
    bool for_good = false;
    std::string why;
};

class Transport {
public:
    virtual ~Transport() = default;
    /// Returns once the next one is responsible for the message. Any thread.
    virtual Result<void, NotAccepted> send(const Envelope& envelope, const std::string& message) = 0;
};

/// A maildir folder (tmp, new, cur): for development, for demonstrations, and where another program sends mail on.
/// A repeat replaces the first delivery. The message is durable when send() returns.
class Maildir final : public Transport {
public:
    /// Makes the folder where it is missing, readable by its owner alone. Throws std::filesystem::filesystem_error.
    explicit Maildir(std::filesystem::path folder);
    Result<void, NotAccepted> send(const Envelope& envelope, const std::string& message) override;

private:
    const std::filesystem::path folder_;
};

enum class Tls {
    none,
    starttls,  // a server that does not offer it gets no mail
    implicit,  // from the first byte, as on port 465
};

struct Login {
    std::string user;
    std::string password;
};

struct SmtpSettings {
    std::string host;
    std::uint16_t port = 25;
    Tls tls = Tls::none;
    std::optional<Login> login;          // only with TLS, or to a loopback host
    std::string own_name = "localhost";  // what EHLO says
    std::string trusted_certificates;    // a PEM file; empty: those of the system
    std::chrono::seconds timeout{30};    // for connecting and for each reply
};

/// One SMTP dialogue a mail. Certificates are verified, against the host's name too.
class Smtp final : public Transport {
public:
    /// Throws std::invalid_argument for a login that would travel in clear.
    explicit Smtp(SmtpSettings settings);
    Result<void, NotAccepted> send(const Envelope& envelope, const std::string& message) override;

private:
    const SmtpSettings settings_;
};

}  // namespace noren::outbox
