// noren-plugin-host: the helper process that an isolated plugin lives in. It is started by the server, speaks with it
// over descriptor 3, serves one call at a time, and can do nothing else.
//
// usage: noren-plugin-host PLUGIN MEMORY_BYTES CPU_SECONDS

#include <malloc.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include "host/channel.hpp"
#include "host/module.hpp"
#include "host/sandbox.hpp"

namespace noren::host {
namespace {

constexpr int channel_descriptor = 3;
constexpr std::size_t most_log_bytes = 4UL * 1024;

std::span<const std::uint8_t> bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// What the host table's `ctx` points to.
struct Instance {
    Channel* channel = nullptr;
    std::uint32_t id = 0;
    void* self = nullptr;
    noren_host host{};
    bool open = false;
    bool closing = false;
};

void log(void* ctx, std::int32_t level, noren_bytes text) {
    const auto& instance = *static_cast<Instance*>(ctx);
    if (instance.closing) return;  // nobody listens then
    const std::span<const std::uint8_t> bytes{text.data, std::min(text.size, most_log_bytes)};
    (void)instance.channel->send({Kind::log, instance.id, static_cast<std::uint32_t>(level), 0}, bytes,
                                 SteadyTime::max());
}

class Server {
public:
    Server(Channel& channel, const Module& module) : channel_(channel), module_(module) {}

    /// Until the server goes away.
    void serve() {
        while (auto message = channel_.receive(SteadyTime::max())) {
            const auto& head = message->head;
            switch (head.kind) {
                case Kind::open: answer(head, open(head.instance, message->bytes)); break;
                case Kind::call: answer(head, call(head, message->bytes)); break;
                case Kind::close: close(head.instance); break;
                default: return;
            }
        }
    }

private:
    Answered open(std::uint32_t id, const Bytes& settings) {
        auto& instance = instances_[id];
        if (instance.open) return {-EEXIST, Answered::Breach::none, {}, {}};
        instance.channel = &channel_;
        instance.id = id;
        instance.host = {sizeof(noren_host), NOREN_ABI_MAJOR, &instance, &log};
        auto answered = module_.open(instance.host, settings.view(), instance.self);
        instance.open = answered.opened();
        if (!instance.open) instances_.erase(id);
        return answered;
    }

    Answered call(const Head& head, const Bytes& request) {
        const auto found = instances_.find(head.instance);
        if (found == instances_.end()) return {-ENOENT, Answered::Breach::none, {}, {}};
        return module_.call(found->second.self, head.number, request.view());
    }

    void close(std::uint32_t id) {
        const auto found = instances_.find(id);
        if (found == instances_.end()) return;
        found->second.closing = true;
        module_.close(found->second.self);
        instances_.erase(found);
    }

    void answer(const Head& asked, const Answered& answered) {
        const Head head{Kind::answered, asked.instance, static_cast<std::uint32_t>(answered.code),
                        static_cast<std::uint32_t>(answered.breach)};
        const auto bytes =
            answered.breach == Answered::Breach::threw ? bytes_of(answered.thrown) : answered.bytes.view();
        (void)channel_.send(head, bytes, SteadyTime::max());
    }

    Channel& channel_;
    const Module& module_;
    std::map<std::uint32_t, Instance> instances_;
};

int run(const char* plugin, const sandbox::Limits& limits) {
    // One arena: a second one would ask the file system how many processors there are, at the worst of times.
    ::mallopt(M_ARENA_MAX, 1);
    // Unbuffered, so that the first stray printf of a plugin does not ask what kind of file it writes to.
    std::setvbuf(stdout, nullptr, _IONBF, 0);

    Channel channel(channel_descriptor);
    try {
        sandbox::give_up_rights(limits);
        sandbox::confine_to_loading();
        const Module module(plugin);
        sandbox::confine_to_calls();
        if (!channel.send({Kind::ready, 0, 0, 0}, bytes_of(module.manifest()), SteadyTime::max())) return 1;
        Server(channel, module).serve();
        return 0;
    } catch (const std::exception& error) {
        (void)channel.send({Kind::unfit, 0, 0, 0}, bytes_of(std::string(error.what()).substr(0, 2000)),
                           SteadyTime::max());
        return 1;
    }
}

}  // namespace
}  // namespace noren::host

int main(int count, char** words) {
    if (count != 4) {
        std::fputs("noren-plugin-host is started by noren, not by hand\n", stderr);
        return 2;
    }
    const noren::host::sandbox::Limits limits{std::strtoull(words[2], nullptr, 10),
                                              std::strtoull(words[3], nullptr, 10)};
    const int status = noren::host::run(words[1], limits);
    ::_exit(status);  // a plugin's static destructors are none of our business
}
