// Playing a scenario: step by step, each with all that falls due by then.
#pragma once

#include <string>
#include <vector>

#include "simulation/scenario.hpp"
#include "simulation/stage.hpp"
#include "storefront/storefront.hpp"

namespace noren::simulation {

/// An expectation that was not met, or a step that could not be done.
struct Failure {
    std::string at;    // file:line:column
    std::string what;  // the key, such as `deadline`
    std::string expected;
    std::string found;
};

/// "file:line:column: deadline: expected X, found Y", in one line.
std::string to_string(const Failure& failure);

/// Plays the scenario on a storefront that was opened with the stage's surroundings, up to the first step that fails.
/// Gives what failed in it; empty: the scenario passed, and the books agree with one another at its end.
std::vector<Failure> play(const Scenario& scenario, storefront::Storefront& shop, Stage& stage);

}  // namespace noren::simulation
