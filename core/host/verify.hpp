// Verify: whether an answer means what its method promises. Structure was verified before (Reply::read); here: known
// currencies, ranges, UTF-8, lengths, unique codes, and a budget for all that a copy of the answer would hold, so that
// a small reply whose tables share one long text cannot unfold into a large one.
//
// Each returns what is wrong, in one line for an operator. Instance::call has done it already for every reply it gives.
#pragma once

#include <noren/abi.h>
#include <noren/wire/message.hpp>

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace noren::host {

/// Of an answer, unfolded.
inline constexpr std::size_t most_answer_bytes = 1024UL * 1024;
/// Items of a list: quotes, reasons, methods, fees, ...; and order lines that limits may be set for.
inline constexpr std::size_t most_items = 64;
inline constexpr std::size_t most_lines = 1000;
/// No amount is larger, in minor units, so that sums of amounts stay in range.
inline constexpr std::int64_t most_minor = 1'000'000'000'000'000;

using Verified = Result<void, std::string>;

/// 1 to 64 of `a-z0-9_`: reasons, errors, templates.
bool is_code(std::string_view text);
/// An absolute http or https address without user information, spaces or control characters, at most 2,048 bytes.
bool is_web_address(std::string_view text);

/// Whether `reply` answers `method` (an Error always may; NeedHttp for gateways and carriers), and is sound.
Verified verify_answer(std::uint32_t method, const wire::Reply& reply);

Verified verify_quotes(const wire::Quotes& quotes);
Verified verify_outcome(const wire::Outcome& outcome);
/// An unverified event says nothing: its other fields are not judged and not to be read.
Verified verify_webhook(const wire::WebhookEvent& event);
/// Paths are well-formed; whether they exist is for whoever knows the configuration.
Verified verify_verdict(const wire::Verdict& verdict);
Verified verify_error(const wire::Error& error);
Verified verify_need_http(const wire::NeedHttp& need);

}  // namespace noren::host
