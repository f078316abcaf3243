// Files: where configuration comes from, a folder or revisions stored by their content, each file read once.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "settings/node.hpp"

namespace noren::settings {

/// A place that files are read from. Names are paths below its root, such as "storefronts/shop.yaml".
class Source {
public:
    virtual ~Source() = default;
    /// A file's text, or why there is none.
    virtual Result<std::string, std::string> read(const std::string& name) const = 0;
    /// The name that people know a file by.
    virtual std::string shown(const std::string& name) const { return name; }
};

/// A folder on disk. Reads plain files of at most 1 MiB.
class FolderSource final : public Source {
public:
    explicit FolderSource(std::string root) : root_(std::move(root)) {}
    Result<std::string, std::string> read(const std::string& name) const override;
    std::string shown(const std::string& name) const override;

private:
    std::string root_;
};

/// Texts by name: a stored revision, or a test's.
class ContentSource final : public Source {
public:
    explicit ContentSource(std::map<std::string, std::string> texts) : texts_(std::move(texts)) {}
    Result<std::string, std::string> read(const std::string& name) const override;

private:
    std::map<std::string, std::string> texts_;
};

/// `path` as written in file `from`: "../base/x.yaml" in "storefronts/a.yaml" is "base/x.yaml". Nothing for an absolute
/// path, one that leaves the root, or one that holds a backslash or NUL.
std::optional<std::string> name_from(std::string_view from, std::string_view path);

/// SHA-256 in 64 hexadecimal digits.
std::string sha256(std::string_view bytes);

/// A file as it was read.
struct File {
    std::string name;
    bool found = false;
    std::string text;
    std::string sha256;
    NodePtr tree;   // nullptr when it has faults
    Faults faults;  // why it could not be read or parsed
};
using FilePtr = std::shared_ptr<const File>;

/// Reads each file of a source once. Not for several threads at once; the files it gives are.
class Files {
public:
    /// `source` must outlive this.
    explicit Files(const Source& source) : source_(source) {}

    /// The file; one that is not there has a fault and an empty text. `wanted_at` is where it is asked for.
    FilePtr load(const std::string& name, Origin wanted_at = {});
    std::string shown(const std::string& name) const { return source_.shown(name); }

    /// Looks at every file read so far, and reads anew those whose content changed. Returns their names.
    std::vector<std::string> refresh();

private:
    FilePtr read(const std::string& name, Origin wanted_at) const;

    const Source& source_;
    std::map<std::string, FilePtr, std::less<>> files_;
};

}  // namespace noren::settings
