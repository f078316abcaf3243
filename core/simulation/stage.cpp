#include "simulation/stage.hpp"

namespace noren::simulation {
namespace {

std::unique_ptr<store::Store> in_memory(store::Content content) {
    return store::open(store::SqliteLocation{":memory:", false}, content);
}

/// Nobody attacks a simulation, and it should not wait.
constexpr customers::Passwords::Cost cheap{64, 1};

}  // namespace

Stage::Stage(Instant start) : clock(start), entropy(1), ids(clock, entropy), passwords_(entropy, cheap, {}) {}

storefront::Surroundings Stage::surroundings(const settings::Effective& effective) {
    storefront::Surroundings around{clock,
                                    entropy,
                                    ids,
                                    in_memory(store::Content::books),
                                    in_memory(store::Content::visits),
                                    {},
                                    {},
                                    {},
                                    postbox_,
                                    passwords_,
                                    {},
                                    {}};
    for (const auto& gateway : effective.value()["gateways"].entries()) {
        around.gateways[gateway.key()] = std::make_unique<SimulatedGateway>(provider);
    }
    return around;
}

}  // namespace noren::simulation
