// Leaves a trace when its constructors run: the file that NOREN_TEST_CANARY names.
#include <cstdio>
#include <cstdlib>

#include "frame.hpp"

namespace {

struct Trace {
    Trace() {
        const char* path = std::getenv("NOREN_TEST_CANARY");
        if (path == nullptr) return;
        if (std::FILE* file = std::fopen(path, "w")) std::fclose(file);
    }
} const trace;

std::int32_t open(const noren_host*, noren_bytes, void**, const noren_sink*) {
    return 0;
}
std::int32_t call(void*, std::uint32_t, noren_bytes, const noren_sink*) {
    return -ENOSYS;
}
void close(void*) {}

}  // namespace

extern "C" NOREN_EXPORT const noren_plugin* noren_plugin_v1() {
    return table_of(&open, &call, &close);
}
