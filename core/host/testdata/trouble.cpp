// A carrier that does what the destination's region says: answers well, or one of the many other things.
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include "frame.hpp"

namespace {

using namespace noren::wire;

struct Trouble {
    const noren_host* host;
    int calls = 0;
};

/// Three services; the order's goods and weight decide the price.
std::int32_t quote(const QuotesRequest& request, const noren_sink* sink) {
    std::int64_t grams = request.packing_g();
    if (request.lines() != nullptr) {
        for (const auto* line : *request.lines()) grams += line->weight_g() * line->quantity();
    }
    thread_local noren_fb::FlatBufferBuilder builder(1024);
    builder.Clear();
    struct Service {
        const char* code;
        const char* name;
        std::int64_t base;
    };
    constexpr Service services[] = {{"ems", "EMS", 1200}, {"air", "Air parcel", 900}, {"sal", "SAL parcel", 700}};
    noren_fb::Offset<Quote> quotes[3];
    const auto currency = builder.CreateString(request.currency());
    for (int i = 0; i < 3; ++i) {
        const auto service = builder.CreateString(services[i].code);
        const auto name = builder.CreateString(services[i].name);
        const auto price = CreateMoney(builder, services[i].base + grams / 500 * 100, currency);
        quotes[i] = CreateQuote(builder, service, name, price, 2 + i, 6 + i, true);
    }
    const auto list = builder.CreateVector(quotes, 3);
    return put_answer(builder, Answer::Quotes, CreateQuotes(builder, list), sink);
}

void say(const Trouble& self, std::string_view line) {
    self.host->log(self.host->ctx, 1, {reinterpret_cast<const std::uint8_t*>(line.data()), line.size()});
}

__attribute__((noinline)) int recurse(int depth) {
    volatile char frame[1024];
    frame[0] = static_cast<char>(depth);
    return depth == 0 ? 0 : recurse(depth + 1) + frame[0];
}

std::int32_t behave(Trouble& self, std::string_view how, const Request& request, const noren_sink* sink) {
    const auto* ask = request.ask_as_QuotesRequest();
    if (how == "echo") {  // whatever the caller wants to see come back
        const auto* bytes = request.context()->entropy();
        return sink->put(sink->ctx, {bytes->data(), bytes->size()});
    }
    if (how == "segv") {
        volatile int* nowhere = nullptr;
        *nowhere = 1;
    }
    if (how == "abort") std::abort();
    if (how == "throw") throw std::runtime_error("it was not my day");
    if (how == "exit") std::exit(7);
    if (how == "hang") {
        const volatile bool for_ever = true;
        while (for_ever) {
        }
    }
    if (how == "stop") std::raise(SIGSTOP);
    if (how == "sleep") std::this_thread::sleep_for(std::chrono::milliseconds(50));
    if (how == "silent") return 0;
    if (how == "twice") {
        quote(*ask, sink);
        return quote(*ask, sink) == -EALREADY ? 0 : -EFAULT;
    }
    if (how == "flood") {
        const std::vector<std::uint8_t> much(300 * 1024);
        sink->put(sink->ctx, {much.data(), much.size()});
        return 0;
    }
    if (how == "fail") return -EFAULT;
    if (how == "log") say(self, "one line\nand what looks like another");
    if (how == "log_flood") {
        for (int i = 0; i < 100'000; ++i) say(self, "and on");
    }
    if (how == "print") {
        for (int i = 0; i < 100'000; ++i) std::fputs("chatter\n", i % 2 == 0 ? stdout : stderr);
    }
    if (how == "allocate") {
        constexpr std::size_t size = 4ULL << 30U;
        const std::unique_ptr<volatile char[]> much(new volatile char[size]);
        for (std::size_t i = 0; i < size; i += 4096) much[i] = 1;
    }
    if (how == "recurse") return recurse(1);
    if (how == "forge") {  // speaks on the channel by itself
        const std::uint32_t words[] = {13, 999, 0, 0, 0, 0};
        (void)!::syscall(SYS_sendmsg, 3, nullptr, 0);
        struct {
            const void* data;
            std::size_t size;
        } piece{words, sizeof words};
        struct {
            void* name;
            std::uint32_t name_size;
            void* pieces;
            std::size_t count;
            void* control;
            std::size_t control_size;
            int flags;
        } message{nullptr, 0, &piece, 1, nullptr, 0, 0};
        (void)!::syscall(SYS_sendmsg, 3, &message, 0);
    }
    if (how == "exec_memory") ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (how == "thread") std::thread([] {}).join();
    if (how.substr(0, 8) == "syscall ") ::syscall(std::atol(std::string(how.substr(8)).c_str()), 0, 0, 0, 0, 0, 0);
    if (how == "count") {
        noren_fb::FlatBufferBuilder builder;
        const auto code = builder.CreateString("calls_" + std::to_string(++self.calls));
        return put_answer(builder, Answer::Error, CreateError(builder, code), sink);
    }
    return quote(*ask, sink);
}

std::int32_t open(const noren_host* host, noren_bytes bytes, void** self, const noren_sink* sink) {
    const auto* settings = noren_fb::GetRoot<Settings>(bytes.data);
    if (const auto* root = settings->root(); root != nullptr && root->items() != nullptr) {
        for (const auto* setting : *root->items()) {
            if (text_of(setting->key()) != "refuse") continue;
            noren_fb::FlatBufferBuilder builder;
            const auto code = builder.CreateString("bad_settings");
            const auto message = builder.CreateString(setting->text());
            return put_answer(builder, Answer::Error, CreateError(builder, code, message), sink);
        }
    }
    *self = new Trouble{host};
    return 0;
}

std::int32_t call(void* self, std::uint32_t method, noren_bytes bytes, const noren_sink* sink) {
    if (method != NOREN_CARRIER_QUOTES) return -ENOSYS;
    const auto& request = *noren_fb::GetRoot<Request>(bytes.data);
    const auto* ask = request.ask_as_QuotesRequest();
    if (ask == nullptr) return -EINVAL;
    const auto how = ask->destination() == nullptr ? std::string_view() : text_of(ask->destination()->region());
    if (how.empty()) return quote(*ask, sink);
    return behave(*static_cast<Trouble*>(self), how, request, sink);
}

void close(void* self) {
    delete static_cast<Trouble*>(self);
}

}  // namespace

extern "C" NOREN_EXPORT const noren_plugin* noren_plugin_v1() {
    return table_of(&open, &call, &close);
}
