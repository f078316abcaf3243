// The boundary, from the plugin's side: one exported function, and trampolines that let no exception, allocator or C++
// type across. Authors include carrier.hpp, gateway.hpp or policy.hpp instead.
#pragma once

#include <noren/abi.h>
#include <noren/call.hpp>
#include <noren/http.hpp>
#include <noren/settings.hpp>
#include <noren/views.hpp>

#include <atomic>
#include <cerrno>
#include <exception>
#include <memory>
#include <type_traits>
#include <vector>

/// The text of the plugin's manifest: noren_add_plugin() makes it from NAME.plugin.yaml.
extern "C" const std::uint8_t noren_manifest_text[];
extern "C" const std::size_t noren_manifest_size;

namespace noren {

using Builder = noren_fb::FlatBufferBuilder;

/// An answer under construction: its kind and its place in the builder.
struct Answered {
    wire::Answer kind = wire::Answer::NONE;
    noren_fb::Offset<void> table;
};

namespace detail {

/// The plugin does not offer the method: -ENOSYS.
struct NoSuchMethod {};
/// The request lacks what its method promises: -EINVAL.
struct BadRequest {};

/// A field that an author may rely on, made when the message left it out.
template <class Table>
void ensure(std::unique_ptr<Table>& field) {
    if (!field) field = std::make_unique<Table>();
}

/// The message that a method was asked with. Throws BadRequest when the request holds another one.
template <class Ask>
const Ask& ask_of(const wire::Request& request) {
    if (request.ask_type() != wire::AskTraits<Ask>::enum_value || !request.ask()) throw BadRequest{};
    return *static_cast<const Ask*>(request.ask());
}

inline Answered error(Builder& builder, std::string_view code, std::string_view message, bool retryable = false,
                      std::uint32_t retry_after_ms = 0) {
    builder.Clear();
    message = cut(message, 1024);
    const auto code_at = builder.CreateString(code.data(), code.size());
    const auto message_at = builder.CreateString(message.data(), message.size());
    return {wire::Answer::Error, wire::CreateError(builder, code_at, message_at, retryable, retry_after_ms).Union()};
}

/// The answer for the exception under way; to be called in a handler.
inline Answered error_of_current_exception(Builder& builder) {
    try {
        throw;
    } catch (const Failure& failure) {
        return error(builder, failure.code, failure.what(), failure.retryable, failure.retry_after_ms);
    } catch (const SettingError& fault) {
        return error(builder, "bad_setting", fault.what());
    } catch (const Diverged&) {
        return error(builder, "replay_diverged", "the plugin asked its provider something else than before");
    } catch (const std::exception& fault) {
        return error(builder, "plugin_failed", fault.what());
    } catch (...) {
        return error(builder, "plugin_failed", "an exception of unknown type");
    }
}

inline std::int32_t put(Builder& builder, Answered answer, const noren_sink* sink) {
    builder.Finish(wire::CreateReply(builder, answer.kind, answer.table));
    return sink->put(sink->ctx, {builder.GetBufferPointer(), builder.GetSize()});
}

/// Builders used again, so that an answer allocates nothing once warm. Safe when calls of an instance overlap.
class Builders {
public:
    Builders() = default;
    Builders(const Builders&) = delete;
    Builders& operator=(const Builders&) = delete;
    ~Builders() { delete spare_.load(); }

