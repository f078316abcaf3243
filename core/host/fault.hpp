// Faults: what may go wrong with a plugin's call, apart from what the plugin itself answers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace noren::host {

enum class FaultKind : std::uint8_t {
    crashed,           // its helper process ended, or an exception left the plugin
    timed_out,         // no answer by the deadline
    garbage,           // the answer is malformed, or breaks the rules of its message
    flooded,           // the answer is larger than may be
    refused_by_queue,  // too many calls wait already, or the turn did not come by the deadline; the plugin saw nothing
    quarantined,       // too many faults lately; the plugin saw nothing
    transport,         // the plugin returned an errno instead of an answer: `code` holds it
    unavailable        // no helper process can be had, or it does not open the instance (again)
};

/// The word for it in logs, such as "timed_out".
std::string_view to_string(FaultKind kind);

/// Why a call has no answer. What the plugin would have answered is unknown; nothing it asked for was done after it.
struct CallFault {
    FaultKind kind = FaultKind::crashed;
    std::string message;  // one line for an operator; never a secret, never for a customer
    std::int32_t code = 0;
};

}  // namespace noren::host
