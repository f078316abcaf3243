#include "settings/secrets.hpp"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace noren::settings {
namespace {

constexpr std::size_t most_secret_bytes = 64 * 1024;

/// A file descriptor that closes itself.
class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int number() const { return number_; }

private:
    int number_;
};

Result<SecretText, std::string> from_file(const std::string& path) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (file.number() < 0) return refuse("cannot be opened: " + std::string(std::strerror(errno)));
    struct stat status {};
    if (::fstat(file.number(), &status) != 0 || !S_ISREG(status.st_mode)) return refuse(std::string("is no file"));
    if ((status.st_mode & 07777U & ~0640U) != 0) {
        char mode[8];
        std::snprintf(mode, sizeof mode, "%04o", static_cast<unsigned>(status.st_mode & 07777U));
        return refuse("has mode " + std::string(mode) + ", wider than 0640");
    }
    std::string text(most_secret_bytes + 1, '\0');
    std::size_t length = 0;
    while (length < text.size()) {
        const auto got = ::read(file.number(), text.data() + length, text.size() - length);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return refuse("cannot be read: " + std::string(std::strerror(errno)));
        if (got == 0) break;
        length += static_cast<std::size_t>(got);
    }
    if (length > most_secret_bytes) return refuse(std::string("is larger than 64 KiB"));
    if (length > 0 && text[length - 1] == '\n') --length;
    SecretText secret(text.substr(0, length));
    OPENSSL_cleanse(text.data(), text.size());
    if (length == 0) return refuse(std::string("is empty"));
    return secret;
}

Result<SecretText, std::string> from_environment(const std::string& name) {
    const char* text = std::getenv(name.c_str());
    if (text == nullptr) return refuse(std::string("is not set"));
    if (*text == '\0') return refuse(std::string("is empty"));
    return SecretText(text);
}

void collect(const Value& value, std::vector<Value>& all) {
    if (!value) return;
    if (value.schema().type == Type::secret) {
        all.push_back(value);
    } else if (value.schema().is_map_like()) {
        for (const auto& entry : value.entries()) collect(entry, all);
    } else if (value.schema().type == Type::list) {
        for (const auto& item : value.items()) collect(item, all);
    }
}

}  // namespace

SecretText& SecretText::operator=(SecretText&& other) noexcept {
    if (this != &other) {
        wipe();
        text_ = std::move(other.text_);
        other.wipe();
    }
    return *this;
}

void SecretText::wipe() {
    OPENSSL_cleanse(text_.data(), text_.size());
    text_.clear();
}

Result<SecretText, Fault> resolve(const Value& reference) {
    const auto told = reference.secret();
    const bool in_file = told.kind == SecretReference::Kind::file;
    auto secret = in_file ? from_file(told.name) : from_environment(told.name);
    if (secret) return std::move(*secret);
    const auto what = (in_file ? "secret file " : "environment variable ") + told.name + " " + secret.error();
    return refuse(fault_at(reference.origin(), reference.path() + ": " + what));
}

std::vector<Value> secrets_in(const Value& value) {
    std::vector<Value> all;
    collect(value, all);
    return all;
}

}  // namespace noren::settings
