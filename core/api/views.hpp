// Views: what the API shows of things, as JSON.
#pragma once

#include <nlohmann/json.hpp>

#include "storefront/storefront.hpp"

namespace noren::api {

nlohmann::json view(Money money);
nlohmann::json view(const catalog::Item& item, std::span<const stock::Level> levels);
nlohmann::json view(const policies::Reason& reason);
nlohmann::json view(const std::vector<policies::Reason>& reasons);
nlohmann::json view(const orders::Order& order, const std::vector<orders::Invoice>& invoices,
                    const std::vector<orders::Event>& timeline);
nlohmann::json view(const checkout::Amounts& amounts);
nlohmann::json view(const payments::Attempt& attempt);
nlohmann::json view(const cart::Cart& cart);
/// 2017-07-03T01:00:00Z, to the second.
std::string view(Instant instant);

}  // namespace noren::api
