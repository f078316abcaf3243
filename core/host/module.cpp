#include "host/module.hpp"

#include <dlfcn.h>
#include <cerrno>
#include <cstddef>

// The filesystem of the standard, so that a helper process needs no further library.
#define BOOST_DLL_USE_STD_FS
#include <boost/dll/shared_library.hpp>

namespace noren::host {
namespace {

/// The sink of one call: takes one reply, within the cap.
class Slot {
public:
    explicit Slot(Answered& answered) : answered_(answered) {}
    noren_sink sink() { return {sizeof(noren_sink), 0, this, &Slot::put}; }

private:
    static std::int32_t put(void* ctx, noren_bytes bytes) {
        auto& self = *static_cast<Slot*>(ctx);
        if (bytes.size > most_reply_bytes) {
            self.answered_.breach = Answered::Breach::put_too_much;
            return -E2BIG;
        }
        if (bytes.data == nullptr && bytes.size > 0) return -EINVAL;
        if (self.taken_) {
            self.answered_.breach = Answered::Breach::put_twice;
            return -EALREADY;
        }
        self.taken_ = true;
        self.answered_.bytes = Bytes::copy_of({bytes.data, bytes.size});
        return 0;
    }

    Answered& answered_;
    bool taken_ = false;
};

template <class Call>
Answered answered_by(Call&& call) {
    Answered answered;
    Slot slot(answered);
    const noren_sink sink = slot.sink();
    try {
        answered.code = call(sink);
    } catch (const std::exception& error) {
        answered.breach = Answered::Breach::threw;
        answered.thrown = std::string(error.what()).substr(0, 200);
    } catch (...) {
        answered.breach = Answered::Breach::threw;
    }
    return answered;
}

}  // namespace

Module::Module(const std::filesystem::path& file) {
    using boost::dll::load_mode::type;
    // Never unloaded: the library outlives its owner on purpose.
    const auto mode =
        boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local | static_cast<type>(RTLD_NODELETE);
    boost::dll::shared_library library(file, mode);
    const auto& entry = library.get<const noren_plugin*()>("noren_plugin_v1");
    table_ = entry();
    if (table_ == nullptr) throw std::runtime_error("noren_plugin_v1 returned no table");
    if (table_->abi_major != NOREN_ABI_MAJOR) {
        throw std::runtime_error("its table is of ABI " + std::to_string(table_->abi_major) + ", this host's is " +
                                 std::to_string(NOREN_ABI_MAJOR));
    }
    constexpr std::size_t needed = offsetof(noren_plugin, close) + sizeof(noren_plugin::close);
    if (table_->size < needed) throw std::runtime_error("its table is shorter than ABI 1 has it");
    if (table_->open == nullptr || table_->call == nullptr || table_->close == nullptr) {
        throw std::runtime_error("its table lacks open, call or close");
    }
    if (table_->manifest.data == nullptr) throw std::runtime_error("its table holds no manifest");
}

std::string_view Module::manifest() const {
    return {reinterpret_cast<const char*>(table_->manifest.data), table_->manifest.size};
}

Answered Module::open(const noren_host& host, std::span<const std::uint8_t> settings, void*& self) const {
    return answered_by([&](const noren_sink& sink) {
        return table_->open(&host, noren_bytes{settings.data(), settings.size()}, &self, &sink);
    });
}

Answered Module::call(void* self, std::uint32_t method, std::span<const std::uint8_t> request) const {
    return answered_by([&](const noren_sink& sink) {
        return table_->call(self, method, noren_bytes{request.data(), request.size()}, &sink);
    });
}

void Module::close(void* self) const noexcept {
    try {
        table_->close(self);
    } catch (...) {  // NOLINT(bugprone-empty-catch): nothing can be told to anyone any more
    }
}

}  // namespace noren::host
