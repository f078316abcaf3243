#include "settings/files.hpp"

#include <openssl/evp.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "settings/yaml.hpp"

namespace noren::settings {

Result<std::string, std::string> FolderSource::read(const std::string& name) const {
    const auto path = shown(name);
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return refuse(std::string(std::strerror(errno)));
    if (!S_ISREG(status.st_mode)) return refuse(std::string("it is no file"));
    std::ifstream stream(path, std::ios::binary);
    if (!stream) return refuse(std::string(std::strerror(errno)));
    std::string text(most_bytes + 1, '\0');  // one byte more, so that parse() sees that it is too large
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (stream.bad()) return refuse(std::string("it cannot be read"));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    text.shrink_to_fit();
    return text;
}

std::string FolderSource::shown(const std::string& name) const {
    return root_.empty() ? name : root_ + "/" + name;
}

Result<std::string, std::string> ContentSource::read(const std::string& name) const {
    const auto at = texts_.find(name);
    if (at == texts_.end()) return refuse(std::string("it does not exist"));
    return at->second;
}

std::optional<std::string> name_from(std::string_view from, std::string_view path) {
    if (path.empty() || path.front() == '/' || path.find('\\') != std::string_view::npos ||
        path.find('\0') != std::string_view::npos) {
        return std::nullopt;
    }
    std::vector<std::string_view> parts;
    const auto walk = [&parts](std::string_view steps) {
        while (!steps.empty()) {
            const auto end = std::min(steps.find('/'), steps.size());
            const auto step = steps.substr(0, end);
            steps.remove_prefix(std::min(end + 1, steps.size()));
            if (step.empty() || step == ".") continue;
            if (step == ".." && parts.empty()) return false;
            if (step == "..") {
                parts.pop_back();
            } else {
                parts.push_back(step);
            }
        }
        return true;
    };
    const auto folder_end = from.rfind('/');
    if (folder_end != std::string_view::npos && !walk(from.substr(0, folder_end))) return std::nullopt;
    if (!walk(path) || parts.empty()) return std::nullopt;
    std::string name;
    for (const auto part : parts) name += (name.empty() ? "" : "/") + std::string(part);
    return name;
}

std::string sha256(std::string_view bytes) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), digest, &length, EVP_sha256(), nullptr) != 1) {
        throw std::runtime_error("SHA-256 is not available");
    }
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (unsigned int i = 0; i < length; ++i) text += {digits[digest[i] >> 4], digits[digest[i] & 15]};
    return text;
}

FilePtr Files::load(const std::string& name, Origin wanted_at) {
    const auto at = files_.find(name);
    if (at != files_.end() && at->second->found) return at->second;
    return files_[name] = read(name, wanted_at);  // one that was missing is told at each place that wants it
}

FilePtr Files::read(const std::string& name, Origin wanted_at) const {
    auto file = std::make_shared<File>();
    file->name = name;
    auto text = source_.read(name);
    if (!text) {
        auto fault = fault_at(wanted_at, "file " + shown(name) + " cannot be read: " + text.error());
        if (wanted_at.line == 0) fault.file = shown(name);
        file->faults.push_back(std::move(fault));
        return file;
    }
    file->found = true;
    file->text = std::move(*text);
    file->sha256 = settings::sha256(file->text);
    auto tree = parse(file->text, shown(name));
    if (tree) {
        file->tree = std::move(*tree);
    } else {
        file->faults = std::move(tree).error();
    }
    return file;
}

std::vector<std::string> Files::refresh() {
    std::vector<std::string> changed;
    for (auto& [name, file] : files_) {
        const auto text = source_.read(name);
        if (text ? file->found && *text == file->text : !file->found) continue;
        file = read(name, {});
        changed.push_back(name);
    }
    return changed;
}

}  // namespace noren::settings
