// The C frame by hand, without the SDK's wrappers: what a careless author might write.
#pragma once

#include <noren/abi.h>
#include <noren/wire/message.hpp>

#include <cerrno>
#include <string>
#include <string_view>

/// The text of the plugin's manifest; see ../CMakeLists.txt.
extern const char manifest_text[];
extern const std::size_t manifest_size;

inline std::string_view text_of(const noren_fb::String* string) {
    return string == nullptr ? std::string_view() : std::string_view(string->c_str(), string->size());
}

inline std::int32_t put(noren_fb::FlatBufferBuilder& builder, const noren_sink* sink) {
    return sink->put(sink->ctx, {builder.GetBufferPointer(), builder.GetSize()});
}

template <class Table>
std::int32_t put_answer(noren_fb::FlatBufferBuilder& builder, noren::wire::Answer kind, noren_fb::Offset<Table> answer,
                        const noren_sink* sink) {
    builder.Finish(noren::wire::CreateReply(builder, kind, answer.Union()));
    return put(builder, sink);
}

inline const noren_plugin* table_of(decltype(noren_plugin::open) open, decltype(noren_plugin::call) call,
                                    decltype(noren_plugin::close) close) {
    static const noren_plugin table{sizeof(noren_plugin),
                                    NOREN_ABI_MAJOR,
                                    {reinterpret_cast<const std::uint8_t*>(manifest_text), manifest_size},
                                    open,
                                    call,
                                    close};
    return &table;
}
