// Stage: what a scenario is played on: time, random bytes, books, providers and mail of its own.
#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "customers/passwords.hpp"
#include "outbox/transport.hpp"
#include "simulation/provider.hpp"
#include "storefront/storefront.hpp"

namespace noren::simulation {

/// Takes every mail; the outbox itself records what left when.
class Postbox final : public outbox::Transport {
public:
    Result<void, outbox::NotAccepted> send(const outbox::Envelope&, const std::string&) override { return {}; }
};

/// Must outlive the storefront that is opened with its surroundings.
class Stage {
public:
    explicit Stage(Instant start);

    /// Surroundings with empty books in memory, and a simulated gateway for each of the configuration's. Policies,
    /// carriers and the wording of mails are the caller's to add.
    storefront::Surroundings surroundings(const settings::Effective& effective);

    VirtualClock clock;
    SeededEntropy entropy;
    IdSource ids;
    SimulatedProvider provider;

private:
    customers::Passwords passwords_;
    Postbox postbox_;
};

}  // namespace noren::simulation
