// Files of a theme, served from memory under names that change with their bytes.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace noren::http {

/// A folder's files, read once. Only what was read can be asked for: no request reaches the file system, so no path can
/// leave the folder. Symbolic links and hidden files are left out.
class StaticFiles {
public:
    /// Throws std::runtime_error for a folder that cannot be read, a file of more than 8 MiB, more than 64 MiB or
    /// 10,000 files in all, or a file whose extension has no known media type.
    explicit StaticFiles(const std::filesystem::path& folder);

    /// The name to link to: "css/shop.css" is "css/shop.4f2a1c9b0d3e.css". Throws std::out_of_range for a file that is
    /// not there.
    const std::string& hashed_name(std::string_view name) const;
    /// The file of this name. By its hashed name it may be kept for a year without asking; by its plain name it must be
    /// asked for, which its ETag makes cheap. 404 for anything else.
    Response serve(const Request& request, std::string_view name) const;

private:
    struct File {
        std::shared_ptr<const std::string> bytes;
        std::string media_type;
        std::string hashed_name;
    };
    std::map<std::string, File, std::less<>> files_;
    std::map<std::string, const File*, std::less<>> hashed_;
};

}  // namespace noren::http
