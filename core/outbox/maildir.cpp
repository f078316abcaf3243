#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/ids.hpp"
#include "outbox/transport.hpp"

namespace noren::outbox {
namespace {

/// An open file descriptor.
class Descriptor {
public:
    Descriptor(const std::filesystem::path& path, int flags) : number_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {
        if (number_ < 0) throw std::system_error(errno, std::generic_category(), path.string());
    }
    ~Descriptor() { ::close(number_); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    void write(std::string_view bytes) const {
        while (!bytes.empty()) {
            const auto written = ::write(number_, bytes.data(), bytes.size());
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) throw std::system_error(errno, std::generic_category(), "write");
            bytes.remove_prefix(static_cast<std::size_t>(written));
        }
    }
    void sync() const {
        if (::fsync(number_) != 0) throw std::system_error(errno, std::generic_category(), "fsync");
    }

private:
    const int number_;
};

/// Mail programs on this system read lines that end in LF.
std::string with_unix_line_ends(const std::string& message) {
    std::string out;
    out.reserve(message.size());
    for (std::size_t at = 0; at < message.size(); ++at) {
        if (message[at] == '\r' && at + 1 < message.size() && message[at + 1] == '\n') continue;
        out += message[at];
    }
    return out;
}

}  // namespace

Maildir::Maildir(std::filesystem::path folder) : folder_(std::move(folder)) {
    for (const char* name : {"tmp", "new", "cur"}) std::filesystem::create_directories(folder_ / name);
    std::filesystem::permissions(folder_, std::filesystem::perms::owner_all);
}

Result<void, NotAccepted> Maildir::send(const Envelope& envelope, const std::string& message) {
    const auto name = id_text(envelope.id.value) + ".noren";
    const auto written = folder_ / "tmp" / (name + "." + std::to_string(::getpid()));
    try {
        {
            const Descriptor file(written, O_WRONLY | O_CREAT | O_TRUNC);
            file.write(with_unix_line_ends(message));
            file.sync();
        }
        std::filesystem::rename(written, folder_ / "new" / name);
        Descriptor(folder_ / "new", O_RDONLY | O_DIRECTORY).sync();
    } catch (const std::system_error& error) {
        std::error_code ignored;
        std::filesystem::remove(written, ignored);
        return refuse(NotAccepted{false, std::string("maildir: ") + error.what()});
    }
    return {};
}

}  // namespace noren::outbox
