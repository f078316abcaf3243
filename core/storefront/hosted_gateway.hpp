// A gateway plugin of the host behind the core's port.
#pragma once

#include <memory>

#include "host/exchange.hpp"
#include "payments/payments.hpp"

namespace noren::storefront {

/// How long an operation may take, its exchanges included.
inline constexpr std::chrono::seconds gateway_time{30};

/// `client` and `clock` must outlive the gateway. Exchanges are recorded by the attempt that they belong to.
std::unique_ptr<payments::Gateway> gateway_of(std::shared_ptr<host::Instance> instance, http::Client& client,
                                              const Clock& clock);

}  // namespace noren::storefront