    std::unique_ptr<Builder> take() {
        std::unique_ptr<Builder> builder{spare_.exchange(nullptr)};
        return builder ? std::move(builder) : std::make_unique<Builder>(1024);
    }
    void give_back(std::unique_ptr<Builder> builder) {
        constexpr std::size_t worth_keeping = 1u << 18;
        if (builder->GetSize() > worth_keeping) return;
        builder->Clear();
        delete spare_.exchange(builder.release());
    }

private:
    std::atomic<Builder*> spare_{nullptr};
};

template <class Plugin>
std::unique_ptr<Plugin> make_plugin(const Settings& settings, const Log& log) {
    if constexpr (std::is_constructible_v<Plugin, const Settings&, const Log&>) {
        return std::make_unique<Plugin>(settings, log);
    } else if constexpr (std::is_constructible_v<Plugin, const Settings&>) {
        return std::make_unique<Plugin>(settings);
    } else {
        return std::make_unique<Plugin>();
    }
}

/// The three functions of the table for one plugin class. `Port` is Carrier, Gateway or Policy, and answers by
/// `static Answered answer(Port&, method, const wire::Request&, Builder&, const Call&, Http&)`.
template <class Plugin, class Port>
class Module {
public:
    static std::int32_t open(const noren_host* host, noren_bytes settings, void** self,
                             const noren_sink* sink) noexcept {
        try {
            if (!self || !sink || !sink->put) return -EINVAL;
            *self = nullptr;
            try {
                *self = new Module(host, settings);
                return 0;
            } catch (...) {
                Builder builder;
                return put(builder, error_of_current_exception(builder), sink);
            }
        } catch (...) {
            return -EFAULT;
        }
    }

    static std::int32_t call(void* self, std::uint32_t method, noren_bytes bytes, const noren_sink* sink) noexcept {
        try {
            if (!self || !sink || !sink->put) return -EINVAL;
            return static_cast<Module*>(self)->answer(method, bytes, sink);
        } catch (const NoSuchMethod&) {
            return -ENOSYS;
        } catch (const BadRequest&) {
            return -EINVAL;
        } catch (...) {
            return -EFAULT;
        }
    }

    static void close(void* self) noexcept { delete static_cast<Module*>(self); }

private:
    Module(const noren_host* host, noren_bytes settings)
        : log_(host), settings_(settings.data, settings.size), plugin_(make_plugin<Plugin>(settings_, log_)) {}

    std::int32_t answer(std::uint32_t method, noren_bytes bytes, const noren_sink* sink) {
        std::vector<std::uint64_t> aligned;
        if (reinterpret_cast<std::uintptr_t>(bytes.data) % 8 != 0) {
            aligned.resize((bytes.size + 7) / 8);
            std::memcpy(aligned.data(), bytes.data, bytes.size);
            bytes.data = reinterpret_cast<const std::uint8_t*>(aligned.data());
        }
        if (!bytes.data || bytes.size < 8) return -EINVAL;
        noren_fb::Verifier verifier(bytes.data, bytes.size, 32, 100000);
        if (!wire::VerifyRequestBuffer(verifier)) return -EINVAL;
        const auto& request = *wire::GetRequest(bytes.data);

        auto builder = builders_.take();
        const auto result = put(*builder, answer(method, request, *builder), sink);
        builders_.give_back(std::move(builder));
        return result;
    }

    Answered answer(std::uint32_t method, const wire::Request& request, Builder& builder) {
        const Call call(request.context(), log_);
        Http http(request.context());
        Answered answered;
        try {
            answered = Port::answer(*plugin_, method, request, builder, call, http);
        } catch (const Unwound&) {
        } catch (const NoSuchMethod&) {
            throw;
        } catch (const BadRequest&) {
            throw;
        } catch (...) {
            answered = error_of_current_exception(builder);
        }
        if (!http.unwound()) return answered;
        builder.Clear();
        const auto needed = wire::CreateHttpRequest(builder, &http.needed());
        return {wire::Answer::NeedHttp, wire::CreateNeedHttp(builder, needed).Union()};
    }

    Log log_;
    Settings settings_;
    std::unique_ptr<Plugin> plugin_;
    Builders builders_;
};

}  // namespace detail
}  // namespace noren

/// Exports `Class` as the plugin of this file; id and version are the manifest's. Once per plugin, outside any
/// namespace.
#define NOREN_PLUGIN(Class, Port)                                                         \
    extern "C" NOREN_EXPORT const noren_plugin* noren_plugin_v1(void) {                   \
        static const noren_plugin table = {sizeof(noren_plugin),                          \
                                           NOREN_ABI_MAJOR,                               \
                                           {noren_manifest_text, noren_manifest_size},    \
                                           &::noren::detail::Module<Class, Port>::open,   \
                                           &::noren::detail::Module<Class, Port>::call,   \
                                           &::noren::detail::Module<Class, Port>::close}; \
        return &table;                                                                    \
    }
