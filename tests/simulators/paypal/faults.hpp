// How the simulator misbehaves when told to. A fault waits for a kind of request (or webhook) and strikes a number of
// times, or one time in so many.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "../http_server.hpp"

namespace noren::simulators::paypal {

struct Fault {
    std::string on;    ///< token, create, read, patch, capture, read_capture, refund, verify, webhook or any
    std::string what;  ///< see the README
    int times = 1;     ///< strikes left; a negative number never ends
    int skip = 0;      ///< requests let pass before
    int one_in = 1;    ///< strikes one request in so many, at random
    int delay_ms = 0;
};

class Faults {
public:
    /// Adds one, given as JSON. Throws std::invalid_argument that names what is wrong.
    void add(const nlohmann::json& fault);
    void clear() { faults_.clear(); }
    void seed(unsigned value) { random_.seed(value); }

    /// The fault that strikes this call, which is used up by it.
    std::optional<Fault> strike(std::string_view on);

private:
    std::vector<Fault> faults_;
    std::mt19937 random_{1};
};

/// True for the faults that keep a request from having any effect.
bool strikes_before(const Fault& fault);

/// Does to `reply` what the fault says.
void spoil(Reply& reply, const Fault& fault);

}  // namespace noren::simulators::paypal
