#include "http/static_files.hpp"

#include <array>
#include <fstream>
#include <iterator>

#include "http/text.hpp"

namespace noren::http {
namespace {

constexpr std::uintmax_t largest_file = 8 << 20;
constexpr std::uintmax_t largest_folder = 64 << 20;
constexpr std::size_t most_files = 10'000;
constexpr std::size_t hash_digits = 12;

constexpr std::array<std::pair<std::string_view, std::string_view>, 16> media_types{
    {{".css", "text/css; charset=utf-8"},
     {".js", "text/javascript; charset=utf-8"},
     {".json", "application/json"},
     {".webmanifest", "application/manifest+json"},
     {".txt", "text/plain; charset=utf-8"},
     {".svg", "image/svg+xml"},
     {".png", "image/png"},
     {".jpg", "image/jpeg"},
     {".jpeg", "image/jpeg"},
     {".gif", "image/gif"},
     {".webp", "image/webp"},
     {".avif", "image/avif"},
     {".ico", "image/x-icon"},
     {".woff2", "font/woff2"},
     {".woff", "font/woff"},
     {".map", "application/json"}}};

std::string media_type_of(const std::filesystem::path& path) {
    const auto extension = lower_case(path.extension().string());
    for (const auto& [known, type] : media_types)
        if (known == extension) return std::string(type);
    throw std::runtime_error(path.string() + ": no media type is known for this extension");
}

std::string bytes_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (!file.good() && !file.eof()) throw std::runtime_error(path.string() + " cannot be read");
    return bytes;
}

std::string with_hash(const std::filesystem::path& name, std::string_view bytes) {
    const auto hash = etag_of(bytes).substr(1, hash_digits);
    auto hashed = name;
    hashed.replace_filename(name.stem().string() + "." + hash + name.extension().string());
    return hashed.generic_string();
}

}  // namespace

StaticFiles::StaticFiles(const std::filesystem::path& folder) {
    namespace fs = std::filesystem;
    std::uintmax_t total = 0;
    for (auto entry = fs::recursive_directory_iterator(folder); entry != fs::recursive_directory_iterator(); ++entry) {
        const bool hidden = entry->path().filename().string().front() == '.';
        if (entry->is_symlink() || hidden) {
            if (entry->is_directory()) entry.disable_recursion_pending();
            continue;
        }
        if (!entry->is_regular_file()) continue;
        total += entry->file_size();
        if (entry->file_size() > largest_file || total > largest_folder || files_.size() == most_files)
            throw std::runtime_error(entry->path().string() + ": too large, or too many files");
        const auto name = fs::relative(entry->path(), folder);
        auto bytes = bytes_of(entry->path());
        auto hashed = with_hash(name, bytes);
        files_.emplace(name.generic_string(), File{std::make_shared<const std::string>(std::move(bytes)),
                                                   media_type_of(name), std::move(hashed)});
    }
    for (const auto& [name, file] : files_) hashed_.emplace(file.hashed_name, &file);
}

const std::string& StaticFiles::hashed_name(std::string_view name) const {
    const auto found = files_.find(name);
    if (found == files_.end()) throw std::out_of_range("there is no file " + std::string(name));
    return found->second.hashed_name;
}

Response StaticFiles::serve(const Request& request, std::string_view name) const {
    if (const auto hashed = hashed_.find(name); hashed != hashed_.end()) {
        Response response;
        response.set_body(hashed->second->bytes, hashed->second->media_type);
        return response.set_header("Cache-Control", "public, max-age=31536000, immutable");
    }
    const auto found = files_.find(name);
    if (found == files_.end()) return problem(404, "not_found", "Not Found", "there is no such file");
    Response response;
    response.set_body(found->second.bytes, found->second.media_type);
    response.set_header("Cache-Control", "public, no-cache");
    return with_etag(request, std::move(response));
}

}  // namespace noren::http
