// One log line for each answer.
#pragma once

#include <string>

#include "http/server.hpp"

namespace noren::http {

/// `id=... peer=... method=GET host=... path="..." route=... status=200 bytes=95 us=120`. The path is shown without its
/// query, and as its route's pattern where it holds a token; no header field and no body is shown. Bytes outside
/// printable ASCII, quotes and backslashes are written as \xNN, so that nobody can write a line of the log.
std::string access_line(const Served& served);

/// Writes that line to spdlog's logger "access" (the default one where there is none): info, from status 500 on
/// warning.
void log_access(const Served& served);

}  // namespace noren::http
