#include "host/binary.hpp"

#include <elf.h>
#include <fcntl.h>
#include <noren/abi.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>

namespace noren::host {
namespace {

constexpr std::string_view entry_name = "noren_plugin_v1";

#if defined(__x86_64__)
constexpr unsigned own_machine = EM_X86_64;
#elif defined(__aarch64__)
constexpr unsigned own_machine = EM_AARCH64;
#else
#error "name this machine's ELF number"
#endif

std::string machine_name(unsigned machine) {
    switch (machine) {
        case EM_386: return "x86 (32 bits)";
        case EM_X86_64: return "x86-64";
        case EM_ARM: return "ARM (32 bits)";
        case EM_AARCH64: return "AArch64";
        case EM_RISCV: return "RISC-V";
        default: return "machine number " + std::to_string(machine);
    }
}

std::string reason(int error) {
    return std::generic_category().message(error);
}

class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return number_; }
    explicit operator bool() const { return number_ >= 0; }

private:
    int number_;
};

std::string everything_in(int descriptor, std::size_t size) {
    std::string bytes(size, '\0');
    std::size_t done = 0;
    while (done < size) {
        const auto got = ::read(descriptor, bytes.data() + done, size - done);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        done += static_cast<std::size_t>(got);
    }
    bytes.resize(done);
    return bytes;
}

/// Reads structures out of bytes, never beyond them.
class ElfReader {
public:
    explicit ElfReader(std::string_view bytes) : bytes_(bytes) {}

    template <class Struct>
    std::optional<Struct> at(std::uint64_t offset) const {
        if (offset > bytes_.size() || bytes_.size() - offset < sizeof(Struct)) return std::nullopt;
        Struct value;
        std::memcpy(&value, bytes_.data() + offset, sizeof value);
        return value;
    }
    std::optional<std::string_view> part(std::uint64_t offset, std::uint64_t size) const {
        if (offset > bytes_.size() || bytes_.size() - offset < size) return std::nullopt;
        return bytes_.substr(offset, size);
    }

private:
    std::string_view bytes_;
};

std::optional<std::string_view> string_at(std::string_view table, std::uint64_t offset) {
    if (offset >= table.size()) return std::nullopt;
    const auto end = table.find('\0', offset);
    if (end == std::string_view::npos) return std::nullopt;
    return table.substr(offset, end - offset);
}

bool is_exported(const Elf64_Sym& symbol) {
    const auto binding = ELF64_ST_BIND(symbol.st_info);
    const auto visibility = ELF64_ST_VISIBILITY(symbol.st_other);
    return symbol.st_shndx != SHN_UNDEF && (binding == STB_GLOBAL || binding == STB_WEAK) &&
           (visibility == STV_DEFAULT || visibility == STV_PROTECTED);
}

}  // namespace

Result<std::string, LoadRefusal> read_safely(const std::filesystem::path& file, std::size_t most) {
    const auto refused = [&](std::string found, std::string expected, std::string remedy) {
        return refuse(LoadRefusal{file.string(), std::move(found), std::move(expected), std::move(remedy)});
    };
    const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    const Descriptor parent(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!parent) {
        const bool link = errno == ELOOP || errno == ENOTDIR;
        return refused(
            link ? "a symbolic link in place of its folder" : "no folder that can be read (" + reason(errno) + ")",
            "a folder", "name the folder itself");
    }
    struct stat status {};
    if (::fstat(parent.get(), &status) != 0 || (status.st_mode & 0002U) != 0) {
        return refused("a folder that everybody may write", "one that only its owner may write",
                       "chmod o-w " + folder.string());
    }
    const Descriptor opened(
        ::openat(parent.get(), file.filename().c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!opened) {
        if (errno == ELOOP) return refused("a symbolic link", "the file itself", "copy the file there");
        return refused("nothing that can be read (" + reason(errno) + ")", "a file", "install the plugin again");
    }
    if (::fstat(opened.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
        return refused("something that is no regular file", "a file", "install the plugin again");
    }
    if ((status.st_mode & 0002U) != 0) {
        return refused("a file that everybody may write", "one that only its owner may write",
                       "chmod o-w " + file.string());
    }
    if (static_cast<std::size_t>(status.st_size) > most) {
        return refused(std::to_string(status.st_size) + " bytes", "at most " + std::to_string(most), "make it smaller");
    }
    return everything_in(opened.get(), static_cast<std::size_t>(status.st_size));
}

std::string sha256_hex(std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
    unsigned size = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
        throw std::runtime_error("SHA-256 is not available");
    }
    std::string hex;
    for (unsigned i = 0; i < size; ++i) {
        constexpr std::string_view digits = "0123456789abcdef";
        hex += digits[digest[i] >> 4U];
        hex += digits[digest[i] & 15U];
    }
    return hex;
}

Result<std::vector<std::string>, LoadRefusal> exports_of(std::string_view bytes, const std::string& file) {
    const auto refused = [&](std::string found, std::string expected, std::string remedy) {
        return refuse(LoadRefusal{file, std::move(found), std::move(expected), std::move(remedy)});
    };
    const ElfReader reader(bytes);
    const auto header = reader.at<Elf64_Ehdr>(0);
    if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0) {
        return refused("no ELF file", "a shared library", "install the plugin's .so here");
    }
    const std::string own = machine_name(own_machine);
    if (header->e_ident[EI_CLASS] != ELFCLASS64) {
        return refused("a 32-bit ELF file", "a 64-bit one for " + own, "rebuild it for this machine");
    }
    if (header->e_ident[EI_DATA] != ELFDATA2LSB || header->e_machine != own_machine) {
        return refused("an ELF file for " + machine_name(header->e_machine), "one for " + own,
                       "rebuild it for this machine");
    }
    if (header->e_type != ET_DYN) {
        return refused("an ELF file that is no shared library", "a shared library", "link it with -shared");
    }
    std::vector<std::string> names;
    for (unsigned i = 0; i < header->e_shnum; ++i) {
        const auto section = reader.at<Elf64_Shdr>(header->e_shoff + std::uint64_t{i} * sizeof(Elf64_Shdr));
        if (!section) break;
        if (section->sh_type != SHT_DYNSYM) continue;
        const auto strings_header =
            reader.at<Elf64_Shdr>(header->e_shoff + std::uint64_t{section->sh_link} * sizeof(Elf64_Shdr));
        if (!strings_header) break;
        const auto strings = reader.part(strings_header->sh_offset, strings_header->sh_size);
        const auto symbols = reader.part(section->sh_offset, section->sh_size);
        if (!strings || !symbols) break;
        for (std::uint64_t at = 0; at + sizeof(Elf64_Sym) <= symbols->size(); at += sizeof(Elf64_Sym)) {
            Elf64_Sym symbol;
            std::memcpy(&symbol, symbols->data() + at, sizeof symbol);
            if (!is_exported(symbol)) continue;
            if (const auto name = string_at(*strings, symbol.st_name); name && !name->empty())
                names.emplace_back(*name);
        }
    }
    return names;
}

