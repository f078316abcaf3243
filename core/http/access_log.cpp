#include "http/access_log.hpp"

#include <spdlog/spdlog.h>

namespace noren::http {
namespace {

std::string printable(std::string_view text) {
    std::string shown;
    shown.reserve(text.size());
    for (const unsigned char c : text) {
        if (c > 0x1f && c < 0x7f && c != '"' && c != '\\') {
            shown += static_cast<char>(c);
        } else {
            shown += fmt::format("\\x{:02x}", c);
        }
    }
    return shown;
}

}  // namespace

std::string access_line(const Served& served) {
    std::string line;
    if (const auto* request = served.request) {
        line = fmt::format("id={} peer={} method={} host={} path=\"{}\" route={} ", printable(request->id), served.peer,
                           text_of(request->method), printable(request->host), printable(request->path_shown),
                           request->route.empty() ? "none" : request->route);
    } else {
        line = fmt::format("peer={} ", served.peer);
    }
    line += fmt::format("status={} bytes={}", served.status, served.bytes);
    if (!served.refusal.empty()) return line + fmt::format(" refusal={}", served.refusal);
    return line + fmt::format(" us={}", served.elapsed.count());
}

void log_access(const Served& served) {
    const auto named = spdlog::get("access");
    auto* logger = named ? named.get() : spdlog::default_logger_raw();
    const auto level = served.status >= 500 ? spdlog::level::warn : spdlog::level::info;
    if (logger->should_log(level)) logger->log(level, access_line(served));
}

}  // namespace noren::http
