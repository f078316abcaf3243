// Binary: a plugin's shared library, judged by its bytes alone before any of its code runs.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "host/refusal.hpp"

namespace noren::host {

/// No binary, manifest or schema may be larger.
inline constexpr std::size_t most_binary_bytes = 64UL * 1024 * 1024;
inline constexpr std::size_t most_sidecar_bytes = 64UL * 1024;

/// A file's bytes. Refused: a symbolic link, a folder that is one, anything but a regular file, a file or folder that
/// the whole world may write, more than `most` bytes. The folder is held open, so that nothing is swapped in between.
Result<std::string, LoadRefusal> read_safely(const std::filesystem::path& file, std::size_t most);

/// 64 lower-case hex digits.
std::string sha256_hex(std::string_view bytes);

/// The names that a shared library for this machine defines for others (its dynamic symbols). Reads within bounds,
/// whatever the bytes are. (boost::dll::library_info reads the symbol table that `strip` removes, and trusts it.)
Result<std::vector<std::string>, LoadRefusal> exports_of(std::string_view bytes, const std::string& file);

struct JudgedBinary {
    std::string bytes;
    std::string sha256;
};

/// Judges the library at `file`: its place, its SHA-256 where `pin` names one, its architecture, its exports, and that
/// it holds the text of `manifest`. Runs and writes nothing.
Result<JudgedBinary, LoadRefusal> judge_binary(const std::filesystem::path& file, const std::optional<std::string>& pin,
                                               std::string_view manifest);

/// Copies what was judged into `cache` (made for its owner alone, when it is missing) as `<cache>/<sha256>.so`:
/// whatever happens to the original, the copy is what was judged. Throws std::runtime_error when the cache cannot be
/// used: that is the server's trouble, not the plugin's.
std::filesystem::path keep(const JudgedBinary& binary, const std::filesystem::path& cache);

}  // namespace noren::host