Result<JudgedBinary, LoadRefusal> judge_binary(const std::filesystem::path& file, const std::optional<std::string>& pin,
                                               std::string_view manifest) {
    const auto refused = [&](std::string found, std::string expected, std::string remedy) {
        return refuse(LoadRefusal{file.string(), std::move(found), std::move(expected), std::move(remedy)});
    };
    auto bytes = TRY(read_safely(file, most_binary_bytes));
    auto sha256 = sha256_hex(bytes);
    if (pin && *pin != sha256) {
        return refused("a file with SHA-256 " + sha256, *pin + " as pinned",
                       "install the pinned version, or pin this one if you trust it");
    }
    const auto names = TRY(exports_of(bytes, file.string()));
    if (std::find(names.begin(), names.end(), entry_name) == names.end()) {
        return refused("a shared library without " + std::string(entry_name), "it among its exports",
                       "build it with noren_add_plugin(), or export the function of noren/abi.h");
    }
    if (bytes.find(manifest) == std::string::npos) {
        return refused("a binary that holds another manifest than the file beside it", "the same text in both",
                       "install the .so and its .plugin.yaml of the same build");
    }
    return JudgedBinary{std::move(bytes), std::move(sha256)};
}

std::filesystem::path keep(const JudgedBinary& binary, const std::filesystem::path& cache) {
    const auto& [bytes, sha256] = binary;
    const auto fail = [&](const std::string& what) -> std::filesystem::path {
        throw std::runtime_error("plugin cache " + cache.string() + ": " + what);
    };
    if (cache.has_parent_path()) std::filesystem::create_directories(cache.parent_path());
    if (::mkdir(cache.c_str(), 0700) != 0 && errno != EEXIST) return fail("cannot be made: " + reason(errno));
    struct stat folder {};
    if (::lstat(cache.c_str(), &folder) != 0 || !S_ISDIR(folder.st_mode)) return fail("is no folder");
    if (folder.st_uid != ::geteuid() || (folder.st_mode & 0022U) != 0) {
        return fail("must belong to the server's user, and nobody else may write there");
    }
    auto path = std::filesystem::absolute(cache) / (sha256 + ".so");
    if (auto kept = read_safely(path, most_binary_bytes); kept && *kept == bytes) return path;

    static std::atomic<unsigned> count{0};
    const auto fresh = path.string() + "." + std::to_string(::getpid()) + "." + std::to_string(++count);
    {
        const Descriptor file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0500));
        if (!file) return fail("cannot write " + fresh + ": " + reason(errno));
        for (std::size_t done = 0; done < bytes.size();) {
            const auto wrote = ::write(file.get(), bytes.data() + done, bytes.size() - done);
            if (wrote < 0 && errno == EINTR) continue;
            if (wrote <= 0) {
                const auto why = reason(errno);
                ::unlink(fresh.c_str());
                return fail("cannot write: " + why);
            }
            done += static_cast<std::size_t>(wrote);
        }
    }
    if (::rename(fresh.c_str(), path.c_str()) != 0) return fail("cannot rename: " + reason(errno));
    return path;
}

}  // namespace noren::host
