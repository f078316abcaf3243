// Runs mail_server.py for a test.
#pragma once

#include <Poco/Pipe.h>
#include <Poco/PipeStream.h>
#include <Poco/Process.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

namespace noren::outbox::testing {

/// An SMTP server on a port of its own, until it is destroyed.
class MailServer {
public:
    explicit MailServer(const std::string& folder, const std::vector<std::string>& options = {}) {
        std::vector<std::string> arguments{NOREN_TEST_MAIL_SERVER, "serve", folder};
        arguments.insert(arguments.end(), options.begin(), options.end());
        process_ = std::make_unique<Poco::ProcessHandle>(
            Poco::Process::launch("/usr/bin/python3", arguments, &input_, &output_, nullptr));
        Poco::PipeInputStream output(output_);
        output >> port_;
    }
    ~MailServer() {
        Poco::Process::kill(*process_);
        process_->wait();
    }
    MailServer(const MailServer&) = delete;
    MailServer& operator=(const MailServer&) = delete;

    std::uint16_t port() const { return port_; }

private:
    Poco::Pipe input_;
    Poco::Pipe output_;
    std::unique_ptr<Poco::ProcessHandle> process_;
    std::uint16_t port_ = 0;
};

/// What Python's mail parser sees in a message.
inline nlohmann::json seen_by_a_mail_program(const std::string& message) {
    Poco::Pipe input;
    Poco::Pipe output;
    const auto process =
        Poco::Process::launch("/usr/bin/python3", {NOREN_TEST_MAIL_SERVER, "read"}, &input, &output, nullptr);
    {
        Poco::PipeOutputStream in(input);
        in << message;
        in.close();
    }
    Poco::PipeInputStream out(output);
    std::stringstream text;
    text << out.rdbuf();
    process.wait();
    return nlohmann::json::parse(text.str());
}

}  // namespace noren::outbox::testing
