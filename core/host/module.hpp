// Module: a plugin's code in this process, be it the server or a helper. Here its functions are called, nowhere else.
#pragma once

#include <noren/abi.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "host/reply.hpp"

namespace noren::host {

/// What came of calling into a plugin: its errno-like code, and the bytes that it put, if any.
struct Answered {
    enum class Breach : std::uint8_t { none, threw, put_twice, put_too_much };
    std::int32_t code = 0;
    Breach breach = Breach::none;
    Bytes bytes;
    std::string thrown;  // the what() of an escaped exception, when it can be known

    /// After open(): whether there is an instance now. One that refuses its settings returns 0 and puts an Error.
    bool opened() const { return code == 0 && breach == Breach::none && bytes.empty(); }
};

/// A loaded plugin. Its code stays mapped until the process ends: destructors of thread-locals, STB_GNU_UNIQUE symbols
/// and exceptions in flight make unloading unsafe however it was built.
class Module {
public:
    /// Maps `file` (an absolute path) and runs its constructors. Throws std::runtime_error, one line, when it cannot be
    /// linked, does not export noren_plugin_v1, or its table is of another ABI or incomplete.
    explicit Module(const std::filesystem::path& file);

    /// The manifest inside the binary.
    std::string_view manifest() const;

    /// These return whatever the plugin does short of ending the process. `self` is what open() made.
    Answered open(const noren_host& host, std::span<const std::uint8_t> settings, void*& self) const;
    Answered call(void* self, std::uint32_t method, std::span<const std::uint8_t> request) const;
    void close(void* self) const noexcept;

private:
    const noren_plugin* table_ = nullptr;
};

}  // namespace noren::host
