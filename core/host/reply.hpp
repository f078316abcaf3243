// Reply: a plugin's answer, owned and verified. Bytes: the aligned memory that it and requests stand in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <noren/wire/message.hpp>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace noren::host {

/// No request or reply may be larger.
inline constexpr std::size_t most_request_bytes = 1024UL * 1024;
inline constexpr std::size_t most_reply_bytes = 256UL * 1024;
/// A FlatBuffer may nest this deep and hold this many tables.
inline constexpr std::uint32_t most_depth = 32;
inline constexpr std::uint32_t most_tables = 10'000;

/// Owned bytes, aligned for a FlatBuffer, not initialised when made by size.
class Bytes {
public:
    Bytes() = default;
    explicit Bytes(std::size_t size) : data_(size == 0 ? nullptr : new std::uint8_t[size]), size_(size) {}
    static Bytes copy_of(std::span<const std::uint8_t> from) {
        Bytes bytes(from.size());
        if (!from.empty()) std::memcpy(bytes.data(), from.data(), from.size());
        return bytes;
    }
    std::uint8_t* data() { return data_.get(); }
    const std::uint8_t* data() const { return data_.get(); }
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    std::span<const std::uint8_t> view() const { return {data_.get(), size_}; }

private:
    static_assert(__STDCPP_DEFAULT_NEW_ALIGNMENT__ >= 8);
    std::unique_ptr<std::uint8_t[]> data_;
    std::size_t size_ = 0;
};

/// A reply whose structure was verified: every offset stays inside, strings end, depth and tables are within the caps.
/// What it means is checked by verify.hpp.
class Reply {
public:
    /// The reply in `bytes`, or what is wrong with them.
    static Result<Reply, std::string> read(Bytes bytes);

    const wire::Reply* get() const { return noren_fb::GetRoot<wire::Reply>(bytes_.data()); }
    const wire::Reply* operator->() const { return get(); }
    const wire::Reply& operator*() const { return *get(); }
    std::span<const std::uint8_t> bytes() const { return bytes_.view(); }

private:
    explicit Reply(Bytes bytes) : bytes_(std::move(bytes)) {}
    Bytes bytes_;
};

/// A request as bytes, by the object API. Where time counts, build it with a FlatBufferBuilder instead.
std::vector<std::uint8_t> encode(const wire::RequestT& request);

}  // namespace noren::host
